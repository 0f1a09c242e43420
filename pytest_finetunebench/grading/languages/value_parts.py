"""The parts of a language that reading values needs: fractions, units, amounts, times, dates, frequencies.

Patterns match folded text (`text.folding.fold`: lower case, plain quotes and dashes) unless a field says `raw`. Units
are named as in `unit_sizes.py`, currencies by their code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pytest_finetunebench.grading.patterns import NEVER

Pattern = re.Pattern[str]


@dataclass(frozen=True, eq=False)
class Fractions:
    """Several written numbers that are one: fractions (`three eighths`) and durations (`9 h 12 min`)."""

    one: Mapping[str, int]
    """One part → how many make the whole: `third` → 3."""
    several: Mapping[str, int]
    """Several parts → how many make the whole: `thirds` → 3."""
    uncounted: tuple[str, ...]
    """Parts that are no number words themselves."""
    whole_half: str
    """The part that needs no article in front of it: `half`."""
    cardinal_one: str
    article: str
    """The article that counts a part: `a third`."""
    joiners: tuple[str, ...]
    """Words between whole ones and a fraction: `2 and a half`."""
    joiner: str
    """The word between the parts of a duration."""
    between: tuple[str, ...]
    """Words between numerator and denominator: `3 out of 8`."""
    over: Pattern
    """What stands between numerator and denominator."""
    mixed: Pattern
    """What stands between whole ones and a fraction."""
    ends: Pattern
    """What may follow a single part: `a third of it`, but not `a third man`."""
    of_one: Pattern
    """Between a part and the unit or scale that it is a part of: `half an hour`, `half a dozen`."""
    short: Mapping[str, str]
    """Letters that mean a unit of time only beside another one: `9h 12m`."""
    next: Pattern
    """What stands between the parts of a duration."""
    clock: Pattern
    """A duration as a clock shows it: hours, minutes, seconds or None."""


@dataclass(frozen=True, eq=False)
class Units:
    """Words and signs of units and currencies."""

    words: Mapping[str, str]
    """Word or sign → unit, currencies included."""
    currencies: Mapping[str, str]
    """Word or sign → currency."""
    read: Callable[[list[str]], str | None]
    """The unit that the words behind a number begin with: `square miles`, `per cent`; None without one."""
    asking: Mapping[str, str]
    """Words of a question, no units themselves, that ask for one: `old` → year."""
    counts: Callable[[str], bool]
    """Whether a word behind a number is what it counts, and no unit."""
    written: Mapping[str, str]
    """Sign of a unit as it is written → words for it: its letter case tells it from another (`Mb`, `MB`)."""
    asked: Pattern
    """In front of the unit that a question asks for: `how many`, `in`."""
    count_asked: Pattern
    """A question for a count; group 1 is what is counted."""
    percent_asked: Pattern
    """A question for a percentage."""
    age_asked: Pattern
    """A question for an age in years."""


@dataclass(frozen=True, eq=False)
class Quantities:
    """What is said around a number: its sign, currency, scale, and how exact it is."""

    feet: Pattern
    """Feet and inches, as groups 1 and 2."""
    currency: Pattern
    """A currency before a number, as group 1."""
    currency_behind: Pattern
    """A sign of a currency behind a number, as group 1."""
    rest_of_currency: str
    """The currency of a mark that `Units.currencies` does not hold (`rs.`)."""
    scale_letter: Pattern
    """A letter of `Numbers.money_scales` right behind a number."""
    capital_scale: Pattern
    """In raw text: such a letter as a capital."""
    degrees: Pattern
    """The letter of a temperature right behind a number."""
    minus: Pattern
    """A minus before a number, as sign or word."""
    fewer: Pattern
    """Words that make a number in the answer a decrease."""
    in_scale: Pattern
    """The scale that a question asks for, as group 1: `in millions of dollars`."""
    scale_powers: Mapping[str, int]
    """That group → its power of ten."""
    qualifiers: frozenset[str]
    """Words of a reference that say how exact its number is."""
    approximate: Pattern
    """A question that asks for a rounded number."""
    multiplied: Pattern
    """Before a number that is not meant itself: `twice`, `half of`."""
    below_word: str
    """Stands wherever `below` matches."""
    below: Pattern
    """Behind a number with its unit: it lies below nought (`degrees below zero`)."""
    lost: Pattern
    """Before an amount: it is a loss."""
    below_asked: Pattern
    """A question or fact that speaks of a depth or a loss itself."""
    zero: Pattern
    """Words for nought; group 1 may be what there is none of."""
    counted: Pattern
    """Words for a small number; group 1 is the word, group 2 may be what is counted."""
    counted_words: Mapping[str, int]
    """Group 1 of `counted` → the number."""
    all_of: Pattern
    """At the beginning: all of those that the question counts."""
    one_unit: Pattern
    """One unit of time, as group 1, where an article counts it: `for a week`."""
    asks_duration: Pattern
    share_asked: Pattern
    """A question for a share of a whole, given as percent or as a decimal."""


@dataclass(frozen=True, eq=False)
class Clock:
    """Times of day."""

    hours: Mapping[str, int]
    """Number words of the hours."""
    time: Pattern
    """A time by named groups: named, share, way, hour, joint, minute, second, half."""
    needed: tuple[str, ...]
    """A time holds one of these words, or a digit."""
    named: Mapping[str, int]
    """The words of the group `named` → seconds of the day."""
    shares: Mapping[str, int]
    """The words of the group `share` → seconds."""
    past: str
    """The word of the group `way` that adds the share; any other takes it away."""
    halves: tuple[tuple[Pattern, int, int], ...]
    """Words for a part of the day, with its first and behind its last second; it may reach over midnight."""
    no_time: Pattern
    """A question in which figures with a colon are no time of day."""
    zone: Pattern | None = None
    """Behind a time: its zone as group `zone`, and what is added to it as groups `sign`, `ahead` and `minutes`."""
    zones: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Zone → the seconds that its clocks may be ahead of UTC; several where it has a summer time."""
    universal: frozenset[str] = frozenset()
    """Zones in which an hour without a half of the day is one of 24."""


@dataclass(frozen=True, eq=False)
class Dates:
    """Dates, decades, centuries, and parts of them."""

    months: Mapping[str, int]
    calendar: frozenset[str]
    """Words beside a date that leave it a date."""
    eras: Mapping[str, int]
    """Era → the sign of its years."""
    era_before: str
    """The era that may stand before the year."""
    before_month: frozenset[str]
    """Words between the days and the month behind them."""
    after_month: frozenset[str]
    """Words between a month and the days or year behind it."""
    year_only: Pattern
    """A question that asks for nothing but the year."""
    asks_when: Pattern
    asks_day: Pattern
    """A question for a day or date, or a time."""
    noted: Pattern
    """A year with a footnote's digit, behind a word that makes it a year."""
    event_ends: Pattern
    """Between what an answer says of one event and of another."""
    decade: Pattern
    """A decade; group 1 is its first year."""
    century: str
    century_words: frozenset[str]
    part: Pattern
    """In raw text: part (group 1) and period (group 2): `mid-March`."""
    shares: Mapping[str, tuple[int, int]]
    """Part → the tenths of a period that it may reach over."""
    periods: frozenset[str]
    """Words of periods that are neither months nor numbers."""
    decade_names: Mapping[str, int] = field(default_factory=dict)
    """Word → the first year of the decade of the last century that it names: `sixties`."""


@dataclass(frozen=True, eq=False)
class Frequencies:
    """How often something is."""

    frequency: Pattern
    """By named groups: times, or_times, count, to_count, adverb, period, other, gap, to_gap, unit, hours, latin, plain,
    rate."""
    counts: Mapping[str, int]
    """The words of the groups `times` and `or_times`."""
    latin: Mapping[str, int | Fraction]
    """Abbreviations → times a day."""
    adverbs: Mapping[str, str]
    """Adverb → unit of time."""
    asked: Pattern
    """A question or reference that speaks of how often."""
    measure_asked: Pattern
    """A question that asks for a measure; group 1 may be its unit."""
    counted: Pattern = NEVER
    """A question for how many there are, not how often."""


@dataclass(frozen=True, eq=False)
class Roles:
    """What gives a figure another role than that of an answer."""

    strict: Pattern
    """Before a number: a bound that leaves the number out (`fewer than`)."""
    strict_year: Pattern
    """The same before a year: `before`, `after`."""
    loose: Pattern
    """Before such a bound: it allows the number, or comes near it (`no`, `just`)."""
    labels: frozenset[str]
    """Words whose number is a name: `page 12`."""
    operand_before: Pattern
    """Before a number: it is worked with (`3 plus`)."""
    operand_after: Pattern
    of_whole: Pattern
    """Behind a number: it is a part (`of its`)."""
    asks_whole: Pattern
    """A question for how many there are."""
    total_after: Pattern
    """Behind a number: it is a total (`in all`)."""
    total_before: Pattern
    rate: Pattern
    """Behind a number: it is counted per thing, which is group 1."""
    asks_rate: Pattern
    among: Pattern
    """Before a number: it is what is counted from (`of the`)."""
    asks_amount: Pattern
    """A question for how many or how much, which no ordinal answers."""
    asks_times: Pattern
    """A question for how often."""
    counted: Pattern
    """In a question: what is counted, as the words of group 1."""
    asks_end: Pattern
    """A question for the end of a period."""
    asks_start: Pattern
    period: Pattern
    """Years from (group 1) and to (group 2)."""
    of_year: Pattern
    """Before a number that is a year: `in`."""
    turn: Pattern
    """Between two numbers: the first is taken back (`12, sorry, 15`)."""
    past: Pattern
    """Before a number: it is what it was (`used to be`)."""
    moved_from: Pattern
    """Before a number: it changed from there."""
    times_words: frozenset[str]
    """Words for how often that are numbers: `twice`."""
    all_: str
    """Before a number: not one is left out."""
    asked_period: Pattern = NEVER
    """In a question: the period for which it asks, as group 1 (`per day`)."""
    period_behind: Pattern = NEVER
    """Behind a number: the period, or the dose, for which it is, as group 1."""
    periods: Mapping[str, str] = field(default_factory=dict[str, str])
    """Adverb → the period that it means: `daily`."""
    of_stuff: Pattern = NEVER
    """Behind a number: what it is an amount of, as group 1."""
    had: Pattern = NEVER
    """Before a number: so many there were."""
    aged: Pattern = NEVER
    """Before a number: it is an age."""
    asks_above: Pattern = NEVER
    """A question that names a bound which something is above."""
    asks_below: Pattern = NEVER
    goes_above: Pattern = NEVER
    """In a bound that leaves the number out: it is from above."""
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Word → the dimension of which it is: `wide`, `width`."""
    opposed: tuple[tuple[Pattern, Pattern], ...] = ()
    """A question for the one end of what is allowed, and before a number the bound at the other end."""
    of_which: Pattern = NEVER
    """Before a number: it is a part of what was said (`of which`)."""
    more_than: Pattern = NEVER
    """Behind a number: it is a difference (`more than`)."""
    step: Pattern = NEVER
    """Before a number: something changed by so much (`rose by`)."""
    gained: Pattern = NEVER
    """Before a number: so much was added to what there was."""
    asks_difference: Pattern = NEVER
    asks_change: frozenset[str] = frozenset()
    """Words of a question or reference that speak of a change."""
    noun_before: Pattern = NEVER
    """Before a number: the noun that it is the value of, as group 1 (`a profit of`)."""
    each: Pattern = NEVER
    """Behind a number: there are so many of each."""
    since: Pattern = NEVER
    """Before a year or age: it is where something begins."""
    until: Pattern = NEVER
    """Before a year or age: it is where something ends."""
    discount_words: frozenset[str] = frozenset()
    """One of these stands wherever `discount` matches."""
    discount: Pattern = NEVER
    """Behind an amount of money: it is a discount, or the price before one."""
    clause_joint: Pattern = NEVER
    """Between what is said of one thing and of another."""
