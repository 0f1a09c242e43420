"""What a reference is, so that the rules know which of them may look for it: a time, a date, an amount, code, words."""

from __future__ import annotations

from enum import Enum

from propcache.api import cached_property

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.shape import is_code, is_yes_no
from pytest_finetunebench.grading.values.clock import Moments, time_of_day
from pytest_finetunebench.grading.values.dates import is_date, part_of_period, period
from pytest_finetunebench.grading.values.frequency import Frequency, only_frequency
from pytest_finetunebench.grading.values.quantities import Quantity, asked_quantities, is_fraction
from pytest_finetunebench.grading.values.regimen import Regimen, regimen_of


class Kind(Enum):
    """What kind of text a reference is; the first that fits, in this order."""

    SIGN = "a sign without words or numbers"
    YES_NO = "yes or no"
    CODE = "an identifier or expression, of which each letter counts"
    TIME = "a time of day"
    PROSE = "anything else: words, names, dates, amounts, figures"


class Value(Enum):
    """What a reference of the kind `PROSE` is as a value; the first that fits, in this order."""

    PERIOD = "a decade or century"
    DATE = "a date"
    FREQUENCY = "how often"
    AMOUNT = "one number, with or without a unit"
    FIGURES = "several numbers: a score, a range"
    NONE = "no value"


class Shape:
    """What a reference is, beside its question and fact; each answer is found at first use."""

    def __init__(self, wanted: Text, question: Text, fact: Text | None) -> None:
        self._wanted, self._question, self._fact = wanted, question, fact

    @cached_property
    def is_words(self) -> bool:
        """Whether it is nothing but words that make no value: most references are, and the rest need not be asked."""
        text, language = self._wanted, self._wanted.language
        if not text.is_plain or not text.lacks(language.clock.time, language.frequencies.frequency):
            return False
        parts = (*language.dates.shares, *language.fractions.uncounted)
        return not any(map(text.folded.__contains__, parts))

    @cached_property
    def kind(self) -> Kind:
        """The kind that decides which rules look for it."""
        if not self._wanted.said:
            return Kind.SIGN
        if is_yes_no(self._wanted):
            return Kind.YES_NO
        if is_code(self._wanted):
            return Kind.CODE
        return Kind.PROSE if self.is_words or self.moments is None else Kind.TIME

    @cached_property
    def value(self) -> Value:
        """The value that decides which rules of values look for it."""
        if self.is_words:
            return Value.NONE
        if self.years is not None:
            return Value.PERIOD
        if is_date(self._wanted) and not self.bare_number:
            return Value.DATE
        if self.frequency is not None:
            return Value.FREQUENCY
        if self.amounts:
            return Value.AMOUNT
        return Value.FIGURES if self._wanted.is_figures else Value.NONE

    @cached_property
    def moments(self) -> Moments | None:
        """The moments that a time of day means."""
        return time_of_day(self._wanted, self._question)

    @cached_property
    def bare_number(self) -> bool:
        """Whether it is a number and nothing else."""
        return len(self._wanted.said) == 1 and self._wanted.has_value

    @cached_property
    def fraction(self) -> bool:
        """Whether it is a fraction."""
        return not self.is_words and is_fraction(self._wanted)

    @cached_property
    def part(self) -> tuple[str, Text] | None:
        """The part and the period of `mid-March`."""
        return part_of_period(self._wanted)

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """The first and last year of a decade or century."""
        return period(self._wanted)

    @cached_property
    def frequency(self) -> Frequency | None:
        """How often, where it says nothing else."""
        return None if self.is_words else only_frequency(self._wanted)

    @cached_property
    def regimen(self) -> Regimen | None:
        """A dose with how often, or a range of one measure."""
        return None if self.is_words else regimen_of(self._wanted)

    @cached_property
    def amounts(self) -> tuple[Quantity, ...]:
        """The ways to read it as one amount; question or fact may give the unit."""
        return () if self.is_words else asked_quantities(self._wanted, self._fact, self._question)

    @cached_property
    def other_words(self) -> bool:
        """Whether other words or another form may give it: of code, dates and figures none can."""
        if self.kind in (Kind.SIGN, Kind.CODE):
            return False
        if self.is_words:
            return True
        if is_date(self._wanted):
            return False
        if self.regimen is not None or self.years is not None:
            return False
        return self.moments is None and self.frequency is None and not self.amounts and not self._wanted.is_figures
