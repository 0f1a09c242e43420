"""Plan a dry run: cache hits, calls, tokens and dollars, with nothing sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_finetunebench.models.calling.throttle import estimated_tokens
from pytest_finetunebench.models.read_ahead import Sample
from pytest_finetunebench.models.roles import ModelSet, Role


@dataclass(frozen=True)
class PlannedCalls:
    """One model's planned calls. Input tokens are estimates, output tokens the token limit's maximum."""

    role: Role
    model: str
    requests: int
    """Distinct requests. Probes with the same request share its answer."""
    known: int
    """How many of these need no call: cached, or answered locally."""
    input_tokens: int
    output_tokens: int
    cost: float | None
    """US dollars at most; None where the price is unknown."""

    @property
    def calls(self) -> int:
        """How many calls would be made."""
        return self.requests - self.known


def plan_calls(models: ModelSet, asked: Sequence[Sample]) -> list[PlannedCalls]:
    """Return each model's planned calls. A judge's are unknown: they depend on the answers.

    Raises:
        FinetuneBenchError: a provider's, the cache's or the budget's settings cannot work.
    """
    return [_planned(models, role, asked) for role in models.roles if role != "judge"]


def _planned(models: ModelSet, role: Role, asked: Sequence[Sample]) -> PlannedCalls:
    requests = {request.fingerprint: request for request in models.requests(role, asked)}
    known = models.known(role, list(requests.values()))
    tokens = [estimated_tokens(request) for name, request in requests.items() if name not in known]
    input_tokens, output_tokens = (sum(pair[side] for pair in tokens) for side in (0, 1))
    price = models.price(role)
    return PlannedCalls(
        role=role,
        model=models.model(role),
        requests=len(requests),
        known=len(known),
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cost=price.of_tokens(input_tokens, output_tokens) if price else (0.0 if not tokens else None),
    )
