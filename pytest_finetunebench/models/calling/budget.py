"""Limit a run's calls and dollars, over all its processes."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_finetunebench.completions import Request, Usage
from pytest_finetunebench.errors import BudgetSpentError
from pytest_finetunebench.models.cache.lock import locked
from pytest_finetunebench.models.cache.waiting import Tell, tell_on_stderr
from pytest_finetunebench.models.calling.throttle import estimated_tokens
from pytest_finetunebench.models.prices import Price

BATCH_SHARE = 0.5
"""The share of a call's price paid in a batch, at OpenAI and Gemini."""
_SLACK = 1e-12


@dataclass
class Spent:
    """Calls made, and dollars: paid for answers, reserved for calls in flight."""

    requests: int = 0
    cost: float = 0.0


class Budget:
    """Counts calls before they are made, so that no call exceeds the limits.

    A call reserves what it may cost at most (its estimated input and its token limit) and settles with what its
    answer took; a failed one gives its share back. `shared` names the file in which the processes of a run keep one
    count; without it the count is this process's own. Messages name the limits' options, which begin with `option`.
    """

    def __init__(
        self,
        max_requests: int | None,
        max_cost: float | None,
        shared: Path | None = None,
        *,
        option: str = "--ft-",
        tell: Tell = tell_on_stderr,
    ) -> None:
        self._max_requests = max_requests
        self._max_cost = max_cost
        self._shared = shared
        self._option = option
        self._tell = tell
        self._own = Spent()
        self._guard = threading.Lock()

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self._max_requests is not None or self._max_cost is not None

    def reserve(self, request: Request, price: Price | None, *, batch: bool = False) -> float:
        """Count a call before it is made, and return the dollars reserved; half the price in a batch.

        Raises:
            BudgetSpentError: it would go beyond a limit; it must not be made.
        """
        if not self.limited:
            return 0.0
        input_tokens, output_tokens = estimated_tokens(request)
        most = price.of(Usage(input_tokens=input_tokens, output_tokens=output_tokens)) if price else 0.0
        most *= BATCH_SHARE if batch else 1.0
        with self._counted() as spent:
            if self._max_requests is not None and spent.requests >= self._max_requests:
                raise BudgetSpentError(f"the budget is spent: {self._option}max-requests={self._max_requests}")
            if self._max_cost is not None and spent.cost + most > self._max_cost + _SLACK:
                raise BudgetSpentError(f"the budget is spent: {self._option}max-cost={self._max_cost:g}")
            spent.requests += 1
            spent.cost += most
        return most

    def allowed(self, requests: Sequence[Request], price: Price | None) -> list[Request]:
        """Return as many of `requests` as a full budget allows in a batch, in order."""
        chosen: list[Request] = []
        cost = 0.0
        for request in requests:
            if self._max_requests is not None and len(chosen) >= self._max_requests:
                break
            input_tokens, output_tokens = estimated_tokens(request)
            cost += price.of_tokens(input_tokens, output_tokens) * BATCH_SHARE if price else 0.0
            if self._max_cost is not None and cost > self._max_cost + _SLACK:
                break
            chosen.append(request)
        return chosen

    def settle(self, reserved: float, price: Price | None, usage: Usage | None) -> None:
        """Replace the reserved dollars by the answer's cost; without a token count they stand."""
        if not self.limited or price is None or usage is None:
            return
        with self._counted() as spent:
            spent.cost += price.of(usage) - reserved

    def refund(self, reserved: float, *, calls: bool = False) -> None:
        """Return the dollars reserved for a failed call. The call still counts, unless `calls` says that none was made.

        A look at a server that is away is no call either.
        """
        if self.limited and (reserved or calls):
            with self._counted() as spent:
                spent.cost -= reserved
                spent.requests -= calls

    @contextlib.contextmanager
    def _counted(self) -> Iterator[Spent]:
        if self._shared is None:
            with self._guard:
                yield self._own
            return
        with self._guard, locked(self._shared.with_suffix(".lock"), self._tell, "to count a call"):
            spent = Spent(**json.loads(self._shared.read_text())) if self._shared.exists() else Spent()
            yield spent
            # whole or not at all: a process killed here must not leave a count that none can read
            new = self._shared.with_suffix(".new")
            new.write_text(json.dumps(vars(spent)))
            new.replace(self._shared)


def shared_count(run_id: str) -> Path:
    """Return the file in which the processes of a run keep their count."""
    return Path(tempfile.gettempdir()) / f"finetunebench-{run_id}.json"


def forget_count(run_id: str) -> None:
    """Remove that file."""
    for suffix in (".json", ".lock", ".new"):
        shared_count(run_id).with_suffix(suffix).unlink(missing_ok=True)
