"""The fine-tuning endpoints of the model server: OpenAI's files, jobs and events, and Vertex' tuning jobs."""

from __future__ import annotations

import email
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tests.server.model_wire import Fault, SeenRequest, error_answer

Operation = Literal["upload", "create", "created", "list", "status", "events", "checkpoints", "cancel", "model"]
"""`created`: a fault after the job was made, so that the client never learns of it."""
End = Literal["succeeded", "failed", "cancelled"]

_OPENAI, _VERTEX = "/v1/fine_tuning/jobs", r"/v1beta1/(?P<place>projects/[^/]+/locations/[^/]+)/tuningJobs"
_ROUTES: tuple[tuple[Operation, str, str], ...] = (
    ("upload", "POST", r"/v1/files"),
    ("create", "POST", f"{_OPENAI}|{_VERTEX}"),
    ("list", "GET", f"{_OPENAI}|{_VERTEX}"),
    ("status", "GET", f"{_OPENAI}/(?P<id>[^/]+)|{_VERTEX}/(?P<number>[^/:]+)"),
    ("events", "GET", f"{_OPENAI}/(?P<id>[^/]+)/events"),
    ("checkpoints", "GET", f"{_OPENAI}/(?P<id>[^/]+)/checkpoints"),
    ("cancel", "POST", f"{_OPENAI}/(?P<id>[^/]+)/cancel|{_VERTEX}/(?P<number>[^/:]+):cancel"),
    ("model", "GET", r"/v1/models/(?P<id>[^/]+)"),
)
_STATES = {"running": "RUNNING", "succeeded": "SUCCEEDED", "failed": "FAILED", "cancelled": "CANCELLED"}


@dataclass
class TuningPlan:
    """How the server's jobs go."""

    polls: int = 1
    """Looks at a job that find it running."""
    ends: Sequence[End] = ("succeeded",)
    """How each job ends, in the order of their making; the last holds for all that follow."""
    faults: Mapping[str, Sequence[Fault | None]] = field(default_factory=dict)
    """What goes wrong with calls, by operation, one entry per call in the order of arrival."""
    metadata: bool = True
    """Whether jobs are shown with the metadata that they were made with: some servers drop it."""
    events: bool = True
    shutdown: str | None = None
    """What the list of models says of the new one."""
    checkpoints: Sequence[tuple[str, int]] = ()
    """Models of any job's checkpoints, each with its step."""
    page: int = 100
    """Jobs and events to a page, at most."""


@dataclass
class ServedJob:
    """A job at the server."""

    id: str
    body: Mapping[str, Any]
    end: End
    polls: int = 0
    state: str = "running"
    events: list[dict[str, Any]] = field(default_factory=list)


class Tunings:
    """The files and jobs of one model server."""

    def __init__(self, plan: TuningPlan | None) -> None:
        self.plan = plan
        self.calls: list[Operation] = []
        """Every call, in the order of arrival."""
        self.jobs: list[ServedJob] = []
        self.files: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def reply(
        self, method: str, path: str, headers: Mapping[str, str], raw: bytes
    ) -> tuple[int, bytes | str, Fault] | None:
        """Answer a call with status, body and what goes wrong; None where it is none for fine-tuning."""
        bare = unquote(urlsplit(path).path)
        matches = ((name, re.fullmatch(route, bare)) for name, verb, route in _ROUTES if verb == method)
        found = next(((name, match) for name, match in matches if match), None)
        if self.plan is None or found is None:
            return None
        operation, match = found
        seen = SeenRequest("gemini" if "tuningJobs" in bare else "openai", path, headers, {}, "", "", 0.0)
        with self._lock:
            if (fault := self._note(operation)) is not None:
                return self._failed(seen, fault)
            try:
                done = self._do(operation, match.groupdict(), seen, raw)
            except KeyError as missing:
                return self._failed(seen, Fault(status=404, message=f"no such thing: {missing}"))
            if operation == "create" and (fault := self._note("created")) is not None:
                return self._failed(seen, fault)
        return 200, json.dumps(done), Fault()

    def _note(self, operation: Operation) -> Fault | None:
        assert self.plan is not None
        planned = self.plan.faults.get(operation, ())
        number = self.calls.count(operation)
        self.calls.append(operation)
        return planned[number] if number < len(planned) else None

    def _failed(self, seen: SeenRequest, fault: Fault) -> tuple[int, bytes | str, Fault]:
        message = f"{fault.message} (you sent {seen.headers})" if fault.echo_key else fault.message
        body = fault.body if fault.body is not None else json.dumps(error_answer(seen, fault, fault.status, message))
        return fault.status, body, fault

    def _do(self, operation: Operation, parts: Mapping[str, str | None], seen: SeenRequest, raw: bytes) -> Any:
        place = parts.get("place")
        if operation == "upload":
            return self._upload(seen, raw)
        if operation == "create":
            return self._shown(self._create(json.loads(raw), place))
        if operation == "list":
            return self._list(seen)
        name = parts.get("id") or f"{place}/tuningJobs/{parts.get('number')}"
        if operation == "model":
            assert self.plan is not None
            return {
                "id": name,
                "object": "model",
                "created": 1,
                "owned_by": "acme",
                "shutdown_date": self.plan.shutdown,
            }
        if operation == "checkpoints":
            return self._checkpoints(seen)
        job = {job.id: job for job in self.jobs}[name]
        if operation == "events":
            return self._events(job, seen)
        if operation == "cancel":
            job.state = "cancelled"
            return self._shown(job) if place is None else {}
        return self._shown(self._go_on(job))

    def _upload(self, seen: SeenRequest, raw: bytes) -> dict[str, Any]:
        form = email.message_from_bytes(b"Content-Type: " + seen.headers["content-type"].encode() + b"\r\n\r\n" + raw)
        parts: Any = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}  # type: ignore[union-attr]
        assert parts["purpose"].get_payload() == "fine-tune"
        name = f"file-{len(self.files) + 1}"
        self.files[name] = parts["file"].get_payload(decode=True)
        return {"id": name, "object": "file", "purpose": "fine-tune", "filename": parts["file"].get_filename()}

    def _create(self, body: Mapping[str, Any], place: str | None) -> ServedJob:
        assert self.plan is not None
        number = len(self.jobs) + 1
        if place is None:
            for file in (body["training_file"], body.get("validation_file")):
                assert file is None or file in self.files
        end = self.plan.ends[min(number, len(self.plan.ends)) - 1]
        job = ServedJob(f"ftjob-{number}" if place is None else f"{place}/tuningJobs/{number}", body, end)
        self.jobs.append(job)
        self._happened(job, "Created fine-tuning job")
        return job

    def _go_on(self, job: ServedJob) -> ServedJob:
        assert self.plan is not None
        if job.state != "running":
            return job
        job.polls += 1
        if job.polls > self.plan.polls:
            job.state = job.end
            self._happened(job, f"The job has {job.end}", "error" if job.end == "failed" else "info")
        else:
            for step in (2 * job.polls - 1, 2 * job.polls):
                self._happened(job, f"Step {step}/{2 * self.plan.polls}: training loss=0.{step}", kind="metrics")
        return job

    def _happened(self, job: ServedJob, message: str, level: str = "info", kind: str = "message") -> None:
        number = len(job.events) + 1
        event = {"id": f"ftevent-{number}", "object": "fine_tuning.job.event", "created_at": 1_800_000_000 + number}
        job.events.append(event | {"level": level, "message": message, "type": kind})

    def _events(self, job: ServedJob, seen: SeenRequest) -> dict[str, Any]:
        assert self.plan is not None
        if not self.plan.events:
            raise KeyError("events")
        return self._page(job.events[::-1], seen)

    def _checkpoints(self, seen: SeenRequest) -> dict[str, Any]:
        assert self.plan is not None
        shown = [
            {
                "id": f"ftckpt_{step}",
                "object": "fine_tuning.job.checkpoint",
                "created_at": 1_800_000_000,
                "fine_tuning_job_id": "ftjob-1",
                "fine_tuned_model_checkpoint": model,
                "metrics": {"step": step},
                "step_number": step,
            }
            for model, step in self.plan.checkpoints
        ]
        return self._page(shown, seen)

    def _list(self, seen: SeenRequest) -> dict[str, Any]:
        shown = [self._shown(job) for job in self.jobs[::-1]]
        return self._page(shown, seen) if seen.api == "openai" else {"tuningJobs": shown}

    def _page(self, entries: list[dict[str, Any]], seen: SeenRequest) -> dict[str, Any]:
        assert self.plan is not None
        query = parse_qs(urlsplit(seen.path).query)
        if after := query.get("after"):
            entries = entries[[entry["id"] for entry in entries].index(after[0]) + 1 :]
        size = min(int(query.get("limit", ["20"])[0]), self.plan.page)
        return {"object": "list", "data": entries[:size], "has_more": len(entries) > size}

    def _shown(self, job: ServedJob) -> dict[str, Any]:
        assert self.plan is not None
        if "/tuningJobs/" in job.id:
            return self._vertex(job)
        method = job.body["method"]
        asked = method[method["type"]]["hyperparameters"]
        used = {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": "auto"} | asked
        base, suffix = job.body["model"], job.body.get("suffix") or ""
        return {
            "id": job.id,
            "object": "fine_tuning.job",
            "created_at": 1_800_000_000,
            "model": base,
            "status": job.state,
            "trained_tokens": 50_000 if job.state == "succeeded" else None,
            "fine_tuned_model": f"ft:{base}:acme:{suffix}:Ab{job.id[6:]}" if job.state == "succeeded" else None,
            "training_file": job.body["training_file"],
            "validation_file": job.body.get("validation_file"),
            "hyperparameters": used if method["type"] == "supervised" else {},
            "method": {"type": method["type"], method["type"]: {"hyperparameters": used}},
            "seed": job.body.get("seed") or 7,
            "organization_id": "acme",
            "result_files": [],
            "metadata": job.body.get("metadata") if self.plan.metadata else None,
            "error": {"code": "bad_rows", "message": "line 3 is wrong", "param": None} if job.state == "failed" else {},
        }

    def _vertex(self, job: ServedJob) -> dict[str, Any]:
        place, _, number = job.id.partition("/tuningJobs/")
        shown: dict[str, Any] = {"name": job.id, "state": f"JOB_STATE_{_STATES[job.state]}", **job.body}
        if spec := shown.get("supervisedTuningSpec"):
            used = {"adapterSize": "ADAPTER_SIZE_FOUR"} | spec.get("hyperParameters", {})
            shown["supervisedTuningSpec"] = spec | {"hyperParameters": used}
        if job.state == "running" and job.polls:
            shown |= {"tuningJobState": "TUNING_JOB_STATE_TUNING", "tuningJobMetadata": {"completedEpochCount": "1"}}
        if job.state == "succeeded":
            shown["tunedModel"] = {"model": f"{place}/models/{number}@1", "endpoint": f"{place}/endpoints/90{number}"}
        if job.state == "failed":
            detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": []}
            shown["error"] = {"code": 3, "message": "row 3 is wrong", "details": [detail]}
        return shown
