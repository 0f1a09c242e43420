"""Keep credentials out of messages: split base URLs, and redact secrets."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from pytest_finetunebench.errors import ProviderError, SettingsError, one_line
from pytest_finetunebench.settings.urls import without_credentials

KEY_VARIABLES = ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "AZURE_OPENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY")
STRUCK_OUT = "***"
_SHORT = 8
"""Shorter secrets are redacted only as whole words; within a word they are coincidence."""
_SECRET_NAME = re.compile(
    r"key$|token$|secret$|signature$|password$|passwd$|^(?:sig|code|pwd|pass|auth|authorization|credentials?|jwt|sas)$"
)
_CHATTY_LOGGERS = (
    "httpx2",
    *(f"httpcore2.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
    "openai._base_client",
    "google_genai._api_client",
    "google_genai.models",
)
"""The loggers that may show our calls. A logger's filter does not cover its children, so each is named."""


@dataclass(frozen=True)
class Address:
    """A base URL, split into the part to show and the secret part."""

    url: str
    """Canonical, without credentials, query or final slash: fit for messages."""
    headers: Mapping[str, str] = field(repr=False)
    """Basic authentication from the URL's user name and password."""
    query: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def host(self) -> str:
        """The host name in lower case, without the port."""
        return urlsplit(self.url).hostname or ""

    def place(self, path: str = "") -> str:
        """Return the URL, plus `path`, for fingerprints: a query that tells servers apart is in it as a digest.

        Parameters whose names are those of secrets tell nothing, and are left out: a new key is the same server.
        """
        telling = sorted((name, value) for name, value in self.query.items() if not _names_secret(name))
        if not telling:
            return self.url + path
        digest = hashlib.sha256(urlencode(telling).encode()).hexdigest()[:12]
        return f"{self.url}{path}?query-sha256={digest}"


def read_address(url: str) -> Address:
    """Split a base URL.

    Raises:
        SettingsError: it is not an http(s) URL with a host, or holds unprintable characters.
    """
    url = url.strip()
    # [\s\S]: urlsplit drops line ends, so a password may hold one
    shown = one_line(re.sub(r"^[\s\S]*@|[?#][\s\S]*$", "", url))
    if not url.isprintable():
        raise SettingsError(f"base URL '{shown}' holds unprintable characters (a line end, say): leave them out")
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"base URL '{shown}' is not a web address: write it like http://127.0.0.1:8000/v1")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    secrets = [value for value in (user, password, *query.values()) if value]
    headers = {}
    if user or password:
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {encoded}"
        secrets.append(encoded)
    return Address(without_credentials(url), headers, query, tuple(secrets))


@dataclass(frozen=True)
class Key:
    """An API key and the environment variable that held it."""

    value: str = field(repr=False)
    variable: str


def find_value(environ: Mapping[str, str], variable: str) -> str | None:
    """Return an environment variable's value, stripped; None if it is unset or blank."""
    return environ.get(variable, "").strip() or None


def find_key(environ: Mapping[str, str], variables: tuple[str, ...]) -> Key | None:
    """Return the first of `variables` that is set and not blank, stripped."""
    for variable in variables:
        value = find_value(environ, variable)
        if value is not None:
            return Key(value, variable)
    return None


def check_key(key: Key) -> None:
    """Refuse a key that no HTTP header can carry: SDKs quote it whole when they stumble over it.

    Raises:
        ProviderError: it holds blanks, control or non-ASCII characters.
    """
    if not re.fullmatch(r"[!-~]+", key.value):
        message = f"{key.variable} holds characters that no key has (blanks, quotes, line ends): set it anew"
        raise ProviderError(message, hopeless=True, sent=False)


class Redactor:
    """Redacts known secrets and likely ones: user names and queries of URLs, bearer tokens."""

    _PATTERNS = (
        (re.compile(r"(\w+://)[^/\s@\"'<>]+@"), rf"\1{STRUCK_OUT}@"),
        (re.compile(r"(\w+://[^\s?\"'<>]+)\?[^\s\"'<>]+"), rf"\1?{STRUCK_OUT}"),
        (re.compile(r"(?i)\b(bearer\s+)(?=\S*\d)[^\s\"'<>]{8,}"), rf"\1{STRUCK_OUT}"),
    )

    def __init__(self, environ: Mapping[str, str], secrets: tuple[str, ...] = ()) -> None:
        plain = {*_secrets_in(environ), *secrets}
        known = plain | {quote(secret, safe="", errors="replace") for secret in plain}
        patterns = [_pattern(secret) for secret in sorted(known, key=len, reverse=True)]
        self._known = re.compile("|".join(patterns)) if patterns else None

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        if self._known is not None:
            text = self._known.sub(STRUCK_OUT, text)
        for pattern, replacement in self._PATTERNS:
            text = pattern.sub(replacement, text)
        return text


class LogRedaction(logging.Filter):
    """Redacts secrets in the logs of the SDKs and their transport while our client is open."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record, and let it pass."""
        record.msg, record.args = self._redact(record.getMessage()), None
        return True

    def start(self) -> None:
        """Watch the loggers; a second start changes nothing."""
        for name in _CHATTY_LOGGERS:
            logging.getLogger(name).addFilter(self)

    def stop(self) -> None:
        """Leave the loggers as they were."""
        for name in _CHATTY_LOGGERS:
            logging.getLogger(name).removeFilter(self)


def _names_secret(name: str) -> bool:
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)
    return any(_SECRET_NAME.search(word.lower()) for word in words)


def _secrets_in(environ: Mapping[str, str]) -> Iterator[str]:
    for variable in KEY_VARIABLES:
        if value := environ.get(variable, "").strip():
            yield value
    for line in environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines():
        if value := line.partition(":")[2].strip():
            yield value


def _pattern(secret: str) -> str:
    return rf"(?<!\w){re.escape(secret)}(?!\w)" if len(secret) < _SHORT else re.escape(secret)
