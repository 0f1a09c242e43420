"""One run's settings, checked once at the edge, and how a model spec is read."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field

from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.errors import SettingsError, one_line

BUILT_IN_PROVIDERS = ("openai", "gemini", "replay", "control")
DEFAULT_CACHE_DIR = Path(".finetunebench/cache")
DEFAULT_RUNS_DIR = Path(".finetunebench/runs")
JudgeMode = Literal["residue", "all"]
CacheMode = Literal["auto", "refresh", "replay", "off"]

_EXAMPLE_IDS = {
    "openai": "ft:gpt-4o-mini-2024-07-18:acme::Ab12",
    "gemini": "projects/P/locations/L/endpoints/N",
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


def parse_model_spec(text: str, custom_providers: Collection[str] = ()) -> ModelSpec:
    """Split a spec into provider and id.

    The part before the first colon is a provider only where it is a known name, since ids hold colons themselves
    (`ft:gpt-4o-mini:org::id`). Without one, Gemini's id forms are gemini and all else is openai.

    Raises:
        SettingsError: the spec or its id is empty, or not printable, or the provider's name is nearly a known one.
    """
    spec = text.strip()
    if not spec.isprintable():
        raise SettingsError(f"--ft-model={one_line(text)}: holds a character that cannot be printed")
    head, colon, rest = spec.partition(":")
    known = (*BUILT_IN_PROVIDERS, *custom_providers)
    if colon and head in known:
        rest = rest.strip()
        if not rest:
            example = _EXAMPLE_IDS.get(head, "NAME")
            raise SettingsError(f"--ft-model={text}: no model id after '{head}:', for example {head}:{example}")
        return ModelSpec(text=spec, provider=head, id=rest)
    close = difflib.get_close_matches(head, known, n=1, cutoff=0.75) if colon else []
    if close:
        otherwise = f"for an OpenAI model of this id write openai:{spec}"
        raise SettingsError(f"--ft-model={text}: unknown provider '{head}' (did you mean '{close[0]}'?); {otherwise}")
    if not spec:
        raise SettingsError("--ft-model is empty: name a model, for example --ft-model=control:memorizer")
    if spec.startswith(("gemini-", "tunedModels/")) or (spec.startswith("projects/") and "/endpoints/" in spec):
        return ModelSpec(text=spec, provider="gemini", id=spec)
    return ModelSpec(text=spec, provider="openai", id=spec)


def without_credentials(url: str) -> str:
    """Return the canonical form of a base URL: no user name, password, query, fragment or final slash."""
    parts = urlsplit(url.strip())
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme.lower(), host.lower(), parts.path.rstrip("/"), "", ""))


class Settings(BaseModel):
    """Everything a run was told, from command line, environment and ini."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelSpec
    cases: tuple[Path, ...]
    all_rows: bool = False
    """FineTuneBench's news: also the rows that the study left out of its analysis."""
    base_url: str | None = None
    vertex_project: str | None = None
    vertex_location: str | None = None
    providers: dict[str, str] = Field(default_factory=dict)
    """Custom providers: name → `module:attribute`."""
    graders: dict[str, str] = Field(default_factory=dict)
    """The user's own graders: name → `module:attribute`."""
    recordings: tuple[Path, ...] = ()
    cache: CacheMode = "auto"
    cache_dir: Path = DEFAULT_CACHE_DIR
    sampling: Sampling = Sampling()
    timeout: float = Field(default=60.0, gt=0, allow_inf_nan=False)
    """Seconds allowed for one try of one call."""
    max_retries: int = Field(default=5, ge=0)
    """Further tries after a first failure that may pass."""
    concurrency: int = Field(default=32, ge=1)
    """Calls under way at once, over all processes of a run."""
    rpm: float | None = Field(default=None, gt=0)
    """Calls a minute, over all processes of a run."""
    tpm: float | None = Field(default=None, gt=0)
    """Tokens a minute, over all processes of a run."""
    max_requests: int | None = Field(default=None, ge=0)
    max_cost: float | None = Field(default=None, ge=0)
    """US dollars."""
    price: tuple[float, float] | None = None
    """US dollars per million tokens, in and out, of the model under test."""
    batch: bool = False
    """Ask what is missing as batch jobs."""
    dry_run: bool = False
    json_path: Path | None = None
    markdown_path: Path | None = None
    runs_dir: Path = DEFAULT_RUNS_DIR
    save: str | None = None
    """The name to store the run record under; empty: by its number alone; None: it is not stored."""
    compare: str | None = None
    """The stored run to compare with: `last`, a number, a name or a path."""
    repeat: int = Field(default=1, ge=1)
    """Samples of each probe."""
    base_model: ModelSpec | None = None
    """A second model that is asked the same, to compare with."""
    base_model_url: str | None = None
    judge_model: ModelSpec | None = None
    judge: JudgeMode = "residue"
    """What the judge is asked about beside the probes that name it: what rules call wrong, or every free answer."""
    judge_base_url: str | None = None
    judge_temperature: float | None = Field(default=0.0, ge=0, allow_inf_nan=False)

    def of_base(self, model: ModelSpec) -> Settings:
        """Return these settings with the base model in the place of the model under test."""
        return self.model_copy(update={"model": model, "base_url": self.base_model_url})

    def of_judge(self, model: ModelSpec) -> Settings:
        """Return these settings with the judge in the place of the model under test."""
        sampling = Sampling(temperature=self.judge_temperature, seed=None, max_tokens=None)
        return self.model_copy(update={"model": model, "base_url": self.judge_base_url, "sampling": sampling})
