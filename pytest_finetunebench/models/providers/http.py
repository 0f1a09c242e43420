"""Connections for the SDKs that read no answer beyond a limit, counted after decompression.

Imported at the first call only: it needs httpx2.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any

import httpx2

from pytest_finetunebench.models.providers.connections import transport_options
from pytest_finetunebench.models.providers.failures import Site

FILES = re.compile(r"/(?:files|batches)(?:/|$)")
"""Paths whose answers hold those to many requests."""
LONGEST_FILE = 2**30
"""Bytes of such an answer, at least."""
_CODINGS = {"": 0, "identity": 0, "gzip": 47, "x-gzip": 47, "deflate": 47}
"""What a body may be encoded as, with zlib's window: 47 reads the headers of gzip and zlib."""
_RAW_DEFLATE = -15
_UNWANTED = ("content-encoding", "content-length", "transfer-encoding")


class LimitedClient(httpx2.AsyncClient):
    """Reads each answer up to the site's limit, and hands it to `check` when it is whole.

    A longer one raises `ProviderError`; an encoding that was not asked for, or is broken, `httpx2.DecodingError`.
    """

    def __init__(self, site: Site, check: Callable[[httpx2.Response], None] | None = None, **options: Any) -> None:
        super().__init__(**transport_options(site.url), **options)
        # others can blow a few bytes up to any size at once
        self.headers["Accept-Encoding"] = "gzip, deflate"
        self._site = site
        self._check = check

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """Send a request, and read its answer unless it is to be streamed."""
        response = await super().send(request, stream=True, **options)
        if stream:
            return response
        try:
            if self._is_plain(response):
                await response.aread()
                whole = response
            else:
                whole = await self._rebuilt(response)
        finally:
            await response.aclose()
        if self._check is not None:
            self._check(whole)
        return whole

    def _limit(self, response: httpx2.Response) -> int:
        limit = self._site.max_response
        return max(limit, LONGEST_FILE) if FILES.search(response.request.url.path) else limit

    def _is_plain(self, response: httpx2.Response) -> bool:
        """Whether a body is not encoded, and its length, which the connection holds it to, is within the limit."""
        headers = response.headers
        length = headers.get("content-length", "")
        if not length.isdecimal() or "content-encoding" in headers or "transfer-encoding" in headers:
            return False
        return int(length) <= self._limit(response)

    async def _rebuilt(self, response: httpx2.Response) -> httpx2.Response:
        """Return a response with its decoded body, read no further than the limit."""
        content = await self._read(response)
        headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _UNWANTED]
        return httpx2.Response(
            response.status_code,
            headers=headers,
            content=content,
            request=response.request,
            extensions=response.extensions,
        )

    async def _read(self, response: httpx2.Response) -> bytes:
        limit = self._limit(response)
        body = _Body(response, limit)
        async for chunk in response.aiter_raw():
            if not body.take(chunk):
                raise self._site.too_long(limit)
        return body.whole()


class _Body:
    """An answer's body as it comes in, decompressed by no more than the limit."""

    def __init__(self, response: httpx2.Response, limit: int) -> None:
        self._request = response.request
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._coding = response.headers.get("content-encoding", "").strip().lower()
        if self._coding not in _CODINGS:
            raise self._broken(f"encoded as '{self._coding[:40]}', which was not asked for")
        window = _CODINGS[self._coding]
        self._unpacker = zlib.decompressobj(window) if window else None

    def take(self, chunk: bytes) -> bool:
        """Add what came; False where the body is longer than the limit."""
        if self._unpacker is not None:
            chunk = self._unpacked(chunk)
        self._parts.append(chunk)
        self._size += len(chunk)
        return self._size <= self._limit

    def whole(self) -> bytes:
        """Return the body when all of it has come."""
        if self._unpacker is not None and self._parts and not self._unpacker.eof:
            raise self._broken("its compressed body is cut short")
        return b"".join(self._parts)

    def _unpacked(self, chunk: bytes) -> bytes:
        room = self._limit - self._size + 1
        unpacker = self._unpacker
        try:
            return b"" if unpacker is None else unpacker.decompress(chunk, room)
        except zlib.error as error:
            if self._coding != "deflate" or self._parts:
                raise self._broken(str(error)) from error
        # some servers leave zlib's header out
        self._unpacker = zlib.decompressobj(_RAW_DEFLATE)
        try:
            return self._unpacker.decompress(chunk, room)
        except zlib.error as error:
            raise self._broken(str(error)) from error

    def _broken(self, words: str) -> httpx2.DecodingError:
        return httpx2.DecodingError(words, request=self._request)
