"""Parts of languages that are alike but for their words: patterns made of word lists.

A pattern is written as people write the language; the text that it meets is folded, and so is the pattern.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from pytest_finetunebench.grading.languages import blank, symbols
from pytest_finetunebench.grading.languages.number_words import Spelled
from pytest_finetunebench.grading.languages.prose_parts import Pattern
from pytest_finetunebench.grading.languages.reply_parts import Pole
from pytest_finetunebench.grading.languages.text_parts import Numbers
from pytest_finetunebench.grading.languages.value_parts import Units
from pytest_finetunebench.grading.patterns import NEVER, deferred

_MARKS = re.compile("[\u0300-\u036f]+")
Prepare = Callable[[str], str] | None


class Patterns:
    """Makes patterns for the folded text of one language."""

    def __init__(self, prepare: Prepare = None) -> None:
        self._prepare = prepare

    def fold(self, source: str) -> str:
        """Return a pattern's source as folded text has its letters."""
        source = self.plain(source)
        return unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFKD", source))).replace("œ", "oe")

    def plain(self, source: str) -> str:
        """Return a pattern's source as plain text has its letters: with accents."""
        return source if self._prepare is None else self._prepare(source)

    def __call__(self, source: str) -> Pattern:
        """Return a pattern for folded text."""
        return deferred(self.fold(source))

    def of_plain(self, source: str) -> Pattern:
        """Return a pattern for plain text, in which a space stands for any white space."""
        return deferred(self.plain(source))

    def words(self, text: str) -> frozenset[str]:
        """Return the words of `text` as tokens say them."""
        return frozenset(self.fold(text).casefold().split())

    def spellings(self, text: str) -> frozenset[str]:
        """Return the words of `text` with and without accents, for what reads a text that is not folded."""
        return self.words(text) | frozenset(self.plain(text).casefold().split())


def translating(table: Mapping[str, str]) -> Callable[[str], str]:
    """Return the function that replaces letters by the table, and leaves everything else as it is."""
    letters = str.maketrans(dict(table))

    def prepare(text: str) -> str:
        return text.translate(letters)

    return prepare


def poles(table: str, fold: Callable[[str], str]) -> dict[str, Pole]:
    """Return word → dimension and end of a table with a line `dimension: upper words / lower words` for each."""
    found: dict[str, Pole] = {}
    for line in fold(table).strip().splitlines():
        dimension, _, words = line.partition(":")
        upper, _, lower = words.partition("/")
        for end, side in ((1, upper), (-1, lower)):
            for word in side.split():
                found.setdefault(word, Pole(dimension.strip(), end))
    return found


def both_ways(pairs: str, fold: Callable[[str], str]) -> dict[str, frozenset[str]]:
    """Return word → its opposites of a text of pairs: `before/after`."""
    found: dict[str, frozenset[str]] = {}
    for pair in fold(pairs).split():
        one, other = pair.split("/")
        found[one] = found.get(one, frozenset()) | {other}
        found[other] = found.get(other, frozenset()) | {one}
    return found


_LETTER = r"[^\W\d_]"
_SPACED = r"(?<![\d.,-])(?<!\d )[1-9]\d{0,2}(?: \d{3})+(?! ?\d|[.,]\d{3})(?:,\d+)?"
_QUOTED = r"\d{1,3}(?:'\d{3})+(?![\d'])"


def token_pattern(*, apostrophes: bool, ordinal: str) -> Pattern:
    """Return the pattern of a token; `ordinal` matches what makes a figure an ordinal.

    With `apostrophes` a word may hold some; else they part words (`l'abbé`).
    """
    inner = rf"(?:'{_LETTER}+)*" if apostrophes else ""
    return deferred(
        rf"(?=[\w$£€¥₹%&])(?:(?P<word>{_LETTER}{{2,}}{inner})"
        rf"|(?P<initials>(?<![^\W_]){_LETTER}(?:\.{_LETTER})+(?!{_LETTER}))"
        rf"|(?P<letter>{_LETTER}{inner})"
        rf"|(?P<number>{_SPACED}|{_QUOTED}|\d+(?:[.,]\d+)*)(?P<ordinal>(?:{ordinal})(?!{_LETTER}))?"
        r"|(?P<sign>[$£€¥₹%&]))"
    )


_COMMA_DECIMAL = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"


def numbers(
    token: Pattern,
    spelled: Callable[[str], Iterable[Spelled]],
    *,
    scales: Mapping[str, int],
    point: str = "\0",
    joint: str = "",
    one: str = "",
    comma: bool = True,
    bare: str = "",
) -> Numbers:
    """Return how a language writes numbers; with `comma` decimals stand behind a comma, thousands apart by dots."""
    decimal = deferred(r"\d+,\d+") if comma else deferred(r"\d{1,15},\d\d")
    dotted = deferred(_COMMA_DECIMAL) if comma else deferred(r"\d{1,3}(?:(?:\.\d{3}){2,}(?:,\d+)?|\.\d{3},\d{1,2})")
    indian = r"(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d+)?"
    grouped = deferred(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?" if comma else indian)
    written = rf"(?:{_COMMA_DECIMAL}|\d+(?:[.,]\d+)?)" if comma else r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
    return Numbers(
        token=token,
        figure=None,
        possessive="'s",
        same={},
        variant=NEVER,
        varies=10**6,
        changing=("'",),
        signs={"%": "percent", "&": joint or "&"},
        spelled=spelled,
        bare=deferred(rf"[-+]?{written}" + (rf"|{bare}" if bare else "")),
        words={},
        ordinals=blank.NONE,
        digits=blank.NONE,
        point=point,
        joiner="\0",
        one=tuple(one.split()),
        scales=scales,
        money_scales={},
        joining=frozenset(scales),
        grouped=grouped,
        thousands="." if comma else ",",
        decimal_comma=decimal,
        dotted=dotted,
        power=NEVER,
    )


class _UnitWords:
    """The words of units: those of a language, and the signs that all share."""

    def __init__(
        self,
        table: Mapping[str, str],
        money: Mapping[str, str],
        fold: Callable[[str], str],
        per: frozenset[str],
        *,
        within: bool,
    ) -> None:
        written: dict[str, str] = {}
        for unit, several in {**table, **money}.items():
            for phrase in fold(several).split(";") if ";" in several else fold(several).split():
                written[phrase.strip()] = unit
        signs = symbols.by_word(symbols.MONEY)
        self.known = {**symbols.by_word(symbols.UNITS), **signs, **written}
        self.currencies = {**signs, **{word: unit for word, unit in written.items() if unit in money}}
        self._money = frozenset(self.currencies.values())
        self._phrases = sorted((phrase for phrase in self.known if " " in phrase), key=len, reverse=True)
        self._beginnings = sorted((word for word in self.known if not word.isascii()), key=len, reverse=True)
        self._per = per | {"/"}
        self._within = within

    def read(self, words: list[str]) -> str | None:
        """Return the unit that the words behind a figure begin with; None if they begin with none."""
        said = " ".join(words)
        for phrase in self._phrases:
            if said == phrase or said.startswith(phrase + " "):
                return self.known[phrase]
        if not words:
            return None
        unit, rest = self._of_word(words[0]), words[1:]
        while unit is not None and unit not in self._money and len(rest) > 1 and rest[0] in self._per:
            other = self.known.get(rest[1])
            if other is None or other in self._money:
                break
            unit, rest = f"{unit}/{other}", rest[2:]
        if unit is not None and rest[:1] and rest[0] in ("2", "^2", "3", "^3"):
            return f"{unit}**{rest[0][-1]}"
        return unit

    def _of_word(self, word: str) -> str | None:
        unit = self.known.get(word)
        if unit is None and self._within:
            return next((self.known[one] for one in self._beginnings if word.startswith(one)), None)
        return unit


def units(
    table: Mapping[str, str],
    money: Mapping[str, str],
    fold: Callable[[str], str],
    *,
    asked: Pattern,
    count_asked: Pattern = NEVER,
    percent_asked: Pattern = NEVER,
    age_asked: Pattern = NEVER,
    asking: Mapping[str, str] | None = None,
    counts: Callable[[str], bool] = lambda word: False,
    per: frozenset[str] = blank.NONE,
    within: bool = False,
) -> Units:
    """Return the units of a language: `table` and `money` give unit → its words, `;` between those of several words.

    With `within`, a unit may be the beginning of a longer run of letters, as where no spaces part words.
    """
    written = _UnitWords(table, money, fold, per, within=within)
    return Units(
        words=written.known,
        currencies=written.currencies,
        read=written.read,
        asking={"old": "year", **(asking or {})},
        counts=counts,
        written={},
        asked=asked,
        count_asked=count_asked,
        percent_asked=percent_asked,
        age_asked=age_asked,
    )
