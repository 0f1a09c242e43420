"""`finetunebench cache explain`: whether a probe is answered from the cache, and if not, why."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pytest_finetunebench.cache import Entry
    from pytest_finetunebench.cases import Probe
    from pytest_finetunebench.completions import Request, Sampling
    from pytest_finetunebench.settings import Settings

SHOWN_ANSWER = 100
NEVER_CACHED = ("replay", "control")


@click.command()
@click.argument("probe_id")
@click.option("--model", "spec", metavar="SPEC", envvar="FT_MODEL", required=True, help="The model, as in --ft-model.")
@click.option(
    "--cases",
    type=click.Path(path_type=Path),
    multiple=True,
    envvar="FT_CASES",
    default=["knowledge_cases"],
    show_default=True,
    help="A case file or folder; can be repeated.",
)
@click.option("--all-rows", is_flag=True, help="Of FineTuneBench's news, also the rows that the study left out.")
@click.option("--base-url", metavar="URL", envvar="FT_BASE_URL", help="The server, as in --ft-base-url.")
@click.option("--vertex-project", metavar="PROJECT", envvar="FT_VERTEX_PROJECT", help="As in --ft-vertex-project.")
@click.option("--vertex-location", metavar="LOCATION", envvar="FT_VERTEX_LOCATION", help="As in --ft-vertex-location.")
@click.option("--temperature", metavar="NUMBER", envvar="FT_TEMPERATURE", help="A number, or none (default: 0).")
@click.option("--seed", metavar="NUMBER", envvar="FT_SEED", help="A whole number, or none (default: 42).")
@click.option("--max-tokens", metavar="NUMBER", envvar="FT_MAX_TOKENS", help="A whole number, or none (default: 100).")
@click.option("--repeat", type=click.IntRange(min=0), default=0, help="Index of the sample (default: 0).")
@click.pass_obj
def explain(
    folder: Path,
    probe_id: str,
    spec: str,
    cases: tuple[Path, ...],
    all_rows: bool,
    base_url: str | None,
    vertex_project: str | None,
    vertex_location: str | None,
    temperature: str | None,
    seed: str | None,
    max_tokens: str | None,
    repeat: int,
) -> None:
    """Tell whether the probe PROBE_ID is answered from the cache, and if not, which parts of the key differ.

    Options and FT_ variables are those of a run; what an ini file sets must be given here.
    """
    from pytest_finetunebench.cache import CompletionCache
    from pytest_finetunebench.settings import Settings, parse_model_spec

    model = parse_model_spec(spec)
    if model.provider in NEVER_CACHED:
        raise click.ClickException(f"answers of {model.provider} cost no call and are never cached")
    settings = Settings(
        model=model,
        cases=cases,
        all_rows=all_rows,
        base_url=base_url or (os.environ.get("OPENAI_BASE_URL") if model.provider == "openai" else None),
        vertex_project=vertex_project,
        vertex_location=vertex_location,
        cache_dir=folder,
        sampling=_sampling(temperature=temperature, seed=seed, max_tokens=max_tokens),
    )
    request = _request(_find_probe(probe_id, settings), settings, repeat)
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


def _request(probe: Probe, settings: Settings, repeat: int) -> Request:
    """Build the request as a run does."""
    from pytest_finetunebench.completer import build_request
    from pytest_finetunebench.providers.base import ProviderContext, create_provider

    provider = create_provider(settings.model.provider, ProviderContext(settings, os.environ))
    return build_request(probe, settings, provider.base_url, repeat)


def _find_probe(probe_id: str, settings: Settings) -> Probe:
    from pytest_finetunebench.errors import nearest
    from pytest_finetunebench.loaders import load_suite

    wanted = probe_id.partition("[")[2].removesuffix("]") or probe_id  # a test's id, as pytest prints it
    probes = {probe.id: probe for probe in load_suite(settings.cases, all_rows=settings.all_rows).suite.probes}
    if wanted not in probes:
        raise click.BadParameter(f"no probe has the id '{wanted}'{nearest(wanted, probes)}", param_hint="PROBE_ID")
    return probes[wanted]


def _sampling(**given: str | None) -> Sampling:
    from pydantic import ValidationError

    from pytest_finetunebench.completions import Sampling

    fields = {name: None if text.lower() == "none" else text for name, text in given.items() if text is not None}
    try:
        return Sampling.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        option = f"--{str(first['loc'][0]).replace('_', '-')}"
        raise click.BadParameter(f"'{first['input']}': {first['msg']}; or none", param_hint=option) from error


def _print_hit(entry: Entry) -> None:
    from pytest_finetunebench.errors import one_line

    click.echo(f"hit: stored {entry.created} by run {entry.run}")
    click.echo(f"served by  {entry.completion.served_model or 'a model that did not say its version'}")
    click.echo(f"answer     {one_line(repr(entry.completion.text), SHOWN_ANSWER)} ({entry.completion.finish_reason})")
