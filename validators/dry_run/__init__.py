"""What a change would do to the resources of a cluster, as far as it is known without one."""

from validators.dry_run.plain import changes

__all__ = ["changes"]
