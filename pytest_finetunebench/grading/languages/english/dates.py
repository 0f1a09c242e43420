"""Dates, periods and seasons in English."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.languages.value_parts import Dates
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list, word_set

_NAMES = word_list("january february march april may june july august september october november december")
_ELSEWHERE = (
    "januar janvier enero",
    "februar fevrier febrero",
    "marz marzo",
    "abril avril",
    "mai mayo",
    "juni juin junio",
    "juli juillet julio",
    "aout agosto",
    "septembre septiembre",
    "oktober octobre octubre",
    "novembre noviembre",
    "dezember decembre diciembre",
)
"""Names of months in answers that fall into another language, without accents."""
MONTHS: dict[str, int] = {
    **{name: number for number, name in enumerate(_NAMES, start=1)},
    **{name[:3]: number for number, name in enumerate(_NAMES, start=1)},
    "sept": 9,
    **{name: number for number, names in enumerate(_ELSEWHERE, start=1) for name in names.split()},
}
CALENDAR_WORDS = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday season year years mid early late circa c ca date
    day bc ad ce month summer winter spring autumn fall
    """
)
"""Words beside a date that leave it a date."""
_ERAS = {"bc": -1, "ad": 1, "ce": 1}
_YEAR_ONLY = deferred(r"\b(?:what|which) year\b")
_DECADE = deferred(r"(?:(?:in|during|the)\s)*(\d{3}0)'?s")
_CENTURY_WORDS = frozenset(("century", "ad", "ce", "bc"))
_PART = deferred(r"(?:(?:in|by|the|very)\s)*(early|mid|late)[\s-](?:the\s)?(.{1,200})", re.IGNORECASE)
_SHARES = {"early": (0, 5), "mid": (2, 8), "late": (5, 10)}
"""The tenths of a period that its part may reach over."""
_PERIODS = frozenset(("century", "spring", "summer", "autumn", "fall", "winter"))
_ASKS_WHEN = deferred(r"\bwhen\b|\b(?:what|which) year\b")
_ASKS_DAY = deferred(r"\b(?:(?:what|which) (?:day|date|month|time|hour)|date|on what day|day of|what's the date)\b")
_NOTED = deferred(r"\s?(?:in|ing|of|by|ce)\s[12]\d{4}\.")
"""Behind `in`, `during`, `of`, `by` or `since`."""

_EVENT_ENDS = deferred(r"[,;:.!?\n(]\s?|\b(?:and|but|while|whereas|after|before|when|since|following|replacing)\b")

DATES = Dates(
    months=MONTHS,
    calendar=CALENDAR_WORDS,
    eras=_ERAS,
    era_before="ad",
    before_month=frozenset(("of", "and", "the")),
    after_month=frozenset(("and", "of", "in", "the")),
    year_only=_YEAR_ONLY,
    asks_when=_ASKS_WHEN,
    asks_day=_ASKS_DAY,
    noted=_NOTED,
    event_ends=_EVENT_ENDS,
    decade=_DECADE,
    century="century",
    century_words=_CENTURY_WORDS,
    part=_PART,
    shares=_SHARES,
    periods=_PERIODS,
    decade_names={
        name: 1920 + 10 * place
        for place, name in enumerate(word_list("twenties thirties forties fifties sixties seventies eighties nineties"))
    },
)
