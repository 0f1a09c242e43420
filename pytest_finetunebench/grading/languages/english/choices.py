"""How an English answer picks one of several."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.reply_parts import Choices
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_NOT_A_WORD = r"(?:(?=\s*(?:$|[).:,;!?\]}\n\"']))|(?=\s(?:because|since|as|is|was|and|or|but|not|which|–|-)\b))"
"""Behind a letter: what shows that it is no article (`A dog`) and no `I`."""
_FRAME = deferred(
    r"\b(?:(?i:answer|choice|option|letter|boxed|choose|pick|select|go(?:ing)? with|say|must be|would be|it is|it's"
    r"|that is|leav(?:es|ing)|left with|so|therefore|thus|hence|narrows (?:it )?down to)"
    r"(?:\s(?i:is|would be|must be))?(?:\s(?i:option|choice|answer|letter))?[\s:=]*[({\"'\[]{0,2})"
    rf"(?P<letter>[A-Za-z])(?P<close>\))?(?![\w+#'’-]){_NOT_A_WORD}"
)
_STRONG_FRAME = deferred(
    r"\b(?i:answer|choice|option|letter)(?:\s(?i:is|would be|must be))?(?:\s(?i:option|choice|letter))?"
    r"[\s:=]*[(\"'\[]{0,2}(?P<letter>[B-HJ-Z])(?P<close>\))?(?![\w+#'’.-])"
)
_FIRST = deferred(
    r"[^\w]{0,5}(?P<letter>[A-Za-z])(?:(?P<close>[).:\]])(?=\s|$)|(?=\W*$)|\s[-–—]\s|(?=,?\s(?:because|since|is|as)\s))"
)
_QUANTIFIER = deferred(r"\W*(both|neither|none|all)(?=\s(?:of|the)\b|\W*$|\W*[.,;:!]|\s)")
_GROUP = deferred(r"\W*(both|neither|none|all)(?:\s(?:of\s)?(?:the\s)?(?:above|them|these|those|others|two|three))?\W*")
_LIST = deferred(r"(?:,\s(?:the\s|an?\s)?[^\s,]+(?:\s[^\s,]+)?)?,?\s(?:and|or|&)\s")
_JOINED = deferred(r"(?:,|,?\s(and|or|&))\s(?:the\s|an?\s)?")
_ASIDE = deferred(
    r"\b(?:than|between|among|compared (?:to|with)|comparing|out of|versus|vs\.?|unlike|over|(?<!\w\s)of)"
    r"\s(?:the\s|an?\s)?$"
)
_BACKGROUND = deferred(r"\b(?:while|whereas|although|though)\b[^,.;!?\n]*$")
_SENTENCE = deferred(r"[.!?](?=\s|$)|\n|$")
_ASKS_FIRST = deferred(r"\b(?:first|earliest)\b(?! name)")
_ASKS_LAST = deferred(r"\b(?:last|latest)\b(?! name)")
_THEN = deferred(
    r",?\s(?:(?:and|but)\s)?(?:then|later|afterwards|after that|next|followed by|finally|second|third|last)"
    r"\s(?:the\s|by\s)?"
)
_CONCLUSION = deferred(r"\b(?:so|therefore|thus|hence|consequently|final answer|the answer is|answer:)(?=\W)")

_RUN = r"[A-Z]\b(?:(?:,?\s(?:and|or|nor)\s|,\s)[A-Z]\b)*"
_RULED_OUT = deferred(
    rf"\b{_RUN}\s(?:(?i:is|are|was|were|can be|could be|must be|may be))\s(?i:\w+ly\s|both\s|all\s)?"
    r"(?i:ruled out|excluded|eliminated|discarded|dismissed|wrong|incorrect|false|out\b|not\b)"
    rf"|\b(?i:not|neither|rul(?:e|es|ed|ing) out|eliminat(?:e|es|ed|ing)|exclud(?:e|es|ed|ing)|isn't|can't be"
    rf"|cannot be)"
    rf"\s(?i:options?\s|answers?\s)?{_RUN}"
    rf"|\b{_RUN}(?:,?\s(?i:is|are)n't\b|\s(?i:don't|doesn't|do not|does not)\b)"
)
_LEAVES = deferred(
    r"\b(?i:so|therefore|thus|hence|leav(?:es|ing)|left with|but|it's|it is|must be|answer is|remains?|only)\b|[:;]"
)

CHOICES = Choices(
    or_=deferred(r",?\s+or\s+"),
    and_=deferred(r"\s+and\s+"),
    between=deferred(r"\b(?i:between|which of|(?:^|,\s)of(?: the two)?,?)\s"),
    asking=word_set(
        "who whom whose which what when where why how is are was were do does did should would can could will has have"
    ),
    article=deferred(r"^(?:the|an?)\s(?=.)"),
    articles=("the ",),
    letter_article="a",
    frame=_FRAME,
    strong_frame=_STRONG_FRAME,
    first=_FIRST,
    quantifier=_QUANTIFIER,
    group=_GROUP,
    none_of=frozenset(("neither", "none")),
    list_joint=_LIST,
    joined=_JOINED,
    aside=_ASIDE,
    background=_BACKGROUND,
    sentence=_SENTENCE,
    asks_first=_ASKS_FIRST,
    asks_last=_ASKS_LAST,
    then=_THEN,
    pronouns=word_set("one ones"),
    conclusion=_CONCLUSION,
    called_right=deferred(r"(?<!not )(?<!n't )\b(?i:correct|right|true|yes)\b|[✓✔✅]"),
    called_wrong=deferred(r"\b(?i:incorrect|wrong|false|no|not|isn't)\b|[✗✘❌]"),
    ruled_out=_RULED_OUT,
    leaves=_LEAVES,
    tying=word_set("than of"),
    grounds=word_set("because since as given when while whereas though although and but so for"),
    synonyms={
        "earlier": "before",
        "later": "after",
        "beforehand": "before",
        "afterwards": "after",
    },
)
