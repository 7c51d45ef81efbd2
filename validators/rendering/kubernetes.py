"""The version of Kubernetes that charts are rendered for."""

from validators.settings import CheckSettings


def version_for(settings: CheckSettings) -> str:
    """The version that the settings name, else the newest that is known: Helm's own default is one that charts refuse."""
    from validators.schema.core import versions  # the schema check renders, so it can't be imported from here at the top

    return settings.kubernetes_version.removeprefix("v") or versions()[-1]
