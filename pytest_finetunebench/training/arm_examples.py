"""The arms of a run, checked for leaks: an example that teaches a probe would answer it."""

from __future__ import annotations

import json

from pytest_finetunebench.cases.suite import Suite
from pytest_finetunebench.errors import SHOWN_PROBLEMS, SettingsError, counted
from pytest_finetunebench.models.arms.arm import Arm, make_arms, trained_examples
from pytest_finetunebench.settings import ArmSettings


def checked_arms(settings: ArmSettings, suite: Suite) -> tuple[Arm, ...]:
    """Return the arms of a run over a suite.

    Raises:
        SettingsError: an arm has nothing to draw from, or an example is a probe; the message names the places.
    """
    arms = make_arms(settings, suite)
    examples = trained_examples(arms, suite)
    if not examples:
        return arms
    # runs without examples need none of these
    from pytest_finetunebench.files.training_rows import parse_row
    from pytest_finetunebench.training.formats import format_row
    from pytest_finetunebench.training.leaks import find_leaks

    rows = [
        parse_row(number, json.loads(format_row("openai", None, one.prompt, one.answer)))
        for number, one in enumerate(examples, start=1)
    ]
    leaks = find_leaks(rows, suite)
    if leaks:
        told = [
            f"  {examples[leak.line - 1].place}: the example is {leak.relation} the probe {leak.probe.id} at "
            f"{leak.probe.place}"
            for leak in leaks[:SHOWN_PROBLEMS]
        ]
        more = [f"  … and {len(leaks) - SHOWN_PROBLEMS:,} more"] * (len(leaks) > SHOWN_PROBLEMS)
        where = next(arm.spec.where for arm in arms if arm.spec.kind in ("few-shot", "similar"))
        title = f"{where}: {counted(len(leaks), 'example')} would teach a probe: leave the probe or the example out"
        raise SettingsError("\n".join([title, *told, *more]))
    return arms
