"""The replay provider: which recording answers a request."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from pathlib import Path

import pytest

from pytest_finetunebench.completions import Completion, Message, Request, Sampling, Usage
from pytest_finetunebench.errors import FilteredError, NotRecordedError, RecordingError, SettingsError
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.providers.base import ProviderContext, create_provider
from pytest_finetunebench.models.providers.replay import ReplayProvider
from pytest_finetunebench.models.recordings import Recording, read_recordings, write_recordings
from tests.settings import make_settings

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "finetunebench"
USER = Message(role="user", content="How heavy is Ada?")
SYSTEM = Message(role="system", content="Be short.")


def context(model: str, *recordings: Path) -> ProviderContext:
    return ProviderContext(make_settings(model, recordings=recordings))


def provider(tmp_path: Path, *recordings: Recording) -> ReplayProvider:
    path = tmp_path / "r.jsonl"
    write_recordings(path, recordings)
    return ReplayProvider(context("replay:m", path))


def ask(
    replay: ReplayProvider, *messages: Message, model: str = "m", repeat: int = 0, sampling: Sampling | None = None
) -> Completion:
    request = Request(provider="replay", model=model, messages=messages, repeat=repeat, sampling=sampling or Sampling())
    return asyncio.run(replay.complete(request))


def recorded(response: str, repeat: int | None = None, sampling: Sampling | None = None) -> Recording:
    return Recording(model="m", prompt=USER.content, response=response, repeat=repeat, sampling=sampling)


def test_it_needs_recordings() -> None:
    with pytest.raises(SettingsError) as caught:
        create_provider("replay", context("replay:m"))
    assert "--ft-model=replay:m --ft-recordings=PATH" in str(caught.value)


def test_it_is_neither_remote_nor_cached(tmp_path: Path) -> None:
    replay = provider(tmp_path, recorded("61"))
    assert (replay.remote, replay.base_url) == (False, None)
    asyncio.run(replay.aclose())


def test_an_unknown_model_gets_the_known_ones_named() -> None:
    with pytest.raises(SettingsError) as caught:
        ReplayProvider(context("replay:otter-smal-1", PUBLISHED))
    known = "(did you mean 'otter-small-1'?); recorded: heron-pro-2, otter-small-1"
    assert str(caught.value) == f"no recordings of the model 'otter-smal-1' {known}"


def test_a_broken_recordings_file_is_named_with_the_option(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    with pytest.raises(
        RecordingError, match=r"^--ft-recordings: 2 problems in the recordings:\n.*r.jsonl:1: model: miss"
    ):
        ReplayProvider(context("replay:m", path))


def test_everything_recorded_comes_back(tmp_path: Path) -> None:
    recording = Recording(
        model="m", prompt=USER.content, response="61\n", finish_reason="length", served_model="m-1",
        usage=Usage(input_tokens=1, output_tokens=2),
    )  # fmt: skip
    expected = Completion(text="61\n", finish_reason="length", served_model="m-1", usage=recording.usage)
    assert ask(provider(tmp_path, recording), USER) == expected


def test_a_prompt_matches_under_any_system_message(tmp_path: Path) -> None:
    replay = provider(tmp_path, recorded("61"))
    assert ask(replay, SYSTEM, USER).text == "61"
    assert ask(replay, USER).text == "61"


def test_a_prompt_does_not_match_a_longer_chat(tmp_path: Path) -> None:
    replay = provider(tmp_path, recorded("61"))
    with pytest.raises(NotRecordedError):
        ask(replay, USER, Message(role="assistant", content="?"), USER)


def test_messages_match_the_whole_chat_and_go_first(tmp_path: Path) -> None:
    chat = Recording(model="m", messages=(SYSTEM, USER), response="sixty-one")
    replay = provider(tmp_path, recorded("61"), chat)
    assert ask(replay, SYSTEM, USER).text == "sixty-one"
    assert ask(replay, USER).text == "61"


def test_a_miss_tells_when_only_the_rest_of_the_chat_differs(tmp_path: Path) -> None:
    replay = provider(tmp_path, Recording(model="m", messages=(SYSTEM, USER), response="61"))
    with pytest.raises(NotRecordedError) as caught:
        ask(replay, USER)
    assert str(caught.value) == (
        "no recording of m for this question (recorded with other messages around it: is the system message the same?)"
    )


def test_a_miss_is_one_line(tmp_path: Path) -> None:
    replay = provider(tmp_path, recorded("61"))
    with pytest.raises(NotRecordedError) as caught:
        ask(replay, Message(role="user", content="Where\nis " + "x" * 100))
    assert str(caught.value) == "no recording of m for this question"
    with pytest.raises(NotRecordedError, match="no recording of other for this question"):
        ask(replay, USER, model="other")


def test_white_space_is_forgiven_where_it_leaves_no_doubt(tmp_path: Path) -> None:
    one, two = (Recording(model="m", prompt=prompt, response=prompt) for prompt in ("a  b", "a b"))
    assert ask(provider(tmp_path, one), Message(role="user", content="a b\n")).text == "a  b"
    both = provider(tmp_path, one, two)
    assert ask(both, Message(role="user", content="a b")).text == "a b"
    with pytest.raises(NotRecordedError):
        ask(both, Message(role="user", content="a b\n"))


def test_samples_count_in_order_of_appearance(tmp_path: Path) -> None:
    replay = provider(tmp_path, recorded("61"), recorded("61"), recorded("62"))
    assert [ask(replay, USER, repeat=repeat).text for repeat in range(3)] == ["61", "61", "62"]
    with pytest.raises(NotRecordedError, match=r"too few recordings of m \(3 recorded, sample 4 asked for\)$"):
        ask(replay, USER, repeat=3)


def test_numbered_samples_keep_their_places(tmp_path: Path) -> None:
    replay = provider(tmp_path, recorded("a"), recorded("b", repeat=1), recorded("c"), recorded("d", repeat=0))
    assert [ask(replay, USER, repeat=repeat).text for repeat in range(4)] == ["d", "b", "a", "c"]


def test_copies_in_several_files_count_once(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        write_recordings(tmp_path / name, [recorded("61")])
    replay = ReplayProvider(context("replay:m", tmp_path, tmp_path / "a.jsonl"))
    with pytest.raises(NotRecordedError, match="1 recorded, sample 2"):
        ask(replay, USER, repeat=1)


def test_the_same_sampling_parameters_go_first(tmp_path: Path) -> None:
    warm = Sampling(temperature=1.0)
    replay = provider(tmp_path, recorded("warm", 0, warm), recorded("cold", 0, Sampling()))
    assert ask(replay, USER, sampling=warm).text == "warm"
    assert ask(replay, USER).text == "cold"


def test_recordings_that_disagree_are_no_answer(tmp_path: Path) -> None:
    replay = provider(tmp_path, recorded("61", 0), recorded("62", 0))
    with pytest.raises(NotRecordedError, match="2 recordings of m disagree on sample 1: keep one of them"):
        ask(replay, USER)


def test_a_filtered_answer_stays_filtered(tmp_path: Path) -> None:
    replay = provider(tmp_path, recorded("").model_copy(update={"finish_reason": "content_filter"}))
    with pytest.raises(FilteredError, match=r"m was filtered when this was recorded$"):
        ask(replay, USER)


def answered(data: Path, model: str) -> dict[str, int]:
    """Count the probes of a FineTuneBench folder that a model's recordings answer."""
    replay = ReplayProvider(context(f"replay:{model}", data / "model_responses"))
    suite = load_suite([data / "datasets"])

    async def count() -> Counter[str]:
        found: Counter[str] = Counter()
        for probe in suite.probes:
            with contextlib.suppress(NotRecordedError):
                await replay.complete(Request(provider="replay", model=model, messages=probe.messages))
                found[f"{probe.category} {probe.kind}"] += 1
        return found

    return asyncio.run(count())


def test_the_fixtures_answer_their_own_datasets() -> None:
    assert answered(PUBLISHED, "heron-pro-2") == {
        "fictional_people memorization": 5,
        "fictional_people secondary": 6,
        "fictional_people comparison": 2,
        "latest_news memorization": 2,
    }


def test_the_published_responses(shared: Path) -> None:
    data = shared / "finetunebench"
    models = sorted({recording.model for recording in read_recordings(data / "model_responses")})
    assert len(models) == 5
    for model in models:
        expected = {
            "fictional_people memorization": 150,
            "fictional_people rephrased": 150,
            "fictional_people secondary": 150,
            "fictional_people comparison": 25,
            "latest_news memorization": 50,
        }
        if model.startswith("gemini"):
            del expected["fictional_people rephrased"]
        assert answered(data, model) == expected
