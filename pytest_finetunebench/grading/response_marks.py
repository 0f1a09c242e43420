"""The marks that models and chat templates leave in a response: thoughts, turn tokens, invented turns, quoted text.

Patterns are bounded, so that a hostile response costs no more than its length.
"""

from __future__ import annotations

import re

from pytest_finetunebench.grading.patterns import deferred

_TAG_NAME = (
    r"[a-z]{0,12}[:_]?think(?:ing)?|(?:inner_)?thoughts?|(?:thought|thinking)_process|reasoning|reflection|analysis"
    r"|scratch_?pad|chain_of_thought|cot|(?:inner_)?monologue"
)
_OPENERS = (
    rf"(?:<|&lt;)(?P<open_tag>{_TAG_NAME})(?:[ ][^<>\n]{{1,80}})?(?:>|&gt;)",
    r"\[(?P<open_bracket>(?-i:THINK(?:ING)?|REASONING|THOUGHTS?))\]",
    r"◁(?P<open_triangle>think)▷",
    r"(?P<open_details><details\s+type=[\"']?reasoning[^>]{0,200}>)",
    r"(?P<open_words>\bhere is my thought process:)",
    r"(?P<open_token><\|(?:begin_of_(?:thought|reasoning)|start_thinking|inner_prefix|think(?:ing)?|thought"
    r"|reasoning)\|>"
    r"|<\|im_start\|>think\b|<\|channel>(?:thought|analysis|commentary)?)",
    r"(?P<open_harmony><\|channel\|>\s*(?:analysis|commentary)[^<\n]{0,120}(?:<\|constrain\|>[^<\n]{0,40})?"
    r"<\|message\|>)",
)
_CLOSERS = (
    rf"(?:<|&lt;)/[ ]?(?P<close_tag>{_TAG_NAME})(?:>|&gt;)",
    r"\[/(?P<close_bracket>(?-i:THINK(?:ING)?|REASONING|THOUGHTS?))\]",
    r"◁/(?P<close_triangle>think)▷",
    r"(?P<close_details></details>)",
    r"(?P<close_words>\bhere is my response:)",
    r"(?P<close_token><\|(?:end_of_(?:thought|reasoning)|end_thinking|inner_suffix|/(?:think(?:ing)?|thought|reasoning)"
    r"|begin_of_solution|start_response)\|>|<\|im_start\|>answer\b|<channel\|>)",
    r"(?P<close_harmony><\|channel\|>\s*final[^<\n]{0,120}(?:<\|constrain\|>[^<\n]{0,40})?<\|message\|>)",
)
_TURN_MARK = (
    # `<|x|>` is a mean in physics: a token has a longer name
    r"<[|｜][a-z/][\w▁ ./-]{1,40}[|｜]>"
    r"|<\|(?:turn|tool|tool_call|tool_response)>|<(?:turn|tool|tool_call|tool_response)\|>"
    r"|</?(?:bos|eos|pad|s|start_of_turn|end_of_turn|end_of_text|end_of_utterance|eot|eod)>"
    r"|(?-i:\[/?INST\]|<</?SYS>>)|\[\|[a-z]{3,20}\|\]|<(?:extra_id_|reserved_|unused)\d{1,4}>"
)
# what a mark can begin with is looked at first: thoughts are long, and hold few marks
MARK = deferred(rf"(?=[<\[◁&h])(?:{'|'.join((*_OPENERS, *_CLOSERS, f'(?P<turn>{_TURN_MARK})'))})", re.IGNORECASE)
"""A mark of thoughts or a turn token; the name of the group says which."""
END_OF_THOUGHTS = deferred("|".join(_CLOSERS), re.IGNORECASE)
"""The end of thoughts."""
TURN_TOKEN = deferred(_TURN_MARK, re.IGNORECASE)
HARMONY_ENDS = ("<|end|>", "<|return|>", "<|call|>")
"""What ends a message of the harmony format."""
WITHIN_ANSWER = deferred(r"<\|(?:begin|end)_of_box\|>")
"""Tokens that frame a part of the answer, and end nothing."""

ANSWER_TAGS = deferred(
    r"\s*<(?P<tag>(?:final_)?answer|response|output|solution)>(?P<answer>[\s\S]*?)(?:</(?P=tag)>\s*)?", re.IGNORECASE
)
"""Tags around the whole answer, which follow the thoughts of models that were trained so."""
ANSWER_LAST = deferred(
    r"\s*(?:<(?P<part>(?!answer)[a-z][\w-]{2,30})>[\s\S]*?</(?P=part)>\s*)+"
    r"<(?P<tag>(?:final_)?answer)>(?P<answer>[^<]+)(?:</(?P=tag)>\s*)?",
    re.IGNORECASE,
)
"""Parts in tags of their own, the last of which is the answer: `<explanation>…</explanation><answer>…</answer>`."""
ROLE = deferred(r"\s*(assistant|model|chatbot|user|human|system|developer|tool|ipython)\b", re.IGNORECASE)
"""The role that a turn's header names."""
USER_TURN = deferred(r"user|human|system|developer|\[INST\]|<</?SYS>>|tool|ipython", re.IGNORECASE)
"""A turn that is not the model's, by its token or role."""
TEMPLATE_WORDS = deferred(r"###? ?(?:Response|Assistant):?[ \t]*\n|(?:Assistant|ASSISTANT):[ \t\n]|assistant\n")
"""The assistant's own header in words, which some templates make the model repeat."""
FLAT_HARMONY = deferred(r"\s*analysis(?=[A-Z])")
"""The analysis channel where a server strips special tokens: `analysisThe user asks…assistantfinal43`."""
FLAT_FINAL = deferred(r"assistant\s?final")
FLAT_THOUGHT = deferred(r"\s*analysis(?:We|The|User|I|Need|Let|They|It|This|Question|Answer|Just|So|Okay)\b[ ']")
"""The same, recognizable without its end."""

LABEL = deferred(r"\s*(?:[*_]{2})?([^\W\d_][\w ]{0,30}?)[ \t]?\d{0,3}(?:[*_]{2})?[:：]")
"""A line that begins with a label: `Question: …`."""
TURN_LABELS = frozenset(
    {"user", "human", "assistant", "question", "q", "answer", "a", "response", "example", "exercise"}
)
NEXT_TURN = deferred(
    r"\n[ \t]*(?:(?:[*_]{2}|\[)?(?P<label>User|USER|Human|HUMAN|Assistant|ASSISTANT|Question|QUESTION|Q)"
    r"(?:[ ]?\d{1,3})?(?:[*_]{2})?:(?!:)"
    r"|#{1,4}[ \t]*(?:(?P<heading>Instruction|Response|User|Human|Assistant|Question)[ \t]*(?:\n|$|:)"
    r"|(?P<heading_label>Input|Question|Prompt|System):)"
    r"|</?(?P<role_tag>user|human|assistant)>)"
)
"""A turn that the model invents after its answer, at the start of a line."""
INLINE_TURN = deferred(
    r"(?<=[\s.!?])(?P<label>User|USER|Human|HUMAN|Question): [^\n]{1,300}?(?<=[\s.!?])"
    r"(?:Assistant|ASSISTANT|AI|Bot|Answer):"
)
"""The same within a line: a user's turn with the reply to it."""
FLAT_TURN = deferred(r"(?<=\S)(?:assistant\n\n|user\n\n(?=[\s\S]{1,2000}assistant\n\n))")
"""The same where a server strips special tokens."""

_LINE_LABEL = r"[ \t]*[*_#>\[]{0,4}[ \t]?[A-Z][\w ]{0,24}\]?[*_]{0,2}:"
LABELLED_PAIR = deferred(rf"\n(?={_LINE_LABEL}[*_]{{0,2}}[ \t]*[^\n]{{3,300}}\?[*_ \t]*\n+{_LINE_LABEL})")
"""A question behind any label, with another labelled line behind it: `Exercise 2: …?`, `Solution: …`."""
PLAIN_PAIR = deferred(
    r"[^\n]{0,79}[^\n:?]\n+(?=[ \t]*(?:[A-Z][^\n]{8,300}\?[ \t]*\n+[ \t]*[^\n]{1,80}(?:\n|\Z)"
    r"|\d{1,2}[.)] [A-Z][^\n]{8,300}\?))"
)
"""A short line that answers, and a question with its answer behind it."""
ROLE_LINES = deferred(r"\n(?=[ \t]*(?:user|human)[ \t]*\n[^\n]{1,2000}\n+[ \t]*(?:assistant|model)[ \t]*\n)")
"""A user's turn and the reply to it, behind the name of the role alone."""

_QUOTES = (("`", "`"), ('"', '"'), ("“", "”"), ("«", "»"))
_FAR = 60
"""Characters between a mark and the quotes around it, at most."""
_OPENING_APOSTROPHE = deferred(r"(?<!\w)'")
_CLOSING_APOSTROPHE = deferred(r"'(?!\w)")


def is_quoted(text: str, start: int, end: int) -> bool:
    """Whether text stands in quotes or backticks on its line: it is spoken of, and marks nothing."""
    line = text.rfind("\n", max(0, start - 400), start) + 1
    before, after = text[max(line, start - 400) : start], text[end : end + _FAR].partition("\n")[0]
    for opening, closing in _QUOTES:
        at = before.rfind(opening)
        if at < 0 or len(before) - at > _FAR or closing not in after:
            continue
        if (before.count(opening) % 2 == 1) if opening == closing else before.rfind(closing) < at:
            return True
    opened = [found.end() for found in _OPENING_APOSTROPHE.finditer(before[-_FAR:])]
    return (
        bool(opened)
        and not _CLOSING_APOSTROPHE.search(before[-_FAR:], opened[-1])
        and bool(_CLOSING_APOSTROPHE.search(after))
    )


def marks_thoughts(text: str) -> bool:
    """Whether a text holds a mark at which thoughts begin or end."""
    return any((mark.lastgroup or "").startswith(("open_", "close_")) for mark in MARK.finditer(text))
