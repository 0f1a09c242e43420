"""Generate the answers to a batch of prompts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_finetunebench.completions import Request, TokenChoice
from pytest_finetunebench.errors import ProviderError, nearest
from pytest_finetunebench.models.local import libraries
from pytest_finetunebench.models.local.chat import end_tokens
from pytest_finetunebench.models.local.token_choices import Watch
from pytest_finetunebench.models.local.weights import Loaded


@dataclass(frozen=True)
class Options:
    """How to generate."""

    max_tokens: int
    temperature: float
    seed: int | None
    stop: tuple[str, ...]
    template: Mapping[str, Any]
    """Arguments of the chat template."""
    further: Mapping[str, Any]
    """Other arguments of transformers' `generate`."""
    logprobs: bool = False
    """Whether the first tokens' log-probabilities are wanted."""

    @property
    def samples(self) -> bool:
        """Whether tokens are drawn, rather than the likeliest taken."""
        return self.temperature > 0


@dataclass(frozen=True)
class Ended:
    """A generated answer."""

    text: str
    tokens: int
    ended: bool
    """Whether the model, or a stop text, ended it before the token limit."""
    first_tokens: tuple[TokenChoice, ...] | None = None


def read_options(request: Request, loaded: Loaded, no_limit: int) -> Options:
    """Return how a request wants its answer generated.

    Raises:
        ProviderError: a parameter is none that transformers' `generate` takes.
    """
    further = dict(request.parameters or {})
    template = further.pop("chat_template_kwargs", {})
    stop = further.pop("stop", ())
    known = loaded.model.generation_config.to_dict()
    for name in further:
        if name not in known:
            hint = nearest(name, known)
            raise ProviderError(f"hf: --ft-param {name}: `generate` has no such parameter{hint}", hopeless=True)
    return Options(
        max_tokens=request.sampling.max_tokens or no_limit,
        temperature=request.sampling.temperature or 0.0,
        seed=request.sampling.seed,
        stop=(stop,) if isinstance(stop, str) else tuple(map(str, stop)),
        template=template if isinstance(template, Mapping) else {},
        further=further,
        logprobs=request.logprobs,
    )


def generate(
    loaded: Loaded, model: Any, prompts: Sequence[Sequence[int]], options: Options, stopping: Callable[[], bool]
) -> list[Ended]:
    """Return the answers to prompts of tokens, in order. Generation ends early once `stopping` says so."""
    torch, transformers = libraries.torch(), libraries.transformers()
    tokenizer, ends = loaded.tokenizer, end_tokens(loaded.tokenizer, model)
    width = max(map(len, prompts))
    pad = tokenizer.pad_token_id or 0
    ids = torch.tensor([[pad] * (width - len(one)) + list(one) for one in prompts], device=loaded.device)
    mask = torch.tensor([[0] * (width - len(one)) + [1] * len(one) for one in prompts], device=loaded.device)
    sampled: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    if options.samples:
        sampled = {"do_sample": True, "temperature": options.temperature, "top_k": 0}
        if options.seed is not None:
            torch.manual_seed(options.seed)
    stop: dict[str, Any] = {"stop_strings": list(options.stop), "tokenizer": tokenizer} if options.stop else {}

    def stops(found: Any, scores: Any, **_: Any) -> Any:
        del scores
        return torch.full((found.shape[0],), stopping(), dtype=torch.bool, device=found.device)

    watch = Watch() if options.logprobs else None
    watched = {"logits_processor": transformers.LogitsProcessorList([watch])} if watch else {}
    with torch.inference_mode():
        whole = model.generate(
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens=options.max_tokens,
            eos_token_id=ends or None,
            pad_token_id=pad,
            stopping_criteria=transformers.StoppingCriteriaList([stops]),
            **(sampled | stop | watched | dict(options.further)),
        )
    answers = [row[width:].tolist() for row in whole]
    chosen = [None if watch is None else watch.read(tokenizer, row, answer) for row, answer in enumerate(answers)]
    return [_ended(tokenizer, one, ends, options, first) for one, first in zip(answers, chosen, strict=True)]


def _ended(
    tokenizer: Any, tokens: list[int], ends: Sequence[int], options: Options, first: tuple[TokenChoice, ...] | None
) -> Ended:
    at = next((index for index, token in enumerate(tokens) if token in ends), None)
    kept = tokens if at is None else tokens[:at]
    text = str(tokenizer.decode(kept, skip_special_tokens=True))
    cut = min((found for one in options.stop if (found := text.find(one)) >= 0), default=None)
    if cut is not None:
        return Ended(text[:cut], len(kept), ended=True, first_tokens=first)
    if first is not None and at is not None:
        first = first[: at + 1]  # what follows fills up the batch
    return Ended(text, len(kept) + (at is not None), ended=at is not None, first_tokens=first)
