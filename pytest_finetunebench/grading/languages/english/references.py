"""References as people write them in English."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.languages.text_parts import References
from pytest_finetunebench.grading.patterns import deferred

_ALTERNATIVES = deferred(r"(?:\b(?:or\b|also known as\b|aka\b|a\.k\.a\.|i\.e\.|formerly\b)|;|\s/\s)\s*", re.IGNORECASE)
_INTRODUCTION = deferred(r"^(?:accept|also|or|prompt on|allow|aka|a\.k\.a\.|now|formerly|i\.e\.)[:\s]+", re.IGNORECASE)
_LIST = deferred(r"\s*(?:,\s*(?:and|&)\s|\band\b|&|,|;|\n)\s*", re.IGNORECASE)
_RELATIVE = deferred(r",\s(?:who|which|whose|whom)\b|\bErrata:")
_OF_CLASS = deferred(
    r"(?:(?:in|on|at|from)\s)?(?:the\s)?(?:(?:[A-Z][\w'’]*\s){0,2}(?:republic|kingdom|commonwealth)|city|town|village|state|province|county|"
    r"duchy|principality|isle|island|gospel|(?:fictitious|fictional)\scommunity)\sof\s(?:the\s)?((?-i:[A-Z])[^,]*)",
    re.IGNORECASE,
)
"""A place or book after its class: `the Republic of Chile`, `the Gospel of Luke`."""
_FORM = (
    r"(?i:inc|incorporated|ltd|limited|llc|llp|corp|corporation|co|company|plc|ag|gmbh|nv|sa)\.?"
    r"|and (?:its|the) (?:environs|surroundings|suburbs|outskirts|vicinity)"
)
_COMPANY = deferred(rf"(?:(?i:the)\s)?([A-Z].{{1,100}}?)(?:,\s(?:{_FORM})|\s(?:{_FORM}|[Ff]ootball [Cc]lub))")
"""A company before its legal form, a club before what it is, a place before what lies around it."""
_NOTES = frozenset(
    (
        "disambiguation",
        "film",
        "movie",
        "book",
        "novel",
        "song",
        "album",
        "band",
        "magazine",
        "tv",
        "game",
        "single",
        "medley",
    )
)
_PARTS_ALTERNATIVES = ("or", "also known as", "aka", "a.k.a.", "i.e.", ";", "/")
_PARTS_LIST = ("and", "&", ",", ";", "\n")
_AND = deferred(r"\band\b|&|;", re.IGNORECASE)

REFERENCES = References(
    alternatives=_ALTERNATIVES,
    parts_alternatives=_PARTS_ALTERNATIVES,
    introduction=_INTRODUCTION,
    relative=_RELATIVE,
    notes=_NOTES,
    class_marker="of",
    of_class=_OF_CLASS,
    company=_COMPANY,
    list_joint=_LIST,
    parts_list=_PARTS_LIST,
    joint_of_all=_AND,
)
