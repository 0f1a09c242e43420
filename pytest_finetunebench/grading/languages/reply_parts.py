"""The parts of a language that tell how an answer replies: it chooses, compares, says yes, states, declines.

Patterns match folded text (`text.folding.fold`: lower case, plain quotes and dashes) unless a field says `raw`. Those
that match what stands before a place end in `$`; those for what stands behind it are matched from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pytest_finetunebench.grading.patterns import NEVER

Pattern = re.Pattern[str]


@dataclass(frozen=True, eq=False)
class Choices:
    """How an answer picks one of a closed set."""

    or_: Pattern
    """In a question's raw text: between the things to choose from."""
    and_: Pattern
    """The same behind `between`."""
    between: Pattern
    asking: frozenset[str]
    """Words by which a question begins, as no choice does."""
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
    pronouns: frozenset[str]
    """Words for the kind of thing that is chosen from: `the blue one`."""
    conclusion: Pattern
    """Words that draw a conclusion."""
    called_right: Pattern = NEVER
    """In the line of a choice: it is the right one."""
    called_wrong: Pattern = NEVER
    ruled_out: Pattern = NEVER
    """In raw text: letters that are ruled out."""
    leaves: Pattern = NEVER
    """In raw text: what leads to the letter that is left."""
    tying: frozenset[str] = frozenset()
    """Words that tie a comparison to its second side: `than`, `of`."""
    grounds: frozenset[str] = frozenset()
    """Words behind which grounds are given."""
    synonyms: Mapping[str, str] = field(default_factory=dict[str, str])
    """Word → the word of a choice that it means: `earlier` → `before`."""


class Pole(NamedTuple):
    """One end of a dimension in which things are compared."""

    dimension: str
    end: int
    """1: the upper end (`heavier`), -1: the lower one (`lighter`)."""


@dataclass(frozen=True, eq=False)
class Comparisons:
    """How an answer says which of two things is more."""

    word: Pattern
    """One word; where no spaces part words, one of those that compare."""
    compared: Mapping[str, Pole]
    """Words that compare by themselves: `heavier`."""
    plain: Mapping[str, Pole]
    """Words that do behind a degree: `more expensive`."""
    verbs: Mapping[str, Pole]
    """Verbs by which the subject is ahead of the object, or behind it."""
    degrees: Mapping[str, int]
    """`more` is 1, `less` is -1."""
    measured: Mapping[str, str]
    """Words that give a degree its dimension: `weighs more`."""
    size: str
    """The dimension of size."""
    of_size: frozenset[str]
    """Dimensions that are one with it."""
    order: str
    """The dimension of time."""
    after_passive: frozenset[str]
    """Words before a verb that turn subject and object around."""
    denying: frozenset[str]
    only: frozenset[str]
    """Words that make a denial none: `not only`."""
    as_much: frozenset[str]
    """The first word of `as heavy as`."""
    as_: frozenset[str]
    """Its last word."""
    than: Pattern
    measure_before: Pattern
    """All that stands between two mentions where what compares follows the second: `A 比 B 重`."""
    measure_after: Pattern
    """Behind the mention that another is compared with, where what compares follows: `B より重い`."""
    before: Pattern
    """At the end of what stands before a mention: it came later."""
    after: Pattern
    joint: Pattern
    """Between what is said of one and what is said of the other."""
    relative: Pattern
    """At the beginning of a clause about a mention: `, who`."""
    equal: Pattern
    """Words by which neither is ahead."""
    sides: Pattern
    """One of two by its place, by named groups: former, latter, first, second, number."""


@dataclass(frozen=True, eq=False)
class YesNo:
    """How an answer says yes or no; a match of a group `yes` or `y` means yes."""

    yes: tuple[str, ...]
    """What a reference says for yes, in lower case."""
    no: tuple[str, ...]
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
    offered: Pattern
    """Both words as a choice in front of the answer (`Yes/No:`), or one as a question (`Yes?`)."""
    sentence: Pattern
    """A yes or no that is a sentence of its own, in a text of several lines."""
    verdict: Pattern
    """The statement of a question called true or false, by a group `yes` or `no`."""
    anywhere: Pattern
    """A yes or no anywhere, with the word behind it as group `after`."""
    after_no: frozenset[str]
    """Words behind a `no` that does not belong to them."""
    assured: Pattern = NEVER
    """At the beginning: a yes without that word, unless what follows denies."""
    spoken_of: Pattern = NEVER
    """A first sentence that speaks of a yes or no and says none: `Yes was right until 2019.`"""


@dataclass(frozen=True, eq=False)
class Statements:
    """How a statement answers a question for yes or no."""

    above: Pattern
    """Before a figure: something is more than it."""
    below: Pattern
    at_least: Pattern
    denied: Pattern
    """A denial in a statement."""
    asks: Pattern
    """The beginning of a question for yes or no."""
    verb: Pattern
    support: Pattern
    """The beginning of a question whose verb stands behind its subject: a statement says it without an auxiliary."""
    concluding: Pattern
    """Between the grounds and what is concluded from them."""
    without: frozenset[str]
    """Words of a statement that the question need not have."""
    or_more: Pattern = NEVER
    """Behind a figure: it is the lower end (`or more`)."""
    or_less: Pattern = NEVER
    referring: Pattern = NEVER
    """A word for the figure that the question asks about: `shorter than that`."""
    indirect: Pattern = NEVER
    """An indirect question, which states nothing: `to determine if it is higher`."""
    not_so: Pattern = NEVER
    """What denies the question's adjective, which is group 1: `isn't that high`."""
    by: Pattern = NEVER
    """Before a figure: it is a difference."""
    denies: Pattern = NEVER
    """At the beginning of a statement: it is a denial."""
    only: Pattern = NEVER
    """Before a figure: it is all that there is."""
    adverbial: Pattern = NEVER
    """In a statement: what adds a place, time or way."""
    objects: frozenset[str] = frozenset()
    """Pronouns for what something is done to."""
    at_last: Pattern = NEVER
    """Words for how it is now, or was in the end: they take nothing from what a clause says."""
    qualified: Pattern = NEVER
    """In a clause: it holds only at times, or of some."""
    was: Pattern = NEVER
    """In a clause: it is of what was."""
    compares: Pattern = NEVER
    """A whole clause that ends with a comparison; its subject is group `it`, `person` or `subject`."""
    predicates: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    """What is said of a thing, and the opposite: `allowed`, `forbidden`."""


@dataclass(frozen=True, eq=False)
class Directions:
    """From where to where, and who does what to whom."""

    asks_to: Pattern
    """A question for the end of a way or time."""
    asks_from: Pattern
    from_: Pattern
    """Before a mention: it is where something begins."""
    then_to: Pattern
    to: Pattern
    with_from: Pattern
    asks_who: Pattern
    """All that stands in a question before its verb: it asks who did it."""
    rising: frozenset[str] = frozenset()
    """Words by which something becomes more."""
    falling: frozenset[str] = frozenset()
    by_figure: Pattern = NEVER
    """A figure by which something changed."""
    to_figure: Pattern = NEVER
    asks_by: Pattern = NEVER
    """A question for how far something changed."""
    moved: Pattern = NEVER
    """In an answer: what it tells of was one thing and is another now (`moved from X to Y`)."""
    moving: frozenset[str] = frozenset()
    """One of these stands wherever `moved` or `leaving` matches."""
    leaving: Pattern = NEVER
    """Before a mention: it is what somebody left."""
    asks_current: Pattern = NEVER
    taking_over: Pattern = NEVER
    """A verb of two words for who acquired what."""
    taken_over: str = ""
    """The verb of one word that means the same."""
    replacing: frozenset[str] = frozenset()
    """One of these stands wherever `replaced_by` matches."""
    replaced_by: Pattern = NEVER
    """Behind a mention: something else came in its place, which is group 1 (`X was renamed to Y`)."""


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
    clause_joint: Pattern
    """Between the clauses of a sentence, in raw text."""
    framing: Pattern
    """At the beginning of a clause that only says on what grounds the next one stands: `based on`."""
    directs: Pattern
    """What makes a clause a referral to other sources."""
    earlier: Pattern
    """Words for what was so before: `the defending champion`."""
    of_knowledge: Pattern
    """Words for what the speaker knows: a number beside them is a date of it."""
    asks_number: Pattern
    """A question whose answer is a number or date."""
    asks_count: Pattern
    """A question to which `none` is an answer."""
    none: Pattern
    """A whole answer that says so."""
    asks_place: Pattern
    linking: frozenset[str]
    """Words behind a subject, or before a name that is the answer: `is`, `by`."""
    places: frozenset[str]
    """Words before a name that is a place or a source: `in`."""
    speakers: frozenset[str]
    """Words with capitals that are no answer: `AI`, `Sorry`."""
    leading: frozenset[str]
    """Words in front of an answer that say nothing themselves: `perhaps`, `I think`."""
    pronouns: frozenset[str]
    """Subjects that stand for what the question is about."""
    finite: frozenset[str]
    """Verbs and subjects: a clause that has one is more than a name."""
    vague: frozenset[str]
    """Words for knowing, for likelihood, and for what a question is: no answer by themselves."""
    adverb: str
    """The ending of adverbs, which are none either."""
    general: Pattern
    """Words for what is usual, or so elsewhere."""
    ignorance: Pattern
    """A denial beside a word for knowing: it declines where nothing is claimed."""
    asks_future: Pattern
    """A question for what is to come."""
    at_present: Pattern
    """Words for what is so now: no answer to such a question."""
    nobody: Pattern = NEVER
    """At the beginning: no one did it; group 1 is what."""
    supposing: Pattern = NEVER
    """Before words that decline: they are only supposed, `if you`."""
    not_knowing: frozenset[str] = frozenset()
    """Those of the words about knowing that deny it by themselves: `unknown`."""
    about_knowing: frozenset[str] = frozenset()
    """Words for knowing and not knowing, without accents and apostrophes."""
    reason: Pattern = NEVER
    """Between a reason and the refusal that follows from it."""
    lacks: Pattern = NEVER
    """Says that something has or had no such thing; group 1 is what it lacks."""
    lacks_now: Pattern = NEVER
    """Says that something has no such thing."""
