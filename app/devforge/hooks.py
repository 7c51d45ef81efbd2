"""Scripts that git runs when somebody pushes."""

from pathlib import Path

UPDATE = """#!/bin/sh
# A protected branch moves through the merge button only. DEVFORGE_PROTECTED lists the refs that this pusher may not touch.
for protected in $DEVFORGE_PROTECTED; do
    if [ "$1" = "$protected" ]; then
        echo "error: GH006: Protected branch update failed for $1." >&2
        echo "error: Changes must be made through a pull request." >&2
        exit 1
    fi
done
exit 0
"""

POST_RECEIVE = """#!/bin/sh
# Tells where to open a pull request for a branch that is new. DEVFORGE_URL is the repository's page.
while read -r old new ref; do
    case "$old$ref" in
        0000000000000000000000000000000000000000refs/heads/*)
            [ "${ref#refs/heads/}" = "$DEVFORGE_DEFAULT_BRANCH" ] && continue
            echo
            echo "Create a pull request for '${ref#refs/heads/}' by visiting:"
            echo "     $DEVFORGE_URL/compare/${ref#refs/heads/}"
            echo
            ;;
    esac
done
exit 0
"""


def write(folder: Path) -> None:
    """Put the scripts into a repository's folder of hooks."""
    folder.mkdir(exist_ok=True)
    for name, text in (("update", UPDATE), ("post-receive", POST_RECEIVE)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
