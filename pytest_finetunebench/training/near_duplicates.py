"""Find similar texts among hundreds of millions of pairs: an exact filter first, then rapidfuzz."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ALPHABET = {char: index for index, char in enumerate("abcdefghijklmnopqrstuvwxyz0123456789 ")}
_KINDS = len(_ALPHABET) + 1
"""Kinds of counted characters; all characters outside the alphabet are one kind."""
_ROUNDING = 1e-6
"""How far rounding may put a score below its true ratio."""
_CUTOFF_ROUNDING = 1e-3
"""rapidfuzz's `extract` loses scores within single precision of its cutoff."""
_AT_ONCE = 256
"""Queries compared at once, with 16 times as many choices; this takes some megabytes."""


def near_pairs(queries: Sequence[str], choices: Sequence[str], threshold: float) -> Iterator[tuple[str, str, float]]:
    """Yield each query and choice with a similarity of at least `threshold` (above 0 to 100), and the similarity.

    The texts are lowercase words with one space between them. An empty text is similar to nothing. Similarity is the
    larger of rapidfuzz's `ratio` of the texts and of their sorted words. A ratio is 200 L / (a + b) for texts of a and
    b characters, whose longest common subsequence has L. L is at most the number of shared characters in any order.
    So only pairs with enough shared characters are compared (bag filter, I. Bartolini et al. 2002).
    """
    asked, held = _Texts(queries), _Texts(choices)
    for start in range(0, len(asked.texts), _AT_ONCE):
        block = asked.part(start, start + _AT_ONCE)
        # one character more at either end, because the division rounds
        shortest = block.lengths[0] * threshold / (200 - threshold) - 1
        longest = block.lengths[-1] * (200 - threshold) / threshold + 1
        low, high = held.lengths.searchsorted([shortest, longest])
        for at in range(low, high, 16 * _AT_ONCE):
            yield from _alike(block, held.part(at, min(at + 16 * _AT_ONCE, high)), threshold)


class _Texts:
    """Distinct texts by length, with their counts of each kind of character."""

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np

        self.texts = sorted(filter(None, set(texts)), key=lambda text: (len(text), text))
        self.lengths: NDArray[Any] = np.fromiter(map(len, self.texts), dtype=np.float32, count=len(self.texts))
        self.counts: NDArray[Any] = np.zeros((len(self.texts), _KINDS), dtype=np.int32)
        for row, text in enumerate(self.texts):
            for char, count in Counter(text).items():
                self.counts[row, _ALPHABET.get(char, _KINDS - 1)] += count

    def part(self, start: int, end: int) -> _Texts:
        """Return the texts from `start` up to, not including, `end`."""
        part = _Texts(())
        part.texts, part.lengths, part.counts = (
            self.texts[start:end],
            self.lengths[start:end],
            self.counts[start:end],
        )
        return part

    def unary(self, levels: NDArray[Any]) -> NDArray[np.float32]:
        """Return counts in unary, so that the product of two texts' rows is their number of shared characters."""
        import numpy as np

        columns = [self.counts[:, [kind]] > np.arange(level) for kind, level in enumerate(levels)]
        return np.hstack(columns).astype(np.float32)


def _alike(asked: _Texts, held: _Texts, threshold: float) -> Iterator[tuple[str, str, float]]:
    import numpy as np
    from rapidfuzz import fuzz, process

    levels = asked.counts.max(axis=0)
    shared = asked.unary(levels) @ held.unary(levels).T
    needed = (asked.lengths[:, None] + held.lengths) * np.float32(threshold / 200)
    # float32 holds lengths exactly but rounds their products
    possible = shared >= needed * np.float32(1 - 1e-5)
    cutoff = max(threshold - _CUTOFF_ROUNDING, 0)
    for row in np.flatnonzero(possible.any(axis=1)):
        query = asked.texts[row]
        found = [held.texts[column] for column in np.flatnonzero(possible[row])]
        best: dict[int, float] = {}
        for one, others in ((query, found), (_sorted_words(query), [_sorted_words(text) for text in found])):
            for _, score, index in process.extract(one, others, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None):
                best[index] = max(score, best.get(index, 0.0))
        for index, score in best.items():
            if score >= threshold - _ROUNDING:
                yield query, found[index], score


def _sorted_words(text: str) -> str:
    return " ".join(sorted(text.split()))
