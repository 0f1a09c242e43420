"""Which rules are off in a language, because it has no words for them yet."""

from __future__ import annotations

from collections.abc import Callable

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.patterns import NEVER

_FEATURES: tuple[tuple[str, Callable[[Language], bool]], ...] = (
    ("inflected forms", lambda one: one.words.stem is not blank.as_it_is),
    ("names and words told apart by capitals", lambda one: one.words.capitals),
    ("short forms of given names", lambda one: one.names.other_forms is not blank.no_other_forms),
    ("family names alone", lambda one: bool(one.names.person_words) and one.words.capitals),
    ("numbers in words", lambda one: bool(one.numbers.words) or one.numbers.spelled is not None),
    ("fractions in words", lambda one: bool(one.fractions.one)),
    ("times of day in words", lambda one: bool(one.clock.needed)),
    ("decades and centuries", lambda one: one.dates.decade is not NEVER),
    ("parts of a period", lambda one: one.dates.part is not NEVER),
    ("how often", lambda one: one.frequencies.frequency is not NEVER),
    ("amounts in words alone", lambda one: one.quantities.zero is not NEVER),
    ("figures in another role", lambda one: bool(one.roles.labels)),
    ("amounts twice or half of another", lambda one: one.quantities.multiplied is not NEVER),
    ("other things with the name as a part", lambda one: bool(one.entities.qualifiers)),
    ("titles", lambda one: one.entities.asks_title is not NEVER),
    ("retractions", lambda one: one.denials.retraction is not NEVER),
    ("lists of candidates", lambda one: one.hedges.candidates is not NEVER),
    ("sources that differ", lambda one: one.hedges.sources is not NEVER),
    ("names beside the answer", lambda one: one.answers.beside is not NEVER),
    ("what was before", lambda one: one.past.before is not NEVER),
    ("which of two is more", lambda one: bool(one.comparisons.compared)),
    ("an order of choices", lambda one: one.choices.then is not NEVER),
    ("from where to where", lambda one: one.directions.asks_to is not NEVER),
    ("statements for yes or no", lambda one: one.statements.verb is not NEVER),
)
"""What a rule reads, and whether a language has words for it."""


def rules_off(language: Language) -> tuple[str, ...]:
    """Return what is not read in a language, in plain words; nothing for a language that has all."""
    return tuple(name for name, has in _FEATURES if not has(language))
