"""The one table of options: `--ft-NAME` of pytest with its twins `FT_NAME` and `ft_name`, and `--NAME` of the commands.

Plain classes: every pytest start makes them, and a dataclass would take a fifth of what the plugin may cost.
"""

from __future__ import annotations

import os
from typing import Any, Literal

Kind = Literal["text", "int", "float", "flag", "list", "path", "paths", "file"]
"""`file` is a path that is written; `list` and `paths` can be given several times."""
_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class Option:
    """One setting under all its names.

    Args:
        name: without `--ft-` or `--`.
        section: the part of `Settings` that takes the value, in its field `field`; `gates` for gates, which have none.
        default: as a user would write it; shown in help. The value that counts is the field's own default.
        choices: the only values, if they are few.
        bare: what the option means where it stands alone on the command line, without `=VALUE`.
        at_least, above, at_most: the bounds of a number.
        unit: what a number counts, for messages.
        or_none: whether `none` leaves a number out of the request.
        commands: the commands that take the option, by their full names.
    """

    def __init__(
        self,
        name: str,
        help: str,  # noqa: A002 - as argparse calls it
        metavar: str = "",
        kind: Kind = "text",
        *,
        section: str = "",
        field: str = "",
        default: str | None = None,
        choices: tuple[str, ...] | None = None,
        bare: str | None = None,
        at_least: int | None = None,
        above: int | None = None,
        at_most: int | None = None,
        unit: str = "",
        or_none: bool = False,
        commands: tuple[str, ...] = (),
    ) -> None:
        self.name, self.help, self.metavar, self.kind = name, help, metavar, kind
        self.section, self.default, self.choices, self.bare = section, default, choices, bare
        self.at_least, self.above, self.at_most = at_least, above, at_most
        self.unit, self.or_none = unit, or_none
        self.commands = commands
        self.field = field or name.replace("-", "_")
        self.flag = f"--ft-{name}"
        self.ini = f"ft_{name.replace('-', '_')}"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return self.ini.upper()

    @property
    def repeatable(self) -> bool:
        """Whether the option can be given several times."""
        return self.kind in ("list", "paths")

    @property
    def help_text(self) -> str:
        """The help with the default."""
        return self.help if self.default is None else f"{self.help} (default: {self.default})"

    @property
    def wanted(self) -> str:
        """What a value must be, for messages."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.kind == "flag":
            return "true or false"
        number = "a whole number" if self.kind == "int" else "a number"
        number += f" of {self.unit}" * bool(self.unit)
        number += f" from {self.at_least}" * (self.at_least is not None)
        number += f" above {self.above}" * (self.above is not None)
        number += f" to {self.at_most}" * (self.at_most is not None)
        return number + ", or none to leave it out of the request" * self.or_none

    def parse(self, value: Any) -> Any:
        """Return the value of a text from command line, environment or ini; lists and paths stay as they are.

        Raises:
            ValueError: it is not `wanted`.
        """
        text = str(value).strip()
        if self.choices and text not in self.choices:
            raise ValueError(self.wanted)
        if self.kind == "flag":
            if text.lower() not in _FLAGS:
                raise ValueError(self.wanted)
            return _FLAGS[text.lower()]
        if self.kind in ("int", "float"):
            return None if self.or_none and text.lower() == "none" else self._number(text)
        return value

    def split(self, text: str) -> list[str]:
        """Return the entries that an environment variable holds."""
        entries = text.split(os.pathsep if self.kind == "paths" else ",")
        return [entry.strip() for entry in entries if entry.strip()]

    def _number(self, text: str) -> int | float:
        try:
            number = int(text) if self.kind == "int" else float(text)
        except ValueError:
            raise ValueError(self.wanted) from None
        low = self.at_least is not None and number < self.at_least
        low |= self.above is not None and number <= self.above
        high = self.at_most is not None and number > self.at_most
        if low or high or not -float("inf") < number < float("inf"):
            raise ValueError(self.wanted)
        return number


_REQUESTS = ("batch submit", "cache explain")
"""Commands that build the requests of a run."""
_STORED = ("compare", "gate", "regrade", "runs list", "runs show", "runs prune", "runs merge", "runs trend")
"""Commands over stored runs."""

OPTIONS = (
    Option(
        "model",
        "the model under test: [openai:|gemini:|replay:|control:]ID, for example ft:gpt-4o-mini-2024-07-18:acme::Ab12",
        "SPEC",
        commands=_REQUESTS,
    ),
    Option(
        "cases",
        "a case file, folder or FineTuneBench datasets folder",
        "PATH",
        "paths",
        section="suite",
        default="knowledge_cases",
        commands=(*_REQUESTS, "record", "compare"),
    ),
    Option("suite", "a shipped suite, by name: `finetunebench cases list` shows them", "NAME", "list"),
    Option(
        "all-rows",
        "of FineTuneBench's news, also the rows that the study left out",
        kind="flag",
        section="suite",
        commands=(*_REQUESTS, "record", "compare"),
    ),
    Option(
        "base-url",
        "an OpenAI-compatible server (or OPENAI_BASE_URL), or another address of the Gemini API",
        "URL",
        section="model",
        commands=(*_REQUESTS, "batch status", "batch collect", "record", "generate", "train"),
    ),
    Option(
        "vertex-project",
        "Google Cloud project of a Vertex endpoint",
        "PROJECT",
        section="model",
        commands=(*_REQUESTS, "record", "generate", "train"),
    ),
    Option(
        "vertex-location",
        "Google Cloud location of a Vertex endpoint",
        "LOCATION",
        section="model",
        commands=(*_REQUESTS, "record", "generate", "train"),
    ),
    Option("provider", "a custom provider: an async function or a factory", "[NAME=]MODULE:ATTRIBUTE", "list"),
    Option(
        "graders",
        "a custom grader, for case files to use by NAME",
        "NAME=MODULE:ATTRIBUTE",
        "list",
        section="suite",
        commands=(*_REQUESTS, "record", "compare", "gate", "regrade"),
    ),
    Option(
        "recordings",
        "recorded answers for replay:NAME, a file or folder",
        "PATH",
        "paths",
        section="answers",
        commands=("compare",),
    ),
    Option(
        "cache",
        "auto: ask once; refresh: ask again; replay: never ask; off",
        "MODE",
        section="answers",
        default="auto",
        choices=("auto", "refresh", "replay", "off"),
        commands=("generate",),
    ),
    Option(
        "cache-dir",
        "where completions are kept",
        "DIR",
        "path",
        section="answers",
        default=".finetunebench/cache",
        commands=("record", "generate", "batch", "cache"),
    ),
    Option(
        "temperature",
        "sampling temperature, or none to leave it out",
        "NUMBER",
        "float",
        section="sampling",
        default="0",
        at_least=0,
        or_none=True,
        commands=(*_REQUESTS, "record", "generate"),
    ),
    Option(
        "seed",
        "sampling seed, or none to leave it out",
        "NUMBER",
        "int",
        section="sampling",
        default="42",
        or_none=True,
        commands=(*_REQUESTS, "record"),
    ),
    Option(
        "max-tokens",
        "longest answer in tokens, or none to leave it out",
        "NUMBER",
        "int",
        section="sampling",
        default="100",
        at_least=1,
        or_none=True,
        commands=(*_REQUESTS, "record"),
    ),
    Option(
        "timeout",
        "seconds that one call may take",
        "SECONDS",
        "float",
        section="limits",
        default="60",
        above=0,
        unit="seconds",
        commands=("record", "train"),
    ),
    Option(
        "max-retries",
        "further tries after a failure that may pass",
        "NUMBER",
        "int",
        section="limits",
        default="5",
        at_least=0,
        commands=("record", "train"),
    ),
    Option(
        "repeat",
        "samples of each probe, each asked and cached by itself",
        "N",
        "int",
        section="suite",
        default="1",
        at_least=1,
        at_most=1000,
        commands=("batch submit", "record"),
    ),
    Option("base-model", "a second model that is asked the same, to tell what the fine-tune changed", "SPEC"),
    Option(
        "base-model-url", "where the base model is reached (default: --ft-base-url, if the provider is the same)", "URL"
    ),
    Option("judge-model", "a model that judges what rules cannot decide", "SPEC"),
    Option(
        "judge",
        "what it is asked about, beside probes with the grader judge: residue (free answers that rules call wrong or "
        "cannot decide) or all (every free answer, to compare judge and rules)",
        "MODE",
        section="judge",
        field="mode",
        default="residue",
        choices=("residue", "all"),
    ),
    Option("judge-base-url", "an OpenAI-compatible server, or another address of the Gemini API, for the judge", "URL"),
    Option(
        "judge-temperature",
        "the judge's temperature, or none to leave it out",
        "NUMBER",
        "float",
        default="0",
        at_least=0,
        or_none=True,
    ),
    Option(
        "concurrency",
        "calls in flight at once, over all workers",
        "N",
        "int",
        section="limits",
        default="32",
        at_least=1,
        commands=("record", "generate"),
    ),
    Option("rpm", "calls a minute, over all workers", "N", "float", section="limits", above=0, commands=("generate",)),
    Option("tpm", "tokens a minute, over all workers", "N", "float", section="limits", above=0),
    Option(
        "max-requests",
        "the most calls that the run may make",
        "N",
        "int",
        section="limits",
        at_least=0,
        commands=("generate",),
    ),
    Option(
        "max-cost",
        "the most US dollars that the run may spend",
        "USD",
        "float",
        section="limits",
        at_least=0,
        unit="US dollars",
        commands=("generate",),
    ),
    Option("max-response", "the longest answer that is read, decompressed", "SIZE", default="16M"),
    Option("price", "what the model under test costs, in US dollars per million tokens", "IN:OUT", section="model"),
    Option(
        "batch",
        "ask what is missing as a batch job: half the price, no rate limit, up to 24 hours",
        kind="flag",
        section="answers",
    ),
    Option(
        "dry-run",
        "show what would be asked, and what it would cost; send nothing",
        kind="flag",
        section="answers",
    ),
    Option(
        "min-rate",
        "gate: the lowest pass rate that passes, 0 to 1",
        "[SELECTOR=]RATE",
        "list",
        section="gates",
        commands=("gate",),
    ),
    Option(
        "max-rate",
        "gate: the highest rate of another outcome",
        "[SELECTOR:]OUTCOME=RATE",
        "list",
        section="gates",
        commands=("gate",),
    ),
    Option(
        "max-gap",
        "gate: how far generalization may stay behind memorization",
        "[SELECTOR=]RATE",
        "list",
        section="gates",
        commands=("gate",),
    ),
    Option(
        "must-beat",
        "gate: pass only where the model beats the control, or the base model, on the same probes",
        "[SELECTOR=]RIVAL",
        "list",
        section="gates",
        commands=("gate",),
    ),
    Option(
        "weight",
        "what counts once in a rate: every probe, or every item whatever the number of its probes",
        "WHAT",
        section="decisions",
        default="probes",
        choices=("probes", "items"),
        commands=("gate", "compare"),
    ),
    Option(
        "max-unmeasured",
        "the share of unmeasured probes that a gate bears",
        "RATE",
        default="0.01",
        commands=("gate", "compare"),
    ),
    Option(
        "gate-on",
        "what must meet a gate: the rate, or its whole 95% interval",
        "WHAT",
        default="rate",
        choices=("rate", "interval"),
        commands=("gate", "compare"),
    ),
    Option(
        "gap-floor",
        "the least memorization that a gap gate needs, 0 to 1",
        "RATE",
        default="0.5",
        commands=("gate",),
    ),
    Option(
        "allow-undecided",
        "let the run pass where the data could not have failed a gate",
        kind="flag",
        commands=("gate", "compare"),
    ),
    Option(
        "min-shared",
        "the least share of either run's probes that a comparison gate needs in both, 0 to 1",
        "RATE",
        default="0.8",
        commands=("gate", "compare"),
    ),
    Option(
        "first-run",
        "say that there is no baseline yet: comparison gates are then not evaluated, and no failure",
        kind="flag",
        commands=("gate",),
    ),
    Option(
        "gate-later",
        "in a shard: tolerate misses and leave the gates to `finetunebench gate`; needs --ft-json or --ft-save",
        kind="flag",
    ),
    Option("save", "store the run record under --ft-runs-dir, with a name if given", "NAME", section="output", bare=""),
    Option(
        "compare",
        "compare with a stored run: last, a number, a name or a path (alone: last)",
        "REF",
        section="decisions",
        bare="last",
        commands=("gate",),
    ),
    Option(
        "compare-fail",
        "gate: fail where this holds of the comparison: regressions>N, drop>RATE, worse-by>RATE or significant-drop; "
        "since:REF: compares with another run than --ft-compare, since:first: with the oldest accepted one",
        "[since:REF:][SELECTOR:]EXPR",
        "list",
        section="gates",
        commands=("gate", "compare"),
    ),
    Option(
        "runs-dir",
        "where run records are kept",
        "DIR",
        "path",
        section="output",
        default=".finetunebench/runs",
        commands=_STORED,
    ),
    Option("json", "write the run record to this file", "PATH", "file", section="output", field="json_path"),
    Option(
        "markdown",
        "write a report in Markdown to this file (in GitHub Actions also to the job's summary)",
        "PATH",
        "file",
        section="output",
        field="markdown_path",
        commands=("compare", "gate"),
    ),
)
BY_NAME = {option.name: option for option in OPTIONS}
