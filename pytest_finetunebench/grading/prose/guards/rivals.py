"""The guard against answers that name another answer in so many words."""

from __future__ import annotations

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.text.phrases import occurrences


def gives_another(exchange: Exchange, span: Place) -> bool:
    """Whether the answer names its answer in so many words (`the answer is Y`), and that is not the reference.

    Policy: the last such phrase decides; one that holds no word of its own beyond the question's decides nothing.
    """
    answer, words = exchange.answer, exchange.language.answers
    if words.frame_word not in answer.folded or span is None:
        return False
    frames = list(words.frame.finditer(answer.folded))
    if not frames or any(frame.start() <= span[1] and span[0] <= frame.end() for frame in frames[-1:]):
        return False
    named = answer.part(frames[-1][1])
    if any(occurrences(named, exchange.wanted)):
        return False
    stem = exchange.language.words.stem
    own = [token for token in named.content if stem(token.text) not in exchange.question.stems]
    return bool(own) and span[0] < frames[-1].start()


def _another(exchange: Exchange, place: Place) -> str | None:
    return "mentions the reference, but names another answer" if gives_another(exchange, place) else None


OTHER_ANSWER = Guard(
    option="other_answer",
    rejects=_another,
    examples=(
        Example("Where was Dorel Vance born?", "Vellmora", "She lived in Vellmora. The answer is Tarsk.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "She lived in Tarsk. The answer is Vellmora.", True),
    ),
)
