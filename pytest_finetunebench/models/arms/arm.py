"""An arm: a spec, and how it turns a probe into the chat of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.errors import Problem, SettingsError, counted
from pytest_finetunebench.files.reading import read_text
from pytest_finetunebench.models.arms import framing
from pytest_finetunebench.models.arms.corpus import Corpus, corpus_of_items, read_corpus
from pytest_finetunebench.models.arms.examples import Example, NearestExamples, drawn, examples_of, first_of_others
from pytest_finetunebench.models.arms.framing import Chat
from pytest_finetunebench.models.arms.gold import Facts
from pytest_finetunebench.models.arms.search import CustomSearch, LexicalSearch, Search
from pytest_finetunebench.settings import ArmSettings, ArmSpec


@dataclass(frozen=True)
class Framed:
    """A probe as an arm asks it."""

    chat: Chat
    context: tuple[str, ...] = ()
    """What was added, as `ArmAnswer` keeps it."""
    needed: int = 0
    rank: int | None = None


@dataclass(frozen=True)
class Arm:
    """A spec and its way to frame a probe. Each probe is framed once."""

    spec: ArmSpec
    make: Callable[[Probe], Framed] = field(repr=False)
    note: str = ""
    """What it draws from, for reports."""
    _made: dict[tuple[str, Chat], Framed] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Its name in reports."""
        return self.spec.name

    def frame(self, probe: Probe) -> Framed:
        """Return the probe as the arm asks it.

        Raises:
            SettingsError: a search of the user's failed.
        """
        key = (probe.id, probe.messages)  # a conftest's own `ft_probe` may reword it under its id
        framed = self._made.get(key)
        if framed is None:
            framed = self._made[key] = self.make(probe)
        return framed


def make_arms(settings: ArmSettings, suite: Suite) -> tuple[Arm, ...]:
    """Return the arms of a run over a suite.

    Raises:
        SettingsError: an arm has nothing to draw from, or a file cannot be read.
    """
    if not settings.specs:
        return ()
    maker = _Maker(settings, suite)
    return tuple(maker.arm(spec) for spec in settings.specs)


class _Maker:
    """Makes arms, which share corpus, examples and indexes."""

    def __init__(self, settings: ArmSettings, suite: Suite) -> None:
        self._settings = settings
        self._items = suite.items
        self._facts = Facts(suite.items)
        self._corpus: Corpus | None = None
        self._examples: tuple[Example, ...] | None = None
        self._lexical: LexicalSearch | None = None
        self._nearest: NearestExamples | None = None

    def arm(self, spec: ArmSpec) -> Arm:
        match spec.kind:
            case "none":
                return Arm(spec, lambda probe: Framed(probe.messages))
            case "prompt":
                return self._prompt(spec)
            case "few-shot":
                return self._few_shot(spec)
            case "similar":
                return self._similar(spec)
            case "retrieve":
                return self._retrieve(spec)
            case "oracle":
                return self._oracle(spec)

    def _prompt(self, spec: ArmSpec) -> Arm:
        text = _read_prompt(spec, spec.path or Path())
        note = ""
        if framing.FACTS in text:
            corpus = self._passages(spec)
            text, note = text.replace(framing.FACTS, framing.listed(corpus.texts)), f"all of {corpus.source}"
        return Arm(spec, lambda probe: Framed(framing.with_system(probe.messages, text), (text,)), note)

    def _few_shot(self, spec: ArmSpec) -> Arm:
        order = drawn(self._pool(spec), spec.seed)

        def frame(probe: Probe) -> Framed:
            return self._shown(probe, first_of_others(order, spec.count, self._own(probe)))

        return Arm(spec, frame, f"drawn of {counted(len(order), 'trained example')} with seed {spec.seed}")

    def _similar(self, spec: ArmSpec) -> Arm:
        pool = self._pool(spec)
        nearest = self._nearest = self._nearest or NearestExamples(pool, spec.where)

        def frame(probe: Probe) -> Framed:
            return self._shown(probe, nearest.find(probe.prompt, spec.count, self._own(probe)))

        return Arm(spec, frame, f"of {counted(len(pool), 'trained example')}")

    def _retrieve(self, spec: ArmSpec) -> Arm:
        corpus = self._passages(spec)
        search: Search
        if spec.target is not None:
            search = CustomSearch(spec.target, corpus.texts, spec.where)
        else:
            search = self._lexical = self._lexical or LexicalSearch(corpus.texts, spec.where)

        def frame(probe: Probe) -> Framed:
            found = search(probe.prompt, spec.count)
            passages = tuple(corpus.texts[number] for number in found)
            needed, rank = self._rank(probe, corpus, found)
            return Framed(framing.with_passages(probe.messages, passages), passages, needed, rank)

        return Arm(spec, frame, f"{corpus.summary} from {corpus.source}")

    def _oracle(self, spec: ArmSpec) -> Arm:
        def frame(probe: Probe) -> Framed:
            facts = tuple(self._facts.of(name) for name in self._facts.about(probe))
            return Framed(framing.with_passages(probe.messages, facts), facts)

        return Arm(spec, frame)

    def _rank(self, probe: Probe, corpus: Corpus, found: Sequence[int]) -> tuple[int, int | None]:
        """Return how many facts the probe needs, and at which rank, from 1, all of them are retrieved."""
        needed = [corpus.of_items.get(name, ()) for name in self._facts.needed(probe)]
        if not needed or not all(needed):
            return 0, None
        ranks = [min((found.index(one) for one in holders if one in found), default=None) for holders in needed]
        known = [rank for rank in ranks if rank is not None]
        return len(needed), max(known) + 1 if len(known) == len(needed) else None

    def _shown(self, probe: Probe, examples: Sequence[Example]) -> Framed:
        context = tuple(f"{one.prompt}\n{one.answer}" for one in examples)
        return Framed(framing.with_examples(probe.messages, examples), context)

    def _own(self, probe: Probe) -> set[str]:
        """Return the items that no example may be of: with one, an example would be retrieval."""
        return {f"{probe.category}/{probe.item}", *self._facts.about(probe)}

    def _pool(self, spec: ArmSpec) -> tuple[Example, ...]:
        if self._examples is None:
            self._examples = examples_of(self._items)
        items = {one.item for one in self._examples}
        if len(self._examples) < spec.count or len(items) < 2:
            there = f"the suite trains {counted(len(self._examples), 'example')} of {counted(len(items), 'item')}"
            raise SettingsError(f"{spec.where}: {there}: an arm needs its number of them, and those of other items")
        return self._examples

    def _passages(self, spec: ArmSpec) -> Corpus:
        if self._corpus is None:
            paths = self._settings.corpus
            self._corpus = read_corpus(paths, self._items) if paths else corpus_of_items(self._items)
        if not self._corpus.passages:
            hint = "no item has a fact: name passages with --ft-corpus=PATH"
            raise SettingsError(f"{spec.where}: the corpus is empty: {hint}")
        return self._corpus


def _read_prompt(spec: ArmSpec, path: Path) -> str:
    problems: list[Problem] = []
    text = read_text(path, problems)
    if text is None:
        raise SettingsError(f"{spec.where}: {problems[0]}")
    return text.strip()


def trained_examples(arms: Iterable[Arm], suite: Suite) -> tuple[Example, ...]:
    """Return what the arms may show as examples; none where no arm shows any."""
    shows = any(arm.spec.kind in ("few-shot", "similar") for arm in arms)
    return examples_of(suite.items) if shows else ()
