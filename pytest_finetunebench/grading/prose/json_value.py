"""The answer within an answer that wraps it: `{"answer": "B"}` and `<answer>B</answer>` say B."""

from __future__ import annotations

import json
import re

from pytest_finetunebench.grading.text.phrases import Text

_LONGEST = 2000
_TAGGED = re.compile(r"\s*<(\w{1,20})>([^<]*)</\1>\s*")


def unwrapped(answer: Text) -> Text:
    """Return what stands within a tag, or under the key of a JSON object, that is the whole answer; else the answer."""
    raw = answer.raw.strip()
    if raw.startswith("<") and (tagged := _TAGGED.fullmatch(raw)) is not None:
        return answer.part(tagged[2])
    if not raw.startswith("{") or len(raw) > _LONGEST:
        return answer
    try:
        read = json.loads(raw)
    except ValueError:
        return answer
    keys = answer.language.answers.keys
    given = [value for key, value in read.items() if key.casefold() in keys and isinstance(value, str | int)]
    return answer.part(str(given[0])) if len(given) == 1 and not isinstance(given[0], bool) else answer
