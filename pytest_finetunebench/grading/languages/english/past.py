"""What gives a mention as past in English."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.prose_parts import Past
from pytest_finetunebench.grading.patterns import deferred

_STANDARD = (
    r"thresholds?|targets?|cut-?offs?|limits?|values?|definitions?|recommend\w+|guid\w+|versions?|doses?"
    r"|standards?|figures?"
    r"|ages?|goals?|names?|rules?|editions?|criteri\w+|models?|methods?|functions?|answers?|schedules?|regimens?"
)
_ONCE = (
    r"formerly|previously|used to(?: be)?|no longer|any ?more|(?<!years )(?<!months )(?<!year-)old"
    r"|(?:the|an) older(?! (?:adults|people|persons|patients|women|men))|legacy|earlier"
    r"|prior(?! to\b)|originally|historically"
    rf"|obsolete|outdated|in place of|(?:previous|former)(?= (?:{_STANDARD}))"
)
_CHANGED = r"replac\w+|supersed\w+|deprecat\w+|renamed|removed|migrat\w+|switch\w*|chang\w+"
_TAKING_OVER = r"(?:succeed|defeat|beat|oust|unseat|follow)(?:s|ed|ing)?"
_NOT_BECAME = r"(?!(?<=was )renamed|(?<=been )renamed)"
_BEFORE = deferred(
    rf"(?:\b(?:{_ONCE})(?:\s\S+){{0,5}}|\b(?:gave up|has given up|abandoned|quit)(?:\s(?:the|his|her))?"
    rf"|\b(?:former|previous|prior|old)\s(?:\w+\s){{1,3}}(?:was|were|had been)"
    rf"(?:\s(?:in|at|on|the|an?))?|\b{_NOT_BECAME}(?:{_CHANGED})(?:\s(?!(?:to|by|with|favou?r)\b)\S+){{0,5}}"
    r"|\((?:it\s)?(?:was|were|had been)|\b(?:rather|other) than|\bbefore,? (?:it|this|they) (?:was|were)"
    r"|\b(?:compared (?:with|to)|versus|vs\b|as opposed to)(?:\.?\s(?:the|an|a))?)[\W_]*$"
)
_OUTGOING = (
    rf"\b(?:{_TAKING_OVER})\s(?:the\s)?|\b(?:following|after|upon|since)\s(?:the\s)?"
    rf"(?:resignation|retirement|departure|death|ouster|removal|dismissal|exit|fall) of\s|\b(?:former|outgoing|ex"
    rf"|then|past)[\s-](?:\w+,?\s){{0,2}}|\bn[e]e\s"
    r"|\bincumbent,?\s(?:\w+\s)?|\bbefore (?:him|her|it|them|that),?\s(?:it was\s|came\s)?|\bpredecessors?(?:,|:"
    r"|\s(?:is|was|being))?\s|\b(?:previous|prior|last|old|former|outgoing)\s(?:\w+\s){1,3}(?:was|had"
    r" been)\s(?:the\s)?|\b(?:successor|heir) (?:of|to)\s|\bonce\s(?:\w+\s){0,2}|\bex-"
)
_LINK_BEFORE = deferred(rf"(?:\b(?:from|than|before|until(?: \w+)?)[\W_]*|{_OUTGOING})[\W_]*$")
_FIGURE_BEFORE = deferred(
    r"\b(?:before|until) (?:(?:19|20)\d\d|recently|then|(?:that|this),?(?: (?:it|this|that) was| was)?)[\W_]*$"
)
_MOVES = (
    rf"{_CHANGED}|updat\w+|revis\w+|rais\w+|lower(?:s|ed|ing)|mov\w+|increas\w+|decreas\w+|reduc\w+|drop\w*|expand\w*"
    r"|extend\w*|cut|shift\w*|ris\w+|rose|f[ae]ll\w*|up|down|went|gone|short\w+|lengthen\w*|tighten\w*|relax\w*|slashed"
    r"|widened|narrowed|trimmed|doubled|halved|tripled|hiked|grew|grow\w*|climb\w*|jump\w*|shr[aiu]nk\w*|declin\w+"
)
_MOVED = deferred(rf"\b(?:{_MOVES})\b")
_FROM = deferred(r"\bfrom[\W_]*$")
_WAS = deferred(r"\b(?:was|were|had been)(?:\s\S+){0,2}[\s:`'\"(]*$")
_NOW = deferred(r"\b(?:now|currently|today|nowadays|since|updated?|new|newer|latest)\b")
_AUX = r"(?:is|was|were|are|has been|have been|had been|being|got)\s"
_KIND = r"[^\w\s]*\s?(?:method|function|class|module|recommendation|guideline)?\s?"
_AFTER_WORDS = rf"{_KIND}(?:{_AUX})?(?:\(?\s?)(?:now |since |also )?"
_ACTIVE = r"(?:replac|supersed)\w+\s(?!by\b|with\b|in\b)\w"
"""One that replaces another is not replaced."""
_LEFT = r"resign(?:ed|s|ation)|stepped down|left office|was voted out|lost (?:the \w+ )?to|retired|successor|ouster"
_AFTER = deferred(
    rf"{_AFTER_WORDS}(?:{_ONCE}|retired|→|->|=>|became)|{_KIND}{_AUX}(?:now |since |also )?(?:{_CHANGED})"
    rf"|{_KIND}(?:\(?\s?)(?:now |since |also )?(?!{_ACTIVE})(?:{_CHANGED})"
    r"|[\"')]?\s(?:was|is|were)\s(?:the |her |his |their |its )?(?:old|previous|former|earlier|outgoing|original)\b"
    r"|'s? (?:term|tenure|time in office|mandate) (?:has |had )?(?:ended|expired|is over|was over|ran out)"
    r"|[\"')]?\s(?:held|was|had|did)\b[^.,;!?\n]{0,30}\bbefore(?: (?:that|then|this|him|her|them))?(?=[.,;]|$)"
)
_LINK_AFTER = deferred(
    rf"{_AFTER_WORDS}(?:until|before|to(?=\s))|,?\s(?:sold|handed|passed|gave|ceded|transferred)\b[^.;!?\n]{{0,30}}\sto\s"
    rf"|{_KIND}(?:{_AUX})?(?:{_TAKING_OVER}|beaten)\sby|,?\s?(?:{_LEFT})\b|\s(?:is|was)\s(?:the|\w+)\spredecessor"
    r"|\s(?:is|was)\s(?:now|today)\s(?:called|known|named)"
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)\w*\b"
_DATED = rf"(?:(?:early|late|mid)[ -])?(?:(?:19|20)\d\d|recently|then|{_MONTH})"
_FIGURE_AFTER = deferred(
    r"\s(?:\w+\s)?before(?=\s?(?:[).,;!]|$))|"
    rf"{_AFTER_WORDS}(?:until|before) {_DATED}|(?:\s\w+)?,?\s(?:\w+\s)?(?:{_MOVES})\sto\s"
)
_OF_NEXT = deferred(
    r"[\s,(;]*(?:(?:is|was|which|who|the|its|his|her|company|once)\s)*"
    r"(?:formerly|previously|originally|once|before|ex|nee|old name|former name|predecessor)?"
    r"(?:\s?(?:known as|called|named|as|was|is))?[\s:'\"-]*"
)
_ELSEWHERE = deferred(r"\sin\s((?:[\w'-]+\s){0,4}[\w'-]+)\)")
_NOT_YET = deferred(
    r"[`'\")]?,?\s(?:(?:only )?(?:from|starting|as of|in|with effect from) next\b|(?:starts?|begins?|follows?"
    r"|comes?) (?:next|soon))|"
    r"[`'\")]?,?\s(?:who\s)?(?:(?:only|first)\s)?"
    r"(?:takes? (?:office|over)|will\b|is (?:due|set|expected|scheduled|going) to)"
)
_TO = deferred(r"[^\w\s]*\s?(?:\w+\s)?to\s")
_CLAUSE = deferred(r"[;!?\n]|(?<!\bvs)\.\s|\b(?:but|now|currently|today|(?<!to )use)\b")
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
    learnt=deferred(
        r"\b(?:trained|qualified|studied|apprenticed|started(?: out)?|began)\s(?:as|to (?:be|become))\s(?:an?\s"
        r"|the\s)?$"
    ),
    turned=deferred(r"[^.!?\n]{0,40}\b(?:but|yet|though|now|today|then|later)\b"),
    predecessor=deferred(
        r"\bbefore (?:him|her|them|that|then),?\s(?:it was\s)?$|\b(?:former|previous|prior|old)\s\w+[:,]\s*$"
    ),
    to_come=deferred(
        r"\b(?:soon(?: to be)?|will (?:soon |then )?(?:be|become|rise to|change to)"
        r"|(?:is|are) (?:due|set|going) to (?:be|become))\s(?:the\s)?[$£€¥]?$"
    ),
    clause=_CLAUSE,
    it_was=deferred(r"\b(?:it|this|that|which) (?:was|used to be|had been)\s(?:in\s|at\s|on\s)?$"),
    of_next=_OF_NEXT,
    not_yet=_NOT_YET,
    elsewhere=_ELSEWHERE,
    figure_given=_GIVEN_AS_PAST,
    asked=_ASKS_PAST,
    asks_now=deferred(
        r"^(?!.*\b(?:was|were|did|had)\b).*(?:\b(?:is|are|does|do|has|have|should|must|can|now|current\w*|today)\b"
        r"|\w's\b)"
    ),
    until=deferred(
        r"[\"')]?,?\s\(?no longer\b|"
        r"[\"')]?\s(?:(?:was|were|had been)\s(?:\w+\s){0,3})?until\b|[\"')]?\sbefore (?:it|she|he|they)\b"
        r"|[\"')]?\s(?:resigned|retired|stepped down|was (?:fired|dismissed|ousted|sacked))\b"
        r"|[\"')]?\s(?:used to\b|was the old\b|is the old\b|(?:once|formerly|previously)\s\w)"
        r"|[\"')]?\s(?:has|have) been (?:replaced|superseded)\b"
    ),
)
