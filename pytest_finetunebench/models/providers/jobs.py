"""Find a provider's batch jobs and fine-tuning, and import them at first use."""

from __future__ import annotations

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.models.providers.batches import BatchProvider
from pytest_finetunebench.models.providers.tuning import ELSEWHERE, TuningProvider


def batch_provider(provider: Provider) -> BatchProvider:
    """Return the batch jobs of a provider.

    Raises:
        SettingsError: it has none.
    """
    from pytest_finetunebench.models.providers.gemini import GeminiProvider
    from pytest_finetunebench.models.providers.gemini_batch import GeminiBatches
    from pytest_finetunebench.models.providers.openai import OpenAIProvider
    from pytest_finetunebench.models.providers.openai_batch import OpenAIBatches

    if isinstance(provider, OpenAIProvider):
        return OpenAIBatches(provider)
    if isinstance(provider, GeminiProvider):
        return GeminiBatches(provider)
    why = "such models have none" if provider.remote else "answers of this model cost no call"
    raise SettingsError(f"batches are OpenAI's and Gemini's, {why}: leave out --ft-batch, or name a model of theirs")


def tuning_provider(provider: Provider) -> TuningProvider:
    """Return the fine-tuning of a provider.

    Raises:
        SettingsError: it has none.
    """
    from pytest_finetunebench.models.providers.gemini import GeminiProvider
    from pytest_finetunebench.models.providers.gemini_tuning import GeminiTuning
    from pytest_finetunebench.models.providers.openai import OpenAIProvider
    from pytest_finetunebench.models.providers.openai_tuning import OpenAITuning

    if isinstance(provider, OpenAIProvider):
        return OpenAITuning(provider)
    if isinstance(provider, GeminiProvider):
        return GeminiTuning(provider)
    raise SettingsError(f"--provider: fine-tuning is OpenAI's and Gemini's; for any other model, {ELSEWHERE}")
