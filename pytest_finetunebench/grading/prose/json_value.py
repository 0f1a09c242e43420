"""The answer within an answer that is JSON: `{"answer": "B"}` says B."""

from __future__ import annotations

import json

from pytest_finetunebench.grading.text.phrases import Text

_LONGEST = 2000


def unwrapped(answer: Text) -> Text:
    """Return the text under the key of an answer that is one JSON object; any other answer as it is."""
    raw = answer.raw.strip()
    if not raw.startswith("{") or len(raw) > _LONGEST:
        return answer
    try:
        read = json.loads(raw)
    except ValueError:
        return answer
    keys = answer.language.answers.keys
    given = [value for key, value in read.items() if key.casefold() in keys and isinstance(value, str | int)]
    return answer.part(str(given[0])) if len(given) == 1 and not isinstance(given[0], bool) else answer
