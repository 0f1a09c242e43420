"""Numbers in English, as words and as figures, and the tokens of a text."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.text_parts import Numbers
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list

_UNITS = word_list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = word_list("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = word_list(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)
_TENTHS = word_list("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")
WORDS: dict[str, int] = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: value * 10 for value, word in enumerate(_TENS, start=2)},
    **{word: value for value, word in enumerate(_ORDINALS, start=1)},
    **{word: value * 10 for value, word in enumerate(_TENTHS, start=2)},
    "twice": 2,
}
"""Cardinal and ordinal number words below a hundred; larger ones are joined from these and `SCALES`."""
ORDINAL_WORDS = frozenset((*_ORDINALS, *_TENTHS))
DIGITS = frozenset(_UNITS[:10])
"""The words that stand behind a spoken decimal point."""
SCALES: dict[str, int] = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
    "crore": 10**7,
    "lakh": 10**5,
    "mln": 10**6,
    "bln": 10**9,
}
"""Words that multiply the number in front of them."""
MONEY_SCALES: dict[str, int] = {"k": 1000, "m": 10**6, "mm": 10**6, "b": 10**9, "t": 10**12}
"""Letters that do so behind an amount of money: `$400M`."""
_SPACED = r"(?<![\d.,-])(?<!\d )[1-9]\d{0,2}(?:(?: \d{3}){2,9}| \d00)(?! ?\d|[.,]\d{3})(?:\.\d+)?"
_LEADING = (
    r"(?:(?<!.)|(?<=is )|(?<=was )|(?<=are )|(?<=of )|(?<=has )|(?<=about )|(?<=: ))[1-9]\d{0,2}"
    r"(?: \d{3}(?!\d|[.,]\d| ?\d| ?[^\W\d_]{1,3}\b)|, \d{3}(?!\d|[.,]? ?\d))"
)
"""One group apart by a space, or a comma and a space, where nothing in front of it makes it a second number; in front
of a unit there are two (`2 500 mg tablets`, `13 128 GB`)."""
_QUOTED = r"\d{1,3}(?:['_]\d{3})+(?![\d'_])"
"""Thousands apart as in Switzerland or in code: `24'444`, `24_444`."""
_TIMES = r"(?:\s?[x×·]\s?|\s{3}|\s?\\+(?:times|cdot)\s?)"
_EXPONENT = r"(?:e([-+]?\d{1,2})(?!\w)|" + _TIMES + r"10\s?\^\s?\{?([-+]?\^?\d{1,2})\}?)"
_POWER = rf"\d+(?:\.\d+)?{_EXPONENT}"
"""A power of ten behind a number: `2.4 × 10^4`, `2.4e4`; an asterisk is folded to a space."""
_PLAIN = r"\d+(?![\de'_]|[.,] ?\d|\s?[\dx×·\\]|\s{3})"
"""Digits with nothing behind them that could belong to them, as most numbers are: the rest need not be tried."""
_NUMBER = (
    rf"{_PLAIN}|{_POWER.replace('([', '(?:[')}|\d{{1,3}}(?:, 000)+(?!\d)|{_SPACED}|{_LEADING}|{_QUOTED}"
    r"|\d+(?:[.,]\d+)*|(?<![\w.,])\.\d+"
)


_LETTER = r"[^\W\d_]"
_FIGURE = rf"(?P<number>{_NUMBER})(?P<ordinal>(?:st|nd|rd|th)(?!{_LETTER}))?"
_TOKEN = deferred(
    # most places begin no token: one look spares them the alternatives
    rf"(?=[\w$£€¥₹%&]|\.\d)(?:(?P<word>{_LETTER}{{2,}}(?:'{_LETTER}+)*)"
    rf"|(?P<initials>(?<![^\W_]){_LETTER}(?:\.{_LETTER})+(?!{_LETTER}))"
    rf"|(?P<letter>{_LETTER}(?:'{_LETTER}+)*)"
    rf"|{_FIGURE}"
    r"|(?P<sign>[$£€¥₹%&]))"
)
_GROUPED = deferred(r"(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d+)?")
_DECIMAL_COMMA = deferred(r"\d{1,15},\d{1,2}")
_DOTTED = deferred(r"\d{1,3}(?:(?:\.\d{3}){2,}(?:,\d+)?|\.\d{3},\d{1,2})")
"""Full stops between thousands, where they can be nothing else: two of them, or a decimal comma behind."""
_SIGNS = {"&": "and", "%": "percent"}
_VARIANT = deferred(r"a(?=e(?!l))|t(?=ch)")
"""Letters that one spelling has and another has not (`Pangaea`, `Shostakovitch`); `ael` is in names (`Michael`)."""
_VARIES = 6
"""Shorter words are too near each other (`mach`, `match`)."""
_SAME = {"bce": "bc"}
"""Words written in two ways that mean one thing."""
_JOINING = frozenset((*SCALES, *MONEY_SCALES))

NUMBERS = Numbers(
    token=_TOKEN,
    figure=deferred(_FIGURE),
    possessive="'s",
    same=_SAME,
    variant=_VARIANT,
    varies=_VARIES,
    changing=("'", "ae", "tch"),
    signs=_SIGNS,
    spelled=None,
    bare=deferred(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"),
    words=WORDS,
    ordinals=ORDINAL_WORDS,
    digits=DIGITS,
    point="point",
    joiner="and",
    one=("a", "an"),
    scales=SCALES,
    money_scales=MONEY_SCALES,
    joining=_JOINING,
    grouped=_GROUPED,
    thousands=",",
    decimal_comma=_DECIMAL_COMMA,
    dotted=_DOTTED,
    power=deferred(r"(\d+(?:\.\d+)?)" + _EXPONENT),
)
