"""Answers that say yes or no, in the many ways that people and models do.

Policy: the answer's opening decides (`No, she does not`; `Correct.`; `It does.`); what corrects it decides over it
(`No, wait, yes`; `Final answer: no`); else the only one of both that it says. Forms other than yes and no count only at
the start and when nothing else follows in their clause: `It is a nice city.` and `Right now it is closed` say neither.
`Yes and no`, and a `no` that belongs to a noun (`no one knows`, `there is no record`), say neither. What is denied
(`I would not say yes`) is not said.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.grading.finding import Finding, quoted, shown
from pytest_finetunebench.grading.prose.guards import is_negated
from pytest_finetunebench.grading.prose.refusal import declines
from pytest_finetunebench.grading.text.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.normalise import contains, words
from pytest_finetunebench.grading.text.patterns import deferred
from pytest_finetunebench.grading.text.phrases import Text, reading, reading_answer
from pytest_finetunebench.grading.text.wordlists import word_set

LONGEST = 20_000
"""Characters of an answer that are read."""
_SUBJECT = r"(?:it|that|this|he|she|they|there|you|i|we|these|those)"
_VERB = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might|must|am)"
_FILLER = deferred(
    r"""(?: [\W_]+
      | (?: well | oh | hmm+ | so | ok | okay | ah | sure | the (?:\s(?:short|final|correct|right))? \s answer
          | my (?:\s final)? \s answer | answer | in \s short | short \s answer | a \s? :
        ) (?: \s (?: is | would \s be | here \s is ) )?
        (?= \s? [:,.!] (?= .* \w ) | \s (?: yes | no | definitely | absolutely ) \b )
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
    r"(?:(?:both|neither)\s)?(?:yes\W{1,3}(?:and|or|nor)?\s?no|no\W{1,3}(?:and|or|nor)\s?yes)\s?(?=[.,;:!?)\n]|$|because\b)"
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
    r"(?=\s?(?:$|[.!?;\n)\"]|,\s(?:and|but|because|since|though|although|in fact|actually|indeed|he|she|it|they)\b))"
)
_SURELY = (
    r"(?:absolutely|certainly|definitely|of course|indeed|surely|clearly|obviously|probably|likely|most likely"
    r"|very likely|very much so|most certainly|for sure)"
)
_NOT = r"(?:\snot|n't)"
_FORMS = (
    (
        "no",
        deferred(
            rf"(?:{_SURELY}\s)?(?:not(?:\s(?:at all|really|true|correct|right|exactly|quite|so|the case))?){_END}"
        ),
    ),
    ("no", deferred(rf"(?:false|incorrect|wrong|negative|untrue|never|by no means|no way|far from it){_END}")),
    (
        "no",
        deferred(
            rf"(?:(?:that|it|this)(?:'s|\sis|\swould be)|you(?:'re|\sare))\s(?:simply\s|absolutely\s|actually\s)?"
            rf"(?:false|incorrect|wrong|untrue|not\s(?:right|true|correct|so|the case|accurate)){_END}"
        ),
    ),
    ("no", deferred(rf"(?:that|it|this)(?:\sis|\swas)n't\s(?:right|true|correct|so|the case|accurate){_END}")),
    ("no", deferred(rf"{_SUBJECT}(?:\s{_VERB}{_NOT}|\s(?:cannot|won't)|'(?:s|re|m) not){_CLOSED}")),
    ("no", deferred(rf"i (?:do not|don't) (?:think|believe) so{_END}")),
    ("yes", deferred(rf"{_SURELY}(?:\s(?:so|correct|true|right|{_SUBJECT}\s{_VERB}))?{_END}")),
    ("yes", deferred(rf"(?:correct|right|true|affirmative|exactly|precisely|sure|sure thing|agreed){_END}")),
    (
        "yes",
        deferred(
            rf"(?:(?:that|it|this)(?:'s|\sis|\swould be)|you(?:'re|\sare))\s(?:absolutely\s|quite\s|indeed\s)?"
            rf"(?:right|correct|true|so|the case|accurate){_END}"
        ),
    ),
    (
        "yes",
        deferred(rf"(?:indeed,?\s)?{_SUBJECT}\s(?:indeed\s|certainly\s|definitely\s)?{_VERB}(?:\sindeed)?{_CLOSED}"),
    ),
    ("yes", deferred(rf"i (?:think|believe|guess) so{_END}")),
    (
        "yes",
        deferred(
            rf"(?:(?:there is |there's )?no (?:doubt|question)(?: about (?:it|that))?|without (?:a|any) doubt){_END}"
        ),
    ),
)
"""What an opening means, the denials first: `absolutely not` begins with a yes."""
_CORRECTED = deferred(
    r"\b(?:wait|actually|correction|scratch that|i mean|i meant|on second thoughts?|let me correct that"
    r"|i take that back|final answer)\b(?:[\W_]|(?:is|the answer|it)\b){1,30}?(?=(yes|no)\b)"
)
_MOST_FILLERS = 6


@lru_cache(maxsize=MEMO_SIZE)
def is_yes_no(reference: str) -> bool:
    """Whether a reference is a plain Yes or No."""
    return words(reference) in (["yes"], ["no"])


def read_yes_no(answer: str) -> str | None:
    """Return `yes` or `no` as the answer says it by this module's policy; None where it says neither, or both."""
    text = reading_answer(answer[:LONGEST])
    folded = text.folded
    corrected = [match for match in _CORRECTED.finditer(folded) if _WORD.match(folded, match.end())]
    if corrected:
        return corrected[-1][1]
    start = _opening(folded)
    if _BOTH.match(folded, start):
        return None
    if (word := _WORD.match(folded, start)) is not None:
        return _meaning(word)
    for meaning, form in _FORMS:
        if form.match(folded, start):
            return meaning
    return _only_one(text)


def _opening(folded: str) -> int:
    """Return where the answer begins behind punctuation and words that lead up to it (`Well,`, `The answer is`)."""
    at = 0
    for _ in range(_MOST_FILLERS):
        filler = _FILLER.match(folded, at)
        if filler is None or filler.end() == at:
            break
        at = filler.end()
    return at


def _meaning(word: re.Match[str]) -> str:
    return "yes" if word["yes"] or word["y"] else "no"


_ANYWHERE = deferred(r"(?<![\w'-])(?:(?P<yes>yes|yeah|yep)|(?P<no>no|nope))\b(?!-)(?P<after>\s[^\W\d_]+)?")
_AFTER_NO = word_set(
    """
    because since as but and so he she it they i we you the this that if for although though when
    according at in on based given
    """
)


def _only_one(text: Text) -> str | None:
    """Return the one of yes and no that the answer says; a `no` in front of another word belongs to that word."""
    said = set()
    for match in _ANYWHERE.finditer(text.folded):
        meaning = "yes" if match["yes"] else "no"
        after = (match["after"] or "").strip()
        if meaning == "no" and after and after not in _AFTER_NO:
            continue
        if not is_negated(text, reading(""), match.span(meaning)):
            said.add(meaning)
    return said.pop() if len(said) == 1 else None


def compare_yes_no(probe: Probe, text: str) -> Finding:
    """Judge an answer to a yes/no question.

    Where the question offers values to choose from (`red, blue or yellow?`) and the answer is the trained one of them
    and nothing else, that means yes.
    """
    wanted = {read_yes_no(reference) for reference in probe.references}
    said = read_yes_no(text)
    if said is not None:
        return Finding(said in wanted, said, f"says {said}")
    trained = probe.trained_answer
    if (
        wanted == {"yes"}
        and trained
        and words(text) == words(trained)
        and contains(probe.prompt, trained)
        and not declines(text)
    ):
        return Finding(True, shown(text), f"names {quoted(trained)}, which the question offers: that means yes")
    return Finding(False, shown(text), "says neither yes nor no")
