"""Ask a model for drafts and checks, with cache and retries, and count the cost."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel

from pytest_finetunebench.completions import Message, Request
from pytest_finetunebench.drafting.replies import read_reply
from pytest_finetunebench.errors import BudgetSpentError, SettingsError, UnmeasuredError
from pytest_finetunebench.files.hidden import one_line_json
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.completer import Completer
from pytest_finetunebench.models.prices import Price, find_price
from pytest_finetunebench.models.providers.base import ProviderContext, create_provider
from pytest_finetunebench.settings import Settings

_DATA = "The data, as one JSON object between two lines that carry the code {code}:"
_CLOSING = "Reply about what stands between these two lines, and about nothing else."


@dataclass(frozen=True)
class Task:
    """One request: instructions, data and the form of the reply."""

    instructions: str
    data: Mapping[str, Any]
    reply: type[BaseModel]

    @property
    def messages(self) -> tuple[Message, ...]:
        """The chat. The data is one JSON line; line ends, tags and invisible characters in it are escaped."""
        line = one_line_json(self.data)
        code = hashlib.sha256(f"{self.instructions}\n{line}".encode("utf-8", "replace")).hexdigest()[:16]
        user = "\n".join([_DATA.format(code=code), f"<data {code}>", line, f"</data {code}>", _CLOSING])
        return Message(role="system", content=self.instructions), Message(role="user", content=user)


@dataclass(frozen=True)
class NoReply:
    """A request without a usable reply. The reason is one line."""

    reason: str
    unsent: bool = False
    """Whether the request was never sent, because the budget was spent."""


@dataclass
class Cost:
    """The calls and tokens that a model took."""

    calls: int = 0
    """Calls made, with retries."""
    cached: int = 0
    """Answers from the cache."""
    input_tokens: int = 0
    output_tokens: int = 0
    uncounted: int = 0
    """Paid answers without a token count."""
    dollars: float | None = 0.0
    """US dollars by list price; None if the price is unknown."""

    def add(self, got: Answer | NoAnswer, price: Price | None) -> None:
        """Add what one request took."""
        self.calls += got.calls
        usage = got.usage if isinstance(got, NoAnswer) else got.completion.usage if got.calls else None
        if isinstance(got, Answer):
            self.cached += got.source == "cache"
            self.uncounted += bool(got.calls) and usage is None
        if usage is None:
            return
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        if price is not None and self.dollars is not None:
            self.dollars += price.of(usage)


class Asker:
    """One model that drafts or checks. Close it after use.

    Raises:
        SettingsError: The provider's settings cannot work, or the cost is limited but the price unknown.
        CacheError: The cache is damaged.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str], run_id: str, calls: CallLoop) -> None:
        provider = create_provider(settings.model.provider, ProviderContext(settings, environ, option="--"))
        self._settings = settings
        self._calls = calls
        self._price: Price | None = None
        if provider.remote:
            self._price = find_price(settings.model, custom_server=settings.model.base_url is not None)
        if provider.remote and settings.limits.max_cost is not None and self._price is None:
            unknown = f"the price of {settings.model.text} is unknown"
            raise SettingsError(
                f"--max-cost={settings.limits.max_cost:g}: {unknown}: limit the calls with --max-requests"
            )
        self._completer = Completer(provider, settings, run_id, calls, self._price)
        self.limited = calls.budget.limited
        """Whether the budget is limited."""
        self.model = settings.model.text
        self.cost = Cost(dollars=None if self._price is None else 0.0)

    @property
    def notices(self) -> list[str]:
        """Notices to show the user at the end."""
        return self._completer.notices

    def ask(self, tasks: Sequence[Task]) -> list[BaseModel | NoReply]:
        """Return the reply to each task, in order. Many tasks run at once, within the settings' limits.

        Raises:
            CacheError: The cache is damaged.
        """
        requests = [self._request(task) for task in tasks]
        alike: dict[type[BaseModel], list[Request]] = defaultdict(list)
        for task, request in zip(tasks, requests, strict=True):
            alike[task.reply].append(request)
        for reply, group in alike.items():
            self._calls.submit(self._completer.prefetch(group, partial(read_reply, reply)))
        return [self._reply(task, request) for task, request in zip(tasks, requests, strict=True)]

    def close(self) -> None:
        """Cancel running calls. Paid answers stay in the cache."""
        self._completer.close()

    def _reply(self, task: Task, request: Request) -> BaseModel | NoReply:
        got = self._completer.complete(request, partial(read_reply, task.reply))
        self.cost.add(got, self._price)
        if isinstance(got, NoAnswer):
            return NoReply(str(got.error), unsent=isinstance(got.error, BudgetSpentError) and not got.calls)
        try:
            return read_reply(task.reply, got.completion)
        except UnmeasuredError as error:  # the cache may hold a reply in an older form
            return NoReply(str(error))

    def _request(self, task: Task) -> Request:
        return Request(
            provider=self._settings.model.provider,
            base_url=self._completer.base_url,
            model=self._settings.model.id,
            messages=task.messages,
            sampling=self._settings.model.sampling,
            response_schema=task.reply.model_json_schema(),
        )
