"""How often, in English: `twice daily`, `every 8 hours`, `bid`."""

from __future__ import annotations

from fractions import Fraction

from pytest_finetunebench.grading.languages.value_parts import Frequencies
from pytest_finetunebench.grading.patterns import deferred

_COUNTS = {"once": 1, "twice": 2, "thrice": 3}
_LATIN: dict[str, int | Fraction] = {
    "qd": 1,
    "bid": 2,
    "bd": 2,
    "tid": 3,
    "tds": 3,
    "qid": 4,
    "qds": 4,
    "qod": Fraction(1, 2),
}
_ADVERBS = {"hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
_PARTS_OF_DAY = {"morning": "day", "evening": "day", "night": "day", "bedtime": "day"}
_RATED = ("day", "week", "month", "year")
_NUMBER = r"(?:\d{1,2}|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_TO = r"\s?(?:-|to|or)\s?"
_PERIOD = r"(?:hours?|hrs?|h|days?|weeks?|months?|years?)"
_COUNTED = (
    rf"(?:(?P<times>once|twice|thrice)(?:{_TO}(?P<or_times>twice|thrice))?"
    rf"|(?P<count>{_NUMBER})(?:{_TO}(?P<to_count>{_NUMBER}))?\s?(?:times|[x×]|doses|(?=/))),?\s?"
    rf"(?:(?P<adverb>{'|'.join(_ADVERBS)})|(?:an?|each|every|per|/)\s?(?P<period>{_PERIOD}))"
)
_EVERY = (
    rf"(?:every|each|q|on(?=\salternate))\s?(?:(?P<other>other|second|alternate)|(?P<gap>{_NUMBER})(?:{_TO}(?P<to_gap>{_NUMBER}))?)?"
    rf"[\s-]?(?P<unit>{_PERIOD}|{'|'.join(_PARTS_OF_DAY)})|(?P<hours>{_NUMBER})[\s-]hourly"
)
_IN_A_WORD = (
    rf"(?P<latin>{'|'.join(_LATIN)}|b\.i\.d|t\.i\.d|q\.i\.d|q\.d)|(?P<plain>daily|nightly|weekly|monthly|yearly)"
)
_LASTING = "".join(rf"(?<!\b{word})" for word in ("for", "in", "of", "on", "at", "after", "half", "within", "over"))
# where it may begin is asked first: what may not stand before it takes long to tell
_RATE = rf"(?=[\s/]){_LASTING}(?:\san?\s|\sper\s|/\s?)(?P<rate>{'|'.join(_RATED)})(?!\w)"
_FREQUENCY = deferred(rf"(?<![\w.])(?:{_COUNTED}|{_EVERY}|{_IN_A_WORD})(?!\w)|{_RATE}")
_ASKED = deferred(r"\bhow (?:often|frequently)\b|\bfrequen|\btimes\b|\bintervals?\b|\bschedule\b|\bregimen\b|\bdoses\b")
_MEASURE_ASKED = deferred(r"\b(?:how many|in) ([^\W\d_]+)")

FREQUENCIES = Frequencies(
    frequency=_FREQUENCY,
    counts=_COUNTS,
    latin=_LATIN,
    adverbs={**_ADVERBS, **_PARTS_OF_DAY},
    asked=_ASKED,
    measure_asked=_MEASURE_ASKED,
    counted=deferred(
        r"\bhow many (?!times\b|doses\b)(?!.*\b(?:days?|weeks?|months?|years?|daily|weekly|monthly|hours?|every"
        r"|each|per|take[ns]?"
        r"|tablets?|pills?|capsules?|drops?|puffs?|rate)\b)"
    ),
)
