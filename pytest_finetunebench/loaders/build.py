"""Build items and probes from what a person wrote: inheritance, kinds and ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_finetunebench.cases.format import FileHead, ItemSpec, ProbeSpec, TrainingSpec, TurnSpec
from pytest_finetunebench.cases.grader_choice import Grader
from pytest_finetunebench.cases.grader_options import AbstainGrader
from pytest_finetunebench.cases.languages import AUTO_LANGUAGE, DEFAULT_LANGUAGE
from pytest_finetunebench.cases.names import plain_name, slug
from pytest_finetunebench.cases.suite import (
    KINDS,
    KNOWLEDGE_SETTINGS,
    PROMPT_KINDS,
    SYSTEM_VARIANT,
    Item,
    Place,
    Probe,
    TrainingWording,
)
from pytest_finetunebench.completions import Message
from pytest_finetunebench.errors import nearest, one_line
from pytest_finetunebench.files.explain import FieldPath
from pytest_finetunebench.grading.checks import grades_without_reference, grading_fault
from pytest_finetunebench.grading.detect import detect_language
from pytest_finetunebench.grading.text.normalise import question_key


class FieldError(ValueError):
    """A value is wrong by itself or together with others. `path` is relative to the item."""

    def __init__(self, path: FieldPath, message: str) -> None:
        self.path = path
        super().__init__(message)


@dataclass
class ItemBuilder:
    """Builds one item with its probes, and collects everything wrong with it in `errors`."""

    head: FileHead
    spec: ItemSpec
    place: Callable[[FieldPath], Place]
    """Returns the place of a part of the item."""

    def __post_init__(self) -> None:
        self.errors: list[FieldError] = []
        self.inherited: set[str] = set()
        """Ids of the probes that take the item's answer."""
        self.drafts: dict[FieldPath, Probe] = {}
        """The drafted probes by their path in the item. The item leaves them out."""
        named = self.head.kinds
        self.kinds = KINDS | {name: kind.generalization for name, kind in named.items()} if named else KINDS
        self._numbers: dict[str, int] = {}
        self._system = self.spec.system if "system" in self.spec.model_fields_set else self.head.system
        self._trained = self.head.setting in KNOWLEDGE_SETTINGS
        self._language = self._read_language()

    def _read_language(self) -> str:
        """Return the item's language; `auto` is read from its own words."""
        spec = self.spec
        written = spec.language or self.head.language
        if written != AUTO_LANGUAGE:
            return written
        asked = (probe for questions in spec.probes.values() for probe in questions)
        texts = [spec.fact, spec.prompt, spec.answer, *(text for one in asked for text in (one.prompt, one.answer))]
        found = detect_language(" ".join(filter(None, texts)))
        if found is None:
            message = "auto cannot tell the language of this item from its words: write it, for example language: de"
            self.errors.append(FieldError(("language",) if spec.language else (), message))
        return found or DEFAULT_LANGUAGE

    def build(self) -> Item | None:
        """Return the item, or None if something is wrong with it."""
        spec, probes = self.spec, []
        if spec.prompt is not None:
            probes.append(self._probe(PROMPT_KINDS[self.head.setting], spec.prompt, spec, ()))
            for index, system in enumerate(spec.systems):
                variant = self._probe(SYSTEM_VARIANT, spec.prompt, spec, (), at=("systems", index))
                probes.append(replace(variant, system=system))
        for kind, questions in spec.probes.items():
            if kind not in self.kinds:
                self.errors.append(FieldError(("probes", kind), self._unknown_kind(kind)))
                continue
            for index, question in enumerate(questions):
                path = ("probes", kind, index)
                try:
                    answered = question if _has_answer(kind, question) else _inherit(kind, question, spec)
                except FieldError as error:
                    self.errors.append(FieldError((*path, *error.path), str(error)))
                    continue
                probe = self._probe(kind, question.prompt, answered, path, draft=question.draft)
                if question.draft:
                    self.drafts[path] = probe
                else:
                    probes.append(probe)
                    if not _has_answer(kind, question):
                        self.inherited.add(probe.id)
        training = tuple(self._wordings())
        trained = spec.answer if spec.prompt is not None or training else None
        self._check_rejected(spec.rejected, trained, ("rejected",))
        if self.errors:
            return None
        return Item(
            id=spec.id,
            category=self.head.category,
            setting=self.head.setting,
            fact=spec.fact,
            prompt=spec.prompt,
            answer=spec.answer,
            system=self._system,
            turns=_messages(spec.turns),
            rejected=spec.rejected,
            training=training,
            probes=tuple(probes),
            place=self.place(()),
        )

    def _probe(
        self,
        kind: str,
        prompt: str,
        answered: ItemSpec | ProbeSpec,
        path: FieldPath,
        *,
        draft: bool = False,
        at: FieldPath = (),
    ) -> Probe:
        # drafts have separate numbers: they must not change the ids of other probes
        numbered = f"{kind}-draft" if draft else kind
        number = self._numbers[numbered] = self._numbers.get(numbered, 0) + 1
        spec, head = self.spec, self.head
        try:
            grader = _checked_grader(answered, self._language)
        except FieldError as error:
            self._note(path, error)
            grader = AbstainGrader()
        return Probe(
            id=f"{slug(head.category)}/{slug(spec.id)}/{numbered}-{number}",
            category=head.category,
            item=spec.id,
            kind=kind,
            setting=head.setting,
            generalization=self.kinds[kind],
            prompt=prompt,
            system=self._system,
            turns=_messages(answered.turns if "turns" in answered.model_fields_set else spec.turns),
            form=head.format,
            answer=answered.answer,
            aliases=answered.aliases,
            superseded_answers=answered.superseded_answers,
            grader=grader,
            fact=spec.fact,
            trained_prompt=spec.prompt if self._trained else None,
            trained_answer=spec.answer if self._trained and spec.prompt is not None else None,
            cluster=spec.cluster if "cluster" in spec.model_fields_set else head.cluster,
            language=self._language,
            raw_response=(answered.response or spec.response or head.response) == "raw",
            needs=tuple(self._needed(answered)),
            found_hard=isinstance(answered, ProbeSpec) and answered.found_hard,
            place=self.place(at or path or ("prompt",)),
        )

    def _needed(self, answered: ItemSpec | ProbeSpec) -> Iterator[str]:
        """Yield the items that a probe names under `needs`, as `category/id`; the suite checks that they exist."""
        for name in answered.needs if isinstance(answered, ProbeSpec) else ():
            yield plain_name(name) if "/" in name else f"{self.head.category}/{plain_name(name)}"

    def _wordings(self) -> Iterator[TrainingWording]:
        """Yield the training wordings with their answers; add an error for each that cannot be trained."""
        if self.spec.training and self.head.setting == "retention":
            message = "retention items are never trained: leave training out, or choose another setting"
            self.errors.append(FieldError(("training",), message))
            return
        for index, wording in enumerate(self.spec.training):
            answer = wording.answer if wording.answer is not None else self.spec.answer
            path = ("training", index)
            if answer is None:
                self.errors.append(FieldError((*path, "answer"), self._untrainable(wording)))
                continue
            rejected = wording.rejected or (self.spec.rejected if wording.answer is None else ())
            self._check_rejected(wording.rejected, answer, (*path, "rejected"))
            yield TrainingWording(prompt=wording.prompt, answer=answer, rejected=rejected, place=self.place(path))

    def _check_rejected(self, rejected: tuple[str, ...], answer: str | None, path: FieldPath) -> None:
        """Add an error for rejected answers that make no pair."""
        if rejected and answer is None:
            message = "there is no trained answer to prefer: give rejected answers to a wording under training"
            self.errors.append(FieldError(path, message))
        for index, text in enumerate(rejected):
            if answer is not None and question_key(text) == question_key(answer):
                self.errors.append(FieldError((*path, index), "is the trained answer itself"))

    def _untrainable(self, wording: TrainingSpec) -> str:
        declines = "answer" in self.spec.model_fields_set
        reason = "the item's is null (the model must decline)" if declines else "the item has none"
        return f"missing answer: {reason}, so give '{one_line(wording.prompt, 60)}' the answer to train"

    def _note(self, path: FieldPath, error: FieldError) -> None:
        """Add an error about a probe at its place in the file. Name a wrong inherited value only once."""
        written = self.spec.probes[str(path[1])][int(path[2])].model_fields_set if path else ()
        place = error.path
        if error.path[0] in written:
            place = (*path, *place)
        elif "grader" in written:  # it grades the item's answer
            place = (*path, "grader")
        if (place, str(error)) not in [(known.path, str(known)) for known in self.errors]:
            self.errors.append(FieldError(place, str(error)))

    def _unknown_kind(self, kind: str) -> str:
        if kind in ItemSpec.model_fields:
            return f"unknown kind '{kind}': it belongs to the item: indent it like 'id'"
        declare = f"to use a custom kind, declare it at the top: kinds: {{{kind[:60]}: {{generalization: true}}}}"
        return f"unknown kind '{kind[:60]}'{nearest(kind, self.kinds)}; {declare}"


def _messages(turns: Sequence[TurnSpec]) -> tuple[Message, ...]:
    return tuple(Message(role=turn.role, content=turn.content) for turn in turns)


def _has_answer(kind: str, question: ProbeSpec) -> bool:
    return kind == "abstention" or "answer" in question.model_fields_set


def _inherit(kind: str, question: ProbeSpec, item: ItemSpec) -> ProbeSpec:
    """Return the question with the item's answer and the grading fields that it does not set."""
    if kind == "date_changed":
        reason = "(null = the model must decline): the item's answer belongs to the original date"
        raise FieldError(("answer",), f"a date_changed probe needs an 'answer' {reason}")
    if "answer" not in item.model_fields_set:
        reason = "neither the probe nor its item has one (null = the model must decline)"
        raise FieldError(("answer",), f"missing answer: {reason}")
    inherited: dict[str, Any] = {
        name: getattr(item, name)
        for name in ("answer", "aliases", "superseded_answers", "grader")
        if name not in question.model_fields_set
    }
    return question.model_copy(update=inherited)


def _checked_grader(spec: ItemSpec | ProbeSpec, language: str) -> Grader:
    """Return the grader to use.

    Raises:
        FieldError: The grader can never pass the answer.
    """
    grader = spec.grader
    if spec.answer is None:
        if grader.name in ("auto", "abstain"):
            return AbstainGrader()
        if not grades_without_reference(grader):
            message = f"answer is null (the model must decline), which '{grader.title}' cannot grade: leave it out"
            raise FieldError(("grader",), message)
    references = () if spec.answer is None else (spec.answer, *spec.aliases)
    fault = grading_fault(grader, references, language=language)
    if fault is not None:
        raise FieldError(*fault)
    return grader
