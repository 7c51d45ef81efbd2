"""What can be asked: viewer, repository, pull requests, review threads and their comments; threads resolved and reopened."""

from app.devforge import moves, pulls, queue, reviews
from app.devforge.access import Actor, allows, can_see, has_role
from app.devforge.errors import ApiError
from app.devforge.forge import Forge
from app.devforge.graphql.execute import Arguments, Node, connection
from app.devforge.graphql.language import GraphqlError
from app.devforge.records import Account, PullRequest, Repository, ReviewComment, Thread
from app.devforge.shapes.names import from_node_id, node_id, pull_page


class Graph:
    """The graph as one actor sees it."""

    def __init__(self, forge: Forge, actor: Actor) -> None:
        self._forge = forge
        self._actor = actor

    def roots(self) -> dict[str, Node]:
        """Where queries and mutations begin."""
        query = {
            "viewer": lambda _: self._account(self._actor.known),
            "repository": self._find_repository,
            "node": self._find_node,
        }
        mutation = {
            "resolveReviewThread": self._resolve,
            "unresolveReviewThread": self._unresolve,
            "markPullRequestReadyForReview": self._ready,
            "convertPullRequestToDraft": self._not_ready,
            "enqueuePullRequest": self._enqueue,
            "dequeuePullRequest": self._dequeue,
        }
        return {"query": Node("Query", query), "mutation": Node("Mutation", mutation)}

    def _find_repository(self, arguments: Arguments) -> Node:
        name = f"{arguments.get('owner')}/{arguments.get('name')}"
        found = moves.former(self._forge, name)  # names that were changed lead on
        if found is None or not can_see(self._forge, self._actor, found):
            raise GraphqlError(f"Could not resolve to a Repository with the name '{name}'.", "NOT_FOUND")
        return self._repository(found)

    def _find_node(self, arguments: Arguments) -> Node:
        text = str(arguments.get("id"))
        pull = self._forge.database.one(PullRequest, id=from_node_id("PR", text) or 0)
        if pull and can_see(self._forge, self._actor, self._forge.repository_by_id(pull.repository_id)):
            return self._pull(pull)
        thread, on = self._find_thread(text)
        return self._thread(thread, on)

    def _find_thread(self, text: str) -> tuple[Thread, PullRequest]:
        thread = self._forge.database.one(Thread, id=from_node_id("PRRT", text) or 0)
        pull = self._forge.database.one(PullRequest, id=thread.pull_id) if thread else None
        if (
            thread is None
            or pull is None
            or not can_see(self._forge, self._actor, self._forge.repository_by_id(pull.repository_id))
        ):
            raise GraphqlError(f"Could not resolve to a node with the global id of '{text}'", "NOT_FOUND")
        return thread, pull

    def _resolve(self, arguments: Arguments) -> Node:
        return self._settle(arguments, "ResolveReviewThreadPayload", resolved=True)

    def _unresolve(self, arguments: Arguments) -> Node:
        return self._settle(arguments, "UnresolveReviewThreadPayload", resolved=False)

    def _ready(self, arguments: Arguments) -> Node:
        pull, sender, given = self._to_change(arguments)
        changed = pulls.set_draft(self._forge, pull, sender, draft=False)
        return Node("MarkPullRequestReadyForReviewPayload", {"pullRequest": self._pull(changed), "clientMutationId": given})

    def _not_ready(self, arguments: Arguments) -> Node:
        pull, sender, given = self._to_change(arguments)
        changed = pulls.set_draft(self._forge, pull, sender, draft=True)
        return Node("ConvertPullRequestToDraftPayload", {"pullRequest": self._pull(changed), "clientMutationId": given})

    def _enqueue(self, arguments: Arguments) -> Node:
        pull, sender, given = self._to_change(arguments)
        try:
            group = queue.enqueue(self._forge, pull, sender)
        except ApiError as problem:
            raise GraphqlError(problem.message, "UNPROCESSABLE") from None
        entry = Node("MergeQueueEntry", {"id": node_id("MQE", group.id), "headCommitOid": group.head_sha})
        return Node("EnqueuePullRequestPayload", {"mergeQueueEntry": entry, "clientMutationId": given})

    def _dequeue(self, arguments: Arguments) -> Node:
        pull, sender, given = self._to_change(arguments, "id")
        queue.dequeue(self._forge, pull, sender, "MANUAL")
        return Node("DequeuePullRequestPayload", {"clientMutationId": given})

    def _to_change(self, arguments: Arguments, name: str = "pullRequestId") -> tuple[PullRequest, Account, object]:
        """The pull request that a mutation names, for somebody who wrote it or may write; and what to hand back."""
        asked = arguments.get("input")
        given = asked if isinstance(asked, dict) else {}
        text = str(given.get(name))
        pull = self._forge.database.one(PullRequest, id=from_node_id("PR", text) or 0)
        if pull is None or not can_see(self._forge, self._actor, self._forge.repository_by_id(pull.repository_id)):
            raise GraphqlError(f"Could not resolve to a node with the global id of '{text}'", "NOT_FOUND")
        repository, sender = self._forge.repository_by_id(pull.repository_id), self._actor.known
        if sender.id != pull.author_id and not allows(self._forge, self._actor, repository, "contents", "write"):
            raise GraphqlError(f"{sender.login} does not have the correct permissions to execute this.", "FORBIDDEN")
        return pull, sender, given.get("clientMutationId")

    def _settle(self, arguments: Arguments, type_name: str, *, resolved: bool) -> Node:
        asked = arguments.get("input")
        given = asked if isinstance(asked, dict) else {}
        thread, pull = self._find_thread(str(given.get("threadId")))
        repository = self._forge.repository_by_id(pull.repository_id)
        sender = self._actor.known
        if self._actor.installation:
            # As on GitHub: resolving takes write access to contents beside pull requests.
            may = all(allows(self._forge, self._actor, repository, name, "write") for name in ("pull_requests", "contents"))
        else:
            may = has_role(self._forge, sender, repository, "write") or sender.id == pull.author_id
        if not may:
            word = (
                "Resource not accessible by integration"
                if self._actor.installation
                else f"{sender.login} does not have the correct permissions to execute this."
            )
            raise GraphqlError(word, "FORBIDDEN")
        changed = reviews.resolve(self._forge, pull, thread, sender, resolved=resolved)
        return Node(type_name, {"thread": self._thread(changed, pull), "clientMutationId": given.get("clientMutationId")})

    def _repository(self, one: Repository) -> Node:
        owner = self._forge.account_by_id(one.owner_id)
        return Node(
            "Repository",
            {
                "id": node_id("R", one.id),
                "databaseId": one.id,
                "name": one.name,
                "nameWithOwner": self._forge.full_name(one),
                "owner": self._account(owner),
                "pullRequest": lambda arguments: self._find_pull(one, arguments.get("number")),
            },
        )

    def _find_pull(self, repository: Repository, number: object) -> Node:
        wanted = number if isinstance(number, int) else 0
        found = self._forge.database.one(PullRequest, repository_id=repository.id, number=wanted)
        if found is None or not allows(self._forge, self._actor, repository, "pull_requests", "read"):
            raise GraphqlError(f"Could not resolve to a PullRequest with the number of {number}.", "NOT_FOUND")
        return self._pull(found)

    def _pull(self, one: PullRequest) -> Node:
        state = "MERGED" if one.merged else one.state.upper()
        return Node(
            "PullRequest",
            {
                "id": node_id("PR", one.id),
                "databaseId": one.id,
                "number": one.number,
                "title": one.title,
                "state": state,
                "isDraft": one.draft,
                "url": pull_page(self._forge, one),
                "headRefOid": one.head_sha,
                "author": self._account(self._forge.account_by_id(one.author_id)),
                "reviewThreads": connection(self._threads(one)),
            },
        )

    def _threads(self, pull: PullRequest) -> list[Node]:
        return [self._thread(one, pull) for one in self._forge.database.all(Thread, pull_id=pull.id)]

    def _thread(self, one: Thread, on: PullRequest) -> Node:
        settled = self._forge.account_by_id(one.resolved_by_id) if one.resolved_by_id else None
        return Node(
            "PullRequestReviewThread",
            {
                "id": node_id("PRRT", one.id),
                "isResolved": one.resolved_by_id is not None,
                "isOutdated": one.outdated,
                "isCollapsed": one.outdated or one.resolved_by_id is not None,
                "resolvedBy": self._account(settled) if settled else None,
                "path": one.path,
                "line": one.line,
                "startLine": one.start_line,
                "originalLine": one.original_line,
                "originalStartLine": one.original_start_line,
                "diffSide": one.side,
                "subjectType": one.subject.upper(),
                "pullRequest": lambda _: self._pull(on),
                "comments": connection([self._comment(each, one, on) for each in reviews.of_thread(self._forge, one)]),
            },
        )

    def _comment(self, one: ReviewComment, thread: Thread, on: PullRequest) -> Node:
        return Node(
            "PullRequestReviewComment",
            {
                "id": node_id("PRRC", one.id),
                "databaseId": one.id,
                "fullDatabaseId": str(one.id),
                "body": one.body,
                "path": thread.path,
                "line": thread.line,
                "originalLine": thread.original_line,
                "outdated": thread.outdated,
                "url": f"{pull_page(self._forge, on)}#discussion_r{one.id}",
                "createdAt": one.created_at,
                "updatedAt": one.updated_at,
                "author": self._account(self._forge.account_by_id(one.author_id)),
                "viewerDidAuthor": self._actor.account is not None and self._actor.account.id == one.author_id,
            },
        )

    def _account(self, one: Account) -> Node:
        # GraphQL names bots without the [bot] that the REST API shows.
        fields = {"id": node_id("U", one.id), "databaseId": one.id, "login": one.login.removesuffix("[bot]")}
        return Node(one.kind, {**fields, "url": f"{self._forge.base_url}/{one.login}", "resourcePath": f"/{one.login}"})
