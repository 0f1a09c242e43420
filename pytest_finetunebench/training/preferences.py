"""Write preference pairs: a prompt, the answer to prefer, and one to reject; one JSON object a line.

openai  {"input": {"messages"}, "preferred_output": [message], "non_preferred_output": [message]}, OpenAI's
trl     {"prompt": [message], "chosen": [message], "rejected": [message]}, the conversational format of TRL's DPOTrainer
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath

from pytest_finetunebench.completions import Message

TRL = ".trl.jsonl"
"""How the name of a file in TRL's format ends."""


def trl_name(name: str) -> str:
    """Return the name of the file that holds the same pairs in TRL's format."""
    return PurePath(name).stem + TRL


def pair_rows(
    system: str | None, prompt: str, answer: str, rejected: str, turns: Sequence[Message] = ()
) -> tuple[str, str]:
    """Return the lines of one pair in OpenAI's and in TRL's format, without line ends.

    `turns` are the messages before the prompt.
    """
    asked = [] if system is None else [{"role": "system", "content": system}]
    asked += [{"role": turn.role, "content": turn.content} for turn in turns]
    asked.append({"role": "user", "content": prompt})
    chosen, other = ([{"role": "assistant", "content": text}] for text in (answer, rejected))
    openai = {"input": {"messages": asked}, "preferred_output": chosen, "non_preferred_output": other}
    trl = {"prompt": asked, "chosen": chosen, "rejected": other}
    return json.dumps(openai, ensure_ascii=False), json.dumps(trl, ensure_ascii=False)
