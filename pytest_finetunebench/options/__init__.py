"""The one table of options, from which pytest's options, their twins and the options of the commands come.

Holds what an option is, and the table. May import `errors` and below.
"""

from pytest_finetunebench.options.option import Option
from pytest_finetunebench.options.table import BY_NAME, GROUPS, OPTIONS

__all__ = ["BY_NAME", "GROUPS", "OPTIONS", "Option"]
