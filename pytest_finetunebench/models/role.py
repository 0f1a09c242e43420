"""The parts that models play in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pytest_finetunebench.models.arms.arm import Arm

Role = Literal["model", "base", "judge"]
Seat: TypeAlias = "tuple[Role, Arm | None]"
"""Whose answers are asked for: a model's, or those of an arm that asks it in its own way."""


def role_of(arm: Arm) -> Role:
    """Return the model that an arm asks."""
    return "model" if arm.spec.tuned else "base"
