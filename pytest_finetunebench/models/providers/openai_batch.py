"""OpenAI's batches: upload a file of chats, download files of answers and failures."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import ProviderError, UnmeasuredError, counted
from pytest_finetunebench.models.providers.batches import BatchStatus, Result, State
from pytest_finetunebench.models.providers.failures import HttpFailure
from pytest_finetunebench.models.providers.openai import OpenAIProvider

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Batch

ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
MARKER = "finetunebench"
"""The metadata key of our marker."""
TRANSFER_TIMEOUT = 900.0
"""Seconds allowed to upload or download a file."""
PAGE = 100
"""Batches per page of the list, at OpenAI's maximum."""

_NO_BATCHES = (404, 405, 501)
_STATES: dict[str, State] = {
    "validating": "waiting",
    "in_progress": "running",
    "finalizing": "running",
    "cancelling": "running",
    "completed": "done",
    "failed": "failed",
    "expired": "expired",
    "cancelled": "cancelled",
}
_Answer = TypeVar("_Answer")


class OpenAIBatches:
    """Jobs of chat completions; the id of each line is its request's fingerprint."""

    max_requests = 50_000
    max_bytes = 200_000_000

    def __init__(self, provider: OpenAIProvider) -> None:
        self._provider = provider
        self._site = provider.site
        self._uploads: dict[str, str] = {}

    def size(self, request: Request) -> int:
        """Return the length of the request's line."""
        return len(self._line(request))

    async def submit(self, requests: Sequence[Request], marker: str) -> str:
        """Upload the file, unless an earlier try did, and create the job."""
        if marker not in self._uploads:
            self._uploads[marker] = await self._upload(requests, marker)

        async def create(client: AsyncOpenAI) -> str:
            batch = await client.batches.create(
                input_file_id=self._uploads[marker],
                endpoint=ENDPOINT,
                completion_window="24h",
                metadata={MARKER: marker},
            )
            return self._id(batch)

        return await self._call(create, lambda failure: self._refused(failure, requests[0].model))

    async def find(self, marker: str) -> str | None:
        """Search the list of all batches. The API promises neither an order nor a filter."""

        async def search(client: AsyncOpenAI) -> str | None:
            async for batch in client.batches.list(limit=PAGE):
                if isinstance(batch.metadata, Mapping) and batch.metadata.get(MARKER) == marker:
                    return self._id(batch)
            return None

        return await self._call(search, self._unlisted, TRANSFER_TIMEOUT)

    async def status(self, job: str) -> BatchStatus:
        """Ask for the job's status."""
        batch = await self._retrieve(job)
        state = _STATES.get(str(batch.status))
        if state is None:
            raise self._site.broken(f"batch {job} is in a state called {self._site.words(batch.status)!r}")
        counts = batch.request_counts
        message = self._why(batch) if state == "failed" else ""
        return BatchStatus(state, _count(counts, "completed"), _count(counts, "failed"), message)

    async def collect(self, job: str, requests: Sequence[Request]) -> Iterator[Result]:
        """Download the job's files; their lines come in any order."""
        batch = await self._retrieve(job)
        files = [file for file in (batch.output_file_id, batch.error_file_id) if file]
        contents = [await self._download(file, job) for file in files]
        asked = {request.fingerprint: request for request in requests}
        results = (self._result(line, asked) for content in contents for line in content.splitlines())
        return (result for result in results if result is not None)

    def _line(self, request: Request) -> bytes:
        body = self._provider.body(request)
        line = {"custom_id": request.fingerprint, "method": "POST", "url": ENDPOINT, "body": body}
        return json.dumps(line, ensure_ascii=False).encode() + b"\n"

    async def _upload(self, requests: Sequence[Request], marker: str) -> str:
        data = b"".join(map(self._line, requests))

        async def upload(client: AsyncOpenAI) -> str:
            return self._id(await client.files.create(file=(f"{marker}.jsonl", data), purpose="batch"))

        return await self._call(upload, lambda failure: self._not_taken(failure, len(data)), TRANSFER_TIMEOUT)

    async def _retrieve(self, job: str) -> Batch:
        async def retrieve(client: AsyncOpenAI) -> Batch:
            batch = await client.batches.retrieve(job)
            self._id(batch)
            return batch

        return await self._call(retrieve, lambda failure: self._lost(failure, f"batch {job}"))

    async def _download(self, file: str, job: str) -> bytes:
        async def download(client: AsyncOpenAI) -> bytes:
            return (await client.files.content(file)).content

        return await self._call(
            download, lambda failure: self._lost(failure, f"file {file} of batch {job}"), TRANSFER_TIMEOUT
        )

    async def _call(
        self,
        call: Callable[[AsyncOpenAI], Awaitable[_Answer]],
        read: Callable[[HttpFailure], UnmeasuredError],
        timeout: float | None = None,
    ) -> _Answer:
        answer = await self._provider.attempt(call, timeout)
        if isinstance(answer, HttpFailure):
            raise read(answer)
        return answer

    def _id(self, answer: Any) -> str:
        # the SDK checks nothing that it receives
        found = getattr(answer, "id", None)
        if not isinstance(found, str) or not found:
            raise self._site.broken("it names no id")
        return found

    def _not_taken(self, failure: HttpFailure, size: int) -> UnmeasuredError:
        if failure.status == 413:
            return self._final(failure, f"takes no file of {size / 1e6:.1f} MB: batch fewer probes at a time")
        return self._refused(failure, "")

    def _refused(self, failure: HttpFailure, model: str) -> UnmeasuredError:
        if failure.status in _NO_BATCHES:
            return self._final(
                failure, "has no batches: leave out --ft-batch, or name a server with OpenAI's Batch API"
            )
        if failure.status in (400, 403, 422):
            named = f" of model '{model}'" if model else ""
            return self._final(failure, f"refuses the batch{named}: without --ft-batch probes are asked one by one")
        return self._site.refused(failure, model, {})

    def _unlisted(self, failure: HttpFailure) -> UnmeasuredError:
        return self._refused(failure, "")

    def _lost(self, failure: HttpFailure, what: str) -> UnmeasuredError:
        if failure.status in (400, 403, 404, 410):
            return self._final(failure, f"does not show {what}: use the key and project that submitted it")
        return self._site.refused(failure, "", {})

    def _final(self, failure: HttpFailure, found: str) -> ProviderError:
        words = f": {self._site.words(failure.message)}" if failure.message.strip() else ""
        return ProviderError(f"openai: {self._site.url} {found} (HTTP {failure.status}{words})", status=failure.status)

    def _why(self, batch: Batch) -> str:
        faults = getattr(batch.errors, "data", None) or []
        if not faults:
            return "it does not say why"
        first = faults[0]
        line = f"line {first.line}: " if getattr(first, "line", None) else ""
        more = f", and {counted(len(faults) - 1, 'further fault')}" if len(faults) > 1 else ""
        return self._site.words(f"{line}{first.message} ({first.code})") + more

    def _result(self, line: bytes, asked: Mapping[str, Request]) -> Result | None:
        """Read a line; return None if it is damaged or answers no request of ours."""
        try:
            entry = json.loads(line)
            request = asked[entry["custom_id"]]
        except (ValueError, RecursionError, TypeError, KeyError):
            return None
        response, error = entry.get("response"), entry.get("error")
        answered = isinstance(response, Mapping) and response.get("status_code") == 200
        if not answered or error:
            return request.fingerprint, self._failed(response, error, request)
        try:
            return request.fingerprint, self._provider.read(response["body"])
        except UnmeasuredError as unmeasured:
            return request.fingerprint, unmeasured
        except Exception as raised:  # noqa: BLE001 - the SDK checks nothing that it receives
            return request.fingerprint, self._site.failed(raised)

    def _failed(self, response: Any, error: Any, request: Request) -> UnmeasuredError:
        body = response.get("body") if isinstance(response, Mapping) else None
        told = body.get("error") if isinstance(body, Mapping) else None
        fault = next((part for part in (told, error) if isinstance(part, Mapping)), {})
        status = response.get("status_code") if isinstance(response, Mapping) else None
        code, message = fault.get("code"), str(fault.get("message") or "")
        if not isinstance(status, int) or status == 200:
            return ProviderError(
                f"openai: not answered in the batch: {self._site.words(message or code or 'no reason')}"
            )
        param = fault.get("param")
        return self._provider.refused(
            HttpFailure(
                status=status,
                message=message,
                code=code if isinstance(code, str) else None,
                param=param if isinstance(param, str) else None,
            ),
            request,
        )


def _count(counts: Any, name: str) -> int:
    found = getattr(counts, name, 0)
    return found if isinstance(found, int) and found > 0 else 0
