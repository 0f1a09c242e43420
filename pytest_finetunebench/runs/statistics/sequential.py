"""A sequential test of the sum of values that come in random order, such as items' contributions to a gate."""

from __future__ import annotations

import math

BETS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.55, 0.8)
"""Shares of its capital that each of several equal gamblers stakes on every value; together they suit any effect."""


class SumTest:
    """Evidence against `the sum of all values is at most 0`, which may be looked at after every value.

    Values lie within `low`..`high` and come in random order. `units` is how many there are in all: the test is then
    about their sum, whatever they are, without any model (sampling without replacement). None: they are drawn
    independently, and the test is about their mean.

    The evidence is the capital of a gambler who starts with 1 and bets against the claim. If the claim is true, the
    capital reaches 1/a at any time with a chance of at most a (Ville's inequality). So one may stop as soon as it
    does. Sources: I. Waudby-Smith & A. Ramdas (2024), "Estimating means of bounded random variables by betting", JRSS
    B 86, with the mixture of fixed bets; P. B. Stark (2023), "ALPHA: Audit that learns from previously hand-audited
    ballots", Annals of Applied Statistics 17, for samples without replacement.
    """

    def __init__(self, low: float, high: float, units: int | None) -> None:
        if not low <= high:
            raise ValueError(f"low={low} is above high={high}")
        self._low, self._high, self._units = low, high, units
        self._rounding = 1e-9 * (high - low)
        self._seen, self._sum = 0, 0.0
        self._logs = [0.0] * len(BETS)
        self._impossible = False

    def add(self, value: float) -> None:
        """Take the next value.

        Raises:
            ValueError: it is outside the bounds, or more than there are.
        """
        if not self._low - 1e-9 <= value <= self._high + 1e-9 or self._seen == self._units:
            raise ValueError(f"value {value} is outside {self._low}..{self._high}, or one too many")
        # the most that the next value can be on average, if the claim is true
        left = None if self._units is None else self._units - self._seen
        mean = 0.0 if left is None else -self._sum / left
        room = mean - self._low
        if room < -self._rounding:
            self._impossible = True
        elif room > self._rounding and mean < self._high:
            gain = max(-1.0, (value - mean) / room)
            self._logs = [log + math.log1p(bet * gain) for log, bet in zip(self._logs, BETS, strict=True)]
        self._seen += 1
        self._sum += value

    @property
    def evidence(self) -> float:
        """The capital, from 0: the claim is rejected at level a where it is at least 1/a."""
        if self._impossible:
            return math.inf
        top = max(self._logs)
        if top > 600:
            return math.inf
        return math.exp(top) * math.fsum(math.exp(log - top) for log in self._logs) / len(BETS)
