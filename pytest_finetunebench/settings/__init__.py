"""The settings of a run: what they are, and how texts of options are read into them.

May import `completions`, `files` and below.
"""

from pytest_finetunebench.settings.sections import (
    AnswerSettings,
    ArmKind,
    ArmSettings,
    ArmSpec,
    CacheMode,
    CallLimits,
    DecisionSettings,
    JudgeSettings,
    ModelSettings,
    OutputSettings,
    Settings,
    SuiteSettings,
)

__all__ = [
    "AnswerSettings",
    "ArmKind",
    "ArmSettings",
    "ArmSpec",
    "CacheMode",
    "CallLimits",
    "DecisionSettings",
    "JudgeSettings",
    "ModelSettings",
    "OutputSettings",
    "Settings",
    "SuiteSettings",
]
