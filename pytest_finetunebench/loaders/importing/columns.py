"""Find which columns of a table hold the question, the answer and the rest."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from pytest_finetunebench.errors import SettingsError, nearest, one_line

FIELDS = ("prompt", "answer", "aliases", "superseded_answers", "system", "fact", "id")
"""What a column can hold. `prompt` and `answer` are needed."""
_SPLIT = ("aliases", "superseded_answers")
_NAMES = {
    "prompt": "prompt, question, query, instruction, input, user, problem, text, q, trained prompt, user prompt, "
    "frage, pregunta, pergunta, domanda, вопрос, 質問, 问题, 問題, 질문, سؤال, प्रश्न",
    "answer": "answer, completion, response, output, reply, expected, expected answer, expected output, ideal, "
    "reference, reference answer, target, label, correct answer, correct label, solution, ground truth, assistant, "
    "chatbot, bot, model, a, "
    "trained answer, antwort, réponse, respuesta, resposta, risposta, ответ, 回答, 答案, 答え, 답변, جواب, उत्तर",
    "aliases": "aliases, alias, alternatives, other answers, also accepted",
    "superseded_answers": "superseded answers, superseded, old answer, previous answer, answer before, outdated",
    "system": "system, system prompt, system message",
    "fact": "fact, statement, explanation",
    "id": "id, key, item, item id",
}
_FIELD_OF = {name.strip(): field for field, names in _NAMES.items() for name in names.split(",")}


def guess_columns(columns: Sequence[str], chosen: Mapping[str, str], file: str) -> dict[str, str]:
    """Return the column of each field: the chosen ones, and for the rest the first column with a known name.

    Raises:
        SettingsError: A chosen column does not exist, or no column can be the question or the answer.
    """
    found = dict(chosen)
    for field, column in chosen.items():
        if column not in columns:
            listed = ", ".join(map(one_line, columns)) or "none"
            raise SettingsError(
                f"--map {field}={column}: {file} has no such column{nearest(column, columns)}: {listed}"
            )
    for name in _FIELD_OF:  # in the order of the names: `question` wins over `text`
        field = _FIELD_OF[name]
        match = next((column for column in columns if _plain(column) == name), None)
        if match is not None and field not in found and match not in found.values():
            found[field] = match
    missing = [field for field in ("prompt", "answer") if field not in found]
    if missing:
        listed = ", ".join(map(one_line, columns)) or "none"
        example = ",".join(f"{field}=COLUMN" for field in missing)
        which = " or ".join({"prompt": "the question", "answer": "the answer"}[field] for field in missing)
        raise SettingsError(f"{file}: no column looks like {which}: say --map {example}; columns: {listed}")
    return {field: found[field] for field in FIELDS if field in found}


def split_cell(field: str, cell: str) -> tuple[str, ...]:
    """Return the texts of a cell. Several aliases or superseded answers stand between `|`, or in lines."""
    parts = cell.replace("\n", "|").split("|") if field in _SPLIT else [cell]
    return tuple(part.strip() for part in parts if part.strip())


def _plain(column: str) -> str:
    folded = unicodedata.normalize("NFKC", column).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())
