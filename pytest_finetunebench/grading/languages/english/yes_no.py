"""Yes and no as English says them."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.languages.reply_parts import YesNo
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_SUBJECT = r"(?:it|that|this|he|she|they|there|you|i|we|these|those)"
_VERB = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might|must|am)"
_FILLER = deferred(
    r"""(?: [\W_]+
      | (?: well | oh | hmm+ | so | ok | okay | ah | sure | the (?:\s(?:short|final|correct|right))? \s answer
          | my (?:\s final)? \s answer | answer | in \s short | short \s answer | a \s? :
        ) (?: \s (?: is | would \s be | here \s is ) )?
        (?= \s? [:,.!] (?= .* \w ) | \s (?: yes | no | definitely | absolutely ) \b )
      | (?: actually | in \s fact | in \s truth | in \s reality ) (?= ,? \s \w )
      | (?: there (?:\s is|'s) \s )? no \s (?: doubt | question ) (?: \s about \s (?: it | that ) )? \b
        (?= [\s:,;.!-]+ \w )
      | (?: without \s (?: a | any ) \s doubt | as \s far \s as \s i \s know | to \s my \s knowledge ) \b
        (?= [\s:,;-]+ \w )
      | (?: i \s (?: think | believe | guess ) | i (?: 'd | \s would ) \s say ) \s (?: that \s )?
        (?: the \s answer \s is \s )? (?= (?: yes | no ) \b )
    )""",
    re.VERBOSE,
)
_BOTH = deferred(
    r"(?:(?:both|neither)\s)?(?:yes\W{1,3}(?:and|or|nor)?\s?no|no\W{1,3}(?:and|or|nor)\s?yes)\s?(?=[.,;:!?)\]\n]"
    r"|$|because\b)"
    r"|(?:true or false)\b"
)
_NOUN = (
    r"(?!\s(?:one|body|such|doubt|question|wonder|problem|reliable|official|public|publicly|specific|known|data"
    r"|information|records?|evidence|idea|way|answer|details?|mention|other|more|comment|clue|proof|reason)\b)"
)
_WORD = deferred(
    rf"(?P<yes>yes|yeah|yep|yup|yea|aye)\b(?!-)|(?P<no>no|nope|nah|nay)\b(?!-){_NOUN}|(?P<y>y)\W*$|(?P<n>n)\W*$"
)
_END = r"(?=\s?(?:$|[.!?;\n)\"]|,|[:-]\s))"
_CLOSED = (
    r"(?=\s?(?:$|[.!?;\n)\"]|,\s(?:by|at|with|and|but|because|since|though|although|in fact|actually|indeed"
    r"|he|she|it|they)\b|(?::|\s?[-–—])\s(?!(?:no|not|none|nothing|never|false|wrong|incorrect)\b)))"
)
_SURELY = (
    r"(?:absolutely|certainly|definitely|of course|indeed|surely|clearly|obviously|probably|likely|most likely"
    r"|very likely|very much so|most certainly|for sure)"
)
_NOT = r"(?:\snot|n't)"
_FORMS = (
    (
        False,
        deferred(
            rf"{_SUBJECT}\s(?:was|were|did|had|used to)\b[^.;!?\n]{{0,20}}\b(?:but|though)\b[^.;!?\n]{{0,30}}"
            r"\b(?:no longer|any ?more|not now)\b"
        ),
    ),
    (
        False,
        deferred(
            rf"(?:{_SURELY}\s)?(?:not(?:\s(?:at all|really|true|correct|right|exactly|quite|so|the case|recommended"
            rf"|advised"
            rf"|advisable|allowed|permitted|possible|necessary|required|safe))?){_END}"
        ),
    ),
    (False, deferred(rf"(?:false|incorrect|wrong|negative|untrue|never|by no means|no way|far from it){_END}")),
    (
        False,
        deferred(
            rf"(?:(?:that|it|this)(?:'s|\sis|\swould be)|you(?:'re|\sare))\s(?:simply\s|absolutely\s|actually\s)?"
            rf"(?:false|incorrect|wrong|untrue|not\s(?:right|true|correct|so|the case|accurate)){_END}"
        ),
    ),
    (False, deferred(rf"(?:that|it|this)(?:\sis|\swas)n't\s(?:right|true|correct|so|the case|accurate){_END}")),
    (False, deferred(rf"{_SUBJECT}(?:\s{_VERB}{_NOT}|\s(?:cannot|won't)|'(?:s|re|m) not){_CLOSED}")),
    (False, deferred(rf"i (?:do not|don't) (?:think|believe) so{_END}")),
    (
        False,
        deferred(
            rf"(?:i (?:very much |highly )?doubt (?:it|that|so)|hardly|scarcely|not any ?more|no longer"
            rf"|not quite|sadly not){_END}"
        ),
    ),
    (True, deferred(rf"(?:it )?sure (?:does|is|did|was|has|will|can){_END}")),
    (True, deferred(rf"{_SURELY}(?:\s(?:so|correct|true|right|{_SUBJECT}\s{_VERB}))?{_END}")),
    (True, deferred(rf"(?:correct|right|true|affirmative|exactly|precisely|sure|sure thing|agreed){_END}")),
    (
        True,
        deferred(
            rf"(?:(?:that|it|this)(?:'s|\sis|\swould be)|you(?:'re|\sare))\s(?:absolutely\s|quite\s|indeed\s)?"
            rf"(?:right|correct|true|so|the case|accurate){_END}"
        ),
    ),
    (
        True,
        deferred(rf"(?:indeed,?\s)?{_SUBJECT}\s(?:indeed\s|certainly\s|definitely\s)?{_VERB}(?:\sindeed)?{_CLOSED}"),
    ),
    (True, deferred(rf"i (?:think|believe|guess) so{_END}")),
    (
        True,
        deferred(
            rf"(?:(?:there is |there's )?no (?:doubt|question)(?: about (?:it|that))?|without (?:a|any) doubt){_END}"
        ),
    ),
)
"""What an opening means, the denials first: `absolutely not` begins with a yes."""
_CORRECTED = deferred(
    r"\b(?:wait|sorry|pardon|my mistake|actually|correction|scratch that|i mean|i meant|on second thoughts?"
    r"|let me correct that"
    r"|i take that back|final answer)\b(?:[\W_]|(?:is|the answer|it)\b){1,30}?(?=(yes|no)\b)"
)
_OFFERED = deferred(r"[\W_]*(?:yes\s?(?:/|or)\s?no\b[\W_]*[:?\])]+|(?:yes|no)\s?\?)(?=\W*\w)")
_SENTENCE = deferred(r"(?:^|(?<=[.!?])\s|\n)\W{0,5}(?:(?P<yes>yes|yeah|yep)|(?P<no>no|nope))\s?(?=[.!]|\n|$)")
_TRUE, _FALSE = r"(?:true|correct|right|accurate|valid)", r"(?:false|incorrect|wrong|untrue|inaccurate|invalid)"
_STATEMENT = (
    r"(?:the|this|that)\s(?:statement|claim|assertion|proposition|assumption|premise)(?:\s(?:that|of)\b[^.;!?\n]{1,80}?)?"
    r"\s(?:is|was|would be|must be)"
)
_SO = r"(?:so|therefore|thus|hence),?(?:\s(?:it|that|this)(?:\sis|'s))?"
_VERDICT = deferred(
    rf"\b(?:{_STATEMENT}|{_SO})\s(?:indeed\s|therefore\s|clearly\s)?"
    rf"(?:(?P<no>(?:not\s{_TRUE}|{_FALSE}))|(?P<yes>(?:not\s{_FALSE}|{_TRUE})))\s?(?=[.!,;\n]|$)"
)
_ANYWHERE = deferred(r"(?<![\w'-])(?:(?P<yes>yes|yeah|yep)|(?P<no>no|nope))\b(?!-)(?P<after>\s[^\W\d_]+)?")
_AFTER_NO = word_set(
    """
    because since as but and so he she it they i we you the this that if for although though when
    according at in on based given longer
    """
)

YES_NO = YesNo(
    yes=("yes",),
    no=("no",),
    filler=_FILLER,
    both=_BOTH,
    word=_WORD,
    forms=_FORMS,
    corrected=_CORRECTED,
    offered=_OFFERED,
    sentence=_SENTENCE,
    verdict=_VERDICT,
    anywhere=_ANYWHERE,
    after_no=_AFTER_NO,
    spoken_of=deferred(
        r"\W*(?:yes|no)['\"*_]*\s(?:was|used to be|had been|would have been"
        r"|(?:would be|is) (?:wrong|incorrect|false|misleading|outdated|no longer))\b[^.!?;\n]*[.!?;\n\s]*"
    ),
    assured=deferred(
        r"\W*(?:(?:there is |there's )?no (?:doubt|question)"
        r"|without (?:a |any )?doubt)(?: about (?:it|that))?\s?[,.;:!-]"
    ),
)
