"""The models of a case file as a person writes it, and the JSON Schema for editors.

A case file is data: it can name graders but cannot bring code. `loaders` decides which answer a probe inherits.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from pytest_finetunebench.cases.grader_choice import GraderChoice
from pytest_finetunebench.cases.grader_options import AutoGrader
from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE, known_language
from pytest_finetunebench.cases.names import Name, slug
from pytest_finetunebench.cases.suite import KINDS, Frozen, Setting
from pytest_finetunebench.files.explain import rule_error
from pytest_finetunebench.files.scalars import OrText, Text, Texts

KIND_PATTERN = r"^[a-z0-9_-]+$"


def _response_part(value: object) -> object:
    if value is None:
        raise ValueError("is empty: write answer or raw, or leave the key out")
    return value


class KindSpec(Frozen):
    """A custom probe kind."""

    generalization: bool = Field(description="Whether its pass rate counts as generalization and into the gap.")


ResponsePart = Literal["answer", "raw"]
_RESPONSE = (
    "What graders read. answer: the answer alone, without thoughts (`<think>…</think>` and the like) and without "
    "turns that the model invents after it; raw: the whole text. A probe inherits it from its item, an item from the "
    "file; the default is answer."
)


LanguageWord = Annotated[Text, AfterValidator(known_language)]
_LANGUAGE = (
    "The language of questions and answers, in which they are graded and drafted: an ISO 639-1 code, or auto to read "
    "it from each item's own words. An item inherits it from the file; the default is en."
)


class _Answered(Frozen):
    """The fields that decide how an answer is graded, for items and probes alike."""

    answer: Text | None = Field(default=None, description="The reference answer; null if the model must decline.")
    aliases: tuple[Text, ...] = Field(default=(), description="Further accepted answers.")
    superseded_answers: tuple[Text, ...] = Field(
        default=(), description="Outdated answers that the base model may still give; they make the outcome `stale`."
    )
    grader: GraderChoice = Field(default=AutoGrader(), description="How answers are graded; `auto` by default.")
    response: ResponsePart | None = Field(default=None, description=_RESPONSE)

    @field_validator("response", mode="before")
    @classmethod
    def _response_written(cls, value: object) -> object:
        return _response_part(value)

    @model_validator(mode="after")
    def _no_alias_of_nothing(self) -> _Answered:
        if "answer" in self.model_fields_set and self.answer is None and self.aliases:
            raise rule_error("answer is null (the model must decline), so leave aliases out", "aliases")
        return self


class TurnSpec(Frozen):
    """One message of a conversation. `user: text` and `assistant: text` are short for it."""

    role: Literal["user", "assistant"] = Field(description="Who says it.")
    content: Text = Field(description="What is said.")

    @model_validator(mode="before")
    @classmethod
    def _from_role(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise ValueError("write a turn as 'user: …' or 'assistant: …'")
        if len(value) == 1 and (role := next(iter(value))) in ("user", "assistant"):
            return {"role": role, "content": value[role]}
        return value


_TURNS = """Messages before the question, so that it is asked in the middle of a conversation. Each is `user: …` or \
`assistant: …`; the last is the assistant's. A probe inherits its item's."""


def _alternating(turns: tuple[TurnSpec, ...]) -> tuple[TurnSpec, ...]:
    for index, turn in enumerate(turns):
        expected = ("user", "assistant")[index % 2]
        if turn.role != expected:
            raise ValueError(f"turn {index + 1} is the {turn.role}'s: user and assistant take turns, the user first")
    if len(turns) % 2:
        raise ValueError("the last turn is the user's: end with the assistant's, as the question itself follows")
    return turns


Turns = Annotated[tuple[TurnSpec, ...], AfterValidator(_alternating)]


_NEEDS = """Further items whose facts the question needs, beside its own item's: an id of the same category, or \
`category/id`. The oracle arm shows their facts, and hit@k counts a hit once all of them are retrieved. Without it, \
comparisons are read for the names in them."""
_FOUND_HARD = """true: chosen because a model failed it (`finetunebench generate --hardest`). It is asked and shown \
apart, but counts in no rate and no gate unless `--ft-found-hard=count` is given: such a choice is biased."""


class ProbeSpec(_Answered):
    """One question about an item. Plain text is short for a mapping with only `prompt`.

    Without `answer` it inherits the item's answer, aliases, superseded answers and grader; with one it inherits none.
    """

    prompt: Text = Field(description="The question, sent exactly as written.")
    turns: Turns = Field(default=(), description=_TURNS)
    needs: Texts = Field(default=(), description=_NEEDS)
    found_hard: bool = Field(default=False, description=_FOUND_HARD)
    draft: bool = Field(
        default=False, description="true: not asked before a person accepts it (`finetunebench review`)."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str):
            return {"prompt": value}
        if not isinstance(value, dict):
            raise ValueError("write the question as text, or a mapping with 'prompt'")
        return value


_REJECTED_DESCRIPTION = """Answers that preference training teaches against (`finetunebench export --format dpo`): \
each makes a pair with the trained answer. A wording without an answer of its own has the item's."""


class TrainingSpec(Frozen):
    """One more wording to train on. Plain text is short for a mapping with only `prompt`."""

    prompt: Text = Field(description="The prompt, trained exactly as written.")
    answer: Text | None = Field(default=None, description="The trained answer; by default the item's.")
    rejected: Texts = Field(default=(), description=_REJECTED_DESCRIPTION)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str):
            return {"prompt": value}
        if not isinstance(value, dict):
            raise ValueError("write the wording as text, or a mapping with 'prompt' and 'answer'")
        return value

    @field_validator("answer", mode="before")
    @classmethod
    def _answer_written(cls, value: object) -> object:
        if value is None:
            raise ValueError("is empty: write the answer to train, or leave the key out to take the item's")
        return value


NOTHING_TO_ASK = "the item has neither a 'prompt' nor 'probes': nothing to ask"
_TRAINING_DESCRIPTION = """Further wordings of the trained prompt, which `finetunebench export` writes into training \
files, too. Plain text takes the item's answer; a mapping may give another. They are never asked, so none may \
have the text of a probe."""

_PROBES_DESCRIPTION = f"""Lists of questions about the item, by kind. Built-in kinds: {", ".join(KINDS)}; \
declare others under `kinds`. A question in plain text inherits the item's answer, aliases, superseded answers and \
grader. A `date_changed` question needs an `answer`; in `abstention` the answer is null by default."""


class ItemSpec(_Answered):
    """One knowledge item: a fact, the trained prompt and answer, and further questions about it."""

    id: Name = Field(description="Unique in its category, in any script; test ids show it as a lowercase ASCII slug.")
    fact: Text | None = Field(default=None, description="The fact in a sentence; the model does not see it.")
    prompt: Text | None = Field(default=None, description="The trained prompt, sent exactly as written.")
    source: Text | None = Field(
        default=None,
        description="The sentence that states the fact, word for word; the model does not see it.",
    )
    draft: bool = Field(
        default=False,
        description="true: nothing of the item is asked before a person accepts it (`finetunebench review`).",
    )
    system: Text | None = Field(default=None, description="Replaces the file's system message; null: none.")
    systems: tuple[Text, ...] = Field(
        default=(),
        description="Other system messages: the prompt is asked once more under each, as a probe of kind "
        "system_variant.",
    )
    turns: Turns = Field(default=(), description=_TURNS)
    cluster: Text | None = Field(default=None, description="Replaces the file's cluster; null: none.")
    language: LanguageWord | None = Field(default=None, description=_LANGUAGE)
    rejected: Texts = Field(default=(), description=_REJECTED_DESCRIPTION)
    training: tuple[Annotated[TrainingSpec, OrText()], ...] = Field(default=(), description=_TRAINING_DESCRIPTION)
    probes: dict[str, tuple[Annotated[ProbeSpec, OrText()], ...]] = Field(
        default_factory=dict,
        description=_PROBES_DESCRIPTION,
        json_schema_extra={"propertyNames": {"pattern": KIND_PATTERN}},
    )

    @field_validator("prompt", mode="before")
    @classmethod
    def _prompt_written(cls, value: object) -> object:
        if value is None:
            raise ValueError("is empty: write the trained prompt, or leave the key out")
        return value

    @field_validator("language", mode="before")
    @classmethod
    def _language_written(cls, value: object) -> object:
        if value is None:
            raise ValueError("is empty: write a language such as de, or leave the key out")
        return value

    @model_validator(mode="after")
    def _something_to_ask(self) -> ItemSpec:
        if self.prompt is not None and "answer" not in self.model_fields_set:
            raise rule_error("missing answer (write null if the model must decline)", "answer")
        if self.prompt is None and not any(self.probes.values()):
            raise rule_error(NOTHING_TO_ASK, "prompt")
        if self.systems and self.prompt is None:
            raise rule_error("the item has no 'prompt' to ask under other system messages", "systems")
        return self


class FileHead(Frozen):
    """The fields that hold for every item of a file."""

    category: Name = Field(description="Your group for pass rates, in any script, for example fictional_people.")
    setting: Setting = Field(
        description="new_knowledge: facts the base model cannot know; updated_knowledge: facts that replace others; "
        "retention: facts the model should still know; form: style or structure."
    )
    system: Text | None = Field(default=None, description="System message sent with every probe, as in training.")
    format: Literal["chat", "completion"] = Field(
        default="chat",
        description="How probes are asked. chat: by the model's chat template; completion: as plain text that a base "
        "model goes on from.",
    )
    cluster: Text | None = Field(
        default=None,
        description="What items have in common, so that they stand or fall together, for example the attribute asked "
        "for: intervals and tests then also count by cluster. It is not sent to the model.",
    )
    response: ResponsePart = Field(default="answer", description=_RESPONSE)
    language: LanguageWord = Field(default=DEFAULT_LANGUAGE, description=_LANGUAGE)
    kinds: dict[str, KindSpec] = Field(
        default_factory=dict,
        description="Custom probe kinds, for example `trivia: {generalization: true}`.",
        json_schema_extra={"propertyNames": {"pattern": KIND_PATTERN, "not": {"enum": list(KINDS)}}},
    )

    @field_validator("category")
    @classmethod
    def _category_free(cls, category: str) -> str:
        if slug(category) == "all":
            raise ValueError("'all' is reserved for the row over all categories: choose another name")
        return category

    @field_validator("kinds")
    @classmethod
    def _kinds_new(cls, kinds: dict[str, KindSpec]) -> dict[str, KindSpec]:
        for name in kinds:
            if name in KINDS:
                raise ValueError(f"'{name}' is a built-in kind: leave it out")
            if name in ("generalization", "gap", "all"):
                raise ValueError(f"'{name}' is reserved in reports and gates: choose another name")
            if not re.fullmatch(KIND_PATTERN, name) or name.endswith("\n"):
                raise ValueError(f"'{name[:60]}' cannot be part of an id: use a-z, 0-9, - and _")
        return kinds


class CaseFile(FileHead):
    """Knowledge cases for pytest-finetunebench: items of one category and setting."""

    items: tuple[ItemSpec, ...] = Field(min_length=1, description="The knowledge items.")
