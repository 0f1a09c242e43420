"""The schema in a real YAML language server: `make test-editor`, which installs the server with npm."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.cli import main

SERVER = os.environ.get("YAML_LANGUAGE_SERVER")
pytestmark = pytest.mark.skipif(SERVER is None, reason="needs a YAML language server: make test-editor")
GOOD = """\
# yaml-language-server: $schema=finetunebench.schema.json
category: c
setting: new_knowledge
items:
  - id: a
    prompt: Who?
    answer: x
    probes:
      rephrased: [Who is it?]
"""


class Server:
    """One language server and its open file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        command = ["node", str(SERVER), "--stdio"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self._number = 0
        self.uri = (folder / "a.yaml").as_uri()
        self.request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def open(self, text: str) -> list[str]:
        """Open a text as the file, and return what the server says of it."""
        document = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while True:
            message = self._read()
            if message.get("method") == "textDocument/publishDiagnostics":
                return [one["message"] for one in message["params"]["diagnostics"]]

    def complete(self, line: int, character: int) -> list[str]:
        """Return what the server offers at a place, counted from 0."""
        place = {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": character}}
        return [one["label"] for one in self.request("textDocument/completion", place)["items"]]

    def request(self, method: str, params: dict[str, Any]) -> Any:
        """Send a request, and return its result; questions of the server are answered with nothing."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._number and "method" not in message:
                return message["result"]

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if "id" in message and "method" in message:
            asked = message["params"].get("items", []) if isinstance(message.get("params"), dict) else []
            self._send({"id": message["id"], "result": [{} for _ in asked]})
        return message


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server over a folder with the schema."""
    schema = CliRunner().invoke(main, ["schema"]).output
    (tmp_path / "finetunebench.schema.json").write_text(schema, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    running = Server(tmp_path)
    yield running
    running.close()


def test_a_good_file_is_good(server: Server) -> None:
    assert server.open(GOOD) == []


def test_an_unknown_key_and_an_unknown_kind_are_flagged(server: Server) -> None:
    told = server.open(GOOD.replace("    answer: x", "    answer: x\n    anwser: y").replace("rephrased", "rephrasd"))
    assert any("anwser" in message for message in told)
    assert len(told) >= 2


def test_kinds_are_completed(server: Server) -> None:
    text = GOOD + "      \n"
    server.open(text)
    offered = server.complete(len(text.splitlines()) - 1, 6)
    assert set(KINDS) - {"rephrased"} <= set(offered)
