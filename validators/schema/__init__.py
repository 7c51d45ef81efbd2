"""Is each Kubernetes object what its kind's schema says, and what the API server takes?

Schemas: Kubernetes' own of thirteen releases, CRDs of the repository, the operator's folder, CRDs of widely used controllers.
Engines: in process (jsonschema-rs), or the real kubeconform, or both held against each other.
"""

from validators.schema.checking import Schema

__all__ = ["Schema"]
