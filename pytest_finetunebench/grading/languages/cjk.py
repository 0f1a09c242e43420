"""What Chinese and Japanese share: letters without spaces between words, their numbers, dates and punctuation."""

from __future__ import annotations

import re
from collections.abc import Callable

from pytest_finetunebench.grading.languages.number_words import CJK_NUMERALS, cjk_value
from pytest_finetunebench.grading.patterns import deferred

_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("。．｡", ". "),
        **dict.fromkeys("，、､", ", "),
        "！": "! ",
        "？": "? ",
        "；": "; ",
        "：": ": ",
        "（": " (",
        "）": ") ",
        **dict.fromkeys("「」『』“”《》〈〉【】〝〟", '"'),
        **dict.fromkeys("·・‧･•", None),
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "％": "%",
        "～": "-",
        "〜": "-",
    }
)
"""Signs as other languages write them, so that sentences and clauses end alike; a dot within a name is nothing."""
_N = rf"(?:\d+|[{CJK_NUMERALS}]+)"
_DATE = re.compile(rf"({_N})\s?年\s?({_N})\s?月\s?({_N})\s?[日号號]")
_MONTH_OF_YEAR = re.compile(rf"({_N})\s?年\s?({_N})\s?月(?!\s?{_N}\s?[日号號])")
_DAY = re.compile(rf"({_N})\s?月\s?({_N})\s?[日号號]")
_PERCENT = re.compile(r"百分之((?:\d+(?:\.\d+)?)|[零〇一二三四五六七八九十百点]+)")
MONTHS = {f"{number}月": number for number in range(1, 13)}
_LATIN = r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]"
_KATAKANA = r"[\u30a1-\u30fa\u30fc-\u30fe]"
TOKEN = deferred(
    rf"(?=[\w$£€¥₹%&])(?:(?P<word>{_LATIN}{{2,}}|{_KATAKANA}+|\d{{1,2}}月(?=\s?\d)|{_LATIN}-?\d+(?!\d))"
    rf"|(?P<initials>(?<![^\W_]){_LATIN}(?:\.{_LATIN})+(?!{_LATIN}))"
    rf"|(?P<letter>[\u3040-\u309f\u3400-\u9fff々]|{_LATIN})"
    r"|(?P<number>\d+(?:[.,]\d+)*)(?P<ordinal>(?!))?"
    r"|(?P<sign>[$£€¥₹%&]))"
)
"""A letter of Chinese or Hiragana is a token, a run of Katakana is one."""


def _figures(written: str) -> str:
    value = cjk_value(written)
    return written if value is None else f"{value.normalize():f}"


def _on_day(match: re.Match[str]) -> str:
    return f" {_figures(match[1])}-{_figures(match[2])}-{_figures(match[3])} "


def prepare(text: str) -> str:
    """Return a text with plain punctuation, dates in figures (`1902-3-4`, `3月 1902`), and percentages with %."""
    text = text.translate(_PUNCTUATION)
    if "月" in text:
        text = _DATE.sub(_on_day, text)
        text = _MONTH_OF_YEAR.sub(lambda match: f" {_figures(match[2])}月 {_figures(match[1])} ", text)
        text = _DAY.sub(lambda match: f" {_figures(match[1])}月 {_figures(match[2])} ", text)
    return _PERCENT.sub(r"\1%", text)


def counts_by(counters: str, units: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return the function that tells whether what stands behind a number is a counter of things, and no unit."""
    counter = re.compile(counters)

    def counts(word: str) -> bool:
        return counter.match(word) is not None and not units(word)

    return counts
