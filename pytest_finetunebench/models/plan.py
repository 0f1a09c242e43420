"""Plan a dry run: cache hits, calls, tokens and dollars, with nothing sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_finetunebench.completions import Request
from pytest_finetunebench.models.calling.throttle import estimated_tokens
from pytest_finetunebench.models.read_ahead import Sample
from pytest_finetunebench.models.role import Role, Seat
from pytest_finetunebench.models.roles import ModelSet


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
    arm: str | None = None
    """The arm that asks the model in its own way; None where the probes are asked as they are."""
    note: str = ""
    """What the arm draws from."""

    @property
    def calls(self) -> int:
        """How many calls would be made."""
        return self.requests - self.known


def plan_calls(models: ModelSet, asked: Sequence[Sample]) -> list[PlannedCalls]:
    """Return each model's planned calls. A judge's are unknown: they depend on the answers.

    Raises:
        FinetuneBenchError: a provider's, the cache's or the budget's settings cannot work.
    """
    planned: list[PlannedCalls] = []
    seen: set[str] = set()
    for role, arm in models.seats:
        requests = {request.fingerprint: request for request in models.requests(role, asked, arm)}
        planned.append(_planned(models, (role, arm), requests, seen))
        seen |= requests.keys()
    return planned


def _planned(models: ModelSet, seat: Seat, requests: dict[str, Request], seen: set[str]) -> PlannedCalls:
    """Plan one model's or arm's calls. What an earlier one asks too (`seen`) needs no call of its own."""
    role, arm = seat
    known = models.known(role, list(requests.values())) | (seen & requests.keys())
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
        arm=None if arm is None else arm.name,
        note="" if arm is None else arm.note,
    )
