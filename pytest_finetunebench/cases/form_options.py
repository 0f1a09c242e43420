"""The options of the graders of form: JSON, SQL, labels, code and style."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from pytest_finetunebench.cases.grader_options import GraderOptions
from pytest_finetunebench.files.explain import rule_error
from pytest_finetunebench.files.scalars import Text, Texts, typed_scalars

Count = Annotated[int, Field(ge=0, le=1_000_000)]


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
