"""What takes a mention back in English."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.languages.prose_parts import Denials
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list

_NEGATION = (
    r"not|never|n't|nor|neither|cannot|rather than|instead of|unlike|as opposed to|except(?: for)?|(?<!none )other than"
)
_AWAY = (
    r"\b(?:den(?:y|ies|ied|ying)|disput(?:es|ed|ing) (?:having|being|that|to)|refut(?:es|ed|ing)|(?:reject(?:s|ed)"
    r"|disput(?:es|ed)) (?:the )?(?:claims?"
    r"|reports?|rumou?rs?|suggestions?|idea|notion)|(?:rul(?:e|es|ed|ing) out|eliminat(?:e|es|ed|ing)"
    r"|(?:nearly|almost) [a-z]+ed|exclud(?:e|es|ed|ing)|nothing to do with|no (?:link|connection|ties?) (?:to|with))"
    r"|unlikely|(?:can|could) hardly"
    r"|not convinced|no (?:evidence|proof|sign|indication|reason|role|place|need)|nothing (?:suggests|indicates"
    r"|shows|proves)"
    r"|pretend(?:s|ed)? to|wish(?:es|ed)?|almost born)\s(?:(?!but\b|and\b|by\b)[\w'-]+\s){0,7}[\"'(]?$"
    r"|\b(?:far|a long way|nowhere near|miles(?: away)?|(?:few|several|some|many|\d+) (?:miles|km|kilomet(?:re"
    r"|er)s)) from\s(?:the\s)?$"
    r"|\b(?:any\w*|every\w*|all)(?:\s\w+)?\s(?:but|except(?: for)?|other than|save)\s(?:the\s|in\s)?$"
    r"|\b(?:despite|in spite of|contrary to|whatever)\s(?:[\w'-]+\s){0,3}"
    r"(?:talk|rumou?rs?|claims?|reports?|belief|stor(?:y|ies)|legends?|say|says|think|believe)\s(?:[\w'-]+\s){0,4}[\"'(]?$"
    r"|\b(?:by no means|in no way|under no circumstances|nowhere near|anything but)\s(?:[\w'-]+\s){0,3}[\"'(]?$"
    r"|\b(?:hardly|scarcely)\s(?:(?:in|at|on|by|from|an?|the)\s){0,2}$"
    r"|\b(?:opposite of|advis\w+ against|(?:allergic|resistant"
    r"|intolerant) to)\s(?:the\s)?$"
    r"|^\W*(?:(?:please|always)\s)?(?:avoid"
    r"|stop)\s(?:the\s)?$"
)
_BEFORE = deferred(
    rf"(?:(?<!\bif )\b(?:{_NEGATION})|n't)\s(?!only|just|necessarily|until)(?:(?!and (?:take|give|use"
    rf"|see)\b)(?:[\w'\"(]+"
    rf"|,)\s?){{0,4}}[\"'(]?$"
    r"|\b(?:(?<!no )(?<!without )(?<!\ba )(?<!any )doubt|myth|misconception|disproved?|debunked"
    r"|(?:false|untrue|wrong|incorrect) (?:that|to say))\s"
    r"(?:(?!but\b|and\b)[\w'-]+\s){0,6}[\"'(]?$"
    rf"|{_AWAY}"
    r"|\b(?:mistaken(?:ly)?|wrongly|falsely|erroneously|incorrectly)\s(?:[\w'-]+\s){0,5}[\"'(]?$",
    re.ASCII,
)
_DIRECTLY = deferred(
    r"(?:\b(?:is|was|are|were|be)\s(?:definitely |certainly |surely )?not|n't|^\W*not)\s(?:the\s|an?\s)?[\"'(]?$"
)
_LEFT_OUT = deferred(
    r"(?:\bno longer|\bwithout)\s(?!only\b|(?:a |any )?(?:doubt|question))(?:[\w'-]+,?\s){0,4}[\"'(]?$|\bno\s$"
)
"""`no` denies the next word alone, for `no doubt it is X` affirms."""
_FALSE = (
    r"(?:simply |actually |just |plainly )?(?:wrong|incorrect|false|untrue|mistaken|disprove[dn]|debunked|refuted"
    r"|discredited|unproven|unfounded|baseless|outdated|obsolete|out of date"
    r"|a (?:common |popular )?(?:myth|misconception|mistake))\b"
)
_AFTER = deferred(
    r"[\"')]?(?:\sof(?:\s[\w'-]+){1,3})?\s(?:is|was|are|were|does|did|do|has|had|can|could|would|will|should|must|may"
    r"|might|need)(?:\snot|n't)\b(?!\s(?:only|just))"
    r"|[\"')]?\s(?:nearly|almost|narrowly missed|tried to|attempted to|hoped to|wanted to|refused to"
    r"|declined to)\b"
    r"|[\"')]?\s?[(\[](?:wrong|incorrect|false|untrue|no|not)\s?[)\]]"
    r"|[\"')]?\s(?:is|was|seems?|seemed|looks?|looked|appears?)\s(?:rather |very |highly |most )?(?:unlikely"
    r"|doubtful|implausible)\b"
    r"|[\"')]?\s(?:is|was|would be)\s(?:a|the)\s(?:\w+\s){0,2}(?:wrong|mistaken|incorrect|false)\b"
    r"|[\"')]?\s(?:can|could|may|must|has|have|was|is)\s(?:be\s|been\s)?(?:ruled out|out of the question"
    r"|excluded|eliminated|discounted|dismissed)\b"
    r"|[\"')]?\s(?:should|must)\sbe\s(?:avoided|stopped|omitted)|[\"')]?\sis\scontraindicated\b|[\"')]?\s(?:never"
    r"|failed)\b"
    r"|[\"')]?\s\w+\s[^.,;!?\n]{0,50}\s?\bis\s(?:just |only |merely |nothing but )?an?\s"
    r"(?:rumou?r|myth|hoax|lie|falsehood|misconception)\b|[\"')]?\sis\s(?:just |only |merely "
    r"|nothing but )an?\s(?:rumou?r|hoax|lie)\b"
    rf"|[\"')]?,?\s(?:is|was|would be|has(?:\ssince)? been|have been|had been)\s(?:since\s)?{_FALSE}"
    rf"|[\"')]?[,.]?\s(?:but|though|although)?\s?(?:that|this|it)(?:'s|\sis|\swas|\swould be)\s{_FALSE}"
    r"|[\"')]?\s?[?:]\s?(?:no\b(?! (?:doubt|question))|nope\b|not\b|wrong\b|i doubt\b|unlikely\b|hardly\b"
    r"|probably not\b|i (?:don't|do not|doubt) (?:think|believe) so)"
    r"|[\"')]?\s(?:(?:is|are|was|were|has been|have been)\s)?no longer\b"
    r"|[^.;!?\n]{0,60}\bbut\s(?:nobody|no one|few(?: people)?|hardly anyone|i don't)\s"
    r"(?:really\s)?(?:believes?|thinks? so)\b"
)
_CLAUSE_END = deferred(r"[.;:!?\n]|\bbut\b|\bhowever\b")
_IN_QUESTION = deferred(
    r"\b(?:not|never|except|without|no longer|cannot|isn't|aren't|doesn't|didn't|other than|n't)\b|n't\b"
)
_LIST_BEFORE = deferred(
    r",\s(?:(?:[^\s,]+\s){1,2}(?:and|or|nor)\s(?:(?:the|an?)\s)?|(?:(?:and|or|nor|the|an?)\s){0,2})$"
)
_LIST_AFTER = deferred(r"\s?(?:$|[.,;:!?\n)]|\s(?:and|or|nor)\b)")
_DENIED_VERB = (
    r"(?:\b(?:do|does|did|should|must|may|can|could|would|will|need|is|are|was|were|be)(?:n't|\s(?:not|never))"
    r"|\b(?:cannot|can't|won't)|\b(?:should|must|may|can|is|are) no longer(?: be)?)\s(?!only\b|just\b|necessarily\b)"
)
_BOUND = (
    r"(?:(?:be|go|rise|fall|drop|last|take|get|any)\s)?(?:(?:more|less|fewer|lower|higher|later|longer|shorter|earlier"
    r"|sooner|deeper|faster|slower|younger|older|greater)\b|exceed|surpass|above\b|below\b|over\b|under\b|beyond\b"
    r"|withh[eo]ld|omit|avoid|miss|den[iy]|refuse|skip|delay|postpone|wait|stop)"
)
_TURNS = (
    r"before|until|till|unless|beyond|later|longer|sooner|earlier|because|since|whereas|while|although|though|rather"
    r"|instead|except|only|wait\w*|delay\w*|postpone\w*|and (?:it|they|he|she|now|then|recommend\w*|prefer\w*"
    r"|advis\w+|should|start\w*|begin\w*|take\w*|give\w*|use\w*|see\w*|get|sets?)"
)
"""After one of these the rest of a denied statement may hold: `not before 12 months`."""
_OMITTED = deferred(
    r"\b(?:no(?!\s(?:\w+er|more|less)\sthan\b)|avoid(?:s|ing)?|stop(?:s|ped|ping)?|omit(?:s|ted|ting)?|withhold|discontinued?|against)"
    r"\s(?:(?!(?:only|in|on|at|by|after|before|until|till|within|during|from|when|once)\b)[\w'-]+,?\s){0,4}$"
    rf"|(?<!\bwho )(?<!\bthat )(?<!\bwhich )(?<!\bif )(?<!\bwhen ){_DENIED_VERB}(?!{_BOUND})"
    rf"(?:(?!\b(?:{_TURNS})\b)[^.;:!?\n])*$"
)
_NOT_GIVEN = deferred(
    r"\s(?:(?:is|are|was|were|has\sbeen|have\sbeen)\s)?never\b"
    r"|\s(?:is|are)\s(?:contraindicated|obsolete|discouraged)\b"
    r"|(?:[^\s.;:,!?()]{0,12}\))?(?:(?!\b(?:who|that|which|if|when|where|unless|whether|while|as|since|because|so|but"
    r"|though|although|than|instead|rather|and(?! (?:older|over|above|more|up|higher)\b))\b)"
    r"(?:\([^()\n]{0,60}\)|[^.;:,!?\n()])){0,90}?"
    rf"(?<!\bnot ){_DENIED_VERB}(?!{_BOUND}|before|until)"
)
_ASKS_NOT = deferred(
    r"(?:^|[.?!:;,]\s)(?:what|which|who|whom|why|when)\b(?:(?!\b(?:who|that|which|in|for|of)\b)[^.;:?]){0,40}?\b(?:do|does|did|should|must|may|can|could|would|will|is|are|was"
    r"|were)(?:n't|(?:\s(?!who\b|that\b|which\b)\w+){0,4}\s(?:not|never|no longer))\b"
)

_RETRACTION = deferred(
    r"\b(?:correction|edit|make that|or rather|sorry,? (?:i mean(?:t)?|no|it'?s)|hmmm*,? no|scratch that"
    r"|strike that|(?:no,? )?wait|actually,? no|no,? actually|i take (?:that|it) back|(?:forget|ignore"
    r"|disregard) (?:that|it|this)|(?:just |only )?(?:kidding"
    r"|joking)|pardon(?: me)?|excuse me|i beg your pardon"
    r"|let me (?:correct|rephrase|fix)(?: (?:that|myself|this))?|on second thoughts?|i meant?"
    r"|my (?:mistake|bad|apologies)|i (?:was|misspoke|made an? \w+|mis(?:read|counted|typed|remembered)(?: (?:that"
    r"|it))?"
    r"|(?:confused|mixed) (?:that|it|them|the two)(?: up)?|got (?:that|it) wrong)|i stand corrected"
    r"|that (?:is|was) (?:wrong|incorrect|a mistake|not right))"
    r"(?:\s?[:,.;!\u2014-]+|\s(?:that|it|this|the answer|no|sorry)\b|\s(?=(?:[\w'-]+\s){0,3}[\w'-]+\W*$)|$)"
    # each way as words that may be known: of ` ?no` or `hmm+` no beginning is (`beginnings.py`)
    r"|\.\.\. no,|\.\.\.no,"
)
"""`wait, …`, `correction: …`, where something else follows."""

DENIALS = Denials(
    before=_BEFORE,
    after=_AFTER,
    directly=_DIRECTLY,
    struck=deferred(r"(?:~~|<(?:s|del|strike)>)[^~<]{0,80}$"),
    struck_end=deferred(r"[^~<]{0,80}(?:~~|</(?:s|del|strike)>)"),
    retraction=_RETRACTION,
    retraction_words=(
        *word_list(
            "forget ignore disregard kidding joking pardon excuse misread miscounted mistyped misremembered"
            " confused mixed correct scratch strike wait actually take second mistake misspoke apologies"
            " wrong"
        ),
        *(
            "edit",
            "make that",
            "or rather",
            "sorry",
            "hmm",
            "let me",
            "i mean",
            "i was",
            "i made",
            "my bad",
            "not right",
        ),
    ),
    of_question=deferred(r"[^.!?\n]{0,120}\?"),
    left_out=_LEFT_OUT,
    next_only="no ",
    clause_end=_CLAUSE_END,
    in_question=_IN_QUESTION,
    list_before=_LIST_BEFORE,
    list_after=_LIST_AFTER,
    omitted=_OMITTED,
    not_given=_NOT_GIVEN,
    asks_not=_ASKS_NOT,
)
