"""`finetunebench parity`: does one model answer alike in two deployments?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.measuring import load_asked, measured, settings_for
from pytest_finetunebench.cli.options import table_options

if TYPE_CHECKING:
    from pytest_finetunebench.runs.parity import Agreement, Parity

SHOWN = 10


@click.command()
@click.argument("first", metavar="SPEC_A[@URL]")
@click.argument("second", metavar="SPEC_B[@URL]")
@click.option(
    "--min-agreement",
    metavar="[answers=]RATE",
    help="Exit code 1 where fewer verdicts agree, 0 to 1; answers=RATE: where fewer answers are equal.",
)
@click.option("--show", type=click.IntRange(0), default=SHOWN, show_default=True, help="Differing probes to show.")
@table_options("parity")
def parity(first: str, second: str, min_agreement: str | None, show: int, **given: Any) -> None:
    """Ask one model in two deployments the same suite, and tell how often they agree.

    Deployments are two ways to run the same weights: merged or with its adapter, vLLM or Ollama, fp16 or four bits.

    \b
    finetunebench parity hf:./base+./adapter acme-lora@http://127.0.0.1:8000/v1 --min-agreement 0.98
    """
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.runs.parity import parity_of

    try:
        wanted = _wanted(min_agreement)
        sides = [settings_for(spec, given) for spec in (first, second)]
        suite = load_asked(sides[0])
        records = [
            measured(suite, settings, f"{name}: {settings.model.text}")
            for name, settings in zip("AB", sides, strict=True)
        ]
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    found = parity_of(*records)
    for line in _lines(found, show):
        click.echo(line)
    _decide(found, wanted, Counter(one.reason for side in records for one in side.results if not one.measured))


def _wanted(text: str | None) -> tuple[str, float] | None:
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.runs.gate_results import parse_share

    if text is None:
        return None
    what, equals, number = text.rpartition("=")
    if equals and what not in ("answers", "verdicts"):
        raise SettingsError(f"--min-agreement={text}: write RATE, verdicts=RATE or answers=RATE")
    return what or "verdicts", parse_share(number, f"--min-agreement={text}")


def _lines(found: Parity, show: int) -> Iterator[str]:
    yield f"{'':16}{'equal answers':28}equal verdicts"
    rows = [*found.kinds, ("all", found.answers, found.verdicts)]
    for name, answers, verdicts in rows:
        yield f"{name:16}{_cell(answers):28}{_cell(verdicts)}"
    yield "intervals: 95%, by knowledge item"
    for one, other in found.differing[:show]:
        yield ""
        yield f"{one.sample_id}"
        yield f"  question  {_short(one.prompt)}"
        yield f"  A         {one.outcome}: {_short(one.answer)}"
        yield f"  B         {other.outcome}: {_short(other.answer)}"
    if len(found.differing) > show:
        yield f"… and {len(found.differing) - show:,} more that differ (--show)"


def _cell(agreement: Agreement) -> str:
    if agreement.rate is None or agreement.interval is None:
        return "nothing measured"
    low, high = agreement.interval
    return f"{agreement.rate:.1%} [{100 * low:.1f}, {100 * high:.1f}] n={agreement.n}"


def _short(text: str | None) -> str:
    from pytest_finetunebench.errors import one_line

    return one_line(text or "", 160)


def _decide(found: Parity, wanted: tuple[str, float] | None, reasons: Counter[str]) -> None:
    """End with code 1 where too little agrees, or where anything is unmeasured: that may hide what differs."""
    from pytest_finetunebench.errors import counted

    if found.unmeasured:
        reason = f": {reasons.most_common(1)[0][0]}" if reasons else ""
        raise click.ClickException(f"{counted(found.unmeasured, 'probe')} not measured on both sides{reason}")
    if wanted is None:
        return
    agreement = found.answers if wanted[0] == "answers" else found.verdicts
    if agreement.rate is None or agreement.rate < wanted[1]:
        rate = "nothing" if agreement.rate is None else f"{agreement.rate:.2%}"
        raise click.ClickException(f"{rate} of the {wanted[0]} agree, --min-agreement wants {wanted[1]:.2%}")
