"""The choices that a question names itself: `Who is older, Ada Brook or Anna Vance?`

Policy: what stands on both sides of an `or` (or of the `and` in `between X and Y`) is a choice, where the reference is
one of them. A comma or colon begins the first one; else capitals tell how far names go, and words are counted as in the
reference. `Before or after the mill` are `before the mill` and `after the mill`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pytest_finetunebench.grading.finding import Finding, quoted
from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.languages.reply_parts import Pole
from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.prose.changes import rises
from pytest_finetunebench.grading.prose.choice import compare_choice, read_choice
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.match import compare_answer
from pytest_finetunebench.grading.prose.mentions import key_of, mentions_of
from pytest_finetunebench.grading.prose.sides import is_turned
from pytest_finetunebench.grading.text.phrases import Text

_LONGEST = 500
"""A longer question is a text to read, in which each `or` may join anything."""
_MOST_WORDS = 8
"""A longer part of a question is no choice."""
_SENTENCE = re.compile(r"[.;:!?](?=\s|$)|\n")
_COMMA = re.compile(r",\s+|\s[-–—]+\s+|—")
_EDGES = " \t\"'“”‘’«»()[]*_,"


@lru_cache(maxsize=MEMO_SIZE)
def named_choices(question: Text, reference: Text) -> tuple[str, ...]:
    """Return the choices that a question names, the reference among them; none where it names none."""
    words = question.language.choices
    if len(question.prepared) > _LONGEST:
        return ()
    for joint in words.or_.finditer(question.prepared):
        for choices in _around(question, *joint.span(), reference):
            if (fitting := _fitting(choices, question, reference)) is not None:
                return fitting
    for between in words.between.finditer(question.prepared):
        first, together, rest = _parted(question.prepared[between.end() :], words.and_)
        if not together:
            continue
        behind = _beginning(rest)
        for second in (behind, _capitals(behind.split()), " ".join(behind.split()[: len(reference.raw.split())])):
            if (fitting := _fitting((first, second), question, reference)) is not None:
                return fitting
    return ()


def _parted(raw: str, joint: re.Pattern[str]) -> tuple[str, str, str]:
    found = joint.search(raw)
    return (raw, "", "") if found is None else (raw[: found.start()], found[0], raw[found.end() :])


def _fitting(choices: tuple[str, ...], question: Text, reference: Text) -> tuple[str, ...] | None:
    """Return the choices where each is a few words of its own and the reference is one of them."""
    clean = tuple(choice.strip(_EDGES) for choice in choices)
    # `Whose town comes last, Ada Brook's or Bo Reed's?`
    possessive = question.language.numbers.possessive
    if possessive and all(choice.replace("’", "'").endswith(possessive) for choice in clean):
        clean = tuple(choice[: -len(possessive)] for choice in clean)
    read = [question.like(choice) for choice in clean]
    if any(not 1 <= len(one.tokens) <= _MOST_WORDS for one in read) or len({key_of(one) for one in read}) != len(read):
        return None
    words, asking = question.language.words, question.language.choices.asking
    if any(one.tokens[0].text in asking or one.tokens[-1].text in words.articles for one in read):
        return None
    if any(key_of(one) == key_of(reference) for one in read):
        return clean
    names = all(raw[:1].isupper() for raw in (*clean, reference.raw))
    return clean if names and read_choice(reference, read, question) is not None else None


def _beginning(raw: str) -> str:
    return _COMMA.split(_SENTENCE.split(raw)[0])[0]


def _around(question: Text, start: int, end: int, reference: Text) -> Iterator[tuple[str, ...]]:
    """Yield the ways to read what stands on both sides of an `or` as choices, the surest first."""
    left, right = _SENTENCE.split(question.prepared[:start])[-1].rstrip(" ,"), _beginning(question.prepared[end:])
    before, behind, length = left.split(), right.split(), len(reference.raw.split())
    if not before or not behind:
        return
    asking = question.language.choices.asking
    parts = _COMMA.split(left)
    listed = [part for part in parts[1:] if part.split()[:1] and part.split()[0].lower() not in asking]
    for first in (listed, listed[-1:], [] if len(parts) > 1 else [left]):
        if first:
            yield (*first, right)
            yield (*first, _capitals(behind))
    opposites = question.language.entities.opposites
    if behind[0].lower() in opposites.get(before[-1].lower(), ()):
        yield " ".join([before[-1], *behind[1:]]), right
    names = _capitals(before[:0:-1], backwards=True), _capitals(behind)
    if all(names):
        yield names
    small = question.language.words.stop - question.language.words.articles
    if before[-1].lower() in small:
        yield " ".join([before[-1], *behind[1:]]), right
    if behind[0].lower() in small:
        yield " ".join(before[_last(before, small) :]), right
    for count in dict.fromkeys((length, len(behind), 1)):
        first_words, last_words = " ".join(before[-count:]), " ".join(behind[:length])
        yield first_words, last_words
        yield " ".join(before[-length:]), " ".join(behind[:count])


def _last(words: list[str], wanted: frozenset[str]) -> int:
    return max((place for place, word in enumerate(words) if word.lower() in wanted), default=0)


def _capitals(words: list[str], *, backwards: bool = False) -> str:
    """Return the words with capitals that stand first, an article or number among them."""
    taken: list[str] = []
    for word in words:
        bare = word.strip(_EDGES)
        article = len(bare) <= 3 and bare.islower() and (backwards or not taken)
        if not (bare[:1].isupper() or bare[:1].isdigit() or article):
            break
        taken.append(word)
        if article and backwards:
            break
    if not any(word.strip(_EDGES)[:1].isupper() for word in taken):
        return ""
    return " ".join(taken[::-1] if backwards else taken)


def _by_direction(answer: Text, choices: Sequence[Text], question: Text) -> Text | None:
    """Return which of two opposite directions an answer gives in other words than the choices.

    `Earlier` is `before`; `the mill was built after the bridge` is `before the mill`; what was increased is `higher`.
    """
    if len(choices) != 2 or any(not one.tokens for one in choices):
        return None
    words, first = answer.language, {choice.tokens[0].text: choice for choice in choices}
    sides = set(first)
    if len(sides) == 2 and _are_opposite(sides, words):
        side, turned = _side_said(answer, question, sides)
        if turned and side is not None:
            denied = words.statements.denied.search(answer.folded) is not None
            return first[side if denied else (sides - {side}).pop()]
        if sides <= words.entities.directed:
            return None if side is None or side in answer.words else first[side]
    ways = [rises(choice) for choice in choices]
    if None in ways or ways[0] is ways[1] or any(choice.bare_run in answer.bare_run for choice in choices):
        return None
    way = rises(answer)
    denied = words.statements.denied.search(answer.folded) is not None
    return None if way is None or denied else choices[ways.index(way)]


def _side_said(answer: Text, question: Text, sides: set[str]) -> tuple[str | None, bool]:
    """Return which of two sides an answer says, by its word or another one for it, and whether it turns them round."""
    synonyms = answer.language.choices.synonyms
    said = {word: word for word in sides & answer.words}
    said = said or {word: synonyms[word] for word in answer.words & synonyms.keys() if synonyms[word] in sides}
    if len(set(said.values())) != 1:
        return None, False
    word, side = said.popitem()
    return side, is_turned(answer, question, sides, word)


def _are_opposite(sides: set[str], words: Language) -> bool:
    """Whether two words tell two sides apart: `before` and `after`, `north` and `south`, `older` and `younger`."""
    if sides <= words.entities.directed:
        return True
    one, other = sides
    if other in words.entities.opposites.get(one, ()):
        return True
    here, there = words.comparisons.compared.get(one), words.comparisons.compared.get(other)
    return here is not None and there is not None and here == Pole(there.dimension, -there.end)


def compare_either_or(exchange: Exchange, choices: Sequence[Text]) -> Finding:
    """Judge an answer that must pick one of the choices that its question names.

    Another wording of the reference counts where the answer has words of it, and no word that only another choice has.
    """
    if (ordered := _by_direction(exchange.answer, choices, exchange.question)) is not None:
        met = key_of(ordered) in map(key_of, exchange.references)
        return Finding(met, ordered.raw, f"picks {quoted(ordered.raw)}")
    found = compare_choice(exchange, choices)
    if found.met or mentions_of(exchange.answer, choices, exchange.question):
        return found
    right = {read_choice(reference, choices, exchange.question) for reference in exchange.references}
    own = {token.text for choice in choices if choice in right for token in choice.bare}
    others = {token.text for choice in choices if choice not in right for token in choice.bare}
    if exchange.answer.words & (others - own) or not exchange.answer.words & (own - others):
        return found
    in_words = compare_answer(exchange)
    return in_words if in_words.met else found
