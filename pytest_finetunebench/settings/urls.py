"""Base URLs: where they come from, and their canonical form without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from pytest_finetunebench.errors import SettingsError


def without_credentials(url: str) -> str:
    """Return the canonical form of a base URL: no user name, password, query, fragment or final slash."""
    parts = urlsplit(url.strip())
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme.lower(), host.lower(), parts.path.rstrip("/"), "", ""))


def environment_base_url(provider: str, environ: Mapping[str, str]) -> str | None:
    """Return the base URL that `OPENAI_BASE_URL` gives for OpenAI's models; None for other providers."""
    if provider != "openai":
        return None
    return environ.get("OPENAI_BASE_URL", "").strip() or None


def check_base_url(url: str, option: str) -> str:
    """Return a base URL without surrounding spaces.

    Raises:
        SettingsError: it is no web address, or ends in the path of one call. The URL is not shown: it may hold a
            password.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{option}: is not a URL: write one such as http://127.0.0.1:8000/v1")
    if parts.path.rstrip("/").endswith(("/chat/completions", ":generateContent")):
        raise SettingsError(f"{option}: ends in the path of one call: leave it out, a base URL mostly ends in /v1")
    return url
