"""Build providers and put single requests to them: what most provider tests begin with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from pytest_finetunebench.completions import Completion, Message, Request, Sampling
from pytest_finetunebench.errors import UnmeasuredError
from pytest_finetunebench.models.providers.base import Provider, ProviderContext, create_provider
from tests.settings import make_settings

KEY = "sk-test-0123456789abcdef"


def build(model: str, environ: Mapping[str, str] | None = None, **settings: Any) -> tuple[Provider, str]:
    """Return the provider for a model spec, and the model's id."""
    made = make_settings(model, **settings)
    return create_provider(made.model.provider, ProviderContext(made, environ or {})), made.model.id


def request_to(provider: Provider, model: str, prompt: str = "hi", **fields: Any) -> Request:
    """Return a request of one user message."""
    messages = fields.pop("messages", (Message(role="user", content=prompt),))
    return Request(provider="any", base_url=provider.base_url, model=model, messages=messages, **fields)


def ask(
    built: tuple[Provider, str], prompt: str = "hi", *, times: int = 1, sampling: Sampling | None = None, **fields: Any
) -> Completion:
    """Put a request `times` times, one after the other, and return the last answer; the provider is closed."""
    provider, model = built
    request = request_to(provider, model, prompt, sampling=sampling or Sampling(), **fields)

    async def run() -> Completion:
        try:
            for _ in range(times - 1):
                await provider.complete(request)
            return await provider.complete(request)
        finally:
            await provider.aclose()

    return asyncio.run(run())


def failure(built: tuple[Provider, str], **fields: Any) -> UnmeasuredError:
    """Put a request that must fail, and return the error; it is one line."""
    with pytest.raises(UnmeasuredError) as caught:
        ask(built, **fields)
    assert "\n" not in str(caught.value)
    return caught.value
