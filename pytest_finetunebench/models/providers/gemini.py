"""Google's models: the Gemini API with a key, and Vertex with a project and its login."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import ProviderError, SettingsError, UnmeasuredError
from pytest_finetunebench.models.providers.base import ProviderContext
from pytest_finetunebench.models.providers.credentials import (
    LogRedaction,
    Redactor,
    check_key,
    find_key,
    find_value,
    read_address,
)
from pytest_finetunebench.models.providers.failures import HttpFailure, RefusedError, Site
from pytest_finetunebench.models.providers.gemini_format import (
    config,
    contents,
    no_candidates,
    read_answer,
    read_failure,
)

if TYPE_CHECKING:
    import httpx2
    from google import genai
    from google.genai import types

GEMINI_BASE_URL = "https://generativelanguage.googleapis.com"
KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
API_VERSION = "v1"
"""The Gemini API's, where GOOGLE_GENAI_API_VERSION names no other: the SDK's default."""
_Answer = TypeVar("_Answer")
_MULTI_REGIONS = ("us", "eu")
_OPTIONS = {
    "temperature": "temperature=none",
    "seed": "seed=none",
    "max_output_tokens": "max-tokens=none",
}


class GeminiProvider:
    """Asks Google's models, with Google's SDK.

    Vertex is used for a model id that begins with `projects/`, with a Vertex project or location in the settings, or
    with GOOGLE_GENAI_USE_ENTERPRISE or GOOGLE_GENAI_USE_VERTEXAI. It takes the login of `gcloud`; an API key only
    where the base URL is not Google's (a gateway), or where no project is named.

    Raises:
        SettingsError: the base URL is not a web address, or Vertex is asked for without project and key.
    """

    remote = True

    def __init__(self, context: ProviderContext) -> None:
        settings, environ = context.settings, context.environ
        path = re.match(r"projects/([^/]+)/locations/([^/]+)/", settings.model.id)
        named = bool(settings.model.vertex_project or settings.model.vertex_location)
        self.vertex = named or settings.model.id.startswith("projects/") or _wants_vertex(environ)
        self._project = settings.model.vertex_project or (
            path[1] if path else find_value(environ, "GOOGLE_CLOUD_PROJECT")
        )
        self._location = settings.model.vertex_location or (
            path[2] if path else find_value(environ, "GOOGLE_CLOUD_LOCATION")
        )
        variable = "GOOGLE_VERTEX_BASE_URL" if self.vertex else "GOOGLE_GEMINI_BASE_URL"
        base_url = settings.model.base_url or find_value(environ, variable)
        self._key = find_key(environ, KEY_VARIABLES)
        if self.vertex:
            self._settle_vertex()
        base_url, version = split_version(base_url or self._default_base_url())
        self._address = read_address(base_url)
        if self.vertex and self._project and self._address.host.endswith(".googleapis.com"):
            self._key = None
        place = f"/projects/{self._project}/locations/{self._location}" if self.vertex and self._project else ""
        self.base_url: str | None = self._address.place(place)
        self.site = Site(
            provider="gemini",
            url=self._address.url + place,
            credentials=self._credentials(),
            timeout=settings.limits.timeout,
            redact=Redactor(environ, self._address.secrets),
            max_response=settings.limits.max_response,
            not_found=self._other_version(settings.model.api_version or version),
        )
        self._named_version = settings.model.api_version or version
        self._api_version = self._named_version or find_value(environ, "GOOGLE_GENAI_API_VERSION") or API_VERSION
        self._option = context.option
        self._logs = LogRedaction(self.site.redact)
        self._client: genai.Client | None = None
        self._connections: httpx2.AsyncClient | None = None

    async def complete(self, request: Request) -> Completion:
        """Answer one request, trying once."""
        try:
            async with self.session() as client:
                return self.read(
                    await client.aio.models.generate_content(
                        model=request.model, contents=contents(request), config=config(request)
                    )
                )
        except RefusedError as refusal:
            raise self.refused(refusal.failure, request) from None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[genai.Client]:
        """Lend the SDK's client for one call.

        Raises:
            RefusedError: the server refused the call.
            UnmeasuredError: there was no answer, or none that can be read.
        """
        client = self.connect()
        from google.genai import errors

        try:
            # the SDK's own timeout is per read: a server that drips would hold a call for ever
            async with asyncio.timeout(self.site.timeout):
                yield client
        except UnmeasuredError:
            raise
        except errors.APIError as error:
            raise RefusedError(read_failure(error)) from None
        except Exception as error:  # noqa: BLE001 - the SDK lets its parser's, login's and transport's exceptions through
            # `from None`: foreign exceptions may quote the key
            raise self.site.failed(error) from None

    async def attempt(self, call: Callable[[genai.Client], Awaitable[_Answer]]) -> _Answer | HttpFailure:
        """Make one call as `session` does; a refusal is returned.

        Raises:
            UnmeasuredError: there was no answer, or none that can be read.
        """
        try:
            async with self.session() as client:
                return await call(client)
        except RefusedError as refusal:
            return refusal.failure

    async def fetch(self, path: str, **query: str | int) -> Any:
        """Return the raw JSON at a path of the Gemini API. Call it within `attempt`."""
        from google.genai import errors

        if self._connections is None or self._key is None:
            raise AssertionError("a client of the Gemini API is open")
        response = await self._connections.get(
            f"{self._address.url}/{self._api_version}/{path}",
            params=query,
            headers={**self._address.headers, "x-goog-api-key": self._key.value},
        )
        await errors.APIError.raise_for_async_response(response)
        return response.json()

    def refused(self, failure: HttpFailure, request: Request) -> UnmeasuredError:
        """Read the server's refusal of a request."""
        return self.site.refused(failure, request.model, self._sent(request))

    async def aclose(self) -> None:
        """Close the SDK's connections."""
        client, self._client = self._client, None
        connections, self._connections = self._connections, None
        if client is not None:
            await client.aio.aclose()
            client.close()
        if connections is not None:
            await connections.aclose()
        self._logs.stop()

    def _sent(self, request: Request) -> dict[str, str]:
        sampling = request.sampling
        values = {"temperature": sampling.temperature, "seed": sampling.seed, "max_output_tokens": sampling.max_tokens}
        return {name: self._option + _OPTIONS[name] for name, value in values.items() if value is not None}

    def _other_version(self, named: str | None) -> str:
        if self.vertex or named or self._address.host.endswith(".googleapis.com"):
            return ""
        return "the server speaks another version of the API: --ft-api-version=v1beta"

    def _settle_vertex(self) -> None:
        if self._project:
            self._location = self._location or "global"
        elif self._key is None:
            raise SettingsError("gemini on Vertex needs a project: set GOOGLE_CLOUD_PROJECT or --ft-vertex-project")
        else:
            self._location = None  # a key belongs to a project, and to no location

    def _default_base_url(self) -> str:
        # as the SDK does, which would also read the environment
        if not self.vertex:
            return GEMINI_BASE_URL
        if self._location in (None, "global"):
            return "https://aiplatform.googleapis.com"
        if self._location in _MULTI_REGIONS:
            return f"https://aiplatform.{self._location}.rep.googleapis.com"
        return f"https://{self._location}-aiplatform.googleapis.com"

    def _credentials(self) -> str:
        if self._key is not None:
            return f"check the key in {self._key.variable}"
        if self.vertex:
            return "log in with `gcloud auth application-default login`"
        return "set GOOGLE_API_KEY"

    def connect(self) -> genai.Client:
        """Return the SDK's client, made at the first call.

        Raises:
            ProviderError: there is no key, or none that can be sent; the SDK cannot be loaded.
        """
        if self._client is not None:
            return self._client
        if self._key is not None:
            check_key(self._key)
        elif not self.vertex:
            raise ProviderError("gemini: no key: set GOOGLE_API_KEY (or GEMINI_API_KEY)", hopeless=True, sent=False)
        try:
            self._client = self._open()
        except Exception as error:  # noqa: BLE001 - a broken installation or proxy setting may raise anything
            raise self.site.failed(error, sent=False) from None
        self._logs.start()
        return self._client

    def _open(self) -> genai.Client:
        from google import genai
        from google.genai import types

        from pytest_finetunebench.models.providers.http import LimitedClient

        # our own connections: the SDK's would be aiohttp's where that is installed, with a retry of its own
        self._connections = self._connections or LimitedClient(
            self.site,
            self._refuse_error,
            params=dict(self._address.query),
            timeout=self.site.timeout,
            follow_redirects=False,  # the key's header would go along to any host
        )
        return genai.Client(
            vertexai=self.vertex,
            api_key=None if self._key is None else self._key.value,
            project=self._project if self.vertex else None,
            location=self._location if self.vertex else None,
            http_options=types.HttpOptions(
                base_url=self._address.url,
                api_version=self._named_version if self.vertex else self._api_version,
                timeout=round(self.site.timeout * 1000),
                headers=dict(self._address.headers),
                httpx_async_client=self._connections,
            ),
        )

    def _refuse_error(self, response: httpx2.Response) -> None:
        # the SDK drops the error that a gateway sends with HTTP 200; a batch or tuning job that failed has one by right
        if re.search("/(?:batches|tuningJobs)", response.request.url.path):
            return
        body = response.content if response.status_code == 200 else b""
        if b'"error"' not in body or b'"candidates"' in body:
            return
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return  # the SDK stumbles over it too
        if isinstance(told, dict) and told.get("error"):
            raise no_candidates(self.site, f": {self.site.words(told['error'])}")

    def read(self, answer: types.GenerateContentResponse) -> Completion:
        """Read the SDK's answer to a prompt.

        Raises:
            UnmeasuredError: it was filtered, or cannot be read.
        """
        return read_answer(answer, self.site)


def split_version(url: str) -> tuple[str, str | None]:
    """Return a base URL without the API's version at its end, which the SDK adds itself, and that version."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url, None  # it is refused where it is read
    found = re.fullmatch(r"(.*)/(v\d+(?:(?:alpha|beta)\d*)?)/?", parts.path)
    return (urlunsplit(parts._replace(path=found[1])), found[2]) if found else (url, None)


def _wants_vertex(environ: Mapping[str, str]) -> bool:
    for variable in ("GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI"):
        if variable in environ:
            return environ[variable].strip().lower() in ("true", "1")
    return False
