"""An answer is read up to a limit, counted after decompression."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from typing import Any

import pytest

from pytest_finetunebench.errors import ProviderError, SettingsError, TransientError
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.settings.sizes import MAX_RESPONSE, parse_size, size_text
from tests.server.asking import ask, build, failure
from tests.server.model_server import Fault, ModelServer

KEYS = {"GOOGLE_API_KEY": "k", "OPENAI_API_KEY": "k"}
MODELS = ("ft:m", "gemini-2.5-flash")


def served(server: ModelServer, model: str, **settings: Any) -> tuple[Provider, str]:
    url = server.url if model.startswith("gemini") else server.openai_url
    return build(model, KEYS, base_url=url, **settings)


def body(model: str, text: str) -> bytes:
    if model.startswith("gemini"):
        answer: dict[str, Any] = {"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP"}]}
    else:
        answer = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}
    return json.dumps(answer).encode()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate), ("identity", bytes)],
)
def test_a_compressed_answer_is_read(model: str, coding: str, packed: Any) -> None:
    fault = Fault(body=packed(body(model, "4" * 1000)), headers={"Content-Encoding": coding})
    with ModelServer(faults=[fault]) as server:
        answer = ask(served(server, model))
        assert server.requests[0].headers["accept-encoding"] == "gzip, deflate"
    assert answer.text == "4" * 1000


@pytest.mark.parametrize("model", MODELS)
def test_a_bomb_is_not_unpacked(model: str) -> None:
    bomb = gzip.compress(b'{"text": "' + b"a" * 200 * 2**20)
    with ModelServer(faults=[Fault(body=bomb, headers={"Content-Encoding": "gzip"})] * 2) as server:
        failure(served(server, model))  # imports the SDK
        tracemalloc.start()
        try:
            error = failure(served(server, model))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert len(server.requests) == 2
    assert type(error) is ProviderError
    assert " is longer than 16 MiB (--ft-max-response allows more)" in str(error)
    assert peak < 64 * 2**20


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("size", [2047, 2048])
def test_the_limit_is_of_the_whole_answer(model: str, size: int) -> None:
    sent = body(model, "4")
    fault = Fault(body=sent + b" " * (size - len(sent)))
    with ModelServer(faults=[fault, Fault(body=sent + b" " * (2049 - len(sent)))]) as server:
        provider = served(server, model, max_response=2048)
        assert ask(provider).text == "4"
        assert "is longer than 2 KiB" in str(failure(served(server, model, max_response=2048)))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("coding", "sent", "words"),
    [
        ("br", b"abc", "encoded as 'br', which was not asked for"),
        ("gzip", b"no gzip", "incorrect header check"),
        # no time in the header: the bytes stand in the test's id, which every worker must write alike
        ("gzip", gzip.compress(b"{}" * 500, mtime=0)[:-9], "its compressed body is cut short"),
    ],
)
def test_a_broken_encoding_is_a_broken_answer(model: str, coding: str, sent: bytes, words: str) -> None:
    with ModelServer(faults=[Fault(body=sent, headers={"Content-Encoding": coding})]) as server:
        error = failure(served(server, model))
    assert isinstance(error, TransientError)
    assert words in str(error)


@pytest.mark.parametrize(
    ("text", "size"),
    [("16M", 16 * 2**20), ("16 MiB", 16 * 2**20), ("1k", 1024), ("0.5GB", 2**29), ("4096", 4096), (" 2m ", 2 * 2**20)],
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert parse_size(text, "--o") == size


@pytest.mark.parametrize("text", ["", "0", "1023", "-1M", "16T", "1e9", "M", "nan", "none"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^--o: needs a size from 1K, such as 16M$"):
        parse_size(text, "--o")


def test_a_size_as_people_read_it() -> None:
    assert [size_text(size) for size in (1000, 1536, MAX_RESPONSE, 2**30)] == [
        "1000 bytes",
        "1.5 KiB",
        "16 MiB",
        "1 GiB",
    ]
