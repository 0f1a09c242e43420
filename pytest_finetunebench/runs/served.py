"""Signs that another model answered than was meant, or that its answers were cut: notices for reports and records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_finetunebench.cases.suite import MEMORIZATION
from pytest_finetunebench.errors import SettingsError, one_line
from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.models.local.spec import NARROWED, trained_on_other_weights
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.settings import Settings

SAME_AS_BASE = 0.98
"""The share of answers that are the base model's word for word, from which a fine-tune is in doubt."""
FEWEST_COMPARED = 20
MANY_TRUNCATED = 0.05
"""The share of answers cut at the token limit that is worth a warning."""
_OPAQUE = ("projects/", "tunedModels/")
"""Ids of Gemini's tuned models, which answer under their base's name."""


def answer_notices(
    settings: Settings, results: Sequence[ProbeResult], lineage: Lineage | None = None
) -> tuple[str, ...]:
    """Return what the answers say about the model that gave them, one line each."""
    measured = [result for result in results if result.measured]
    return (
        *_other_models(settings, measured),
        *_other_base(settings, measured),
        *_narrowed(measured),
        *_same_as_base(measured),
        *_truncated(settings, measured),
        *_without_logprobs(settings, measured),
        *_other_system(settings, measured, lineage),
    )


def is_other_model(asked: str, served: str) -> bool:
    """Whether a server answers for another model than was asked for.

    A version behind the name (`gpt-4o` and `gpt-4o-2024-08-06`), a path before it, and an ending are no other model.
    """
    first, second = _bare(asked), _bare(served)
    return not (first == second or re.match(re.escape(first) + r"[-@:.]", second))


def _bare(name: str) -> str:
    last = name.strip().lower().replace("\\", "/").rstrip("/").rpartition("/")[2]
    return last.removesuffix(".gguf").removesuffix(":latest")


def _other_models(settings: Settings, measured: Sequence[ProbeResult]) -> Iterator[str]:
    model = settings.model
    if model.provider not in ("openai", "gemini") or model.id.startswith(_OPAQUE):
        return
    served = Counter(result.served_model for result in measured if result.served_model)
    for name, count in served.most_common():
        if is_other_model(model.id, name):
            yield (
                f"asked for '{one_line(model.id, 80)}', but '{one_line(name, 80)}' answered {count:,} of "
                f"{len(measured):,} probes: is the fine-tune served under this name?"
            )


def _other_base(settings: Settings, measured: Sequence[ProbeResult]) -> Iterator[str]:
    if settings.model.provider != "hf" or not measured:
        return
    try:
        if trained_on_other_weights(settings.model.id):
            yield "the adapter was trained on other weights than this base's: another model, or another precision?"
    except SettingsError:
        return  # its files have gone since the answers came


def _narrowed(measured: Sequence[ProbeResult]) -> Iterator[str]:
    found = sum((result.served_model or "").endswith(NARROWED) for result in measured)
    if found:
        yield (
            f"{found:,} of {len(measured):,} answers are of weights narrowed to bfloat16, as memory was short: with "
            "32-bit floats some may differ"
        )


def _same_as_base(measured: Sequence[ProbeResult]) -> Iterator[str]:
    pairs = [(result.response, result.base.response) for result in measured if result.base and result.base.measured]
    same = sum(first == second for first, second in pairs)
    if len(pairs) >= FEWEST_COMPARED and same >= SAME_AS_BASE * len(pairs):
        yield (
            f"{same:,} of {len(pairs):,} answers are the base model's word for word: the adapter may not be served, or "
            "training changed nothing"
        )


def _other_system(settings: Settings, measured: Sequence[ProbeResult], lineage: Lineage | None) -> Iterator[str]:
    """Warn where trained wordings were asked under another system message than they were trained under."""
    if lineage is None or lineage.systems is None:
        return
    trained = [result for result in measured if result.kind == MEMORIZATION]
    asked = {"" if settings.model.system == "none" else result.system or "" for result in trained}
    strange = sorted(asked - set(lineage.systems))
    if strange:
        shown = [f"'{one_line(text, 60)}'" if text else "none" for text in (strange[0], lineage.systems[0])]
        yield f"asked with another system message than the model was trained with: {shown[0]}, trained {shown[1]}"


def _without_logprobs(settings: Settings, measured: Sequence[ProbeResult]) -> Iterator[str]:
    asked = [result for result in measured if result.expected is not None] if settings.model.logprobs else []
    missing = sum(result.reference_probability is None for result in asked)
    if missing:
        yield (
            f"--ft-logprobs: {missing:,} of {len(asked):,} answers came without log-probabilities that can be read: "
            "none were sent, or the answer stands behind thoughts"
        )


def _truncated(settings: Settings, measured: Sequence[ProbeResult]) -> Iterator[str]:
    cut = sum(result.finish_reason == "length" for result in measured)
    if measured and cut >= MANY_TRUNCATED * len(measured):
        limit = settings.model.sampling.max_tokens
        at = "the server's token limit" if limit is None else f"--ft-max-tokens={limit}"
        yield (
            f"{cut:,} of {len(measured):,} answers ({cut / len(measured):.0%}) are cut at {at}: raise it, or limit the "
            "share with --ft-max-rate=truncated=RATE"
        )
