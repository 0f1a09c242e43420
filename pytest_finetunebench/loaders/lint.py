"""Find suspicious cases in a suite that loads: probes that measure something other than they seem to."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.fuzz import token_sort_ratio

from pytest_finetunebench.cases.grader_choice import AllGrader, AnyGrader, Grader
from pytest_finetunebench.cases.grader_options import RegexGrader
from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE, LANGUAGES
from pytest_finetunebench.cases.suite import KINDS, Item, Place, Probe, Suite
from pytest_finetunebench.errors import counted, one_line
from pytest_finetunebench.grading.detect import mostly_in
from pytest_finetunebench.grading.grade import resolve_grader
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.languages.lacking import rules_off
from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.response_marks import marks_thoughts
from pytest_finetunebench.grading.text.folding import fold
from pytest_finetunebench.grading.text.normalise import contains, plain, question_key

_OPEN_GRADERS = ("text", "number", "exact")
"""Graders of open questions. A closed question (yes/no, choice) always names its answer."""


MAX_SIMILARITY = 90.0
"""Largest similarity of rephrased questions, in percent. The study's 200 reach 86.5, the shipped suites' 87.9."""
_OWN_ANSWERS = ("secondary", "comparison", "application")
"""Kinds whose questions mostly have an answer of their own."""
_SELECTORS = ("generalization", "each-kind", "each-category")
_NEAR = 0.7
"""The least likeness of two kinds' names, 0..1, that is taken for a slip."""

_NEVER_THERE = (
    "its pattern wants marks of thoughts (`<think>`), which are set apart before grading: write `response: raw`, "
    "so that "
    "the text is graded as it came"
)

LONGEST_ID = 220
"""Characters of a probe's id, so that a test's name with function and sample stays within 255."""
_TOO_LONG = "GitLab and Jenkins keep 255 of a test's name, function and sample included; give the item a shorter id"


@dataclass(frozen=True)
class Doubt:
    """One doubtful probe, or a name that is doubtful by itself."""

    place: Place
    name: str
    message: str
    probe: Probe | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.name}: {self.message}"


def find_doubts(suite: Suite, inherited: Collection[str] = ()) -> Iterator[Doubt]:
    """Yield every doubt about a suite, in its order. Typography does not tell questions apart.

    `inherited` holds the ids of the probes that take their item's answer.
    """
    yield from _names(suite)
    yield from _languages(suite)
    asked: dict[object, Probe] = {}
    trained = {question_key(prompt) for prompt, _ in suite.trained}
    for item in suite.items:
        wordings = [prompt for prompt, _ in item.trained]
        for probe in item.probes:
            question = (question_key(probe.system or ""), question_key(probe.prompt))
            if len(probe.id) > LONGEST_ID:
                yield _about(probe, f"an id of {len(probe.id)} characters: {_TOO_LONG}")
            if question in asked:
                yield _about(probe, _asked_twice(probe, asked[question]))
            asked.setdefault(question, probe)
            if probe.kind in _OWN_ANSWERS and probe.id in inherited:
                yield _about(probe, _inherits(probe))
            if not probe.raw_response and any(map(marks_thoughts, _patterns(probe, probe.grader))):
                yield _about(probe, _NEVER_THERE)
            if not probe.generalization:
                continue
            if question_key(probe.prompt) in trained:
                yield _about(probe, f"repeats a trained wording, so it measures memorization, not {probe.kind}")
            elif probe.kind == "rephrased" and (fault := similarity_fault(probe.prompt, wordings)):
                yield _about(probe, f"{fault}: it measures memorization more than {probe.kind}")
            given = given_answer(probe)
            if given is not None:
                yield _about(probe, f"the question gives the answer '{given}' away")


def _patterns(probe: Probe, grader: Grader) -> Iterator[str]:
    """Yield the patterns that a probe's answer must match."""
    if isinstance(grader, AllGrader | AnyGrader):
        for part in grader.of:
            yield from _patterns(probe, part)
    elif isinstance(grader, RegexGrader):
        yield from probe.references if grader.pattern is None else (grader.pattern,)


def similarity_fault(question: str, others: Iterable[str], bound: float = MAX_SIMILARITY) -> str | None:
    """Return why a rephrasing is too similar to another wording, by RapidFuzz's token sort ratio (0 to 100)."""
    for other in others:
        ratio = token_sort_ratio(plain(question), plain(other))
        if ratio > bound:
            return f"its wording is {ratio:.0f}% similar to '{one_line(other, 80)}' (at most {bound:g}%)"
    return None


def _about(probe: Probe, message: str) -> Doubt:
    return Doubt(probe.place, probe.id, message, probe)


def _inherits(probe: Probe) -> str:
    shown = "null" if probe.answer is None else f"'{one_line(probe.answer, 40)}'"
    return f"takes the item's answer {shown}, as it has none: a {probe.kind} question mostly needs its own `answer:`"


def _names(suite: Suite) -> Iterator[Doubt]:
    """Yield the names that a selector could take for something else."""
    by_kind: dict[str, set[str]] = {}
    by_category: dict[str, set[str]] = {}
    for probe in suite.probes:
        by_kind.setdefault(probe.kind, set()).add(probe.id)
        by_category.setdefault(probe.category, set()).add(probe.id)
    first = {item.category: item.place for item in reversed(suite.items)}
    for category, place in first.items():
        as_kind = by_kind.get(category)
        if category in _SELECTORS or (as_kind is not None and as_kind != by_category.get(category)):
            message = f"this category has the name of a kind: gates must say '{category}/all', or rename it"
            yield Doubt(place, category, message)
    places = {probe.kind: probe.place for probe in suite.probes if probe.kind not in KINDS}
    for kind, place in places.items():
        close = difflib.get_close_matches(kind, KINDS, 1, _NEAR)
        if close:
            yield Doubt(place, kind, f"this custom kind is not the built-in '{close[0]}': its pass rate is another one")


def _languages(suite: Suite) -> Iterator[Doubt]:
    """Yield the categories that are graded in English, and are in another language."""
    by_category: dict[str, list[Item]] = {}
    for item in suite.items:
        if item.probes and item.probes[0].language == DEFAULT_LANGUAGE:
            by_category.setdefault(item.category, []).append(item)
    for category, items in by_category.items():
        told = mostly_in(f"{item.probes[0].prompt} {item.probes[0].answer or ''}" for item in items)
        if told is not None:
            message = (
                f"looks {LANGUAGES[told[0]]}, but is graded in English: write `language: {told[0]}` above `items:`"
            )
            yield Doubt(items[0].place, category, message)


def language_notices(suite: Suite) -> Iterator[str]:
    """Yield a line for each language beside English: how many items are in it, and what is not read in it."""
    items = Counter(item.probes[0].language for item in suite.items if item.probes)
    for code, count in items.items():
        if code != DEFAULT_LANGUAGE:
            off = rules_off(language_of(code))
            lacking = f"; not read in it: {', '.join(off)}" if off else ""
            yield f"language {code} ({LANGUAGES[code]}): {counted(count, 'item')}{lacking}"


def given_answer(probe: Probe) -> str | None:
    """Return the reference that an open question contains, or None."""
    language = language_of(probe.language)
    given = next((one for one in probe.references if _holds(probe.prompt, one, language)), None)
    return given if given is not None and resolve_grader(probe).name in _OPEN_GRADERS else None


def _holds(question: str, reference: str, language: Language) -> bool:
    """Whether a question contains a reference as whole words; a dictionary tells them where no spaces do."""
    whole = language.words.whole
    if whole is None:
        return contains(question, reference)
    asked, wanted = fold(question, language), fold(reference, language).strip(' .!?"')
    if not wanted:
        return False
    alone = rf"(?<![0-9a-z.,]){re.escape(wanted)}" if wanted[0].isascii() else re.escape(wanted)
    alone += r"(?![0-9a-z]|[.,]\d)" if wanted[-1].isascii() else ""
    return any(whole(asked, *found.span()) for found in re.finditer(alone, asked))


def _asked_twice(probe: Probe, first: Probe) -> str:
    place = f"{first.id} at {first.place}"
    if set(probe.references) == set(first.references):
        return f"the same question as {place}: it counts twice"
    return f"the same question as {place} with another answer ('{probe.expected}' and '{first.expected}')"
