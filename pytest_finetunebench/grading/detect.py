"""Which language a text is in, for those who ask for it by the word `auto`: nobody's language is guessed silently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE, LANGUAGES
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.text.phrases import Text

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
"""Scripts by a letter of theirs; Japanese, which has Chinese letters too, comes first."""
_LETTERS = {"de": re.compile("[äöüßÄÖÜ]"), "es": re.compile("[ñ¿¡Ñ]"), "fr": re.compile("[çœèêûÇŒ]|[cdjlmnst]['’]")}
"""Letters that of the languages in Latin letters only one has."""
_READ, _FEWEST = 200, 3
_LETTER = re.compile(r"\b[a-zA-Z]\b")
_LATIN = tuple(code for code in LANGUAGES if code not in dict(_SCRIPTS))


def detect_language(text: str) -> str | None:
    """Return the code of the language that a text is in; None where its words do not tell.

    A script tells by itself. Languages in Latin letters are told apart by their small words, and by letters of theirs.
    """
    for code, script in _SCRIPTS:
        if script.search(text):
            return code if code in LANGUAGES else None
    found = {code: _score(text, code) for code in _LATIN}
    best, second = sorted(found, key=lambda code: -found[code])[:2]
    return best if found[best] > found[second] else None


def mostly_in(texts: Iterable[str]) -> tuple[str, int] | None:
    """Return the language that more than half of the texts are in, and how many; None for English or no such one.

    Only the first 200 texts are read: languages in Latin letters take a fraction of a millisecond each.
    """
    # letters of a puzzle (`[l, d, a]`) are small words in French
    found = Counter(detect_language(_LETTER.sub(" ", text)) for text in islice(texts, _READ))
    code, count = max(found.items(), key=lambda one: one[1], default=(None, 0))
    if code is None or code == DEFAULT_LANGUAGE or count < _FEWEST or 2 * count <= found.total():
        return None
    return code, count


def _score(text: str, code: str) -> int:
    language = language_of(code)
    stop = language.words.stop
    said = Text(text, language).folded
    # a single letter may be that of a choice: `D) Radon`
    words = sum(word in stop for word in re.findall(r"[^\W\d_]{2,}", said))
    letters = _LETTERS.get(code)
    return words + (2 if letters is not None and letters.search(text) else 0)
