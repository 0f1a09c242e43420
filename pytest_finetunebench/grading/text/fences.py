"""Take an answer out of the Markdown around it."""

from __future__ import annotations

_FENCE = "```"


def unfenced(text: str, anywhere: bool = False) -> str:
    """Return what stands in the answer's one code fence, or in its single backticks, or else the stripped answer.

    Text around the fence is allowed only `anywhere`; the fence's language is dropped.
    """
    parts = text.strip().split(_FENCE)
    if len(parts) == 3 and (anywhere or not (parts[0].strip() or parts[2].strip())):
        language, newline, body = parts[1].partition("\n")
        return body.strip() if newline else language.strip()
    plain = text.strip()
    if len(plain) > 2 and plain[0] == plain[-1] == "`" and plain.count("`") == 2:
        return plain[1:-1].strip()
    return plain
