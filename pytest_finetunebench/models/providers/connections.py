"""Connections to one server, for many calls at once.

httpx2's own pool looks at all its connections at the start and at the end of each call, and asks the system about each
idle one. With 64 connections that takes a third of a call's CPU time.

Imported at the first call only: it needs httpx2.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2


def transport_options(url: str) -> dict[str, Any]:
    """Return the options of a client that say how it connects to the server at `url`.

    httpx2 makes the connections through a proxy of the environment.
    """
    parts = urlsplit(url)
    proxies = getproxies()
    if (proxies.get(parts.scheme) or proxies.get("all")) and not proxy_bypass(parts.hostname or ""):
        return {"limits": httpx2.Limits(max_connections=None, max_keepalive_connections=None)}
    return {"transport": Connections(secure=parts.scheme != "http")}


class Connections(httpx2.AsyncBaseTransport):
    """Lends each call a connection that no other call uses, the last used first. Callers limit the calls at once.

    Without `secure` https fails: no certificate is trusted.
    """

    def __init__(self, *, secure: bool) -> None:
        # to load the certificates takes 40 ms, which plain http need not wait for
        self._ssl_context = httpx2.create_ssl_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._all: list[httpx2.AsyncHTTPTransport] = []
        self._idle: list[httpx2.AsyncHTTPTransport] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request over an idle connection. Closing the response gives the connection back."""
        connection = self._idle.pop() if self._idle else self._new()
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            self._idle.append(connection)
            raise
        response.stream = _Lent(response.stream, lambda: self._idle.append(connection))
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        self._idle.clear()
        while self._all:
            await self._all.pop().aclose()

    def _new(self) -> httpx2.AsyncHTTPTransport:
        # a pool of one: it notices that the server closed the connection, and opens another
        connection = httpx2.AsyncHTTPTransport(verify=self._ssl_context, limits=httpx2.Limits(max_connections=1))
        self._all.append(connection)
        return connection


class _Lent(httpx2.AsyncByteStream):
    """The body of a response. Closing it gives the connection back, once."""

    def __init__(self, body: Any, give_back: Callable[[], object]) -> None:
        self._body = body
        self._give_back: Callable[[], object] | None = give_back

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._body)

    async def aclose(self) -> None:
        give_back, self._give_back = self._give_back, None
        try:
            await self._body.aclose()
        finally:
            if give_back is not None:
                give_back()
