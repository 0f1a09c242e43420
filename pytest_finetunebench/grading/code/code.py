"""Answers that are one code identifier: `np.isin`, ``numpy.isin(...)`` and isin are the same name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from pytest_finetunebench.cases.form_options import CodeGrader
from pytest_finetunebench.grading.code.contrast import is_contrasted, is_denied, is_outdated
from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.text.fences import unfenced

LONGEST = 20_000
"""Characters of an answer that are read."""
_MOST_TRIES = 50
"""So many names of an answer are looked at, and so many places of each."""
_PLAIN = r"[^\W\d]\w*+(?:(?:\.|::|->)[^\W\d]\w*+)*+"
_OPERATOR = r"(?:[^\W\d]\w*+::)*+operator\s?(?:\(\)|\[\]|[-+*/%^&|~!=<>]{1,3}+)"
_NAME = rf"(?:{_OPERATOR}|\.?{_PLAIN}(?:\+\+|\#)?+)"
_WHOLE = regex.compile(rf"[@$]?({_NAME})\s*+(?:\(.*\)|\[.*\])?\s*+[.;:]?", regex.DOTALL)
_OPERATOR_NAME = regex.compile(rf"^{_OPERATOR}$")
_MARKED = regex.compile(r"(?<![`*])(`|\*\*)([^`*\n]{1,300})\1(?![`*])")
"""In backticks or bold type."""
_IN_PROSE = regex.compile(rf"(?<![\w.@/-])({_NAME})(\s?\()?")
_SEPARATOR = regex.compile(r"(?<=\w)(?:\.|::|->)(?=\w)")
_METHOD = regex.compile(r"\.(?=[^\W\d]*\p{Ll})")
"""The dot in front of a method (`.loc`) says nothing; that of a name in capitals (`.NET`) belongs to it."""


def identifier(text: str) -> str | None:
    """Return the identifier that a text is, without ticks, call and arguments; None where it is something else.

    Signs that belong to a name are kept: `C++`, `C#` and `.NET` are not `C` and `NET`; `operator ++` is `operator++`.
    """
    match = _WHOLE.fullmatch(unfenced(text)[:LONGEST])
    return _normal(match[1]) if match else None


def _normal(name: str) -> str:
    name = _METHOD.sub("", name, count=1) if name.startswith(".") else name
    return name.replace(" ", "")


def identifiers(answer: str) -> list[str]:
    """Return the different identifiers that an answer gives, in order.

    The whole answer if it is one; else those in single backticks or bold type; else words that only code writes so:
    with a dot or underscore inside, or a call's parenthesis behind, or a capital within.
    """
    text = answer.strip()[:LONGEST]
    whole = identifier(text)
    if whole is not None:
        return [whole]
    marked = [name for _, inside in _MARKED.findall(text) for name in _names_in(inside)]
    return list(dict.fromkeys(marked or _code_words(text)))


def _names_in(marked: str) -> list[str]:
    whole = identifier(marked)
    return _code_words(marked) if whole is None else [whole]


def _code_words(text: str) -> list[str]:
    words = ((_normal(match[1]), bool(match[2])) for match in _IN_PROSE.finditer(text))
    return [name for name, called in words if _looks_like_code(name, called)]


def _looks_like_code(name: str, called: bool) -> bool:
    if name[-1] in "+#" or name[0] == "." or _OPERATOR_NAME.search(name):
        return True
    inner = name.strip("_")
    capital_within = any(char.isupper() for char in inner[1:]) and any(char.islower() for char in inner)
    return called or "_" in name or bool(_SEPARATOR.search(name)) or capital_within


def same_identifier(one: str, other: str, strict_prefix: bool = False) -> bool:
    """Whether two names mean the same: equal last part and, where both have one, compatible prefixes.

    Prefixes are compatible where one is the end of the other (`scipy.stats` and `stats`), or an abbreviation of its
    first part by letters in their order (`np` and `numpy`, `pd` and `pandas`).
    """
    if strict_prefix:
        return one == other
    first, second = _SEPARATOR.split(one), _SEPARATOR.split(other)
    if first[-1] != second[-1]:
        return False
    if len(first) > len(second):
        first, second = second, first
    prefix, longer = first[:-1], second[:-1]
    if not prefix or prefix == longer[len(longer) - len(prefix) :]:
        return True
    # `np.linalg` and `numpy.linalg`: an alias stands for the first part
    same_rest = len(prefix) == len(longer) and prefix[1:] == longer[1:]
    return same_rest and (_abbreviates(prefix[0], longer[0]) or _abbreviates(longer[0], prefix[0]))


def _abbreviates(short: str, name: str) -> bool:
    letters = iter(name.lower())
    return short[:1].lower() == name[:1].lower() and all(char in letters for char in short.lower())


def compare(
    options: CodeGrader, references: Sequence[str], text: str, question: str = "", superseded: Sequence[str] = ()
) -> Finding:
    """Judge an answer: the one identifier that it gives is the reference's.

    Where it gives several, the first decides, since what follows is what it is contrasted with or used by; unless
    the first is named only to be replaced (`instead of`, `not`, `replaces` in front of it), or is a library or class of
    the question (`The NumPy 2 function is np.prod`). A last part alone (`get`) means a superseded name as much as the
    reference where both end in it: the answer must name what stands in front of it (`Session`).
    """
    wanted = [identifier(reference) or reference.strip() for reference in references]
    if _is_quoted(text, question):
        return Finding(False, shown(text), "only repeats the question")
    given = _unasked(identifiers(text), question, wanted) or _named(text, wanted)
    if not given:
        return Finding(False, shown(text), "gives no identifier")
    answer = next((name for name in given[:_MOST_TRIES] if not _said(text, name, is_contrasted)), given[0])
    if _said(text, answer, is_denied):
        return Finding(False, answer, f"names {quoted(answer)} only to deny it", well_formed=True)
    if _said(text, answer, is_outdated):
        return Finding(False, answer, f"says that {quoted(answer)} is outdated", well_formed=True)
    other = _alternative(text, answer)
    if other and not any(same_identifier(other, name, options.strict_prefix) for name in wanted):
        return Finding(False, answer, f"gives {quoted(answer)} or {quoted(other)}", well_formed=True)
    met = [name for name in wanted if same_identifier(answer, name, options.strict_prefix)]
    if met and all(_is_ambiguous(answer, name, superseded, text) for name in met):
        return Finding(False, answer, f"gives {quoted(answer)}, which may be {either(superseded)}", well_formed=True)
    if met:
        return Finding(True, answer, f"gives {quoted(answer)}")
    mentioned = any(same_identifier(name, other, options.strict_prefix) for name in given for other in wanted)
    aside = "; the reference is only mentioned" if mentioned else ""
    return Finding(False, answer, f"gives {quoted(answer)}, not {either(wanted)}{aside}", well_formed=True)


def _unasked(given: list[str], question: str, wanted: Sequence[str]) -> list[str]:
    """Return the identifiers without the libraries and classes of the question (`NumPy`), if others are left.

    Policy: a function stays, for the question may name the one that is out of date, and so does all where the question
    names a wanted one, or a class is wanted: it then offers what to choose from.
    """
    asked = set(_code_words(question[:LONGEST]))
    if any(_is_class(name) or any(same_identifier(name, other) for other in asked) for name in wanted):
        return given
    return [one for one in given if one not in asked or not _is_class(one)] or given


def _is_class(name: str) -> bool:
    """Whether a name is written as those of libraries and classes are."""
    last = _SEPARATOR.split(name)[-1]
    return last[:1].isupper() and any(char.islower() for char in last) and "_" not in last


def _is_quoted(text: str, question: str) -> bool:
    """Whether an answer is a piece of the question, and more than a name: `a = 3; b = 4` to `Which is unused?`."""
    said = " ".join(unfenced(text)[:LONGEST].split()).strip("`'\"")
    return identifier(said) is None and len(said.split()) > 1 and said in " ".join(question.split())


def _is_ambiguous(answer: str, wanted: str, superseded: Sequence[str], text: str) -> bool:
    """Whether the answer is the last part of the wanted name and of a superseded one, and does not say of which."""
    old = [one for one in map(str.strip, superseded) if same_identifier(answer, one) and one != answer]
    if answer == wanted or _SEPARATOR.search(answer) or not old:
        return False
    own, others = _SEPARATOR.split(wanted)[:-1], {part for one in old for part in _SEPARATOR.split(one)[:-1]}
    words = set(regex.findall(r"\w+", text))
    return not (words & set(own) and words.isdisjoint(others - set(own)))


_NAMING = r"(?:\bis|\bcalled|\bnamed|\buse|\bcall|\banswer:)\s(?:the\s)?(?:function\s|method\s|keyword\s|argument\s)?"
_NAMED = regex.compile(rf"(?i:{_NAMING})['\"]?({_PLAIN})['\"]?(?:\s(?:function|method|keyword|argument))?[.!]?$")


def _named(text: str, wanted: Sequence[str]) -> list[str]:
    """Return the plain word that a short sentence ends with and gives as the name (`It is called isin.`), if wanted."""
    found = _NAMED.search(text.strip()[:200])
    return [found[1]] if found and found[1] in wanted else []


_OR = regex.compile(
    rf"[`*'\"()]{{0,4}},?\s(?:or|/)\s(?:even\s|maybe\s)?[`*'\"]{{0,3}}({_NAME})[`*'\"()]{{0,5}}\s?[.!?]?(?:\n|$)"
)

_OR_BEFORE = regex.compile(r"`([^`\n]{1,60})`,?\s(?:or|/)\s[`*'\"]{0,3}$")


def _alternative(text: str, name: str) -> str | None:
    """Return what else an answer leaves open: `np.isin or np.in1d`, and nothing behind it."""
    start = _place(text, name)
    if found := _OR.match(text, start + len(name)):
        return _normal(found[1])
    before = _OR_BEFORE.search(text[max(0, start - 80) : start])
    return before[1] if before else None


def _said(text: str, name: str, how: Callable[[str, int, int], bool]) -> bool:
    start = _place(text, name)
    return how(text, start, start + len(name))


def _place(text: str, name: str) -> int:
    """Return where a name stands, by itself if it does so anywhere."""
    first = start = max(0, text.find(name))
    for _ in range(_MOST_TRIES):
        end = start + len(name)
        if not (_is_word(text[start - 1 : start]) or _is_word(text[end : end + 1])):
            return start
        start = text.find(name, start + 1)
        if start < 0:
            break
    return first


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
