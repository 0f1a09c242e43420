"""What leaves open, in English, which of two figures or names is meant."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.prose_parts import Hedges
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_BETWEEN_FIGURES = deferred(r"[^,.;:!?\n]{0,20}\bor\s(?:(?:maybe|perhaps|possibly|even|about)\s)?(?:us)?[$£€¥₹]?")
_OR = deferred(
    r"[%°]?\s?(?:[^\W\d_]+\s)?(?:±|\+\s?/\s?-)\s?"
    r"|[%°]?\s?(?:[^\W\d_]+\s){0,3}?\s?(?:,\s?)?[(/]?\s?or\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?"
)
_MAYBE_OTHER = deferred(
    r"\s?(?:[^\W\d_]+\s)?or (?:thereabouts|so),?\s(?:maybe|perhaps|possibly|or)\s[$£€¥]?|"
    r"[%°]?\s?(?:[^\W\d_]+)?,?\s?\(?(?:or\s)?(?:maybe|perhaps|possibly|if not)\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?"
    r"|\?\s(?:or\s)?|[^.!?\n\d]{0,40}\b(?:(?:might|may|could)\s(?:also\s|well\s|even\s)?be|alternatively,?)\s[$£€¥]?"
)
_OTHERS = deferred(
    r"[^\d.;!?\n]{0,40}\b(?:but |and |while )?(?:others?|another)\b[^\d.;!?\n]{0,30}"
    r"|[^\d.;!?\n]{0,20}\bsome\s(?:\w+\s){0,2}(?:say|claim|list|give|state|report)s?\s[^\d.;!?\n]{0,20}"
)
_BARE = deferred(r"\s?/\s?|\s?,\s?(?:(?:and|or|&)\s)?|\s(?:and|or|&)\s|\s*\n\s*(?:[-•]\s*)?|\.\s|\s\|\s|\s")
_COMMA = deferred(r"[%°]?\s?(?:[^\W\d_]+)?,\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?")
_RANGE = deferred(r"\s?[^\W\d_%]{0,12}[%°]?\s?(?:-|to\b)\s?[$£€¥]?\s?")
_AND = deferred(r"\s?(?:[^\W\d_]+\s){0,2}and\s[$£€¥]?\s?")
_BETWEEN = deferred(r"\bbetween\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?$")
_FROM = deferred(r"\bfrom\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?$")
_SCORE = deferred(r"\b(?:w[io]n|wins|lost|lose|beat|beaten|score[sd]?|defeat\w*|drew|draw|tied|victory|match|set)\b")

_MEMBER = r"(?:(?:the|an?)\s)?[^\s,.;:!?()]+(?:\s(?!or\b|and\b|but\b)[^\s,.;:!?()]+){0,3}"
_COULD_BE = r"(?:might|may|could) (?:be|have been)"
_MAYBE = (
    rf"(?:(?:maybe|perhaps|possibly|even|else|rather|if not|(?:(?:it|she|he|they|that) )?{_COULD_BE}|in|at|by),?\s)"
    r"{0,2}"
)
_ALSO = (
    r"[.,;]?\s(?:(?:but|though|although)\s)?(?:it\s)?(?:could|may|might)\s(?:(?:also|equally|as well)\s)?"
    r"(?:be|have been)\s"
    r"|[.,;]?\s(?:alternatively|otherwise(?! (?:known|called|named|spel))"
    r"|failing that|unless (?:i'm (?:mistaken|wrong) and )?it(?:'s| is)|versus|vs\.?),?\s"
    r"|;\s(?:maybe|perhaps|possibly)\s"
)
_OTHERWISE = (
    rf"(?:{_ALSO}|\sand/or\s|\.\.\.?\s?or\s{_MAYBE}|,?\s\(?or\s{_MAYBE}"
    rf"|,?\s\(?(?:maybe|perhaps|possibly|if not),?\s{_MAYBE}|\s?/\s?)"
)
_OR_AFTER = deferred(rf"(?:,\s{_MEMBER}){{0,3}}?{_OTHERWISE}({_MEMBER})")
# that the text ends so is asked first: members may begin anywhere, which takes long to find out
_OR_BEFORE = deferred(rf"\A(?=[\s\S]*{_OTHERWISE}$)[\s\S]*?({_MEMBER})(?:,\s{_MEMBER}){{0,2}}?{_OTHERWISE}$")
_TORN_AFTER = deferred(rf"\sand\s({_MEMBER})")
_TORN_BEFORE = deferred(
    rf"\b(?:between\s|if\s(?:it|that|he|she)\s?(?:isn't|wasn't|'s not|is not|was not)\s)(?:the\s)?({_MEMBER})"
    r"(?:\sand|,?\s(?:then\s)?(?:it|that|he|she)(?:'s|\s(?:is|was|must be|would be|will be)))\s$"
)
_IF_MEANT = r"\bif you(?:'re| are)? (?:mean|meant|refer|ask)"
_IF_SHE = r"\bif (?:she|he|it|they|this|that|the)(?:'s|\s(?:\w+\s)?(?:is|was|are|were)|\s(?:is|was|are|were))\b"
_CASES = deferred(rf"{_IF_MEANT}[^\n]{{1,200}}{_IF_MEANT}|{_IF_SHE}[^\n]{{1,200}}{_IF_SHE}")
_OPEN = deferred(rf"\b(?:maybe|perhaps|possibly|if not|{_COULD_BE})\b")
_SOURCES = deferred(
    r"\b(?:according to |on )one\s\w+[^\n]{1,120}\banother\b"
    r"|\bone\s(?:\w+\s){0,2}(?:says?|claims?|states?|gives?|lists?|names?|reports?)[^\n]{1,120}\banother\b|"
    r"\bsome\s(?:\w+\s){0,2}(?:say|claim|state|give|list|name|report|cite|believe|mention"
    r"|suggest)[^\n]{1,120}\bothers?\b"
)
_CANDIDATES = deferred(
    r"\b(?:(?:possible|potential|likely|plausible)\s\w+|candidates|possibilities|options|guesses"
    r"|(?:one|any(?: one)?) of(?: these| the following)(?: \w+)?(?=:?\s\W*\w)|(?:^\W*|it(?:'s| is) )"
    r"(?:either )?one of(?: (?:the )?(?:two|three))?(?=:?\s[^,.;]{1,40},))"
    r"(?:,? in (?:\w+ )?order)?(?:\s(?:are|include|would be))?:?\s*(?=[\n:]|\S+[^.]*,|\S)"
)
_MEMBER_JOINT = deferred(r"\s*(?:,\s*(?:(?:and|or|&)\s)?|\s(?:and|or|&)\s|\n)\s*")
_LAST_MEMBER = deferred(r"\s(?:and|or|&)\s")
_ASKS_SEVERAL = deferred(
    r"\b(?:(?:which|what|who) (?:(?!does\b|did\b)\w+ ){0,4}?(?:are|were|have)|name (?:some|any|the \w+s\b)|list|cast"
    r"|what (?:does|do|did|can|may)\b[^?]*\b(?:cause|treat|contain|include|prevent|affect)s?\b"
    r"|examples?|[2-9]|two|three|four|five|either|any of|one of)\b"
)
_ASKS_WHOLE = deferred(r"\b(?:country|countries|nation|continent)\b")
_ASKS_PLACE = deferred(r"\b(?:where|located|location|place|county|state|province|region|district)\b")

HEDGES = Hedges(
    joining=(
        "or ",
        "could ",
        "may ",
        "might ",
        "alternatively",
        "otherwise",
        "failing ",
        "unless ",
        "versus",
        "vs",
        "maybe",
        "perhaps",
        "possibly",
        "if not",
        "between ",
        "if it",
        "if that",
        "if he",
        "if she",
        "/",
    ),
    cases_word="if ",
    sources_word="other",
    candidate_words=(
        *("possib", "potential", "likely", "plausible", "candidates", "options", "guesses", "one of", "any of"),
    ),
    or_after=_OR_AFTER,
    or_before=_OR_BEFORE,
    torn_after=_TORN_AFTER,
    torn_before=_TORN_BEFORE,
    open=_OPEN,
    cases=_CASES,
    sources=_SOURCES,
    candidates=_CANDIDATES,
    member_joint=_MEMBER_JOINT,
    last_member=_LAST_MEMBER,
    row_lead=deferred(
        r"^\W*(?:(?:it|she|he|they|that) (?:is|was|are|were|could be|might be|may be) |it's |she's "
        r"|he's )?(?:either |both |probably "
        r"|maybe |perhaps |possibly )?"
    ),
    row_joint=deferred(
        r",?\s(?:and|or)\s(?:(?:maybe|perhaps|possibly|even)\s)?|\s?/\s?|,\s(?:(?:maybe|perhaps|possibly|and"
        r"|or)\s)*|;\s|\s?&\s?"
        r"|\n[-•*\s]*"
    ),
    asks_several=_ASKS_SEVERAL,
    asks_place=_ASKS_PLACE,
    asks_whole=_ASKS_WHOLE,
    either_word="or",
    between_figures=_BETWEEN_FIGURES,
    either=_OR,
    maybe=_MAYBE_OTHER,
    others=_OTHERS,
    bare=_BARE,
    comma=_COMMA,
    to=_RANGE,
    both=_AND,
    between=_BETWEEN,
    from_=_FROM,
    score=_SCORE,
    varying=word_set(
        "vary varies varied differ differs differed disagree disagrees conflict conflicting depends depending"
    ),
    vary=deferred(
        r"\b(?:reports?|sources?|figures?|estimates?|accounts?|records?|books?|historians?|numbers?|answers?)\s(?:[\w'-]+\s){0,2}"
        r"(?:vary|varies|varied|differ|differs|differed|disagree|disagrees|conflict)\b|\bconflicting\s\w+"
        r"|\bdepend(?:s|ing) on (?:the|your|which|whose|what) (?:\w+ )?(?:source|book|account|report|record|almanac"
        r"|survey|list|edition|definition|author|historian|guide|map)s?\b"
    ),
    torn_words=word_set("either perhaps maybe possibly turns turn alternate alternates 50 60 40 70 30 55 45 51 49"),
    torn=deferred(
        r"\W*(?:(?:it|that|she|he) (?:is|was|could be|may be|might be) |it's )?either\s(.{1,80}?),?\sor\s(.{1,80}?)\W*"
        r"|\W*(?:perhaps|maybe|possibly)\s(.{1,80}?)[,;.?]\s(?:or\s)?(?:perhaps|maybe|possibly)\s(.{1,80}?)\W*"
        r"|\W*\d\d\s?%\s(.{1,80}?)[,;/]?\s(?:and\s|/\s)?\d\d\s?%\s(.{1,80}?)\W*"
        r"|\W*(.{1,80}?)\sand\s(.{1,80}?)\s(?:take (?:it in )?turns?|alternate)\b.{0,40}"
    ),
)
