"""The merge queue, and the suites that a push asks for."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from devforge_shop import NUMBERS, Shop
from github.GithubException import GithubException
from github.PullRequest import PullRequest
from webhook_receiver import Receiver, receiving

from app.devforge import apps
from app.devforge.records import Installation

GATE = "fairlead/checks"


@dataclass(frozen=True, slots=True)
class Queue:
    """A shop whose main branch merges by queue, and what the app hears."""

    shop: Shop
    receiver: Receiver

    def propose(self, name: str, line: int) -> PullRequest:
        """A pull request whose head has what it takes."""
        self.shop.clone.branch(name, {"numbers": NUMBERS.replace(f"line {line}\n", f"line {line}!\n")})
        pull = self.shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head=name, title=name)
        self.judge(pull.head.sha)
        pull.get_issue_comments().totalCount  # noqa: B018 - GitHub finds out whether it can merge once somebody looks
        return pull

    def judge(self, sha: str, state: str = "success") -> None:
        """The app says what it thinks of a commit."""
        self.shop.bot().get_repo("shop/gitops").get_commit(sha).create_status(state, context=GATE)

    def enqueue(self, pull: PullRequest) -> str:
        """Into the queue; gives the group's commit."""
        query = (
            """mutation($id: ID!) { enqueuePullRequest(input: {pullRequestId: $id}) { mergeQueueEntry { headCommitOid } } }"""
        )
        _, answer = self.shop.user("ada").requester.graphql_query(query, {"id": pull.node_id})
        return str(answer["data"]["enqueuePullRequest"]["mergeQueueEntry"]["headCommitOid"])

    def main(self) -> str | None:
        """The tip of main."""
        return self.shop.forge.git(self.shop.forge.repository("shop/gitops")).branch("main")


@pytest.fixture
def queue(shop: Shop) -> Iterator[Queue]:
    """One that is empty."""
    shop.forge.protect_branch("shop/gitops", "main", [GATE], queue=True)
    for one in shop.forge.database.all(Installation):
        shop.forge.database.update(one, events='["pull_request", "merge_group", "check_suite", "push"]')
    with receiving() as inbox:
        apps.point_webhooks(shop.forge, "fairlead", inbox.url)
        yield Queue(shop, inbox)


def test_a_group_is_formed_asked_about_and_merged_when_its_own_head_passes(queue: Queue) -> None:
    pull, before = queue.propose("one", 5), queue.main()
    head = queue.enqueue(pull)
    [asked] = queue.receiver.wait_for("merge_group.checks_requested")
    assert asked.at("merge_group", "head_sha") == head
    assert asked.at("merge_group", "base_sha") == before
    assert asked.at("merge_group", "head_ref") == f"refs/heads/gh-readonly-queue/main/pr-{pull.number}-{before}"
    assert queue.main() == before
    queue.judge(head)
    [gone] = queue.receiver.wait_for("merge_group.destroyed")
    assert gone.at("reason") == "merged"
    assert queue.main() == head
    assert queue.receiver.wait_for("pull_request.closed")[0].at("pull_request", "merged") is True


def test_a_group_stands_on_the_one_before_it_and_is_formed_anew_when_that_one_fails(queue: Queue) -> None:
    first, second = queue.propose("one", 5), queue.propose("two", 30)
    base = queue.main()
    one, two = queue.enqueue(first), queue.enqueue(second)
    queue.judge(two)  # passes, and waits for its turn
    assert queue.main() == base
    queue.judge(one, "failure")
    dequeued = queue.receiver.wait_for("pull_request.dequeued")
    assert [(item.at("number"), item.at("reason")) for item in dequeued] == [(first.number, "CI_FAILURE")]
    reasons = [item.at("reason") for item in queue.receiver.wait_for("merge_group.destroyed", 2)]
    assert reasons == ["dequeued", "invalidated"]
    again = queue.receiver.wait_for("merge_group.checks_requested", 3)[-1]
    assert again.at("merge_group", "base_sha") == base
    queue.judge(str(again.at("merge_group", "head_sha")))
    assert queue.main() == again.at("merge_group", "head_sha")


def test_a_branch_with_a_queue_takes_no_other_merge_and_no_change_that_may_not(queue: Queue) -> None:
    pull = queue.propose("one", 5)
    with pytest.raises(GithubException) as told:
        pull.merge()
    assert (told.value.status, "merge queue" in str(told.value.data)) == (405, True)
    queue.judge(pull.head.sha, "failure")
    with pytest.raises(GithubException, match="Required status check"):
        queue.enqueue(pull)


def test_a_push_asks_the_app_for_a_suite_and_nobody_else(queue: Queue) -> None:
    apps.register(
        queue.shop.forge, "olga", apps.Manifest("reader", {"checks": "read"}, ("check_suite",), queue.receiver.url, "x")
    )
    apps.install(queue.shop.forge, "reader", "shop", None)
    head = queue.shop.clone.branch("topic", {"numbers": NUMBERS + "more\n"})
    suites = queue.receiver.wait_for("check_suite.requested")
    assert [(one.at("check_suite", "head_sha"), one.at("check_suite", "head_branch")) for one in suites] == [(head, "topic")]
