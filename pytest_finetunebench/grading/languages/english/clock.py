"""Times of day in English."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.value_parts import Clock
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list

_HOURS = {
    word: hour
    for hour, word in enumerate(word_list("one two three four five six seven eight nine ten eleven twelve"), 1)
}
_HOUR = rf"(?P<hour>\d{{1,2}}|{'|'.join(_HOURS)})"
_HALF = (
    r"\s?(?P<half>[ap]\.?m\b\.?|(?:o'clock\s)?(?:in the (?:early )?(?:morning|afternoon|evening)|at night)\b|o'clock\b)"
)
_TIME = deferred(
    rf"(?<![\w:.,$£€-])(?:(?P<named>noon|midday|midnight)\b"
    rf"|(?:(?P<share>half|(?:a )?quarter) (?P<way>past|to) )?{_HOUR}"
    rf"(?:(?P<joint>[:.])(?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?)?(?:{_HALF})?)(?![:\d]|[.,]\d|[\w%])"
)
_NEEDED = ("noon", "midday", "midnight", *_HOURS)
_NOON, _DAY, _HOUR_SECONDS = 12 * 3600, 24 * 3600, 3600
_NO_TIME = deferred(
    r"\b(?:score|ratio|odds|result|verse|chapter|aspect|how long|duration|how fast|win(?:ning)? time)\b"
)
_HALVES = (
    (deferred(r"\b(?:a\.?m|morning)\b"), 0, _NOON),
    (deferred(r"\b(?:p\.?m|afternoon|evening)\b"), _NOON, _DAY),
    (deferred(r"\bnight\b"), 18 * _HOUR_SECONDS, 6 * _HOUR_SECONDS),
)

CLOCK = Clock(
    hours=_HOURS,
    time=_TIME,
    needed=_NEEDED,
    named={"noon": _NOON, "midday": _NOON, "midnight": 0},
    shares={"half": 1800, "quarter": 900, "a quarter": 900},
    past="past",
    halves=_HALVES,
    no_time=_NO_TIME,
)
