"""Settings for tests: flat names, put where they belong."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from pytest_finetunebench.settings import (
    AnswerSettings,
    ArmSettings,
    CallLimits,
    DecisionSettings,
    JudgeSettings,
    ModelSettings,
    OutputSettings,
    Settings,
    SuiteSettings,
)
from pytest_finetunebench.settings.model_spec import parse_model_spec

_SECTIONS: dict[str, type[BaseModel]] = {
    "suite": SuiteSettings,
    "answers": AnswerSettings,
    "limits": CallLimits,
    "output": OutputSettings,
    "decisions": DecisionSettings,
    "arms": ArmSettings,
}


def model_settings(spec: str, **parts: Any) -> ModelSettings:
    """Return one model's settings; `mine:…` and `p:…` are custom providers."""
    return ModelSettings.of(parse_model_spec(spec, ["mine", "p", "failing"]), **parts)


def make_settings(
    model: str = "m", *, base: str | None = None, judge: str | None = None, judge_mode: str = "residue", **fields: Any
) -> Settings:
    """Return a run's settings: `make_settings("openai:m", base_url=url, cache="off", max_retries=0)`.

    The base model and the judge are reached where the model is.
    """
    url = fields.get("base_url")
    parts: dict[str, Any] = {
        "base": base and model_settings(base, base_url=url),
        "judge": judge
        and JudgeSettings.model_validate({"model": model_settings(judge, base_url=url), "mode": judge_mode}),
    }
    for section, kind in _SECTIONS.items():
        parts[section] = kind.model_validate({name: fields.pop(name) for name in kind.model_fields if name in fields})
    return Settings(model=model_settings(model, **fields), **parts)
