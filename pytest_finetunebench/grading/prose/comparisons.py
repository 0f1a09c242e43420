"""Which of two things an answer puts ahead, in the sense of the question: `A weighs less than B` for `Who weighs more?`

Policy: the question has a sense where it compares (`heavier`, `weighs more`, `came first`, `acquired`): a dimension
and one of its ends. What the answer says of a mention has one too; the same end speaks for it, the other end for the
other of the two. `A is outweighed by B` and `A < B` turn it around, and so does a denial (`is not as heavy as`). What
is said in another dimension (`A is taller than B`) speaks for neither, and neither does `they weigh the same`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pytest_finetunebench.grading.languages.reply_parts import Comparisons, Pole
from pytest_finetunebench.grading.text.phrases import Span, Text


class Mention(NamedTuple):
    """Where an answer mentions one of the things that it chooses from."""

    choice: Text
    span: Span


class Ahead(NamedTuple):
    """What an answer's comparisons come to."""

    choice: Text | None
    """The one that is put ahead; None where the answer contradicts itself, or puts neither ahead."""


_BREAK = re.compile(r"[.;:!?](?=\s|$)|\n")
_LESS, _MORE = re.compile(r"\s?(?:<|≤|<=)\s?"), re.compile(r"\s?(?:>|≥|>=)\s?")
_ASIDE = re.compile(r"\([^()]{0,80}\)")
_ANY = ""
"""The dimension of a degree that names none."""


def sense(question: Text, choices: Sequence[Text]) -> Pole | None:
    """Return what a question asks to be compared in, and which end it asks for; None where it compares nothing."""
    folded = question.folded
    for choice in choices:
        folded = folded.replace(choice.folded.strip(), " ")
    return _pole(folded, question.language.comparisons)


def compared(text: Text, mentions: Sequence[Mention], choices: Sequence[Text], asked: Text) -> Ahead | None:
    """Return which of two choices the answer puts ahead, in the question's sense; None where it does not compare."""
    if len(choices) != 2 or not mentions or (wanted := sense(asked, choices)) is None:
        return None
    if text.language.comparisons.equal.search(text.folded):
        return Ahead(None)
    votes: set[Text] = set()
    elsewhere = False
    for index, mention in enumerate(mentions):
        pole, against = _said_of(text, mentions, index)
        if pole is None:
            continue
        if _is_measure(text, mentions, index):
            # `B` of `A 比 B 重` is what A is heavier than
            pole = Pole(pole.dimension, -pole.end)
        fits = same_dimension(pole, wanted, text.language.comparisons)
        elsewhere = elsewhere or (not fits and against)
        if fits and pole.end:
            other = next(one for one in choices if one is not mention.choice)
            votes.add(mention.choice if pole.end == wanted.end else other)
    if votes:
        return Ahead(votes.pop() if len(votes) == 1 else None)
    return Ahead(None) if elsewhere else None


def furthest(text: Text, mentions: Sequence[Mention], choices: Sequence[Text], asked: Text) -> Text | None:
    """Return the only one of several choices of which the answer says what the question asks: `X is the largest`."""
    wanted = sense(asked, choices) if len(choices) > _TWO else None
    if wanted is None:
        return None
    found: set[Text] = set()
    for index, mention in enumerate(mentions):
        pole, against = _said_of(text, mentions, index)
        if pole is not None and not against and pole.dimension == wanted.dimension and pole.end == wanted.end:
            found.add(mention.choice)
    return found.pop() if len(found) == 1 else None


_TWO = 2


def _is_measure(text: Text, mentions: Sequence[Mention], index: int) -> bool:
    """Whether a mention is what another one is compared with, and what compares stands behind it."""
    words, folded = text.language.comparisons, text.folded
    if words.measure_after.match(folded, mentions[index].span[1]):
        return True
    between = folded[mentions[index - 1].span[1] : mentions[index].span[0]] if index else ""
    return words.measure_before.fullmatch(between) is not None


def same_dimension(said: Pole, wanted: Pole, words: Comparisons) -> bool:
    """Whether two comparisons are of the same dimension, as far as they name one."""
    if _ANY in (said.dimension, wanted.dimension) or said.dimension == wanted.dimension:
        return True
    both = {said.dimension, wanted.dimension}
    return both <= words.of_size and words.size in both


def _said_of(text: Text, mentions: Sequence[Mention], index: int) -> tuple[Pole | None, bool]:
    """Return what is said of a mention, and whether it is compared with another one."""
    words, folded = text.language.comparisons, text.folded
    end = mentions[index].span[1]
    behind = _BREAK.split(folded[end:], maxsplit=1)[0]
    following = mentions[index + 1] if index + 1 < len(mentions) else None
    if following is None or following.span[0] >= end + len(behind):
        return _pole(_own_clause(behind, words), words) or _introduced(text, mentions, index), False
    gap = folded[end : following.span[0]]
    if following.choice is mentions[index].choice:
        return _pole(gap, words), False
    pole = _relation(gap, words)
    if pole is not None and words.relative.match(gap):
        later = _pole(folded[following.span[1] : end + len(behind)], words)
        return pole if later is None else later, False
    if pole is not None:
        return pole, True
    return _pole(_own_clause(gap, words), words) or _introduced(text, mentions, index), False


_COMMA = re.compile(r",\s")


def _own_clause(behind: str, words: Comparisons) -> str:
    """Return what is still said of a mention: a comma ends it, unless it begins there (`A, at 61 kg, is heavier`)."""
    own = words.joint.split(behind)[0]
    parts = _COMMA.split(own)
    return parts[0] if words.word.search(parts[0]) else own


def _introduced(text: Text, mentions: Sequence[Mention], index: int) -> Pole | None:
    """Return what a mention is said to be in front of it: `The heavier one is A`."""
    start = mentions[index].span[0]
    before = _BREAK.split(text.folded[mentions[index - 1].span[1] if index else 0 : start])[-1]
    words = text.language.comparisons
    last = words.word.findall(before)[-1:]
    return _pole(before, words) if last and last[0] in words.after_passive else None


def _relation(gap: str, words: Comparisons) -> Pole | None:
    """Return how what stands before a gap is to what stands behind it."""
    bare = _ASIDE.sub(" ", gap)
    for sign, end in ((_LESS, -1), (_MORE, 1)):
        if sign.fullmatch(" ".join(bare.split())):
            return Pole(_ANY, end)
    read = words.word.findall(bare)
    tied = words.than.search(bare) or (read and read[-1] in words.as_) or any(word in words.verbs for word in read)
    if tied and (pole := _pole(bare, words)) is not None:
        return pole
    for pattern, end in ((words.before, 1), (words.after, -1)):
        if pattern.search(bare):
            return Pole(words.order, end)
    return None


def _pole(part: str, words: Comparisons) -> Pole | None:
    """Return the first comparison in a piece of text."""
    read = words.word.findall(part)
    for index, word in enumerate(read):
        before = read[max(0, index - 4) : index]
        found = _at(read, index, words)
        if found is None:
            continue
        if word in words.verbs and set(before[-2:]) & words.after_passive:
            found = Pole(found.dimension, -found.end)
        return Pole(found.dimension, -found.end) if _denied(before, words) else found
    return None


def _at(read: Sequence[str], index: int, words: Comparisons) -> Pole | None:
    word = read[index]
    following = read[index + 1] if index + 1 < len(read) else ""
    if word in words.degrees:
        degree = words.degrees[word]
        if (plain := words.plain.get(following) or words.compared.get(following)) is not None:
            return Pole(plain.dimension, degree * plain.end)
        named = [words.measured[one] for one in (*read[max(0, index - 3) : index], following) if one in words.measured]
        return Pole(named[-1] if named else _ANY, degree)
    if word in words.as_much and following in words.plain and words.as_ & set(read[index + 2 : index + 3]):
        plain = words.plain[following]
        # what is not as heavy is lighter; what is as heavy is no further
        return plain if _denied(read[max(0, index - 4) : index], words) else Pole(plain.dimension, 0)
    return words.compared.get(word) or words.verbs.get(word)


def _denied(before: Sequence[str], words: Comparisons) -> bool:
    denials = [place for place, word in enumerate(before) if word in words.denying or word.endswith("n't")]
    return bool(denials) and words.only.isdisjoint(before[denials[-1] + 1 : denials[-1] + 2])
