"""The parts of a language that judging an answer needs: what denies, hedges, declines, dates, chooses, says yes.

Patterns match folded text (`text.tokens.fold`: lower case, plain quotes and dashes) unless a field says `raw`. Those
that match what stands before a place end in `$`; those for what stands behind it are matched from there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Pattern = re.Pattern[str]


@dataclass(frozen=True, eq=False)
class Denials:
    """What takes back a mention, before it or behind it in its clause."""

    before: Pattern
    after: Pattern
    left_out: Pattern
    """Before a mention: it is without, or no longer."""
    next_only: str
    """The match of `left_out` that denies no number: `no `."""
    clause_end: Pattern
    in_question: Pattern
    """A question that is negative itself."""
    list_before: Pattern
    """Before a mention: a comma between the members of a list."""
    list_after: Pattern
    omitted: Pattern
    """Before a key point: it is to be left out."""
    not_given: Pattern
    """Behind a key point: it is never given."""


@dataclass(frozen=True, eq=False)
class Answers:
    """How an answer says which is its answer."""

    frame_word: str
    """Stands wherever `frame` matches."""
    frame: Pattern
    """`the answer is`; group 1 is what follows."""
    named: Pattern
    """What stands before the number that is the answer: `answer is`, `=`."""
    total: Pattern
    """The same, where the question asks for a total."""
    asks_total: Pattern
    """A question for a total."""
    leading: frozenset[str]
    """Words that lead up to an answer and say nothing themselves."""
    given: Pattern
    """Before a mention: it is given as the answer (`the winner was`)."""


@dataclass(frozen=True, eq=False)
class Hedges:
    """What leaves open which of two figures is meant."""

    either_word: str
    """Stands wherever `between_figures` matches."""
    between_figures: Pattern
    """Between two figures of which the text grader takes neither."""
    either: Pattern
    """Between two figures of which the number grader takes neither: `43 or 44`."""
    comma: Pattern
    """Between the members of a list of figures."""
    to: Pattern
    """Between the ends of a range."""
    both: Pattern
    """Between the figures of `between 40 and 50`."""
    between: Pattern
    """Before the first of them."""
    from_: Pattern
    """Before a range that is a period: `from 1985 to 1993`."""
    score: Pattern
    """Words of a match, whose two figures are no range."""


@dataclass(frozen=True, eq=False)
class Past:
    """What gives a mention as what was, or what asks for it."""

    before: Pattern
    after: Pattern
    link_before: Pattern
    """Before a name that was replaced: `from`, `than`."""
    link_after: Pattern
    figure_before: Pattern
    """Before a figure that held until a year."""
    figure_after: Pattern
    moved: Pattern
    """Before a figure: a word of raising or lowering."""
    from_: Pattern
    to: Pattern
    was: Pattern
    """Before a mention: `was`, which counts where `now` follows."""
    now: Pattern
    told: Pattern
    """Behind a mention: it was."""
    clause: Pattern
    """Where the clause of a mention begins."""
    figure_given: Pattern
    """Before an amount that is what it was: `up from`."""
    asked: Pattern
    """A question that asks for what was."""


@dataclass(frozen=True, eq=False)
class Choices:
    """How an answer picks one of a closed set."""

    article: Pattern
    """At the beginning of a choice: what does not count."""
    articles: tuple[str, ...]
    """Articles with the space behind them, which may stand before a choice that is a sentence of its own."""
    letter_article: str
    """The letter that is an article."""
    frame: Pattern
    """In raw text: a letter (group `letter`) that is named as the pick."""
    strong_frame: Pattern
    first: Pattern
    """In raw text: a letter that stands first."""
    quantifier: Pattern
    """At the beginning: both, neither, none, all (group 1)."""
    group: Pattern
    """A choice that is such a group."""
    none_of: frozenset[str]
    """Words of group 1 that mean none."""
    list_joint: Pattern
    joined: Pattern
    """Between the members of a list; group 1 where the last one follows."""
    aside: Pattern
    """Before a mention that is only compared with."""
    background: Pattern
    """Before a mention in a clause that is not the main one."""
    sentence: Pattern
    asks_first: Pattern
    asks_last: Pattern
    then: Pattern
    """Between the members of an order."""
    conclusion: Pattern
    """Words that draw a conclusion."""


@dataclass(frozen=True, eq=False)
class YesNo:
    """How an answer says yes or no; a match of a group `yes` or `y` means yes."""

    yes: str
    """The plain yes of a reference, in lower case."""
    no: str
    filler: Pattern
    """What leads up to the answer."""
    both: Pattern
    """An opening that says both or neither."""
    word: Pattern
    """A yes or no by its word."""
    forms: tuple[tuple[bool, Pattern], ...]
    """Other openings and whether they mean yes, the denials first."""
    corrected: Pattern
    """What corrects an answer; group 1 is the new one."""
    anywhere: Pattern
    """A yes or no anywhere, with the word behind it as group `after`."""
    after_no: frozenset[str]
    """Words behind a `no` that does not belong to them."""


@dataclass(frozen=True, eq=False)
class Refusals:
    """How an answer declines. Patterns match plain text (`text.normalise.plain`)."""

    whole: Pattern
    """Whole answers that decline."""
    phrases: Pattern
    """What declines wherever it stands."""
    asks_back: Pattern
    """What declines in the first sentence."""
    sentence_end: Pattern
    turn: Pattern
    """A word by which a refusal turns to an answer."""
    says_after_all: Pattern
    """At the beginning of a clause: it gives an answer, if a careful one."""
    refers: Pattern
    """What makes such a clause an excuse or a referral."""
    denies: Pattern
    """What makes such a clause a denial."""
    addendum: Pattern
    """Words by which a refusal behind an answer is about something further."""
    clause: Pattern
    """Between the clauses behind a refusal."""
