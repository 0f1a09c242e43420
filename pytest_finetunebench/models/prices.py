"""Prices of calls in US dollars: the user's, or genai-prices'. An unknown price is None, never zero."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_finetunebench.completions import Usage
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.settings import ModelSettings
from pytest_finetunebench.settings.model_spec import ModelSpec

_PROVIDERS = {"openai": "openai", "gemini": "google"}
MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens."""

    input: float
    output: float

    def of(self, usage: Usage) -> float:
        """Return a completion's cost in US dollars."""
        return self.of_tokens(usage.input_tokens, usage.output_tokens)

    def of_tokens(self, input_tokens: int, output_tokens: int) -> float:
        """Return the cost in US dollars of input and output tokens."""
        return (input_tokens * self.input + output_tokens * self.output) / MILLION


def find_price(model: ModelSpec, *, custom_server: bool) -> Price | None:
    """Return a model's list price; None if unknown, as on the user's own server."""
    if model.provider == "hf":
        return Price(0.0, 0.0)  # it runs on this machine
    provider = _PROVIDERS.get(model.provider)
    if provider is None or custom_server:
        return None
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    try:
        found = calc_price(Tokens(input_tokens=MILLION, output_tokens=MILLION), model.id, provider_id=provider)
    except LookupError:
        return None
    return Price(float(found.input_price), float(found.output_price))


def price_of(model: ModelSettings) -> Price | None:
    """Return what a model costs: as the user says, else its list price; None if unknown."""
    if model.price is not None:
        return Price(*model.price)
    return find_price(model, custom_server=model.base_url is not None)


def find_window(model: ModelSpec, *, custom_server: bool) -> int | None:
    """Return how many tokens a model takes in one request with its answer; None if unknown."""
    if model.provider == "hf":
        from pytest_finetunebench.models.local.spec import window_of

        return window_of(model.id)
    provider = _PROVIDERS.get(model.provider)
    if provider is None or custom_server:
        return None
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    try:
        return calc_price(Tokens(input_tokens=1), model.id, provider_id=provider).model.context_window
    except LookupError:
        return None


def parse_price(text: str, where: str) -> Price:
    """Read `IN:OUT`, US dollars per million tokens.

    Raises:
        SettingsError: the message begins with `where`.
    """
    first, _, second = text.partition(":")
    try:
        price = Price(float(first), float(second))
    except ValueError:
        price = Price(-1, -1)
    if not (0 <= price.input < float("inf") and 0 <= price.output < float("inf")):
        raise SettingsError(f"{where}: write IN:OUT, US dollars per million tokens, for example 0.30:1.20")
    return price
