"""Comments on the page of a pull request, and reactions to comments."""

from app.devforge import clock
from app.devforge.errors import ApiError
from app.devforge.events import tell
from app.devforge.forge import Forge
from app.devforge.records import Account, IssueComment, PullRequest, Reaction
from app.devforge.reviews import check_body
from app.devforge.shapes import comments as shapes
from app.devforge.shapes import pulls as pull_shapes


def write(forge: Forge, pull: PullRequest, author: Account, body: str, app_id: int | None) -> IssueComment:
    """A new comment; `app_id` names the app when a bot wrote it."""
    check_body("IssueComment", body)
    time = clock.now()
    new = IssueComment(pull_id=pull.id, author_id=author.id, app_id=app_id, body=body, created_at=time, updated_at=time)
    made = forge.database.insert(new)
    forge.database.update(pull, updated_at=time)
    _announce(forge, pull, made, "created", author)
    return made


def edit(forge: Forge, pull: PullRequest, one: IssueComment, body: str, sender: Account) -> IssueComment:
    """Other words."""
    check_body("IssueComment", body)
    edited = forge.database.update(one, body=body, updated_at=clock.now())
    _announce(forge, pull, edited, "edited", sender, changes={"body": {"from": one.body}})
    return edited


def delete(forge: Forge, pull: PullRequest, one: IssueComment, sender: Account) -> None:
    """Away with it."""
    _announce(forge, pull, one, "deleted", sender)
    forge.database.delete(one)
    for reaction in forge.database.all(Reaction, subject="issue_comment", subject_id=one.id):
        forge.database.delete(reaction)


def react(forge: Forge, subject: str, subject_id: int, account: Account, content: str) -> tuple[Reaction, bool]:
    """A reaction and whether it is new: the same one twice is one."""
    if content not in shapes.CONTENTS:
        raise ApiError(422, "Validation Failed", [{"resource": "Reaction", "code": "invalid", "field": "content"}])
    wanted: dict[str, str | int] = {"subject": subject, "subject_id": subject_id, "account_id": account.id, "content": content}
    known = forge.database.one(Reaction, **wanted)
    if known:
        return known, False
    new = Reaction(subject=subject, subject_id=subject_id, account_id=account.id, content=content, created_at=clock.now())
    return forge.database.insert(new), True


def _announce(forge: Forge, pull: PullRequest, one: IssueComment, action: str, sender: Account, **more: object) -> None:
    shape = {"comment": shapes.issue_comment(forge, one, pull), "issue": pull_shapes.issue(forge, pull)}
    tell(forge, forge.repository_by_id(pull.repository_id), "issue_comment", sender, {"action": action, **shape, **more})
