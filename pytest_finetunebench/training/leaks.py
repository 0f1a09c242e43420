"""Whether a training file holds what the probes ask: then they would measure memorization, not knowledge.

Five ways to leak, the strongest first: the same text; the same but for case, punctuation, spacing and Unicode; a text
that contains the probe's words; a near-duplicate; the same question in other small words with the probe's own answer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pytest_finetunebench.cases.suite import MEMORIZATION, Probe, Suite
from pytest_finetunebench.grading.languages.en import EN
from pytest_finetunebench.grading.text.normalise import question_key, words
from pytest_finetunebench.grading.wordlists import word_set
from pytest_finetunebench.training.formats import Row
from pytest_finetunebench.training.near_duplicates import near_pairs

Level = Literal["exact", "normalised", "contained", "near-duplicate", "answer"]
LEVELS: tuple[Level, ...] = ("exact", "normalised", "contained", "near-duplicate", "answer")

THRESHOLD = 90.0
SHORTEST_CONTAINED = 4
"""Words: shorter questions stand in longer texts by chance."""
_DATE_WORDS = word_set(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday"
)


@dataclass(frozen=True)
class Leak:
    """A row that teaches a probe; `score` is the similarity within 0..100, of near-duplicates alone."""

    line: int
    level: Level
    probe: Probe
    text: str
    score: float | None = None

    @property
    def how(self) -> str:
        """What the row's text is to the probe, in words."""
        words_of = {
            "exact": "exact text of",
            "normalised": "normalised text of",
            "contained": "contains",
            "near-duplicate": f"near-duplicate ({self.score or 0:.0f}) of",
            "answer": "question and answer, in other words, of",
        }
        return words_of[self.level]


def find_leaks(rows: Sequence[Row], suite: Suite, *, threshold: float = THRESHOLD) -> list[Leak]:
    """Return each row that teaches a probe with that probe, by lines; of several levels the strongest.

    Probes of memorization are meant to be trained, so they never leak. A row whose one question is an item's own
    trained prompt may resemble a probe, as the suite has both: it leaks only where it has a probe's text.

    Args:
        rows: What would be trained.
        suite: Whose probes must be unseen.
        threshold: Least similarity of a near-duplicate, above 0 to 100: the larger of rapidfuzz's `ratio` and
            `token_sort_ratio` over words without case and punctuation.
    """
    finder = _Finder(suite, threshold)
    texts = _Texts(rows, finder.trained)
    found: dict[tuple[int, str], Leak] = {}
    near = sorted(finder.near(texts), key=lambda leak: -(leak.score or 0))
    for leak in (*finder.same(texts), *finder.contained(texts), *near, *finder.answered(texts)):
        found.setdefault((leak.line, leak.probe.id), leak)
    return sorted(found.values(), key=lambda leak: (leak.line, LEVELS.index(leak.level)))


def withheld(suite: Suite) -> list[Probe]:
    """Return the probes that no training file may hold: all but those of memorization."""
    return [probe for probe in suite.probes if probe.kind != MEMORIZATION]


@dataclass(frozen=True)
class _Text:
    """A text of a training file, and the lines that hold it: repeated rows are looked at once."""

    text: str
    lines: tuple[int, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(words(self.text))

    @cached_property
    def key(self) -> tuple[str, ...]:
        return question_key(self.text)

    def leaks(self, level: Level, probe: Probe, score: float | None = None) -> Iterator[Leak]:
        return (Leak(line, level, probe, self.text, score) for line in self.lines)


class _Texts:
    """The distinct texts of a file's rows, by what they are compared for."""

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
        self.probes = withheld(suite)
        asked = (probe.prompt for probe in suite.probes if probe.kind == MEMORIZATION)
        self.trained = frozenset(map(question_key, asked))

    def same(self, texts: _Texts) -> Iterator[Leak]:
        """Yield the rows with a probe's text, exactly or but for typography."""
        by_key: dict[tuple[str, ...], list[Probe]] = defaultdict(list)
        for probe in self.probes:
            both = f"{probe.system or ''}\n{probe.prompt}"
            for key in {question_key(probe.prompt), question_key(both)}:
                by_key[key].append(probe)
        for text in (*texts.questions, *texts.known):
            for probe in by_key.get(text.key, ()):
                yield from text.leaks("exact" if probe.prompt == text.text else "normalised", probe)

    def contained(self, texts: _Texts) -> Iterator[Leak]:
        """Yield the rows with a probe's words side by side in any of their texts."""
        wanted = [(tuple(words(probe.prompt)), probe) for probe in self.probes]
        common = Counter(part for held, _ in wanted for part in _parts(held))
        # each is looked for by its rarest part, since those of one template begin alike
        rarest: dict[tuple[str, ...], list[tuple[int, tuple[str, ...], Probe]]] = defaultdict(list)
        for held, probe in wanted:
            if parts := _parts(held):
                offset = min(range(len(parts)), key=lambda index: common[parts[index]])
                rarest[parts[offset]].append((offset, held, probe))
        for text in (*texts.questions, *texts.others):
            for index, part in enumerate(_parts(text.words)):
                for offset, held, probe in rarest.get(part, ()):
                    start = index - offset
                    if start >= 0 and text.words[start : start + len(held)] == held:
                        yield from text.leaks("contained", probe)

    def near(self, texts: _Texts) -> Iterator[Leak]:
        """Yield the near-duplicates; a `date_changed` probe has them only with its own numbers and dates."""
        probes = [(" ".join(words(probe.prompt)), probe) for probe in self.probes]
        rows: dict[str, list[_Text]] = defaultdict(list)
        for text in texts.questions:
            rows[" ".join(text.words)].append(text)
        asked: dict[str, list[Probe]] = defaultdict(list)
        for normal, probe in probes:
            asked[normal].append(probe)
        for question, normal, score in near_pairs(list(asked), list(rows), self.threshold):
            other_date = _dates(question) != _dates(normal)
            for probe in asked[question]:
                if not (other_date and probe.kind == "date_changed"):
                    for text in rows[normal]:
                        yield from text.leaks("near-duplicate", probe, score)

    def answered(self, texts: _Texts) -> Iterator[Leak]:
        """Yield the rows with the large words of a generalization probe and an answer that is only the probe's."""
        wanted = [
            (frozenset(words(probe.prompt)) - EN.words.stop, probe) for probe in self.probes if _own_answer(probe)
        ]
        common = Counter(word for content, _ in wanted for word in content)
        rarest: dict[tuple[tuple[str, ...], str], list[tuple[frozenset[str], Probe]]] = defaultdict(list)
        for content, probe in wanted:
            if len(content) > 1:
                first = min(content, key=lambda word: (common[word], word))
                for key in {question_key(reference) for reference in probe.references}:
                    rarest[key, first].append((content, probe))
        for (asked, answer), lines in texts.answered.items():
            held, key = frozenset(words(asked)), question_key(answer)
            for word in held:
                for content, probe in rarest.get((key, word), ()):
                    if content <= held:
                        yield from _Text(asked, tuple(lines)).leaks("answer", probe)


def _parts(held: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return each run of as many words as the shortest question that is looked for inside texts."""
    return [held[at : at + SHORTEST_CONTAINED] for at in range(len(held) - SHORTEST_CONTAINED + 1)]


def _own_answer(probe: Probe) -> bool:
    """Whether a generalization probe has an answer that the trained prompt has not."""
    if not probe.generalization or probe.answer is None:
        return False
    return probe.trained_answer is None or question_key(probe.answer) != question_key(probe.trained_answer)


def _dates(normal: str) -> frozenset[str]:
    return frozenset(word for word in normal.split() if word in _DATE_WORDS or re.search(r"\d", word))
