"""What came of each probe, as data: self-contained, so that reports, comparisons and regrading need nothing else."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from operator import attrgetter, itemgetter
from typing import Any, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from pytest_finetunebench.cases.grader_choice import Grader
from pytest_finetunebench.cases.grader_options import AutoGrader
from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE
from pytest_finetunebench.cases.suite import Place, Probe, Setting
from pytest_finetunebench.completions import CLOSED, Message, ValidText, valid_unicode
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.arms.answer import ArmAnswer
from pytest_finetunebench.models.graded import GradedAnswer

_PROBE_FIELDS = (
    "id",
    "category",
    "item",
    "kind",
    "setting",
    "generalization",
    "system",
    "prompt",
    "aliases",
    "superseded_answers",
    "fact",
    "trained_prompt",
    "trained_answer",
    "cluster",
    "raw_response",
    "language",
    "turns",
    "form",
    "found_hard",
)
"""What a result keeps of its probe under the same name."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ProbeResult(GradedAnswer):
    """One sample of one probe: question, answer and verdict."""

    id: ValidText
    category: ValidText
    item: ValidText
    kind: ValidText
    setting: Setting
    generalization: bool
    system: ValidText | None = None
    prompt: ValidText
    expected: ValidText | None = None
    """The reference; None where the model must decline."""
    place: ValidText
    """The case file and line."""
    aliases: tuple[ValidText, ...] = ()
    superseded_answers: tuple[ValidText, ...] = ()
    grader_options: Grader = AutoGrader()
    fact: ValidText | None = None
    trained_prompt: ValidText | None = None
    trained_answer: ValidText | None = None
    cluster: ValidText | None = None
    raw_response: bool = False
    """Whether graders got the response as it came."""
    language: ValidText = DEFAULT_LANGUAGE
    """In which question and answer were read."""
    turns: tuple[Message, ...] = ()
    """Messages before the question."""
    form: Literal["chat", "completion"] = "chat"
    """How it was asked."""
    found_hard: bool = False
    """Whether the probe was chosen because a model failed it."""
    repeat: int = Field(default=0, ge=0)
    """Index of the sample, where probes are asked several times."""
    control: Outcome | None = None
    """What the control model's answer comes to; None where nothing was trained."""
    base: GradedAnswer | None = None
    """What came of the same probe put to the base model."""
    arms: dict[str, ArmAnswer] = Field(default_factory=dict)
    """What came of it in the way of each arm, by the arm's name."""

    @property
    def item_id(self) -> str:
        """`category/item`, unique in a suite: probes of one item stand or fall together."""
        return f"{self.category}/{self.item}"

    def with_prefetch_calls(self, unread: dict[str, int]) -> ProbeResult:
        """Return this with the calls that were made ahead for its answers, base model's and arms' included."""
        charged = GradedAnswer.with_prefetch_calls(self, unread)
        if self.base is not None:
            charged = replace(charged, base=self.base.with_prefetch_calls(unread))
        if self.arms:
            charged = replace(charged, arms={n: arm.with_prefetch_calls(unread) for n, arm in self.arms.items()})
        return charged

    @property
    def all_answers(self) -> tuple[GradedAnswer, ...]:
        """The model's answer, the base model's and the arms'."""
        return (self, *(() if self.base is None else (self.base,)), *self.arms.values())

    @property
    def sample_id(self) -> str:
        """The probe's id; of further samples with their number, counted from 1."""
        return sample_id(self.id, self.repeat)

    @property
    def probe(self) -> Probe:
        """The probe as it was asked: enough to grade the answer again."""
        return Probe(
            answer=self.expected,
            grader=self.grader_options,
            place=Place(file=self.place),
            **{name: getattr(self, name) for name in _PROBE_FIELDS},
        )

    @property
    def of_base(self) -> ProbeResult | None:
        """The base model's answer in the place of the model's; None where the base was not asked."""
        if self.base is None:
            return None
        return self._with_answer(self.base)

    def of_arm(self, name: str) -> ProbeResult | None:
        """Return an arm's answer in the place of the model's; None where the arm was not asked."""
        found = self.arms.get(name)
        return None if found is None else self._with_answer(found)

    def _with_answer(self, answer: GradedAnswer) -> ProbeResult:
        return replace(self, **{name: getattr(answer, name) for name in _GRADED_FIELDS}, base=None, arms={})

    @property
    def of_control(self) -> ProbeResult | None:
        """The control's answer in the place of the model's; None where nothing was trained."""
        return None if self.control is None else replace(self, outcome=self.control, base=None, arms={})

    def to_plain(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return _RESULT.dump_python(self, mode="json", exclude_none=exclude_none)  # type: ignore[no-any-return]

    def to_json(self) -> str:
        """Return one ASCII JSON string: the only form that every pytest-xdist channel carries unharmed."""
        try:
            found = _RESULT.dump_json(self, exclude_none=True)
        except ValueError:  # it holds what UTF-8 cannot
            found = b"\xff"
        if found.isascii():  # nearly always, in a third of the time
            text = found.decode("ascii")
        else:
            text = json.dumps(self.to_plain(exclude_none=True), ensure_ascii=True)
        # DEL is ASCII, too, but it is not printed, and no writer of JSON escapes it
        return text.replace("\x7f", "\\u007f")

    def to_utf8(self) -> bytes:
        """Return one line of JSON in UTF-8: the form of a record's file. Lone surrogates become JSON escapes."""
        try:
            return _RESULT.dump_json(self)
        except ValueError:  # it holds what UTF-8 cannot
            text = json.dumps(self.to_plain(), ensure_ascii=False, separators=(",", ":"))
            return text.encode("utf-8", "backslashreplace")

    @staticmethod
    def from_json(text: str | bytes) -> ProbeResult:
        """Return what `to_json` was called on."""
        return _RESULT.validate_json(text)


_RESULT = TypeAdapter(ProbeResult)
_GRADED_FIELDS = tuple(field.name for field in fields(GradedAnswer))
_UNGRADED = {
    name: getattr(GradedAnswer(outcome=Outcome.UNMEASURED, reason=""), name)
    for name in _GRADED_FIELDS
    if name not in ("outcome", "reason")
}
"""What a graded answer has where nothing else is given."""
_LISTS = ("aliases", "superseded_answers")
_TEXTS = tuple(one.name for one in fields(ProbeResult) if "ValidText" in str(one.type) and one.name not in _LISTS)
"""With `_LISTS` the fields whose texts may hold lone surrogates, which no report can encode."""
_graded_of, _fields_of = itemgetter(*_GRADED_FIELDS), attrgetter(*_PROBE_FIELDS)
_FURTHER_FIELDS = ("expected", "grader_options", "place", "repeat", "control", "base", "arms")
_SETTERS = tuple(getattr(ProbeResult, name).__set__ for name in (*_GRADED_FIELDS, *_PROBE_FIELDS, *_FURTHER_FIELDS))
"""Set the slots of a result that is being made, which is frozen from then on."""


def sample_id(probe: str, repeat: int) -> str:
    """Return the id of a probe's sample: the probe's own, of further ones with their number, counted from 1."""
    return probe if repeat == 0 else f"{probe}/sample-{repeat + 1}"


def probe_result(
    probe: Probe,
    found: GradedAnswer | dict[str, Any],
    *,
    repeat: int = 0,
    control: Outcome | None = None,
    base: GradedAnswer | None = None,
    arms: dict[str, ArmAnswer] | None = None,
) -> ProbeResult:
    """Join a probe with what came of it, as such or as `graded_fields`."""
    given = found if isinstance(found, dict) else {name: getattr(found, name) for name in _GRADED_FIELDS}
    outcome = given["outcome"]
    if not isinstance(outcome, Outcome):
        outcome = Outcome(outcome)
    graded = _graded_of({**_UNGRADED, **given, "outcome": outcome})
    further = (probe.answer, probe.grader, str(probe.place), repeat, control, base, arms or {})
    values = (*graded, *_fields_of(probe), *further)
    # each part was checked where it was made: to check it again takes three times as long
    result = object.__new__(ProbeResult)
    for put, value in zip(_SETTERS, values, strict=True):
        put(result, value)
    if not "".join([value for value in values if isinstance(value, str)]).isascii():
        for name in _TEXTS:
            object.__setattr__(result, name, valid_unicode(getattr(result, name)))
    for name in _LISTS:
        if texts := getattr(result, name):
            object.__setattr__(result, name, valid_unicode(texts))
    return result
