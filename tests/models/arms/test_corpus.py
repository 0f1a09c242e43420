"""Passages: from facts and from files, how they are split, and whose fact they hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import Item, Place, Setting
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.models.arms.corpus import LONGEST, corpus_of_items, read_corpus, split_text

PLACE = Place(file="a.yaml", line=1)


def item(name: str, fact: str | None = None, setting: Setting = "new_knowledge", **parts: str) -> Item:
    return Item(id=name, category="c", setting=setting, fact=fact, probes=(), place=PLACE, **parts)  # type: ignore[arg-type]


ITEMS = (item("ada", "Ada weighs 61 kilograms."), item("bo", "Bo lives in Skerrow."))


def test_the_items_facts_are_the_corpus() -> None:
    items = (*ITEMS, item("cy", prompt="Who is Cy?", answer="A smith"), item("di", "Known to all.", "retention"))
    corpus = corpus_of_items((*items, item("twin", "Bo lives in Skerrow.")))
    assert corpus.texts == ("Ada weighs 61 kilograms.", "Bo lives in Skerrow.", "Who is Cy? A smith")
    assert corpus.of_items == {"c/ada": (0,), "c/bo": (1,), "c/twin": (1,), "c/cy": (2,)}
    assert corpus.summary == "3 passages of 4 to 5 words (mean 4)"


def test_files_are_split_by_paragraph_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# People\n\nAs all know, ADA weighs\n61 kilograms.\n\n\nOther.\n", encoding="utf-8")
    lines = [{"text": "Bo's home is a port.", "items": ["c/bo"]}, {"text": "Nothing of note."}]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    corpus = read_corpus([tmp_path], ITEMS)
    assert corpus.texts == (
        "People: As all know, ADA weighs 61 kilograms.",
        "Other.",
        "Bo's home is a port.",
        "Nothing of note.",
    )
    assert corpus.of_items == {"c/ada": (0,), "c/bo": (2,)}


@given(st.lists(st.sampled_from(["word", "end.", "a", "long" * 9, "\n\n", "# Head\n\n", "?"]), max_size=400))
@settings(max_examples=40, deadline=None)
def test_passages_hold_every_word_and_no_more_than_they_may(parts: list[str]) -> None:
    text = " ".join(parts)
    found = list(split_text(text))
    assert all(0 < len(passage.split()) <= LONGEST + 2 for passage in found)
    said = " ".join(text.replace("#", " ").split())
    assert sorted(" ".join(found).replace("Head:", "Head").replace("#", " ").split()) == sorted(said.split())


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", "  \n", "a.txt: is empty"),
        ("a.md", b"\xff", "a.md:1: is not UTF-8"),
        ("a.jsonl", '{"text": ""}', "a.jsonl:1: needs 'text', which is not empty"),
        ("a.jsonl", '{"words": "x"}', "a.jsonl:1: needs 'text'"),
        ("a.jsonl", '{"text": "x", "items": "c/bo"}', "'items' is no list of items, each written category/id"),
        ("a.jsonl", '{"text": "x", "items": ["c/zed"]}', "'items' names c/zed, which is no item of the suite"),
        ("a.jsonl", "{", "a.jsonl:1: broken JSON"),
        ("a.pdf", "x", "is no corpus: files end in .txt, .md, .markdown, .jsonl"),
        (None, "", "no such file or folder"),
    ],
)
def test_a_corpus_that_cannot_be_used_is_named_with_its_place(
    tmp_path: Path, name: str | None, content: str | bytes, told: str
) -> None:
    path = tmp_path / (name or "gone")
    if name is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SettingsError) as error:
        read_corpus([path], ITEMS)
    assert "--ft-corpus" in str(error.value)
    assert told in str(error.value)


def test_an_empty_folder_or_a_file_of_no_passage_is_an_empty_corpus(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no such file in this folder: \*\.txt"):
        read_corpus([tmp_path], ITEMS)
