"""What every provider test shares."""

from __future__ import annotations

import ssl
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip reading the machine's certificates: most of a client's start, and nothing here is encrypted."""

    def skip(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", skip)


@pytest.fixture(autouse=True)
def no_login(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hide the machine's Google login, and spare the search for a metadata server."""
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path_factory.mktemp("gcloud")))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
