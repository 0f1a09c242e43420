"""Knowledge items and their probes, as every other part of the package uses them.

`format` holds the form that a person writes. The `loaders` room turns that form into these models.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.dataclasses import dataclass

from pytest_finetunebench.cases.grader_choice import Grader
from pytest_finetunebench.cases.grader_options import AutoGrader, JudgeGrader
from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE
from pytest_finetunebench.completions import CLOSED, Message

Setting = Literal["new_knowledge", "updated_knowledge", "retention", "form"]

KNOWLEDGE_SETTINGS: tuple[Setting, ...] = ("new_knowledge", "updated_knowledge")
"""The settings whose prompts and answers are trained."""

MEMORIZATION = "memorization"
SYSTEM_VARIANT = "system_variant"

KINDS: dict[str, bool] = {
    MEMORIZATION: False,
    "rephrased": True,
    "date_changed": True,
    "secondary": True,
    "comparison": True,
    "vignette": True,
    "application": True,
    "retention": False,
    "abstention": False,
    SYSTEM_VARIANT: False,
    "form": False,
}
"""The built-in probe kinds, in report order, and whether each counts as generalization."""

PROMPT_KINDS: dict[Setting, str] = {
    "new_knowledge": MEMORIZATION,
    "updated_knowledge": MEMORIZATION,
    "retention": "retention",
    "form": "form",
}
"""The kind of the probe made from an item's prompt. Only a trained prompt measures memorization."""


class Frozen(BaseModel):
    """Base of the immutable models. Unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Place:
    """A file and line, counted from 1, in the case files."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Probe:
    """One question to the model about an item, with its reference answer and grader."""

    id: str
    """`category/item/kind-n`: lowercase ASCII slugs, unique in a suite."""
    category: str
    """As written, in any script, like `item`."""
    item: str
    kind: str
    setting: Setting
    generalization: bool
    prompt: str
    system: str | None = None
    answer: str | None
    """The reference; None if the model must decline."""
    aliases: tuple[str, ...] = ()
    superseded_answers: tuple[str, ...] = ()
    grader: Grader = AutoGrader()
    fact: str | None = None
    trained_prompt: str | None = None
    trained_answer: str | None = None
    cluster: str | None = None
    """What the item shares with others, so that they stand or fall together: an attribute, say."""
    turns: tuple[Message, ...] = ()
    """Messages before the question, without the system message."""
    form: Literal["chat", "completion"] = "chat"
    """`completion` hands a base model plain text to go on from."""
    raw_response: bool = False
    """Whether graders get the response as it came, with thoughts and what runs on after the answer."""
    language: str = DEFAULT_LANGUAGE
    """In which question and answer are read: a code of `languages.LANGUAGES`."""
    needs: tuple[str, ...] = ()
    """Further items, `category/id`, whose facts the question needs."""
    found_hard: bool = False
    """Whether it was chosen because a model failed it: then it counts nowhere unless that is asked for."""
    place: Place

    @property
    def references(self) -> tuple[str, ...]:
        """Every accepted answer; empty if the model must decline."""
        return () if self.answer is None else (self.answer, *self.aliases)

    @property
    def expected(self) -> str:
        """The reference, in words that a person reads."""
        if self.answer is not None:
            return self.answer
        declining = self.grader.name in ("auto", "abstain") or self.grader == JudgeGrader()
        return "the model declines (no answer exists)" if declining else f"what '{self.grader.title}' asks for"

    @property
    def messages(self) -> tuple[Message, ...]:
        """The chat that asks this probe."""
        user = Message(role="user", content=self.prompt)
        system = () if self.system is None else (Message(role="system", content=self.system),)
        return (*system, *self.turns, user)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class TrainingWording:
    """A further wording to train a fact in, beside the item's prompt. It is never a probe."""

    prompt: str
    answer: str
    rejected: tuple[str, ...] = ()
    """Answers that preference training teaches against."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Item:
    """One fact: the trained prompt and answer, and its probes."""

    id: str
    category: str
    setting: Setting
    fact: str | None = None
    prompt: str | None = None
    answer: str | None = None
    system: str | None = None
    """System message of the trained prompt, and of the training wordings."""
    turns: tuple[Message, ...] = ()
    """Messages before the trained prompt, and before the training wordings."""
    rejected: tuple[str, ...] = ()
    """Answers to the trained prompt that preference training teaches against."""
    training: tuple[TrainingWording, ...] = ()
    probes: tuple[Probe, ...]
    place: Place

    @property
    def trained(self) -> tuple[tuple[str, str], ...]:
        """The prompts and answers that training files teach; the item's prompt comes first, if it is trained."""
        first: tuple[tuple[str, str], ...] = ()
        if PROMPT_KINDS[self.setting] == MEMORIZATION and self.prompt is not None and self.answer is not None:
            first = ((self.prompt, self.answer),)
        return (*first, *((wording.prompt, wording.answer) for wording in self.training))


class Suite(Frozen):
    """All items of a run, in the order of their files."""

    items: tuple[Item, ...]
    notices: tuple[str, ...] = ()
    """What a reader should know about how the suite was loaded, one line each."""
    drafts: int = Field(default=0, ge=0)
    """Drafted items and probes that the suite leaves out."""

    @property
    def probes(self) -> Iterator[Probe]:
        """Every probe, in order."""
        return (probe for item in self.items for probe in item.probes)

    @cached_property
    def trained(self) -> tuple[tuple[str, str], ...]:
        """Every trained prompt with its answer, which is all that a perfect memorizer knows."""
        return tuple(pair for item in self.items for pair in item.trained)

    @cached_property
    def hash(self) -> str:
        """SHA-256 (64 hex digits) of all probes. Moving or reordering files does not change it, nor do clusters."""
        parts = sorted(json.dumps(_hashed(probe)) for probe in self.probes)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _hashed(probe: Probe) -> dict[str, Any]:
    parts: dict[str, Any] = {name: getattr(probe, name) for name in _HASHED}
    plain = type(probe.grader) is AutoGrader and probe.grader == _AUTO
    parts["grader"] = {"name": "auto"} if plain else probe.grader.model_dump(mode="json")
    parts["turns"] = [turn.model_dump() for turn in probe.turns]
    # a field that says nothing is left out, so that suites from before it keep their hash
    for name, nothing in _SAYS_NOTHING:
        if parts[name] == nothing:
            del parts[name]
    return parts


_HASHED = tuple(field.name for field in fields(Probe) if field.name not in ("place", "cluster", "needs"))
_AUTO = AutoGrader()
_SAYS_NOTHING: tuple[tuple[str, object], ...] = (
    ("raw_response", False),
    ("turns", []),
    ("form", "chat"),
    ("language", DEFAULT_LANGUAGE),
    ("found_hard", False),
)
