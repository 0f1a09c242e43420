"""What English says around a number."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.value_parts import Quantities
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

# begins with a digit, not with what may stand before it: so `re` searches fast
_FEET = deferred(
    r"(\d(?<![\w.,]\d)\d{0,19})\s?(?:'|feet|foot|ft\.?)\s?(?:and\s)?(\d{1,2}(?:\.\d{1,20})?)(?!\d)\s?"
    r"(?:\"|''|inches|inch|in\.?)?(?!\w)"
)
_CURRENCY = deferred(
    r"(\b(?:(?:us|au?|ca?|hk|nz|s)\s?\$|(?:usd|aud|cad|hkd|nzd|sgd|gbp|eur|inr|jpy|cny|chf|krw|rs\.?)\s)"
    r"|[$£€¥₹])\s?$"
)
_LETTER = deferred(r"([kmb])(?![\w^/²³'])")
_CAPITAL_SCALE = deferred(r"(?<=\d)[KMB](?!\w)")
# begins with its last sign, for which `re` searches fast
_MINUS = deferred(r"[-\s](?:(?<=-)(?<![\w)-]-)|(?<=\bminus\s)|(?<=\bnegative\s))[$£€¥]?$")
_FEWER = deferred(r"\b(?:decreas|declin|fell|fall|drop|lower|loss|lost|reduc|negative|minus|down|shrank|contract)")
_DEGREES = deferred(r"([cf])(?!\w)")
_IN_SCALE = deferred(r"\bin (?:us ?\$ ?|usd |us |[$£€] ?|[a-z]{3} )?(thousand|million|billion)s?\b")
_QUALIFIERS = word_set("approximately approx nearly almost roughly least most more less some estimated us")
_APPROXIMATE = deferred(r"\b(?:approximate(?:ly)?|roughly)\b|\babout how\b")

_MULTIPLIED = deferred(
    r"\b(?:twice|thrice|double|triple|half(?: of)?|(?:an?|one) (?:half|third|quarter|fifth|tenth) of"
    r"|(?:two|three|four|five|six|ten|\d{1,3}) times)\s(?:the\s)?"
    r"(?:(?:about|roughly|some)\s)?[$£€¥]?$"
)
_SHARE_ASKED = deferred(
    r"%|\b(?:percent(?:age)?|per cent|margin|growth|grow|rate|share|ratio|yield|proportion|fraction|probability"
    r"|chance|"
    r"increase|decrease|decline|change)\b"
)
_BELOW = deferred(
    r"\s?(?:degrees?|°)?\s?(?:[cf]\b|celsius|centigrade|fahrenheit|m\b|ft\b|meters?|metres?|feet)?\s?"
    r"below(?:\s(?:zero|freezing|sea level)|(?=\W*$))"
)
_LOST = deferred(
    r"\b(?:loss(?:es)?|deficit|shortfall)\s(?:(?:of|was|is)\s)?(?:(?:about|roughly|nearly|some|us)\s?)?[$£€¥]?$"
)
_BELOW_ASKED = deferred(r"\b(?:below|under|beneath|dep(?:th|ths)|deep|loss(?:es)?|lose|lost|deficit|shortfall)\b")
_ZERO = deferred(
    r"\b(?:none|nil|zilch|neither|(?:nobody|no one)(?=\s(?:was|were|is|are|died)\b"
    r"|\W*$))(?!\w)(?:\sof\s(?:the\s)?(?:\d+\s)?([^\W\d_]+))?"
    r"|\b(?:no|not (?:a single|one|any|a))(?:\s(?:single|such)|\sof\sthe)?\s([^\W\d_]+)|^\W*not one\W*$"
)
_COUNTED = deferred(
    r"\b(both)\b(?:\s(?:of\s)?(?:the\s|these\s)?([^\W\d_]+))?|\ba\s(pair|couple|trio|brace)\b(?:\sof\s([^\W\d_]+))?"
    r"|(?<!not )\b(?:an?|one|the)\s(single|lone|sole)\b(?:\s([^\W\d_]+))?"
)
_ALL_OF = deferred(r"\W*(?:all|every(?: single)? one)(?:\sof\s(?:them|these|those|the\b[^\d.;!?\n]*))?\W*$")
_ONE_UNIT = deferred(
    r"(?:^\W*|\b(?:for|takes?|took|lasts?|lasted|is|was|about|around|within|in|roughly|exactly|just|only)\s)"
    r"(?:an?|one)\s(year|month|week|fortnight|day|hour|minute|decade|century)\b"
    r"(?!\s(?:and a (?:half|quarter|third)|or))"
)
_ASKS_DURATION = deferred(r"\bhow long\b|\bduration\b|\bhow many (?:years|months|weeks|days|hours|minutes|seconds)\b")

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
    below_word="below",
    below=_BELOW,
    lost=_LOST,
    below_asked=_BELOW_ASKED,
    zero=_ZERO,
    counted=_COUNTED,
    counted_words={"both": 2, "pair": 2, "couple": 2, "brace": 2, "trio": 3, "single": 1, "lone": 1, "sole": 1},
    all_of=_ALL_OF,
    one_unit=_ONE_UNIT,
    asks_duration=_ASKS_DURATION,
)
