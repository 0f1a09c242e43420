"""Text in one form: without accents, markup or letter case, with plain quotes and dashes."""

from __future__ import annotations

import re
import unicodedata

from pytest_finetunebench.grading.languages.language import Language

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ′`´", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **{digit: f"^{value}" for value, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
        "⁻": "^-",
        **{letter: f" {unicodedata.normalize('NFKC', letter)} " for letter in "¼½¾⅓⅔⅛⅜⅝⅞"},
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
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
_THIN = re.compile("[\u00a0\u2009\u202f]")
_THIN_SPACED = re.compile(r"\d(?<![\d.,]\d)\d{0,2}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)")
"""Thousands apart by a space that breaks no line."""
_MARKS = re.compile("[\u0300-\u036f]+")
_LOSS = re.compile(r"(\$)\((\d[\d.,]*)\)")
"""Accountants write a loss as `$(2.3) million`."""
_RAISED, _TAG = re.compile(r"<sup>", re.IGNORECASE), re.compile(r"</?(?:su[bp]|[biu])>", re.IGNORECASE)
_ESCAPE, _COMMAND = re.compile(r"\\+([%$&#_{}])"), re.compile(r"\\+[tm][ea][a-z]{2,6}(?=\{)")
_FORMULA = re.compile(r"(?<![\w$\\])(\${1,2})([^$\n]{0,80}[^\s$\\])\1(?![\w$])")


def fold(text: str, language: Language) -> str:
    """Return `text` in one Unicode form, without accents or markup asterisks, case-folded, quotes and dashes plain."""
    if "<" in text or "\\" in text or text.count("$") > 1:
        text = _without_markup(text).replace("{,}", ",")
    if "$(" in text:
        text = _LOSS.sub(r"-\1\2", text)
    if text.isascii():
        return text.replace("*", " ").replace("`", "'").casefold()
    if language.words.prepare is not None:
        text = language.words.prepare(text)
    text = _THIN_SPACED.sub(lambda number: _THIN.sub(language.numbers.thousands, number[0]), text)
    decomposed = unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY))
    return unicodedata.normalize("NFKC", _MARKS.sub("", decomposed)).casefold()


def _without_markup(text: str) -> str:
    """Return text without HTML's tags for single words, and without LaTeX's marks of formulas and escapes."""
    if "<" in text:
        text = _TAG.sub("", _RAISED.sub("^", text))
    text = _FORMULA.sub(r" \2 ", text) if text.count("$") > 1 else text
    return _ESCAPE.sub(r" \1", _COMMAND.sub("", text)) if "\\" in text else text
