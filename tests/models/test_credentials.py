"""No secret comes through, and words that are none do."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import ProviderError, SettingsError
from pytest_finetunebench.models.providers.credentials import Key, Redactor, check_key, find_key, read_address

WEIRD = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("connect to http://me:pw@host/v1", "connect to http://***@host/v1"),
        ("see https://host/v1?key=abc&x=1 now", "see https://host/v1?*** now"),
        ("sent Authorization: Bearer abc123def456", "sent Authorization: Bearer ***"),
        ("use Bearer authentication", "use Bearer authentication"),
        ("is it 12:30? yes", "is it 12:30? yes"),
        ("mail me@host", "mail me@host"),
    ],
)
def test_what_looks_like_a_secret(text: str, shown: str) -> None:
    assert Redactor({})(text) == shown


@pytest.mark.parametrize(
    "variable", ["OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "AZURE_OPENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"]
)
def test_every_key_is_known(variable: str) -> None:
    assert Redactor({variable: " my-own-key\n"})("got my-own-key.") == "got ***."


def test_custom_headers_are_secrets() -> None:
    redact = Redactor({"OPENAI_CUSTOM_HEADERS": "X-Gate: opensesame\nX-Team: blue-team-7"})
    assert redact("opensesame for blue-team-7") == "*** for ***"


def test_a_short_secret_is_struck_out_as_a_word_only() -> None:
    assert Redactor({"OPENAI_API_KEY": "k"})("a bad key: k (k)") == "a bad key: *** (***)"


@given(before=WEIRD, secret=SECRETS, after=WEIRD)
def test_no_known_secret_comes_through(before: str, secret: str, after: str) -> None:
    redact = Redactor({"OPENAI_API_KEY": secret})
    assert secret not in redact(f"{before}{secret}{after}").replace("***", "\0")
    assert quote(secret, safe="") not in redact(before + quote(secret, safe="") + after).replace("***", "\0")


def test_an_address_shows_no_secret() -> None:
    address = read_address("http://ada:s3cret@Host:8000/v1/?token=t0ken#x")
    assert address.url == "http://host:8000/v1"
    assert address.host == "host"
    assert address.query == {"token": "t0ken"}
    assert "s3cret" not in repr(address)
    assert "t0ken" not in repr(address)
    assert "abc" not in repr(Key("abc", "OPENAI_API_KEY"))


def test_a_broken_address_shows_no_secret() -> None:
    with pytest.raises(SettingsError) as caught:
        read_address("ada:s3cret@host?token=t0ken")
    assert str(caught.value) == "base URL 'host' is not a web address: write it like http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    "url",
    ["http://us:PASS\n@127.0.0.1:99999/", "http://us:PASS\n@host/", "http://host/\udcff", "http://host/?k=PASS\x1b"],
)
def test_an_unprintable_address(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^base URL '.*' holds unprintable characters") as caught:
        read_address(url)
    assert "PASS" not in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("url", ["http://[::1", "http://us:PASS@[::1/", "http://host:99999", "http://\u2100.com"])
def test_an_address_that_urlsplit_refuses(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^base URL '.*' is not a web address: write it like") as caught:
        read_address(url)
    assert "PASS" not in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        *("key=S", "api-key=S", "api_key=S", "apiKey=S", "APIKEY=S", "subscription-key=S", "access_token=S"),
        *("sig=S", "X-Amz-Signature=S", "code=S", "password=S", "client_secret=S", ""),
    ],
)
def test_secrets_in_the_query_tell_no_servers_apart(query: str) -> None:
    assert read_address(f"http://host/v1?{query}").place() == "http://host/v1"
    assert read_address(f"http://host/v1?{query}&a=1").place() == read_address("http://host/v1?a=1").place()


@pytest.mark.parametrize("name", ["deployment", "api-version", "design", "codec", "max_tokens", "keyspace"])
def test_a_query_tells_servers_apart(name: str) -> None:
    first, second = (read_address(f"http://host/v1?{name}={value}&z=1").place("/p") for value in "ab")
    assert first != second
    assert first == read_address(f"http://host/v1/?z=1&{name}=a").place("/p")
    assert first.startswith("http://host/v1/p?query-sha256=")


def test_a_key_from_bytes_that_are_no_text() -> None:
    assert Redactor({"OPENAI_API_KEY": "sk-12345678\udcff"})("got sk-12345678\udcff") == "got ***"


def test_the_first_key_that_is_set() -> None:
    environ = {"A": "", "B": " b ", "C": "c"}
    assert find_key(environ, ("A", "B", "C")) == Key("b", "B")
    assert find_key(environ, ("A", "D")) is None


def test_a_key_that_no_header_can_carry() -> None:
    with pytest.raises(ProviderError, match=r"^X holds characters that no key has"):
        check_key(Key("a b", "X"))
