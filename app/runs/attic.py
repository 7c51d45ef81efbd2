"""DBOS keeps a record of every workflow for ever; here the old ones go, a few hundred at once."""

import asyncio
from datetime import datetime

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

from app.runs.dispatch import APPLICATION

BATCH = 500
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


async def forget_workflows(url: str, before: datetime) -> int:
    """Remove the records of workflows that are over and were begun before then; gives how many."""
    await asyncio.to_thread(DBOS.migrate, url)
    client = DBOSClient(
        system_database_url=url, serializer=DBOSPortableJSONSerializer(), application_name=APPLICATION, lazy=True
    )
    removed = 0
    try:
        while True:
            found = await client.list_workflows_async(
                status=OVER, end_time=before.isoformat(), limit=BATCH, load_input=False, load_output=False
            )
            if found:
                await client.delete_workflows_async([one.workflow_id for one in found])
            removed += len(found)
            if len(found) < BATCH:
                return removed
    finally:
        client.destroy()
