"""The built-in control: what surface memorization alone would score."""

from __future__ import annotations

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import NotRecordedError, SettingsError
from pytest_finetunebench.models.providers.base import ProviderContext

MEMORIZER = "memorizer"


class Memorizer:
    """Knows every trained prompt with its answer, and answers a question as the most similar trained one.

    Similarity is rapidfuzz's token_sort_ratio of the two prompts; the earlier one wins a tie.
    """

    def __init__(self, trained: tuple[tuple[str, str], ...]) -> None:
        self._answers: dict[str, str] = {}
        for prompt, answer in trained:
            self._answers.setdefault(prompt, answer)
        self._prompts = list(self._answers)
        self._sorted = [_sorted_words(prompt) for prompt in self._prompts]

    def answer(self, prompt: str) -> str | None:
        """Return the trained answer to the most similar prompt; None if nothing was trained."""
        if prompt in self._answers:
            return self._answers[prompt]
        if not self._prompts:
            return None
        from rapidfuzz import fuzz, process

        _, _, index = process.extractOne(_sorted_words(prompt), self._sorted, scorer=fuzz.ratio)
        return self._answers[self._prompts[index]]


def _sorted_words(prompt: str) -> str:
    # fuzz.ratio over sorted words is token_sort_ratio, with the sorting of the trained side done once
    return " ".join(sorted(prompt.split()))


class ControlProvider:
    """The control model as a provider: no key, no network."""

    base_url: str | None = None
    remote = False

    def __init__(self, context: ProviderContext) -> None:
        model = context.settings.model
        if model.provider == "control" and model.id != MEMORIZER:
            raise SettingsError(f"--ft-model={model.text}: the only control model is control:{MEMORIZER}")
        self._memorizer = Memorizer(context.trained)

    async def complete(self, request: Request) -> Completion:
        """Answer with the trained answer to the most similar prompt."""
        answer = self._memorizer.answer(request.prompt)
        if answer is None:
            raise NotRecordedError("the suite has no trained prompt: the control has memorized nothing")
        return Completion(text=answer, served_model=f"control:{MEMORIZER}")

    async def aclose(self) -> None:
        """Do nothing: no connection is open."""
