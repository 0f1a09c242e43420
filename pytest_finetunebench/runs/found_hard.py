"""Probes that were chosen because a model failed them: shown apart, as such a choice is biased against that model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.runs.rates import Rate, rate_of
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import Selectable

_COUNT = "add other probes, or let these count with --ft-found-hard=count"


@dataclass(frozen=True)
class FoundHard:
    """How a run does on such probes."""

    rate: Rate
    arms: tuple[tuple[str, Rate], ...]
    """The same of each arm, by its name."""
    counts: bool
    """Whether they count in rates and gates, as the user asked."""


def set_apart(results: Iterable[ProbeResult], *, counts: bool) -> tuple[list[ProbeResult], list[ProbeResult]]:
    """Return the results that count, and those that do not."""
    kept: list[ProbeResult] = []
    apart: list[ProbeResult] = []
    for result in results:
        (apart if result.found_hard and not counts else kept).append(result)
    return kept, apart


def found_hard_of(results: Sequence[ProbeResult], arms: Iterable[str], *, counts: bool) -> FoundHard | None:
    """Return what came of the results that are of such probes; None where there is none."""
    found = [result for result in results if result.found_hard]
    if not found:
        return None
    of_arms = [(name, [one for result in found if (one := result.of_arm(name)) is not None]) for name in arms]
    return FoundHard(rate_of(found), tuple((name, rate_of(asked)) for name, asked in of_arms if asked), counts)


def check_counted(marks: Iterable[bool], *, counts: bool) -> None:
    """Check that some probe counts; `marks` say of each whether it was found hard.

    Raises:
        SettingsError: none does, so that the run could not fail.
    """
    known = list(marks)
    if known and all(known) and not counts:
        raise SettingsError(f"every probe of the suite was found hard, and none of them counts: {_COUNT}")


class _Gate(Protocol):
    """What `check_gate` needs of a gate."""

    @property
    def where(self) -> str: ...
    def check(self, probes: Sequence[Selectable]) -> None: ...


def check_gate(gate: _Gate, counted: Sequence[Selectable], apart: Sequence[Selectable]) -> None:
    """Check that the suite has probes for a gate that count; those `apart` do not.

    Raises:
        SettingsError: it has none; the message says so where those apart are what the gate is about.
    """
    try:
        gate.check(counted)
    except SettingsError:
        if not apart:
            raise
        try:
            gate.check([*counted, *apart])
        except SettingsError:
            pass
        else:
            reason = "the probes that it needs were all found hard, and none of them counts"
            raise SettingsError(f"{gate.where}: {reason}: {_COUNT}") from None
        raise
