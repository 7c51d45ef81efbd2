"""Rules about changed paths themselves; `validators/files.py` looks for them."""

from validators.model import Severity
from validators.rules.rule import Rule

RULES = (
    Rule(
        "file/link-outside",
        Severity.ERROR,
        "A symbolic link leaves the repository",
        "What it points to is another file on every machine. Argo CD and Flux refuse it, since such links have been used to "
        "read what a repository may not see.",
        "Put the file itself where the link is.",
        source="https://argo-cd.readthedocs.io/en/stable/operator-manual/high_availability/",
    ),
    Rule(
        "file/link-dangling",
        Severity.WARNING,
        "A symbolic link points to nothing",
        "Whoever reads it gets an error, or silently nothing.",
        "Mend its target, or delete it.",
    ),
    Rule(
        "file/submodule",
        Severity.INFO,
        "A submodule comes with the change",
        "Submodules are never fetched: what they hold is not checked here, and it can be anything that their repository has.",
        "Keep what is deployed in this repository, or have it checked in its own.",
    ),
    Rule(
        "file/lfs-pointer",
        Severity.ERROR,
        "The content of a file is kept in Git LFS",
        "A pointer stands in its place, and that is what kustomize, Helm and Argo CD read unless they are set up for Git LFS.",
        "Commit the file itself and take its pattern out of `.gitattributes`.",
        source="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md",
    ),
    Rule(
        "file/too-large",
        Severity.ERROR,
        "A file is too large to be checked",
        "Files are read up to a limit, so that nobody can stop the service with one. What is larger was not looked at.",
        "Split it, or keep it out of Git.",
    ),
    Rule(
        "file/name-encoding",
        Severity.WARNING,
        "The name of a file is not UTF-8",
        "Machines with other settings can't check it out, and tools name it in different ways.",
        "Rename it.",
    ),
    Rule(
        "file/name-control",
        Severity.WARNING,
        "The name of a file has invisible characters",
        "What can't be seen can make a file look like another one, for people and for tools.",
        "Rename it.",
        source="https://trojansource.codes",
    ),
    Rule(
        "file/name-case",
        Severity.WARNING,
        "Two names differ in case only",
        "On macOS and Windows they are one file: one of them is lost in a checkout.",
        "Rename one of them.",
    ),
)
