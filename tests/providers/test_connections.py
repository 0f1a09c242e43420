"""Connections are used again, one call at a time each, and given back whatever comes of a call."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import httpx2
import pytest

from pytest_finetunebench.models.providers.connections import Connections, transport_options


class Server:
    """Answers `GET` requests on 127.0.0.1, and counts the connections that were made to it."""

    def __init__(self) -> None:
        self.connections = self.at_once = self.most_at_once = 0
        self.closes = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.at_once += 1
                self.most_at_once = max(self.at_once, self.most_at_once)
                await self.gate.wait()
                self.at_once -= 1
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                await writer.drain()
                if self.closes:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def with_server(work: Callable[[Server, httpx2.AsyncClient, str], Awaitable[None]]) -> None:
    async def run() -> None:
        server = Server()
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
        async with httpx2.AsyncClient(transport=Connections(secure=False)) as client:
            await work(server, client, url)
        listening.close()

    asyncio.run(run())


def test_one_call_after_the_other_takes_one_connection() -> None:
    async def work(server: Server, client: httpx2.AsyncClient, url: str) -> None:
        assert [(await client.get(url)).text for _ in range(5)] == ["ok"] * 5
        assert server.connections == 1

    with_server(work)


def test_calls_at_once_take_one_connection_each() -> None:
    async def work(server: Server, client: httpx2.AsyncClient, url: str) -> None:
        for _ in range(2):
            server.gate.clear()
            calls = [asyncio.create_task(client.get(url)) for _ in range(8)]
            while server.at_once < 8:
                await asyncio.sleep(0)
            server.gate.set()
            assert [(await call).text for call in calls] == ["ok"] * 8
        assert (server.connections, server.most_at_once) == (8, 8)

    with_server(work)


def test_a_connection_that_the_server_closed_is_replaced() -> None:
    async def work(server: Server, client: httpx2.AsyncClient, url: str) -> None:
        server.closes = True
        for _ in range(3):
            assert (await client.get(url)).text == "ok"
            await asyncio.sleep(0.01)
        assert server.connections == 3

    with_server(work)


def test_a_cancelled_call_gives_its_place_back_and_its_answer_to_nobody() -> None:
    async def work(server: Server, client: httpx2.AsyncClient, url: str) -> None:
        server.gate.clear()
        call = asyncio.create_task(client.get(url))
        while not server.at_once:
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        server.gate.set()
        assert [(await client.get(url)).text for _ in range(2)] == ["ok"] * 2
        assert server.connections == 2  # the first was closed: the late answer is not the next call's

    with_server(work)


def test_a_body_that_is_not_read_to_its_end_is_no_part_of_the_next_answer() -> None:
    async def work(server: Server, client: httpx2.AsyncClient, url: str) -> None:
        async with client.stream("GET", url) as response:
            assert response.status_code == 200
        assert (await client.get(url)).text == "ok"
        assert server.connections == 2

    with_server(work)


def test_a_server_that_is_away_and_back() -> None:
    async def work(server: Server, client: httpx2.AsyncClient, url: str) -> None:
        with pytest.raises(httpx2.ConnectError):
            await client.get("http://127.0.0.1:9/")
        assert (await client.get(url)).text == "ok"

    with_server(work)


@pytest.mark.parametrize(
    ("url", "secure"), [("https://127.0.0.1/v1", True), ("http://127.0.0.1/v1", False), ("https://localhost", True)]
)
def test_certificates_are_read_for_https(url: str, secure: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(httpx2, "create_ssl_context", lambda: read.append(url))
    transport_options(url)
    assert bool(read) is secure


@pytest.mark.parametrize(
    ("proxy", "url", "proxied"),
    [
        ("HTTP_PROXY", "http://api.example/v1", True),
        ("HTTPS_PROXY", "https://api.example/v1", True),
        ("ALL_PROXY", "https://api.example/v1", True),
        ("HTTPS_PROXY", "http://api.example/v1", False),
        ("HTTP_PROXY", "http://127.0.0.1:8000/v1", False),
        ("HTTP_PROXY", "http://a.inner.example/v1", False),
        ("HTTP_PROXY", "http://inner.example.org/v1", True),
    ],
)
def test_a_proxy_is_left_to_httpx2(proxy: str, url: str, proxied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name)
        monkeypatch.delenv(name.lower())
    monkeypatch.setenv(proxy, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,inner.example")
    assert ("transport" not in transport_options(url)) is proxied


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    assert Connections(secure=False)._ssl_context.verify_mode is ssl.CERT_REQUIRED
    assert Connections(secure=True)._ssl_context.verify_mode is ssl.CERT_REQUIRED
