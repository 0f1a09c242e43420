"""The graders that a case file may name: built-in ones, combinations and custom ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    model_validator,
)

from pytest_finetunebench.cases.form_options import (
    CodeGrader,
    JsonGrader,
    LabelGrader,
    PythonGrader,
    SourceGrader,
    SqlGrader,
    StyleGrader,
)
from pytest_finetunebench.cases.grader_options import (
    AbstainGrader,
    AutoGrader,
    ChoiceGrader,
    ExactGrader,
    FactsGrader,
    GraderOptions,
    JudgeGrader,
    NumberGrader,
    RegexGrader,
    TextGrader,
    YesNoGrader,
)
from pytest_finetunebench.errors import nearest, one_line
from pytest_finetunebench.files.explain import rule_error, shown_value
from pytest_finetunebench.files.scalars import OrText, typed_scalars

DEEPEST_COMBINATION = 3
"""Levels that `all` and `any` may be nested."""


class _Combination(GraderOptions):
    of: Annotated[
        tuple[GraderChoice, ...],
        Field(min_length=1, max_length=10, description="Graders, each with the probe's reference."),
    ]

    @property
    def title(self) -> str:
        """The combined graders: `all(json, style)`."""
        return f"{self.name}({', '.join(grader.title for grader in self.of)})"

    @property
    def depth(self) -> int:
        """Levels of nested combinations, including this one."""
        return 1 + max(grader.depth if isinstance(grader, _Combination) else 0 for grader in self.of)

    @model_validator(mode="after")
    def _not_too_deep(self) -> _Combination:
        if self.depth > DEEPEST_COMBINATION:
            raise rule_error(
                f"all and any are nested {self.depth} levels deep: at most {DEEPEST_COMBINATION} are allowed", "of"
            )
        return self


class AllGrader(_Combination):
    """The answer passes every grader under `of`."""

    name: Literal["all"] = "all"


class AnyGrader(_Combination):
    """The answer passes at least one grader under `of`."""

    name: Literal["any"] = "any"


class CustomGrader(GraderOptions):
    """A custom grader: its registered name and its options."""

    name: Literal["own"] = "own"  # run records hold this word
    registered: str
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name it is registered under."""
        return self.registered


_BUILT_IN: tuple[type[GraderOptions], ...] = (
    AutoGrader,
    ExactGrader,
    TextGrader,
    NumberGrader,
    YesNoGrader,
    ChoiceGrader,
    RegexGrader,
    AbstainGrader,
    JsonGrader,
    SqlGrader,
    LabelGrader,
    CodeGrader,
    PythonGrader,
    SourceGrader,
    StyleGrader,
    FactsGrader,
    JudgeGrader,
    AllGrader,
    AnyGrader,
)
GRADERS: Mapping[str, type[GraderOptions]] = {model.model_fields["name"].default: model for model in _BUILT_IN}
"""The options of each built-in grader by its name."""
GRADER_NAMES = tuple(GRADERS)

Grader = Annotated[
    AutoGrader
    | ExactGrader
    | TextGrader
    | NumberGrader
    | YesNoGrader
    | ChoiceGrader
    | RegexGrader
    | AbstainGrader
    | JsonGrader
    | SqlGrader
    | LabelGrader
    | CodeGrader
    | PythonGrader
    | SourceGrader
    | StyleGrader
    | FactsGrader
    | JudgeGrader
    | AllGrader
    | AnyGrader
    | CustomGrader,
    Field(discriminator="name"),
]
"""A grader's name with its options."""


def _by_name(value: object, info: ValidationInfo) -> object:
    """Turn a grader's name into a mapping. The validation context names custom graders under `graders`."""
    if isinstance(value, GraderOptions):
        return value
    given = {"name": value} if isinstance(value, str) else value
    if not isinstance(given, dict):
        raise ValueError("write a grader's name, or a mapping with its 'name' and options")
    if "name" not in given:
        return given
    name = given["name"]
    custom: Collection[str] = (info.context or {}).get("graders", ())
    # run records are read without a context and hold "own", which no case file may name
    if isinstance(name, str) and (name in GRADERS or (name == "own" and info.context is None)):
        return given
    if isinstance(name, str) and name in custom:
        options = {key: typed_scalars(part) for key, part in given.items() if key != "name"}
        return {"name": "own", "registered": str(name), "options": options}
    raise ValueError(_unknown_grader(name, custom))


def _unknown_grader(name: object, custom: Collection[str]) -> str:
    known = (*GRADER_NAMES, *custom)
    hint = nearest(name, known) if isinstance(name, str) else ""
    message = f"{shown_value(name)} is not a grader{hint or ': choose one of ' + ', '.join(known)}"
    if not isinstance(name, str):
        return message
    shown = one_line(name, 60)
    register = f"register a custom grader with --ft-graders={shown}=MODULE:ATTRIBUTE"
    return f"{message}; {register} (finetunebench validate: --graders {shown})"


def custom_names(grader: GraderOptions) -> set[str]:
    """Return the names of the custom graders that a grader is or combines."""
    if isinstance(grader, AllGrader | AnyGrader):
        return set().union(*(custom_names(part) for part in grader.of))
    return {grader.registered} if isinstance(grader, CustomGrader) else set()


GraderChoice = Annotated[
    Grader,
    BeforeValidator(_by_name),
    OrText((("enum", GRADER_NAMES), ("description", "The grader's name; its options keep their defaults."))),
]
"""A grader in a case file: its name, or a mapping of its name and options."""
AllGrader.model_rebuild()
AnyGrader.model_rebuild()
