"""What can go wrong between Fairlead and a repository, in words for the people who read a status or a log.

No message ever holds a header, a token or an URL with credentials.
"""


class GitError(Exception):
    """Git did not do what was asked. `passing` tells that trying again later may help."""

    passing = False


class CommitNotFound(GitError):
    """The repository no longer offers the commit: force-pushed away, or the fork is gone."""


class BadRefName(GitError):
    """What should name a branch or another ref is nothing that git would take for one; it was not handed to git."""


class RepositoryNotFound(GitError):
    """There is no such repository, or we may not see it."""


class AccessDenied(GitError):
    """The host knows the repository and refuses us."""


class HostUnreachable(GitError):
    """No answer from the host, or a passing fault of its own."""

    passing = True


class TimedOut(GitError):
    """Git took longer than we wait."""

    passing = True


class NoRoom(GitError):
    """The disk is full, or holds as many files as it can."""

    passing = True


class TooLarge(GitError):
    """A limit on size was reached; nothing of it was looked at."""


class ObjectsRefused(GitError):
    """The repository sent objects that git's own check finds broken or hostile, such as a file named `.git/config`."""


class UnrelatedHistories(GitError):
    """Base and head have no commit in common, so there is nothing that merging would give."""


class NotARepository(GitError):
    """The folder is not in a git repository."""


class UnknownRevision(GitError):
    """No commit has this name here."""


class NoBase(GitError):
    """It is not clear what to compare with."""
