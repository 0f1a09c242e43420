"""Shutdown dates of models, as their providers announced them.

Ids are opaque, with one exception: OpenAI documents `ft:BASE:…` for its fine-tunes, which end with their base.
"""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit

from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.settings import Settings

WARN_DAYS = 90
OPENAI_CLOSES = datetime.date(2027, 1, 6)
"""The day from which OpenAI takes no new fine-tuning jobs (developers.openai.com/api/docs/deprecations)."""

_OPENAI: dict[datetime.date, tuple[str, ...]] = {
    datetime.date(2026, 10, 23): (
        "gpt-3.5-turbo",
        "gpt-3.5-turbo-0125",
        "gpt-4",
        "gpt-4-0613",
        "gpt-4o-2024-05-13",
        "gpt-4.1-nano",
        "gpt-4.1-nano-2025-04-14",
        "o4-mini",
        "o4-mini-2025-04-16",
    ),
    datetime.date(2027, 1, 14): (
        "gpt-4o",
        "gpt-4o-2024-08-06",
        "gpt-4o-2024-11-20",
        "gpt-4o-mini",
        "gpt-4o-mini-2024-07-18",
        "gpt-4.1",
        "gpt-4.1-2025-04-14",
        "gpt-4.1-mini",
        "gpt-4.1-mini-2025-04-14",
    ),
}
"""Day of shutdown → base models, of those that could be tuned (openai 3.52, types/shared/chat_model.py)."""
_VERTEX: dict[datetime.date, tuple[str, ...]] = {
    datetime.date(2026, 10, 20): ("gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"),
}
"""Day of retirement → base models (Vertex' page of model versions)."""


def today() -> datetime.date:
    """Return the day, in UTC."""
    return datetime.datetime.now(datetime.UTC).date()


def shutdown_of(settings: Settings, lineage: Lineage | None = None) -> datetime.date | None:
    """Return the day on which the model under test will be shut down by its provider, or None where none is known.

    What the provider said of this very model comes first, then what it announced for the base. Servers of one's own
    and recordings have no such day.
    """
    model = settings.model
    if model.provider not in ("openai", "gemini"):
        return None
    if lineage is not None and lineage.shutdown is not None:
        return lineage.shutdown
    base = lineage.base_model if lineage is not None else model.id
    if model.provider == "openai" and openai_hosts(settings.model.base_url):
        return shutdown_of_base("openai", base)
    on_vertex = model.id.startswith("projects/") or settings.model.vertex_project or settings.model.vertex_location
    return shutdown_of_base("gemini", base) if model.provider == "gemini" and on_vertex else None


def shutdown_of_base(provider: str, model: str) -> datetime.date | None:
    """Return the announced day for a base model, or for a fine-tune whose id names its base (`ft:BASE:…`)."""
    if provider == "openai":
        base = model.split(":")[1] if model.startswith("ft:") else model
        announced = _OPENAI
    else:
        base = model.rpartition("/")[2]
        announced = _VERTEX
    return next((day for day, models in announced.items() if base in models), None)


def openai_hosts(base_url: str | None) -> bool:
    """Whether OpenAI itself is behind a base URL; None is its own."""
    if base_url is None:
        return True
    return f".{urlsplit(base_url).hostname or ''}".endswith(".api.openai.com")


def days_left(day: datetime.date, now: datetime.date | None = None) -> int:
    """Return the days until `day`, negative where it is past."""
    return (day - (now or today())).days


def in_words(day: datetime.date, now: datetime.date | None = None) -> str:
    """Return, say, `2027-01-14, in 54 days`."""
    left = days_left(day, now)
    if left == 0:
        return f"{day}, today"
    count = f"{abs(left):,} day{'' if abs(left) == 1 else 's'}"
    return f"{day}, in {count}" if left > 0 else f"{day}, {count} ago"


def is_near(day: datetime.date, now: datetime.date | None = None) -> bool:
    """Whether it is time to warn: the day is at most 90 days ahead, or past."""
    return days_left(day, now) <= WARN_DAYS
