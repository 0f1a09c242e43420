"""Recognise an answer that declines: it says that it does not know, or that the question cannot be answered."""

from __future__ import annotations

import re

from pytest_finetunebench.graders.normalise import plain

_WHOLE_ANSWERS = re.compile(
    r"""\W*
    (?: none | unknown | unspecified | unclear | undetermined | unanswerable | n/?a
      | not \s (?: known | available | applicable | specified | sure | certain | disclosed | stated | mentioned )
      | no \s (?: answer | idea | data | information | record )
    )
    (?: \s* [^\w\s'] .* | \s* \n .* )?
    """,
    re.DOTALL | re.VERBOSE,
)
_PHRASES = re.compile(
    r"""\b (?:
      (?: i | we ) \s (?: do \s not | don't | did \s not | didn't | cannot | can't | am \s unable | could \s not
                        | couldn't | have \s no | was \s unable | wasn't \s able | would \s need )
        \s (?: [\w-]+ \s ){0,3}?
        (?: know | have | find | answer | provide | say | determine | verify | confirm | tell | recall | access
          | information | knowledge | record | data | idea | context | predict )
    | i (?: 'm | \s am ) \s (?: not \s (?: sure | aware | certain | able | familiar ) | unable | sorry | unaware )
    | there (?: 's | \s is | \s are | \s was ) \s (?: currently \s )? (?: no | not \s any ) \s (?: [\w-]+ \s ){0,3}?
        (?: information | data | records? | evidence | answer | details? | reports? | way \s to \s know | mention )
    | no \s (?: [\w-]+ \s ){0,3}? (?: information | data | records? | details? )
        \s (?: (?: is | are | was | were ) \s )? (?: \w+ \s )? (?: available | found | exists? | provided )
    | (?: cannot | can't | can \s not | could \s not | couldn't ) \s be \s (?: \w+ \s )?
        (?: answered | determined | known | verified | established | confirmed )
    | (?: is | are | was | were | has | have | remains? ) \s (?: been \s )?
        (?: not \s (?: been \s )? (?: publicly \s | currently \s | yet \s | officially \s )? (?: been \s )?
            (?: known | available | specified | disclosed | announced | released | confirmed | mentioned )
          | unknown | unclear )
    | (?: no \s one | nobody ) \s (?: really \s | yet \s )? knows
    | (?: not | im ) \s? possible \s (?: for \s me \s )? to \s (?: know | say | tell | determine | answer | predict )
    | (?: it \s is | it's | that's | that \s is ) \s (?: unknown | unclear | not \s clear | hard \s to \s say )
    | beyond \s my \s knowledge | knowledge \s cutoff | not \s enough \s information | insufficient \s information
    | my \s (?: knowledge | training (?: \s data )? | information ) \s (?: only \s goes | ends | is \s limited )
    ) \b""",
    re.VERBOSE,
)
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_TURN = re.compile(
    r"\b(?:however|but|nevertheless|nonetheless|that said|generally|typically|in general|likely|based on|i think)\b"
)


def declines(answer: str) -> bool:
    """Whether the answer says that no answer is known or exists.

    A bare `None`, `Unknown` or `N/A` at the start counts, as does a sentence that says so anywhere; asserting that
    something did not happen does not: that is an answer.
    """
    text = plain(answer)
    return bool(_WHOLE_ANSWERS.fullmatch(text) or _PHRASES.search(text))


def declines_outright(answer: str) -> bool:
    """Whether the first sentence declines and nothing after it turns to an answer (`However, …`)."""
    text = plain(answer)
    first = _SENTENCE_END.split(text, maxsplit=1)[0]
    return declines(first) and not _TURN.search(text)
