"""Whether what stands behind a yes or no says the opposite of it: `No, it is longer`, `Yes, but it never passed`.

Policy: a clause counts that has nothing but the question's own words or their opposites, and what the question asks
about as its subject. One that holds only at times, or of some (`not all`, `before 1990`), contradicts nothing; nor
does one of what was where the question asks what is. A clause of the same kind that repeats the yes upholds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pytest_finetunebench.grading.prose.comparisons import same_dimension, sense
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token
from pytest_finetunebench.grading.values.names import names_within

_PART = re.compile(r"[.!?;:,](?=\s|$)|\n|\s[-–—]\s|—")
_LONGEST = 2000


def contradicts(rest: Text, question: Text, *, said: bool) -> bool:
    """Whether clauses of an answer say the opposite of the yes (`said`) or no before them, and none upholds it."""
    words = question.language.statements
    if words.asks.match(question.folded) is None or words.denied.search(question.folded) or "?" in rest.folded:
        return False
    votes = {vote for clause, is_last in _clauses(rest) if (vote := _says(clause, question, is_last)) is not None}
    return votes == {not said}


def _clauses(rest: Text) -> Iterator[tuple[Text, bool]]:
    """Yield the clauses without what leads up to them, and whether each ends where a comma or full stop does."""
    language = rest.language
    for part in _PART.split(rest.folded[:_LONGEST]):
        pieces = language.comparisons.joint.split(f" {part} ")
        for place, piece in enumerate(pieces):
            clause = rest.part(" ".join(language.statements.at_last.sub(" ", piece).split()))
            lead = next((token for token in clause.tokens if token.text not in _leading(clause)), None)
            if lead is not None:
                yield (clause.part(clause.folded[lead.start :]) if lead.start else clause), place == len(pieces) - 1


def _leading(text: Text) -> frozenset[str]:
    return text.language.refusals.leading - text.language.words.articles


def _says(clause: Text, question: Text, is_last: bool) -> bool | None:
    """Return whether a clause affirms or denies the question; None where it does neither."""
    compared = _by_comparison(clause, question)
    if compared is not None:
        return compared
    words = clause.language.statements
    if words.qualified.search(clause.folded) or (
        words.was.search(clause.folded) and clause.language.past.asks_now.search(question.folded)
    ):
        return None
    denied = words.denied.search(clause.folded)
    said = _by_opposite(clause, question)
    if said is not None:
        return said is (denied is None)
    return False if denied is not None and _denies_verb(clause, question, denied, is_last) else None


def _by_comparison(clause: Text, question: Text) -> bool | None:
    """Return what a clause says with a comparison that ends it: `it is longer`, of the question's subject."""
    words = clause.language.comparisons
    found = clause.language.statements.compares.fullmatch(clause.folded.strip(" .!"))
    if found is None or (asked := sense(question, ())) is None or (stated := sense(clause, ())) is None:
        return None
    if not (found["it"] or (found["person"] and question.has_value)) and not _has_subject(
        clause.part(found["subject"] or ""), question, words.compared.keys() | words.degrees.keys()
    ):
        return None
    if not same_dimension(stated, asked, words) or 0 in (stated.end, asked.end):
        return None
    return stated.end == asked.end


def _has_subject(subject: Text, question: Text, ends: frozenset[str] | set[str]) -> bool:
    """Whether a text has nothing but words of the question that stand in front of one of `ends`."""
    stem = question.language.words.stem
    asked = [token.text for token in question.content]
    end = next((place for place, word in enumerate(asked) if word in ends), 0)
    before = {stem(word) for word in asked[:end]}
    return bool(subject.tokens) and all(stem(token.text) in before for token in subject.content)


def _by_opposite(clause: Text, question: Text) -> bool | None:
    """Return whether a clause has the question's predicate (True) or its opposite: `today it is closed`."""
    language = clause.language
    for sides in language.statements.predicates:
        asked = [not side.isdisjoint(question.words) for side in sides]
        stated = [not side.isdisjoint(clause.words) for side in sides]
        if asked[0] is asked[1] or stated[0] is stated[1]:
            continue
        both = sides[0] | sides[1]
        at = next(place for place, token in enumerate(clause.content) if token.text in both)
        own = _own_words(clause, question, both)
        return asked == stated if own and _stand_before(clause.content[:at], question, both) else None
    return None


def _own_words(clause: Text, question: Text, more: frozenset[str] = frozenset()) -> bool:
    """Whether a clause has nothing but small words and words of the question, or of `more`."""
    language = clause.language
    small = _small(clause) | more
    denied = language.statements.denied
    stems = [
        language.words.stem(token.text)
        for token in clause.content
        if token.text not in small and denied.search(clause.folded, token.start, token.end) is None
    ]
    return all(_as_asked(stem, question) is not None for stem in stems)


def _stand_before(subject: Sequence[Token], question: Text, ends: frozenset[str]) -> bool:
    """Whether what a clause is about stands in the question in front of what that asks of it."""
    stem, small = question.language.words.stem, _small(question)
    asked = [token.text for token in question.content]
    end = next((place for place, word in enumerate(asked) if word in ends), len(asked))
    before = {stem(word) for word in asked[:end]}
    return all(stem(token.text) in before for token in subject if token.text not in small)


def _small(text: Text) -> frozenset[str]:
    words = text.language.words
    return words.stop | words.negations | text.language.statements.without | text.language.refusals.pronouns


def _denies_verb(clause: Text, question: Text, denied: re.Match[str], is_last: bool) -> bool:
    """Whether a clause denies a word of the question that is no name, or all of it: `but it did not`."""
    language = clause.language
    if not _own_words(clause, question):
        return False
    before, behind = clause.part(clause.folded[: denied.start()]), clause.part(clause.folded[denied.end() :])
    if not behind.tokens:
        pronoun = clause.tokens[0].text in language.refusals.pronouns
        return is_last and pronoun and len(clause.tokens) <= _SHORT
    active = language.statements.support.match(question.folded) is not None
    small = language.statements.without | language.comparisons.after_passive | language.words.linking
    # `Is it a park?` asks for a noun, `Did it become a park?` for a verb
    small |= frozenset() if active else language.words.articles
    verb = next((token.text for token in behind.tokens if token.text not in small), None)
    if verb is None or verb in language.words.stop:
        return False
    asked, names = _as_asked(language.words.stem(verb), question), names_within(question)
    own = {
        token.text: language.words.stem(token.text)
        for token in question.content
        if token.text not in names and token.value is None
    }
    ends = frozenset(word for word, stem in own.items() if stem == asked)
    if not ends:
        return False
    passive = not language.comparisons.after_passive.isdisjoint(_said_plainly(before, denied))
    return (passive and active) or _stand_before(before.content, question, ends)


_SHORT = 4


def _said_plainly(before: Text, denied: re.Match[str]) -> set[str]:
    """Return the words in front of a denial; one that it is part of (`wasn't`) too."""
    return set(before.said) | {denied.string[: denied.end()].split()[-1].removesuffix("n't")}


def _as_asked(said: str, question: Text) -> str | None:
    """Return the question's stem that a stem is, or is another form of (`passed`, `pass`), if any."""
    if said in question.stems:
        return said
    if len(said) < _ROOT:
        return None
    same = (one for one in question.by_initial.get(said[0], ()) if len(one) >= _ROOT)
    return next((one for one in same if said.startswith(one) or one.startswith(said)), None)


_ROOT = 4
