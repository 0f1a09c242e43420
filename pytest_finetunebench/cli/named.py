"""One word, one meaning: options that were renamed still take their former name, and every option shows its default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


class RenamedOption(click.Option):
    """An option that may take `former` too, a name that help and completion no longer show."""

    def __init__(self, *args: Any, former: str | None = None, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.former = former

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let click's parser know both names. `opts`, which help and messages show, holds the new one alone."""
        super().add_to_parser(parser, ctx)
        if self.former is None:
            return
        shown, self.opts = self.opts, [self.former]
        super().add_to_parser(parser, ctx)
        self.opts = shown


def renamed_option(flag: str, param: str, *, former: str, **settings: Any) -> Callable[[_Command], _Command]:
    """Return a decorator that adds the option `flag`, which was called `former`."""
    return click.option(flag, param, cls=RenamedOption, former=former, **settings)


def show_defaults(command: click.Command) -> None:
    """Let the help of a command, and of all below it, show the default of every option."""
    for option in command.params:
        if not isinstance(option, click.Option) or not option.expose_value or option.required:
            continue
        if option.show_default is None and "(default:" not in (option.help or ""):
            has_one = isinstance(option.default, (str, int, float, list, tuple)) and not option.is_flag
            option.show_default = True if has_one else "off" if option.is_flag else "none"
    for one in command.commands.values() if isinstance(command, click.Group) else ():
        show_defaults(one)
