"""The parts of a language that judging an answer needs: what denies, hedges, declines, dates, chooses, says yes.

Patterns match folded text (`text.tokens.fold`: lower case, plain quotes and dashes) unless a field says `raw`. Those
that match what stands before a place end in `$`; those for what stands behind it are matched from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pytest_finetunebench.grading.patterns import NEVER

Pattern = re.Pattern[str]


@dataclass(frozen=True, eq=False)
class Denials:
    """What takes back a mention, before it or behind it in its clause."""

    before: Pattern
    after: Pattern
    directly: Pattern
    """Before a mention: it is denied by itself, even in answer to a negative question."""
    struck: Pattern
    """Before a mention: it is struck through."""
    struck_end: Pattern
    """Behind a mention: the end of that."""
    retraction: Pattern
    """What takes back all that stands before it."""
    retraction_words: tuple[str, ...]
    """One of these stands wherever `retraction` matches."""
    of_question: Pattern
    """Behind a mention: its sentence asks."""
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
    asks_not: Pattern
    """A question for what is not so: no key point is left out then."""


@dataclass(frozen=True, eq=False)
class Entities:
    """What tells one thing from another of the same kind."""

    opposites: Mapping[str, frozenset[str]]
    """Word → the words that mean the opposite; the same both ways."""
    directed: frozenset[str]
    """Words that say which of two things stands on which side: `before`, `than`."""
    multiples: frozenset[str]
    """Words that count as a number does: `quadruple`."""
    part_of: str
    """Between what a thing is and whose part it is: `Cataracts of the Nile`."""
    asks_title: Pattern
    """A question that asks for a title, which is never cut short."""
    qualifiers: frozenset[str]
    """Right before a mention: another thing, `vice president`."""
    role_qualifiers: frozenset[str]
    """Right before a mention that is no name: another thing, `former director`."""
    name_qualifiers: frozenset[str]
    """Right before a mention that is a name: another one, `South Korland`."""
    asks_place: str
    """A word of a question for a place: a part of it is a fine answer then (`South Asia`)."""
    compound_before: Pattern
    """A prefix with its hyphen before a mention: `non-`."""
    compound_after: Pattern
    """The rest of a compound behind a mention: `-free`, `-in-law`."""
    generation: Pattern
    """Behind a name: another of that name, `Jr.`."""
    numbered: Pattern
    """Behind a name, at the end: a number that belongs to it."""
    sequel: Pattern
    """Behind a title: more of it, `and Other Stories`."""
    relative_after: Pattern
    """At the last two characters of a name: a person or thing of that name's, `'s brother`."""
    relative_before: Pattern
    """Before a name: the same, `the brother of`."""
    relation: Pattern
    """In a question: it asks for such a relation."""
    kinds: frozenset[str] = frozenset()
    """Words that make another kind of a thing: `stainless`."""
    beside_role: Pattern = NEVER
    """Before a mention that is no name: somebody else is it (`works for the`)."""
    of_institution: frozenset[str] = frozenset()
    """First words of a name with `of`, which a word before them makes another one: `Technical University of X`."""
    variant_after: Pattern = NEVER
    """Behind a name: another product or body of that name, `Lite`."""


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
    beside: Pattern
    """Before a mention: it only stands beside what is meant (`borders`, `succeeded`, `dedicated to`)."""
    actually: Pattern
    """What turns from what is often said to what is so."""
    actually_words: tuple[str, ...]
    """One of these stands wherever `actually` matches."""
    result: Pattern
    """Behind a sum: what it comes to."""
    keys: frozenset[str]
    """Keys of JSON under which an answer stands."""
    after_name: Pattern
    """Behind the first word of a sentence: it is a name of which something is said."""
    lead: Pattern
    """At the beginning of an answer: words that lead up to a name."""
    apart: Pattern
    """Behind a name that an answer begins with: what parts it from the rest."""
    turned: Pattern
    """Between such a name and a mention: words that take the name back."""
    place_joint: Pattern
    """Between a place and what it lies in, or the members of a list."""
    kin: Pattern
    """A clause about a relative: `her mother`."""
    belief: Pattern
    """Before a mention in its sentence: it is what somebody thinks, or once thought."""
    belief_after: Pattern
    """Behind a mention: the same."""
    turn: Pattern
    """What turns from it to what is so."""
    clause_end: Pattern
    """Between the clauses of an answer."""
    aside: Pattern
    """Before a mention: a word by which it is not who did it."""
    by: str
    """The word before who did it."""
    supposed: Pattern
    """Before a mention in its sentence: it is only supposed."""
    boxed: Pattern
    """A result in a box, its text as group 1."""
    openers: frozenset[str]
    """Words with which a sentence begins in front of a name that they are no part of."""
    same_verb: Mapping[str, tuple[str, ...]]
    """Forms of a verb that no ending tells."""


@dataclass(frozen=True, eq=False)
class Hedges:
    """What leaves open which of two figures or names is meant."""

    joining: tuple[str, ...]
    """One of these stands wherever `or_after`, `or_before`, `torn_…` match."""
    cases_word: str
    """Stands wherever `cases` matches."""
    sources_word: str
    """Stands wherever `sources` matches."""
    candidate_words: tuple[str, ...]
    """One of these stands wherever `candidates` matches."""
    or_after: Pattern
    """Behind a name: `or`, with the other name as group 1."""
    or_before: Pattern
    """Before a name: the same."""
    torn_after: Pattern
    """Behind a name that `between` stands before: `and`, with the other name as group 1."""
    torn_before: Pattern
    """Before a name: `between`, the other name as group 1, `and`."""
    open: Pattern
    """Words by which an answer leaves open what else it may be."""
    cases: Pattern
    """An answer for each of two cases: `if you mean`, twice."""
    sources: Pattern
    """Sources that differ: `some say`, then `others`."""
    candidates: Pattern
    """In front of a list of candidates."""
    member_joint: Pattern
    """Between the members of a list of names."""
    last_member: Pattern
    """Before the last one, where a word joins it."""
    row_lead: Pattern
    """At the beginning of an answer that is a row of common words: what leads up to it."""
    row_joint: Pattern
    """Between the words of such a row."""
    asks_several: Pattern
    """A question that asks for several."""
    asks_place: Pattern
    """A question that a place and what it lies in may answer."""
    asks_whole: Pattern
    """A question for what lies in nothing else: a country."""
    either_word: str
    """Stands wherever `between_figures` matches."""
    between_figures: Pattern
    """Between two figures of which the text grader takes neither."""
    either: Pattern
    """Between two figures of which the number grader takes neither: `43 or 44`."""
    maybe: Pattern
    """Between two figures of which the second is another guess: `43, maybe 44`."""
    others: Pattern
    """Between the figures of sources that differ."""
    bare: Pattern
    """Between figures with no other word between them: a comma, a slash, a line."""
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
    it_was: Pattern
    """Before a mention: it was, which counts where another answer stands before it."""
    of_next: Pattern
    """Between two mentions: words that give the second one as what was (`(formerly`)."""
    not_yet: Pattern
    """Behind a mention: it is to come."""
    elsewhere: Pattern
    """Behind a mention in parentheses: what it is told of (group 1), up to the closing one."""
    figure_given: Pattern
    """Before an amount that is what it was: `up from`."""
    asked: Pattern
    """A question that asks for what was."""
    asks_now: Pattern
    """A question that asks for what is."""
    until: Pattern
    """Behind a mention: it was so until then."""
    learnt: Pattern = NEVER
    """Before a mention: somebody once trained for it."""
    turned: Pattern = NEVER
    """Behind such a mention: words by which it came otherwise."""
    to_come: Pattern = NEVER
    """Before a mention: it is to come."""


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
    referring: Pattern = NEVER
    """A word for the figure that the question asks about: `shorter than that`."""


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
    reason: Pattern = NEVER
    """Between a reason and the refusal that follows from it."""
    lacks: Pattern = NEVER
    """Says that something has or had no such thing; group 1 is what it lacks."""
    lacks_now: Pattern = NEVER
    """Says that something has no such thing."""
