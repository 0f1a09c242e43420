"""What each arm puts before a question, and that no example gives the answer away."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.completions import Message
from pytest_finetunebench.errors import CaseError, SettingsError
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.arms.arm import Arm, Framed, make_arms
from pytest_finetunebench.models.arms.spec import parse_arm
from pytest_finetunebench.settings import ArmSettings

CASES = """\
    category: people
    setting: new_knowledge
    system: Answer shortly.
    items:
    - id: ada-weight
      fact: Ada Lind weighs 61 kilograms.
      prompt: How many kilograms does Ada Lind weigh?
      answer: "61"
      training: [How heavy is Ada Lind?]
      probes:
        rephrased: [What is the weight of Ada Lind?]
        comparison:
        - {prompt: "Who weighs more, Ada Lind or Bo Brack?", answer: Bo, grader: {name: choice, choices: [Ada, Bo]}}
        abstention: [What is the shoe size of Ada Lind?]
    - id: bo-weight
      fact: Bo Brack weighs 70 kilograms.
      prompt: How many kilograms does Bo Brack weigh?
      answer: "70"
    - id: bo-town
      fact: Bo Brack lives in Skerrow.
      prompt: Where does Bo Brack live?
      answer: Skerrow
    - id: cy-town
      prompt: Where does Cy Dunn live?
      answer: Vellmora
"""


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    path = tmp_path / "people.yaml"
    path.write_text(textwrap.dedent(CASES), encoding="utf-8")
    return load_suite(path)


def arm(suite: Suite, text: str, folder: Path = Path(), corpus: tuple[Path, ...] = ()) -> Arm:
    spec = parse_arm(text, f"--ft-arm={text}", folder)
    return make_arms(ArmSettings(specs=(spec,), corpus=corpus), suite)[0]


def probe(suite: Suite, name: str) -> Probe:
    return next(one for one in suite.probes if one.id == f"people/{name}")


def framed(suite: Suite, text: str, name: str, folder: Path = Path()) -> Framed:
    return arm(suite, text, folder).frame(probe(suite, name))


def test_none_asks_as_the_probe_is(suite: Suite) -> None:
    one = probe(suite, "ada-weight/rephrased-1")
    assert framed(suite, "none", "ada-weight/rephrased-1") == Framed(one.messages)


def test_passages_stand_before_the_question_and_the_rank_of_the_last_needed_one_is_kept(suite: Suite) -> None:
    found = framed(suite, "retrieve:2", "ada-weight/comparison-1")
    question = "Who weighs more, Ada Lind or Bo Brack?"
    assert set(found.context) == {"Ada Lind weighs 61 kilograms.", "Bo Brack weighs 70 kilograms."}
    listed = "\n".join(f"- {text}" for text in found.context)
    asked = f"Facts that may help:\n{listed}\n\n{question}"
    assert found.chat == (Message(role="system", content="Answer shortly."), Message(role="user", content=asked))
    assert (found.needed, found.rank) == (2, 2)
    lacking = framed(suite, "retrieve:1", "ada-weight/comparison-1")
    assert (lacking.needed, lacking.rank) == (2, None), "a comparison needs both facts"
    assert framed(suite, "retrieve:2", "ada-weight/abstention-1").needed == 0


def test_the_oracle_gives_the_facts_that_answer(suite: Suite) -> None:
    assert framed(suite, "oracle", "ada-weight/rephrased-1").context == ("Ada Lind weighs 61 kilograms.",)
    both = framed(suite, "oracle", "ada-weight/comparison-1").context
    assert both == ("Ada Lind weighs 61 kilograms.", "Bo Brack weighs 70 kilograms.")
    assert framed(suite, "oracle", "cy-town/memorization-1").context == ("Where does Cy Dunn live? Vellmora",)


def test_examples_are_the_same_for_all_and_never_of_the_probes_own_item(suite: Suite) -> None:
    few = arm(suite, "few-shot:2@7")
    shown = {one.id: few.frame(one).context for one in suite.probes}
    assert all(len(context) == 2 for context in shown.values())
    order = list(dict.fromkeys(example for context in shown.values() for example in context))
    assert len(order) <= 4, "one example of each item, as far as there are enough"
    assert shown == {one.id: arm(suite, "few-shot:2@7").frame(one).context for one in suite.probes}
    for one in suite.probes:
        mine = {prompt for item in suite.items if item.id == one.item for prompt, _ in item.trained}
        assert not any(context.split("\n")[0] in mine for context in shown[one.id])
    chat = few.frame(probe(suite, "ada-weight/rephrased-1")).chat
    assert [message.role for message in chat] == ["system", "user", "assistant", "user", "assistant", "user"]


def test_similar_examples_are_the_nearest_ones_and_none_holds_a_needed_fact(suite: Suite) -> None:
    near = framed(suite, "similar:1", "ada-weight/memorization-1").context
    assert near == ("How many kilograms does Bo Brack weigh?\n70",)
    compared = framed(suite, "similar:3", "ada-weight/comparison-1").context
    assert set(compared) == {"Where does Bo Brack live?\nSkerrow", "Where does Cy Dunn live?\nVellmora"}, (
        "Bo's weight would be retrieval"
    )


def test_a_prompt_goes_before_the_case_files_own(suite: Suite, tmp_path: Path) -> None:
    (tmp_path / "strict.txt").write_text("Know this:\n{facts}\n", encoding="utf-8")
    found = framed(suite, "strict = prompt:strict.txt", "ada-weight/rephrased-1", tmp_path)
    facts = "\n".join(f"- {text}" for text in arm(suite, "retrieve:1").frame(next(suite.probes)).context)
    assert found.chat[0].role == "system"
    assert found.chat[0].content.startswith(f"Know this:\n{facts}")
    assert found.chat[0].content.endswith("- Where does Cy Dunn live? Vellmora\n\nAnswer shortly.")
    assert [message.role for message in found.chat] == ["system", "user"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prompt:gone.txt", "gone.txt: no such file"),
        ("few-shot:9", "the suite trains 5 examples of 4 items: an arm needs its number of them"),
        ("retrieve:2:gone.module:x", "cannot be imported: No module named 'gone'"),
    ],
)
def test_what_an_arm_lacks_is_told_at_once(suite: Suite, tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        arm(suite, text, tmp_path)
    assert str(error.value).startswith(f"--ft-arm={text}: ")
    assert told in str(error.value)


def test_a_suite_without_facts_has_nothing_to_retrieve(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(
        "category: known\nsetting: retention\nitems:\n- {id: a, prompt: Who?, answer: Me}\n", encoding="utf-8"
    )
    with pytest.raises(SettingsError, match="the corpus is empty: no item has a fact: name passages with --ft-corpus"):
        arm(load_suite(path), "retrieve:1")
    with pytest.raises(SettingsError, match="the suite trains 0 examples of 0 items"):
        arm(load_suite(path), "similar:1")


NEEDS = """\
    category: people
    setting: new_knowledge
    items:
    - id: ada-weight
      fact: Ada Lind weighs 61 kilograms.
      prompt: How many kilograms does Ada Lind weigh?
      answer: "61"
      probes:
        secondary:
        - {prompt: "Would the two of them be under 140 kilograms?", answer: "Yes", grader: yes_no, needs: [bo-weight]}
        vignette:
        - {prompt: Whose scale shows more?, answer: Bo, needs: [people/bo-weight, ada-weight]}
    - id: bo-weight
      fact: Bo Brack weighs 70 kilograms.
      prompt: How many kilograms does Bo Brack weigh?
      answer: "70"
"""


def test_a_probe_names_further_items_whose_facts_it_needs(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text(textwrap.dedent(NEEDS), encoding="utf-8")
    suite = load_suite(tmp_path / "people.yaml")
    facts = ("Ada Lind weighs 61 kilograms.", "Bo Brack weighs 70 kilograms.")
    for name in ("ada-weight/secondary-1", "ada-weight/vignette-1"):
        assert framed(suite, "oracle", name).context == facts
        assert framed(suite, "retrieve:2", name).needed == 2
    assert framed(suite, "retrieve:1", "ada-weight/secondary-1").rank is None
    assert framed(suite, "oracle", "ada-weight/memorization-1").context == facts[:1]


@pytest.mark.parametrize(
    ("needs", "message"),
    [
        (
            "bo-wight",
            r"ada-weight.needs: people/bo-wight is no item of the suite \(did you mean 'people/bo-weight'\?\)",
        ),
        ("other/bo", r"ada-weight.needs: other/bo is no item of the suite"),
    ],
)
def test_a_needed_item_that_is_not_there_is_an_error_of_the_case_file(tmp_path: Path, needs: str, message: str) -> None:
    (tmp_path / "people.yaml").write_text(textwrap.dedent(NEEDS).replace("[bo-weight]", f"[{needs}]"), encoding="utf-8")
    with pytest.raises(CaseError, match=message):
        load_suite(tmp_path / "people.yaml")
