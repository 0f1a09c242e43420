"""How an English statement answers a question for yes or no."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.reply_parts import Directions, Statements
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_VERB = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might|must|am)"
_MONEY = r"\s?(?:(?:the|a|about|us)\s)?[$£€¥]?\s?$"
_MEASURE = r"\s?[°%$€£]?\s?(?:(?!(?:one|two|three|and|or)\s)[^\W\d_]{1,20}\s){0,2}?(?:of age\s)?"
"""Between a figure and what makes it a bound: its unit, or what it counts."""
_NO_MORE = r"(?!\s(?:[$£€\d]|(?:one|two|three|four|five|half|than|the|an?|its|their|zero|freezing|in|to)\b))"


def _end(either: str, others: str, most: str, limit: str) -> str:
    """Return what stands behind a figure that is one end: `or more`, `and above`, `at least`, `minimum`."""
    return (
        rf"{_MEASURE}(?:(?:or\s(?:{others}|{either})|and\s(?:{either}))\b{_NO_MORE}"
        rf"|(?:at (?:the (?:very )?)?(?:{most})|(?:(?:as|at) (?:an?|the) )?{limit})\b{_NO_MORE})"
    )


_OPPOSITES = """
allowed permitted legal lawful acceptable authorised authorized ok okay
    / forbidden prohibited banned disallowed illegal unlawful outlawed unauthorised unauthorized
required mandatory compulsory obligatory necessary needed need needs require requires
    / optional voluntary unnecessary unneeded
safe harmless / unsafe dangerous harmful hazardous contraindicated
open / closed shut
possible feasible / impossible infeasible
prime / composite
alive living / dead deceased
even / odd
married / unmarried single
true correct accurate / false incorrect inaccurate untrue
available / unavailable
win wins won / lose loses lost
pass passed passes / fail failed fails
survive survived survives / sank sunk perished died
accept accepted / reject rejected refuse refused declined
effective / ineffective
edible / inedible
full / empty
rigid / flexible
public / private
visible / invisible
soluble / insoluble
reversible / irreversible
common / rare uncommon
"""
_PREDICATES = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, _, other in (line.partition("/") for line in _OPPOSITES.replace("\n    ", " ").strip().splitlines())
)

STATEMENTS = Statements(
    above=deferred(
        r"(?:\b(?:more|greater|higher|taller|longer|larger|bigger|heavier|older|later|wider|deeper|farther"
        r"|further|faster"
        r"|warmer|hotter|dearer|costlier|more [^\W\d_]+)\sthan|\b(?:after|over|above|exceed(?:s|ed|ing)?|beyond"
        r"|surpass(?:es|ed)?|upwards? of)"
        rf"|(?<![a-z])>){_MONEY}"
    ),
    below=deferred(
        r"(?:\b(?:less|fewer|lower|shorter|smaller|lighter|younger|earlier|narrower|shallower|slower|cooler"
        r"|colder|cheaper|less [^\W\d_]+)\sthan"
        r"|\b(?:before|under|below|beneath|short of|misses|shy of|within|up to|at most|maximum of|no more than"
        r"|not more than)"
        r"|(?:\b(?:not|never|cannot|hardly)|n't)\s(?:(?:quite|even|ever|yet)\s)?(?:reach|hit|top|attain|get to)"
        rf"|<){_MONEY}"
    ),
    referring=deferred(r"(?<=than )(?:that|this)\b"),
    at_least=deferred(rf"(?:\b(?:at least|no less than|not less than|minimum of)|(?<![a-z])[>≥]=?){_MONEY}"),
    or_more=deferred(
        _end(
            "above|over|higher|up|upwards?|older|longer|warmer|hotter|greater|later",
            "more|larger|bigger|taller|heavier|better|wider|deeper|farther|further|faster|beyond",
            "least|minimum",
            "minimum",
        )
    ),
    or_less=deferred(
        _end(
            "below|under|lower|down|younger|shorter|colder|cooler|smaller|earlier",
            "less|fewer|lighter|narrower|shallower|slower|nearer|beneath",
            "most|maximum",
            "(?:maximum|max)",
        )
    ),
    denied=deferred(r"\b(?:not|never|no|none|nor|neither|cannot)\b|n't\b"),
    asks=deferred(rf"\W*{_VERB}\b"),
    verb=deferred(rf"\b{_VERB}(?:n't)?\b|'s\b|\bcannot\b"),
    support=deferred(r"\W*(?:does|do|did)\b"),
    indirect=deferred(
        r"(?:\bwhether|\b(?:determin(?:e|ing)|find(?:ing)? out|figur(?:e|ing) out|work(?:ing)? out|check(?:ing)?"
        r"|see(?:ing)?|know(?:ing)?|decid(?:e|ing)|tell(?:ing)?|ask(?:ed|ing|s)?|wonder(?:ed|ing|s)?|verify(?:ing)?"
        r"|assess(?:ing)?|say|sure|clear|certain) if)\s[^.,;!?\n]*"
    ),
    concluding=deferred(r"[,;:]?\s(?:so|therefore|thus|hence|which means(?: that)?|meaning(?: that)?)\s"),
    not_so=deferred(
        r"\b(?:is|are|was|were|does|do|did)(?:n't|\snot)\s(?:(?:quite|really|actually|nearly|even)\s)?"
        r"(?:that|so|as|quite (?:that|so|as))\s([^\W\d_]+)"
    ),
    by=deferred(r"\b(?:by|another|further|additional|extra)\s(?:about\s|around\s|some\s|an?\s)?[$£€¥]?$"),
    denies=deferred(
        rf"(?:it|they|that|this|he|she|you|we|one|there)\s{_VERB}(?:n't|\s(?:not|never))\b(?!\s(?:only|just))"
    ),
    only=deferred(r"\b(?:only|just|merely|barely)\s(?:about\s|around\s|some\s)?[$£€¥]?$"),
    adverbial=deferred(r"(?<=\w)\s(?:by|in|on|at|with|from|during|after|before)\s"),
    objects=word_set("it them him her"),
    at_last=deferred(
        r"\b(?:today|now|nowadays|currently|at present|these days|since then|in the end|finally|eventually|ultimately"
        r"|in fact|actually|however)\b"
    ),
    qualified=deferred(
        r"\b(?:if|when|whenever|where|unless|until|till|whether|while|who|which|that|because|since|before|after|during"
        r"|all|every|each|any|both|either|only|just|merely|always|necessarily|usually|often|ever|too|so|as|than|yet"
        r"|first|once|originally|initially|formerly|then|more|much|many|very|will|would|could|might|may|should)\b"
    ),
    was=deferred(r"\b(?:was|were|had|did|used to)(?:n't)?\b"),
    compares=deferred(
        r"(?:(?P<it>it|this|that|they|these|those)|(?P<person>he|she)|(?P<subject>(?:[\w'-]+\s){0,5}?[\w-]+))"
        r"(?:'s|'re|\s(?:is|are|was|were|does|do|did|has|have)(?:n't)?)(?:\s(?:not|never|no|in fact|actually|indeed"
        r"|even|much|far|somewhat|slightly|a bit|a little|considerably|clearly|really|definitely|certainly))*"
        r"\s(?:(?:more|less)\s)?[a-z]+(?:\sthan (?:that|this)|\sby\s[^,;:]{1,30})?"
    ),
    predicates=_PREDICATES,
    without=word_set(
        "not no never indeed actually really certainly definitely isn't isnt doesnt wasnt arent didnt dont cannot"
    ),
)

DIRECTIONS = Directions(
    asks_to=deferred(r"\bto (?:which|what|whom|where)\b|\b(?:until|till) (?:which|what|when)\b|\bto\W*$"),
    asks_from=deferred(r"\bfrom (?:which|what|whom|where)\b|\bsince (?:which|what|when)\b|\bfrom\W*$"),
    from_=deferred(
        r"\b(?:from|(?:start|begin|set|depart)\w*\s(?:out\s)?(?:in|at|from)|leav(?:es?|ing))\s(?:the\s|an?\s)?[$£€¥]?$"
    ),
    then_to=deferred(r"\b(?:to|until|till|into)\b"),
    to=deferred(r"\b(?:to|until|till|into)\s(?:the\s|an?\s)?[$£€¥]?$"),
    with_from=deferred(r"\bfrom\b|\b(?:starting|beginning|departing)\sin\s(?!\d)|\bleaving\b"),
    rising=word_set(
        "rise rises rose risen rising increase increases increased increasing grew grow grows grown growing gain gains "
        "gained up climbed climbs climb jumped expanded higher growth upward upwards"
    ),
    falling=word_set(
        "fall falls fell fallen falling decrease decreases decreased decreasing shrank shrink shrinks shrunk decline "
        "declines declined declining down dropped drops drop lower lowered loss lost reduced reduction downward"
        " downwards"
    ),
    by_figure=deferred(r"\bby\s(?:about\s|roughly\s|some\s|nearly\s)?[$£€¥]?[\d.]"),
    to_figure=deferred(r"\bto\s(?:about\s|roughly\s|some\s|nearly\s)?[$£€¥]?[\d.]"),
    asks_by=deferred(r"\bby how (?:much|many)\b"),
    moved=deferred(r"\b(?:moved|changed|switched|migrated|renamed|went|shifted|relocated|transferred)\b"),
    moving=word_set("moved changed switched migrated renamed went shifted relocated transferred left quit"),
    leaving=deferred(r"\b(?:she|he|they|[a-z]+) (?:left|quit)\s(?:the\s)?$"),
    taking_over=deferred(r"\bt(?:ook|akes?|aken|aking)\sover\b"),
    taken_over="acquired",
    replacing=word_set("renamed replaced superseded became becomes succeeded"),
    replaced_by=deferred(
        r"[`'\"*)]{0,3}\s(?:(?:was|is|were|has been|got|gets)\s)?(?:(?:later|since|then)\s)?"
        r"(?:renamed(?:\s(?:to|as))?|replaced\s(?:by|with)|superseded\sby|succeeded\sby|becomes?|became)\s(?:the\s)?[`'\"*(]{0,3}([\w.-]*\w)"
    ),
    asks_current=deferred(r"\b(?:now|current\w*|today|instead|replac\w+|nowadays|latest)\b"),
    asks_who=deferred(
        r"(?:who|(?:which|what)(?: (?!(?:did|does|do|is|was|were|are|had)\b)\w+){1,3})(?: (?:has|have|later|first))?"
    ),
)
