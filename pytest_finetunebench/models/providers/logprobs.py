"""Log-probabilities in OpenAI's wire format: how they are asked for, and read from an answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_finetunebench.completions import FIRST_TOKENS, TOP_TOKENS, Request, TokenChoice
from pytest_finetunebench.errors import ProviderError
from pytest_finetunebench.models.providers.failures import HttpFailure, Site, rejected_parameters

_TOP_OF_COMPLETIONS = 5
"""What OpenAI's plain completions list at most."""
_FEWER = "ask for fewer with --ft-param top_logprobs=5, or leave out --ft-logprobs"


def asked_logprobs(request: Request) -> dict[str, Any]:
    """Return the parameters that ask for log-probabilities; none where the request does not."""
    if not request.logprobs:
        return {}
    if request.form == "completion":
        return {"logprobs": _TOP_OF_COMPLETIONS}
    return {"logprobs": True, "top_logprobs": TOP_TOKENS}


def refused_logprobs(failure: HttpFailure, request: Request, site: Site) -> ProviderError | None:
    """Return the error for a refusal that names log-probabilities; None for any other."""
    if not rejected_parameters(failure, dict.fromkeys(asked_logprobs(request), "")):
        return None
    words = site.words(failure.message)
    message = f"{site.provider}: HTTP {failure.status} from {site.url}: model '{request.model}': {_FEWER}: {words}"
    return ProviderError(message, status=failure.status, hopeless=True)


def without_logprobs(site: Site) -> ProviderError:
    """Return the error for an answer without the log-probabilities that were asked for."""
    message = f"{site.provider}: {site.url} sends no log-probabilities: leave out --ft-logprobs"
    return ProviderError(message, hopeless=True)


def read_first_tokens(found: object, text: str) -> tuple[TokenChoice, ...] | None:
    """Read a choice's `logprobs`, of a chat or of a plain completion.

    Returns:
        The first tokens of `text`. None if there are none; an empty tuple if they do not spell `text`.
    """
    if not isinstance(found, Mapping):
        return None
    content = found.get("content")
    try:
        positions = list(_of_chat(content) if isinstance(content, list) else _of_completion(found))
    except (AttributeError, TypeError, ValueError, LookupError):
        return ()
    if not positions:
        return None
    begin = _begin([spelt for spelt, _ in positions], text.strip())
    return () if begin is None else tuple(choice for _, choice in positions[begin : begin + FIRST_TOKENS])


def _begin(spelt: Sequence[bytes], text: str) -> int | None:
    """Return the position of the token that `text` begins with: thoughts may stand before it."""
    wanted = text.encode(errors="replace")
    at = b"".join(spelt).rfind(wanted) if wanted else -1
    if at < 0:
        return None
    end = 0
    for position, one in enumerate(spelt):
        end += len(one)
        if end > at:
            return position
    return None


def _of_chat(content: Sequence[Mapping[str, Any]]) -> Iterator[tuple[bytes, TokenChoice]]:
    for entry in content:
        top = [(_spelt(one).decode(errors="replace"), one["logprob"]) for one in entry.get("top_logprobs") or ()]
        spelt = _spelt(entry)
        yield spelt, _choice(spelt.decode(errors="replace"), entry["logprob"], top)


def _spelt(entry: Mapping[str, Any]) -> bytes:
    # a token may be a part of a character, which only its bytes tell
    given = entry.get("bytes")
    return bytes(given) if given else str(entry["token"]).encode(errors="replace")


def _of_completion(found: Mapping[str, Any]) -> Iterator[tuple[bytes, TokenChoice]]:
    tokens, logprobs = found.get("tokens") or (), found.get("token_logprobs") or ()
    tops = found.get("top_logprobs") or [None] * len(tokens)
    for token, logprob, top in zip(tokens, logprobs, tops, strict=True):
        yield str(token).encode(errors="replace"), _choice(str(token), logprob, list((top or {}).items()))


def _choice(token: str, logprob: Any, top: Sequence[tuple[Any, Any]]) -> TokenChoice:
    listed = [(str(text), float(value)) for text, value in top]
    # servers write an impossible token's as -9999 or -Infinity
    return TokenChoice(token, _number(logprob), tuple((text, value) for text, value in listed if -1000 < value <= 0))


def _number(logprob: Any) -> float:
    value = float(logprob)
    if math.isnan(value):
        raise ValueError("no number")
    return max(min(value, 0.0), -1000.0)
