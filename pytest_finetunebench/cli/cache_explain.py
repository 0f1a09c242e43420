"""`finetunebench cache explain`: whether a probe is answered from the cache, and if not, why."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.options import table_options
from pytest_finetunebench.cli.shared import run_settings
from pytest_finetunebench.cli.stored import import_graders

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Probe, Suite
    from pytest_finetunebench.completions import Request
    from pytest_finetunebench.models.cache import Entry
    from pytest_finetunebench.settings import Settings

SHOWN_ANSWER = 100


@click.command()
@click.argument("probe_id")
@table_options(
    "cache explain",
    model={"required": True},
    arm={"help": "Explain the request of an arm, the same probes in another way: retrieve:5, oracle, ….", "env": False},
    corpus={"env": False},
)
@renamed_option(
    "--sample",
    "repeat",
    former="--repeat",
    type=click.IntRange(min=0),
    default=0,
    help="Which sample of the probe, counted from 0.",
)
@click.pass_obj
def explain(folder: Path, /, probe_id: str, repeat: int, **given: Any) -> None:
    """Say whether the cache answers the probe PROBE_ID and, if not, which parts of the key differ.

    Options and FT_ variables are those of a run. Settings of an ini file must be given here.
    """
    from pytest_finetunebench.models.cache import CompletionCache

    settings = run_settings(folder, given)
    if len(settings.arms.specs) > 1:
        raise click.BadParameter("is given more than once: explain one arm's request at a time", param_hint="--arm")
    suite = _suite(settings)
    request = _request(_find_probe(probe_id, suite), suite, settings, repeat)
    with CompletionCache(folder, "explain", read_only=True) as opened:
        entry = opened.get(request)
        if entry is not None:
            _print_hit(entry)
            return
        click.echo(f"miss: this request is not in {folder}, which holds {len(opened)} entries")
        found = opened.nearest(request)
    if found is not None:
        click.echo(f"the nearest entry, stored {found[0].created} by run {found[0].run}, differs in")
        for difference in found[1]:
            click.echo(f"  {difference}")


def _request(probe: Probe, suite: Suite, settings: Settings, repeat: int) -> Request:
    """Build the request as a run does, in an arm's way if one is given."""
    from pytest_finetunebench.models.providers.base import ProviderContext, create_provider
    from pytest_finetunebench.models.request import build_request
    from pytest_finetunebench.training.arm_examples import checked_arms

    chats = [arm.frame(probe).chat for arm in checked_arms(settings.arms, suite)]
    provider = create_provider(settings.model.provider, ProviderContext(settings, os.environ))
    return build_request(probe, settings, provider.base_url, repeat, *chats)


def _suite(settings: Settings) -> Suite:
    from pytest_finetunebench.loaders import load_suite

    graders = import_graders(settings.suite.graders)
    return load_suite(settings.suite.cases, all_rows=settings.suite.all_rows, graders=graders.keys())


def _find_probe(probe_id: str, suite: Suite) -> Probe:
    from pytest_finetunebench.errors import nearest

    wanted = probe_id.partition("[")[2].removesuffix("]") or probe_id  # a test's id, as pytest prints it
    probes = {probe.id: probe for probe in suite.probes}
    if wanted not in probes:
        raise click.BadParameter(f"no probe has the id '{wanted}'{nearest(wanted, probes)}", param_hint="PROBE_ID")
    return probes[wanted]


def _print_hit(entry: Entry) -> None:
    from pytest_finetunebench.errors import one_line

    click.echo(f"hit: stored {entry.created} by run {entry.run}")
    click.echo(f"served by  {entry.completion.served_model or 'a model that did not say its version'}")
    click.echo(f"answer     {one_line(repr(entry.completion.text), SHOWN_ANSWER)} ({entry.completion.finish_reason})")
