"""Gemini's batches: send requests inline, receive the answers with the job.

Jobs are created with Google's SDK and read without it: over one request that failed with error details its models
refuse the whole job, and every list that the job is in (google-genai 3.4); they also drop a job's counts and error.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import ProviderError, SettingsError, UnmeasuredError
from pytest_finetunebench.models.providers.batches import BatchStatus, Result, State
from pytest_finetunebench.models.providers.failures import HttpFailure
from pytest_finetunebench.models.providers.gemini import GeminiProvider
from pytest_finetunebench.models.providers.gemini_format import config, contents

if TYPE_CHECKING:
    from google import genai

KEY = "key"
"""The metadata key of a request's fingerprint, as in Google's examples."""
FRAME = 200
"""Bytes that metadata and field names add to a request."""
PAGE = 20
"""Jobs per page of the list. Few, because a job may come with all its answers."""

_STATES: dict[str, State] = {
    "UNSPECIFIED": "waiting",
    "QUEUED": "waiting",
    "PENDING": "waiting",
    "RUNNING": "running",
    "UPDATING": "running",
    "PAUSED": "running",
    "CANCELLING": "running",
    "SUCCEEDED": "done",
    "PARTIALLY_SUCCEEDED": "done",
    "FAILED": "failed",
    "EXPIRED": "expired",
    "CANCELLED": "cancelled",
}
_HTTP = {3: 400, 5: 404, 7: 403, 8: 429, 13: 500, 14: 503, 16: 401}
"""google.rpc.Code to the HTTP status that stands for it (google/rpc/code.proto)."""
_KNOWN = {
    "parts": ("text", "thought"),
    "usage": ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"),
}
_Answer = TypeVar("_Answer")


class GeminiBatches:
    """Jobs of the Gemini API.

    Raises:
        SettingsError: the provider asks Vertex, whose batches pass through Cloud Storage.
    """

    max_requests = 50_000
    max_bytes = 19_000_000
    """Google takes 20 MB of inline requests."""

    def __init__(self, provider: GeminiProvider) -> None:
        if provider.vertex:
            raise SettingsError(
                "batches of Vertex read and write Cloud Storage, which is not offered here: "
                "leave out --ft-batch, or name a model of the Gemini API (with GOOGLE_API_KEY)"
            )
        self._provider = provider
        self._site = provider.site

    def size(self, request: Request) -> int:
        """Return an upper estimate of the request's size in bytes."""
        return len(json.dumps(request.model_dump(), ensure_ascii=False).encode()) + FRAME

    async def submit(self, requests: Sequence[Request], marker: str) -> str:
        """Create the job."""
        from google.genai import types

        inlined = [
            types.InlinedRequest(
                contents=contents(request), config=config(request), metadata={KEY: request.fingerprint}
            )
            for request in requests
        ]
        model = requests[0].model

        async def create(client: genai.Client) -> str:
            job = await client.aio.batches.create(
                model=model, src=inlined, config=types.CreateBatchJobConfig(display_name=marker)
            )
            return self._name(job.name)

        return await self._call(create, lambda failure: self._refused(failure, model))

    async def find(self, marker: str) -> str | None:
        """Search the list of all jobs. The API promises neither an order nor a filter."""
        token: dict[str, str] = {}
        while True:
            page = await self._fetch("batches", lambda failure: self._refused(failure, ""), pageSize=PAGE, **token)
            for operation in _list(page.get("operations")):
                if _dict(_dict(operation).get("metadata")).get("displayName") == marker:
                    return self._name(_dict(operation).get("name"))
            following = page.get("nextPageToken")
            if not following or not isinstance(following, str):
                return None
            token = {"pageToken": following}

    async def status(self, job: str) -> BatchStatus:
        """Ask for the job's status."""
        operation = await self._operation(job)
        told = _dict(operation.get("metadata"))
        name = str(told.get("state"))
        state = _STATES.get(name.removeprefix("BATCH_STATE_").removeprefix("JOB_STATE_"))
        if state is None:
            raise self._site.broken(f"{job} is in a state called {self._site.words(name)!r}")
        counts = _dict(told.get("batchStats"))
        message = _dict(operation.get("error")).get("message") or "it does not say why"
        return BatchStatus(
            state,
            _count(counts, "successfulRequestCount"),
            _count(counts, "failedRequestCount"),
            self._site.words(message) if state == "failed" else "",
        )

    async def collect(self, job: str, requests: Sequence[Request]) -> Iterator[Result]:
        """Read the job's answers. Match them by metadata or, if that is missing, by position."""
        operation = await self._operation(job)
        output = _dict(_dict(operation.get("metadata")).get("output")) or _dict(operation.get("response"))
        answers = [_dict(answer) for answer in _list(_dict(output.get("inlinedResponses")).get("inlinedResponses"))]
        keys = [str(_dict(answer.get("metadata")).get(KEY, "")) for answer in answers]
        if not any(keys) and len(answers) == len(requests):
            keys = [request.fingerprint for request in requests]
        elif not any(keys) and answers:
            raise ProviderError(
                f"gemini: {job} holds {len(answers)} answers to {len(requests)} requests, "
                "and does not say which to which: ask without --ft-batch"
            )
        asked = {request.fingerprint: request for request in requests}
        known = ((key, answer) for key, answer in zip(keys, answers, strict=True) if key in asked)
        return ((key, self._read(answer, asked[key])) for key, answer in known)

    async def _operation(self, job: str) -> dict[str, Any]:
        return await self._fetch(self._name(job), lambda failure: self._lost(failure, job))

    async def _fetch(
        self, path: str, read: Callable[[HttpFailure], UnmeasuredError], **query: str | int
    ) -> dict[str, Any]:
        async def fetch(_: genai.Client) -> dict[str, Any]:
            answer = await self._provider.fetch(path, **query)
            if not isinstance(answer, dict):
                raise self._site.broken("no JSON object")
            return answer

        return await self._call(fetch, read)

    async def _call(
        self, call: Callable[[genai.Client], Awaitable[_Answer]], read: Callable[[HttpFailure], UnmeasuredError]
    ) -> _Answer:
        answer = await self._provider.attempt(call)
        if isinstance(answer, HttpFailure):
            raise read(answer)
        return answer

    def _name(self, found: object) -> str:
        # a name is put into a path
        if not isinstance(found, str) or not found.startswith("batches/") or not found[8:].replace("-", "").isalnum():
            raise self._site.broken(f"{self._site.words(found)!r} is no name of a batch")
        return found

    def _refused(self, failure: HttpFailure, model: str) -> UnmeasuredError:
        refused = self._site.refused(failure, model, {})
        wrong_key = failure.status == 400 and isinstance(refused, ProviderError) and refused.hopeless
        if failure.status not in (400, 403, 404, 405, 413, 501) or wrong_key:
            return refused
        named = f" of model '{model}'" if model else ""
        found = f"refuses the batch{named}: without --ft-batch probes are asked one by one"
        return self._final(failure, found)

    def _lost(self, failure: HttpFailure, job: str) -> UnmeasuredError:
        if failure.status in (403, 404, 410):
            return self._final(failure, f"does not show {job}: use the key and project that submitted it")
        return self._site.refused(failure, "", {})

    def _final(self, failure: HttpFailure, found: str) -> ProviderError:
        words = f": {self._site.words(failure.message)}" if failure.message.strip() else ""
        return ProviderError(f"gemini: {self._site.url} {found} (HTTP {failure.status}{words})", status=failure.status)

    def _read(self, answer: dict[str, Any], request: Request) -> Any:
        from google.genai import types

        if fault := _dict(answer.get("error")):
            code = fault.get("code")
            status = _HTTP.get(code, code) if isinstance(code, int) else 0
            details = tuple(detail for detail in _list(fault.get("details")) if isinstance(detail, Mapping))
            failure = HttpFailure(status, str(fault.get("message") or ""), details=details)
            return self._provider.refused(failure, request)
        try:
            return self._provider.read(types.GenerateContentResponse.model_validate(_known(answer["response"])))
        except UnmeasuredError as error:
            return error
        except Exception as error:  # noqa: BLE001 - nothing has checked what came
            return self._site.failed(error)


def _known(response: Mapping[str, Any]) -> dict[str, Any]:
    """Keep only the fields that we read: the SDK's models reject fields that they do not know."""
    candidates = []
    for candidate in _list(response.get("candidates"))[:1]:
        kept = {name: candidate[name] for name in ("finishReason",) if name in candidate}
        if "content" in candidate:
            found = map(_dict, _list(_dict(candidate["content"]).get("parts")))
            # of a call it counts only that it is one
            parts = [
                _only(part, _KNOWN["parts"]) | ({"functionCall": {}} if "functionCall" in part else {})
                for part in found
            ]
            kept["content"] = {"parts": parts}
        candidates.append(kept)
    feedback = _only(response.get("promptFeedback"), ("blockReason",))
    return {
        "candidates": candidates,
        "promptFeedback": feedback or None,
        "modelVersion": response.get("modelVersion"),
        "usageMetadata": _only(response.get("usageMetadata"), _KNOWN["usage"]) or None,
    }


def _only(found: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in _dict(found).items() if name in names}


def _dict(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _count(counts: Mapping[str, Any], name: str) -> int:
    # 64-bit numbers come as text
    text = str(counts.get(name, 0))
    return int(text) if text.isdecimal() and text.isascii() else 0
