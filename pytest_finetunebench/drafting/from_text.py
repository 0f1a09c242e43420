"""Draft items from an article. Each needs a sentence that is really in the article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_finetunebench.cases.editing.write import Value
from pytest_finetunebench.cases.format import FileHead, ItemSpec
from pytest_finetunebench.cases.names import slug
from pytest_finetunebench.cases.readable_ids import free_id
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.drafting import checks
from pytest_finetunebench.drafting.asking import Asker, NoReply, Task
from pytest_finetunebench.drafting.drafts import FailedRequest, Rejected
from pytest_finetunebench.drafting.replies import CheckReply, DraftedItem, DraftedItems
from pytest_finetunebench.drafting.wording import language_name, prompt
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.loaders.build import ItemBuilder
from pytest_finetunebench.loaders.native import LoadedItem

PASSAGE_SIZE = 6_000
"""Characters of an article per request. Models overlook facts in longer passages."""


@dataclass
class ItemDrafts:
    """The result of drafting from an article: the items to write."""

    items: list[dict[str, Value]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    failures: list[FailedRequest] = field(default_factory=list)
    empty: int = 0
    """Passages for which the model drafted nothing."""


def passages(text: str, size: int = PASSAGE_SIZE) -> list[str]:
    """Cut a text into parts of at most `size` characters: at paragraphs, else at sentences, else at words."""
    parts: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        for piece in _pieces(paragraph.strip(), size):
            if parts and len(parts[-1]) + len(piece) + 2 <= size:
                parts[-1] += f"\n\n{piece}"
            elif piece:
                parts.append(piece)
    return parts


def _pieces(paragraph: str, size: int) -> list[str]:
    pieces = []
    while len(paragraph) > size:
        ends = [found.end() for found in re.finditer(r"[.!?]\s", paragraph[:size])] or [paragraph.rfind(" ", 1, size)]
        end = ends[-1] if ends[-1] > 0 else size
        pieces.append(paragraph[:end].strip())
        paragraph = paragraph[end:].strip()
    return [*pieces, paragraph] if paragraph else pieces


def draft_items(
    name: str, text: str, head: FileHead, present: Sequence[LoadedItem], author: Asker, checker: Asker
) -> ItemDrafts:
    """Draft items from the article `name`, apart from those in `present`, the items of the case file.

    Raises:
        CacheError: The cache is damaged.
    """
    result = ItemDrafts()
    parts = passages(text)
    found: list[tuple[str, DraftedItem]] = []
    for number, reply in enumerate(author.ask([_author_task(part, head) for part in parts]), start=1):
        place = f"{name}: passage {number} of {len(parts)}"
        if isinstance(reply, DraftedItems):
            found += [(place, item) for item in reply.items]
            result.empty += not reply.items
        elif isinstance(reply, NoReply):
            result.failures.append(FailedRequest(place, reply.reason, reply.unsent))
    passed = _by_rules(found, text, head, present, result)
    for (place, entry), opinion in zip(passed, checker.ask([_check_task(entry) for _, entry in passed]), strict=True):
        question = str(entry["prompt"])
        if isinstance(opinion, NoReply):
            result.failures.append(FailedRequest(f"{place} (check)", opinion.reason, opinion.unsent))
        elif isinstance(opinion, CheckReply) and opinion.fault is not None:
            result.rejected.append(Rejected(place, question, opinion.fault))
        else:
            result.items.append(entry)
    return result


def _by_rules(
    found: Sequence[tuple[str, DraftedItem]],
    text: str,
    head: FileHead,
    present: Sequence[LoadedItem],
    result: ItemDrafts,
) -> list[tuple[str, dict[str, Value]]]:
    asked = {checks.plain_words(one.item.prompt or "") for one in present}
    taken = {slug(one.item.id) for one in present}
    whole = " ".join(text.split())
    passed = []
    for place, item in found:
        question = item.question.strip()
        fault = _item_fault(item, whole, head)
        if fault is None and checks.plain_words(question) in asked:
            fault = "the case file already asks this question"
        if fault is not None:
            result.rejected.append(Rejected(place, question, fault))
            continue
        asked.add(checks.plain_words(question))
        entry: dict[str, Value] = {
            "id": free_id(question, taken),
            "fact": " ".join(item.fact.split()),
            "prompt": question,
            "answer": item.answer.strip(),
            "source": " ".join(item.source.split()),
            "draft": True,
        }
        passed.append((place, entry))
    return passed


def _item_fault(item: DraftedItem, whole: str, head: FileHead) -> str | None:
    texts = {"fact": item.fact, "question": item.question, "answer": item.answer, "source": item.source}
    for name, text in texts.items():
        if (fault := checks.text_fault(text.strip(), name)) is not None:
            return fault
    if " ".join(item.source.split()) not in whole:
        return f"its source is not in the text: '{one_line(item.source, 100)}'"
    if not slug(item.question):
        return "the question makes no id: it has neither letters nor digits"
    probe = _prompt_probe(item, head)
    if isinstance(probe, str):
        return probe
    return checks.giveaway_fault(probe) or checks.grading_fault(probe)


def _prompt_probe(item: DraftedItem, head: FileHead) -> Probe | str:
    """Return the probe made from the item's prompt, or what is wrong with it."""
    spec = ItemSpec(id="x", fact=item.fact, prompt=item.question.strip(), answer=item.answer.strip())
    builder = ItemBuilder(head, spec, lambda path: Place(file=""))
    built = builder.build()
    return str(builder.errors[0]) if built is None else built.probes[0]


def _author_task(passage: str, head: FileHead) -> Task:
    named = {"language": language_name(head.language), "instruction": head.system}
    data = {"passage": passage} | {key: value for key, value in named.items() if value}
    return Task(f"{prompt('common').text}\n\n{prompt('items').text}", data, DraftedItems)


def _check_task(entry: dict[str, Value]) -> Task:
    data = {
        "fact": entry["fact"],
        "source": entry["source"],
        "question": entry["prompt"],
        "expected_answer": entry["answer"],
    }
    return Task(f"{prompt('check').text}\n\n{prompt('items').text}", data, CheckReply)
