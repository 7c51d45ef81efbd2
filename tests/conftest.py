"""What more than one folder of tests shares."""

from collections.abc import Iterator

import pytest
from demo_process import Demo, eventually, running_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with every pull request judged. Its start is dear: tests share it, and add branches of their own."""
    with running_demo(tmp_path_factory.mktemp("demo") / "d") as running:
        eventually(running.all_judged, "all pull requests are judged")
        yield running
