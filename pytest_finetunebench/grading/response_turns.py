"""Turns that a model invents after its answer in words: `Question: …`, `User: …`, `### Instruction`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_finetunebench.grading.response_marks import (
    FLAT_TURN,
    INLINE_TURN,
    LABEL,
    LABELLED_PAIR,
    NEXT_TURN,
    PLAIN_PAIR,
    ROLE_LINES,
    TURN_LABELS,
)
from pytest_finetunebench.grading.text.fences import Fences

_REPLIES = {"user": "assistant", "human": "assistant", "question": "answer", "q": "a"}
"""What answers a turn: with it a labelled line is a turn, and no part of a list."""
_LONGEST_PROMPT_LABEL = 32
_LISTED = re.compile(r"\d{1,3}[.)]\s|[-*•]\s")


def next_turn(
    text: str, start: int, end: int, prompt: str, named: str, fences: Fences | None, *, form: bool = False
) -> int | None:
    """Return where the first invented turn begins within `text[start:end]`; None without one.

    What the answer itself begins with is no next turn, nor is a label that the probe speaks of: `named` holds the
    probe's texts in lower case. In a `form` probe an answer may be a list of turns: one that opens with a label and
    does not repeat the prompt. Where `prompt` ends with a label (`Answer:`), its other labels begin turns.
    """
    first = _after_space(text, start, end)
    own = _prompt_labels(prompt)
    if form and not own and _is_list_of_turns(text, first, end, prompt):
        return None
    found = [*_labelled(text, first, end, own, named, fences), *_flat(text, first, end, named)]
    if not form:
        found += _pairs(text, first, end, named, fences)
    if own:
        pattern = re.compile(rf"\n[ \t]*(?:{'|'.join(map(re.escape, own))})[ \t]?\d{{0,3}}[:：]")
        found += [turn.start() for turn in pattern.finditer(text, first, end) if not _fenced(turn, fences)][:1]
    return min(found, default=None)


def _labelled(
    text: str, first: int, end: int, own: tuple[str, ...], named: str, fences: Fences | None
) -> Iterator[int]:
    """Yield the first turn that begins a line."""
    opening = LABEL.match(text, first, end)
    reply = _REPLIES.get(opening[1].lower()) if opening else None  # of `User: …` that the answer begins with
    for turn in NEXT_TURN.finditer(text, first, end):
        word = (turn["label"] or turn["heading"] or turn["heading_label"] or turn["role_tag"]).lower()
        if _fenced(turn, fences) or (not own and _is_named(word, named)):
            continue
        if word == reply:
            reply = None
            continue
        if turn["role_tag"]:
            yield turn.start()
            return
        if _is_announced(text[first : turn.start()]):
            return
        if not _is_listed(text, first, turn, word, end):
            yield turn.start()
            return


def _flat(text: str, first: int, end: int, named: str) -> Iterator[int]:
    inline = INLINE_TURN.search(text, first, end)
    if inline and inline.start() > first and not _is_named(inline["label"].lower(), named):
        yield inline.start()
    flat = FLAT_TURN.search(text, first, end)
    if flat and flat.start() > first:
        yield flat.start()


def _pairs(text: str, first: int, end: int, named: str, fences: Fences | None) -> Iterator[int]:
    """Yield where a question with an answer to it begins behind the answer, whatever its label."""
    if "?" not in text[first:end]:
        return
    labelled = LABELLED_PAIR.search(text, first, end)
    if labelled and labelled.start() > first and not _fenced(labelled, fences):
        label = LABEL.match(text, labelled.end(), end)
        spoken_of = label is not None and _is_named(label[1].lower(), named)
        if not spoken_of and not _is_announced(text[first : labelled.start()]):
            yield labelled.start()
    plain = PLAIN_PAIR.match(text, first, end)
    if plain and not LABEL.match(text, first, end) and not _LISTED.match(text, first):
        yield plain.end()
    roles = ROLE_LINES.search(text, first, end)
    if roles and roles.start() > first:
        yield roles.start()


def _is_named(word: str, named: str) -> bool:
    """Whether the probe speaks of lines that begin with a word: `Write a question as 'Question: …'`."""
    return bool(re.search(rf"(?<!\w){re.escape(word)}[ ]?\d{{0,3}}[*_]{{0,2}}:|#[ \t]*{re.escape(word)}\b", named))


def _is_listed(text: str, first: int, turn: re.Match[str], word: str, end: int) -> bool:
    """Whether a labelled line is one of the answer's own list: the line before has a label that is no turn's."""
    label = LABEL.match(text[first : turn.start()].rstrip().rpartition("\n")[2])
    if label is None or label[1].lower() in TURN_LABELS:
        return False
    reply = _REPLIES.get(word)
    if reply is None:
        return True
    pattern = re.compile(rf"\n[ \t]*[*_]{{0,2}}{reply}[*_]{{0,2}}:", re.IGNORECASE)
    return pattern.search(text, turn.end(), end) is None


def _is_list_of_turns(text: str, first: int, end: int, prompt: str) -> bool:
    """Whether an answer opens with a turn's label (`Q: …`) that does not repeat the prompt."""
    label = LABEL.match(text, first, end)
    if label is None or label[1].lower() not in TURN_LABELS:
        return False
    return prompt.strip().lower() not in text[first : first + len(prompt) + 200].lower()


def _is_announced(before: str) -> bool:
    """Whether the answer announces what follows with a colon: `Here is the dialogue:`."""
    before = before.rstrip()
    if not before.endswith((":", ":**", "：")):
        return False
    label = LABEL.fullmatch(before.rpartition("\n")[2])
    return label is None or label[1].lower() not in TURN_LABELS


def _prompt_labels(prompt: str) -> tuple[str, ...]:
    """Return the labels of a prompt that ends with one to be filled in: of `Frage: …\\nAntwort:` it is `Frage`."""
    stripped = prompt.rstrip()
    if not stripped.endswith((":", "：")):
        return ()
    *lines, last = stripped.splitlines()
    final = LABEL.fullmatch(last)
    if final is None or not lines:
        return ()
    labels = (LABEL.match(line) for line in lines[-200:])
    names = [label[1] for label in labels if label and len(label[1]) <= _LONGEST_PROMPT_LABEL]
    return tuple(dict.fromkeys(name for name in names if name != final[1]))


def _fenced(turn: re.Match[str], fences: Fences | None) -> bool:
    return fences is not None and fences.hold(turn.start() + 1)


def _after_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start
