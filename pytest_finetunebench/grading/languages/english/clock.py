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
    r"\s?(?P<half>[ap]\.?m\b\.?|(?:o'clock\s)?(?:in the (?:early )?(?:morning|afternoon|evening)|at night)\b|o'clock\b"
    r"|(?:noon|midday|midnight)\b)"
)
_TIME = deferred(
    rf"(?<![\w:.,$£€-])(?:(?P<named>noon|midday|midnight)\b"
    rf"|(?:(?P<share>half|(?:a )?quarter) (?P<way>past|to) )?{_HOUR}"
    rf"(?:(?P<joint>[:.h])(?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?)?(?:{_HALF})?)(?![:\d]|[.,]\d|[\w%])"
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

_HOURS_AHEAD = {
    "utc": (0,), "gmt": (0,), "coordinated universal time": (0,), "universal time": (0,), "greenwich mean time": (0,),
    "wet": (0,), "bst": (1,), "cet": (1,), "west": (1,), "cest": (2,), "eet": (2,), "eest": (3,), "msk": (3,),
    "jst": (9,), "kst": (9,), "aest": (10,), "aedt": (11,), "nzst": (12,), "nzdt": (13,), "hst": (-10,),
    "est": (-5,), "edt": (-4,), "et": (-5, -4), "eastern": (-5, -4), "cst": (-6,), "cdt": (-5,), "ct": (-6, -5),
    "central": (-6, -5), "mst": (-7,), "mdt": (-6,), "mt": (-7, -6), "mountain": (-7, -6), "pst": (-8,), "pdt": (-7,),
    "pt": (-8, -7), "pacific": (-8, -7), "akst": (-9,), "akdt": (-8,),
}  # fmt: skip
_ZONES = {zone: tuple(3600 * hours for hours in ahead) for zone, ahead in _HOURS_AHEAD.items()}
_ZONE = deferred(
    rf"\s?\(?(?P<zone>{'|'.join(sorted(_ZONES, key=len, reverse=True))})\b(?:\s(?:standard |daylight |summer )?time\b)?"
    r"(?:\s?(?P<sign>[+-])(?P<ahead>\d{1,2})(?::?(?P<minutes>[0-5]\d))?(?!\d))?\)?"
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
    zone=_ZONE,
    zones=_ZONES,
    universal=frozenset(("utc", "gmt")),
)
