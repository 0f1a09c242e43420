"""Figures, amounts, times and dates by signs alone."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.blank.text import NONE
from pytest_finetunebench.grading.languages.value_parts import Clock, Dates, Fractions, Frequencies, Quantities, Roles
from pytest_finetunebench.grading.patterns import NEVER, deferred

FRACTIONS = Fractions(
    one={},
    several={},
    uncounted=(),
    whole_half="",
    cardinal_one="",
    article="",
    joiners=(),
    joiner="",
    between=(),
    over=deferred(r"\s?[/⁄]\s?|\}\s?\{"),
    mixed=deferred(r"\s"),
    ends=NEVER,
    of_one=NEVER,
    short={},
    next=deferred(r",?\s|"),
    clock=NEVER,
)
QUANTITIES = Quantities(
    feet=NEVER,
    currency=deferred(r"([$£€¥₹])\s?$"),
    currency_behind=deferred(r"\s?([$£€¥₹])"),
    rest_of_currency="INR",
    scale_letter=NEVER,
    capital_scale=NEVER,
    degrees=NEVER,
    minus=deferred(r"(?<![\w)-])-[$£€¥]?$"),
    fewer=NEVER,
    in_scale=NEVER,
    scale_powers={},
    qualifiers=NONE,
    approximate=NEVER,
    multiplied=NEVER,
    share_asked=deferred("%"),
    below_word="\0",
    below=NEVER,
    lost=NEVER,
    below_asked=NEVER,
    zero=NEVER,
    counted=NEVER,
    counted_words={},
    all_of=NEVER,
    one_unit=NEVER,
    asks_duration=NEVER,
)
ROLES = Roles(
    strict=deferred(r"[<>]\s?$"),
    strict_year=NEVER,
    loose=NEVER,
    labels=NONE,
    operand_before=NEVER,
    operand_after=NEVER,
    of_whole=NEVER,
    asks_whole=NEVER,
    total_after=NEVER,
    total_before=NEVER,
    rate=NEVER,
    asks_rate=NEVER,
    among=NEVER,
    asks_amount=NEVER,
    asks_times=NEVER,
    counted=NEVER,
    asks_end=NEVER,
    asks_start=NEVER,
    period=deferred(r"(?<![\d-])([12]\d{3})\s?-\s?([12]\d{3})(?![\d-])"),
    of_year=NEVER,
    turn=NEVER,
    past=NEVER,
    moved_from=NEVER,
    times_words=NONE,
    all_="\0",
)
CLOCK = Clock(
    hours={},
    time=deferred(
        r"(?<![\w:.,$£€-])(?P<named>(?!))?(?P<share>(?!))?(?P<way>(?!))?(?P<hour>\d{1,2})(?P<joint>:)(?P<minute>[0-5]\d)"
        r"(?::(?P<second>[0-5]\d))?(?P<half>(?!))?(?![:\d]|[.,]\d|[\w%])"
    ),
    needed=(),
    named={},
    shares={},
    past="",
    halves=(),
    no_time=NEVER,
)
"""Times in figures alone (`21:47`)."""
DATES = Dates(
    months={},
    calendar=NONE,
    eras={},
    era_before="\0",
    before_month=NONE,
    after_month=NONE,
    year_only=NEVER,
    asks_when=NEVER,
    asks_day=NEVER,
    noted=NEVER,
    event_ends=deferred(r"[,;:.!?\n(]\s?"),
    decade=NEVER,
    century="\0",
    century_words=NONE,
    part=NEVER,
    shares={},
    periods=NONE,
)
FREQUENCIES = Frequencies(frequency=NEVER, counts={}, latin={}, adverbs={}, asked=NEVER, measure_asked=NEVER)
