"""Make training files from a suite's trained prompts and wordings, with a manifest that lists them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pytest_finetunebench import __version__
from pytest_finetunebench.cases.suite import KNOWLEDGE_SETTINGS, Item, Place, Suite
from pytest_finetunebench.completions import Message
from pytest_finetunebench.errors import Problem, TrainingError, counted
from pytest_finetunebench.files.atomic import replacing
from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.files.training_rows import Row, parse_row
from pytest_finetunebench.training.checks import LIMITS, check_rows
from pytest_finetunebench.training.file import MANIFEST
from pytest_finetunebench.training.formats import Format, estimated_tokens, format_row
from pytest_finetunebench.training.leaks import THRESHOLD, find_leaks, withheld_probes
from pytest_finetunebench.training.preferences import pair_rows, trl_name

TRAIN, VALIDATION = "train.jsonl", "validation.jsonl"
MANIFEST_VERSION = 1


@dataclass(frozen=True)
class ExportOptions:
    """How to make training files.

    Attributes:
        format: The file format.
        seed: The seed of the split and of the order.
        repeat: How often the training file repeats each example.
        validation: The share of items to hold out whole, from 0 to below 1. At 0, each item with two or more training
            wordings gives one of them to the validation file.
        include_form: Whether to train the wordings of form items, too.
        threshold: The similarity, above 0 to 100, from which a row counts as a probe's near-duplicate.
    """

    format: Format
    seed: int = 42
    repeat: int = 1
    validation: float = 0.0
    include_form: bool = False
    threshold: float = THRESHOLD


@dataclass(frozen=True)
class Example:
    """A prompt and the answer to train."""

    item: str
    """`category/id`."""
    system: str | None
    prompt: str
    answer: str
    place: Place
    turns: tuple[Message, ...] = ()
    rejected: tuple[str, ...] = ()
    """Answers that preference training teaches against."""

    @property
    def hash(self) -> str:
        """SHA-256 (64 hex digits) of prompt and answer."""
        return hashlib.sha256(json.dumps([self.prompt, self.answer]).encode()).hexdigest()


@dataclass(frozen=True)
class Export:
    """The bytes of each file by its name, and the manifest."""

    files: dict[str, bytes]
    manifest: dict[str, Any]
    tokens: int
    """Estimated tokens of the training file, for one epoch."""
    doubts: tuple[str, ...] = ()
    """Prompts with two different answers, one line each with both places."""


def examples_of(suite: Suite, *, include_form: bool = False) -> dict[str, list[Example]]:
    """Return the examples of each item by `category/id`, without items that train nothing.

    Knowledge items train their prompt and their wordings. Form items, with `include_form`, train only their wordings,
    because their prompt is a probe. Retention items train nothing, nor do items that the model must decline.
    """
    found = {}
    for item in suite.items:
        if item.setting in KNOWLEDGE_SETTINGS or (include_form and item.setting == "form"):
            examples = list(_examples(item))
            if examples:
                found[examples[0].item] = examples
    return found


def _examples(item: Item) -> Iterator[Example]:
    places = [wording.place for wording in item.training]
    rejected = [wording.rejected for wording in item.training]
    first = len(item.trained) - len(places)
    places, rejected = [item.place] * first + places, [item.rejected] * first + rejected
    for (prompt, answer), place, against in zip(item.trained, places, rejected, strict=True):
        yield Example(f"{item.category}/{item.id}", item.system, prompt, answer, place, item.turns, against)


def _pairs(items: dict[str, list[Example]]) -> dict[str, list[Example]]:
    """Return an example for each rejected answer; items without one make no pair.

    Raises:
        TrainingError: There is none.
    """
    pairs = {
        name: [replace(one, rejected=(text,)) for one in examples for text in one.rejected]
        for name, examples in items.items()
    }
    found = {name: examples for name, examples in pairs.items() if examples}
    if not found:
        reason = "no trained prompt or wording has 'rejected' answers (of form items: --include form)"
        raise TrainingError("nothing was written", [Problem("--format=dpo", None, None, reason)])
    return found


def make_export(suite: Suite, options: ExportOptions) -> Export:
    """Make a suite's training files, and check them for leaks and against the provider's limits. Write nothing.

    Raises:
        TrainingError: There is nothing to train, a file has a probe, or the provider would refuse it.
    """
    items = examples_of(suite, include_form=options.include_form)
    if not items:
        reason = "no item has a trained prompt with its answer, or a wording under 'training'"
        raise TrainingError("nothing was written", [Problem("--cases", None, None, reason)])
    if options.format == "dpo":
        items = _pairs(items)
    train, held = split(items, options)
    parts = {TRAIN: _repeated(train, options), VALIDATION: _ordered(held, f"{options.seed}:validation")}
    files: dict[str, bytes] = {}
    entries: list[dict[str, Any]] = []
    tokens: dict[str, int] = {}
    for name, examples in parts.items():
        lines, in_trl = _lines(examples, options.format)
        rows = [parse_row(number, json.loads(line)) for number, line in enumerate(lines, start=1)]
        content = "".join(f"{line}\n" for line in lines).encode()
        if name == VALIDATION and not lines:
            continue
        _check(name, examples, rows, suite, options, size=len(content))
        tokens[name] = sum(map(estimated_tokens, rows))
        also = {trl_name(name): "".join(f"{line}\n" for line in in_trl).encode()} if in_trl else {}
        for file, data in ({name: content} | also).items():
            files[file], digest = data, hashlib.sha256(data).hexdigest()
            entries.append({"name": file, "sha256": digest, "rows": len(rows), "estimated_tokens": tokens[name]})
    manifest = _manifest(suite, options, entries, train, held)
    return Export(files, manifest, tokens.get(TRAIN, 0), tuple(map(str, _contradictions(items))))


def _lines(examples: Sequence[Example], format_name: Format) -> tuple[list[str], list[str]]:
    """Return the lines of a file; of preference pairs also those in TRL's format."""
    if format_name != "dpo":
        return [format_row(format_name, one.system, one.prompt, one.answer, one.turns) for one in examples], []
    pairs = [pair_rows(one.system, one.prompt, one.answer, one.rejected[0], one.turns) for one in examples]
    return [openai for openai, _ in pairs], [trl for _, trl in pairs]


def split(items: dict[str, list[Example]], options: ExportOptions) -> tuple[list[Example], list[Example]]:
    """Return the examples to train and to validate. Hashes with the seed decide, so that a new item moves no other."""
    train: list[Example] = []
    held: list[Example] = []
    for name, examples in items.items():
        if options.validation > 0:
            draw = int(_digest(str(options.seed), name)[:13], 16) / 16**13
            (held if draw < options.validation else train).extend(examples)
        elif len(examples) > 2:
            # the first is the trained prompt, which the memorization probe asks: always train it
            spare = min(examples[1:], key=lambda one: _digest(str(options.seed), one.item, one.prompt))
            held.append(spare)
            train += [one for one in examples if one is not spare]
        else:
            train += examples
    return train, held


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _ordered(examples: Sequence[Example], seed: str) -> list[Example]:
    return sorted(examples, key=lambda one: _digest(seed, one.item, one.prompt, one.answer))


def _repeated(examples: Sequence[Example], options: ExportOptions) -> list[Example]:
    return [one for turn in range(options.repeat) for one in _ordered(examples, f"{options.seed}:{turn}")]


def _contradictions(items: dict[str, list[Example]]) -> Iterator[Problem]:
    first: dict[tuple[str | None, str], Example] = {}
    for one in (one for examples in items.values() for one in examples):
        other = first.setdefault((one.system, one.prompt), one)
        if other.answer != one.answer:
            message = f"trains '{one.answer}', but {other.place} trains '{other.answer}' for the same prompt"
            yield Problem(one.place.file, one.place.line, one.item, message)


def _check(
    name: str, examples: Sequence[Example], rows: Sequence[Row], suite: Suite, options: ExportOptions, size: int
) -> None:
    found: dict[tuple[Place, str], Problem] = {}
    for leak in find_leaks(rows, suite, threshold=options.threshold):
        source = examples[leak.line - 1]
        message = f"{leak.relation} the probe {leak.probe.id} at {leak.probe.place}"
        found.setdefault((source.place, message), Problem(source.place.file, source.place.line, source.item, message))
    _refuse(list(found.values()), f"nothing was written: {name} would leak probes")
    needed = math.ceil(LIMITS[options.format].fewest_rows * options.repeat / max(len(rows), 1))
    more = f": --repeat {needed} writes each example {needed} times"
    refused = check_rows(rows, options.format, name, size, validation=name == VALIDATION, more=more)
    _refuse(refused, f"nothing was written: {name} would be refused by the provider")


def _refuse(problems: list[Problem], title: str) -> None:
    if problems:
        raise TrainingError(title, problems)


def _manifest(
    suite: Suite, options: ExportOptions, files: list[dict[str, Any]], train: Sequence[Example], held: Sequence[Example]
) -> dict[str, Any]:
    items: dict[str, dict[str, Any]] = {}
    for key, examples in (("train", train), ("validation", held)):
        for one in examples:
            items.setdefault(one.item, {"id": one.item, "train": [], "validation": []})[key].append(one.hash)
    return {
        "manifest_version": MANIFEST_VERSION,
        "tool": f"pytest-finetunebench {__version__}",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "suite_hash": suite.hash,
        "format": options.format,
        "seed": options.seed,
        "repeat": options.repeat,
        "validation": options.validation,
        "include": ["form"] if options.include_form else [],
        "files": files,
        "leak_check": {"passed": True, "probes": len(withheld_probes(suite)), "threshold": options.threshold},
        "items": [items[name] for name in sorted(items)],
    }


def write_export(export: Export, folder: Path) -> list[Path]:
    """Write the files and then the manifest into a folder. They replace those of an earlier export.

    Raises:
        TrainingError: Files of these names are not from an export, or the folder cannot be written.
    """
    manifest = folder / MANIFEST
    ours = (TRAIN, VALIDATION, trl_name(TRAIN), trl_name(VALIDATION), MANIFEST)
    foreign = [folder / name for name in ours if (folder / name).exists()]
    if foreign and not _is_manifest(manifest):
        message = "exists already, without an export's manifest beside it: choose another --out"
        raise TrainingError("the export was not written", [Problem(shown(foreign[0]), None, None, message)])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # remove it until all files are written: a manifest must never list an earlier export's files
        for name in (MANIFEST, VALIDATION, trl_name(TRAIN), trl_name(VALIDATION)):
            (folder / name).unlink(missing_ok=True)
        listed = json.dumps(export.manifest, indent=2, ensure_ascii=False) + "\n"
        contents = export.files | {MANIFEST: listed.encode()}
        return [_write(folder / name, content) for name, content in contents.items()]
    except OSError as error:
        place = Problem(shown(Path(error.filename or folder)), None, None, f"cannot be written: {error.strerror}")
        raise TrainingError("the export was not written", [place]) from error


def _is_manifest(path: Path) -> bool:
    try:
        return "manifest_version" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False


def _write(path: Path, content: bytes) -> Path:
    with replacing(path) as file:
        file.write(content)
    return path


def summary_lines(export: Export, options: ExportOptions) -> Iterator[str]:
    """Yield the summary of an export, line by line."""
    manifest = export.manifest
    for file in manifest["files"]:
        yield f"{file['name']}: {counted(file['rows'], 'row')}, about {file['estimated_tokens']:,} tokens"
    if VALIDATION not in export.files:
        yield f"{VALIDATION}: not written: no item has two or more training wordings, and --hold-out is 0"
    if options.validation > 0:
        out = sum(not item["train"] for item in manifest["items"])
        yield f"{counted(out, 'item')} of {len(manifest['items'])} held out: these facts are not trained"
    checked = manifest["leak_check"]
    yield f"leak check against {counted(checked['probes'], 'probe')}: none"
