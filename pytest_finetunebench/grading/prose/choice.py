"""Multiple choice: which one of a closed set an answer picks, by its text or by its letter.

Policy, in this order. An answer that is a choice and nothing else picks it. A letter that the answer names as its pick
(`The answer is B`, `Option B`, `I think it's A`) decides, and so does one that stands first or alone (`B) Paris`,
`(b)`), unless the words beside it name another choice. Else the text decides: the one choice that is mentioned, once
mentions are set aside that are denied (`X, not Y`), that something is compared with (`X is older than Y`, `while Y …`),
or that only say between what is chosen (`Between X and Y, …`); of several left, one that is a sentence of its own or
the conclusion (`… so X`) decides, and of an order (`X, then Y`) the first where the question asks for the first, the
last where it asks for the last. A family name that no other choice has stands for its person. A letter counts only
where it cannot be a word (`A dog`). `Both` and `neither` pick nothing unless a choice says so.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.prose.guards import is_negated, refuses
from pytest_finetunebench.grading.text.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.patterns import deferred
from pytest_finetunebench.grading.text.phrases import Span, Text, occurrences, reading, reading_answer
from pytest_finetunebench.grading.text.tokens import fold
from pytest_finetunebench.grading.values.names import asks_for_person
from pytest_finetunebench.grading.values.surnames import surname_places, surnames

LONGEST = 20_000
"""Characters of an answer that are read."""
_MOST_MENTIONS = 200


class _Mention(NamedTuple):
    choice: str
    span: Span


def read_choice(answer: str, choices: Sequence[str], question: str = "") -> str | None:
    """Return the one of `choices` that the answer picks by this module's policy; None where it picks none or several.

    A negative `question` (`Which is not a metal?`) switches the reading of denials off.
    """
    text, asked = reading_answer(answer[:LONGEST].strip()), reading(question)
    whole = [choice for choice in choices if _key(choice) == _key(text.raw)]
    if len(whole) == 1:
        return whole[0]
    letters = _letters(choices)
    named = _framed_letter(text, letters, asked)
    if named is not None:
        return named
    by_text = _by_text(text, choices, asked)
    first = _first_letter(text, letters, asked)
    if first is not None and by_text in (None, first) and not _several_others(text, choices, first, asked):
        return first
    return by_text if first is None or _within_mention(text, choices, by_text, asked) else None


def compare_choice(text: str, references: Sequence[str], choices: Sequence[str], question: str) -> Finding:
    """Judge an answer that must pick one of `choices`."""
    if refuses(reading_answer(text[:LONGEST].strip())):
        return Finding(False, shown(text), "declines")
    picked = read_choice(text, choices, question)
    if picked is None:
        return Finding(False, shown(text), f"picks none or several of {either(choices)}")
    met = picked in {read_choice(reference, choices) for reference in references}
    return Finding(met, picked, f"picks {quoted(picked)}")


@lru_cache(maxsize=MEMO_SIZE)
def _key(text: str) -> str:
    """Return what makes two choices equal: case, articles, and punctuation around them do not; signs in them do."""
    key = " ".join(fold(text[:LONGEST]).split()).strip(" '\"_.,;:!?()[]")
    return re.sub(r"^(?:the|an?)\s(?=.)", "", key) or " ".join(fold(text).split())


def _letters(choices: Sequence[str]) -> dict[str, str]:
    """Return letter → choice: by place, unless choices are single letters themselves."""
    own = {_key(choice): choice for choice in choices if len(_key(choice)) == 1 and _key(choice).isalpha()}
    return own or dict(zip(string.ascii_lowercase, choices, strict=False))


_NOT_A_WORD = r"(?:(?=\s*(?:$|[).:,;!?\]}\n\"']))|(?=\s(?:because|since|as|is|was|and|or|but|not|which|–|-)\b))"
"""Behind a letter: what shows that it is no article (`A dog`) and no `I`."""
_FRAME = deferred(
    r"\b(?:(?i:answer|choice|option|letter|boxed|choose|pick|select|go(?:ing)? with|say|must be|would be|it is|it's"
    r"|that is)"
    r"(?:\s(?i:is|would be|must be))?(?:\s(?i:option|choice|answer|letter))?[\s:=]*[({\"'\[]{0,2})"
    rf"(?P<letter>[A-Za-z])(?P<close>\))?(?![\w+#'’-]){_NOT_A_WORD}"
)
_STRONG_FRAME = deferred(
    r"\b(?i:answer|choice|option|letter)(?:\s(?i:is|would be|must be))?(?:\s(?i:option|choice|letter))?"
    r"[\s:=]*[(\"'\[]{0,2}(?P<letter>[B-HJ-Z])(?P<close>\))?(?![\w+#'’.-])"
)
_FIRST = deferred(
    r"[^\w]{0,5}(?P<letter>[A-Za-z])(?:(?P<close>[).:\]])(?=\s|$)|(?=\W*$)|\s[-–—]\s|(?=,?\s(?:because|since|is|as)\s))"
)


def _framed_letter(text: Text, letters: dict[str, str], asked: Text) -> str | None:
    """Return the choice whose letter the answer names as its pick: the only one, or the last of those corrected."""
    raw = text.raw.replace("*", "").replace("_", "")
    plain = reading_answer(raw)
    found = []
    for pattern in (_FRAME, _STRONG_FRAME):
        for match in pattern.finditer(raw):
            letter = match["letter"]
            if letter.lower() in letters and not _letter_denied(plain, match.span("letter"), asked):
                found.append(letters[letter.lower()])
    return found[0] if len(set(found)) == 1 else None


def _first_letter(text: Text, letters: dict[str, str], asked: Text) -> str | None:
    """Return the choice whose letter stands first in the answer, or alone."""
    raw = text.raw.replace("*", "").replace("_", "").lstrip()
    match = _FIRST.match(raw)
    if match is None or match["letter"].lower() not in letters:
        return None
    if match["letter"] == "a" and not match["close"] and len(raw.strip(string.punctuation + " ")) > 1:
        return None
    return (
        None if _letter_denied(reading_answer(raw), match.span("letter"), asked) else letters[match["letter"].lower()]
    )


def _letter_denied(text: Text, place: Span, asked: Text) -> bool:
    start = len(fold(text.raw[: place[0]]))
    return is_negated(text, asked, (start, start + 1))


def _several_others(text: Text, choices: Sequence[str], first: str, asked: Text) -> bool:
    """Whether the words beside a first letter name choices, but not that letter's."""
    named = {mention.choice for mention in _asserted(text, choices, asked)}
    return bool(named) and first not in named


def _within_mention(text: Text, choices: Sequence[str], picked: str | None, asked: Text) -> bool:
    """Whether the letter that an answer begins with is the beginning of the picked choice (`E. coli`)."""
    start = len(text.folded) - len(text.folded.lstrip(" '\"([_"))
    return any(one.choice == picked and one.span[0] <= start for one in _mentions(text, choices, asked))


def _by_text(text: Text, choices: Sequence[str], asked: Text) -> str | None:
    quantifier = _QUANTIFIER.match(text.folded)
    if quantifier is not None:
        group = "none" if quantifier[1] in ("neither", "none") else quantifier[1]
        said = [choice for choice in choices if _group(choice) == group]
        if len(said) == 1:
            return said[0]
        if group == "none":
            return None
    asserted = _asserted(text, choices, asked)
    return (
        _only({one.choice for one in asserted})
        or _ordered(text, asserted, asked)
        or _own_sentence(text, asserted)
        or _concluded(text, asserted)
    )


_QUANTIFIER = deferred(r"\W*(both|neither|none|all)(?=\s(?:of|the)\b|\W*$|\W*[.,;:!]|\s)")
_GROUP = deferred(r"\W*(both|neither|none|all)(?:\s(?:of\s)?(?:the\s)?(?:above|them|these|those|others|two|three))?\W*")


def _group(choice: str) -> str | None:
    match = _GROUP.fullmatch(fold(choice))
    if match is None:
        return None
    return "none" if match[1] in ("neither", "none") else match[1]


def _only(choices: set[str]) -> str | None:
    return next(iter(choices)) if len(choices) == 1 else None


def _mentions(text: Text, choices: Sequence[str], asked: Text) -> list[_Mention]:
    """Return where the choices are mentioned, in order; one within a longer one (`Iron oxide`) is no mention."""
    found = [_Mention(choice, span) for choice in choices for span in _places(text, choice)]
    named = {one.choice for one in found}
    family = surnames(tuple(choices), asks_for_person(asked))
    found += [
        _Mention(choice, span)
        for choice, surname in family.items()
        if choice not in named
        for span in surname_places(text, surname, choice)
    ]
    found.sort(key=lambda one: (one.span[0], -one.span[1]))
    kept: list[_Mention] = []
    for one in found:
        if not kept or one.span[1] > kept[-1].span[1] or (one.span == kept[-1].span and one.choice != kept[-1].choice):
            kept.append(one)
    return kept[:_MOST_MENTIONS]


def _places(text: Text, choice: str) -> Iterator[Span]:
    wanted = reading(choice)
    if not wanted.tokens:
        sign = wanted.folded.strip()
        at = text.folded.find(sign) if sign else -1
        if at >= 0:
            yield at, at + len(sign)
        return
    if len(_key(choice)) == 1 and _key(choice).isalpha():
        return  # a letter is read as a letter
    marks = _marks(wanted, (wanted.tokens[0].start, wanted.tokens[-1].end))
    yield from (span for span in set(occurrences(text, wanted)) if _marks(text, span) == marks)


_BEFORE_NUMBER = deferred(r"(?<![\w)])([-+.])$")
_AFTER = deferred(r"[+#]+")


def _marks(text: Text, span: Span) -> tuple[str, str]:
    """Return the signs that belong to a phrase, though they are no word: `-5`, `.5`, `C++`, `C#`."""
    start, end = span
    sign = _BEFORE_NUMBER.search(text.folded[max(0, start - 2) : start]) if text.folded[start].isdigit() else None
    after = _AFTER.match(text.folded, end)
    return sign[1] if sign else "", after[0] if after else ""


def _asserted(text: Text, choices: Sequence[str], asked: Text) -> list[_Mention]:
    """Return the mentions that may be the answer: not denied, not compared with, not the stage of the choice."""
    mentions = _mentions(text, choices, asked)
    ends = [0, *(one.span[1] for one in mentions)]
    gaps = [text.folded[end : one.span[0]] for end, one in zip(ends, mentions, strict=False)]
    kept, aside = [], False
    for mention, gap in zip(mentions, gaps, strict=True):
        link = _JOINED.fullmatch(gap)
        # a list goes on until its `and`: `than X, Y and Z`; a comma alone may begin the main clause
        aside = (aside and bool(link and (link[1] or _goes_on(text, mention)))) or bool(_ASIDE.search(gap[-_REACH:]))
        if not aside and not is_negated(text, asked, mention.span) and not _BACKGROUND.search(gap[-_REACH:]):
            kept.append(mention)
        aside = aside and not (link and link[1])
    return kept


def _goes_on(text: Text, mention: _Mention) -> bool:
    return _LIST.match(text.folded, mention.span[1]) is not None


_REACH = 100
_LIST = deferred(r"(?:,\s(?:the\s|an?\s)?[^\s,]+(?:\s[^\s,]+)?)?,?\s(?:and|or|&)\s")
_JOINED = deferred(r"(?:,|,?\s(and|or|&))\s(?:the\s|an?\s)?")
_ASIDE = deferred(
    r"\b(?:than|between|among|compared (?:to|with)|comparing|out of|versus|vs\.?|unlike|over|(?<!\w\s)of)"
    r"\s(?:the\s|an?\s)?$"
)
_BACKGROUND = deferred(r"\b(?:while|whereas|although|though)\b[^,.;!?\n]*$")
_SENTENCE = deferred(r"[.!?](?=\s|$)|\n|$")


def _own_sentence(text: Text, mentions: Sequence[_Mention]) -> str | None:
    """Return a choice that is the whole first sentence: `Iron. Tin is softer.`"""
    if not mentions:
        return None
    start, end = mentions[0].span
    rest = text.folded[end : end + 3]
    alone = not re.search(r"\w", text.folded[:start].replace("the ", "")) and _SENTENCE.match(rest)
    return mentions[0].choice if alone else None


_ASKS_FIRST = deferred(r"\b(?:first|earliest)\b(?! name)")
_ASKS_LAST = deferred(r"\b(?:last|latest)\b(?! name)")
_THEN = deferred(
    r",?\s(?:(?:and|but)\s)?(?:then|later|afterwards|after that|next|followed by|finally|second|third|last)"
    r"\s(?:the\s|by\s)?"
)


def _ordered(text: Text, mentions: Sequence[_Mention], asked: Text) -> str | None:
    """Return the first or last of an order (`X, Y, then Z`), whichever the question asks for."""
    first, last = (pattern.search(asked.folded) is not None for pattern in (_ASKS_FIRST, _ASKS_LAST))
    if first == last or len(mentions) < 2:
        return None
    gaps = [text.folded[one.span[1] : other.span[0]] for one, other in pairwise(mentions)]
    if not any(map(_THEN.fullmatch, gaps)) or not all(_THEN.fullmatch(gap) or _JOINED.fullmatch(gap) for gap in gaps):
        return None
    return mentions[0 if first else -1].choice


_CONCLUSION = deferred(r"\b(?:so|therefore|thus|hence|consequently|final answer|the answer is|answer:)(?=\W)")


def _concluded(text: Text, mentions: Sequence[_Mention]) -> str | None:
    """Return the only choice that is mentioned behind the last word that draws a conclusion."""
    drawn = [match.end() for match in _CONCLUSION.finditer(text.folded)]
    return _only({one.choice for one in mentions if one.span[0] >= drawn[-1]}) if drawn else None
