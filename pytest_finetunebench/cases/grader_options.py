"""The options of each built-in grader by itself; `grading_options` names and combines them."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from pytest_finetunebench.files.explain import rule_error
from pytest_finetunebench.files.scalars import Text, Texts, typed_scalars

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class GraderOptions(BaseModel):
    """Base of every grader's options; unknown ones are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str

    @property
    def title(self) -> str:
        """The grader as verdicts name it."""
        return self.name

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # what is left out reads back as its default, also in a later version that has more options
        defaults = _defaults(type(self))
        left_out = {name for name, default in defaults.items() if getattr(self, name) == default}
        if len(left_out) == len(defaults):
            return {"name": self.name}
        left_out |= {alias for name in left_out if (alias := type(self).model_fields[name].alias)}
        return {key: part for key, part in handler(self).items() if key not in left_out}

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the options as case files spell them."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


@cache
def _defaults(kind: type[GraderOptions]) -> dict[str, Any]:
    fields = kind.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields if name != "name"}


class Guards(BaseModel):
    """What may take back that an answer gives the reference; each can be switched off for a probe."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    echo: bool = True
    """The answer only repeats the question."""
    refusal: bool = True
    """The answer declines, and mentions the reference."""
    negation: bool = True
    """The answer says that it is not the reference."""
    other_answer: bool = True
    """The answer mentions the reference, but says that another is the answer."""
    addition: bool = True
    """A terse answer hedges between several figures."""
    past_figure: bool = True
    """The answer gives the amount as what it was before (`up from 4%`), beside another."""
    coarse_date: bool = True
    """The answer gives the year, but leaves out a day or month that the reference has and the question has not."""


class AutoGrader(GraderOptions):
    """Choose by the reference's shape: none → abstain, Yes/No → yes_no, a number → number, else text."""

    name: Literal["auto"] = "auto"
    guards: Guards = Guards()


class ExactGrader(GraderOptions):
    """The whole answer equals a reference, but for surrounding white space."""

    name: Literal["exact"] = "exact"
    ignore_case: bool = False


class TextGrader(GraderOptions):
    """The answer gives the reference: word for word, by value, or in another form that rules can decide."""

    name: Literal["text"] = "text"
    guards: Guards = Guards()


class NumberGrader(GraderOptions):
    """The answer holds the reference's number, unit conversions included."""

    name: Literal["number"] = "number"
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """Largest accepted absolute difference, in the reference's unit."""


class YesNoGrader(GraderOptions):
    """The answer says yes or no, as the reference does."""

    name: Literal["yes_no"] = "yes_no"


class ChoiceGrader(GraderOptions):
    """The answer picks the reference out of `choices`, by its text or its letter (A is the first)."""

    name: Literal["choice"] = "choice"
    choices: Annotated[tuple[Text, ...], Field(min_length=2, max_length=26)]


class RegexGrader(GraderOptions):
    """The pattern, or else the reference read as one, is found in the answer (syntax of the `regex` package)."""

    name: Literal["regex"] = "regex"
    pattern: str | None = None
    ignore_case: bool = False


class AbstainGrader(GraderOptions):
    """The answer declines: the question cannot be answered."""

    name: Literal["abstain"] = "abstain"


class JsonGrader(GraderOptions):
    """The answer is JSON, alone or in one Markdown fence, that fits `schema` and equals the reference."""

    name: Literal["json"] = "json"
    json_schema: dict[str, Any] | bool | None = Field(
        default=None,
        alias="schema",
        description="JSON Schema (draft 2020-12) that the answer must fit; $ref within it only, no patternProperties.",
    )
    fields: tuple[Text, ...] | None = Field(
        default=None,
        description="What must equal the reference's, as dotted paths (`name`, `address.town`, `lines.0`); "
        "all by default, nothing where the list is empty.",
    )
    ordered: bool = Field(default=True, description="Whether the order of list members counts.")
    anywhere: bool = Field(default=False, description="Take the first JSON object or list out of text around it.")

    @field_validator("json_schema", mode="before")
    @classmethod
    def _typed(cls, value: object) -> object:
        return typed_scalars(value)


class SqlGrader(GraderOptions):
    """The answer is one query that parses to the reference's or, with `setup`, gives the same rows in SQLite."""

    name: Literal["sql"] = "sql"
    setup: Text | None = Field(
        default=None,
        description="SQL script of a small SQLite database (CREATE TABLE, CREATE VIEW, CREATE INDEX, INSERT, UPDATE, "
        "DELETE): built in memory and read-only for the answer. Choose rows on which wrong queries differ.",
    )
    dialect: Text = Field(default="sqlite", description="The dialect that queries are parsed in, by sqlglot's name.")
    ordered: bool | None = Field(
        default=None, description="Whether the order of rows counts; by default where the reference has ORDER BY."
    )
    columns: bool = Field(default=False, description="Whether the names of the columns count.")
    anywhere: bool = Field(default=False, description="Take the query out of a fence with text around it.")


class LabelGrader(GraderOptions):
    """The answer is the one of `labels` that the reference is, and nothing else; case and punctuation apart."""

    name: Literal["label"] = "label"
    labels: Annotated[tuple[Text, ...], Field(min_length=2, max_length=1000)]
    anywhere: bool = Field(default=False, description="Accept text around it, if it names one label only.")


class CodeGrader(GraderOptions):
    """The answer is the reference's identifier, case-sensitive; backticks, calls and module prefixes apart."""

    name: Literal["code"] = "code"
    strict_prefix: bool = Field(default=False, description="Whether `isin` and `np.isin` differ.")


class PythonGrader(GraderOptions):
    """The answer is Python code that has what is asked for; it is parsed, never run. Give one option or more.

    Names are compared as `code` does, with the answer's own imports resolved. Options that hold code (`arguments`,
    `keywords`, `contains`) compare it as parsed, `...` being any expression; a text of Python stands in quotes of its
    own (`"'skip'"`).
    """

    name: Literal["python"] = "python"
    calls: tuple[Texts, ...] = Field(
        default=(), description="What must be called: names (`pd.concat`), each or a list of which one is enough."
    )
    arguments: tuple[Texts, ...] = Field(
        default=(), description="Of the first of `calls`: its arguments in order, each by its place or as a keyword."
    )
    keywords: dict[str, Texts] = Field(
        default_factory=dict,
        description="Of the first of `calls`: arguments that must be given by these names, with the values allowed.",
    )
    imports: tuple[Texts, ...] = Field(
        default=(), description="What must be imported, by full path (`scipy.integrate.simpson`), or lists of these."
    )
    contains: tuple[Texts, ...] = Field(
        default=(),
        description="Expressions, statements or header lines (`except openai.RateLimitError:`) that must stand in it.",
    )
    binds: Texts = Field(default=(), description="Names that must be bound, by `=`, `for`, `as`, `def` or an import.")
    forbidden: Texts = Field(
        default=(),
        description="What must not stand in it: a name (`df.append`), a keyword argument (`proxies=`) or code. It "
        "makes the answer stale where the probe has superseded answers.",
    )
    strict_prefix: bool = Field(
        default=False, description="Whether `isin` and `np.isin` differ where the answer does not import `isin`."
    )
    anywhere: bool = Field(
        default=False, description="Without effect: code is always taken out of its fence, with or without text around."
    )

    @model_validator(mode="after")
    def _something_to_check(self) -> PythonGrader:
        if not (self.calls or self.imports or self.contains or self.binds or self.forbidden):
            raise rule_error("missing option: give one or more of calls, imports, contains, binds, forbidden", "name")
        if not self.calls and (self.arguments or self.keywords):
            field = "arguments" if self.arguments else "keywords"
            raise rule_error("belong to a call: name it in calls", field)
        return self


class StyleGrader(GraderOptions):
    """The answer has the length and style asked for, whatever it says; give one option or more."""

    name: Literal["style"] = "style"
    min_words: Count | None = None
    max_words: Count | None = None
    min_characters: Count | None = None
    max_characters: Count | None = None
    min_sentences: Count | None = None
    max_sentences: Count | None = None
    min_lines: Count | None = Field(default=None, description="Lines that are not blank.")
    max_lines: Count | None = None
    min_bullets: Count | None = Field(default=None, description="List items: lines with -, *, •, 1. or 1) in front.")
    max_bullets: Count | None = None
    starts_with: Texts = Field(default=(), description="Any of these; letter case counts.")
    ends_with: Texts = Field(default=(), description="Any of these; letter case counts.")
    contains: Texts = Field(default=(), description="Every one of these, as whole words in any letter case.")
    excludes: Texts = Field(default=(), description="None of these, as whole words in any letter case.")
    case: Literal["upper", "lower"] | None = Field(default=None, description="Every letter is of this case.")
    markdown: bool = Field(default=True, description="false: no Markdown (headings, bold, lists, code, links, tables).")

    @model_validator(mode="after")
    def _something_to_check(self) -> StyleGrader:
        if all(getattr(self, name) == field.default for name, field in type(self).model_fields.items()):
            raise rule_error(f"missing option: give one or more of {', '.join(self.keys()[1:])}", "name")
        for what in ("words", "characters", "sentences", "lines", "bullets"):
            least, most = getattr(self, f"min_{what}"), getattr(self, f"max_{what}")
            if least is not None and most is not None and least > most:
                raise rule_error(f"{least} is more than max_{what} ({most}): no answer has that", f"min_{what}")
        return self


class FactsGrader(GraderOptions):
    """The answer asserts every key point, each in one of its wordings, and none that is forbidden."""

    name: Literal["facts"] = "facts"
    facts: Annotated[tuple[Texts, ...], Field(min_length=1, description="Points, each text or a list of wordings.")]
    forbidden: tuple[Texts, ...] = Field(default=(), description="Points that must not be asserted: outdated ones.")


class JudgeGrader(GraderOptions):
    """A model judges (`--ft-judge-model`): by the references, the criteria, or both."""

    name: Literal["judge"] = "judge"
    criteria: Text | None = Field(
        default=None, description="What a right answer must do, in a sentence or two; beside the references, if any."
    )
