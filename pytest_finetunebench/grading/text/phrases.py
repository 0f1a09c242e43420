"""A phrase within a text, whatever the spacing and hyphenation: `Spider-Man`, `Spiderman` and `spider man` are one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress, filterfalse
from operator import not_
from typing import TypeVar

from propcache.api import cached_property

from pytest_finetunebench.grading.cues import cues
from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.patterns import CUES
from pytest_finetunebench.grading.text.folding import fold
from pytest_finetunebench.grading.text.joined import Joined
from pytest_finetunebench.grading.text.normalise import plain, words
from pytest_finetunebench.grading.text.pieces import Pieces, take_apart
from pytest_finetunebench.grading.text.said import NUMBER_MARK, marked, said_in, words_alone
from pytest_finetunebench.grading.text.tokens import Token, tokenise, tokens_of

Span = tuple[int, int]
"""A place in a folded text, as start and end."""
LONGEST_ANSWER = 100_000
"""Characters of an answer that are read, so that a megabyte of noise takes a second."""
_BETWEEN = "\n"
"""Stands in no token."""
_UNPLAIN = re.compile(r"[\d$%&']|\.[a-z]")


class Text:
    """A text read once in its language: its tokens, and the forms that comparisons need, each made at first use."""

    def __init__(self, raw: str, language: Language) -> None:
        self.raw = raw
        self.language = language

    def part(self, raw: str) -> Text:
        """Return a piece of the text, in the same language."""
        return Text(raw, self.language)

    def like(self, raw: str) -> Text:
        """Return another text in the same language, read once however often it comes again."""
        return reading(raw, self.language)

    @cached_property
    def prepared(self) -> str:
        """The text with spellings made alike, as far as its language knows several."""
        prepare = self.language.words.prepare
        return self.raw if prepare is None else prepare(self.raw)

    @cached_property
    def plain(self) -> str:
        """The text in one Unicode form, in lower case, with accents and marks kept."""
        return plain(self.prepared)

    @cached_property
    def written(self) -> list[str]:
        """The words and numbers as they are written, in lower case."""
        return words(self.prepared)

    @cached_property
    def folded(self) -> str:
        """The text in one Unicode form, in lower case; spans are places in it."""
        return fold(self.raw, self.language)

    @cached_property
    def cues(self) -> int:
        """The bits of all patterns that may match the folded text, or a piece of it."""
        return cues(self.folded)

    def lacks(self, *patterns: re.Pattern[str]) -> bool:
        """Whether none of the patterns can match the folded text, or a piece of it: no word that they need is there."""
        return not self.cues & CUES[patterns]

    def search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Search the folded text for a pattern."""
        return None if self.lacks(pattern) else pattern.search(self.folded)

    @cached_property
    def _apart(self) -> tuple[Pieces | None, list[str] | None]:
        """The text in pieces, and what they say: None where pieces may be joined, both where it is not simple."""
        numbers = self.language.numbers
        pieces = take_apart(self.folded, numbers)
        return pieces, None if pieces is None else said_in(pieces, numbers)

    @cached_property
    def tokens(self) -> list[Token]:
        """The words, numbers and signs."""
        pieces, said = self._apart
        if pieces is None or said is None:
            return tokenise(self.folded, self.language.numbers, pieces)
        return tokens_of(pieces, self.language.numbers)

    @cached_property
    def spelling(self) -> str:
        """The tokens apart from each other."""
        return " ".join(self._marked).replace(NUMBER_MARK, "")

    @cached_property
    def words_alone(self) -> list[str] | None:
        """What it says, where it is nothing but words that say what is written."""
        return words_alone(self.raw, self.language.numbers)

    @cached_property
    def _marked(self) -> list[str]:
        """What the tokens say, in order; numbers between marks."""
        if self.words_alone is not None:
            return self.words_alone
        _, said = self._apart
        return list(map(marked, self.tokens)) if said is None else said

    @cached_property
    def said(self) -> list[str]:
        """What the tokens say, in order."""
        if self.words_alone is not None:
            return self.words_alone
        together = _BETWEEN.join(self._marked)
        return together.replace(NUMBER_MARK, "").split(_BETWEEN) if NUMBER_MARK in together else self._marked

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is ASCII words and punctuation alone: no figure, sign or apostrophe, no word of a number."""
        if self.words_alone is not None:
            return True
        if self.has_value or not self.folded.isascii() or _UNPLAIN.search(self.folded) is not None:
            return False
        numbers = self.language.numbers
        return numbers.spelled is None and bool(self.said) and numbers.joining.isdisjoint(self.said)

    @cached_property
    def words(self) -> frozenset[str]:
        """What the tokens say, each once."""
        return frozenset(self.said)

    @cached_property
    def has_value(self) -> bool:
        """Whether one of the tokens is a number."""
        return NUMBER_MARK in self.run

    @cached_property
    def is_all_numbers(self) -> bool:
        """Whether no token is anything but a number."""
        return all(said[0] == NUMBER_MARK for said in self._marked)

    @cached_property
    def run(self) -> str:
        """The tokens run together, articles included."""
        return "".join(self._marked)

    @cached_property
    def bare_run(self) -> str:
        """The tokens run together, without articles."""
        return "".join(_without_articles(self._marked, self._marked, self.language.words.articles))

    @cached_property
    def bare_said(self) -> list[str]:
        """What the tokens say but for articles."""
        return _without_articles(self.said, self.said, self.language.words.articles)

    @cached_property
    def undotted(self) -> str:
        """The folded text without full stops."""
        return self.folded.replace(".", "")

    @cached_property
    def bare(self) -> list[Token]:
        """The tokens but for articles; a last `a` is no article (`hepatitis A`)."""
        return _without_articles(self.tokens, self.said, self.language.words.articles)

    @cached_property
    def content(self) -> list[Token]:
        """The tokens that carry meaning; all but articles where none does."""
        stop = self.language.words.stop
        return [token for token in self.tokens if token.text not in stop] or self.bare

    @cached_property
    def content_said(self) -> list[str]:
        """What the tokens that carry meaning say."""
        stop = self.language.words.stop
        return list(filterfalse(stop.__contains__, self.said)) or self.bare_said

    @cached_property
    def content_stems(self) -> frozenset[str]:
        """The stems of the content words."""
        return frozenset(map(self.language.words.stem, self.content_said))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all tokens."""
        return frozenset(map(self.language.words.stem, self.said))

    @cached_property
    def keys(self) -> list[tuple[str, str]]:
        """Per token its stem, as ordinary words are compared, and its form without a plural, as names are."""
        stem, proper = self.language.words.stem, self.language.words.proper
        return [(stem(said), proper(said)) for said in self.said]

    @cached_property
    def known(self) -> frozenset[str]:
        """All keys of the tokens."""
        return self.stems.union(map(self.language.words.proper, self.said))

    @cached_property
    def content_known(self) -> frozenset[str]:
        """All keys of the content words."""
        return self.content_stems.union(map(self.language.words.proper, self.content_said))

    @cached_property
    def by_initial(self) -> dict[str, list[str]]:
        """The stems by their first letter."""
        found: dict[str, list[str]] = {}
        for word in self.stems:
            found.setdefault(word[:1], []).append(word)
        return found

    @cached_property
    def is_figures(self) -> bool:
        """Whether it is several numbers and little else: a score, a range, coordinates."""
        if not self.has_value:
            return False
        figures = sum(token.value is not None for token in self.content)
        return figures > 1 and len(self.content) <= figures + 2

    @cached_property
    def places(self) -> list[Span]:
        """Where the tokens stand in the folded text."""
        pieces, said = self._apart
        if pieces is None or said is None:
            return [(token.start, token.end) for token in self.tokens]
        return list(zip(*pieces.bounds(), strict=True))

    @cached_property
    def joined(self) -> Joined:
        """The tokens run together, articles included."""
        return Joined(self._marked, self.places)

    @cached_property
    def joined_bare(self) -> Joined:
        """The tokens run together, without articles."""
        said, articles = self._marked, self.language.words.articles
        if articles.isdisjoint(said):
            return self.joined
        return Joined(_without_articles(said, said, articles), _without_articles(self.places, said, articles))


def _without_articles(parts: list[Part], said: list[str], articles: frozenset[str]) -> list[Part]:
    """Return the parts that do not say an article; the last may, and all are kept where nothing else is said."""
    if articles.isdisjoint(said):
        return parts
    kept = list(map(not_, map(articles.__contains__, said)))
    kept[-1] = kept[-1] or len(kept) > 1
    return list(compress(parts, kept)) or parts


Part = TypeVar("Part")


def words_of(parts: Sequence[str], language: Language) -> frozenset[str]:
    """Return what the tokens of some words say, each once."""
    return Text(" ".join(parts), language).words


def occurrences(text: Text, phrase: Text) -> Iterator[Span]:
    """Yield each place where `phrase` stands in `text`, articles counted or not."""
    whole = text.language.words.whole
    for run, wanted, bare in ((text.run, phrase.run, False), (text.bare_run, phrase.bare_run, True)):
        if wanted not in run:
            continue
        for start, end in (text.joined_bare if bare else text.joined).find(wanted):
            if not in_identifier(text.folded, start, end) and (whole is None or whole(text.folded, start, end)):
                yield start, end


def in_identifier(folded: str, start: int, end: int) -> bool:
    """Whether an underscore ties the place to more letters (`validator` in `field_validator`)."""
    before, after = folded[max(0, start - 2) : start], folded[end : end + 2]
    return (before[-1:] == "_" and before[:1].isalnum()) or (after[:1] == "_" and after[1:].isalnum())


@lru_cache(maxsize=MEMO_SIZE)
def reading(raw: str, language: Language) -> Text:
    """Return a reference or question as read; they come again for every answer."""
    return Text(raw, language)


@lru_cache(maxsize=4)
def reading_answer(raw: str, language: Language) -> Text:
    """Return the first `LONGEST_ANSWER` characters of an answer as read, once for all that one verdict takes."""
    return Text(raw[:LONGEST_ANSWER], language)


def beginning(text: Text, length: int) -> Text:
    """Return the first characters of an answer, as a text of its own where they are not all of it."""
    return text if len(text.raw) <= length else reading_answer(text.raw[:length], text.language)
