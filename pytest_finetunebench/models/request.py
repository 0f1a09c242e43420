"""From a probe to the request that asks it."""

from __future__ import annotations

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Message, Request, Sampling
from pytest_finetunebench.models.system_message import with_system
from pytest_finetunebench.settings import Settings


def build_request(
    probe: Probe,
    settings: Settings,
    base_url: str | None,
    repeat: int = 0,
    chat: tuple[Message, ...] | None = None,
) -> Request:
    """Return the request that asks `probe` of the settings' model, in the words of `chat` if they are others."""
    return Request(
        provider=settings.model.provider,
        base_url=base_url,
        model=settings.model.id,
        messages=with_system(probe.messages if chat is None else chat, settings.model.system),
        sampling=sampling_of(settings, repeat),
        repeat=repeat,
        parameters=settings.model.params or None,
        form=probe.form,
        logprobs=settings.model.logprobs,
    )


def sampling_of(settings: Settings, repeat: int) -> Sampling:
    """Return the sampling of a sample, counted from 0."""
    sampling = settings.model.sampling
    if repeat and sampling.seed is not None:
        # with one seed for all, a server that honours it would repeat the first sample
        return sampling.model_copy(update={"seed": sampling.seed + repeat})
    return sampling
