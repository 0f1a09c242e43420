"""A model for the model server that drafts and checks: it reads what our prompts fence, and replies as scripted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_FENCED = re.compile(r"carry the code (?P<code>\w+):\n<data (?P=code)>\n(?P<data>.*)\n</data (?P=code)>\n")
GOOD = {
    "reason": "fine",
    "self_contained": True,
    "one_clear_answer": True,
    "gives_answer_away": False,
    "meaning_kept": True,
    "right_answer": True,
}


def fenced_data(prompt: str) -> dict[str, Any]:
    """Return the data of a request; fails unless exactly one is fenced."""
    (found,) = _FENCED.finditer(prompt)
    data: dict[str, Any] = json.loads(found["data"])
    return data


class DraftModel:
    """Drafts what `script` holds, and calls every draft good but those in `doubts`.

    `script` maps (kind, trained question) to drafts, a question each or a mapping as the reply wants it, and
    ("items", "") to the facts found in any passage; a text is sent as it is, for replies that are broken. `doubts` maps
    a question to what its check says otherwise.
    """

    def __init__(
        self,
        script: Mapping[tuple[str, str], Any] | None = None,
        doubts: Mapping[str, Mapping[str, Any] | str] | None = None,
    ) -> None:
        self.script = dict(script or {})
        self.doubts = dict(doubts or {})
        self.seen: list[dict[str, Any]] = []

    def __call__(self, model: str, prompt: str) -> str:
        """Reply to a request; a question that was drafted before is not drafted again."""
        del model
        data = fenced_data(prompt)
        self.seen.append(data)
        if "expected_answer" in data:
            doubt = self.doubts.get(data["question"], {})
            return doubt if isinstance(doubt, str) else json.dumps({**GOOD, **doubt})
        key = ("items", "") if "passage" in data else (data["kind"], data["trained_question"])
        drafts = self.script.get(key, [])
        if isinstance(drafts, str):
            return drafts
        drafts = [{"question": one} if isinstance(one, str) else one for one in drafts]
        return json.dumps({"items" if "passage" in data else "probes": drafts})
