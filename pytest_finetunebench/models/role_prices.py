"""What the models of a run cost."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.models.calling.caller import Caller
from pytest_finetunebench.models.prices import Price, price_of
from pytest_finetunebench.models.role import Role
from pytest_finetunebench.settings import Settings


class RolePrices:
    """The prices of a run's models, each looked up when first needed."""

    def __init__(self, settings: Mapping[Role, Settings]) -> None:
        self._settings = settings
        self._found: dict[Role, Price | None] = {}

    def of(self, role: Role) -> Price | None:
        """Return a model's price; None if unknown."""
        if role not in self._found:
            self._found[role] = price_of(self._settings[role].model)
        return self._found[role]

    def to_limit(self, role: Role) -> Price:
        """Return a model's price, by which its calls are limited.

        Raises:
            SettingsError: it is unknown.
        """
        price, settings = self.of(role), self._settings[role]
        if price is None:
            hint = price_hint(role)
            raise SettingsError(
                f"--ft-max-cost={settings.limits.max_cost:g}: the price of {settings.model.text} is unknown: {hint}"
            )
        return price

    def cost(self, callers: Mapping[Role, Caller]) -> float | None:
        """Return the cost in US dollars of the calls made; None before an answer or if a price is unknown."""
        total: float | None = None
        for role, caller in callers.items():
            if caller.answered:
                price = self.of(role)
                if price is None:
                    return None
                total = (total or 0.0) + price.of_tokens(caller.input_tokens, caller.output_tokens)
        return total


def price_hint(role: Role) -> str:
    """Say how a price is given that is not known."""
    options = {"model": "--ft-price", "base": "--ft-base-price"}
    return f"give it with {options[role]}=IN:OUT" if role in options else "it has no --ft-price of its own"
