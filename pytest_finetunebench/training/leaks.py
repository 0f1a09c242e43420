"""Find probes in a training file. A leaked probe measures memorization instead of knowledge.

Levels of leaks, the strongest first:

exact           the same text
normalised      the same text apart from case, punctuation, spacing and Unicode
contained       a longer text with the probe's words side by side
near-duplicate  a similar text
answer          the probe's content words in a question with the probe's answer

Stop words and dates are those of the probe's language. Chinese and Japanese are read by character.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pytest_finetunebench.cases.suite import MEMORIZATION, SYSTEM_VARIANT, Probe, Suite
from pytest_finetunebench.files.training_rows import Row
from pytest_finetunebench.grading.text.normalise import question_key, words
from pytest_finetunebench.training.leak_words import content_words, date_parts, is_long_enough, word_bag, word_run
from pytest_finetunebench.training.near_duplicates import near_pairs

Level = Literal["exact", "normalised", "contained", "near-duplicate", "answer"]
LEVELS: tuple[Level, ...] = ("exact", "normalised", "contained", "near-duplicate", "answer")

THRESHOLD = 90.0
_RUN = 4
"""Words by which contained questions are looked up."""


@dataclass(frozen=True)
class Leak:
    """A row that teaches a probe. `score` is the similarity (0 to 100) of a near-duplicate."""

    line: int
    level: Level
    probe: Probe
    text: str
    score: float | None = None

    @property
    def relation(self) -> str:
        """The relation of the row's text to the probe, in words."""
        words_of = {
            "exact": "exact text of",
            "normalised": "normalised text of",
            "contained": "contains",
            "near-duplicate": f"near-duplicate ({self.score or 0:.0f}) of",
            "answer": "question and answer, in other words, of",
        }
        return words_of[self.level]


def find_leaks(rows: Sequence[Row], suite: Suite, *, threshold: float = THRESHOLD) -> list[Leak]:
    """Return each leak by line, at its strongest level.

    Memorization probes are trained on purpose, so they never leak. A row may ask a trained prompt of the suite. Such a
    row may resemble a probe, and leaks only if it has a probe's text.

    Args:
        rows: The rows to train.
        suite: The suite with the probes that must stay unseen.
        threshold: The least similarity of a near-duplicate, above 0 to 100. Similarity is the larger of rapidfuzz's
            `ratio` and `token_sort_ratio` over words without case and punctuation.
    """
    finder = _Finder(suite, threshold)
    texts = _Texts(rows, finder.trained)
    found: dict[tuple[int, str], Leak] = {}
    near = sorted(finder.near(texts), key=lambda leak: -(leak.score or 0))
    for leak in (*finder.same(texts), *finder.contained(texts), *near, *finder.answered(texts)):
        found.setdefault((leak.line, leak.probe.id), leak)
    return sorted(found.values(), key=lambda leak: (leak.line, LEVELS.index(leak.level)))


def withheld_probes(suite: Suite) -> list[Probe]:
    """Return the probes that no training file may have: all but those that ask the trained wording on purpose."""
    on_purpose = (MEMORIZATION, SYSTEM_VARIANT)
    return [
        probe
        for probe in suite.probes
        if probe.kind not in on_purpose or (probe.kind == SYSTEM_VARIANT and probe.prompt != probe.trained_prompt)
    ]


@dataclass(frozen=True)
class _Text:
    """A distinct text of a training file, and its lines, so that repeated rows are compared once."""

    text: str
    lines: tuple[int, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        return word_run(self.text)

    @cached_property
    def key(self) -> tuple[str, ...]:
        return question_key(self.text)

    def leaks(self, level: Level, probe: Probe, score: float | None = None) -> Iterator[Leak]:
        return (Leak(line, level, probe, self.text, score) for line in self.lines)


class _Texts:
    """The distinct texts of a file's rows, grouped by comparison."""

    def __init__(self, rows: Iterable[Row], trained: frozenset[tuple[str, ...]]) -> None:
        questions: dict[str, list[int]] = defaultdict(list)
        others: dict[str, list[int]] = defaultdict(list)
        known: dict[str, list[int]] = defaultdict(list)
        self.answered: dict[tuple[str, str], list[int]] = defaultdict(list)
        is_trained: dict[str, bool] = {}
        for row in rows:
            user = row.user
            asked = "\n".join(user)
            for text in filter(None, dict.fromkeys((*row.answers, row.system))):
                others[text].append(row.line)
            if len(user) == 1:
                if asked not in is_trained:
                    is_trained[asked] = question_key(asked) in trained
                if is_trained[asked]:
                    known[asked].append(row.line)
                    continue
            for text in filter(None, dict.fromkeys((*user, asked, f"{row.system}\n{asked}".strip()))):
                questions[text].append(row.line)
            for answer in dict.fromkeys(row.answers):
                self.answered[asked, answer].append(row.line)
        self.questions = _listed(questions)
        self.others = _listed(others)
        self.known = _listed(known)


def _listed(texts: dict[str, list[int]]) -> list[_Text]:
    return [_Text(text, tuple(lines)) for text, lines in texts.items()]


class _Finder:
    def __init__(self, suite: Suite, threshold: float) -> None:
        self.threshold = threshold
        self.probes = withheld_probes(suite)
        asked = (probe.prompt for probe in suite.probes if probe.kind == MEMORIZATION)
        self.trained = frozenset(map(question_key, asked))

    def same(self, texts: _Texts) -> Iterator[Leak]:
        """Yield the rows with a probe's text, exactly or apart from typography."""
        by_key: dict[tuple[str, ...], list[Probe]] = defaultdict(list)
        for probe in self.probes:
            both = f"{probe.system or ''}\n{probe.prompt}"
            for key in {question_key(probe.prompt), question_key(both)}:
                by_key[key].append(probe)
        for text in (*texts.questions, *texts.known):
            for probe in by_key.get(text.key, ()):
                yield from text.leaks("exact" if probe.prompt == text.text else "normalised", probe)

    def contained(self, texts: _Texts) -> Iterator[Leak]:
        """Yield the rows with a probe's words side by side in one of their texts."""
        read = ((word_run(probe.prompt), probe) for probe in self.probes)
        wanted = [(held, probe) for held, probe in read if is_long_enough(held)]
        common = Counter(part for held, _ in wanted for part in _parts(held))
        # search by the rarest part, because questions from one template begin alike
        rarest: dict[tuple[str, ...], list[tuple[int, tuple[str, ...], Probe]]] = defaultdict(list)
        for held, probe in wanted:
            parts = _parts(held)
            offset = min(range(len(parts)), key=lambda index: common[parts[index]])
            rarest[parts[offset]].append((offset, held, probe))
        for text in (*texts.questions, *texts.others):
            for index, part in enumerate(_parts(text.words)):
                for offset, held, probe in rarest.get(part, ()):
                    start = index - offset
                    if start >= 0 and text.words[start : start + len(held)] == held:
                        yield from text.leaks("contained", probe)

    def near(self, texts: _Texts) -> Iterator[Leak]:
        """Yield the near-duplicates; for a `date_changed` probe only those with its numbers and dates."""
        probes = [(" ".join(words(probe.prompt)), probe) for probe in self.probes]
        rows: dict[str, list[_Text]] = defaultdict(list)
        for text in texts.questions:
            rows[" ".join(words(text.text))].append(text)
        asked: dict[str, list[Probe]] = defaultdict(list)
        for normal, probe in probes:
            asked[normal].append(probe)
        for question, normal, score in near_pairs(list(asked), list(rows), self.threshold):
            for probe in asked[question]:
                code = probe.language
                if probe.kind == "date_changed" and date_parts(question, code) != date_parts(normal, code):
                    continue
                for text in rows[normal]:
                    yield from text.leaks("near-duplicate", probe, score)

    def answered(self, texts: _Texts) -> Iterator[Leak]:
        """Yield the rows with a generalization probe's content words and its answer, if that is not trained."""
        by_language: dict[str, list[Probe]] = defaultdict(list)
        for probe in filter(_has_distinct_answer, self.probes):
            by_language[probe.language].append(probe)
        for code, probes in by_language.items():
            yield from _answered(texts, code, probes)


def _answered(texts: _Texts, code: str, probes: Sequence[Probe]) -> Iterator[Leak]:
    wanted = [(content_words(probe.prompt, code), probe) for probe in probes]
    common = Counter(word for content, _ in wanted for word in content)
    rarest: dict[tuple[tuple[str, ...], str], list[tuple[frozenset[str], Probe]]] = defaultdict(list)
    for content, probe in wanted:
        if content:
            first = min(content, key=lambda word: (common[word], word))
            for key in {question_key(reference) for reference in probe.references}:
                rarest[key, first].append((content, probe))
    for (asked, answer), lines in texts.answered.items():
        held, key = word_bag(asked, code), question_key(answer)
        for word in held:
            for content, probe in rarest.get((key, word), ()):
                if content <= held:
                    yield from _Text(asked, tuple(lines)).leaks("answer", probe)


def _parts(held: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return each run of `_RUN` words."""
    return [held[at : at + _RUN] for at in range(len(held) - _RUN + 1)]


def _has_distinct_answer(probe: Probe) -> bool:
    """Whether a generalization probe's answer differs from the trained answer."""
    if not probe.generalization or probe.answer is None:
        return False
    return probe.trained_answer is None or question_key(probe.answer) != question_key(probe.trained_answer)
