"""How likely a model was to begin its answer as the reference does, from the tokens that it could have chosen.

The tool follows the tokens that the model chose, as long as they spell a reference. At each position it adds up the
tokens that would have spelt one, too. So the result is the probability, at a temperature of 1, that the answer begins
with a reference's first tokens, with two limits. Where the model left the reference, what would have come after the
next token is not known: that token's probability counts in full. A token that is not listed counts as 0.
Capitals and small letters are alike.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from pytest_finetunebench.completions import FIRST_TOKENS, Completion, TokenChoice

_DRESS = " \t\r\n\"'`*_“”‘’«»"
"""Characters that stand before an answer and are no part of it."""
_BROKEN = "\ufffd"
"""Stands for a part of a character, which some tokens are."""
_ENDED = "\0"
"""What remains of a reference once something else follows it."""


def reference_probability(
    references: Collection[str], completion: Completion, graded_text: str | None = None
) -> float | None:
    """Return the probability that the answer begins with the first tokens of one of the references, 0..1.

    `graded_text` is the answer without thoughts, where it is not the whole text. None where no log-probabilities came,
    there is no reference, or the text begins with something other than the answer.
    """
    tokens = completion.first_tokens
    if not tokens:  # nearly always
        return None
    rests = {rest for one in references if (rest := _bare(one.rstrip()))}
    if not rests or not _begins(completion.text, graded_text):
        return None
    complete = len(tokens) >= FIRST_TOKENS
    while tokens and tokens[0].token and not _bare(tokens[0].token):
        tokens = tokens[1:]  # a line end, a quotation mark
    if not tokens or _BROKEN in tokens[0].token:
        return None
    return _followed(rests, tokens, complete=complete)


def begins_with(references: Collection[str], answer: str) -> bool:
    """Whether an answer begins with one of the references, as the probability reads it."""
    given = _bare(answer)
    return any(_after(given, rest) in ("", _ENDED) for one in references if (rest := _bare(one.rstrip())))


def _followed(rests: set[str], tokens: Sequence[TokenChoice], *, complete: bool) -> float:
    """Follow the tokens; `complete` says whether the answer may go on after the last of them."""
    path, total = 1.0, 0.0
    for position, choice in enumerate(tokens):
        if _BROKEN in choice.token:
            complete = True  # what it spells is not known
            break
        if "" in rests:
            return min(total + path * (1 - _going_on(choice)), 1.0)
        read = str.casefold if position else _bare
        others = (logprob for text, logprob in choice.top if text != choice.token and _left(read(text), rests))
        total += path * math.fsum(map(math.exp, others))
        rests = _left(read(choice.token), rests)
        if not rests:
            return min(total, 1.0)
        path *= math.exp(min(choice.logprob, 0.0))
        if _ENDED in rests:
            return min(total + path, 1.0)
    # an answer that ended before its reference did not give it
    return min(total + path, 1.0) if complete or "" in rests else min(total, 1.0)


def _going_on(choice: TokenChoice) -> float:
    """Return the probability that the last word goes on, as from 6 to 61."""
    listed = {choice.token: choice.logprob} | dict(choice.top)
    return min(math.fsum(math.exp(logprob) for text, logprob in listed.items() if text[:1].isalnum()), 1.0)


def _left(token: str, rests: Collection[str]) -> set[str]:
    """Return what remains of those references that a token goes on with; empty if it leaves them all."""
    return {left for rest in rests if (left := _after(token, rest)) is not None}


def _after(token: str, rest: str) -> str | None:
    if token.startswith(rest) and len(token) > len(rest):
        return None if token[len(rest)].isalnum() else _ENDED
    return rest[len(token) :] if token and rest.startswith(token) else None


def _bare(text: str) -> str:
    return text.lstrip(_DRESS).casefold()


def _begins(text: str, graded_text: str | None) -> bool:
    return graded_text is None or text.lstrip(_DRESS).startswith(graded_text.lstrip(_DRESS))
