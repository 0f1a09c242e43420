"""What gives a mention as past in English."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.prose_parts import Past
from pytest_finetunebench.grading.patterns import deferred

_STANDARD = (
    r"thresholds?|targets?|cut-?offs?|limits?|values?|definitions?|recommend\w+|guid\w+|versions?|doses?|standards?|figures?"
    r"|ages?|goals?|names?|rules?|editions?|criteri\w+|models?|methods?|functions?|answers?|schedules?|regimens?"
)
_ONCE = (
    r"formerly|previously|used to(?: be)?|no longer|any ?more|(?<!years )(?<!months )(?<!year-)old"
    r"|(?:the|an) older(?! (?:adults|people|persons|patients|women|men))|legacy|earlier|prior|originally|historically"
    rf"|obsolete|outdated|in place of|(?:previous|former)(?= (?:{_STANDARD}))"
)
_CHANGED = r"replac\w+|supersed\w+|deprecat\w+|renamed|removed|migrat\w+|switch\w*|chang\w+"
_BEFORE = deferred(
    rf"(?:\b(?:{_ONCE})(?:\s\S+){{0,5}}|\b(?:{_CHANGED})(?:\s(?!(?:to|by|with|favou?r)\b)\S+){{0,5}}"
    r"|\((?:it\s)?(?:was|were|had been)|\b(?:rather|other) than|\bbefore,? (?:it|this|they) (?:was|were))[\W_]*$"
)
_LINK_BEFORE = deferred(r"\b(?:from|than|before|until(?: \w+)?)[\W_]*$")
_FIGURE_BEFORE = deferred(r"\b(?:before|until) (?:(?:19|20)\d\d|recently|then)[\W_]*$")
_MOVED = deferred(
    rf"\b(?:{_CHANGED}|updat\w+|revis\w+|rais\w+|lower(?:s|ed|ing)|mov\w+|increas\w+|decreas\w+|reduc\w+|drop\w*|expand\w*"
    r"|extend\w*|cut|shift\w*|ris\w+|rose|f[ae]ll\w*|up|down|went|gone)\b"
)
_FROM = deferred(r"\bfrom[\W_]*$")
_WAS = deferred(r"\b(?:was|were|had been)(?:\s\S+){0,2}[\s:`'\"(]*$")
_NOW = deferred(r"\b(?:now|currently|today|nowadays|since|updated?|new|newer|latest)\b")
_AFTER_WORDS = (
    r"[^\w\s]*\s?(?:method|function|class|module|recommendation|guideline)?\s?"
    r"(?:(?:is|was|were|are|has been|have been|had been|being|got)\s)?(?:\(?\s?)(?:now |since |also )?"
)
_AFTER = deferred(rf"{_AFTER_WORDS}(?:{_ONCE}|{_CHANGED}|retired|→|->|=>|became)")
_LINK_AFTER = deferred(rf"{_AFTER_WORDS}(?:until|before|to(?=\s))")
_FIGURE_AFTER = deferred(rf"{_AFTER_WORDS}(?:until|before) (?:19|20)\d\d")
_TO = deferred(r"[^\w\s]*\s?(?:\w+\s)?to\s")
_CLAUSE = deferred(r"[;!?\n]|\.\s|\b(?:but|now|currently|today|(?<!to )use)\b")
_TOLD = deferred(r"[`'\")]?\s(?:was|were|had been)\b")
_GIVEN_AS_PAST = deferred(
    r"\b(?:from|compared (?:with|to)|versus|vs\.?|against|previously|formerly)\s(?:an?\s|the\s)?"
    r"(?:(?:previous|prior|earlier|about|around|nearly|roughly|some|just|only)\s)?[$£€¥₹]?$"
)
_ASKS_PAST = deferred(
    r"\b(?:from|before|previous(?:ly)?|prior|earlier|original(?:ly)?|initial(?:ly)?|former(?:ly)?|old)\b"
)

PAST = Past(
    before=_BEFORE,
    after=_AFTER,
    link_before=_LINK_BEFORE,
    link_after=_LINK_AFTER,
    figure_before=_FIGURE_BEFORE,
    figure_after=_FIGURE_AFTER,
    moved=_MOVED,
    from_=_FROM,
    to=_TO,
    was=_WAS,
    now=_NOW,
    told=_TOLD,
    clause=_CLAUSE,
    figure_given=_GIVEN_AS_PAST,
    asked=_ASKS_PAST,
)
