"""Classify HTTP failures of both SDKs: worth another try, or final with advice."""

from __future__ import annotations

import math
import re
import ssl
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from pytest_finetunebench.errors import FilteredError, ProviderError, TransientError, UnmeasuredError, one_line
from pytest_finetunebench.models.providers.credentials import Redactor
from pytest_finetunebench.settings.sizes import MAX_RESPONSE, size_text
from pytest_finetunebench.settings.urls import without_credentials

TRANSIENT_STATUSES = (408, 409, 429)
UNAVAILABLE_STATUSES = (502, 503)
"""A server that loads its model, or a proxy before one that restarts."""
BROKEN_TRIES = 2
"""Tries worth making where an answer cannot be read: another one is mostly the same."""
FILTER_CODES = ("content_filter", "content_policy_violation")
QUOTA_CODES = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")

_TIMEOUTS = {"TimeoutError", "TimeoutException", "APITimeoutError"}
_FINAL = {"UnsupportedProtocol", "LocalProtocolError", "InvalidURL", "TooManyRedirects"}
_UNREACHABLE = {"TransportError", "APIConnectionError", "ConnectionError"}
_BROKEN = {"JSONDecodeError", "UnknownApiResponseError", "ValidationError", "UnicodeDecodeError", "DecodingError"}
_UNREADABLE = {"RecursionError": "nested too deeply", "integer string conversion": "a number of thousands of digits"}
"""Errors of Python's JSON parser at its own limits: a type, or the words of a ValueError."""
_CREDENTIALS = {"GoogleAuthError"}
_ABSENT = ("All connection attempts failed", "Connection refused", "Connect call failed")
"""Signs that no server listens at an address."""
_HINTS = {
    "WRONG_VERSION_NUMBER": "does the server speak plain http?",
    "All connection attempts failed": "is the server running?",
    "Connection refused": "is the server running?",
}
_NO_SYSTEM_ROLE = re.compile(
    r"system.{0,20} (?:role|message|instruction)s?.{0,40}(?:not|n't|un)\s*(?:supported|allowed|enabled)"
    r"|(?:not|n't) (?:support|enabled).{0,40}system"
    r"|conversation roles must alternate|developer instruction is not enabled",
    re.IGNORECASE | re.DOTALL,
)
_CALL_PATH = re.compile(r"/chat/completions/?$|/v\d\w*/(?:[^/]+/)*[^/]+:generateContent$")
"""The paths that the SDKs append to a base URL."""


@dataclass(frozen=True)
class HttpFailure:
    """A server's refusal, as its SDK reports it."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    details: tuple[Mapping[str, Any], ...] = ()
    """Google's typed error details (google.rpc.RetryInfo, QuotaFailure, ErrorInfo)."""


class RefusedError(Exception):
    """A server refused a call. Only the provider that made the call sees this error."""

    def __init__(self, failure: HttpFailure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(frozen=True)
class Site:
    """The address and credentials of a provider as its errors name them."""

    provider: str
    url: str
    credentials: str
    """Advice for refused credentials, as an imperative that names the variable or command."""
    timeout: float
    """Seconds allowed for a call."""
    redact: Redactor
    not_found: str = ""
    """A further possible cause of a 404, beside the model's name."""
    max_response: int = MAX_RESPONSE
    """Bytes of an answer, decompressed."""

    def refused(self, failure: HttpFailure, model: str, droppable: Mapping[str, str]) -> UnmeasuredError:
        """Read a refusal; `droppable` maps the name of each sent parameter to the option that leaves it out."""
        status = failure.status
        words = f": {self.words(failure.message)}" if failure.message.strip() else ""
        head = f"{self.provider}: HTTP {status} from {self.url}"
        if 300 <= status < 400:
            return ProviderError(f"{head}: {self._redirect(failure)}", status=status, hopeless=True)
        if failure.code in FILTER_CODES:
            return FilteredError(f"{self.provider}: the content filter withheld the prompt{words}")
        if _out_of_quota(failure):
            return ProviderError(
                f"{head}: the quota is used up, check plan and billing{words}", status=status, hopeless=True
            )
        if status in TRANSIENT_STATUSES or status >= 500:
            return TransientError(
                f"{head}{words}",
                status=status,
                retry_after=retry_after(failure),
                unavailable=status in UNAVAILABLE_STATUSES,
            )
        if status in (404, 410):
            message = f"{self.provider}: HTTP {status}: {self._no_model(model)}{words}"
            return ProviderError(message, status=status, hopeless=True)
        hopeless = status == 401 or _names_bad_key(failure) or bool(rejected_parameters(failure, droppable))
        hopeless |= bool(_NO_SYSTEM_ROLE.search(failure.message))
        return ProviderError(
            f"{head}: {self._advice(failure, model, droppable)}{words}", status=status, hopeless=hopeless
        )

    def declined(self, failure: HttpFailure, deed: str, advice: str, statuses: Collection[int]) -> UnmeasuredError:
        """Read a refusal of something else than a question; `deed` says what the server did not do.

        `statuses` are those that mean so; any other is read as `refused` reads it.
        """
        if failure.status not in statuses:
            return self.refused(failure, "", {})
        words = f": {self.words(failure.message)}" if failure.message.strip() else ""
        told = f"{self.provider}: {self.url} {deed} (HTTP {failure.status}{words})"
        return ProviderError(f"{told}; {advice}" if advice else told, status=failure.status)

    def failed(self, error: BaseException, *, sent: bool = True) -> ProviderError:
        """Classify any other exception: transport, a broken answer, credentials, or unforeseen.

        `sent` is False where it came before anything was sent.
        """
        failure = self._failed(error)
        failure.sent = failure.sent and sent
        return failure

    def _failed(self, error: BaseException) -> ProviderError:
        chain = list(_chain(error))
        if told := next((link for link in chain if isinstance(link, ProviderError)), None):
            return told  # ours, raised within the SDK
        names = {base.__name__ for link in chain for base in type(link).__mro__}
        own_names = {base.__name__ for base in type(error).__mro__}
        words = self.words(chain[-1]) or type(chain[-1]).__name__
        if names & _TIMEOUTS:
            return TransientError(f"{self.provider}: no answer from {self.url} within {self.timeout:g} s")
        if names & {ssl.SSLCertVerificationError.__name__} or "CERTIFICATE_VERIFY_FAILED" in words:
            return ProviderError(f"{self.provider}: the certificate of {self.url} is not trusted: {words}")
        if own_names & _BROKEN:
            return self.broken(words)
        for sign, meaning in _UNREADABLE.items():
            if sign in own_names or ("ValueError" in own_names and sign in words):
                return self.broken(meaning)
        if names & _UNREACHABLE and not names & _FINAL:
            return TransientError(
                f"{self.provider}: the connection to {self.url} failed: {words}{_hint(words)}",
                unavailable=any(sign in words for sign in _ABSENT),
            )
        if names & _CREDENTIALS:
            return ProviderError(f"{self.provider}: {self.credentials}: {words}", hopeless=True)
        return ProviderError(f"{self.provider}: the call to {self.url} failed: {type(chain[-1]).__name__}: {words}")

    def too_long(self, limit: int) -> ProviderError:
        """Describe an answer that is longer than `limit` bytes, which is not read to its end."""
        return ProviderError(
            f"{self.provider}: the answer from {self.url} is longer than {size_text(limit)} "
            "(--ft-max-response allows more)"
        )

    def broken(self, words: str) -> TransientError:
        """Return the error for a 200 with an unreadable body."""
        message = f"{self.provider}: the answer from {self.url} is broken: {words}"
        return TransientError(message, most_tries=BROKEN_TRIES)

    def words(self, text: object) -> str:
        """Return a foreign text as one line without secrets."""
        return one_line(self.redact(str(text)), limit=240)

    def _advice(self, failure: HttpFailure, model: str, droppable: Mapping[str, str]) -> str:
        if failure.status == 401 or _names_bad_key(failure):
            return self.credentials
        if failure.status == 403:
            return f"no access to model '{model}': check its project, organization and region, or {self.credentials}"
        if _NO_SYSTEM_ROLE.search(failure.message):
            return f"model '{model}' knows no system role: merge it into the question with --ft-system=merge"
        options = [droppable[name] for name in rejected_parameters(failure, droppable)]
        if options:
            return f"model '{model}' rejects a parameter, leave it out with {' '.join(options)}"
        return f"the request for model '{model}' is not accepted"

    def _redirect(self, failure: HttpFailure) -> str:
        headers = {name.lower(): value for name, value in failure.headers.items()}
        target = headers.get("location", "").strip()
        try:
            target = without_credentials(urljoin(self.url, target)) if target else ""
            path = urlsplit(target).path
        except ValueError:
            target = path = ""
        if not target:
            return "it redirects, and does not say where to: set --ft-base-url to the server itself"
        base = target.removesuffix(path) + _CALL_PATH.sub("", path)
        return f"it redirects, and calls are not redirected: set --ft-base-url to {self.words(base)}"

    def _no_model(self, model: str) -> str:
        other = f", or {self.not_found}" if self.not_found else ""
        return (
            f"no model '{model}' at {self.url}: retired or misspelt{other}; fine-tunes die with their base model; "
            "use replay: for stored answers"
        )


def rejected_parameters(failure: HttpFailure, sent: Mapping[str, str]) -> list[str]:
    """Return which of the sent parameters a 400 or 422 names, in its `param` field or else in its message."""
    if failure.status not in (400, 422):
        return []
    named = {word.replace("_", "").lower() for word in re.findall(r"[A-Za-z_]+", failure.param or failure.message)}
    return [name for name in sent if name.replace("_", "").lower() in named]


def retry_after(failure: HttpFailure, now: datetime | None = None) -> float | None:
    """Return the wait in seconds that the server asks for, more than 0, or None.

    Read from `retry-after-ms`, `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3), or google.rpc.RetryInfo.
    """
    headers = {name.lower(): value for name, value in failure.headers.items()}
    delays = [detail.get("retryDelay") for detail in failure.details]
    seconds = _number(headers.get("retry-after-ms"), 0.001)
    if seconds is None:
        seconds = _seconds(headers.get("retry-after"), now)
    for delay in delays:
        if seconds is None and isinstance(delay, str):
            seconds = _number(delay.removesuffix("s"))
    return seconds if seconds is not None and seconds > 0 else None


def _seconds(value: str | None, now: datetime | None) -> float | None:
    if value is None or (number := _number(value)) is not None:
        return None if value is None else number
    try:
        date = parsedate_to_datetime(value)
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return (aware - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, OverflowError):
        return None


def _number(value: str | None, unit: float = 1.0) -> float | None:
    try:
        number = float(value or "") * unit
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _out_of_quota(failure: HttpFailure) -> bool:
    if failure.status == 402 or failure.code in QUOTA_CODES:
        return True
    # Google sends a short RetryInfo with the day's quota too, but nothing passes before midnight
    violations = [detail.get("violations") for detail in failure.details]
    entries = [entry for listed in violations if isinstance(listed, list) for entry in listed]
    return failure.status == 429 and any("PerDay" in str(entry) for entry in entries)


def _names_bad_key(failure: HttpFailure) -> bool:
    # Gemini answers a wrong key with 400 instead of 401
    return any(detail.get("reason") in ("API_KEY_INVALID", "API_KEY_EXPIRED") for detail in failure.details)


def _hint(words: str) -> str:
    return next((f"; {hint}" for sign, hint in _HINTS.items() if sign in words), "")


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(5):
        if link is None:
            return
        yield link
        link = link.__cause__
