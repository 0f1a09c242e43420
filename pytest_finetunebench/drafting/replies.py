"""The replies that a model may give. Each request carries the closed JSON Schema of one of them."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import ProviderError, one_line

Reply = TypeVar("Reply", bound=BaseModel)


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Question(_Closed):
    """A question with the item's answer, or with none."""

    question: str


class AnsweredQuestion(_Closed):
    """A question with a new answer."""

    question: str
    answer: str


class DatedQuestion(_Closed):
    """A question with a new answer, or null if the model must decline."""

    question: str
    answer: str | None


class Questions(_Closed):
    """Drafts of kinds that inherit the answer."""

    probes: list[Question]


class AnsweredQuestions(_Closed):
    """Drafts of kinds that need an answer."""

    probes: list[AnsweredQuestion]


class DatedQuestions(_Closed):
    """Drafts of kinds that may have no answer."""

    probes: list[DatedQuestion]


class DraftedItem(_Closed):
    """A fact found in a text."""

    fact: str
    question: str
    answer: str
    source: str


class DraftedItems(_Closed):
    """All facts found in a passage."""

    items: list[DraftedItem]


class CheckReply(_Closed):
    """The check of one draft. The reason comes first, so that the model thinks before it decides."""

    reason: str
    self_contained: bool
    one_clear_answer: bool
    gives_answer_away: bool
    meaning_kept: bool
    right_answer: bool

    @property
    def fault(self) -> str | None:
        """The draft's faults in one line, or None."""
        wrong = {
            "it is not self-contained": not self.self_contained,
            "it has no one clear answer": not self.one_clear_answer,
            "it gives the answer away": self.gives_answer_away,
            "it is not what its kind asks for": not self.meaning_kept,
            "the expected answer is wrong": not self.right_answer,
        }
        found = ", ".join(text for text, is_wrong in wrong.items() if is_wrong)
        return f"the check says that {found}: {one_line(self.reason, 200)}" if found else None


REPLIES: dict[str, type[Questions] | type[AnsweredQuestions] | type[DatedQuestions]] = {
    "rephrased": Questions,
    "date_changed": DatedQuestions,
    "secondary": AnsweredQuestions,
    "comparison": AnsweredQuestions,
    "vignette": AnsweredQuestions,
    "application": AnsweredQuestions,
    "abstention": Questions,
}
"""The form of the drafts of each kind."""


def read_reply(model: type[Reply], completion: Completion) -> Reply:
    """Return the reply in a completion.

    Raises:
        ProviderError: The completion is cut, empty, not JSON, or does not fit the schema.
    """
    if completion.truncated:
        raise ProviderError("the reply was cut at the model's token limit")
    try:
        return model.model_validate_json(completion.text)
    except ValidationError:
        said = one_line(completion.text, 80) or "nothing"
        raise ProviderError(f"the reply is not in the form asked for; the model said: {said}") from None
