"""The options of each built-in grader. `grader_choice` names and combines them."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from pytest_finetunebench.files.scalars import Text, Texts


class GraderOptions(BaseModel):
    """Base of every grader's options. Unknown options are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str

    @property
    def title(self) -> str:
        """The grader's name in verdicts."""
        return self.name

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # a field that is left out reads back as its default, also in a later version with more options
        values = ((name, getattr(self, name), default) for name, default in _defaults(type(self)).items())
        left_out = {name for name, value, default in values if value is default or value == default}
        if len(left_out) == len(_defaults(type(self))):
            return {"name": self.name}
        left_out |= {alias for name in left_out if (alias := type(self).model_fields[name].alias)}
        return {key: part for key, part in handler(self).items() if key not in left_out}

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the names of the options in case files."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


@cache
def _defaults(kind: type[GraderOptions]) -> dict[str, Any]:
    fields = kind.model_fields.items()
    # the very object that graders share, where there is one: equal to itself without a look inside
    return {
        name: field.get_default(call_default_factory=True) if field.default_factory else field.default
        for name, field in fields
        if name != "name"
    }


class Guards(BaseModel):
    """Guards that reject a match with the reference. A probe can switch each of them off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    echo: bool = True
    """The answer only repeats the question."""
    refusal: bool = True
    """The answer declines but mentions the reference."""
    negation: bool = True
    """The answer denies the reference."""
    other_answer: bool = True
    """The answer mentions the reference but gives another answer."""
    other_entity: bool = True
    """The reference is a part of what the answer names (`vice president`, `X's brother`)."""
    direction: bool = True
    """The answer turns the reference around (`Y acquired X`, `from X to Y`, `at most` for `at least`)."""
    hedge: bool = True
    """The answer leaves open which of several names it means (`X or Y`)."""
    addition: bool = True
    """A terse answer hedges between several figures."""
    past_figure: bool = True
    """The answer gives the reference as an earlier amount (`up from 4%`), beside another."""
    other_role: bool = True
    """The figure stands in another role (`page 12`, `12 March`, `more than 12`, a part of a total)."""
    coarse_date: bool = True
    """The answer gives the year without the reference's day or month, and the question does not give them."""


ALL_GUARDS = Guards()
"""Every guard on: the one object that graders share, so that they need not compare."""


class AutoGrader(GraderOptions):
    """Choose by the reference: none → abstain, Yes/No → yes_no, a number → number, otherwise text.

    Where the question names the reference and another choice (`A or B?`), the answer must pick it, as with `choice`.
    """

    name: Literal["auto"] = "auto"
    guards: Guards = ALL_GUARDS
    """What rejects a match with the reference; each guard can be switched off."""


class ExactGrader(GraderOptions):
    """The whole answer equals a reference, apart from white space around it."""

    name: Literal["exact"] = "exact"
    ignore_case: bool = False
    """Whether upper and lower case count as the same."""


class TextGrader(GraderOptions):
    """The answer gives the reference: word for word, by value, or in a form that rules recognise."""

    name: Literal["text"] = "text"
    guards: Guards = ALL_GUARDS
    """What rejects a match with the reference; each guard can be switched off."""


class NumberGrader(GraderOptions):
    """The answer gives the reference's number, with units converted."""

    name: Literal["number"] = "number"
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """The largest accepted absolute difference, in the reference's unit."""


class YesNoGrader(GraderOptions):
    """The answer says yes or no, as the reference does."""

    name: Literal["yes_no"] = "yes_no"


class ChoiceGrader(GraderOptions):
    """The answer picks the reference from `choices`, by text or by letter (A is the first)."""

    name: Literal["choice"] = "choice"
    choices: Annotated[tuple[Text, ...], Field(min_length=2, max_length=26)]
    """What there is to pick from; the reference is one of them."""


class RegexGrader(GraderOptions):
    """The answer matches the pattern, in the `regex` package's syntax. Without one, the reference is the pattern."""

    name: Literal["regex"] = "regex"
    pattern: str | None = None
    """The pattern; the reference by default."""
    ignore_case: bool = False
    """Whether upper and lower case count as the same."""


class AbstainGrader(GraderOptions):
    """The answer declines, because the question has no answer."""

    name: Literal["abstain"] = "abstain"


class FactsGrader(GraderOptions):
    """The answer asserts every key point in one of its wordings, and no forbidden point."""

    name: Literal["facts"] = "facts"
    facts: Annotated[
        tuple[Texts, ...], Field(min_length=1, description="Key points; each is text or a list of wordings.")
    ]
    forbidden: tuple[Texts, ...] = Field(default=(), description="Outdated points that must not be asserted.")


class JudgeGrader(GraderOptions):
    """A model (`--ft-judge-model`) judges by the references, the criteria, or both."""

    name: Literal["judge"] = "judge"
    criteria: Text | None = Field(
        default=None, description="What a right answer must do, in a sentence or two; the references count, too."
    )
