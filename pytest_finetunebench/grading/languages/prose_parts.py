"""The parts of a language that tell what is said of a mention: denied, told apart, hedged, given as past.

Patterns match folded text (`text.folding.fold`: lower case, plain quotes and dashes) unless a field says `raw`. Those
that match what stands before a place end in `$`; those for what stands behind it are matched from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_finetunebench.grading.patterns import NEVER

Pattern = re.Pattern[str]
EventFamily = Mapping[str, frozenset[str]]
"""Events of one kind of thing that exclude each other (to be born, to die): event → its words."""


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
    asks_relation: Pattern = NEVER
    """In a question: it asks for any relation."""
    relative_within: Pattern = NEVER
    """Between the words of a name: the same (`Ilse's sister, Tove Marran`)."""
    kinds: frozenset[str] = frozenset()
    """Words that make another kind of a thing: `stainless`."""
    beside_role: Pattern = NEVER
    """Before a mention that is no name: somebody else is it (`works for the`)."""
    of_institution: frozenset[str] = frozenset()
    """First words of a name with `of`, which a word before them makes another one: `Technical University of X`."""
    variant_after: Pattern = NEVER
    """Behind a name: another product or body of that name, `Lite`."""
    epithets: frozenset[str] = frozenset()
    """Before a name: still the same one, `old`."""
    titled: Pattern = NEVER
    """Before a name: a title begins with it, `the story of`."""
    versions: frozenset[str] = frozenset()
    """Words for what has a version: each of its digits counts."""
    version_goes_on: Pattern = NEVER
    """Behind a version: it is another one, `-beta`."""
    colours: frozenset[str] = frozenset()
    """Words that no answer can mean both: `green`, `grey`."""
    tied_endings: tuple[str, ...] = ("",)
    """Endings of what a hyphen may tie to a word without another thing coming of it: `steel-framed`."""
    role_after: frozenset[str] = frozenset()
    """Right behind what somebody is: another role, `nurse assistant`."""
    title_begins: Pattern = NEVER
    """Before a title, or within it before its article: it is the end of another one (`Beyond the Sea`), as group 1."""
    title_goes_on: Pattern = NEVER
    """Behind a title: what joins a further word to it, so that it is another (`Salt and Iron`)."""
    events: tuple[EventFamily, ...] = ()
    """Events that an answer may tell of in place of the one that is asked for."""


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
    near_words: frozenset[str] = frozenset()
    """One of these stands wherever `near` or `near_after` matches."""
    near: Pattern = NEVER
    """Before a place: something lies near it, and is not it."""
    near_after: Pattern = NEVER
    """Behind the name of a place: the name of something else there, `River`."""
    place_words: frozenset[str] = frozenset()
    """Words for kinds of places: where a question has one, another behind a name makes another place of it."""
    asks_top: Pattern = NEVER
    """A question for what is first or most of its kind."""
    below_top: Pattern = NEVER
    """Behind a mention: it comes after another (`is the second largest`)."""
    above_it: Pattern = NEVER
    """Before a mention: another comes before it (`is larger than`)."""
    considered: Pattern = NEVER
    """Behind a mention: it was only proposed, or did something beside what is asked."""
    role_after: Pattern = NEVER
    """Behind a name: what it is said to be, as group 1 (`is the keeper`)."""
    would: Pattern = NEVER
    """Before a mention: it would be so."""
    if_: Pattern = NEVER
    """Behind a mention: under a condition."""
    asks_noun: Pattern = NEVER
    """In a question: what it asks for, as group 1 (`the name of the keeper`)."""
    role: Pattern = NEVER
    """Before a name: what it is said to be, as group 1 (`the keeper is`)."""


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
    torn_words: frozenset[str] = frozenset()
    """One of these stands wherever `torn` matches."""
    varying: frozenset[str] = frozenset()
    """One of these stands wherever `vary` matches."""
    vary: Pattern = NEVER
    """An answer says that its sources do not agree."""
    torn: Pattern = NEVER
    """A whole answer that is torn between two things, which are its groups."""


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
    predecessor: Pattern = NEVER
    """Before a mention: it was so before what is now (`before him,`, `previous keeper:`)."""
    to_come: Pattern = NEVER
    """Before a mention: it is to come."""
