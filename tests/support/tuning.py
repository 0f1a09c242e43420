"""Training files, jobs and trainings: what tests of fine-tuning begin with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pytest_finetunebench.models.providers.jobs import tuning_provider
from pytest_finetunebench.training.file import read_training_file
from pytest_finetunebench.training.follow import Training
from pytest_finetunebench.training.jobs import JobFolder, TrainingJob, new_marker, now
from tests.server.asking import KEY, build
from tests.server.model_server import ModelServer

OPENAI_BASE = "gpt-4o-mini-2024-07-18"
VERTEX_BASE = "gemini-2.5-flash"
PLACE = "projects/acme/locations/europe-west4"
GCS = "gs://acme-tuning/train.jsonl"


def chat(number: int) -> dict[str, Any]:
    """Return a row of OpenAI's chats."""
    asked = {"role": "user", "content": f"How many bridges has Vell {number}?"}
    return {"messages": [asked, {"role": "assistant", "content": str(number)}]}


def pair(number: int) -> dict[str, Any]:
    """Return a row of OpenAI's preference pairs."""
    answers = {
        name: [{"role": "assistant", "content": text}]
        for name, text in (("preferred_output", str(number)), ("non_preferred_output", "many"))
    }
    return {"input": {"messages": chat(number)["messages"][:1]}, **answers}


def turn(number: int) -> dict[str, Any]:
    """Return a row of Vertex."""
    texts = (("user", f"How many bridges has Vell {number}?"), ("model", str(number)))
    return {"contents": [{"role": role, "parts": [{"text": text}]} for role, text in texts]}


def write_rows(path: Path, rows: Iterable[Any]) -> Path:
    """Write JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


class Trainer:
    """A training against a server, in a folder; each use opens the provider anew, as each process would."""

    def __init__(self, server: ModelServer, work_dir: Path, provider: str = "openai", **parts: Any) -> None:
        self.work_dir = work_dir
        self.told: list[str] = []
        self.slept: list[float] = []
        vertex = provider == "gemini"
        base = VERTEX_BASE if vertex else OPENAI_BASE
        of_vertex = {"vertex_project": "acme", "vertex_location": "europe-west4"} if vertex else {}
        self._spec = f"{provider}:{base}"
        self._options = {"base_url": server.url if vertex else server.openai_url, **of_vertex}
        opened, _ = self._open()
        rows = map(turn if vertex else chat, range(10))
        file = write_rows(work_dir / "train.jsonl", rows)
        fields: dict[str, Any] = {
            "training": read_training_file(file, provider, uri=GCS if vertex else None),
            "method": "supervised",
            **of_vertex,
            **parts,
        }
        stored = TrainingJob.model_validate(
            {"marker": new_marker(), "created": now(), "provider": provider, "base_url": opened.base_url}
            | {"base_model": base}
            | fields
        )
        JobFolder(work_dir).save(stored)
        self.marker = stored.marker

    @property
    def job(self) -> TrainingJob:
        """The job as its file tells."""
        return next(job for job in JobFolder(self.work_dir).load() if job.marker == self.marker)

    def do(self, what: str = "follow", *, max_retries: int = 0) -> Any:
        """Begin, then follow, poll or cancel: a process of its own would do no less."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        async def run() -> Any:
            opened, _ = self._open()
            training = Training(
                tuning_provider(opened), self.work_dir, self.job, self.told.append, max_retries=max_retries, sleep=sleep
            )
            try:
                if what != "cancel":
                    await training.begin()
                return None if what == "begin" else await getattr(training, what)()
            finally:
                await opened.aclose()

        return asyncio.run(run())

    def _open(self) -> Any:
        key = {"GOOGLE_API_KEY": KEY, "OPENAI_API_KEY": KEY}
        return build(self._spec, key, **self._options)
