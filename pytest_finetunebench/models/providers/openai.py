"""OpenAI's chat completions, and every server that speaks them: vLLM, Ollama, Together, Azure's v1 endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import ProviderError, UnmeasuredError, one_line
from pytest_finetunebench.files.uncollected import uncollected
from pytest_finetunebench.models.providers.base import ProviderContext
from pytest_finetunebench.models.providers.chat_answer import read_answer
from pytest_finetunebench.models.providers.credentials import (
    Address,
    LogRedaction,
    Redactor,
    check_key,
    find_key,
    read_address,
)
from pytest_finetunebench.models.providers.failures import HttpFailure, RefusedError, Site, rejected_parameters
from pytest_finetunebench.models.providers.logprobs import asked_logprobs, refused_logprobs, without_logprobs

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

DEFAULT_BASE_URL = "https://api.openai.com/v1"
NO_KEY = "no-key"
"""Sent if no key is set: the SDK requires one, and local servers accept any."""

_TOKEN_LIMITS = {"max_completion_tokens": "max_tokens", "max_tokens": "max_completion_tokens"}
_Answer = TypeVar("_Answer")
_PATHS = {"chat": "/chat/completions", "completion": "/completions"}
_OPTIONS = {
    "temperature": "temperature=none",
    "seed": "seed=none",
    "max_tokens": "max-tokens=none",
    "max_completion_tokens": "max-tokens=none",
}


class OpenAIProvider:
    """Asks a server for chat completions, with OpenAI's SDK.

    Raises:
        SettingsError: the base URL is not a web address.
    """

    remote = True

    def __init__(self, context: ProviderContext) -> None:
        self._address = read_address(context.settings.model.base_url or DEFAULT_BASE_URL)
        self.base_url: str | None = self._address.place()
        host = self._address.host
        azure = host.endswith(".azure.com")
        self._hosted = azure or f".{host}".endswith(".api.openai.com")
        variables = ("AZURE_OPENAI_API_KEY", "OPENAI_API_KEY") if azure else ("OPENAI_API_KEY",)
        self._key = find_key(context.environ, variables)
        self._missing_key = f"set {variables[0]} to a key of {host}"
        self._token_limit = "max_completion_tokens" if self._hosted else "max_tokens"
        self.site = Site(
            provider="openai",
            url=self._address.url,
            credentials=self._credentials(self._address),
            timeout=context.settings.limits.timeout,
            redact=Redactor(context.environ, self._address.secrets),
            max_response=context.settings.limits.max_response,
            not_found="" if urlsplit(self._address.url).path else "the base URL lacks its path (mostly /v1)",
        )
        self._option = context.option
        self._logs = LogRedaction(self.site.redact)
        self._client: AsyncOpenAI | None = None
        self._sends_logprobs = False

    async def complete(self, request: Request) -> Completion:
        """Answer one request, trying once. If the server rejects the token limit's name, send its other name."""
        for name in (self._token_limit, _TOKEN_LIMITS[self._token_limit]):
            body = self.body(request, name)
            try:
                async with self.session() as client:
                    # `chat.completions.create` would go over both bodies field by field, a third of a call's CPU time
                    answer = self.read(await client.post(_PATHS[request.form], body=body, cast_to=object))
            except RefusedError as refusal:
                failure = refusal.failure
            else:
                self._token_limit = name
                return self._with_logprobs(answer) if request.logprobs else answer
            if rejected_parameters(failure, _parameters(request, name)) != [name]:
                break
        raise self.refused(failure, request, name)

    def _with_logprobs(self, answer: Completion) -> Completion:
        self._sends_logprobs |= answer.first_tokens is not None
        if not self._sends_logprobs and not answer.empty:
            raise without_logprobs(self.site)
        return answer

    async def checkpoints(self, job: str) -> list[tuple[str, int]]:
        """Return the models of a fine-tuning job's checkpoints, each with its step.

        Raises:
            UnmeasuredError: the server knows no such job, or lists no checkpoints.
        """
        found = await self.attempt(lambda client: _checkpoints(client, job))
        if isinstance(found, HttpFailure):
            words = self.site.words(found.message)
            raise ProviderError(f"openai: HTTP {found.status}: no checkpoints of job '{one_line(job, 80)}': {words}")
        if not found:
            raise ProviderError(f"openai: job '{one_line(job, 80)}' has no checkpoints: has it ended?")
        return found

    def body(self, request: Request, token_limit: str | None = None) -> dict[str, Any]:
        """Return a request's JSON body. `token_limit` names the token limit; default: the last accepted name."""
        parameters = _parameters(request, token_limit or self._token_limit)
        return {
            "model": request.model,
            **_asked(request),
            **parameters,
            **_format(request),
            **asked_logprobs(request),
            **(request.parameters or {}),
        }

    @asynccontextmanager
    async def session(self, timeout: float | None = None) -> AsyncIterator[AsyncOpenAI]:
        """Lend the SDK's client for one call within `timeout` seconds, the settings' by default.

        Raises:
            RefusedError: the server refused the call.
            UnmeasuredError: there was no answer, or none that can be read.
        """
        client = self.connect()
        from openai import APIStatusError

        site = self.site if timeout is None else replace(self.site, timeout=timeout)
        try:
            # the SDK's own timeout is per read: a server that drips would hold a call for ever
            async with asyncio.timeout(site.timeout):
                yield client
        except UnmeasuredError:
            raise
        except APIStatusError as error:
            raise RefusedError(_as_failure(error)) from None
        except Exception as error:  # noqa: BLE001 - the SDK lets its parser's and transport's exceptions through
            # `from None`: foreign exceptions may quote the key
            raise site.failed(error) from None

    async def attempt(
        self, call: Callable[[AsyncOpenAI], Awaitable[_Answer]], timeout: float | None = None
    ) -> _Answer | HttpFailure:
        """Make one call as `session` does; a refusal is returned.

        Raises:
            UnmeasuredError: there was no answer, or none that can be read.
        """
        try:
            async with self.session(timeout) as client:
                return await call(client)
        except RefusedError as refusal:
            return refusal.failure

    def refused(self, failure: HttpFailure, request: Request, token_limit: str | None = None) -> UnmeasuredError:
        """Read the server's refusal of a request."""
        if (told := refused_logprobs(failure, request, self.site)) is not None:
            return told
        parameters = _parameters(request, token_limit or self._token_limit)
        sent = {parameter: self._option + _OPTIONS[parameter] for parameter in parameters}
        return self.site.refused(failure, request.model, sent)

    async def aclose(self) -> None:
        """Close the SDK's connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()
        self._logs.stop()

    def _credentials(self, address: Address) -> str:
        if address.headers:
            return "check the user name and password in the base URL"
        if self._key is None:
            return f"no key was sent, {self._missing_key}"
        return f"check the key in {self._key.variable}"

    def connect(self) -> AsyncOpenAI:
        """Return the SDK's client, made at the first call.

        Raises:
            ProviderError: there is no key, or none that can be sent; the SDK cannot be loaded.
        """
        if self._client is not None:
            return self._client
        if self._key is None and self._hosted and not self._address.headers:
            raise ProviderError(f"openai: no key: {self._missing_key}", hopeless=True, sent=False)
        if self._key is not None:
            check_key(self._key)
        try:
            with uncollected():  # a fifth less time
                import openai  # half a second

            from pytest_finetunebench.models.providers.http import LimitedClient

            self._client = openai.AsyncOpenAI(
                api_key=NO_KEY if self._key is None else self._key.value,
                base_url=self._address.url,
                timeout=self.site.timeout,
                max_retries=0,
                default_headers=dict(self._address.headers),
                default_query=dict(self._address.query),
                http_client=LimitedClient(
                    self.site,
                    timeout=self.site.timeout,
                    # a redirected POST comes back as a GET, and without the key
                    follow_redirects=False,
                ),
            )
        except Exception as error:  # noqa: BLE001 - a broken installation or proxy setting may raise anything
            raise self.site.failed(error, sent=False) from None
        self._logs.start()
        return self._client

    def read(self, answer: object) -> Completion:
        """Read a chat answer: parsed JSON, or its text if the server did not label it as JSON.

        Raises:
            UnmeasuredError: it was filtered, or cannot be read.
        """
        return read_answer(self._parsed(answer) if isinstance(answer, str) else answer, self.site)

    def _parsed(self, text: str) -> object:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise self.site.broken(f"not JSON{_looks_like(text)}: {one_line(self.site.redact(text), 80)}") from None


async def _checkpoints(client: AsyncOpenAI, job: str) -> list[tuple[str, int]]:
    pages = client.fine_tuning.jobs.checkpoints.list(job, limit=100)
    return [(one.fine_tuned_model_checkpoint, one.step_number) async for one in pages]


def _asked(request: Request) -> dict[str, Any]:
    if request.form == "completion":
        return {"prompt": request.plain_text}
    return {"messages": [message.model_dump() for message in request.messages]}


def _looks_like(text: str) -> str:
    start = text.lstrip()[:200].lower()
    if start.startswith(("data:", "event:")):
        return " but an event stream (--ft-param stream=false may switch it off)"
    if start.startswith("<"):
        return " but a web page (is the base URL the API's, which mostly ends in /v1?)"
    return ""


def _parameters(request: Request, token_limit: str) -> dict[str, Any]:
    sampling = request.sampling
    values = {"temperature": sampling.temperature, "seed": sampling.seed, token_limit: sampling.max_tokens}
    return {name: value for name, value in values.items() if value is not None}


def _format(request: Request) -> dict[str, Any]:
    if request.response_schema is None:
        return {}
    schema = {"name": "answer", "strict": True, "schema": request.response_schema}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _as_failure(error: APIStatusError) -> HttpFailure:
    body = error.body
    told = body.get("message") or body.get("detail") if isinstance(body, Mapping) else body
    return HttpFailure(
        status=error.status_code,
        message=str(told or ""),
        # insufficient_quota is a code at OpenAI, a type at some that copy it
        code=error.type if error.type == "insufficient_quota" else error.code,
        param=error.param if isinstance(error.param, str) else None,
        headers=error.response.headers,
    )
