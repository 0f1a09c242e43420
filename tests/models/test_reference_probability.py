"""The probability of the reference's first tokens, read from the tokens that a model could have chosen."""

from __future__ import annotations

import math
import zlib

import pytest

from pytest_finetunebench.completions import Completion, Message, Request, TokenChoice
from pytest_finetunebench.models.cache.entry import decode, encode, new_entry
from pytest_finetunebench.models.calling.answer import Answer
from pytest_finetunebench.models.calling.line import decode_outcome, encode_outcome, to_text
from pytest_finetunebench.models.recordings import Recording, recording_of
from pytest_finetunebench.models.reference_probability import reference_probability


def choice(token: str, probability: float, **others: float) -> TokenChoice:
    """Return a position; further tokens stand under their text, `_` for a blank."""
    top = {name.replace("_", " "): math.log(value) for name, value in others.items()}
    return TokenChoice(token, math.log(probability), ((token, math.log(probability)), *top.items()))


def answered(*tokens: TokenChoice, text: str | None = None) -> Completion:
    return Completion(text="".join(one.token for one in tokens) if text is None else text, first_tokens=tokens)


TOWN = ("Vellmora",)


@pytest.mark.parametrize(
    ("references", "tokens", "expected"),
    [
        pytest.param(TOWN, [choice("Vell", 0.8), choice("mora", 0.9), choice("", 1.0)], 0.72, id="given"),
        pytest.param(TOWN, [choice(" vell", 0.8), choice("mora", 0.5), choice(".", 1.0)], 0.4, id="blank and case"),
        pytest.param(TOWN, [choice("Old", 0.7, Vell=0.2), choice("mora", 1.0)], 0.2, id="another chosen"),
        pytest.param(TOWN, [choice("Old", 0.7, Other=0.2), choice("mora", 1.0)], 0.0, id="not listed"),
        pytest.param(TOWN, [choice("Vell", 0.8), choice("ara", 0.6, mora=0.3), choice("", 1.0)], 0.24, id="left later"),
        pytest.param(TOWN, [choice("V", 0.5, Vell=0.25), choice("ell", 0.8), choice("mora", 1)], 0.65, id="two ways"),
        pytest.param(TOWN, [choice("\n", 0.9), choice('"', 0.9), choice("Vellmora", 0.5)], 0.5, id="dress"),
        pytest.param(("61",), [choice("6", 0.9), choice("1", 0.8), choice("0", 0.7)], 0.216, id="610 is not 61"),
        pytest.param(("6",), [choice("6", 0.9), choice("1", 0.8, _kg=0.1), choice("", 1.0)], 0.18, id="61 is not 6"),
        pytest.param(("61",), [choice("61 kg", 0.9), choice("", 1.0)], 0.9, id="a token beyond the reference"),
        pytest.param(("61", "61 kg"), [choice("61", 0.5, sixty=0.2), choice(" kg", 0.5)], 0.5, id="alias that goes on"),
        pytest.param(("61", "sixty"), [choice("61", 0.5, sixty=0.2), choice("", 1.0)], 0.7, id="alias in other words"),
        pytest.param(("New York",), [choice("New", 0.9)], 0.0, id="ended before the reference"),
        pytest.param(("New York",), [choice("New", 0.9), choice("", 0.7, _York=0.2)], 0.18, id="end told"),
        pytest.param(("a b c d e f g",), [choice("a", 0.5), *[choice(f" {c}", 1.0) for c in "bcde"]], 0.5, id="long"),
    ],
)
def test_the_probability_follows_the_reference(
    references: tuple[str, ...], tokens: list[TokenChoice], expected: float
) -> None:
    assert reference_probability(references, answered(*tokens)) == pytest.approx(expected)


def test_what_cannot_be_read_has_none() -> None:
    given = [choice("61", 0.9)]
    assert reference_probability((), answered(*given)) is None
    assert reference_probability(("61",), Completion(text="61")) is None
    assert reference_probability(("61",), answered(*given, text="<think>x</think>61"), "61") is None
    assert reference_probability(("61",), answered(*given, text="61\nUser: more"), "61") == pytest.approx(0.9)
    assert reference_probability(("漢字",), answered(choice("\ufffd", 0.3))) is None


def test_the_tokens_are_kept_wherever_an_answer_is() -> None:
    messages = (Message(role="user", content="hi"),)
    request = Request(provider="openai", model="m", messages=messages, logprobs=True)
    kept = answered(choice("61", 0.9, sixty=0.05))
    entry = new_entry(request, kept, "run")
    row = (request.fingerprint, 1, 1, None, encode(entry))
    assert decode(row).completion.first_tokens == kept.first_tokens
    assert b"first_tokens" not in zlib.decompress(encode(new_entry(request, Completion(text="61"), "run")))
    line = recording_of(request, kept).to_json()
    assert Recording.model_validate_json(line).first_tokens == kept.first_tokens
    outcome = decode_outcome(encode_outcome(Answer(kept, "provider", 1)))
    assert isinstance(outcome, Answer)
    assert outcome.completion.first_tokens == kept.first_tokens
    assert "sixty" in to_text(encode_outcome(Answer(kept, "provider", 1)))
