"""One option under all its names: how its value is written, checked and parsed.

A plain class: every pytest start makes some seventy, and a dataclass would take a fifth of what the plugin may cost.
"""

from __future__ import annotations

import os
import re
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
        ini: another name in ini and environment than the option's own.
        or_none: whether `none` leaves a number out of the request.
        ini: its name in ini and, in capitals, of its variable, where that is not `ft_` and the name.
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
        ini: str = "",
        commands: tuple[str, ...] = (),
    ) -> None:
        self.name, self.help, self.metavar, self.kind = name, help, metavar, kind
        self.section, self.default, self.choices, self.bare = section, default, choices, bare
        self.at_least, self.above, self.at_most = at_least, above, at_most
        self.unit, self.or_none = unit, or_none
        self.commands = commands
        self.field = field or name.replace("-", "_")
        self.flag = f"--ft-{name}"
        self.ini = ini or f"ft_{name.replace('-', '_')}"

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
        if "(default:" in self.help:
            return self.help
        return f"{self.help} (default: {self.shown_default})"

    @property
    def shown_default(self) -> str:
        """The default as help shows it."""
        return self.default or ("off" if self.kind == "flag" else "none")

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
        # JSON holds commas: only one before the next NAME= parts two entries
        commas = r",(?=\s*[\w.]+=)" if "JSON" in self.metavar else ","
        entries = text.split(os.pathsep) if self.kind == "paths" else re.split(commas, text)
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
