"""The words of rewordings by rule: frames around a question in several languages, English forms and synonyms."""

from __future__ import annotations

FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        "Could you help me with something? {question}",
        "A friend asked me this, and I was not sure. {question}",
        "Please answer as briefly as you can. {question}",
        "Here is one for a quiz tonight: {question}",
        "I have to fill in a form, and one line asks: {question}",
        "Sorry to bother you, but I need to know one thing. {question}",
    ),
    "de": (
        "Kannst du mir kurz helfen? {question}",
        "Ein Freund hat mich das gefragt, und ich war mir nicht sicher. {question}",
        "Bitte antworte so knapp wie möglich. {question}",
        "Für ein Quiz heute Abend: {question}",
    ),
    "es": (
        "¿Puedes ayudarme con algo? {question}",
        "Un amigo me preguntó esto y no estaba seguro. {question}",
        "Responde lo más brevemente posible, por favor. {question}",
        "Una pregunta para el concurso de esta noche: {question}",
    ),
    "fr": (
        "Peux-tu m'aider un instant ? {question}",
        "Un ami m'a posé cette question, et je n'étais pas sûr. {question}",
        "Réponds aussi brièvement que possible, s'il te plaît. {question}",
        "Une question pour le quiz de ce soir : {question}",
    ),
    "zh": (
        "请帮我一个忙。{question}",
        "有个朋友问了我这个问题,我不太确定。{question}",
        "请尽量简短地回答。{question}",
        "今晚的知识竞赛有这样一道题:{question}",
    ),
}
"""What stands around a question, which stays as it is. A language without an entry has no rules."""

TELL = ("Tell me {clause}.", "I would like to know {clause}.", "Do you happen to know {clause}?")
"""What an English question becomes part of."""
STATE = ("State {thing}.", "I am looking for {thing}.", "Give me {thing}.")
"""What the thing that an English question asks for becomes part of."""

_WORD = r"[A-Z][\w-]*+(?:['’](?!s\b)[\w-]++)*+"
NAME = rf"(?>(?P<name>{_WORD}(?: {_WORD})*+))"
"""A whole run of capitalised words, without a possessive at its end."""
OF = "(?:'s|’s)"
FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"How many (?P<x>\w+) does {NAME} weigh", ("What is {name}'s weight in {x}?", "How heavy is {name} in {x}?")),
    (rf"What is {NAME}{OF} weight in (?P<x>\w+)", ("How many {x} does {name} weigh?", "How heavy is {name} in {x}?")),
    (rf"How many (?P<x>\w+) tall is {NAME}", ("What is {name}'s height in {x}?",)),
    (rf"What is {NAME}{OF} height in (?P<x>\w+)", ("How many {x} tall is {name}?",)),
    (rf"How (?:many years )?old is {NAME}", ("What is {name}'s age in years?",)),
    (rf"What is {NAME}{OF} age", ("How old is {name}?", "How many years old is {name}?")),
    (rf"Where was {NAME} born", ("What is {name}'s place of birth?", "Which place does {name} come from by birth?")),
    (rf"When was {NAME} born", ("What is {name}'s date of birth?", "On which day did {name} come into the world?")),
    (rf"Where does {NAME} live", ("What is {name}'s place of residence?", "Which place does {name} call home?")),
    (
        rf"What is {NAME}{OF} (?:job|occupation|profession)",
        ("What does {name} do for a living?", "How does {name} earn a living?"),
    ),
    (
        rf"What does {NAME} do for a living",
        ("What is {name}'s occupation?", "How does {name} earn a living?"),
    ),
    (
        rf"What is {NAME}{OF} favou?rite (?P<x>[\w ]+)",
        ("Which {x} does {name} like best?", "What {x} does {name} prefer to all others?"),
    ),
    (r"Who wrote (?P<x>.+)", ("Who is the author of {x}?", "By whom was {x} written?")),
    (r"Who founded (?P<x>.+)", ("Who is the founder of {x}?", "By whom was {x} founded?")),
    (r"Who invented (?P<x>.+)", ("Who is the inventor of {x}?", "By whom was {x} invented?")),
    (r"What is the capital of (?P<x>.+)", ("Which city is the capital of {x}?", "{x} has which city as its capital?")),
)
"""English questions that ask the same: a pattern, and what it may become."""

NO_VERB = frozenset(("also", "always", "currently", "ever", "never", "not", "now", "often", "once", "still", "usually"))
"""English words that may stand between a subject and its verb."""

SYNONYMS: dict[str, str] = {
    "currently": "at present",
    "now": "at the moment",
    "largest": "biggest",
    "biggest": "largest",
    "film": "movie",
    "movie": "film",
    "physician": "doctor",
    "company": "firm",
    "firm": "company",
    "begin": "start",
    "start": "begin",
    "approximately": "about",
    "annual": "yearly",
    "yearly": "annual",
    "released": "published",
    "purchase": "buy",
    "buy": "purchase",
    "residence": "home",
    "automobile": "car",
    "permitted": "allowed",
    "allowed": "permitted",
}
"""English words that may stand for each other in a question, in lower case only: names stay."""

AFTER_NOUN = frozenset(
    ("about", "after", "as", "at", "by", "for", "from", "in", "into", "like", "near", "of", "on", "to", "under", "with")
)
"""English words that end a question which asks for no plain thing: `What is the house made of?`"""
