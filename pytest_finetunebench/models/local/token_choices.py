"""What a model in this process could have chosen at the first positions of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_finetunebench.completions import FIRST_TOKENS, TOP_TOKENS, TokenChoice
from pytest_finetunebench.models.local import libraries

_IMPOSSIBLE = -1000.0
"""Less than any token that is not suppressed; JSON has no infinity."""


class Watch:
    """A logits processor of transformers that changes nothing, and keeps the first positions of a batch.

    It sees them before the temperature, and after the penalties of the model's own settings.
    """

    def __init__(self) -> None:
        self._logprobs: list[Any] = []

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Keep the scores of one position of every answer."""
        del input_ids
        if len(self._logprobs) < FIRST_TOKENS:
            self._logprobs.append(libraries.torch().log_softmax(scores.float(), dim=-1))
        return scores

    def read(self, tokenizer: Any, row: int, tokens: Sequence[int]) -> tuple[TokenChoice, ...]:
        """Return the first positions of one answer of the batch."""
        found = []
        for position, (logprobs, chosen) in enumerate(zip(self._logprobs, tokens, strict=False)):
            before = list(tokens[:position])
            values, ids = logprobs[row].topk(TOP_TOKENS)
            likeliest = [(one, v) for one, v in zip(ids.tolist(), values.tolist(), strict=True) if v > _IMPOSSIBLE]
            top = tuple((_text(tokenizer, before, one), min(v, 0.0)) for one, v in likeliest)
            logprob = min(max(float(logprobs[row][chosen]), _IMPOSSIBLE), 0.0)
            found.append(TokenChoice(_text(tokenizer, before, chosen), logprob, top))
        return tuple(found)


def _text(tokenizer: Any, before: list[int], token: int) -> str:
    """Return what a token adds to the text before it: alone, some tokenizers would drop its blank."""
    start = tokenizer.decode(before, skip_special_tokens=True)
    return str(tokenizer.decode([*before, token], skip_special_tokens=True))[len(start) :]
