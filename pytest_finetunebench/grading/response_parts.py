"""Split a response's text into thoughts, answer and rest, by one pass over the marks in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.grading import response_marks as marks
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.response_turns import next_turn
from pytest_finetunebench.grading.text.fences import Fences

_LINE_THEN_TEXT = deferred(r"[ \t]*\n\s*\S")
_LONGEST_STRUCK = 2000
_GOES_ON = deferred(r"[.,;:!?)\]]")
_SPACE = deferred(r"\s*")
_ANOTHER_MESSAGE = deferred(r"assistant\s?(?:analysis|final|commentary)")


@dataclass(frozen=True, slots=True)
class Parts:
    """A response's text, split."""

    answer: str
    thoughts: str = ""
    rest: str = ""
    open: bool = False
    """Whether the thoughts have no end: then there is no answer."""
    calls_tool: bool = False
    """Whether a message to a tool stands among the thoughts."""


def split(text: str, probe: Probe, *, cut: bool = False) -> Parts:
    """Split a response to a probe; `cut` says that it stopped at the token limit."""
    parts = _split_once(text, probe, cut=cut)
    if not parts.thoughts or parts.rest or parts.open:
        return parts
    # marks before the end of the thoughts may have hidden what the answer runs on to
    after = _split_once(parts.answer, probe, cut=cut)
    return replace(parts, answer=after.answer, rest=after.rest) if after.rest and not after.open else parts


def _split_once(text: str, probe: Probe, *, cut: bool) -> Parts:
    flat = _flat_harmony(text, probe)
    if flat is not None:
        return flat
    splitter = _Splitter(text, probe, cut=cut)
    splitter.run()
    if splitter.stack and splitter.fences is not None:
        # a fence that thoughts leave open may reach over their end
        again = _Splitter(text, probe, cut=cut, fenced=False)
        again.run()
        splitter = splitter if again.stack else again
    return splitter.parts()


def _flat_harmony(text: str, probe: Probe) -> Parts | None:
    """Split `analysis…assistantfinal…`: channels without their tokens. None where the text is not of that form."""
    begins = marks.FLAT_HARMONY.match(text)
    if begins is None:
        return None
    final = marks.FLAT_FINAL.search(text, begins.end())
    if final is None:
        return Parts("", text, open=True) if marks.FLAT_THOUGHT.match(text) else None
    again = _ANOTHER_MESSAGE.search(text, final.end())
    inner = split(text[final.end() : again.start() if again else len(text)], probe)
    rest = inner.rest + (text[again.start() :] if again else "")
    return Parts(inner.answer, text[begins.end() : final.start()], rest)


class _Splitter:
    """Goes over the marks from left to right: `start` is where the answer begins so far, `end` where it ends."""

    def __init__(self, text: str, probe: Probe, *, cut: bool, fenced: bool = True) -> None:
        self.text = text
        self.fences = Fences(text) if fenced and ("```" in text or "~~~" in text) else None
        self.start, self.end = 0, len(text)
        self.stack: list[str] = []
        """The thoughts that are open, outer ones first, by the names of their marks."""
        self._probe = probe
        self._cut = cut
        references = (*probe.references, *probe.superseded_answers)
        self._references = "\n".join(references).lower()
        self._named = f"{self._references}\n{probe.prompt}\n{probe.system or ''}".lower()
        self._before = ""
        """Text before thoughts that do not begin the response."""
        self._thoughts_from: int | None = None
        self._spoken_of: list[str] = []
        """Opening marks in prose: their closing ones end no thoughts."""
        self._calls_tool = False
        self._struck = 0
        """Struck-through texts that are open: HTML's `<s>`."""
        self._begun = -1, 0
        self._thinks = False

    def run(self) -> None:
        """Set `start`, `end` and `stack`."""
        if not self._skip_headers(0):
            return
        for mark in marks.MARK.finditer(self.text):
            if mark.start() < self.start or self._is_inert(mark):
                continue
            kind, _, family = (mark.lastgroup or "").partition("_")
            name = (mark[mark.lastgroup or 0] if family in ("tag", "bracket", "triangle") else family).lower()
            handle = {"open": self._opens, "close": self._closes, "turn": self._turns}[kind]
            if not handle(mark, family, name):
                return

    def parts(self) -> Parts:
        """Return what was found; an invented turn in words ends the answer too."""
        if self.stack:
            at = self._thoughts_from or 0
            return Parts("", self.text[at : self.end].strip(), self.text[self.end :], open=True)
        turn = self._next_turn(self.end)
        end = self.end if turn is None else turn
        thoughts = "" if self._thoughts_from is None else self.text[self._thoughts_from : self.start]
        answer = self.text[self.start : end]
        if self.start == 0 and end == len(self.text):
            return self._by_tags() or Parts(_unframed(answer))
        if not answer.strip() and self._before.strip():
            answer, thoughts = self._before, thoughts.removeprefix(self._before)
        elif thoughts and "<" in answer and (tagged := marks.ANSWER_TAGS.fullmatch(answer)):
            # of several no one is the answer
            answer = answer if f"<{tagged['tag']}>" in tagged["answer"] else tagged["answer"]
        return Parts(_unframed(_without_margin(answer)), thoughts.strip(), self.text[end:], calls_tool=self._calls_tool)

    def _by_tags(self) -> Parts | None:
        """Return the answer that stands in tags behind other parts in tags of their own; None without them."""
        if "nswer>" not in self.text.lower() or "<" in self._references:
            return None
        tagged = marks.ANSWER_LAST.fullmatch(self.text)
        return None if tagged is None else Parts(tagged["answer"].strip(), self.text[: tagged.start("tag") - 1].strip())

    def _opens(self, mark: re.Match[str], family: str, name: str) -> bool:
        if self.stack:
            if name not in self.stack:
                self.stack.append(name)
            return True
        begins = self._begins
        if begins < mark.start():
            if family in ("token", "harmony"):
                return self._ends(mark.start())
            in_line = self.text[mark.start() - 1] != "\n"
            if in_line or family == "words" or name == "analysis" or self.text[begins] == "<":
                self._spoken_of.append(name)
                return True
            if self._turn_before(mark):
                return False
        if name in self._named_tags and not self._begins_thoughts(mark):
            self._spoken_of.append(name)
            return True
        if self._thoughts_from is None:
            self._thoughts_from = self.start
            self._before = self.text[self.start : mark.start()]
        self._calls_tool |= family == "harmony" and bool(re.search(r"\bto=", mark[0]))
        self.stack = [name]
        return True

    def _closes(self, mark: re.Match[str], family: str, name: str) -> bool:
        if self.stack:
            if name in self.stack:
                del self.stack[self.stack.index(name) :]
            elif family != "details":
                self.stack.clear()
            if not self.stack:
                self._thought_ends(mark.end())
            return True
        if family in ("details", "words"):
            return True
        if name in self._spoken_of:
            self._spoken_of.remove(name)
            return True
        if family == "harmony" and self._begins < mark.start():
            return self._ends(mark.start())
        if self._is_spoken_of(mark, name):
            return True
        if self._thinks and self._turn_before(mark):
            return False
        self._thought_ends(mark.end())
        return True

    def _turns(self, mark: re.Match[str], family: str, name: str) -> bool:
        del family, name
        said = mark[0].lower()
        if self.stack and self.stack[-1] == "harmony" and said in marks.HARMONY_ENDS:
            self.stack.pop()
            self._thought_ends(mark.end())
            return True
        if said == "<s>" or (said == "</s>" and self._struck):
            self._struck += 1 if said == "<s>" else -1
            return True
        if marks.WITHIN_ANSWER.match(said):
            return True
        if said in self._named and not self._is_followed_by_turn(mark, at_end=said not in self._references):
            return True
        if not self.stack and self._begins >= mark.start():
            return self._skip_headers(mark.start())
        return self._ends(mark.start())

    def _ends(self, at: int) -> bool:
        self.end = at
        return False

    def _thought_ends(self, at: int) -> None:
        if self._thoughts_from is None:
            self._thoughts_from = self.start
        self.start = at
        self._thinks = True

    def _skip_headers(self, at: int) -> bool:
        """Take the assistant's header at the answer's begin, and an echo of the prompt, for what they are.

        Return False where another's turn begins: then the answer is empty.
        """
        while True:
            at = _after_space(self.text, at)
            words = marks.TEMPLATE_WORDS.match(self.text, at)
            if words and words[0].strip().lower().rstrip(":") + ":" not in self._named:
                at = words.end()
                continue
            token = marks.TURN_TOKEN.match(self.text, at)
            if token is None or marks.MARK.match(self.text, at)["turn"] is None or self._is_content(token):  # type: ignore[index]
                break
            role = marks.ROLE.match(self.text, token.end()) if "|" in token[0] or "start" in token[0] else None
            end = role.end() if role else token.end()
            if not marks.USER_TURN.search(token[0] + (role[1] if role else "")) or token[0] == "[/INST]":
                at = end
                continue
            following = marks.TURN_TOKEN.search(self.text, end)
            while following and following[0].lower() in ("<|end_header_id|>", "<|message|>"):
                end = following.end()
                following = marks.TURN_TOKEN.search(self.text, end)
            body = self.text[end : following.start() if following else len(self.text)].strip()
            if following is None or body not in ("", self._probe.prompt.strip(), (self._probe.system or "").strip()):
                self.start = self.end = at
                return False
            at = following.start()
        if self.text[self.start : at].strip() or self.start:
            self.start = at
        return True

    def _is_content(self, token: re.Match[str]) -> bool:
        name = token[0].lower()
        if name == "<s>":
            closing = self.text.find("</s>", token.end(), token.end() + _LONGEST_STRUCK)
            line = self.text[closing + 4 :].partition("\n")[0] if closing >= 0 else ""
            return bool(line.strip()) and not marks.TURN_TOKEN.match(line.strip())
        return name in self._named or bool(marks.WITHIN_ANSWER.match(name))

    def _is_inert(self, mark: re.Match[str]) -> bool:
        if self.fences is not None and self.fences.hold(mark.start()):
            return True
        return marks.is_quoted(self.text, mark.start(), mark.end())

    @property
    def _begins(self) -> int:
        """Where the answer's first word is, so far."""
        if self._begun[0] != self.start:
            self._begun = self.start, _after_space(self.text, self.start)
        return self._begun[1]

    def _turn_before(self, mark: re.Match[str]) -> bool:
        """Whether a turn in words begins between the answer's begin and a mark."""
        return self._next_turn(mark.start()) is not None

    def _next_turn(self, end: int) -> int | None:
        probe = self._probe
        form = probe.kind == "form"
        return next_turn(self.text, self.start, end, probe.prompt, self._named, self.fences, form=form)

    def _is_followed_by_turn(self, mark: re.Match[str], *, at_end: bool) -> bool:
        at = _after_space(self.text, mark.end())
        following = marks.TURN_TOKEN.match(self.text, at)
        return bool(following) or (at_end and at == len(self.text))

    @cached_property
    def _named_tags(self) -> set[str]:
        """The thought marks that the references hold."""
        if not self._references:
            return set()
        found = (mark for mark in marks.MARK.finditer(self._references) if mark.lastgroup != "turn")
        return {mark[mark.lastgroup or 0].lower() for mark in found}

    def _begins_thoughts(self, mark: re.Match[str]) -> bool:
        """Whether an opening mark that the references hold is used here: its end closes a line before the answer."""
        for closing in marks.MARK.finditer(self.text, mark.end()):
            if (closing.lastgroup or "").startswith("close") and _LINE_THEN_TEXT.match(self.text, closing.end()):
                return True
        return self._cut and self.text[mark.end() : mark.end() + 1] == "\n"

    def _is_spoken_of(self, mark: re.Match[str], name: str) -> bool:
        """Whether a closing mark without an opening one stands in prose."""
        after = self.text[mark.end() : mark.end() + 1]
        if name in self._named_tags or mark[0].lower() in self._named:
            line = self.text.rfind("\n", 0, mark.start()) + 1
            alone = not self.text[line : mark.start()].strip()
            ends_line = bool(_LINE_THEN_TEXT.match(self.text, mark.end()))
            return not (ends_line and (alone or mark[0].lower() not in self._references))
        return bool(_GOES_ON.match(after)) and self.text[mark.start() - 1 : mark.start()] == " "


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _unframed(answer: str) -> str:
    return marks.WITHIN_ANSWER.sub("", answer) if "_of_box|>" in answer else answer


def _without_margin(text: str) -> str:
    """Return text without blank lines around it; a first line that begins one keeps its indentation."""
    return re.sub(r"\A[ \t]*(?:\s*\n)?", "", text).rstrip()
