"""A phrase within a text, whatever the spacing and hyphenation: `Spider-Man`, `Spiderman` and `spider man` are one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import TypeVar

from pytest_finetunebench.grading.text.memo import MEMO_SIZE, lazy
from pytest_finetunebench.grading.text.stems import ARTICLES, STOP_WORDS, proper, stem
from pytest_finetunebench.grading.text.tokens import Token, fold, plain_words, tokenise

Span = tuple[int, int]
"""A place in a folded text, as start and end."""
LONGEST_ANSWER = 100_000
"""Characters of an answer that are read, so that a megabyte of noise takes a second."""
_CITATION = 2
"""A web-backed answer glues footnote numbers to words (`Ed Roland12`): at most so many digits are one."""


class Text:
    """A text read once: its tokens, and the forms that comparisons need, each made at first use."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @lazy
    def folded(self) -> str:
        """The text in one Unicode form, in lower case; spans are places in it."""
        return fold(self.raw)

    @lazy
    def tokens(self) -> list[Token]:
        """The words, numbers and signs."""
        return tokenise(self.folded)

    @lazy
    def spelling(self) -> str:
        """The tokens apart from each other."""
        return " ".join(self.said)

    @lazy
    def _plain(self) -> list[str] | None:
        return plain_words(self.folded)

    @lazy
    def said(self) -> list[str]:
        """What the tokens say, in order."""
        return [token.text for token in self.tokens] if self._plain is None else self._plain

    @lazy
    def words(self) -> frozenset[str]:
        """What the tokens say, each once."""
        return frozenset(self.said)

    @lazy
    def has_value(self) -> bool:
        """Whether one of the tokens is a number."""
        return self._plain is None and any(token.value is not None for token in self.tokens)

    @lazy
    def run(self) -> str:
        """The tokens run together, articles included (`joined.text`)."""
        return self.joined.text if self._plain is None else "".join(self._plain)

    @lazy
    def bare_run(self) -> str:
        """The tokens run together, without articles (`joined_bare.text`)."""
        return self.joined_bare.text if self._plain is None else "".join(_without_articles(self._plain, self._plain))

    @lazy
    def undotted(self) -> str:
        """The folded text without full stops."""
        return self.folded.replace(".", "")

    @lazy
    def bare(self) -> list[Token]:
        """The tokens but for articles; a last `a` is no article (`hepatitis A`)."""
        return _without_articles(self.tokens, self.said)

    @lazy
    def content(self) -> list[Token]:
        """The tokens that carry meaning; all of them where none does."""
        return [token for token in self.bare if token.text not in STOP_WORDS] or self.bare

    @lazy
    def content_stems(self) -> frozenset[str]:
        """The stems of the content words."""
        return frozenset([stem(token.text) for token in self.content])

    @lazy
    def stems(self) -> frozenset[str]:
        """The stems of all tokens."""
        return frozenset(map(stem, self.said))

    @lazy
    def keys(self) -> list[tuple[str, str]]:
        """Per token its stem, as ordinary words are compared, and its form without a plural, as names are."""
        return [(stem(token.text), proper(token.text)) for token in self.tokens]

    @lazy
    def known(self) -> frozenset[str]:
        """All keys of the tokens."""
        return frozenset(chain.from_iterable(self.keys))

    @lazy
    def by_initial(self) -> dict[str, list[str]]:
        """The stems by their first letter."""
        found: dict[str, list[str]] = {}
        for word in self.stems:
            found.setdefault(word[:1], []).append(word)
        return found

    @lazy
    def is_figures(self) -> bool:
        """Whether it is several numbers and little else: a score, a range, coordinates."""
        figures = sum(token.value is not None for token in self.content)
        return figures > 1 and len(self.content) <= figures + 2

    @lazy
    def joined(self) -> Joined:
        """The tokens run together, articles included."""
        return Joined(self.tokens)

    @lazy
    def joined_bare(self) -> Joined:
        """The tokens run together, without articles."""
        return self.joined if self.bare is self.tokens else Joined(self.bare)


def _without_articles(parts: list[Part], said: list[str]) -> list[Part]:
    """Return the parts that do not say an article; the last may, and all are kept where nothing else is said."""
    if ARTICLES.isdisjoint(said):
        return parts
    last = len(said) - 1
    return [part for i, part in enumerate(parts) if said[i] not in ARTICLES or (i == last > 0)] or parts


Part = TypeVar("Part")


class Joined:
    """Tokens run together without spaces; numbers stand apart, so that digits never run into each other."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._pieces = [token.text if token.value is None else f"\x01{token.text}\x01" for token in tokens]
        self.text = "".join(self._pieces)

    @lazy
    def starts(self) -> dict[int, int]:
        """Place where a token starts → its index."""
        return {place: index for index, place in enumerate(accumulate(map(len, self._pieces[:-1]), initial=0))}

    @lazy
    def ends(self) -> dict[int, int]:
        """Place where a token ends → its index."""
        return {place: index for index, place in enumerate(accumulate(map(len, self._pieces)))}

    def find(self, phrase: str) -> Iterator[tuple[int, int]]:
        """Yield the token span (first, last) of each occurrence that begins and ends with whole tokens."""
        at = self.text.find(phrase) if phrase else -1
        while at >= 0:
            first, last = self.starts.get(at), self.ends.get(at + len(phrase))
            if first is not None and last is not None:
                yield first, last
            at = self.text.find(phrase, at + len(phrase))


def occurrences(text: Text, phrase: Text) -> Iterator[Span]:
    """Yield each place where `phrase` stands in `text`, articles counted or not."""
    for run, wanted, bare in ((text.run, phrase.run, False), (text.bare_run, phrase.bare_run, True)):
        if wanted not in run:
            continue
        joined, tokens = (text.joined_bare, text.bare) if bare else (text.joined, text.tokens)
        for first, last in joined.find(wanted):
            start, end = tokens[first].start, tokens[last].end
            if not _goes_on(tokens, last) and not in_identifier(text.folded, start, end):
                yield start, end


def in_identifier(folded: str, start: int, end: int) -> bool:
    """Whether an underscore ties the place to more letters (`validator` in `field_validator`)."""
    before, after = folded[max(0, start - 2) : start], folded[end : end + 2]
    return (before[-1:] == "_" and before[:1].isalnum()) or (after[:1] == "_" and after[1:].isalnum())


def _goes_on(tokens: Sequence[Token], last: int) -> bool:
    """Whether the last token is only a part of what is written as one word (`GPT-4` in `GPT-4o`, `B1` in `B12`)."""
    if last + 1 >= len(tokens) or tokens[last + 1].start != tokens[last].end:
        return False
    token, after = tokens[last], tokens[last + 1]
    if token.value is not None:
        return after.text.isalpha() and len(after.text) == 1
    digits = after.end - after.start
    return after.value is not None and not (digits <= _CITATION and token.text.isalpha() and len(token.text) > 2)


@lru_cache(maxsize=MEMO_SIZE)
def reading(raw: str) -> Text:
    """Return a reference or question as read; they come again for every answer."""
    return Text(raw)


def reading_answer(raw: str) -> Text:
    """Return the first `LONGEST_ANSWER` characters of an answer as read, once for all that one verdict takes."""
    # a short one may be the reference to the letter
    return reading(raw) if len(raw) <= _SHORT_ANSWER else _reading_long(raw)


_SHORT_ANSWER = 100


@lru_cache(maxsize=4)
def _reading_long(raw: str) -> Text:
    return Text(raw[:LONGEST_ANSWER])


_SMALL_WORDS = "|".join(sorted(word for word in STOP_WORDS if word.isalpha() and len(word) > 1))
_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]")
_JOINTS = re.compile(
    r"(?<![^\W\d_])[a-z]{3,20}(?=[A-Z][a-z]{1,20}\s[A-Z][a-z])"  # a word glued to a name of two words
    rf"|(?<![^\W\d_])(?i:{_SMALL_WORDS})(?=[A-Z])"
)

_LINKED = re.compile(
    rf"(?<!\w)((?i:{_SMALL_WORDS}))((?:[A-Z][\w'’.-]{{0,30}}\s){{0,4}}[A-Z][\w'’.-]{{0,30}}?)({_SMALL_WORDS}|won)(?!\w)"
)
"""A link's text that lost the spaces on both sides: `byRicky Nelsonin`."""


def split_joints(text: Text) -> Text | None:
    """Return the text with small words apart that lost the space behind them (`byBonnie`); None where none did."""
    if not _CAPITAL_INSIDE.search(text.raw):
        return None
    spaced = _JOINTS.sub(r"\g<0> ", _LINKED.sub(r"\1 \2 \3", text.raw))
    return Text(spaced) if spaced != text.raw else None
