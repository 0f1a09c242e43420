"""Multiple choice: which one of a closed set an answer picks, by its text or by its letter.

Policy, in this order. An answer that is a choice and nothing else picks it. A letter that the answer names as its pick
(`The answer is B`, `Option B`, `I think it's A`) decides, and so does one that stands first or alone (`B) Paris`,
`(b)`) or is left when others are ruled out (`Not A, so B`), unless the words beside it name another choice. Else the
text decides: the one choice that is mentioned, once mentions are set aside that are denied (`X, not Y`), that something
is compared with (`X is older than Y`, `while Y …`), or that only say between what is chosen (`Between X and Y, …`); of
several left, one that is a sentence of its own or the conclusion (`… so X`) decides, and of an order (`X, then Y`) the
first where the question asks for the first, the last where it asks for the last. A family name that no other choice has
stands for its person. A letter counts only where it cannot be a word (`A dog`). `Both` and `neither` pick nothing
unless a choice says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.languages.reply_parts import Choices
from pytest_finetunebench.grading.prose.comparisons import Mention, compared, furthest
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.json_value import unwrapped
from pytest_finetunebench.grading.prose.letters import (
    corrected_letter,
    first_letter,
    framed_letter,
    judged_letter,
    left_letter,
    letters_of,
)
from pytest_finetunebench.grading.prose.mentions import LONGEST, key_of, mentions_of
from pytest_finetunebench.grading.prose.refusal import declines_outright
from pytest_finetunebench.grading.text.phrases import Span, Text, reading_answer
from pytest_finetunebench.grading.text.tokens import Token


def read_choice(answer: Text, choices: Sequence[Text], question: Text | None = None) -> Text | None:
    """Return the one of `choices` that the answer picks by this module's policy; None where it picks none or several.

    A negative `question` (`Which is not a metal?`) switches the reading of denials off.
    """
    text, asked = unwrapped(_beginning(answer)), question or answer.like("")
    whole = [choice for choice in choices if key_of(choice) == key_of(text)]
    if len(whole) == 1:
        return whole[0]
    by_place = _by_place(text, choices, asked)
    if by_place is not None:
        return by_place
    letters = letters_of(choices)
    named = framed_letter(text, letters, asked)
    if named is not None:
        return named
    left = corrected_letter(text, letters) or judged_letter(text, letters) or left_letter(text, letters, asked)
    if left is not None:
        return left
    by_text = _by_text(text, choices, asked)
    first = first_letter(text, letters, asked)
    if first is not None and by_text in (None, first) and not _several_others(text, choices, first, asked):
        return first
    return by_text if first is None or _within_mention(text, choices, by_text, asked) else None


def _by_place(text: Text, choices: Sequence[Text], asked: Text) -> Text | None:
    """Return the choice that an answer names by its place: `the latter`, `option 2`."""
    words = text.language.choices
    found = text.language.comparisons.sides.match(text.folded)
    if found is None:
        return None
    if found["number"]:
        place = int(found["number"]) - 1
        return choices[place] if 0 <= place < len(choices) else None
    counted = found["first"] or found["second"]
    if len(choices) != 2 or (
        counted and (words.asks_first.search(asked.folded) or words.asks_last.search(asked.folded))
    ):
        return None
    places = [asked.folded.find(choice.folded.strip()) for choice in choices]
    ordered = list(choices) if places[0] <= places[1] or min(places) < 0 else [choices[1], choices[0]]
    named = ordered[0 if found["former"] or found["first"] else 1]
    # `The former weighs less.`
    start, end = found.span()
    said = compared(text, [Mention(named, (start, end))], choices, asked)
    return named if said is None else said.choice


def _beginning(answer: Text) -> Text:
    raw = answer.raw[:LONGEST].strip()
    return answer if raw == answer.raw else reading_answer(raw, answer.language)


def compare_choice(exchange: Exchange, choices: Sequence[Text]) -> Finding:
    """Judge an answer that must pick one of `choices`."""
    answer = exchange.answer
    if declines_outright(_beginning(answer), exchange.question):
        return Finding(False, shown(answer.raw), "declines")
    picked = read_choice(answer, choices, exchange.question)
    if picked is None:
        named = either([choice.raw for choice in choices])
        return Finding(False, shown(answer.raw), f"picks none or several of {named}")
    met = picked in {
        read_choice(reference, choices) or read_choice(reference, choices, exchange.question)
        for reference in exchange.references
    }
    return Finding(met, picked.raw, f"picks {quoted(picked.raw)}")


def _several_others(text: Text, choices: Sequence[Text], first: Text, asked: Text) -> bool:
    """Whether the words beside a first letter name choices, but not that letter's."""
    named = {mention.choice for mention in _asserted(text, choices, asked)}
    return bool(named) and first not in named


def _within_mention(text: Text, choices: Sequence[Text], picked: Text | None, asked: Text) -> bool:
    """Whether the letter that an answer begins with is the beginning of the picked choice (`E. coli`)."""
    start = len(text.folded) - len(text.folded.lstrip(" '\"([_"))
    return any(one.choice is picked and one.span[0] <= start for one in mentions_of(text, choices, asked))


def _by_text(text: Text, choices: Sequence[Text], asked: Text) -> Text | None:
    words = text.language.choices
    quantifier = words.quantifier.match(text.folded)
    if quantifier is not None:
        group = _group_named(quantifier[1], words)
        said = [choice for choice in choices if _group(choice) == group]
        if len(said) == 1:
            return said[0]
        if group == _NONE:
            return None
    asserted = _stood_by(text, _asserted(text, choices, asked))
    ahead = compared(text, mentions_of(text, choices, asked), choices, asked)
    if ahead is not None:
        return _concluded(text, asserted) or ahead.choice
    if not asserted:
        return _left_over(text, choices, asked)
    if _leaves_open(text, asserted, mentions_of(text, choices, asked)):
        return None
    return (
        _only({one.choice for one in asserted})
        or furthest(text, mentions_of(text, choices, asked), choices, asked)
        or _ordered(text, asserted, asked)
        or _own_sentence(text, asserted)
        or _concluded(text, asserted)
    )


def _stood_by(text: Text, mentions: list[Mention]) -> list[Mention]:
    """Return the mentions without those that are only asked (`X or Y? X.`), taken back (`X, no, Y`) or past, if any."""
    words, folded = text.language, text.folded
    starts = [found.end() for found in words.denials.retraction.finditer(folded)]
    question = folded.rfind("?")
    starts += [question] if question >= 0 else []
    for start in starts:
        mentions = [one for one in mentions if one.span[0] >= start] or mentions
    now = [one for one in mentions if not _was(text, one.span)]
    return now or mentions


def _was(text: Text, span: Span) -> bool:
    """Whether a mention is what was: `It was X, now it is Y`."""
    past, before = text.language.past, text.folded[max(0, span[0] - _REACH) : span[0]]
    return past.it_was.search(before) is not None and past.now.search(text.folded, span[1]) is not None


def _left_over(text: Text, choices: Sequence[Text], asked: Text) -> Text | None:
    """Return the other of two choices where the answer does no more than deny one: `It is not red.`

    Between the denial and the choice only small words and words of the question may stand.
    """
    denied = mentions_of(text, choices, asked)
    if len(choices) != 2 or len({one.choice for one in denied}) != 1:
        return None
    # what is not lower may be the same
    if any(not choice.words.isdisjoint(text.language.comparisons.compared) for choice in choices):
        return None
    if text.language.denials.in_question.search(asked.folded):
        return None
    negations, small = text.language.words.negations, text.language.words.stop | asked.words
    before = [token for token in text.tokens if token.end <= denied[0].span[0]]
    at = max((place for place, token in enumerate(before) if _denies(token, text, negations)), default=-1)
    if at < 0 or any(token.text not in small for token in before[at + 1 :]):
        return None
    return next(choice for choice in choices if choice is not denied[0].choice)


def _denies(token: Token, text: Text, negations: frozenset[str]) -> bool:
    return token.text in negations or text.folded[token.start : token.end].endswith("n't")


def _leaves_open(text: Text, asserted: Sequence[Mention], mentions: Sequence[Mention]) -> bool:
    """Whether another choice stands behind what is picked, as what it may be as well: `X, though it could be Y`."""
    last = asserted[-1]
    return any(
        one.choice is not last.choice
        and one.span[0] > last.span[1]
        and (found := text.language.hedges.open.search(text.folded[last.span[1] : one.span[0]])) is not None
        and not text.folded[last.span[1] + found.end() : one.span[0]].strip()
        for one in mentions
    )


_NONE = ""
"""The group of no choice."""


def _group(choice: Text) -> str | None:
    """Return the word for several choices that a choice itself is (`Both`, `None of the above`)."""
    words = choice.language.choices
    match = words.group.fullmatch(choice.folded)
    return None if match is None else _group_named(match[1], words)


def _group_named(word: str, words: Choices) -> str:
    return _NONE if word in words.none_of else word


def _only(choices: set[Text]) -> Text | None:
    return next(iter(choices)) if len(choices) == 1 else None


def _asserted(text: Text, choices: Sequence[Text], asked: Text) -> list[Mention]:
    """Return the mentions that may be the answer: not denied, not compared with, not the stage of the choice."""
    words = text.language.choices
    mentions = mentions_of(text, choices, asked)
    ends = [0, *(one.span[1] for one in mentions)]
    gaps = [text.folded[end : one.span[0]] for end, one in zip(ends, mentions, strict=False)]
    kept, aside = [], False
    for mention, gap in zip(mentions, gaps, strict=True):
        link = words.joined.fullmatch(gap)
        # a list goes on until its `and`: `than X, Y and Z`; a comma alone may begin the main clause
        goes_on = aside and bool(link and (link[1] or _goes_on(text, mention)))
        aside = goes_on or bool(words.aside.search(gap[-_REACH:]))
        if not aside and not is_negated(text, asked, mention.span) and not words.background.search(gap[-_REACH:]):
            kept.append(mention)
        aside = aside and not (link and link[1])
    return kept


def _goes_on(text: Text, mention: Mention) -> bool:
    return text.language.choices.list_joint.match(text.folded, mention.span[1]) is not None


_REACH = 100


def _own_sentence(text: Text, mentions: Sequence[Mention]) -> Text | None:
    """Return a choice that is the whole first sentence: `Iron. Tin is softer.`"""
    if not mentions:
        return None
    start, end = mentions[0].span
    rest = text.folded[end : end + 3]
    if _opens(text, mentions[0]):
        return mentions[0].choice
    words, before = text.language.choices, text.folded[:start]
    for article in words.articles:
        before = before.replace(article, "")
    return None if re.search(r"\w", before) or not words.sentence.match(rest) else mentions[0].choice


def _opens(text: Text, mention: Mention) -> bool:
    """Whether an answer begins with a choice and a colon, then reasons: `Ada: Ada is 30, Bo is 20.`"""
    before, behind = text.folded[: mention.span[0]], text.folded[mention.span[1] :]
    return not re.search(r"\w", before) and re.match(r"[\"'*]*:\s\S", behind) is not None and "\n" not in behind


def _ordered(text: Text, mentions: Sequence[Mention], asked: Text) -> Text | None:
    """Return the first or last of an order (`X, Y, then Z`), whichever the question asks for."""
    words = text.language.choices
    first, last = (pattern.search(asked.folded) is not None for pattern in (words.asks_first, words.asks_last))
    if first == last or len(mentions) < 2:
        return None
    gaps = [text.folded[one.span[1] : other.span[0]] for one, other in pairwise(mentions)]
    if not any(map(words.then.fullmatch, gaps)):
        return None
    if not all(words.then.fullmatch(gap) or words.joined.fullmatch(gap) for gap in gaps):
        return None
    return mentions[0 if first else -1].choice


def _concluded(text: Text, mentions: Sequence[Mention]) -> Text | None:
    """Return the only choice that is mentioned behind the last word that draws a conclusion."""
    drawn = [match.end() for match in text.language.choices.conclusion.finditer(text.folded)]
    return _only({one.choice for one in mentions if one.span[0] >= drawn[-1]}) if drawn else None
