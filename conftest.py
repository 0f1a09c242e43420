"""Keep every test on this machine: no key, no foreign socket, no cache folder of the person who runs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]

LOOPBACK = ("127.", "::1", "localhost")
PRIVATE_VARIABLES = ("OPENAI_", "GOOGLE_", "GEMINI_", "AZURE_", "FT_", "GITHUB_", "PYTEST_ADDOPTS")
CI_VARIABLES = ("CI", "BUILD_NUMBER")
"""pytest itself prints more where one of them is set."""
CLOSED_PROXY = "http://127.0.0.1:9"
"""Child processes are outside the socket guard: all they could reach goes to a closed port."""


class NetworkBlockedError(RuntimeError):
    """A test tried to leave the machine."""


def _guard_sockets(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if host is not None and not str(host).startswith(LOOPBACK):
        raise NetworkBlockedError(f"tests stay on 127.0.0.1, this one tried {host}")


sys.addaudithook(_guard_sockets)


@pytest.fixture(autouse=True)
def private_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clear what would make a test depend on the machine it runs on."""
    for name in list(os.environ):
        if name.startswith(PRIVATE_VARIABLES) or name in CI_VARIABLES:
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, CLOSED_PROXY)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost,::1")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The published data beside the checkout; tests that need it skip where it is missing."""
    folder = Path(__file__).resolve().parent.parent / "shared"
    if not (folder / "finetunebench").is_dir():
        pytest.skip("needs the FineTuneBench data in ../shared, which is not beside this checkout")
    return folder
