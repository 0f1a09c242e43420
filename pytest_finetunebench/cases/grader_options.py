"""The options of each built-in grader. `grader_choice` names and combines them."""

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


class JsonGrader(GraderOptions):
    """The answer is JSON that fits `schema` and equals the reference; one Markdown fence around it is allowed."""

    name: Literal["json"] = "json"
    json_schema: dict[str, Any] | bool | None = Field(
        default=None,
        alias="schema",
        description="JSON Schema (draft 2020-12) that the answer must fit; $ref only within it, no patternProperties.",
    )
    fields: tuple[Text, ...] | None = Field(
        default=None,
        description="Fields that must equal the reference's, as dotted paths (`name`, `address.town`, `lines.0`); "
        "all by default, none if the list is empty.",
    )
    ordered: bool = Field(default=True, description="Whether the order of list members counts.")
    anywhere: bool = Field(default=False, description="Accept text around the first JSON object or list.")

    @field_validator("json_schema", mode="before")
    @classmethod
    def _typed(cls, value: object) -> object:
        return typed_scalars(value)


class SqlGrader(GraderOptions):
    """The answer is one query that parses like the reference or, with `setup`, returns the same rows in SQLite."""

    name: Literal["sql"] = "sql"
    setup: Text | None = Field(
        default=None,
        description="SQL script of a small SQLite database (CREATE TABLE, CREATE VIEW, CREATE INDEX, INSERT, UPDATE, "
        "DELETE), built in memory; the answer can only read it. Choose rows on which wrong queries differ.",
    )
    dialect: Text = Field(default="sqlite", description="The dialect of the queries, by sqlglot's name.")
    ordered: bool | None = Field(
        default=None, description="Whether the order of rows counts; by default it does if the reference has ORDER BY."
    )
    columns: bool = Field(default=False, description="Whether the names of the columns count.")
    anywhere: bool = Field(default=False, description="Accept text around a fence that holds the query.")


class LabelGrader(GraderOptions):
    """The answer is the reference's label and nothing else, apart from case and punctuation."""

    name: Literal["label"] = "label"
    labels: Annotated[tuple[Text, ...], Field(min_length=2, max_length=1000)]
    """The closed set of labels; the reference is one of them."""
    anywhere: bool = Field(default=False, description="Accept text around the label, if it names only one.")


class CodeGrader(GraderOptions):
    """The answer is the reference's identifier, apart from backticks, calls and module prefixes. Case counts."""

    name: Literal["code"] = "code"
    strict_prefix: bool = Field(default=False, description="Whether `isin` and `np.isin` differ.")


class PythonGrader(GraderOptions):
    """The answer is Python code with the parts asked for. It is parsed, never run. Give one option or more.

    Names are compared as by `code`, after the answer's imports are resolved. The options `arguments`, `keywords` and
    `contains` hold code; it is parsed before it is compared, and `...` matches any expression. A Python string needs
    quotes inside the quotes of YAML (`"'skip'"`).
    """

    name: Literal["python"] = "python"
    calls: tuple[Texts, ...] = Field(
        default=(), description="Names that must be called (`pd.concat`); of a list of names one is enough."
    )
    arguments: tuple[Texts, ...] = Field(
        default=(), description="Arguments of the first of `calls`, in order, each by position or as a keyword."
    )
    keywords: dict[str, Texts] = Field(
        default_factory=dict,
        description="Keyword arguments of the first of `calls`, each with its allowed values.",
    )
    imports: tuple[Texts, ...] = Field(
        default=(),
        description="Full paths that must be imported (`scipy.integrate.simpson`); of a list of paths one is enough.",
    )
    contains: tuple[Texts, ...] = Field(
        default=(),
        description="Expressions, statements or header lines (`except openai.RateLimitError:`) it must have.",
    )
    binds: Texts = Field(default=(), description="Names that must be bound, by `=`, `for`, `as`, `def` or an import.")
    forbidden: Texts = Field(
        default=(),
        description="Names (`df.append`), keyword arguments (`proxies=`) or code that must not appear. One of them "
        "makes the answer stale if the probe has superseded answers.",
    )
    strict_prefix: bool = Field(
        default=False, description="Whether `isin` and `np.isin` differ if the answer does not import `isin`."
    )
    anywhere: bool = Field(
        default=False, description="No effect: text around a fence that holds the code is always accepted."
    )

    @model_validator(mode="after")
    def _something_to_check(self) -> PythonGrader:
        if not (self.calls or self.imports or self.contains or self.binds or self.forbidden):
            raise rule_error("missing option: give one or more of calls, imports, contains, binds, forbidden", "name")
        if not self.calls and (self.arguments or self.keywords):
            field = "arguments" if self.arguments else "keywords"
            raise rule_error("belong to a call: name the call under calls", field)
        return self


class SourceGrader(GraderOptions):
    """The answer is code of another language with the parts asked for. It is parsed, never run.

    `contains` and `forbidden` hold expressions or statements. They are parsed before they are compared, so spacing and
    comments count for nothing, and `...` matches any expression. A YAML mapping may hold more than is asked for.
    """

    name: Literal["source"] = "source"
    language: Literal["bash", "go", "javascript", "rust", "yaml"]
    """The language of the answer."""
    contains: Annotated[
        tuple[Texts, ...],
        Field(min_length=1, description="Expressions or statements it must have; of a list of them one is enough."),
    ]
    forbidden: Texts = Field(
        default=(),
        description="Expressions or statements that must not appear. One of them makes the answer stale if the probe "
        "has superseded answers.",
    )


class StyleGrader(GraderOptions):
    """The answer has the length and style asked for; its content does not count. Give one option or more."""

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
    starts_with: Texts = Field(default=(), description="One of these; letter case counts.")
    ends_with: Texts = Field(default=(), description="One of these; letter case counts.")
    contains: Texts = Field(default=(), description="All of these, as whole words in any letter case.")
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
