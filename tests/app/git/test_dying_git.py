"""A git that dies in the middle of what it writes is a failed tool, told as one, and nothing half is believed."""

from pathlib import Path

import pytest

from app.git.diff import changed_files
from validators.change import ToolFailed
from validators.trees.git_command import Git

RAW = ":100644 100644 1111111 2222222 M\\ta.yaml\\n"
IN_A_HUNK = RAW + "--- a/a.yaml\\n+++ b/a.yaml\\n@@ -1,2 +1,2 @@\\n a\\n"


class DyingGit(Git):
    """Writes `path` (a text for printf, standing in for the repository) and is killed, as when memory runs out."""

    def argv(self, *words: str) -> list[str]:
        return ["sh", "-c", f"printf '{self.git_dir}'; kill -9 $$", *words]


@pytest.mark.parametrize("written", ["", RAW, RAW[:30], IN_A_HUNK])
def test_a_git_that_dies_has_failed(written: str) -> None:
    with pytest.raises(ToolFailed, match="git diff-tree failed"):
        changed_files(DyingGit(Path(written)), "1" * 40, "2" * 40)
