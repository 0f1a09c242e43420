"""Requests, their fingerprints, and completions with any text."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pytest_finetunebench.completions import Completion, Message, Request, Sampling, fingerprint_of
from pytest_finetunebench.models.cache.entry import MODE_RAW, decode, encode, new_entry
from pytest_finetunebench.models.system_message import with_system

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def ask(*contents: str) -> Request:
    messages = tuple(Message(role="user", content=text) for text in contents)
    return Request(provider="openai", model="m", messages=messages)


def test_the_fingerprint_is_fixed() -> None:
    """Stored answers are found by it: when this changes, so must the schema number."""
    request = Request(
        provider="openai",
        base_url="http://127.0.0.1:8000/v1",
        model="ft:m",
        messages=(Message(role="system", content="Be brief."), Message(role="user", content="Wie groß ist Åsa?")),
        sampling=Sampling(temperature=0.5, seed=None, max_tokens=20),
        repeat=3,
    )
    assert request.fingerprint == "cd2501c3cdb5092adf14c7d06b6e3d4de294e6b7025c3e17326e3e57c2c46230"


@pytest.mark.parametrize("schema", [None, {"type": "object"}])
def test_the_key_covers_every_field_of_a_request(schema: dict[str, Any] | None) -> None:
    request = Request(
        provider="openai",
        base_url="http://127.0.0.1:8000/v1",
        model="m",
        messages=(Message(role="system", content="Be brief."), Message(role="user", content="Why?")),
        repeat=2,
        response_schema=schema,
    )
    left_out = {"parameters", "form", "logprobs"} | ({"response_schema"} if schema is None else set())
    assert request.key_parts() == {"schema": 1, **request.model_dump(mode="json", exclude=left_out)}


def test_a_changed_copy_has_a_fingerprint_of_its_own() -> None:
    request = ask("x")
    assert request.fingerprint == request.model_copy().fingerprint
    assert request.model_copy(update={"model": "other"}).fingerprint != request.fingerprint


@given(ANY_TEXT)
def test_any_prompt_has_a_fingerprint_that_survives_json(prompt: str) -> None:
    request = ask(prompt)
    again = Request.model_validate(json.loads(json.dumps(request.model_dump(mode="json"))))
    assert again.fingerprint == request.fingerprint
    assert len(request.fingerprint) == 64


@given(st.text(), st.text())
def test_other_messages_have_another_fingerprint(first: str, second: str) -> None:
    assert (ask(first, second).fingerprint == ask(second, first).fingerprint) == (first == second)
    assert ask(first, second).fingerprint != ask(first + second).fingerprint


def test_equal_numbers_have_one_fingerprint() -> None:
    whole = ask("x").model_copy(update={"sampling": Sampling(temperature=1)})
    assert whole.fingerprint == ask("x").model_copy(update={"sampling": Sampling(temperature=1.0)}).fingerprint


def test_the_prompt_is_the_last_user_message() -> None:
    assert ask("one", "two").prompt == "two"
    assert ask().prompt == ""


@given(ANY_TEXT)
def test_a_completion_can_always_be_encoded(text: str) -> None:
    completion = Completion(text=text)
    assert Completion(text=completion.text.encode().decode()) == completion


def test_lone_surrogates_are_replaced_and_pairs_joined() -> None:
    assert Completion(text="a\ud800b").text == "a\N{REPLACEMENT CHARACTER}b"
    assert Completion(text="\ud83d\ude00").text == "\N{GRINNING FACE}"
    assert Completion(text="", served_model="m\udfff").served_model == "m\N{REPLACEMENT CHARACTER}"


def test_empty_and_truncated() -> None:
    assert Completion(text=" \n").empty
    assert not Completion(text="0").empty
    assert Completion(text="", finish_reason="length").truncated
    assert not Completion(text="").truncated


@pytest.mark.parametrize("wrong", [{"temperature": -1}, {"temperature": float("nan")}, {"max_tokens": 0}, {"top": 1}])
def test_sampling_is_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Sampling.model_validate(wrong)


def test_what_is_not_set_leaves_the_fingerprint_as_it_was() -> None:
    request = Request(provider="p", model="m", messages=(Message(role="user", content="q"),))
    assert set(request.key_parts()) == {"schema", "provider", "base_url", "model", "messages", "sampling", "repeat"}
    changed: list[dict[str, Any]] = [{"parameters": {"top_p": 1}}, {"form": "completion"}, {"logprobs": True}]
    prints = {request.model_copy(update=update).fingerprint for update in changed} | {request.fingerprint}
    assert len(prints) == 4


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("send", [("system", "s"), ("user", "q")]), ("merge", [("user", "s\n\nq")]), ("none", [("user", "q")])],
)
def test_the_system_message_as_the_model_takes_it(mode: Any, expected: list[tuple[str, str]]) -> None:
    chat = (Message(role="system", content="s"), Message(role="user", content="q"))
    assert [(one.role, one.content) for one in with_system(chat, mode)] == expected


REQUESTS = st.builds(
    Request,
    provider=st.sampled_from(["openai", '"messages":[]']),
    base_url=st.none() | ANY_TEXT,
    model=ANY_TEXT,
    messages=st.lists(
        st.builds(Message, role=st.sampled_from(["system", "user", "assistant"]), content=ANY_TEXT), max_size=3
    ).map(tuple),
    sampling=st.builds(
        Sampling,
        temperature=st.none() | st.sampled_from([0, -0.0, 1, 0.7, 1e-7]),
        seed=st.none() | st.integers(-5, 5),
        max_tokens=st.none() | st.integers(1, 5),
    ),
    repeat=st.integers(0, 2),
    response_schema=st.sampled_from([None, {}, {"type": "object"}]),
    parameters=st.sampled_from([None, {}, {"top_p": 1}]),
    form=st.sampled_from(["chat", "completion"]),
    logprobs=st.booleans(),
)


@settings(max_examples=60)
@given(REQUESTS)
def test_a_fingerprint_put_together_of_parts_is_that_of_the_whole(request: Request) -> None:
    assert request.fingerprint == fingerprint_of(request.key_parts())


def test_no_field_of_a_request_is_left_out_of_the_fingerprint() -> None:
    changed: dict[str, Any] = {
        "provider": "gemini",
        "base_url": "http://127.0.0.1:8000/v1",
        "model": "other",
        "messages": (Message(role="user", content="Why?"),),
        "sampling": Sampling(seed=7),
        "repeat": 1,
        "response_schema": {},
        "parameters": {"top_p": 1},
        "form": "completion",
        "logprobs": True,
    }
    assert changed.keys() == Request.model_fields.keys(), "a new field belongs here, and in `text_around`"
    found = {ask("x").model_copy(update={name: value}).fingerprint for name, value in changed.items()}
    assert len(found | {ask("x").fingerprint}) == len(changed) + 1
    samplings = [Sampling(temperature=1), Sampling(seed=1), Sampling(max_tokens=1), Sampling()]
    assert Sampling.model_fields.keys() == {"temperature", "seed", "max_tokens"}
    assert len({ask("x").model_copy(update={"sampling": one}).fingerprint for one in samplings}) == 4


@settings(max_examples=60)
@given(REQUESTS)
def test_a_stored_request_is_known_by_its_text(request: Request) -> None:
    packed = encode(new_entry(request, Completion(text="61"), "run-1"))
    row = (request.fingerprint, 1, MODE_RAW, None, packed)
    found = decode(row, request)
    assert found.request is request
    assert found == decode(row)
    other = request.model_copy(update={"repeat": request.repeat + 1})
    for asked in (None, other):
        with pytest.raises(ValueError, match="another request"):
            decode((other.fingerprint, *row[1:]), asked)


def test_a_row_that_is_damaged_behind_its_request_is_refused() -> None:
    request = ask("x")
    text = zlib.decompress(encode(new_entry(request, Completion(text="61"), "run-1"))).decode()
    for old, new in (('"text"', '"texts"'), ('"61"', "6e9999"), ('"run-1"}', '"run-1","more":1}'), ('"run-1"}', '"ru')):
        assert old in text
        row = (request.fingerprint, 1, MODE_RAW, None, zlib.compress(text.replace(old, new).encode()))
        with pytest.raises(ValueError, match=r"required|not permitted|valid string|Unterminated"):
            decode(row, request)
