"""A model server for tests: speaks OpenAI chat completions and Gemini generateContent, and fails as told.

    with ModelServer({("m", "2+2?"): "4"}, faults=[Fault(status=429, headers={"Retry-After": "1"})]) as server:
        ...  # base URL: server.openai_url, or server.url for Gemini

It listens on 127.0.0.1 only. As a process of its own: `python tests/server/model_server.py --recordings FOLDER`.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pytest_finetunebench.models.recordings import read_recordings
from tests.server.batch_wire import Batches, BatchPlan
from tests.server.model_wire import (
    Fault,
    SeenRequest,
    credentials,
    error_answer,
    gemini_answer,
    openai_answer,
    read_request,
)
from tests.server.tuning_wire import TuningPlan, Tunings

__all__ = ["BatchPlan", "Fault", "ModelServer", "SeenRequest", "TuningPlan", "echo", "recorded"]

Answers = Mapping[tuple[str, str], str] | Callable[[str, str], str | None]
"""The answer by model and prompt; one that is missing is a 404 that says so."""
Faults = Sequence[Fault | None] | Callable[[SeenRequest], Fault | None]
"""What goes wrong: one entry per chat request in the order of arrival, or a function of the request."""


def echo(model: str, prompt: str) -> str:
    """Answer every prompt with itself."""
    del model
    return f"echo: {prompt}"


def recorded(*paths: Path) -> dict[tuple[str, str], str]:
    """Return answers from recordings, files or folders; of several samples the first."""
    answers: dict[tuple[str, str], str] = {}
    for path in paths:
        for recording in read_recordings(path):
            chat = recording.messages or ()
            prompt = recording.prompt or next((m.content for m in reversed(chat) if m.role == "user"), "")
            answers.setdefault((recording.model, prompt), recording.response)
    return answers


class ModelServer:
    """Serves from `start` (or `with`) to `close`; `requests` and `peak` may be read at any time."""

    def __init__(
        self,
        answers: Answers = echo,
        *,
        faults: Faults = (),
        latency: float = 0.0,
        usage: tuple[int, int] | None = (7, 3),
        served_model: str | None = None,
        batches: BatchPlan | None = None,
        tunings: TuningPlan | None = None,
        port: int = 0,
    ) -> None:
        self.answers = answers
        self.faults = faults
        self.latency = latency
        self.usage = usage
        self.served_model = served_model
        self.batches = Batches(batches, self.answer, usage, served_model)
        """Batch jobs; without a plan there are none, as with most servers."""
        self.tunings = Tunings(tunings)
        """Fine-tuning jobs; without a plan there are none, as with most servers."""
        self.requests: list[SeenRequest] = []
        """Every chat request, in the order of arrival."""
        self.tokens_issued = 0
        self.connections_made = 0
        self.peak = 0
        """The most chat requests that were in work at once."""
        self.errors: list[Exception] = []
        """What the server itself did wrong, answers and faults given as functions included; raised by `close`."""
        self.closing = threading.Event()
        self._in_work = 0
        self._lock = threading.Lock()
        self._http = _HttpServer(self, port)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, name="model-server", daemon=True
        )

    @property
    def url(self) -> str:
        """The root: the base URL for Gemini."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def openai_url(self) -> str:
        """The base URL for OpenAI clients."""
        return f"{self.url}/v1"

    def start(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving, end every connection and wait for their threads.

        Raises:
            ExceptionGroup: the server's own errors.
        """
        self.closing.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.end_connections()
        self._http.server_close()
        if self.errors:
            raise ExceptionGroup("the model server failed", self.errors)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def begin(self, seen: SeenRequest) -> Fault:
        """Note a chat request and return what is to go wrong with it."""
        with self._lock:
            number = len(self.requests)
            self.requests.append(seen)
            self._in_work += 1
            self.peak = max(self.peak, self._in_work)
        if callable(self.faults):
            return self.faults(seen) or Fault()
        return (self.faults[number] if number < len(self.faults) else None) or Fault()

    def end(self) -> None:
        """Note that a chat request has been answered."""
        with self._lock:
            self._in_work -= 1

    def answer(self, seen: SeenRequest) -> str | None:
        """Return the stored answer to a request."""
        if callable(self.answers):
            return self.answers(seen.model, seen.prompt)
        return self.answers.get((seen.model, seen.prompt))


class _HttpServer(ThreadingHTTPServer):
    request_queue_size = 1024

    def __init__(self, owner: ModelServer, port: int) -> None:
        self.owner = owner
        self.connections: set[socket.socket] = set()
        self.threads: list[threading.Thread] = []
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        # noted before its thread begins: closing must not miss a connection that was just made
        with self.lock:
            self.connections.add(request)
            self.owner.connections_made += 1
        arguments = (request, client_address)
        thread = threading.Thread(target=self.process_request_thread, args=arguments, daemon=True)
        self.threads = [*filter(threading.Thread.is_alive, self.threads), thread]
        thread.start()

    def end_connections(self) -> None:
        with self.lock:
            for connection in self.connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the client was first
                    continue
        for thread in self.threads:
            thread.join(timeout=5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(
            error, OSError
        ):  # clients that go away are part of the tests
            self.owner.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024  # headers and body in one packet
    server: _HttpServer

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            with self.server.lock:
                self.server.connections.discard(self.connection)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer a request."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self._serve_batch(raw) or self._serve_tuning(raw):
            return
        seen = read_request(self.path, {name.lower(): value for name, value in self.headers.items()}, raw)
        owner = self.server.owner
        if seen.api == "token":
            owner.tokens_issued += 1
            self._send(200, json.dumps({"access_token": "ya29.test", "token_type": "Bearer", "expires_in": 3600}))
            return
        fault = owner.begin(seen)
        try:
            if wait := fault.latency or owner.latency:
                owner.closing.wait(wait)
            self._respond(seen, fault)
        finally:
            owner.end()

    def do_GET(self) -> None:
        """Know of nothing to get but batch and fine-tuning jobs."""
        if not (self._serve_batch(b"") or self._serve_tuning(b"")):
            self._send(404, '{"error": {"message": "only POST is served here"}}')

    def _serve_batch(self, raw: bytes) -> bool:
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.owner.batches.reply(self.command, self.path, headers, raw)
        if reply is not None and reply.fault.drop == "before":
            self.close_connection = True
        elif reply is not None:
            self._send(reply.status, reply.body, reply.fault)
        return reply is not None

    def _serve_tuning(self, raw: bytes) -> bool:
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.owner.tunings.reply(self.command, self.path, headers, raw)
        if reply is not None and reply[2].latency:
            self.server.owner.closing.wait(reply[2].latency)
        if reply is not None and reply[2].drop == "before":
            self.close_connection = True
        elif reply is not None:
            self._send(*reply)
        return reply is not None

    def _respond(self, seen: SeenRequest, fault: Fault) -> None:
        if fault.drop == "before":
            self.close_connection = True
            return
        status, answer = fault.status, self.server.owner.answer(seen) if fault.text is None else fault.text
        message = fault.message
        if seen.api == "unknown":
            status, message = 404, f"no such path: {seen.path}"
        elif status == 200 and fault.body is None and answer is None:
            status, message = 404, f"no answer in store for model {seen.model!r} and prompt {seen.prompt!r}"
        if fault.echo_key:
            message += f" (you sent {credentials(seen)})"
        if fault.body is not None:
            body = fault.body
        elif status != 200:
            body = json.dumps(error_answer(seen, fault, status, message))
        else:
            build = gemini_answer if seen.api == "gemini" else openai_answer
            owner = self.server.owner
            body = json.dumps(build(seen, fault, answer or "", owner.served_model, owner.usage))
        self._send(status, body, fault)

    def _send(self, status: int, body: bytes | str, fault: Fault | None = None) -> None:
        fault = fault or Fault()
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Type": fault.content_type, **fault.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if fault.drop == "midway":
            data, self.close_connection = data[: len(data) // 2], True
        self.wfile.write(data)
        self.wfile.flush()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--recordings", type=Path, action="append", help="a file or folder; without one prompts echo")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    given = parser.parse_args()
    answers = recorded(*given.recordings) if given.recordings else echo
    with ModelServer(answers, latency=given.latency, port=given.port) as server:
        print(f"OpenAI: {server.openai_url}  Gemini: {server.url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
