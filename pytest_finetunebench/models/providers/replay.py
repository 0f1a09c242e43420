"""`replay:NAME`: answers from recordings, with no key and no network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pytest_finetunebench.completions import Completion, Message, Request
from pytest_finetunebench.errors import (
    FilteredError,
    NotRecordedError,
    RecordingError,
    SettingsError,
    nearest,
)
from pytest_finetunebench.models.providers.base import ProviderContext
from pytest_finetunebench.models.recordings import Recording, merge_recordings, read_recordings

LISTED_MODELS = 10

_Chat = tuple[Message, ...]


class ReplayProvider:
    """Answers as a model once did.

    A recording with `messages` answers the same chat; one with `prompt` answers that text under any system message,
    compared exactly first, then without regard to white space. Several recordings of one question are samples, which
    `Request.repeat` counts through.
    """

    base_url: str | None = None
    remote = False

    def __init__(self, context: ProviderContext) -> None:
        settings = context.settings
        if not settings.answers.recordings:
            example = f"--ft-model={settings.model.text} --ft-recordings=PATH"
            raise SettingsError(f"replay needs recordings (JSONL, or FineTuneBench's response CSVs): {example}")
        recordings = _read_all(settings.answers.recordings)
        if settings.model.provider == "replay":
            _check_model(settings.model.id, recordings)
        self._chats: dict[tuple[str, _Chat], list[Recording]] = defaultdict(list)
        self._prompts: dict[tuple[str, str], list[Recording]] = defaultdict(list)
        self._folded: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._in_chats: set[tuple[str, str]] = set()
        for recording in recordings:
            self._add(recording)

    async def complete(self, request: Request) -> Completion:
        """Return the recorded answer.

        Raises:
            NotRecordedError: there is none, or two recordings of the same sample differ.
            FilteredError: the recording says that the provider withheld the answer.
        """
        found = self._find(request)
        if not found:
            known = (request.model, request.prompt) in self._in_chats
            hint = " (recorded with other messages around it: is the system message the same?)" if known else ""
            raise NotRecordedError(f"no recording of {request.model} for this question{hint}")
        recording = _sample(found, request)
        if recording.finish_reason == "content_filter":
            raise FilteredError(f"{request.model} was filtered when this was recorded")
        return Completion(
            text=recording.response,
            reasoning=recording.reasoning,
            finish_reason=recording.finish_reason,
            served_model=recording.served_model,
            usage=recording.usage,
            first_tokens=recording.first_tokens,
        )

    def holds_chat(self, request: Request) -> bool:
        """Whether there is a recording of this very chat, not only of its question."""
        return (request.model, request.messages) in self._chats

    async def aclose(self) -> None:
        """Do nothing: no connection is open."""

    def _add(self, recording: Recording) -> None:
        if recording.messages is not None:
            self._chats[recording.model, recording.messages].append(recording)
            self._in_chats |= {(recording.model, part.content) for part in recording.messages if part.role == "user"}
        elif recording.prompt is not None:
            self._prompts[recording.model, recording.prompt].append(recording)
            self._folded[recording.model, _fold(recording.prompt)].add(recording.prompt)

    def _find(self, request: Request) -> list[Recording]:
        model, prompt = request.model, request.prompt
        if found := self._chats.get((model, request.messages)):
            return found
        if [message.role for message in request.messages if message.role != "system"] != ["user"]:
            return []
        if found := self._prompts.get((model, prompt)):
            return found
        alike = self._folded.get((model, _fold(prompt)), set())
        return self._prompts[model, next(iter(alike))] if len(alike) == 1 else []


def _read_all(paths: Iterable[Path]) -> list[Recording]:
    try:
        return merge_recordings([read_recordings(path) for path in paths])
    except RecordingError as error:
        raise RecordingError(f"--ft-recordings: {error}") from error


def _check_model(model: str, recordings: list[Recording]) -> None:
    known = sorted({recording.model for recording in recordings})
    if model in known:
        return
    listed = ", ".join(known[:LISTED_MODELS]) + (
        f" and {len(known) - LISTED_MODELS} more" * (len(known) > LISTED_MODELS)
    )
    raise SettingsError(f"no recordings of the model '{model}'{nearest(model, known)}; recorded: {listed}")


def _sample(found: list[Recording], request: Request) -> Recording:
    """Return the sample that a request asks for: those recorded with its own parameters go first."""
    found = [recording for recording in found if recording.sampling == request.sampling] or found
    found = [recording for recording in found if recording.parameters == request.parameters] or found
    samples: dict[int, list[Recording]] = defaultdict(list)
    for recording in found:
        if recording.repeat is not None:
            samples[recording.repeat].append(recording)
    free = (index for index in range(len(found) + len(samples)) if index not in samples)
    chosen = samples.get(request.repeat, [])
    if not chosen:
        unnumbered = [recording for recording in found if recording.repeat is None]
        chosen = [recording for index, recording in zip(free, unnumbered, strict=False) if index == request.repeat]
    if not chosen:
        count = f"{len(found)} recorded, sample {request.repeat + 1} asked for"
        raise NotRecordedError(f"too few recordings of {request.model} ({count})")
    if len({recording.response for recording in chosen}) > 1:
        count = f"{len(chosen)} recordings of {request.model} disagree on sample {request.repeat + 1}"
        raise NotRecordedError(f"{count}: keep one of them")
    return chosen[0]


def _fold(text: str) -> str:
    return " ".join(text.split())
