"""What a rule and a guard are: a rule finds where an answer gives a reference, a guard takes its finding back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.shapes import Kind, Value
from pytest_finetunebench.grading.text.phrases import Span

MOST_PLACES = 50
"""So many mentions are looked at: a longer answer repeats itself."""

Place = Span | None
"""Where an answer gives a reference; None: as a whole."""


@dataclass(frozen=True)
class Example:
    """An answer that a rule or guard must judge as `right` says."""

    question: str
    reference: str
    answer: str
    right: bool
    fact: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One way to give a reference; the rules are tried in the order of `ladder.RULES`."""

    name: str
    """A few words, in the order of the ladder unique: `the same words`."""
    verb: str
    """How the reason of a verdict says it, in front of the reference: `says`."""
    kind: Kind | None = Kind.PROSE
    """The kind of reference that it looks for; None: any."""
    value: Value | None = None
    """The value that the reference is, of the kind `PROSE`; None: any."""
    other_words: bool = False
    """Whether it takes other words than the reference has, so that these may not be code, a date or figures."""
    applies: Callable[[Exchange], bool] | None = None
    """Whether the rule may look for such a reference, beyond that. It must be cheap."""
    find: Callable[[Exchange], Iterable[Place]]
    """Yield where the answer gives the wanted text by this rule."""
    of_value: bool = False
    """Whether it looks for values of any sort alone: it is never asked about a reference that is nothing but words."""
    exact: bool = True
    """Whether it goes by value or word by word: only such rules tell stale and trained answers."""
    examples: tuple[Example, ...] = field(repr=False)
    """A right one is found by the rule, a wrong one is not."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One reason for which a finding does not count; the guards are asked in the order of `ladder.GUARDS`."""

    option: str
    """The switch of the probe's grader that turns it off (`cases.grader_options.Guards`)."""
    rejects: Callable[[Exchange, Place], str | None]
    """Say why the mention at a place does not count, as the reason of a verdict; None where it does."""
    examples: tuple[Example, ...] = field(repr=False)
    """A right one passes with the guard on, a wrong one fails with it and passes without it."""
