"""Which samples of the suite the tests of a process ask, and which they leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.plugin.samples import Sample, param_of


class Selection:
    """The samples of a suite, and those among them that were selected. Reads the suite when first needed."""

    def __init__(self, suite: Callable[[], Suite], repeat: int) -> None:
        self._suite, self._repeat = suite, repeat
        self._chosen: frozenset[str] = frozenset()
        self._parts: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @cached_property
    def _samples(self) -> dict[str, Sample]:
        """Every sample of the suite by its id, in order."""
        samples = (Sample(probe, index) for probe in self._suite().probes for index in range(self._repeat))
        return {sample.id: sample for sample in samples}

    @cached_property
    def params(self) -> list[Any]:
        """What a test of probes is parametrized with."""
        return [param_of(sample, name) for name, sample in self._samples.items()]

    @cached_property
    def probe_ids(self) -> tuple[str, ...]:
        """Ids of all probes of the suite, in order."""
        return tuple(probe.id for probe in self._suite().probes)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the samples that are selected, in the order of the suite."""
        return self._found[0]

    @property
    def left_out(self) -> tuple[str, ...]:
        """Ids of the probes that have a sample which is not selected, sorted."""
        return self._found[1]

    @property
    def whole(self) -> bool:
        """Whether every sample of the suite is selected."""
        return bool(self._chosen) and not self.left_out

    def choose(self, samples: Iterable[Sample]) -> None:
        """Select samples in the place of all others."""
        self._chosen, self._parts = frozenset(sample.id for sample in samples), None

    def choose_named(self, node_ids: Iterable[str]) -> None:
        """Select what tests of these ids ask."""
        self.choose(self._named(node_ids))

    def named(self, node_ids: Iterable[str]) -> Sequence[tuple[Probe, int]]:
        """Return what tests of these ids ask, in the tests' order."""
        return [(sample.probe, sample.repeat) for sample in self._named(node_ids)]

    def _named(self, node_ids: Iterable[str]) -> list[Sample]:
        names = dict.fromkeys(node_id.partition("[")[2].removesuffix("]") for node_id in node_ids)
        return [self._samples[name] for name in names if name in self._samples]

    @property
    def _found(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if self._parts is None:
            chosen, left_out = [], set()
            for name, sample in self._samples.items():
                if name in self._chosen:
                    chosen.append(name)
                else:
                    left_out.add(sample.probe.id)
            self._parts = tuple(chosen), tuple(sorted(left_out))
        return self._parts
