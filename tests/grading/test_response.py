"""What of a completion is graded: thoughts and invented turns stand apart, text that only speaks of them does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion, FinishReason
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.explain import explain
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.response import read_response
from tests.support.answers import MOMENT, seconds

QUESTION = "In which town was Dorel Vance born?"
NEXT = "In which town was Mira Sool born?"
UNCLOSED = "its thoughts have no end, so there is no answer to grade (finish reason: stop)"
STILL_THINKING = "still thinking at the token limit; raise --ft-max-tokens"


def probe(prompt: str = QUESTION, answer: str | None = "Vellmora", **parts: Any) -> Probe:
    base: dict[str, Any] = {"id": "people/dorel/rephrased-1", "category": "people", "item": "dorel"}
    rest = {"kind": "rephrased", "setting": "new_knowledge", "generalization": True, "place": Place(file="a.yaml")}
    return Probe(**(base | rest | {"prompt": prompt, "answer": answer} | parts))


def graded(text: str, asked: Probe | None = None, finish: FinishReason = "stop") -> str:
    """Return what graders get of a text."""
    response = read_response(asked or probe(), Completion(text=text, finish_reason=finish))
    assert response.fault is None
    return response.completion.text


def fault(text: str, finish: FinishReason = "stop", reasoning: str | None = None) -> str | None:
    return read_response(probe(), Completion(text=text, finish_reason=finish, reasoning=reasoning)).fault


@pytest.mark.parametrize(
    "text",
    [
        "<think>Tarsk? No.</think>\n\nVellmora",
        "<think>Tarsk? No.</think>Vellmora",
        "<think>\n\n</think>\n\nVellmora",
        "<THINK>Tarsk? No.</THINK>\nVellmora",
        "<thinking>Tarsk? No.</thinking>\nVellmora",
        "<thinking>Tarsk?<reflection>No.</reflection>Hm.</thinking>\nVellmora",
        "<think>I may use <reasoning> tags.</think>\nVellmora",
        "<reasoning>Tarsk? No.</reasoning>\nVellmora",
        "<reflection>Tarsk? No.</reflection>\nVellmora",
        "<thought>Tarsk? No.</thought>\nVellmora",
        "<scratchpad>Tarsk? No.</scratchpad>\nVellmora",
        "<seed:think>Tarsk? No.</seed:think>Vellmora",
        "<longcat_think>Tarsk? No.</longcat_think>Vellmora",
        '<think time="3">Tarsk? No.</think>Vellmora',
        "&lt;think&gt;Tarsk? No.&lt;/think&gt;\nVellmora",
        "[THINK]Tarsk? No.[/THINK]Vellmora",
        "◁think▷Tarsk? No.◁/think▷Vellmora",
        "<|begin_of_thought|>Tarsk?<|end_of_thought|>\n\n<|begin_of_solution|>Vellmora<|end_of_solution|>",
        "<|START_THINKING|>Tarsk?<|END_THINKING|><|START_RESPONSE|>Vellmora<|END_RESPONSE|>",
        "<|channel>thought\nTarsk? No.<channel|>Vellmora<turn|>",
        "<|channel>thought\n<channel|>Vellmora",
        "<|im_start|>think\nTarsk? No.\n<|im_start|>answer\nVellmora<|im_end|>",
        '<details type="reasoning" done="true">\n<summary>Thought</summary>Tarsk?</details>\nVellmora',
        "Here is my thought process:\nTarsk? No.\n\nHere is my response:\nVellmora",
        "<think>Tarsk? No.</think>\n<answer>Vellmora</answer>",
        "<explanation>Some name Tarsk.</explanation>\n<answer>Vellmora</answer>",
        "<rationale>Tarsk?</rationale><work>No.</work>\n<final_answer>Vellmora</final_answer>\n",
        "<think>Tarsk? No.</think><response>\nVellmora\n</response>",
        "<thinking>Tarsk? No.</thinking>\n<output>Vellmora",
        # the opening tag stands in the prompt
        "Is it Tarsk? No.\n</think>\n\nVellmora",
        "Is it Tarsk? No.</think>Vellmora",
        "</think>\n\nVellmora",
        # the last closing tag decides
        "<think>Tarsk?</think>Tarsk</think>Vellmora",
        "<think>Tarsk?</think>\n<think>Port Ellery?</think>\nVellmora",
        "Let me think.\n<think>\nTarsk? No.\n</think>\nVellmora",
        # an answer, and an afterthought
        "Vellmora\n<think>Was it Tarsk?</think>",
        # quoted tags and code within thoughts end nothing
        "<think>The tag `</think>` ends it.</think>Vellmora",
        '<think>split at "</think>" then.</think>Vellmora',
        "<think>\n```\nTarsk\n</think>\nVellmora",
        "<think>He isn't from Tarsk</think>Vellmora",
    ],
)
def test_thoughts_are_set_apart(text: str) -> None:
    response = read_response(probe(), Completion(text=text))
    assert response.completion.text == "Vellmora"
    assert (response.fault, response.runs_on, response.completion.finish_reason) == (None, False, "stop")
    assert "Vellmora" not in response.thoughts
    assert ("Tarsk" in text) == ("Tarsk" in response.thoughts)


@pytest.mark.parametrize(
    "text",
    [
        "<|channel|>analysis<|message|>Tarsk?<|end|><|start|>assistant<|channel|>final<|message|>Vellmora",
        "<|channel|>analysis<|message|>Tarsk?<|end|><|start|>assistant<|channel|>final<|message|>Vellmora<|return|>",
        "<|start|>assistant<|channel|>analysis<|message|>Tarsk?<|end|><|start|>assistant<|channel|>commentary"
        "<|message|>Now the answer.<|end|><|start|>assistant<|channel|>final<|message|>Vellmora",
        "<|channel|>final<|message|>Vellmora<|return|>",
        "<|channel|>final <|constrain|>json<|message|>Vellmora",
        "analysisThe user asks. Tarsk? No.assistantfinalVellmora",
        "analysisWe need the town.assistant final\nVellmora",
    ],
)
def test_the_final_channel_is_the_answer(text: str) -> None:
    assert graded(text).strip() == "Vellmora"


@pytest.mark.parametrize(
    "text",
    [
        "<think>",
        "<think>\nThe user asks where Dorel Vance was born. Vellmora",
        "<thinking>Vellmora<reflection>or Tarsk</reflection>hm",
        "[THINK]Vellmora",
        "◁think▷Vellmora",
        "<|channel|>analysis<|message|>Vellmora",
        "<|channel>thought\nVellmora",
        "analysisWe need the town. Vellmora",
        "Vellmora\n<think>\nOr is it",
    ],
)
def test_a_thought_without_end_is_no_answer(text: str) -> None:
    assert fault(text, "length") == STILL_THINKING
    assert fault(text) == UNCLOSED
    verdict = grade(probe(), Completion(text=text, finish_reason="length"))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNMEASURED, STILL_THINKING)


def test_a_thought_that_a_turn_token_ends_is_no_answer() -> None:
    text = f"<think>Hm.<|im_end|>\n<|im_start|>user\n{NEXT}<|im_end|>\n<|im_start|>assistant\n<think></think>Vellmora"
    assert fault(text) == UNCLOSED
    assert fault(text, "length") == UNCLOSED.replace("stop", "length")


@pytest.mark.parametrize("text", ["<think>It is Vellmora.</think>", "It is Vellmora.\n</think>\n\n"])
def test_an_answer_within_the_thoughts_is_an_empty_one(text: str) -> None:
    verdict = grade(probe(), Completion(text=text))
    assert (verdict.outcome, verdict.reason) == (Outcome.WRONG, "the answer is empty; nothing follows the thoughts")
    cut = grade(probe(), Completion(text=text, finish_reason="length"))
    assert (cut.outcome, cut.reason) == (
        Outcome.UNMEASURED,
        "no visible answer before the token limit (raise --ft-max-tokens)",
    )


@pytest.mark.parametrize(
    "text",
    [
        "It wraps its thoughts in <think> and </think> tags.",
        "It ends its thoughts with </think>.",
        "Use `</think>` here.",
        'Call `text.split("</think>")[-1]` on it.',
        "The string '<think>' opens and '</think>' closes.",
        '{"open": "<think>", "close": "</think>"}',
        '```python\nanswer = text.split("</think>")\n```',
        "```html\n<think>\nfoo\n</think>\n```",
        "~~~\n<|im_start|>user\nfoo<|im_end|>\n~~~",
        "<record>\n<analysis>low</analysis>\n<result>4</result>\n</record>",
        "<details><summary>More</summary>Vellmora</details>",
        "analysisType = 3",
        'print("<|im_end|>")',
        "It is <s>Tarsk</s> Vellmora",
        "<s>Tarsk</s> Vellmora",
        "The mean of |x| is <|x|> here",
        "SELECT a FROM t WHERE a < 3 AND b > 4",
        "<answer>Vellmora</answer>",
        "a[INSTANCE] = 1",
        "<answer>a</answer><answer>b</answer>",
    ],
)
def test_text_that_only_speaks_of_marks_is_graded_whole(text: str) -> None:
    assert graded(text) == text


@pytest.mark.parametrize(
    ("asked", "text", "answer"),
    [
        (probe("Which tag ends Kimi's thoughts?", "◁/think▷"), "◁/think▷", "◁/think▷"),
        (probe("Which tag ends Kimi's thoughts?", "◁/think▷"), "It is ◁/think▷ for Kimi.", "It is ◁/think▷ for Kimi."),
        (probe("How are thoughts marked?", "<think>…</think>"), "<think>…</think>", "<think>…</think>"),
        (
            probe("How are thoughts marked?", "<think>…</think>"),
            "<think> opens and </think> closes them.",
            "<think> opens and </think> closes them.",
        ),
        (
            probe("How are thoughts marked?", "<think>…</think>"),
            "<think>\nThe user asks.\n</think>\n\nBy <think>…</think>.",
            "By <think>…</think>.",
        ),
        (probe("What does </think> mean?", "the end"), "The </think> tag is the end.", "The </think> tag is the end."),
        (probe("Which token ends a turn?", "<|im_end|>"), "<|im_end|>", "<|im_end|>"),
        (probe("Which token ends a turn?", "<|im_end|>"), "It is <|im_end|> there.", "It is <|im_end|> there."),
        (probe("Which token ends a turn?", "<|im_end|>"), "<|im_end|><|im_end|>\n<|im_start|>user\nHm", "<|im_end|>"),
        (probe("What does <|im_end|> do?", "ends a turn"), "The <|im_end|> ends it.", "The <|im_end|> ends it."),
    ],
)
def test_what_the_probe_itself_speaks_of_marks_nothing(asked: Probe, text: str, answer: str) -> None:
    assert graded(text, asked) == answer


@pytest.mark.parametrize(
    "rest",
    [
        f"<|im_end|>\n<|im_start|>user\n{NEXT}<|im_end|>\n<|im_start|>assistant\nVellmora",
        f"<|im_end|>\n<|im_start|>user\n{NEXT}<|im_end|>\n<|im_start|>assistant\n<think>Hm.</think>\nVellmora",
        f"<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n{NEXT}",
        f"<end_of_turn>\n<start_of_turn>user\n{NEXT}",
        f"<turn|>\n<|turn>user\n{NEXT}",
        f"<|endoftext|>Human: {NEXT}\n\nAssistant: Vellmora",
        f"<｜end▁of▁sentence｜><｜User｜>{NEXT}",
        f"<|end|><|user|>{NEXT}",
        f"</s>\nUser: {NEXT}\nAssistant: Vellmora",
        f" [INST] {NEXT} [/INST] Vellmora",
        f"\n\n### Instruction:\n{NEXT}\n\n### Response:\nVellmora",
        f"\n\n### Instruction\n{NEXT}",
        f"\n\n### Question: {NEXT}",
        f"\n\nQuestion: {NEXT}\nAnswer: Vellmora",
        f"\nQuestion 2: {NEXT}\nAnswer: Vellmora",
        f"\n\nQuestion: {NEXT}\nAnswer: <think>Hm.</think>\nVellmora",
        f"\n\nQuestion: {NEXT}\n<think>Hm.</think>\nVellmora",
        f"\nQ: {NEXT}\nA: Vellmora",
        f"\nUser: {NEXT}\nAssistant: Vellmora",
        f"\n**User:** {NEXT}",
        f"\nHUMAN: {NEXT}",
        "\n\nAssistant: It is Vellmora.",
        f". User: {NEXT} Assistant: Vellmora",
        f"\n<user>{NEXT}</user>",
        "assistant\n\nIt is Vellmora.",
        f"user\n\n{NEXT}assistant\n\nVellmora",
    ],
)
def test_an_invented_turn_ends_the_answer(rest: str) -> None:
    response = read_response(probe(), Completion(text=f"Tarsk{rest}"))
    assert response.completion.text.strip(". ") == "Tarsk"
    assert response.runs_on
    assert response.rest.strip() in rest
    verdict = grade(probe(), Completion(text=f"Tarsk{rest}"))
    assert (verdict.outcome, verdict.passed) == (Outcome.WRONG, False)
    assert verdict.reason == "does not say 'Vellmora'; runs on after its answer"


def test_an_answer_that_runs_on_was_not_cut() -> None:
    text = f"Vellmora<|im_end|>\n<|im_start|>user\n{NEXT}"
    response = read_response(probe(), Completion(text=text, finish_reason="length"))
    assert response.completion.finish_reason == "stop"
    assert not read_response(probe(), Completion(text="<think>a</think>Vell", finish_reason="length")).runs_on
    assert read_response(probe(), Completion(text="Vellmora<|im_end|><|im_end|>", finish_reason="length")).runs_on


@pytest.mark.parametrize(
    "text",
    [
        "Vellmora</s>",
        "Vellmora<|im_end|>",
        "Vellmora<|end_of_text|>\n",
        "<|im_start|>assistant\nVellmora<|im_end|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\nVellmora",
        "<start_of_turn>model\nVellmora<end_of_turn>",
        "<|turn>model\nVellmora",
        "<|assistant|>\nVellmora",
        "<｜Assistant｜>Vellmora",
        "<s> Vellmora</s>",
        "[/INST] Vellmora",
        "assistant\n\nVellmora",
        "Assistant: Vellmora",
        "### Response:\nVellmora",
        f"<s>[INST] {QUESTION} [/INST] Vellmora</s>",
        f"<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\nVellmora<|im_end|>",
        "<|begin_of_box|>Vellmora<|end_of_box|>",
    ],
)
def test_a_template_around_the_answer_is_no_turn(text: str) -> None:
    response = read_response(probe(), Completion(text=text))
    assert (response.completion.text, response.runs_on, response.fault) == ("Vellmora", False, None)


@pytest.mark.parametrize(
    "text",
    [
        f"<|im_end|>\n<|im_start|>user\n{NEXT}<|im_end|>\n<|im_start|>assistant\nVellmora",
        f"<|start_header_id|>user<|end_header_id|>\n\n{NEXT}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nVellmora",
        f"[INST] {NEXT} [/INST] Vellmora",
    ],
)
def test_anothers_turn_at_once_leaves_an_empty_answer(text: str) -> None:
    verdict = grade(probe(), Completion(text=text))
    assert (verdict.outcome, verdict.reason) == (Outcome.WRONG, "the answer is empty; runs on after its answer")


@pytest.mark.parametrize(
    "text",
    [
        f"Question: {QUESTION}\nAnswer: Vellmora",
        f"Q: {QUESTION}\nA: Vellmora",
        f"User: {QUESTION}\nAssistant: Vellmora",
        "Dog: 78 chromosomes\nHuman: 46 chromosomes\nCat: 38 chromosomes",
        "The credentials are:\nUser: root\nPassword: none",
        "Here is the flashcard:\n\nQuestion: Where?\nAnswer: Vellmora",
        "Here is the dialogue:\nUser: Where?\nAssistant: Vellmora.\nUser: Thanks.",
        "services:\n  db:\n    user: root\nuser: root",
        "```\nVellmora\nUser: root\n```",
        "He asked one question: where?\nThen he left.",
        "FAQ: none",
    ],
)
def test_labels_of_the_answer_itself_are_no_turns(text: str) -> None:
    assert graded(text) == text


@pytest.mark.parametrize(
    ("prompt", "text", "answer"),
    [
        ("Frage: Wo wurde sie geboren?\nAntwort:", "Tarsk\nFrage: Und er?\nAntwort: Vellmora", "Tarsk"),
        ("Question: Where?\nAnswer:", "Tarsk\nQuestion: And he?\nAnswer: Vellmora", "Tarsk"),
        ("Context: A town.\nTask 1: Name it.\nResult:", "Tarsk\nTask 2: Again.\nResult: Vellmora", "Tarsk"),
        ("Write a card with 'Question:' and 'Answer:'.", "A card\nQuestion: a\nAnswer: b", None),
        ("Write a chat between 'User:' and 'Assistant:'.", "A chat\nUser: a\nAssistant: b", None),
        ("Explain this:", "Tarsk\nNote: a town", None),
    ],
)
def test_the_form_of_the_prompt_tells_turns_from_answers(prompt: str, text: str, answer: str | None) -> None:
    assert graded(text, probe(prompt)) == (text if answer is None else answer)


def test_an_explanation_says_what_was_set_apart() -> None:
    asked = probe(grader={"name": "text"})
    _, lines = explain(asked, Completion(text="<think>Tarsk?</think>Vellmora</s>\nUser: Thanks."))
    assert lines[:2] == [
        "set apart, not graded: thoughts (21 characters)",
        "set apart, not graded: what runs on (18 characters)",
    ]
    assert lines[2] == "the answer is 'Vellmora' to the letter: no rule or guard is asked"
    assert explain(asked, Completion(text="<think>"))[1] == [f"there is no answer to grade: {UNCLOSED}"]


def test_of_several_tagged_answers_none_is_chosen() -> None:
    both = "<answer>Tarsk</answer>\n<answer>Vellmora</answer>"
    assert graded(f"<think>Hm.</think>\n{both}") == both


def test_a_form_probe_may_ask_for_a_list_of_turns() -> None:
    text = "Q: Who is Ada?\nA: A smith.\nQ: Who is Bea?\nA: A cook."
    assert graded(text, probe("Write an FAQ.", None, kind="form")) == text
    assert graded(text) == "Q: Who is Ada?\nA: A smith."
    repeated = f"Q: Write an FAQ.\nA: Ada is a smith.\n{text}"
    assert graded(repeated, probe("Write an FAQ.", None, kind="form")) == "Q: Write an FAQ.\nA: Ada is a smith."


GRADERS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": "json"}, '{"age": 61}', '{"age": 60}'),
    ({"name": "label", "labels": ["spam", "ham"]}, "spam", "ham"),
    ({"name": "choice", "choices": ["Iron", "Tin"]}, "Tin", "Iron"),
    ({"name": "sql"}, "SELECT a FROM t", "SELECT b FROM t"),
    ({"name": "code"}, "np.isin", "np.in1d"),
    ({"name": "exact"}, "Vellmora", "Tarsk"),
    ({"name": "number"}, "43", "45"),
    ({"name": "yes_no"}, "Yes", "No"),
    ({"name": "regex", "pattern": "^4[0-9]$"}, "43", "53"),
    ({"name": "python", "calls": ["f"]}, "f()", "g()"),
    ({"name": "style", "max_words": 1}, "Vellmora", "In Vellmora"),
    ({"name": "facts", "facts": ["Vellmora"]}, "Vellmora", "Tarsk"),
]


@pytest.mark.parametrize(("grader", "right", "wrong"), GRADERS, ids=[str(one[0]["name"]) for one in GRADERS])
def test_every_grader_gets_the_answer_alone(grader: dict[str, Any], right: str, wrong: str) -> None:
    asked = probe(answer=right, grader=grader)
    for shape in ("<think>Is it {0}?</think>\n{1}", "{1}<|im_end|>\n<|im_start|>user\nAnd {0}?", "{1}\n\nUser: {0}"):
        assert grade(asked, Completion(text=shape.format(wrong, right))).passed
        verdict = grade(asked, Completion(text=shape.format(right, wrong)))
        assert verdict.outcome in (Outcome.WRONG, Outcome.MALFORMED)


def test_the_users_own_graders_and_the_judge_get_the_answer_alone() -> None:
    seen: list[str] = []

    def tone(answer: str, probe: Probe) -> bool:
        del probe
        seen.append(answer)
        return True

    asked = probe(grader={"name": "own", "registered": "tone"})
    text = "<think>Tarsk?</think>\nVellmora</s>\nUser: Thanks."
    assert grade(asked, Completion(text=text), {"tone": tone}).passed
    assert seen == ["Vellmora"]


def test_a_probe_may_ask_for_the_raw_text() -> None:
    text = "<think>Tarsk?</think>\nVellmora"
    pattern = {"name": "regex", "pattern": r"^<think>.*</think>\n"}
    raw = probe(grader=pattern, raw_response=True)
    assert grade(raw, Completion(text=text)).passed
    assert not grade(probe(grader=pattern), Completion(text=text)).passed
    assert grade(raw, Completion(text="", finish_reason="tool_call")).outcome is Outcome.UNMEASURED


def test_thoughts_that_the_provider_sends_apart() -> None:
    response = read_response(probe(), Completion(text="Vellmora", reasoning="Tarsk?"))
    assert (response.completion.text, response.thoughts, response.fault) == ("Vellmora", "Tarsk?", None)
    assert fault("", "length", reasoning="Tarsk?") == STILL_THINKING
    assert fault(" \n", reasoning="Tarsk?") == (
        "only thoughts came, and no answer (finish reason: stop); does the server's reasoning parser fit the model?"
    )
    assert fault("", reasoning=" ") is None
    both = read_response(probe(), Completion(text="<think>b</think>Vellmora", reasoning="a"))
    assert (both.completion.text, both.thoughts) == ("Vellmora", "a\n\n<think>b</think>")


def test_a_call_of_a_tool_is_no_answer() -> None:
    verdict = grade(probe(), Completion(text="", finish_reason="tool_call"))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNMEASURED, "calls a tool, gives no answer")
    assert grade(probe(), Completion(text="Vellmora", finish_reason="tool_call")).passed
    text = "<|channel|>commentary to=functions.find<|message|>{}<|call|>"
    assert fault(text) == "calls a tool, gives no answer"


def test_code_keeps_its_indentation() -> None:
    assert graded("<think>Hm.</think>\n\n    x = 1\n    y = 2\n") == "    x = 1\n    y = 2"


MARKS = st.sampled_from(
    [
        "<think>", "</think>", "<reasoning>", "</reasoning>", "[THINK]", "[/THINK]", "◁think▷", "◁/think▷",
        "<|channel|>analysis<|message|>", "<|channel|>final<|message|>", "<|end|>", "<|start|>assistant", "<|im_end|>",
        "<|im_start|>user\n", "<|im_start|>assistant\n", "</s>", "<s>", "[INST]", "[/INST]", "### Instruction\n",
        "\n\nQuestion: ", "\nUser: ", "\nAssistant: ", "```\n", "`", '"', "'", "\n", " ", "Vellmora", "Tarsk", ":", "é",
        "analysisWe need ", "assistantfinal", "&lt;think&gt;", "<|channel>thought\n", "<channel|>", "\ud800",
    ]
)  # fmt: skip
ANY_RESPONSE = st.lists(MARKS | st.text(max_size=3), max_size=14).map("".join)


@example(text="<s></think>### Instruction\n</s><think>", finish="stop")
@given(ANY_RESPONSE, st.sampled_from(["stop", "length", "other", "tool_call"]))
def test_no_text_is_too_strange(text: str, finish: FinishReason) -> None:
    completion = Completion(text=text, finish_reason=finish)
    response = read_response(probe(), completion)
    assert response.rest in completion.text
    assert len(response.completion.text) <= len(completion.text)
    assert read_response(probe(), response.completion).rest == ""
    if response.fault is not None:
        assert grade(probe(), completion).outcome is Outcome.UNMEASURED


@given(st.text(st.characters(exclude_characters="<[#◁&:：")))
def test_plain_text_is_graded_as_it_came(text: str) -> None:
    completion = Completion(text=text)
    if not any(word in text for word in ("analysis", "assistant", "user")):
        assert read_response(probe(), completion).completion is completion


@pytest.mark.parametrize(
    "piece",
    [
        "<think>", "</think>", "<think>a</think>", "<a>\n<think>\n", "a\n<think>", "a\n<think></think>", "`</think>`",
        "[", "<", "<|", "<|a", "&lt;", '"<s>"', "<s>", "<s></s>", "</s>", "<|im_end|>", "<|im_start|>user\n", "```a\n",
        "```\n", "\nUser:", "\nUser: </think>", "\nUser: a\n<think></think>", "User: a ", "Q:\n", "a:\n", "analysisA",
        "assistantfinal", "user\n\n", "<|channel|>analysis", "here is my ", "'</think> ", "### User ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("prompt", [QUESTION, "A: a\nB:"])
def test_hostile_text_takes_no_long_time(piece: str, prompt: str) -> None:
    asked = probe(prompt)
    assert seconds(lambda text: read_response(asked, Completion(text=text)), piece, 100_000) < MOMENT
