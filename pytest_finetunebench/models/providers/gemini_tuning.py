"""Gemini's fine-tuning, on Vertex only. Files are in Cloud Storage; a job's state shows its progress."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_finetunebench.errors import ProviderError, SettingsError
from pytest_finetunebench.models.providers.failures import HttpFailure
from pytest_finetunebench.models.providers.gemini import GeminiProvider
from pytest_finetunebench.models.providers.tuning import ELSEWHERE, MARKER, Order, State, TuningEvent, TuningStatus

if TYPE_CHECKING:
    from google import genai
    from google.genai import types

_STATES: dict[str, State] = {
    "UNSPECIFIED": "running",
    "QUEUED": "running",
    "PENDING": "running",
    "RUNNING": "running",
    "CANCELLING": "running",
    "PAUSED": "running",
    "UPDATING": "running",
    "SUCCEEDED": "done",
    "PARTIALLY_SUCCEEDED": "done",
    "FAILED": "failed",
    "EXPIRED": "failed",
    "CANCELLED": "cancelled",
}
_REFUSALS = (400, 403, 404, 410, 501)
_NAMES = {"n_epochs": "epoch_count", "learning_rate_multiplier": "learning_rate_multiplier", "beta": "beta"}
_SPECS = ("supervised_tuning_spec", "preference_optimization_spec")
_SAME_LOGIN = "use the project, location and login that created it"
_Answer = TypeVar("_Answer")


class GeminiTuning:
    """Jobs of one project in one location.

    Raises:
        SettingsError: the provider asks the Gemini API, which has no fine-tuning.
    """

    def __init__(self, provider: GeminiProvider) -> None:
        if not provider.vertex:
            raise SettingsError(
                "--provider=gemini: the Gemini API has no model to fine-tune since May 2025, Vertex has: give "
                f"--vertex-project and --vertex-location, or train elsewhere: {ELSEWHERE}"
            )
        self._provider = provider
        self._site = provider.site

    async def upload(self, name: str, data: bytes) -> str:
        """Refuse: Vertex reads from Cloud Storage, and the SDK writes nothing there.

        Raises:
            ProviderError: always.
        """
        del data
        raise ProviderError(f"gemini: {no_upload(name)}")

    async def create(self, order: Order, training: str, validation: str | None, marker: str) -> str:
        """Create a job over `gs://` addresses."""
        from google.genai import types

        preference = order.method == "dpo"
        method = types.TuningMethod.PREFERENCE_TUNING if preference else types.TuningMethod.SUPERVISED_FINE_TUNING
        config = types.CreateTuningJobConfig(
            method=method,
            validation_dataset=None if validation is None else types.TuningValidationDataset(gcs_uri=validation),
            tuned_model_display_name=order.suffix or marker,
            labels={MARKER: marker},
            **{_NAMES[name]: value for name, value in order.hyperparameters.items()},  # type: ignore[arg-type]
        )

        async def call(client: genai.Client) -> str:
            with warnings.catch_warnings():
                # "experimental", once per process: nothing that the user could act on
                warnings.simplefilter("ignore")
                made = client.aio.tunings.tune(
                    base_model=order.base_model, training_dataset=types.TuningDataset(gcs_uri=training), config=config
                )
            return self._name(await made)

        advice = f"check the base model's name and that its location tunes it, or train elsewhere: {ELSEWHERE}"
        return await self._call(call, f"refuses to fine-tune {order.base_model}", advice)

    async def find(self, marker: str, training: str | None) -> str | None:
        """Search the list of all jobs by marker: several jobs may share one file in Cloud Storage."""
        del training

        async def call(client: genai.Client) -> str | None:
            async for job in await client.aio.tunings.list(config={"page_size": 100}):
                if (job.labels or {}).get(MARKER) == marker:
                    return self._name(job)
            return None

        return await self._call(call, "does not list tuning jobs", _SAME_LOGIN)

    async def status(self, job: str) -> TuningStatus:
        """Ask for the job's status."""

        async def call(client: genai.Client) -> TuningStatus:
            return self._status(await client.aio.tunings.get(name=job))

        return await self._call(call, f"does not show job {job}", _SAME_LOGIN)

    async def events(self, job: str, after: str | None) -> list[TuningEvent]:
        """Return no events: Vertex reports only the state."""
        del job, after
        return []

    async def cancel(self, job: str) -> TuningStatus:
        """Cancel a job. Vertex answers before the job has ended."""

        async def call(client: genai.Client) -> None:
            await client.aio.tunings.cancel(name=job)

        await self._call(call, f"does not cancel job {job}", "has it ended already? --resume tells")
        return await self.status(job)

    async def shutdown(self, model: str) -> date | None:
        """Return None: Vertex announces no shutdown of endpoints."""
        del model
        return None

    async def _call(self, call: Callable[[genai.Client], Awaitable[_Answer]], deed: str, advice: str = "") -> _Answer:
        answer = await self._provider.attempt(call)
        if isinstance(answer, HttpFailure):
            raise self._site.declined(answer, deed, advice, _REFUSALS)
        return answer

    def _name(self, job: types.TuningJob) -> str:
        if not job.name:
            raise self._site.broken("it names no tuning job")
        return job.name

    def _status(self, job: types.TuningJob) -> TuningStatus:
        name = str(getattr(job.state, "value", job.state) or "").removeprefix("JOB_STATE_")
        state = _STATES.get(name)
        if state is None:
            raise self._site.broken(f"job {job.name} is in a state called {self._site.words(name)!r}")
        model = (job.tuned_model.endpoint or job.tuned_model.model) if job.tuned_model else None
        if state == "done" and not model:
            raise self._site.broken(f"job {job.name} succeeded, and names no endpoint")
        told = job.error.message if job.error else ""
        return TuningStatus(
            state=state,
            words=self._site.words(_progress(name, job)),
            model=model,
            message=self._site.words(told or "") or ("it does not say why" if state == "failed" else ""),
            hyperparameters=_hyperparameters(job),
        )


def no_upload(path: str) -> str:
    """Return how to bring a local file to Cloud Storage."""
    target = f"gs://BUCKET/{PurePath(path).name}"
    copying = f"gcloud storage cp {shlex.quote(path)} {target}"
    return (
        f"Vertex reads training files from Cloud Storage: copy it with `{copying}`, "
        f"and name the copy with --training-uri={target}"
    )


def _progress(state: str, job: types.TuningJob) -> str:
    detail = str(getattr(job.tuning_job_state, "value", job.tuning_job_state) or "")
    metadata = job.tuning_job_metadata
    epochs, steps = (
        getattr(metadata, "completed_epoch_count", None),
        getattr(metadata, "completed_step_count", None),
    )
    parts = [
        state.lower().replace("_", " "),
        detail.removeprefix("TUNING_JOB_STATE_").lower().replace("_", " "),
        f"epoch {epochs}" if epochs else "",
        f"step {steps}" if steps else "",
    ]
    return ", ".join(part for part in parts if part)


def _hyperparameters(job: types.TuningJob) -> dict[str, str | int | float]:
    found: dict[str, str | int | float] = {}
    for spec in _SPECS:
        told: Any = getattr(getattr(job, spec, None), "hyper_parameters", None)
        for name, theirs in _NAMES.items():
            value = getattr(told, theirs, None)
            if isinstance(value, int | float):
                found[name] = value
        size = getattr(told, "adapter_size", None)
        if size is not None:
            found["adapter_size"] = str(getattr(size, "value", size)).removeprefix("ADAPTER_SIZE_").lower()
    return found
