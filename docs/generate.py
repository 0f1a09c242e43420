"""Write the reference pages that come from the code: `python docs/generate.py`. A test finds outdated pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pytest_finetunebench.cases.schema import case_file_schema
from pytest_finetunebench.cli import main
from pytest_finetunebench.options import OPTIONS

REFERENCE = Path(__file__).parent / "reference"


def options() -> str:
    """Return the page of pytest's options."""
    lines = [
        "# Options",
        "",
        "Every option has an environment twin and an ini twin: `--ft-max-tokens`, `FT_MAX_TOKENS`, `ft_max_tokens`.",
        "The command line beats the environment, which beats ini. In TOML ini files `ft_temperature`, `ft_seed` and",
        '`ft_max_tokens` are strings (`ft_temperature = "none"`). Options that can be repeated are lists in ini.',
        "",
        "A misspelt variable or key is an error, so that no gate is missing unseen. In a run with a model, every",
        "unknown key `ft_…` is one.",
        "",
        "| option | meaning | default |",
        "|---|---|---|",
    ]
    for option in OPTIONS:
        value = f"={option.metavar}" if option.metavar else ""
        value = f"[{value}]" if option.bare is not None else value
        meaning = option.help + ("; repeatable" if option.repeatable else "")
        lines.append(
            f"| `{option.flag}{value}` | {_cell(meaning)} | {_cell(option.shown_default)} |".replace("||", "|")
        )
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Return the page of the commands."""
    lines = ["# Commands", "", "`finetunebench COMMAND --help` shows the same.", ""]
    for path, command in _commands(main, "finetunebench"):
        context = click.Context(command, info_name=path, terminal_width=100, help_option_names=["-h", "--help"])
        lines += [f"## {path}", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(lines)


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(inner, f"{path} {name}")
    else:
        yield path, command


def schema() -> str:
    """Return the page of the case file format."""
    found = case_file_schema()
    parts = {"File": found, "Item": found["$defs"]["ItemSpec"], "Probe": found["$defs"]["ProbeSpec"]}
    lines = [
        "# Case file",
        "",
        "`finetunebench schema` prints the JSON Schema. In YAML and in JSON Lines the fields are the same.",
        "",
    ]
    for title, part in parts.items():
        lines += [f"## {title}", "", "| field | meaning |", "|---|---|"]
        required = part.get("required", ())
        for name, field in part["properties"].items():
            needed = " Required." if name in required else ""
            lines.append(f"| `{name}` | {_cell(field.get('description', ''))}{needed} |")
        lines.append("")
    kinds: dict[str, Any] = found["$defs"]["ItemSpec"]["properties"]["probes"]["properties"]
    lines += ["## Kinds of probes", "", "| kind | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {_cell(field['description'])} |" for name, field in kinds.items()]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


PAGES = {"options.md": options, "commands.md": commands, "schema.md": schema}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), encoding="utf-8")
