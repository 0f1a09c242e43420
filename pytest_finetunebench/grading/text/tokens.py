"""Texts as tokens whose spelling no longer depends on typography, letter case, or how a number is written.

`1,500`, `1500`, `fifteen hundred` and `1.5 thousand` are one token, as are `II`, `second` and `2nd`; a decimal point is
never removed, be it a comma that cannot part thousands (`8,40`) or spoken (`two point three`). Articles are tokens: who
compares decides whether they count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pytest_finetunebench.grading.text.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.text.numerals import DIGITS, MONEY_SCALES, ORDINAL_WORDS, SCALES, WORDS, read_roman

MOST_DIGITS = 40
"""Longer digit runs are noise; arithmetic on them would only cost time."""

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ′`´", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **{digit: f"^{value}" for value, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
        **{letter: f" {unicodedata.normalize('NFKC', letter)} " for letter in "¼½¾⅓⅔⅛⅜⅝⅞"},
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ı": "i",
        "þ": "th",
        "Þ": "Th",
        "*": " ",
        "º": "°",
        "\u00ad": None,
        "\u200b": None,
    }
)
_MARKS = re.compile("[\u0300-\u036f]+")
_SPACED = r"(?<![\d.,-])(?<!\d )[1-9]\d{0,2}(?:(?: \d{3}){2,9}| \d00)(?! ?\d|[.,]\d{3})(?:\.\d+)?"
"""Thousands apart by spaces: two groups, or one that is round (`12 500`; `Windows 10 365` are two numbers)."""


def _pattern(letter: str) -> re.Pattern[str]:
    return re.compile(
        # most places begin no token: one look spares them the alternatives
        rf"(?=[\w$£€¥₹%&])(?:(?P<word>{letter}{{2,}}(?:'{letter}+)*)"
        rf"|(?P<initials>(?<![^\W_]){letter}(?:\.{letter})+(?!{letter}))"
        rf"|(?P<letter>{letter}(?:'{letter}+)*)"
        rf"|(?P<number>\d{{1,3}}(?:, 000)+(?!\d)|{_SPACED}|\d+(?:[.,]\d+)*)(?P<ordinal>(?:st|nd|rd|th)(?!{letter}))?"
        r"|(?P<sign>[$£€¥₹%&]))"
    )


_TOKEN, _ASCII_TOKEN = _pattern(r"[^\W\d_]"), _pattern("[a-z]")
_GROUPED = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"\d{1,15},\d\d")
_DOTTED = re.compile(r"\d{1,3}(?:(?:\.\d{3}){2,}(?:,\d+)?|\.\d{3},\d{1,2})")
"""Full stops between thousands, where they can be nothing else: two of them, or a decimal comma behind."""
_MONEY = frozenset("$£€¥₹")
_SIGNS = {"&": "and", "%": "percent"}
_VARIANT = re.compile(r"a(?=e(?!l))|t(?=ch)")
"""Letters that one spelling has and another has not (`Pangaea`, `Shostakovitch`); `ael` is in names (`Michael`)."""
_VARIES = 6
"""Shorter words are too near each other (`mach`, `match`)."""
_SAME = {"bce": "bc"}
"""Words written in two ways that mean one thing."""
_ONE = Decimal(1)


class Token(NamedTuple):
    """A word, number or sign; `start` and `end` are its place in the folded text."""

    text: str
    start: int
    end: int
    value: Decimal | None = None
    """The number's value; `step` is the place of its last written digit (0.1 for `1.5`, 100000 for `1.5 million`)."""
    step: Decimal = Decimal(1)
    spelled: bool = False
    """Whether the number was written as a word, a roman numeral or an ordinal."""


def fold(text: str) -> str:
    """Return `text` in one Unicode form, without accents or markup asterisks, case-folded, quotes and dashes plain."""
    if text.isascii():
        return text.replace("*", " ").replace("`", "'").casefold()
    decomposed = unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY))
    return unicodedata.normalize("NFKC", _MARKS.sub("", decomposed)).casefold()


def tokenise(folded: str) -> list[Token]:
    """Return the tokens of a folded text; number words and their scale words become one number."""
    tokens: list[Token] = []
    several = False
    for match in (_ASCII_TOKEN if folded.isascii() else _TOKEN).finditer(folded):
        start, end = match.span()
        if match.lastgroup in _WORDS:
            text, value, step, spelled = _word(match[0])
            several = several or spelled or text in _JOINING
            # `Token(...)` takes three times as long, and words are most of all that is read
            tokens.append(_new_token(Token, (text, start, end, value, step, spelled)))
        else:
            tokens.append(_read(match, start, end))
            several = several or tokens[-1].spelled
    if " point " in folded:
        return _merge(_pointed(tokens, folded))
    return _merge(tokens) if several else tokens


_SEPARATORS = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "$%&'"}
"""What parts words and is nothing itself, in ASCII."""
_INITIALS = re.compile(r"\.[a-z]")


def plain_words(folded: str) -> list[str] | None:
    """Return what the tokens of a folded text say, where it is ASCII words and punctuation alone and holds no number.

    References and names mostly are: their places, which cost most of a tokenisation, are needed in few of them.
    """
    if not folded.isascii() or ("." in folded and _INITIALS.search(folded)):
        return None
    spaced = folded.translate(_SEPARATORS)
    if not spaced.replace(" ", "").isalpha():
        return None
    read = [_word(word) for word in spaced.split()]
    if any(spelled or text in _JOINING for text, _, _, spelled in read):
        return None
    return [text for text, _, _, _ in read]


_WORDS = frozenset(("word", "letter"))
_JOINING = frozenset((*SCALES, *MONEY_SCALES))
_new_token: Callable[[type[Token], tuple[object, ...]], Token] = tuple.__new__


def _read(match: re.Match[str], start: int, end: int) -> Token:
    """Read a number, a sign or initials."""
    if match["number"]:
        return _number(match["number"], start, end, match["ordinal"] is not None)
    text = match[0].replace(".", "")
    return Token(_SIGNS.get(text, text), start, end)


@lru_cache(maxsize=WORD_MEMO_SIZE)
def _word(word: str) -> tuple[str, Decimal | None, Decimal, bool]:
    """Return a word without its possessive ending and apostrophes; a number word or roman numeral as that number."""
    if "'" in word:
        word = (word[:-2] if word.endswith("'s") else word).replace("'", "")
    word = _SAME.get(word, word)
    if len(word) >= _VARIES:
        word = _VARIANT.sub("", word)
    number = str(WORDS[word]) if word in WORDS else read_roman(word)
    return (word, None, _ONE, False) if number is None else (number, Decimal(number), _ONE, True)


def _number(written: str, start: int, end: int, ordinal: bool) -> Token:
    written = written.replace(" ", "")
    if _DOTTED.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(written):
        written = written.replace(",", ".")
    digits = written.replace(",", "") if _GROUPED.fullmatch(written) else written
    if len(digits) > MOST_DIGITS or "," in digits or digits.count(".") > 1:
        return Token(digits, start, end)
    value = Decimal(digits)
    places = len(digits) - digits.index(".") - 1 if "." in digits else 0
    text = str(int(digits)) if not places and digits[0] != "0" else digits.rstrip("0").rstrip(".") if places else digits
    return Token(text, start, end, value, _ONE.scaleb(-places) if places else _ONE, spelled=ordinal)


def _pointed(tokens: list[Token], folded: str) -> list[Token]:
    """Join what is spoken around a decimal point: `two` `point` `three` `five`."""
    joined: list[Token] = []
    places = 0
    for token in tokens:
        word = folded[token.start : token.end]
        last = joined[-1] if joined else token
        if word in DIGITS and last.text == "point" and _is_spoken(joined[-2:-1], folded):
            joined.pop()
            last, places = joined[-1], 0
        elif word not in DIGITS or not places:
            joined.append(token)
            places = 0
            continue
        places += 1
        step = Decimal(1).scaleb(-places)
        value = (last.value or Decimal(0)) + (token.value or Decimal(0)) * step
        joined[-1] = Token(_plain(value), last.start, token.end, value, step, True)
    return joined


def _is_spoken(before: list[Token], folded: str) -> bool:
    """Whether a number in front of `point` is a cardinal in one word, or figures."""
    if not before or before[0].value is None or before[0].value % 1:
        return False
    return folded[before[0].start : before[0].end] not in ORDINAL_WORDS


def _merge(tokens: list[Token]) -> list[Token]:
    """Join the parts of one written number: `twenty` `one`, `two` `hundred` `and` `five`, `1.5` `million`."""
    merged: list[Token] = []
    for token in tokens:
        joined = None
        if merged and token.spelled:
            joined = _added(merged[-1], token, merged)
        elif merged and token.text in SCALES:
            joined = _scaled(merged[-1], SCALES[token.text], token)
        elif len(merged) > 1 and token.text in MONEY_SCALES and merged[-2].text in _MONEY:
            joined = _scaled(merged[-1], MONEY_SCALES[token.text], token)
        if joined is None:
            merged.append(token)
        else:
            merged[-1] = joined
    return merged


def _scaled(last: Token, times: int, scale: Token) -> Token | None:
    factor = Decimal(times)
    if last.text in ("a", "an"):
        return Token(str(factor), last.start, scale.end, factor, Decimal(1), True)
    if last.value is None or scale.start - last.end > 1:
        return None
    value, step = last.value, last.step
    if last.spelled and value > 1000 and value % 1000:
        tail = value % 1000
        value, step = value - tail + tail * factor, step * factor
    else:
        value, step = value * factor, step * factor
    return Token(_plain(value), last.start, scale.end, value, step, last.spelled)


def _added(last: Token, token: Token, merged: list[Token]) -> Token | None:
    """Add the smaller part of a number in words: `twenty` + `one`, `two hundred` (+ `and`) + `five`."""
    if last.text == "and" and len(merged) > 1 and _is_round(merged[-2], token):
        merged.pop()
        last = merged[-1]
    if not _is_round(last, token) or token.start - last.end > 5:
        return None
    value = (last.value or Decimal(0)) + (token.value or Decimal(0))
    return Token(_plain(value), last.start, token.end, value, Decimal(1), True)


def _is_round(last: Token, token: Token) -> bool:
    if last.value is None or token.value is None or not last.spelled or last.value < 20:
        return False
    room = 10 if last.value < 100 else 100 if last.value < 1000 else 1000
    return 0 < token.value < room and last.value % room == 0


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value.adjusted() < MOST_DIGITS else str(value)
