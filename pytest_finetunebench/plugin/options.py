"""The option table: each `--ft-NAME` with its environment twin `FT_NAME` and its ini twin `ft_name`."""

from __future__ import annotations

import os
from typing import Any, Literal

import pytest

Type = Literal["string", "int", "float", "bool", "linelist"]


class Option:
    """One setting under its three names; a `linelist` option can be repeated.

    A plain class: every pytest start makes it, and a dataclass would take a fifth of what the plugin may cost.

    Args:
        name: without `--ft-`.
        choices: the only values, if they are few.
        bare: what the option means where it stands alone on the command line, without `=VALUE`.
    """

    def __init__(
        self,
        name: str,
        help: str,  # noqa: A002 - as argparse calls it
        metavar: str = "",
        type: Type = "string",  # noqa: A002 - as above
        choices: tuple[str, ...] | None = None,
        bare: str | None = None,
    ) -> None:
        self.name, self.help, self.metavar, self.type, self.choices, self.bare = (
            name,
            help,
            metavar,
            type,
            choices,
            bare,
        )
        self.flag = f"--ft-{name}"
        self.ini = f"ft_{name.replace('-', '_')}"

    @property
    def variable(self) -> str:
        return self.ini.upper()


OPTIONS = (
    Option(
        "model",
        "the model under test: [openai:|gemini:|replay:|control:]ID, for example ft:gpt-4o-mini-2024-07-18:acme::Ab12",
        "SPEC",
    ),
    Option(
        "cases", "a case file, folder or FineTuneBench datasets folder (default: knowledge_cases)", "PATH", "linelist"
    ),
    Option("suite", "a shipped suite, by name: `finetunebench cases list` shows them", "NAME", "linelist"),
    Option("all-rows", "of FineTuneBench's news, also the rows that the study left out", type="bool"),
    Option("base-url", "an OpenAI-compatible server, or another address of the Gemini API", "URL"),
    Option("vertex-project", "Google Cloud project of a Vertex endpoint", "PROJECT"),
    Option("vertex-location", "Google Cloud location of a Vertex endpoint", "LOCATION"),
    Option("provider", "a provider of your own: async function or factory", "[NAME=]MODULE:ATTRIBUTE", "linelist"),
    Option("graders", "a grader of your own, for case files to use by NAME", "NAME=MODULE:ATTRIBUTE", "linelist"),
    Option("recordings", "recorded answers for replay:NAME, a file or folder", "PATH", "linelist"),
    Option(
        "cache",
        "auto: ask once; refresh: ask again; replay: never ask; off (default: auto)",
        "MODE",
        choices=("auto", "refresh", "replay", "off"),
    ),
    Option("cache-dir", "where completions are kept (default: .finetunebench/cache)", "DIR"),
    Option("temperature", "sampling temperature, or none to leave it out (default: 0)", "NUMBER"),
    Option("seed", "sampling seed, or none to leave it out (default: 42)", "NUMBER"),
    Option("max-tokens", "longest answer in tokens, or none to leave it out (default: 100)", "NUMBER"),
    Option("timeout", "seconds that one call may take (default: 60)", "SECONDS", "float"),
    Option("max-retries", "further tries after a failure that may pass (default: 5)", "NUMBER", "int"),
    Option("repeat", "samples of each probe, each asked and cached by itself (default: 1)", "N", "int"),
    Option("base-model", "a second model that is asked the same, to tell what the fine-tune changed", "SPEC"),
    Option(
        "base-model-url", "where the base model is reached (default: --ft-base-url, if the provider is the same)", "URL"
    ),
    Option("judge-model", "a model that judges what rules cannot decide", "SPEC"),
    Option(
        "judge",
        "what it is asked about, beside probes with the grader judge: residue (free answers that rules call wrong or "
        "cannot decide) or all (every free answer, to compare judge and rules) (default: residue)",
        "MODE",
        choices=("residue", "all"),
    ),
    Option("judge-base-url", "an OpenAI-compatible server, or another address of the Gemini API, for the judge", "URL"),
    Option("judge-temperature", "the judge's temperature, or none to leave it out (default: 0)", "NUMBER"),
    Option("concurrency", "calls under way at once, over all workers (default: 32)", "N", "int"),
    Option("rpm", "calls a minute, over all workers", "N", "float"),
    Option("tpm", "tokens a minute, over all workers", "N", "float"),
    Option("max-requests", "the most calls that the run may make", "N", "int"),
    Option("max-cost", "the most US dollars that the run may spend", "USD", "float"),
    Option("max-response", "the longest answer that is read, decompressed (default: 16M)", "SIZE"),
    Option("price", "what the model under test costs, in US dollars per million tokens", "IN:OUT"),
    Option("batch", "ask what is missing as a batch job: half the price, no rate limit, up to 24 hours", type="bool"),
    Option("dry-run", "show what would be asked, and what it would cost; send nothing", type="bool"),
    Option("min-rate", "gate: the lowest pass rate that passes, 0 to 1", "[SELECTOR=]RATE", "linelist"),
    Option("max-rate", "gate: the highest rate of another outcome", "[SELECTOR:]OUTCOME=RATE", "linelist"),
    Option("max-gap", "gate: how far generalization may stay behind memorization", "[SELECTOR=]RATE", "linelist"),
    Option("max-unmeasured", "the share of unmeasured probes that a gate bears (default: 0.01)", "RATE"),
    Option(
        "gate-on",
        "what must meet a gate: the rate, or its whole 95%% interval (default: rate)",
        "WHAT",
        choices=("rate", "interval"),
    ),
    Option("gap-floor", "the least memorization that a gap gate needs, 0 to 1 (default: 0.5)", "RATE"),
    Option("allow-undecided", "let the run pass where the data could not have failed a gate", type="bool"),
    Option("save", "store the run record under --ft-runs-dir, with a name if given", "NAME", bare=""),
    Option(
        "compare", "compare with a stored run: last, a number, a name or a path (default: last)", "REF", bare="last"
    ),
    Option(
        "compare-fail",
        "gate: fail where this holds of the comparison: regressions>N, drop>RATE or significant-drop",
        "[SELECTOR:]EXPR",
        "linelist",
    ),
    Option("runs-dir", "where run records are kept (default: .finetunebench/runs)", "DIR"),
    Option("json", "write the run record to this file", "PATH"),
    Option("markdown", "write a report in Markdown to this file (in GitHub Actions also to the job's summary)", "PATH"),
)
BY_NAME = {option.name: option for option in OPTIONS}


class Given:
    """A value as the user gave it, and where; plain for the reason above.

    Args:
        where: the value's place for messages: `--ft-seed=x`, `FT_SEED=x` or `ft_seed = x`.
    """

    def __init__(self, value: Any, origin: Literal["command line", "environment", "ini"], where: str) -> None:
        self.value, self.origin, self.where = value, origin, where


def add_options(parser: pytest.Parser) -> None:
    """Declare every option on the command line and in ini."""
    group = parser.getgroup("finetunebench", "knowledge tests of fine-tuned models")
    for option in OPTIONS:
        shared: dict[str, Any] = {"dest": option.ini, "default": None, "help": option.help}
        if option.type == "bool":
            group.addoption(option.flag, action="store_true", **shared)
        elif option.type == "linelist":
            group.addoption(option.flag, action="append", metavar=option.metavar, **shared)
        elif option.bare is not None:
            group.addoption(option.flag, nargs="?", const=option.bare, metavar=option.metavar, **shared)
        else:
            group.addoption(option.flag, metavar=option.metavar, **shared)
        parser.addini(option.ini, f"ini twin of {option.flag}", type=option.type, default=None)


def given(config: pytest.Config, name: str) -> Given | None:
    """Return an option's value: command line before environment before ini; None where it is not set anywhere.

    Raises:
        pytest.UsageError: the ini file holds a value of another type.
    """
    option = BY_NAME[name]
    value = config.getoption(option.ini)
    if value is not None:
        shown = value[-1] if isinstance(value, list) else value
        alone = value is True or (option.bare is not None and value == option.bare)
        return Given(value, "command line", option.flag if alone else f"{option.flag}={shown}")
    variable = os.environ.get(option.variable, "").strip()
    if variable:
        listed = variable.split(os.pathsep if name in ("cases", "recordings") else ",")
        return Given(listed if option.type == "linelist" else variable, "environment", f"{option.variable}={variable}")
    try:
        value = config.getini(option.ini)
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(str(error)) from error
    if value is None or value == [] or value == "":
        return None
    if isinstance(value, list) != (option.type == "linelist"):
        wanted = "one value" if isinstance(value, list) else "a list"
        raise pytest.UsageError(f"{option.ini} = {value!r} (ini): needs {wanted}")
    shown = ", ".join(value) if isinstance(value, list) else value
    return Given(value, "ini", f"{option.ini} = {shown} (ini)")


def model_given(config: pytest.Config) -> bool:
    """Whether a model is named: only then does the plugin do anything."""
    return given(config, "model") is not None
