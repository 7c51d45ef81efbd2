"""What never leaves: secrets in any of their usual disguises, and characters that hide something."""

import base64
import time
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from review_samples import AROUND, finding, judged

from app.review import summary
from app.review.redact import Redactor, secret_values
from app.review.secrets import MASK
from app.review.visible import visible
from validators.model import Action, FieldChange, NotChecked, ResourceChange, ResourceId, Suggestion

CANARY = "canary+value/0815?"
REDACTOR = Redactor([CANARY], key=b"a key of the server's own")
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

# Put together here so that no scanner takes this file for a leak.
SECRETS = (
    "ghp_" + "a1B2c3D4" * 5,
    "ghs_12345678_" + JWT,
    "ghs_" + "A" * 36,
    "github_pat_" + "11ABCDEFG0" * 8,
    "glpat-" + "xYz123_-" * 3,
    "AKIA" + "IOSFODNN7EXAMPLE",
    "xoxb-" + "123456789012-abcdefABCDEF",
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "npm_" + "a" * 36,
    "hvs." + "CAESIJ1234567890abcdef",
    "AGE-SECRET-KEY-1" + "QQPZ" * 14,
    JWT,
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "value `{}` is refused", '"{}"', "https://{}@host/x", "token={}&x=1", "({})"])
def test_known_kinds_of_secrets_are_masked(secret: str, around: str) -> None:
    redacted = REDACTOR.text(around.format(secret))
    assert secret not in redacted
    assert secret[-12:] not in redacted
    assert MASK in redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("https://user:hunter2@git.example.com/x", f"https://{MASK}@git.example.com/x"),
        ("ssh://git@github.com/x", "ssh://git@github.com/x"),
        ("Authorization: Bearer abcdefghijklmnop1234", f"Authorization: Bearer {MASK}"),
        ("password=hunter2 and more", f"password={MASK} and more"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", f"AWS_SECRET_ACCESS_KEY={MASK}"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nrest", f"{MASK}\nrest"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\ncut short", MASK),
        (
            "`secretName` is not a field; did you mean `secretKeyRef`?",
            "`secretName` is not a field; did you mean `secretKeyRef`?",
        ),
        ("registry.example.com/shop/web:1.4.2@sha256:" + "ab" * 32, "registry.example.com/shop/web:1.4.2@sha256:" + "ab" * 32),
    ],
)
def test_the_rest_of_the_text_stays(text: str, redacted: str) -> None:
    assert REDACTOR.text(text) == redacted


@given(before=st.binary(max_size=5), after=st.binary(max_size=5), context=st.text(max_size=10))
def test_a_handed_in_value_is_found_in_base64_at_every_alignment(before: bytes, after: bytes, context: str) -> None:
    raw = before + CANARY.encode() + after
    for encoded in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
        redacted = REDACTOR.text(f"{context} {encoded} {context}")
        assert MASK in redacted
        assert encoded[4:-4] not in redacted


@pytest.mark.parametrize("form", [CANARY, "canary%2Bvalue%2F0815%3F", CANARY.encode().hex(), CANARY.encode().hex().upper()])
def test_a_handed_in_value_is_found_as_programs_print_it(form: str) -> None:
    assert REDACTOR.text(f"got {form}.") == f"got {MASK}."


@given(text=st.text(), value=st.text(min_size=6, max_size=20))
def test_a_handed_in_value_is_gone_whatever_stands_around_it(text: str, value: str) -> None:
    assume(value not in MASK)
    redactor = Redactor([value], key=b"k")
    assert value not in redactor.text(text + value + text).replace(MASK, "")


@given(
    text=st.lists(st.one_of(st.text(max_size=8), st.sampled_from((*SECRETS, CANARY, "password=", "https://", "@")))).map(
        "".join
    )
)
def test_redacting_twice_changes_nothing_more_and_hides_nothing(text: str) -> None:
    once = REDACTOR.text(text)
    assert REDACTOR.text(once) == once
    assert not any(char in once for char in "\u202e\u2066\u200b\x1b\x9b\x00\ufeff\r")
    assert all(ord(char) < 0xD800 or ord(char) > 0xDFFF for char in once)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("line\r\nline\ttab", "line\nline\ttab"),
        ("turned\rover", "turned\\u000dover"),
        ("caf\udce9.yaml", "caf\\udce9.yaml"),
        ("Grüße, 世界 🎉", "Grüße, 世界 🎉"),
    ],
)
def test_hidden_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_text_made_to_hurt_is_redacted_quickly() -> None:
    hostile = [
        "-----BEGIN PRIVATE KEY-----" * 2000,
        "https://" * 8000,
        "eyJ" + "a" * 60_000,
        "eyJ-" * 15_000,
        "bearer " * 9000,
        "password=" * 7000,
    ]
    started = time.perf_counter()
    for text in hostile:
        REDACTOR.text(text)
    assert time.perf_counter() - started < 2


def test_the_values_of_a_secret_are_known_plain_and_encoded() -> None:
    document = {
        "kind": "List",
        "items": [
            {
                "kind": "Secret",
                "data": {"password": base64.b64encode(b"correct horse").decode()},
                "stringData": {"user": "battery"},
            },
            {"kind": "ConfigMap", "data": {"level": "harmless"}},
        ],
    }
    assert set(secret_values(document)) == {"Y29ycmVjdCBob3JzZQ==", "correct horse", "battery"}
    assert list(secret_values("text")) == []
    odd = {"kind": "Secret", "data": {"port": 5432, "nested": {"list": ["deep"]}, "none": None}}
    assert {"5432", "deep"} <= set(secret_values(odd))


def test_short_values_are_hidden_where_a_secret_is_spoken_of_and_nowhere_else() -> None:
    redactor = Redactor(["5432", "web"], key=b"k")
    message = "`data.port` can't be `5432`: it is text"
    db = ResourceId("v1", "Secret", "web", "db")
    report = judged(finding(message, resource=db, suggestion=Suggestion(13, 13, "port: x")), finding(message)).report
    about_secret, other = redactor.report(report).findings
    assert about_secret.message == f"`data.port` can't be `{MASK}`: it is text"
    assert about_secret.suggestion is None
    assert other.message == message


def test_fingerprints_tell_equal_from_changed_and_nothing_else() -> None:
    assert REDACTOR.fingerprint("a") == REDACTOR.fingerprint("a") != REDACTOR.fingerprint("b")
    assert REDACTOR.fingerprint("a") != Redactor([], key=b"another key").fingerprint("a")
    assert len(REDACTOR.fingerprint("a")) == 4


def test_a_report_is_redacted_in_every_text_before_anything_is_cut() -> None:
    filler = "x " * 240
    found = finding(f"{filler}{CANARY} is refused", title=CANARY, suggestion=Suggestion(13, 13, f"key: {CANARY}"))
    secret = ResourceChange(
        "web/prod",
        Action.UPDATE,
        ResourceId("v1", "Secret", "web", "db"),
        (FieldChange("data.password", "b2xk", "bmV3"), FieldChange("metadata.name", "db", "db")),
        (f"{CANARY} changes",),
    )
    standing = judged(found, changes=[secret], not_checked=[NotChecked(CANARY, CANARY)], explanation=CANARY)
    report = REDACTOR.report(standing.report)
    assert CANARY not in repr(report)
    assert report.findings[0].suggestion is None
    before, after = report.changes[0].fields[0].before, report.changes[0].fields[0].after
    assert before == REDACTOR.fingerprint("b2xk") != after
    assert report.changes[0].fields[1] == FieldChange("metadata.name", "db", "db")
    body = summary.judged(replace(standing, report=report), AROUND)
    assert not any(CANARY[start : start + 6] in body for start in range(len(CANARY) - 6))
