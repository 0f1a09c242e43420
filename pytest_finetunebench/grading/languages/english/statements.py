"""How an English statement answers a question for yes or no."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.reply_parts import Directions, Statements
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_VERB = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might|must|am)"
_MONEY = r"\s?(?:(?:the|a|about|us)\s)?[$£€¥]?\s?$"
STATEMENTS = Statements(
    above=deferred(
        r"(?:\b(?:more|greater|higher|taller|longer|larger|bigger|heavier|older|later|wider|deeper|farther"
        r"|further|faster"
        r"|warmer|hotter|dearer|costlier|more [^\W\d_]+)\sthan|\b(?:over|above|exceed(?:s|ed|ing)?|beyond"
        r"|surpass(?:es|ed)?|upwards? of)"
        rf"|(?<![a-z])>){_MONEY}"
    ),
    below=deferred(
        r"(?:\b(?:less|fewer|lower|shorter|smaller|lighter|younger|earlier|narrower|shallower|slower|cooler"
        r"|colder|cheaper|less [^\W\d_]+)\sthan"
        r"|\b(?:under|below|beneath|short of|shy of|within|up to|at most|maximum of|no more than|not more than)"
        r"|(?:\b(?:not|never|cannot|hardly)|n't)\s(?:(?:quite|even|ever|yet)\s)?(?:reach|hit|top|attain|get to)"
        rf"|<){_MONEY}"
    ),
    referring=deferred(r"(?<=than )(?:that|this)\b"),
    at_least=deferred(rf"(?:\b(?:at least|no less than|not less than|minimum of)|(?<![a-z])[>≥]=?){_MONEY}"),
    denied=deferred(r"\b(?:not|never|no|nor|neither|cannot)\b|n't\b"),
    asks=deferred(rf"\W*{_VERB}\b"),
    verb=deferred(rf"\b{_VERB}(?:n't)?\b|'s\b|\bcannot\b"),
    support=deferred(r"\W*(?:does|do|did)\b"),
    indirect=deferred(
        r"(?:\bwhether|\b(?:determin(?:e|ing)|find(?:ing)? out|figur(?:e|ing) out|work(?:ing)? out|check(?:ing)?"
        r"|see(?:ing)?|know(?:ing)?|decid(?:e|ing)|tell(?:ing)?|ask(?:ed|ing|s)?|wonder(?:ed|ing|s)?|verify(?:ing)?"
        r"|assess(?:ing)?|say|sure|clear|certain) if)\s[^.,;!?\n]*"
    ),
    concluding=deferred(r"[,;:]?\s(?:so|therefore|thus|hence|which means(?: that)?|meaning(?: that)?)\s"),
    without=word_set(
        "not no never indeed actually really certainly definitely isn't isnt doesnt wasnt arent didnt dont cannot"
    ),
)

DIRECTIONS = Directions(
    asks_to=deferred(r"\bto (?:which|what|whom|where)\b|\b(?:until|till) (?:which|what|when)\b|\bto\W*$"),
    asks_from=deferred(r"\bfrom (?:which|what|whom|where)\b|\bsince (?:which|what|when)\b|\bfrom\W*$"),
    from_=deferred(r"\bfrom\s(?:the\s|an?\s)?[$£€¥]?$"),
    then_to=deferred(r"\b(?:to|until|till|into)\b"),
    to=deferred(r"\b(?:to|until|till|into)\s(?:the\s|an?\s)?[$£€¥]?$"),
    with_from=deferred(r"\bfrom\b"),
    asks_who=deferred(
        r"(?:who|(?:which|what)(?: (?!(?:did|does|do|is|was|were|are|had)\b)\w+){1,3})(?: (?:has|have|later|first))?"
    ),
)
