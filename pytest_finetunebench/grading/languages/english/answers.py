"""How an English answer says which is its answer."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.english import candidates
from pytest_finetunebench.grading.languages.prose_parts import Answers
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list, word_set

_FRAME = deferred(r"\b(?:(?:the|my)\s)?(?:final|correct|right|short)?\s?answer\s?(?:is|:|would be|=)\s?([^\n]{1,300})")
_LEADING = word_set(
    """
    well so ok okay yes no sure answer answers final correct right believe guess say think believe recall
    remember likely perhaps maybe possibly apparently actually according approximately roughly exactly
    kilograms kg percent
    """
)
"""Words that lead up to an answer and say nothing themselves."""
_GIVEN = deferred(
    r"(?:\b(?:is|was|are|were|be|been|named|called|by|equals|became)|it's|that's|[:=])\s(?:the\s|an?\s|about\s"
    r"|in\s|on\s|at\s)?"
    r"[\"'(]?$"
)
_NAMED = deferred(
    r"\banswer(?:\s(?:is|would be|should be)|\s?[:=])|(?<!\()(?<!\(\s)=(?!\s?[\d.,]+\s?[-+*/×·−]\s?\d)|####|\bboxed\{"
    r"|,\sso(?:\s(?:it(?:'s| is)|there are|that(?:'s| is)))?(?=\s[$£€¥]?\d[\d.,]*\W*$)"
)
_TOTAL = deferred(r"\b(?:total|sum)(?:s|ling|ing)?\b(?:\s(?:of|is|was|are|number|comes|to))*|\bmak(?:es?|ing)\s")
_ASKS_TOTAL = deferred(r"\b(?:together|total|altogether|combined|in all|both|sum)\b")

_BESIDE = deferred(
    r"\b(?:border(?:s|ed|ing)|near|close to|next to|adjacent to|not far from|bounded by|neighbou?r(?:s|ing)"
    r"|(?:north|south|east|west) of|dedicated to|named (?:after|for)"
    r"|(?:succeed|replac|defeat|beat|oust|unseat|follow)(?:e?s|ed|ing)?"
    r"|(?:edited|illustrated|translated|published|narrated|reviewed|claimed|disputed|surrounded|bordered) by"
    r"|(?:moved|relocated|emigrated) to|(?:lived|lives|living|grew up|studied|died|worked|settled|buried|retired) in"
    r"|married(?: to)?|(?:similar|compared|opposed|related) to|loyal to|(?:taking|took) over from"
    r"|(?:preferred|preferable|superior|recommended) (?:over|to)|(?:better|rather|safer) than|(?:and |, )then"
    r"|confused with"
    r"|mistaken for|attributed to|predecessor(?: was|,|:)?|rival(?: of)?|inspired by|unlike|followed by"
    r"|unlike\s[^.;!?\n]{1,50},?\s(?:which|who|that)(?:\s[a-z]+){1,2}"
    r"|(?!other|rather)(?:[a-z]{2,}er|(?:more|less) [a-z]+) than)"
    r"\s(?:(?:the|mayor|president|king|queen|lake|river|mount|outgoing|former|previous|his|her|their)\s){0,2}[\"'(]?$"
)
_ACTUALLY = deferred(
    r"\b(?:but|however|though|although|yet)\b,?\s(?:(?:it|that|this|he|she|they|the \w+)\s)?(?:(?:is|was|were)\s)?"
    r"(?:actually|really|in fact|in reality|in truth)\b"
    r"|(?<=[\s,])(?:often|commonly|widely|popularly|sometimes)\s(?:claimed|believed|thought|said|assumed"
    r"|attributed|held)\b"
    r"[^.;!?\n]{1,80}\b(?:but|however)\b"
)

ANSWERS = Answers(
    frame_word="answer",
    frame=_FRAME,
    named=_NAMED,
    total=_TOTAL,
    asks_total=_ASKS_TOTAL,
    leading=_LEADING,
    given=_GIVEN,
    beside=_BESIDE,
    actually=_ACTUALLY,
    actually_words=("in fact", *word_list("actually really reality truth often commonly widely popularly sometimes")),
    result=deferred(r"\s?(?:=|is\b|equals\b|gives\b|makes\b)\s?[^\d\n.;]{0,12}\d"),
    keys=frozenset(("answer", "final_answer", "final", "result", "response", "prediction")),
    after_name=candidates.AFTER_NAME,
    lead=candidates.LEAD,
    apart=candidates.APART,
    turned=candidates.TURNED,
    place_joint=candidates.PLACE_JOINT,
    kin=candidates.KIN,
    belief=candidates.BELIEF,
    belief_after=candidates.BELIEF_AFTER,
    turn=candidates.TURN,
    clause_end=candidates.CLAUSE_END,
    aside=candidates.ASIDE,
    by=candidates.BY,
    supposed=candidates.SUPPOSED,
    boxed=candidates.BOXED,
    openers=candidates.OPENERS,
    same_verb=candidates.SAME_VERB,
    near_words=candidates.NEAR_WORDS,
    near=candidates.NEAR,
    near_after=candidates.NEAR_AFTER,
    place_words=candidates.PLACE_WORDS,
    asks_top=candidates.ASKS_TOP,
    below_top=candidates.BELOW_TOP,
    above_it=candidates.ABOVE_IT,
    considered=candidates.CONSIDERED,
    role_after=candidates.ROLE_AFTER,
    would=deferred(r"\b(?:would|might|could) (?:be|have been)\s(?:the\s|an?\s|in\s)?$"),
    if_=deferred(r"[^.,;!?\n]{0,20}\bif\b"),
    asks_noun=candidates.ASKS_NOUN,
    role=candidates.ROLE,
)
