"""What English says around a number."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.value_parts import Quantities
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_FEET = deferred(
    r"(?<![\w.,])(\d{1,20})\s?(?:'|feet|foot|ft\.?)\s?(?:and\s)?(\d{1,2}(?:\.\d{1,20})?)(?!\d)\s?"
    r"(?:\"|''|inches|inch|in\.?)?(?!\w)"
)
_CURRENCY = deferred(
    r"((?:\b(?:us|au?|ca?|hk|nz|s)\s?)?\$|[£€¥₹]|\b(?:usd|aud|cad|hkd|nzd|sgd|gbp|eur|inr|jpy|cny|chf|krw"
    r"|rs\.?)\s)\s?$"
)
_LETTER = deferred(r"([kmb])(?![\w^/²³'])")
_CAPITAL_SCALE = deferred(r"(?<=\d)[KMB](?!\w)")
_MINUS = deferred(r"(?:(?<![\w)-])-|\bminus\s|\bnegative\s)[$£€¥]?$")
_FEWER = deferred(r"\b(?:decreas|declin|fell|fall|drop|lower|loss|lost|reduc|negative|minus|down|shrank|contract)")
_DEGREES = deferred(r"([cf])(?!\w)")
_IN_SCALE = deferred(r"\bin (?:us ?\$ ?|usd |us |[$£€] ?|[a-z]{3} )?(thousand|million|billion)s?\b")
_QUALIFIERS = word_set("approximately approx nearly almost roughly least most more less some estimated us")
_APPROXIMATE = deferred(r"\b(?:approximate(?:ly)?|roughly)\b|\babout how\b")

_MULTIPLIED = deferred(
    r"\b(?:twice|thrice|double|triple|half(?: of)?|(?:an?|one) (?:half|third|quarter|fifth|tenth) of)\s(?:the\s)?"
    r"(?:(?:about|roughly|some)\s)?[$£€¥]?$"
)
_SHARE_ASKED = deferred(
    r"%|\b(?:percent(?:age)?|per cent|margin|growth|grow|rate|share|ratio|yield|proportion|fraction|probability"
    r"|chance|"
    r"increase|decrease|decline|change)\b"
)

QUANTITIES = Quantities(
    feet=_FEET,
    currency=_CURRENCY,
    currency_behind=deferred(r"(?!)"),
    rest_of_currency="INR",
    scale_letter=_LETTER,
    capital_scale=_CAPITAL_SCALE,
    degrees=_DEGREES,
    minus=_MINUS,
    fewer=_FEWER,
    in_scale=_IN_SCALE,
    scale_powers={"thousand": 3, "million": 6, "billion": 9},
    qualifiers=_QUALIFIERS,
    approximate=_APPROXIMATE,
    multiplied=_MULTIPLIED,
    share_asked=_SHARE_ASKED,
)
