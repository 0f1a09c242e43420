"""One run's settings, checked once at the edge, and how a model spec is read."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field

from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.errors import SettingsError, one_line

MAX_RESPONSE = 16 * 2**20
"""Bytes of one answer that are read, counted after decompression."""
LEAST_RESPONSE = 2**10
BUILT_IN_PROVIDERS = ("openai", "gemini", "hf", "replay", "control")
DEFAULT_CACHE_DIR = Path(".finetunebench/cache")
DEFAULT_RUNS_DIR = Path(".finetunebench/runs")
JudgeMode = Literal["residue", "all"]
CacheMode = Literal["auto", "refresh", "replay", "off"]

_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([KMG])?(?:i?B)?", re.IGNORECASE)
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


def without_credentials(url: str) -> str:
    """Return the canonical form of a base URL: no user name, password, query, fragment or final slash."""
    parts = urlsplit(url.strip())
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme.lower(), host.lower(), parts.path.rstrip("/"), "", ""))


def parse_size(text: str, where: str) -> int:
    """Read a size in bytes, or with K, M or G in powers of 1024: `16M`, `16MiB`.

    Raises:
        SettingsError: it is none, or under 1K; the message begins with `where`.
    """
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1]) * 2 ** (10 * " KMG".index((found[2] or " ").upper()))) if found else 0
    if size < LEAST_RESPONSE:
        raise SettingsError(f"{where}: needs a size from 1K, such as 16M")
    return size


def size_text(size: int) -> str:
    """Return a size as people read it: `16 MiB`, `1.5 GiB`."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if size >= 2 ** (10 * power):
            return f"{round(size / 2 ** (10 * power), 1):g} {unit}"
    return f"{size} bytes"


def environment_base_url(provider: str, environ: Mapping[str, str]) -> str | None:
    """Return the base URL that `OPENAI_BASE_URL` gives for OpenAI's models; None for other providers."""
    if provider != "openai":
        return None
    return environ.get("OPENAI_BASE_URL", "").strip() or None


def check_base_url(url: str, option: str) -> str:
    """Return a base URL without surrounding spaces.

    Raises:
        SettingsError: it is no web address, or ends in the path of one call. The URL is not shown: it may hold a
            password.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{option}: is not a URL: write one such as http://127.0.0.1:8000/v1")
    if parts.path.rstrip("/").endswith(("/chat/completions", ":generateContent")):
        raise SettingsError(f"{option}: ends in the path of one call: leave it out, a base URL mostly ends in /v1")
    return url


_OWN_PARAMETERS = {
    "temperature": "--ft-temperature",
    "seed": "--ft-seed",
    "max_tokens": "--ft-max-tokens",
    "max_completion_tokens": "--ft-max-tokens",
    "max_output_tokens": "--ft-max-tokens",
    "model": "--ft-model",
    "logprobs": "--ft-logprobs",
}
_NOT_FOR_USERS = ("messages", "prompt", "contents", "n", "response_format", "tools", "tool_choice", "functions")


def parse_params(entries: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return parameters of the request body from entries `NAME=JSON`, each with its place for messages.

    A dot in a name goes one level down: `chat_template_kwargs.enable_thinking=false`.

    Raises:
        SettingsError: an entry is written otherwise, names what has an option of its own, or what another entry named.
    """
    found: dict[str, Any] = {}
    for entry, where in entries:
        name, equals, text = entry.partition("=")
        parts = name.strip().split(".")
        if not equals or not all(part.isidentifier() for part in parts):
            raise SettingsError(f"{where}: write NAME=JSON, for example top_p=0.9 or stop='[\"\\n\"]'")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            quoted = json.dumps(text.strip())
            hint = {"True": "true", "False": "false", "None": "null"}.get(text.strip(), quoted)
            raise SettingsError(f"{where}: '{one_line(text, 60)}' is no JSON: write {parts[-1]}={hint}") from None
        _refuse_parameter(parts[0], value, where)
        inner = found
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise SettingsError(f"{where}: '{part}' is given as a value already")
        if parts[-1] in inner:
            raise SettingsError(f"{where}: '{name.strip()}' is given twice")
        inner[parts[-1]] = value
    return found


def _refuse_parameter(name: str, value: object, where: str) -> None:
    if name in _OWN_PARAMETERS:
        raise SettingsError(f"{where}: '{name}' has an option of its own: {_OWN_PARAMETERS[name]}")
    if name in _NOT_FOR_USERS:
        raise SettingsError(f"{where}: '{name}' is what the run itself sends: it cannot be set")
    if name == "stream" and value is not False:
        raise SettingsError(f"{where}: answers are read whole: only stream=false can be set")


def parse_targets(what: str, entries: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return custom functions by name from entries `NAME=MODULE:ATTRIBUTE`, each with its place for messages.

    Raises:
        SettingsError: an entry is written otherwise, or names what another has named.
    """
    targets: dict[str, str] = {}
    for entry, where in entries:
        name, equals, target = (part.strip() for part in entry.partition("="))
        if not equals or not target:
            raise SettingsError(f"{where}: write NAME=MODULE:ATTRIBUTE, for example tone=mypackage.{what}:tone")
        if targets.setdefault(name, target) != target:
            raise SettingsError(f"{where}: '{name}' is already {targets[name]}")
    return targets


class ModelSettings(ModelSpec):
    """One model of a run, where it is reached, and how it is sampled."""

    base_url: str | None = None
    vertex_project: str | None = None
    vertex_location: str | None = None
    sampling: Sampling = Sampling()
    params: dict[str, Any] = Field(default_factory=dict)
    """Further parameters of the request body, nested as they are sent."""
    system: Literal["send", "merge", "none"] = "send"
    """Whether a system message is sent as one, merged into the first question, or left out."""
    api_version: str | None = None
    """Gemini: the version in the API's path; None for the base URL's, or the SDK's."""
    logprobs: bool = False
    """Whether the log-probabilities of the answer's tokens are asked for."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """hf: where the model runs."""
    price: tuple[float, float] | None = None
    """US dollars per million tokens, input and output; None: the list price."""

    @classmethod
    def of(cls, spec: ModelSpec, **parts: Any) -> ModelSettings:
        """Return the settings of the model that a spec names."""
        return cls(**dict(spec), **parts)


class JudgeSettings(BaseModel):
    """The model that judges, and which answers it gets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelSettings
    mode: JudgeMode = "residue"
    """Which answers go to the judge beside those of its own probes: what rules call wrong, or every free answer."""


class SuiteSettings(BaseModel):
    """What is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cases: tuple[Path, ...] = ()
    all_rows: bool = False
    """FineTuneBench's news: also the rows that the study left out of its analysis."""
    found_hard: Literal["apart", "count"] = "apart"
    """Whether probes that were chosen because a model failed them count in rates and gates."""
    graders: dict[str, str] = Field(default_factory=dict)
    """Custom graders: name → `module:attribute`."""
    repeat: int = Field(default=1, ge=1, le=1000)
    """Samples of each probe. A pass rate gains nothing from more than a few dozen."""


class AnswerSettings(BaseModel):
    """Where answers come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    providers: dict[str, str] = Field(default_factory=dict)
    """Custom providers: name → `module:attribute`."""
    recordings: tuple[Path, ...] = ()
    cache: CacheMode = "auto"
    cache_dir: Path = DEFAULT_CACHE_DIR
    batch: bool = False
    """Ask what is missing as batch jobs."""
    dry_run: bool = False
    """Ask nothing; show what would be asked."""


class CallLimits(BaseModel):
    """The bounds of a run's calls, over all its processes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timeout: float = Field(default=60.0, gt=0, allow_inf_nan=False)
    """Seconds allowed for one try of one call."""
    max_retries: int = Field(default=5, ge=0)
    """Further tries after a failure that may pass."""
    wait: float = Field(default=120.0, ge=0, allow_inf_nan=False)
    """Seconds that a server which loads or restarts is waited for, by all requests together."""
    concurrency: int = Field(default=32, ge=1)
    """Calls in flight at once."""
    rpm: float | None = Field(default=None, gt=0)
    """Calls a minute."""
    tpm: float | None = Field(default=None, gt=0)
    """Tokens a minute."""
    max_requests: int | None = Field(default=None, ge=0)
    max_cost: float | None = Field(default=None, ge=0)
    """US dollars."""
    max_response: int = Field(default=MAX_RESPONSE, ge=LEAST_RESPONSE)
    """Bytes of one answer, decompressed; a longer one is not read to its end, and unmeasured."""


class OutputSettings(BaseModel):
    """What is written at the end of a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    json_path: Path | None = None
    markdown_path: Path | None = None
    brief_path: Path | None = None
    """The short Markdown, for a comment on a pull request."""
    html_path: Path | None = None
    metrics_path: Path | None = None
    """The figures in OpenMetrics' text format."""
    runs_dir: Path = DEFAULT_RUNS_DIR
    save: str | None = None
    """The name to store the run record under; empty: by its number alone; None: it is not stored."""
    table: Literal["brief", "full"] = "brief"
    """How much of the rates the terminal shows: a line for each category, or one for each kind of it."""


ArmKind = Literal["none", "prompt", "few-shot", "similar", "retrieve", "oracle"]


class ArmSpec(BaseModel):
    """Another way to put the probes to a model, such as `retrieve:5`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """How reports and gates call it."""
    text: str
    """The arm as the user wrote it, without its name."""
    kind: ArmKind
    tuned: bool = False
    """Whether it asks the model under test (`model+…`), not the base model."""
    count: int = 0
    """Examples or passages."""
    seed: int = 42
    """What the examples of `few-shot` are drawn by."""
    path: Path | None = None
    """The file of `prompt`."""
    target: str | None = None
    """`module:attribute` of a custom search."""
    where: str
    """The option as the user gave it, for messages."""


class ArmSettings(BaseModel):
    """The arms of a run, and what they share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specs: tuple[ArmSpec, ...] = ()
    corpus: tuple[Path, ...] = ()
    """Files or folders to retrieve passages from; empty: the items' facts."""
    context: int | None = Field(default=None, ge=1)
    """Tokens that a request and its answer may take; None: the model's known window."""
    train_cost: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """US dollars that training the model under test cost; None: as its lineage says."""


class DecisionSettings(BaseModel):
    """What a run is compared with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    compare: str | None = None
    """The stored run to compare with: `last`, a number, a name or a path."""
    weight: Literal["probes", "items"] = "probes"
    """What counts once in a rate: every probe, or every item."""


class Settings(BaseModel):
    """All settings of a run, from command line, environment and ini."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelSettings
    base: ModelSettings | None = None
    """A second model that is asked the same, to compare with."""
    judge: JudgeSettings | None = None
    suite: SuiteSettings = SuiteSettings()
    answers: AnswerSettings = AnswerSettings()
    limits: CallLimits = CallLimits()
    arms: ArmSettings = ArmSettings()
    output: OutputSettings = OutputSettings()
    decisions: DecisionSettings = DecisionSettings()

    def asking(self, model: ModelSettings) -> Settings:
        """Return these settings with another model in the place of the model under test."""
        return self.model_copy(update={"model": model})
