"""How a server's words about waiting, parameters and quotas are read."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import ProviderError, TransientError
from pytest_finetunebench.models.providers.credentials import Redactor
from pytest_finetunebench.models.providers.failures import HttpFailure, Site, rejected_parameters, retry_after

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SITE = Site("openai", "http://host/v1", "check the key in OPENAI_API_KEY", 60, Redactor({}))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "2"}, 2.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"RETRY-AFTER-MS": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e999"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 -0000"}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 +9999999999999999999"}, None),
        ({"retry-after": "Mon, 01 Jan 0001 00:00:00 +2300"}, None),
        ({"retry-after": "Sat, 99 Nov 2026 11:00:00 GMT"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(HttpFailure(429, "busy", headers=headers), NOW) == seconds


@given(ahead=st.integers(min_value=1, max_value=10_000))
def test_retry_after_as_a_date(ahead: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)
    assert retry_after(HttpFailure(503, "", headers={"Retry-After": date}), NOW) == ahead


@given(value=st.text())
def test_retry_after_of_any_text_is_positive_or_none(value: str) -> None:
    seconds = retry_after(HttpFailure(503, "", headers={"Retry-After": value, "retry-after-ms": value}))
    assert seconds is None or seconds > 0


@pytest.mark.parametrize(
    ("details", "seconds"),
    [(({"retryDelay": "3.5s"},), 3.5), (({"retryDelay": 3},), None), (({}, {"retryDelay": "x"}), None), ((), None)],
)
def test_retry_delay_in_the_details(details: tuple[dict[str, object], ...], seconds: float | None) -> None:
    assert retry_after(HttpFailure(429, "", details=details)) == seconds


@pytest.mark.parametrize(
    ("failure", "named"),
    [
        (HttpFailure(400, "", param="temperature"), ["temperature"]),
        (HttpFailure(400, "", param="generation_config.max_output_tokens"), ["max_output_tokens"]),
        (HttpFailure(400, "bad maxOutputTokens"), ["max_output_tokens"]),
        (HttpFailure(400, "the seed is bad", param="messages"), []),
        (HttpFailure(400, "seeds and temperatures"), []),
        (HttpFailure(404, "temperature"), []),
        (HttpFailure(400, "top_p is unknown"), []),
    ],
)
def test_rejected_parameters(failure: HttpFailure, named: list[str]) -> None:
    sent = dict.fromkeys(["temperature", "seed", "max_output_tokens"], "--option")
    assert rejected_parameters(failure, sent) == named


def test_a_certificate_is_not_tried_again() -> None:
    outer = ConnectionError("tls")
    outer.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    error = SITE.failed(outer)
    assert type(error) is ProviderError
    assert "the certificate of http://host/v1 is not trusted" in str(error)


def test_exceptions_that_nobody_foresaw_are_final_and_named() -> None:
    error = SITE.failed(ZeroDivisionError("division by zero"))
    assert type(error) is ProviderError
    assert str(error) == "openai: the call to http://host/v1 failed: ZeroDivisionError: division by zero"


def test_exceptions_without_words_show_their_type() -> None:
    error = SITE.failed(ConnectionResetError())
    assert type(error) is TransientError
    assert str(error) == "openai: the connection to http://host/v1 failed: ConnectionResetError"


@pytest.mark.parametrize(
    ("location", "base"),
    [
        ("https://new/v2/chat/completions", "https://new/v2"),
        ("/v2/chat/completions", "http://host/v2"),
        ("https://new/v1beta/models/gemini:generateContent", "https://new"),
        ("https://new/gw/v1beta1/projects/p/locations/l/endpoints/1:generateContent", "https://new/gw"),
        ("https://me:pw@login/?next=x#y", "https://login"),
    ],
)
def test_where_a_redirect_points(location: str, base: str) -> None:
    error = SITE.refused(HttpFailure(307, "moved", headers={"location": location}), "m", {})
    assert type(error) is ProviderError
    assert error.hopeless
    assert str(error).endswith(f"set --ft-base-url to {base}")
