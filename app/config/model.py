"""The settings of `.fairlead.yaml`, as strict types. Their descriptions are the reference and the editor's schema.

A new setting is a field here with a description, and has an effect somewhere; `docs/reference/configuration.md` is made
from this page (`python -m app.config.reference`).
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from validators.patterns import LONGEST, complaint
from validators.settings import CheckSettings, FailOn, SchemaEngine

MOST_PATTERNS = 100
MOST_COMMENTS = 30

_VERSION = re.compile(r"1\.\d{1,2}")


def _whole_number(value: object) -> object:
    """To Python `true` and `1.0` are equal to 1; here they are mistakes."""
    if isinstance(value, bool | float):
        raise PydanticCustomError("whole_number", "it is 1")
    return value


def _kubernetes_version(text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise PydanticCustomError("kubernetes_version", 'it is a minor version such as "1.31", in quotes')
    return text


def _pattern(text: str) -> str:
    if why := complaint(text):
        raise PydanticCustomError("pattern", "it {why}", {"why": why})
    return text


class Section(BaseModel):
    """Settings that stand together. Unknown keys are refused, and no value is bent into another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SchemaSettings(Section):
    """How manifests are checked against the schemas of their kinds."""

    engine: Annotated[SchemaEngine, Field(strict=False)] = Field(
        default=SchemaEngine.AUTO,
        description="Which program checks manifests: `in_process` is Fairlead's own, `kubeconform` is that program, `both` "
        "runs the two and reports any difference as a bug, `auto` leaves the choice to Fairlead.",
    )


class ValidatorSettings(Section):
    """Which validators run. One that is switched off shows as skipped in every review."""

    files: bool = Field(default=True, description="The changed paths themselves: links, submodules, LFS pointers, odd names.")
    yaml_lint: bool = Field(default=True, description="Syntax, duplicate keys, and style as the repository's `.yamllint` asks.")
    schema_: bool = Field(default=True, alias="schema", description="Manifests against the schemas of their kinds.")
    units: bool = Field(default=True, description="What the units that a change touches refer to, and do not have.")

    def disabled(self) -> tuple[str, ...]:
        """Names of those that are switched off."""
        return tuple(name for name, on in self.model_dump(by_alias=True).items() if not on)


class CommentSettings(Section):
    """What is said on the lines of a change. The summary comment and the status are always there."""

    inline: bool = Field(default=True, description="Whether errors and warnings are said on the lines that cause them.")
    limit: int = Field(
        default=MOST_COMMENTS,
        ge=0,
        le=MOST_COMMENTS,
        description="How many inline comments may stand open on one change; the rest is in the summary.",
    )
    on_drafts: bool = Field(default=True, description="Whether drafts get inline comments too.")

    def inline_limit(self, *, draft: bool) -> int:
        """How many inline comments may stand on a change; 0 for none."""
        return self.limit if self.inline and (self.on_drafts or not draft) else 0


class Configuration(Section):
    """Fairlead's settings for one repository. They are read from the branch that a change wants to merge into, never from
    the change itself; a change that edits them has its version checked."""

    version: Annotated[Literal[1], BeforeValidator(_whole_number)] = Field(
        description="The version of this format: always `1`, and never left out."
    )
    kubernetes_version: Annotated[str, AfterValidator(_kubernetes_version)] = Field(
        default="",
        description='The Kubernetes version that manifests must fit, such as `"1.31"`, in quotes. '
        "Without it the newest version that Fairlead knows.",
        json_schema_extra={"pattern": rf"^{_VERSION.pattern}$", "examples": ["1.31"]},
    )
    schema_: SchemaSettings = Field(default=SchemaSettings(), alias="schema", description="How manifests are checked.")
    ignore: Annotated[
        tuple[Annotated[str, AfterValidator(_pattern), Field(json_schema_extra={"maxLength": LONGEST})], ...],
        Field(strict=False, max_length=MOST_PATTERNS),
    ] = Field(
        default=(),
        description="Paths that are not looked at, as patterns like those of `.gitignore` with `*`, `**` and `?`. "
        "Every review says how much they left out.",
        examples=[["docs/**", "*.generated.yaml"]],
    )
    validators: ValidatorSettings = Field(default=ValidatorSettings(), description="Which validators run.")
    fail_on: Annotated[FailOn, Field(strict=False)] = Field(
        default=FailOn.ERROR,
        description="The mildest finding that blocks the merge, if the change brings it about: `error`, `warning`, or `never`. "
        "What was there before never blocks.",
    )
    comments: CommentSettings = Field(default=CommentSettings(), description="What is said on the lines of a change.")

    def check_settings(self) -> CheckSettings:
        """What of this concerns the validators."""
        return CheckSettings(
            kubernetes_version=self.kubernetes_version,
            schema_engine=self.schema_.engine,
            ignore=self.ignore,
            disabled=self.validators.disabled(),
        )


def json_schema() -> dict[str, JsonValue]:
    """The JSON Schema of the file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Configuration.model_json_schema(),
        "title": "Fairlead, .fairlead.yaml",
    }
