"""The service runs once for the hostile cases of a module: it takes seconds to start and to end. Each test has a change of its own.

Each case of the list that these tests come from is found by its id: `-k file_content-07`, or `-k repo_structure_12` where the
id stands in the name of the test.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from service_stage import Stage, staged


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A forge in memory, a real repository, and the service with its engine, which watches it."""
    async with staged(Path(tmp_path_factory.mktemp("service"))) as running:
        yield running
