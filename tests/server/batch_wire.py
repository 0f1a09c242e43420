"""The batch endpoints of the model server: OpenAI's files and batches, Gemini's batches with inline requests.

A job's lines are answered as single calls would be, but for what its `BatchPlan` says.
"""

from __future__ import annotations

import email
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from tests.server.model_wire import Fault, SeenRequest, error_answer, gemini_answer, openai_answer, read_request

Results = list[tuple[dict[str, Any], tuple[int, dict[str, Any]]]]
"""Lines with the status and body that each got."""
Operation = Literal["upload", "create", "created", "list", "status", "download"]
"""`created`: a fault after the job was made, so that the client never learns of it."""
End = Literal["completed", "failed", "expired", "cancelled"]

_ROUTES: tuple[tuple[Operation, str, str], ...] = (
    ("upload", "POST", r"/v1/files"),
    ("download", "GET", r"/v1/files/(?P<id>[^/]+)/content"),
    ("create", "POST", r"/v1/batches|/v1/models/(?P<id>[^/]+):batchGenerateContent"),
    ("list", "GET", r"/v1/batches"),
    ("status", "GET", r"/v1/batches/(?P<id>[^/]+)"),
)


@dataclass
class BatchPlan:
    """How the server's jobs go."""

    polls: int = 1
    """Looks at a job that find it under way."""
    ends: Sequence[End] = ("completed",)
    """How each job ends, in the order of their making; the last holds for all that follow."""
    lines: Callable[[SeenRequest], Fault | None] = lambda _: None
    """What goes wrong with a line."""
    answered: int | None = None
    """Lines that are done when a job ends; None: all."""
    faults: Mapping[str, Sequence[Fault | None]] = field(default_factory=dict)
    """What goes wrong with calls, by operation, one entry per call in the order of arrival."""
    metadata: bool = True
    """Whether Gemini's answers come with their requests' metadata, which Google's have been seen to lack."""
    errors: Sequence[Mapping[str, Any]] = ({"code": "invalid_request", "message": "told to fail", "line": 1},)
    """OpenAI: why a job fails."""
    page: int = 100
    """Jobs to a page of the list, at most."""


@dataclass
class ServedJob:
    """A job at the server."""

    id: str
    api: Literal["openai", "gemini"]
    marker: str
    lines: list[dict[str, Any]]
    end: End
    polls: int = 0


@dataclass(frozen=True)
class Reply:
    """What is sent back."""

    status: int
    body: bytes | str
    fault: Fault = field(default_factory=Fault)


class Batches:
    """The files and jobs of one model server."""

    def __init__(
        self,
        plan: BatchPlan | None,
        answer: Callable[[SeenRequest], str | None],
        usage: tuple[int, int] | None,
        served_model: str | None,
    ) -> None:
        self.plan = plan
        self.calls: list[Operation] = []
        """Every call, in the order of arrival."""
        self.jobs: list[ServedJob] = []
        self.files: dict[str, bytes] = {}
        self.lines: list[SeenRequest] = []
        """Every line of every job: what a provider would be paid for."""
        self._answer, self._usage, self._served_model = answer, usage, served_model
        self._lock = threading.Lock()

    def reply(self, method: str, path: str, headers: Mapping[str, str], raw: bytes) -> Reply | None:
        """Answer a call; None where it is none for batches."""
        bare = urlsplit(path).path
        matches = ((name, re.fullmatch(route, bare)) for name, verb, route in _ROUTES if verb == method)
        found = next(((name, match) for name, match in matches if match), None)
        if self.plan is None or found is None:
            return None
        operation, match = found
        seen = SeenRequest("gemini" if "x-goog-api-key" in headers else "openai", path, headers, {}, "", "", 0.0)
        with self._lock:
            fault = self._note(operation)
            if fault is not None:
                return self._failed(seen, fault)
            try:
                done = self._do(operation, match["id"] if "id" in match.groupdict() else "", seen, raw)
            except KeyError:
                return self._failed(seen, Fault(status=404, message=f"no such thing: {bare}"))
            fault = self._note("created") if operation == "create" else None
            if fault is not None:
                return self._failed(seen, fault)
        return Reply(200, done if isinstance(done, bytes) else json.dumps(done))

    def _note(self, operation: Operation) -> Fault | None:
        assert self.plan is not None
        planned = self.plan.faults.get(operation, ())
        number = self.calls.count(operation)
        self.calls.append(operation)
        return planned[number] if number < len(planned) else None

    def _failed(self, seen: SeenRequest, fault: Fault) -> Reply:
        message = f"{fault.message} (you sent {seen.headers})" if fault.echo_key else fault.message
        body = fault.body if fault.body is not None else json.dumps(error_answer(seen, fault, fault.status, message))
        return Reply(fault.status, body, fault)

    def _do(self, operation: Operation, name: str, seen: SeenRequest, raw: bytes) -> Any:
        if operation == "upload":
            return self._upload(seen, raw)
        if operation == "download":
            return self.files[name]
        if operation == "create":
            job = self._create(seen, json.loads(raw), name)
            self.jobs.append(job)
            return self._shown(job, seen)
        if operation == "list":
            return self._list(seen)
        job = {job.id.removeprefix("batches/"): job for job in self.jobs}[name]
        job.polls += 1
        return self._shown(job, seen)

    def _upload(self, seen: SeenRequest, raw: bytes) -> dict[str, Any]:
        form = email.message_from_bytes(b"Content-Type: " + seen.headers["content-type"].encode() + b"\r\n\r\n" + raw)
        parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}  # type: ignore[union-attr]
        assert parts["purpose"].get_payload() == "batch"  # type: ignore[union-attr]
        data = parts["file"].get_payload(decode=True)  # type: ignore[union-attr]
        assert isinstance(data, bytes)
        name = f"file-{len(self.files) + 1}"
        self.files[name] = data
        return {"id": name, "object": "file", "purpose": "batch", "bytes": len(data), "filename": "x.jsonl"}

    def _create(self, seen: SeenRequest, body: Mapping[str, Any], model: str) -> ServedJob:
        assert self.plan is not None
        end = self.plan.ends[min(len(self.jobs), len(self.plan.ends) - 1)]
        number = len(self.jobs) + 1
        if seen.api == "openai":
            assert (body["endpoint"], body["completion_window"]) == ("/v1/chat/completions", "24h")
            lines = [json.loads(line) for line in self.files[body["input_file_id"]].decode().split("\n") if line]
            for line in lines:
                self._see("/v1/chat/completions", seen, line["body"])
            return ServedJob(f"batch_{number}", "openai", body["metadata"]["finetunebench"], lines, end)
        batch = body["batch"]
        lines = batch["inputConfig"]["requests"]["requests"]
        for line in lines:
            line["path"] = f"/v1/models/{model}:generateContent"
            self._see(line["path"], seen, line["request"])
        return ServedJob(f"batches/job-{number}", "gemini", batch["displayName"], lines, end)

    def _see(self, path: str, seen: SeenRequest, body: Mapping[str, Any]) -> None:
        self.lines.append(read_request(path, seen.headers, json.dumps(body).encode()))

    def _list(self, seen: SeenRequest) -> dict[str, Any]:
        assert self.plan is not None
        query = {name: values[0] for name, values in parse_qs(urlsplit(seen.path).query).items()}
        jobs = [job for job in reversed(self.jobs) if job.api == seen.api]
        after = query.get("after") or query.get("pageToken")
        if after:
            jobs = jobs[[job.id for job in jobs].index(after) + 1 :]
        page = jobs[: min(int(query.get("limit") or query["pageSize"]), self.plan.page)]
        shown = [self._shown(job, seen) for job in page]
        more = len(jobs) > len(page)
        if seen.api == "gemini":
            return {"operations": shown} | ({"nextPageToken": page[-1].id} if more else {})
        return {"object": "list", "data": shown, "has_more": more}

    def _shown(self, job: ServedJob, seen: SeenRequest) -> dict[str, Any]:
        assert self.plan is not None
        ended = job.polls > self.plan.polls
        done = job.lines[: self.plan.answered] if ended and job.end != "failed" else []
        results = [(line, self._line(job, line, seen)) for line in done]
        good = [status == 200 for _, (status, _) in results].count(True)
        if job.api == "gemini":
            return self._gemini(job, ended, results, good)
        shown: dict[str, Any] = {
            "id": job.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "status": job.end if ended else "in_progress" if job.polls else "validating",
            "metadata": {"finetunebench": job.marker},
            "request_counts": {"total": len(job.lines), "completed": good, "failed": len(results) - good},
        }
        if ended and job.end == "failed":
            shown["errors"] = {"object": "list", "data": list(self.plan.errors)}
        if ended:
            shown |= self._write_files(job, results)
        return shown

    def _write_files(self, job: ServedJob, results: Results) -> dict[str, Any]:
        files: dict[str, list[dict[str, Any]]] = {"output": [], "error": []}
        for line, (status, body) in reversed(results):  # in any order but that of asking
            response = {"status_code": status, "request_id": "req", "body": body}
            entry = {"id": "batch_req", "custom_id": line["custom_id"], "response": response, "error": None}
            files["output" if status == 200 else "error"].append(entry)
        if job.end == "expired":
            error = {
                "code": "batch_expired",
                "message": "This request could not be executed before the window expired.",
            }
            files["error"] += [
                {"id": "batch_req", "custom_id": line["custom_id"], "response": None, "error": error}
                for line in job.lines[len(results) :]
            ]
        written = {}
        for kind, entries in files.items():
            if entries:
                name = f"file-{job.id}-{kind}"
                self.files[name] = "".join(json.dumps(entry) + "\n" for entry in entries).encode()
                written[f"{kind}_file_id"] = name
        return written

    def _gemini(self, job: ServedJob, ended: bool, results: Results, good: int) -> dict[str, Any]:
        assert self.plan is not None
        names = {"completed": "SUCCEEDED"}
        state = names.get(job.end, job.end.upper()) if ended else "RUNNING" if job.polls else "PENDING"
        counts = {
            "requestCount": len(job.lines),
            "successfulRequestCount": good,
            "failedRequestCount": len(results) - good,
        }
        told: dict[str, Any] = {
            "@type": "type.googleapis.com/google.ai.generativelanguage.v1.GenerateContentBatch",
            "displayName": job.marker,
            "state": f"BATCH_STATE_{state}",
            "batchStats": {name: str(count) for name, count in counts.items() if count},
        }
        answers = []
        for line, (status, body) in results:
            answer = {"response": body} if status == 200 else {"error": body["error"]}
            answers.append(answer | ({"metadata": line["metadata"]} if self.plan.metadata else {}))
        if answers:
            told["output"] = {"inlinedResponses": {"inlinedResponses": answers}}
        failed = ended and job.end == "failed"
        return {"name": job.id, "metadata": told, "done": ended} | (
            {"error": {"code": 3, "message": "told to fail"}} if failed else {}
        )

    def _line(self, job: ServedJob, line: Mapping[str, Any], seen: SeenRequest) -> tuple[int, dict[str, Any]]:
        assert self.plan is not None
        path, body = ("/v1/chat/completions", line["body"]) if job.api == "openai" else (line["path"], line["request"])
        asked = read_request(path, seen.headers, json.dumps(body).encode())
        fault = self.plan.lines(asked) or Fault()
        text = self._answer(asked) if fault.text is None else fault.text
        if fault.status != 200:
            return fault.status, error_answer(asked, fault, fault.status, fault.message)
        if fault.body is not None:
            return 200, json.loads(fault.body)
        build = openai_answer if job.api == "openai" else gemini_answer
        return 200, build(asked, fault, text or "", self._served_model, self._usage)
