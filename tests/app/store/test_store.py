"""What is written down is found again, the same on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.forges.base import Account, ChangeRef, ChangeState, ProposedChange, RepositoryRef
from app.store.database import BadDatabaseUrl, Database, open_database
from app.store.ledger import Ledger
from app.store.model import Judgement
from app.store.read import ChangeQuery, Excerpt, RunState, Step, StepState
from app.store.store import Store
from app.store.tables import metadata
from validators.model import (
    CheckResult,
    Coverage,
    Finding,
    FindingStatus,
    Location,
    NotChecked,
    Outcome,
    Severity,
    Verdict,
    VerdictState,
)

A, B, BASE = "a" * 40, "b" * 40, "c" * 40
ODD = "not/utf-\udce9.yaml and a \0"


def proposed(head: str = A, number: int = 7, title: str = "Two of them", **more: object) -> ProposedChange:
    ref = ChangeRef(RepositoryRef("github", "shop/gitops"), number)
    change = ProposedChange(
        ref=ref,
        title=title,
        author=Account("5", "ada"),
        state=ChangeState.OPEN,
        draft=False,
        base_branch="main",
        base=BASE,
        head_branch="two",
        head=head,
        head_ref="refs/pull/7/head",
        head_repository="shop/gitops",
        labels=(),
        url="https://forge.example/7",
    )
    return replace(change, **more)  # type: ignore[arg-type] # fields of the change


def judgement(*, path: str = "a.yaml") -> Judgement:
    finding = Finding("yaml/syntax", Severity.ERROR, "t", "m", Location(path, 3), FindingStatus.NEW, "f1")
    check = CheckResult("yaml_lint", Outcome.COMPLETED, (finding,), Coverage(1, 0, (NotChecked("x", "why"),)), "", 0.5)
    said = Verdict(VerdictState.FAILURE, "1 error blocks the merge", ("because",))
    return Judgement("d" * 40, said, (check,), (Excerpt(1, ("a", "b")),), (), {"kind": "judged"}, 1.5)


async def begun(ledger: Ledger, change: ProposedChange) -> str:
    run = (await ledger.take_up(change)).run
    assert run is not None
    return run


def differences(connection: Connection) -> Sequence[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    found: Sequence[object] = compare_metadata(context, metadata)
    return found


async def test_the_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    async with database.writing() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_twice_at_once_and_again_changes_nothing(url: str) -> None:
    opened = await asyncio.gather(*(open_database(url) for _ in range(3)))
    for database in opened:
        await database.close()
    again = await open_database(url)
    assert (await Store(again).list_changes(ChangeQuery())).total == 0
    await again.close()


async def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(BadDatabaseUrl, match="mysql"):
        await open_database("mysql://localhost/fairlead")


async def test_a_judgement_is_read_back_as_it_was(database: Database) -> None:
    ledger = Ledger(database)
    run = await begun(ledger, proposed())
    for _ in range(2):
        assert await ledger.judged(run, judgement())
    assert await ledger.judgement(run) == judgement()


async def test_a_page_shows_the_newest_run_the_earlier_ones_and_the_story(database: Database) -> None:
    ledger, store = Ledger(database), Store(database)
    first = await begun(ledger, proposed())
    await ledger.judged(first, judgement())
    await ledger.done(first, (Step("fetch", StepState.DONE),))
    second = await begun(ledger, proposed(B))
    found = await store.find_change("github", "shop/gitops", 7)
    assert found is not None
    page = await store.change(found.id)
    assert page is not None
    assert page.run is not None
    assert (page.run.run.id, page.run.run.state) == (second, RunState.QUEUED)
    assert [run.id for run in page.earlier] == [first]
    assert page.earlier[0].counts.new == {Severity.ERROR: 1}
    assert [moment.text for moment in page.timeline] == [
        "New head bbbbbbb",
        "Judged aaaaaaa on ccccccc in 1.5 s: 1 error blocks the merge",
        "ada opened the change at aaaaaaa",
    ]


async def test_text_that_no_database_takes_is_stored_readably(database: Database) -> None:
    ledger, store = Ledger(database), Store(database)
    run = await begun(ledger, proposed(title=ODD))
    await ledger.judged(run, judgement(path=ODD))
    page = await store.run(run)
    assert page is not None
    assert page.findings[0].finding.location.path == "not/utf-\\xe9.yaml and a \\x00"


async def test_the_same_look_twice_begins_one_run(database: Database) -> None:
    ledger = Ledger(database)
    first = await ledger.take_up(proposed())
    assert await ledger.take_up(proposed()) == first
    assert first.run is not None
    await ledger.judged(first.run, judgement())
    await ledger.done(first.run, ())
    assert (await ledger.take_up(proposed())).run is None
    assert (await ledger.take_up(proposed(), again=True)).run not in (None, first.run)


async def test_a_newer_head_ends_the_older_run_and_nothing_more_is_kept_of_it(database: Database) -> None:
    ledger, store = Ledger(database), Store(database)
    old = await begun(ledger, proposed())
    taken = await ledger.take_up(proposed(B))
    assert taken.superseded == (old,)
    assert not await ledger.judged(old, judgement())
    assert not await ledger.done(old, ())
    page = await store.run(old)
    assert page is not None
    assert (page.run.state, page.findings) == (RunState.SUPERSEDED, ())


async def test_closing_ends_the_run_and_opening_again_begins_another(database: Database) -> None:
    ledger = Ledger(database)
    run = await begun(ledger, proposed())
    assert (await ledger.take_up(proposed(state=ChangeState.CLOSED))).superseded == (run,)
    assert await begun(ledger, proposed()) != run


async def test_lists_are_searched_filtered_and_paged(database: Database) -> None:
    ledger, store = Ledger(database), Store(database)
    for number in range(1, 6):
        await ledger.take_up(proposed(number=number, title=f"Raise limit 100% of {number}"))
    first = await store.list_changes(ChangeQuery(limit=2))
    assert ([row.number for row in first.rows], first.total) == ([5, 4], 5)
    second = await store.list_changes(ChangeQuery(limit=4, after=first.next))
    assert ([row.number for row in second.rows], second.next) == ([3, 2, 1], "")
    assert [row.number for row in (await store.list_changes(ChangeQuery(search="raise 100% #3"))).rows] == [3]
    assert (await store.list_changes(ChangeQuery(search="1_0%"))).total == 0
    assert (await store.list_changes(ChangeQuery(state=ChangeState.MERGED))).total == 0
    assert [row.changes for row in await store.repositories()] == [5]


async def test_a_search_finds_letters_that_english_has_not(database: Database) -> None:
    await Ledger(database).take_up(proposed(title="Ändere ÉTÉ"))
    for words in ("Ändere", "ändere été"):
        assert (await Store(database).list_changes(ChangeQuery(search=words))).total == 1


async def test_whatever_strangers_ask_for_is_answered(database: Database) -> None:
    ledger, store = Ledger(database), Store(database)
    await begun(ledger, proposed())
    assert len((await store.list_changes(ChangeQuery(after="9" * 40))).rows) == 1
    assert (await store.list_changes(ChangeQuery(search="\0"))).total == 0
    assert (await store.list_changes(ChangeQuery(repository="\0"))).total == 0
    assert await store.change("\0") is None
    assert await store.run("\0") is None
    assert await store.touched("\0") == 0


async def test_progress_and_a_newer_head_do_not_wait_for_each_other(database: Database, url: str) -> None:
    elsewhere = await open_database(url)
    here, there = Ledger(database), Ledger(elsewhere)
    for number in range(5):
        run = await begun(here, proposed(head=f"{number:040d}"))

        async def told(run: str = run) -> None:
            for _ in range(6):
                await there.progress(run, ())

        await asyncio.gather(told(), here.take_up(proposed(head=f"{number + 100:040d}")))
    await elsewhere.close()


async def test_an_error_of_the_database_does_not_tell_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(IntegrityError) as raised:
        await Ledger(database).writes("nobody's", "told to nobody", "", "")
    assert "told to nobody" not in str(raised.value)


async def test_who_waits_hears_at_once_from_this_process_and_soon_from_another(database: Database, url: str) -> None:
    store, elsewhere = Store(database), await open_database(url)
    await begun(Ledger(database), proposed())
    before = await store.touched()
    for writer in (Ledger(database), Ledger(elsewhere)):
        waiting = asyncio.create_task(store.wait(None, after=before, seconds=10))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await writer.take_up(proposed(number=8, title=str(before)))
        async with asyncio.timeout(5):
            newer = await waiting
        assert newer > before
        before = newer
    assert await store.wait(None, after=before, seconds=0.01) == before
    await elsewhere.close()
