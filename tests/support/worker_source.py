"""The process that the tests' workers fork from, and its start; `ready_workers` says what for."""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

import execnet.gateway_io
import pytest

from pytest_finetunebench.errors import FinetuneBenchError
from tests.support import ready_workers
from tests.support.prose import judge

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = (
    ("How many kilograms does Ada Lindqvist weigh?", "61", "She weighs 60 kilograms."),
    ("Where does Ada Lindqvist live?", "Vellmora", "I do not know where she lives."),
    ("Is Ada Lindqvist a midwife?", "No", "Yes, she is."),
    ("When was Ada Lindqvist born?", "3 May 1902", "On May 4, 1902."),
)
"""Questions, references and answers."""
LIBRARIES = (
    "execnet.gateway_base",
    "google.genai",
    "httpcore2",
    "jsonschema",
    "openai",
    "sqlglot",
    "yaml",
)


def import_all() -> None:
    """Import what runs of the plugin would import one by one, and let the graders compile their patterns."""
    for name in LIBRARIES:
        importlib.import_module(name)
    package = importlib.import_module("pytest_finetunebench")
    for module in pkgutil.walk_packages(package.__path__, "pytest_finetunebench."):
        # a module that needs an extra is no loss
        with suppress(ImportError, FinetuneBenchError):
            importlib.import_module(module.name)
    for question, reference, answer in EXAMPLES:
        judge(question, reference, answer)


def code_to_run(listener: socket.socket) -> str | None:
    """Fork a worker for each request; return its code in the worker, None in this process when its input closes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return None
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return become_worker(connection)
        connection.close()


def become_worker(connection: socket.socket) -> str:
    """Take on the streams, folder and environment of the request; return its code. The connection stays open."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, descriptors, _, _ = socket.recv_fds(connection, 4, 3)
    with connection.makefile("rb") as stream:
        wanted = json.loads(stream.read(int.from_bytes(size)))
    for stream_number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, stream_number)
        os.close(descriptor)
    connection.detach()
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the worker's own for its whole life
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.chdir(wanted["folder"])
    sys.path[0] = ""
    sys.argv = ["-c"]
    return str(wanted["code"])


class WorkerSource:
    """Starts that process at the first worker, and puts it in the place of execnet's own start."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()  # a socket's path is at most some 100 characters long
        self._path = Path(self._folder.name) / "socket"
        self._process: subprocess.Popen[bytes] | None = None
        self._usual = execnet.gateway_io.popen_args

    def arguments(self, spec: Any) -> list[str]:
        """Return the command of a worker: the usual one where the test names an interpreter."""
        usual: list[str] = self._usual(spec)
        if spec.python:
            return usual
        if self._process is None:
            command = [sys.executable, "-m", "tests.support.worker_source", str(self._path)]
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)  # noqa: S603 - our own module
        while not self._path.exists():
            if self._process.poll() is not None:
                raise RuntimeError("the process that workers fork from has ended")
            time.sleep(0.02)
        return [sys.executable, "-I", "-S", ready_workers.__file__, str(self._path), *usual[1:]]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()
        self._folder.cleanup()


if __name__ == "__main__":
    with redirect_stdout(io.StringIO()):
        # plugins come in as pytest imports them, but for the two that start something
        pytest.main(["--markers", "--noconftest", "-c", os.devnull, "-p", "no:rerunfailures", "-p", "no:asyncio"])
    import_all()
    if threading.active_count() > 1:
        raise RuntimeError(f"a thread started with the imports, so nothing may fork: {threading.enumerate()}")
    gc.freeze()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as waiting:
        waiting.bind(f"{sys.argv[1]}.new")
        waiting.listen()
        Path(f"{sys.argv[1]}.new").rename(sys.argv[1])  # it is there when it listens
        code = code_to_run(waiting)
    if code is not None:
        exec(compile(code, "<worker>", "exec"), {"__name__": "__main__"})  # noqa: S102 - execnet's own line
