"""The service works where nothing can be written but its data folder and /tmp, as a user without rights, as containers have it."""

import shutil
from pathlib import Path

import pytest
from forge_stage.stages import town
from one_service import ROOT, one_service

BWRAP = shutil.which("bwrap")


@pytest.mark.slow
@pytest.mark.skipif(BWRAP is None, reason="bubblewrap is not installed")
def test_it_judges_with_a_root_that_can_not_be_written_and_no_rights(tmp_path: Path) -> None:
    data = tmp_path / "data"
    walls = [
        *(str(BWRAP), "--unshare-user", "--unshare-pid", "--uid", "10001", "--gid", "10001", "--cap-drop", "ALL"),
        *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"),
        *("--ro-bind", str(ROOT), str(ROOT), "--bind", str(data), str(data), "--die-with-parent", "--"),
    ]
    with town(tmp_path, events=("pull_request",)) as place, one_service(place, tmp_path, within=walls, HOME="/") as service:
        _, head = service.propose_broken()
        assert service.final(head) == "1 error blocks the merge"
    assert (data / "fairlead.sqlite").exists()
    assert "Read-only file system" not in service.log.read_text("utf-8")
