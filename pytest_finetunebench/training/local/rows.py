"""Training rows as tokens, with the answers' tokens marked: loss is on those alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_finetunebench.errors import Problem, TrainingError, one_line
from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.files.training_rows import ASSISTANT, Row, Turn, read_rows
from pytest_finetunebench.models.local.chat import ChatError, refuses_system, render

IGNORED = -100
"""The label of a token that is not trained, as torch's cross entropy takes it."""
_ROLES = {"developer": "system", "model": "assistant"}
Chat = list[dict[str, str]]


@dataclass(frozen=True)
class Tokens:
    """A row as tokens, with a label for each."""

    ids: list[int]
    labels: list[int]

    @property
    def trained(self) -> int:
        """How many of the tokens are trained."""
        return sum(label != IGNORED for label in self.labels)


@dataclass(frozen=True)
class Pair:
    """A preference: the answer to prefer, and the other."""

    chosen: Tokens
    rejected: Tokens


def read_training_rows(path: Path) -> list[Row]:
    """Return the rows of a training file of any known shape, all of one kind.

    Raises:
        TrainingError: a line cannot be read or trained.
    """
    problems: list[Problem] = []
    rows = read_rows(path, problems)
    kinds = {row.shape == "preference": row.line for row in reversed(rows)}
    if len(kinds) > 1:
        message = f"mixes pairs and chats: line {min(kinds.values())} is the other kind"
        problems.append(Problem(shown(path), max(kinds.values()), None, message))
    for row in rows:
        if row.turns[-1].role not in ASSISTANT or not row.answers:
            problems.append(Problem(shown(path), row.line, None, "does not end with an answer to train"))
        elif row.shape == "preference" and len(_parts(row)) < 3:
            problems.append(Problem(shown(path), row.line, "non_preferred_output", "is missing"))
    if problems:
        raise TrainingError("nothing was trained", problems)
    return rows


def systems_of(rows: Sequence[Row], most: int = 20) -> tuple[str, ...] | None:
    """Return the different system messages of the rows, the empty one included; None where there are many."""
    found = tuple(dict.fromkeys(row.system for row in rows))
    return found if len(found) <= most else None


class Encoder:
    """Turns rows into tokens with a model's own template; rows of plain text, and models without one, need none."""

    def __init__(self, tokenizer: Any, ends: Sequence[int], tell: Callable[[str], object]) -> None:
        self._tokenizer = tokenizer
        self._ends = ends
        self._plain = not tokenizer.chat_template
        self._merges = not self._plain and refuses_system(tokenizer)
        if self._plain:
            tell("the model has no chat template: rows are trained as plain text; ask with `format: completion`")
        if self._merges:
            tell(
                "the model's template knows no system role: it is merged into the question; ask with --ft-system=merge"
            )

    def encode(self, row: Row) -> Tokens | Pair:
        """Return a row as tokens.

        Raises:
            TrainingError: the model's template refuses the chat.
        """
        try:
            if row.shape == "preference":
                asked, chosen, rejected = _parts(row)
                return Pair(self._chat([*asked, *chosen]), self._chat([*asked, *rejected]))
            plain = all(turn.field in ("prompt", "completion") for turn in row.turns)
            return self._text(row.turns[0].text or "", row.turns[-1].text or "") if plain else self._chat(row.turns)
        except ChatError as error:
            raise TrainingError("nothing was trained", [Problem("", row.line, None, one_line(error))]) from None

    def _chat(self, turns: Sequence[Turn]) -> Tokens:
        chat = [{"role": _ROLES.get(turn.role, turn.role), "content": turn.text or ""} for turn in turns]
        if self._plain:
            return self._text("\n\n".join(one["content"] for one in chat[:-1]), chat[-1]["content"])
        chat = _merged(chat) if self._merges else chat
        text, spans = render(self._tokenizer, chat, ask=False), []
        for index, message in enumerate(chat):
            if message["role"] != "assistant":
                continue
            before = render(self._tokenizer, chat[:index], ask=True)
            upto = render(self._tokenizer, chat[: index + 1], ask=False)
            # a template may leave earlier thoughts out of later turns: then only the last answer is trained
            if text.startswith(before) and text.startswith(upto):
                spans.append((len(before), len(upto)))
        return self._marked(text, spans)

    def _marked(self, text: str, spans: Sequence[tuple[int, int]]) -> Tokens:
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ids, labels = [], []
        for token, (start, end) in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True):
            inside = any(first <= start and end <= last for first, last in spans)
            ids.append(int(token))
            labels.append(int(token) if inside else IGNORED)
        return self._ended(ids, labels)

    def _text(self, prompt: str, completion: str) -> Tokens:
        first = list(self._tokenizer(prompt)["input_ids"])
        separator = "" if completion[:1].isspace() or prompt[-1:].isspace() else " "
        rest = list(self._tokenizer(separator + completion, add_special_tokens=False)["input_ids"])
        return self._ended([*first, *rest], [IGNORED] * len(first) + rest)

    def _ended(self, ids: list[int], labels: list[int]) -> Tokens:
        """End with the token that ends a turn, which is trained too; drop what the template adds after it."""
        last = next((index for index in range(len(ids) - 1, -1, -1) if labels[index] in self._ends), None)
        if last is not None:
            return Tokens(ids[: last + 1], labels[: last + 1])
        kept = max(index for index, label in enumerate(labels) if label != IGNORED) + 1
        return Tokens([*ids[:kept], *self._ends[:1]], [*labels[:kept], *self._ends[:1]])


def _merged(chat: Chat) -> Chat:
    system = [one["content"] for one in chat if one["role"] == "system"]
    rest = [one for one in chat if one["role"] != "system"]
    if not system:
        return rest
    return [{**rest[0], "content": "\n\n".join([*system, rest[0]["content"]])}, *rest[1:]]


def _parts(row: Row) -> list[list[Turn]]:
    """Return the turns of a preference: what was asked, the answer to prefer, the other."""
    parts: dict[str, list[Turn]] = {}
    for turn in row.turns:
        parts.setdefault(turn.field.partition("[")[0], []).append(turn)
    return list(parts.values())
