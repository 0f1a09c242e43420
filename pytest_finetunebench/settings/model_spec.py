"""How a model spec, `provider:id`, is read."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from pydantic import BaseModel, ConfigDict

from pytest_finetunebench.errors import SettingsError, one_line

BUILT_IN_PROVIDERS = ("openai", "gemini", "hf", "replay", "control")
_EXAMPLE_IDS = {
    "openai": "ft:gpt-4o-mini-2024-07-18:acme::Ab12",
    "gemini": "projects/P/locations/L/endpoints/N",
    "hf": "./base+./adapter",
    "control": "memorizer",
    "replay": "gpt-4o-mini-2024-07-18",
}


class ModelSpec(BaseModel):
    """A model under test: `provider:id`, ids being opaque."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    """The spec as the user wrote it: how reports name the model."""
    provider: str
    id: str


def parse_model_spec(text: str, custom_providers: Collection[str] = (), option: str = "--ft-model") -> ModelSpec:
    """Split a spec into provider and id.

    The part before the first colon is a provider only where it is a known name, since ids hold colons themselves
    (`ft:gpt-4o-mini:org::id`). Without one, Gemini's id forms are gemini and all else is openai.

    `option` is how the spec was given, for messages.

    Raises:
        SettingsError: the spec or its id is empty, or not printable, or the provider's name is nearly a known one.
    """
    spec = text.strip()
    if not spec.isprintable():
        raise SettingsError(f"{option}={one_line(text)}: holds a character that cannot be printed")
    head, colon, rest = spec.partition(":")
    known = (*BUILT_IN_PROVIDERS, *custom_providers)
    if colon and head in known:
        rest = rest.strip()
        if not rest:
            example = _EXAMPLE_IDS.get(head, "NAME")
            raise SettingsError(f"{option}={text}: no model id after '{head}:', for example {head}:{example}")
        return ModelSpec(text=spec, provider=head, id=rest)
    close = difflib.get_close_matches(head, known, n=1, cutoff=0.75) if colon else []
    if close:
        otherwise = f"for an OpenAI model of this id write openai:{spec}"
        raise SettingsError(f"{option}={text}: unknown provider '{head}' (did you mean '{close[0]}'?); {otherwise}")
    if not spec:
        raise SettingsError(f"{option} is empty: name a model, for example {option}=control:memorizer")
    if spec.startswith(("gemini-", "tunedModels/")) or (spec.startswith("projects/") and "/endpoints/" in spec):
        return ModelSpec(text=spec, provider="gemini", id=spec)
    return ModelSpec(text=spec, provider="openai", id=spec)
