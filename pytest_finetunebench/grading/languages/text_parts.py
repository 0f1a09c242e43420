"""The parts of a language that reading a text needs: its words, its numbers, and how names and references are written.

Patterns match folded text (`text.folding.fold`: lower case, plain quotes and dashes) unless a field says `raw`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Pattern = re.Pattern[str]


@dataclass(frozen=True, eq=False)
class Words:
    """Ordinary words, and how they are reduced to what they say."""

    articles: frozenset[str]
    stop: frozenset[str]
    """Words that carry no answer of their own, articles included."""
    stem: Callable[[str], str]
    """A word without its endings: serves ordinary words in phrases, never names."""
    proper: Callable[[str], str]
    """A name without a plural ending, marked with `=` so that it never equals a stem."""
    negations: frozenset[str]
    """Words, without apostrophes, that turn what is said beside them around."""
    linking: frozenset[str]
    """Words by which an answer links itself to the question: they add nothing of their own."""
    clause_end: Pattern
    """Where the first clauses of an answer end."""
    prepare: Callable[[str], str] | None
    """Makes spellings alike before anything else: digits, letters that are written in two ways; None where none are."""
    capitals: bool
    """Whether its letters have capitals, so that these tell names."""
    whole: Callable[[str, int, int], bool] | None
    """Whether a place in a folded text is no part of a longer word; None where spaces tell words apart."""
    symbol: Pattern
    """In raw text: a letter tied to a figure, or alone (`vitamin A`, `GPT-4`)."""
    joint: Pattern
    """In raw text: a word that lost the space behind it (`byBonnie`)."""
    linked: Pattern
    """In raw text: a link's text that lost the spaces on both sides (`byRicky Nelsonin`)."""


@dataclass(frozen=True, eq=False)
class References:
    """How a person writes a reference: alternatives, lists, remarks. Patterns match raw text."""

    alternatives: Pattern
    """Between two ways to say one thing: `or`, `also known as`, `;`."""
    parts_alternatives: tuple[str, ...]
    """One of these stands, in lower case, wherever `alternatives` matches."""
    introduction: Pattern
    """In front of a remark in parentheses that is an answer of its own: `accept`."""
    relative: Pattern
    """Where a remark on the answer begins: `, who`."""
    notes: frozenset[str]
    """Words of remarks on the kind of thing: `film`."""
    class_marker: str
    """Stands, in lower case, wherever `of_class` matches."""
    of_class: Pattern
    """A place or book after its class, which is group 1: `the Republic of Chile`."""
    company: Pattern
    """A company, which is group 1, before its legal form."""
    list_joint: Pattern
    """Between the members of a list."""
    parts_list: tuple[str, ...]
    """One of these stands, in lower case, wherever `list_joint` matches."""
    joint_of_all: Pattern
    """A joint that makes every member count: `and`."""


@dataclass(frozen=True, eq=False)
class Names:
    """Names of persons, in lower case."""

    titles: frozenset[str]
    """Words around a name that are no part of it."""
    generations: frozenset[str]
    """Those of them that tell persons of one name apart: `jr`."""
    person_words: frozenset[str]
    """Words of a question that asks for a person."""
    particles: frozenset[str]
    """Words within a family name: `von`."""
    pet_ending: Pattern
    """The ending of a short form; group 1 is the consonant before it."""
    other_forms: Callable[[str], frozenset[str]]
    """The customary short and long forms of a given name: `Bob` and `Robert`."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Tokens, and numbers as words and figures."""

    token: Pattern
    """One word, number or sign, by named groups: word, initials, letter, number, ordinal, sign."""
    figure: Pattern | None
    """The numbers among them, by the same groups, any digit is in one; None where `spelled` finds further ones."""
    possessive: str
    """The ending that a word loses."""
    same: Mapping[str, str]
    """Word → another that means the same."""
    variant: Pattern
    """Letters that one spelling has and another has not, removed from words of at least `varies` letters."""
    varies: int
    changing: tuple[str, ...]
    """Of these a word has one that is not read as it is written: an apostrophe, or what `variant` looks for."""
    signs: Mapping[str, str]
    """Sign → the word that it stands for."""
    spelled: Callable[[str], Iterable[tuple[int, int, int | Decimal]]] | None
    """Finds numbers in words in a folded text, as start, end and value; None where `words` and `scales` make them."""
    bare: Pattern
    """In raw text: a reference that is a number and nothing else."""
    words: Mapping[str, int]
    """Cardinal and ordinal number words below a hundred; larger ones are joined from these and `scales`."""
    ordinals: frozenset[str]
    digits: frozenset[str]
    """The words that stand behind a spoken decimal point."""
    point: str
    """The spoken decimal point."""
    joiner: str
    """The word between the parts of a number: `two hundred and five`."""
    one: tuple[str, ...]
    """Words that count as one before a scale word: `a million`."""
    scales: Mapping[str, int]
    """Words that multiply the number in front of them."""
    money_scales: Mapping[str, int]
    """Letters that do so behind an amount of money: `$400M`."""
    joining: frozenset[str]
    """All words of `scales` and `money_scales`."""
    grouped: Pattern
    """A number with marks between its thousands, which are removed: `1,500`."""
    thousands: str
    """The mark between thousands."""
    decimal_comma: Pattern
    """A number whose comma cannot part thousands: `8,40`."""
    dotted: Pattern
    """A number with full stops between thousands, where they can be nothing else."""
    power: Pattern
    """A number (group 1) with a power of ten behind it, as group 2 or 3: `2.4e4`, `2.4 × 10^4`."""
