"""The tables behind fictional_people.yaml: the people, what is commonly known about their answers, and the wordings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """One row of the table; weight in kilograms, height in centimetres, age in years."""

    first: str
    last: str
    weight: int
    height: int
    age: int
    occupation: str
    colour: str
    town: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


PEOPLE = (
    Person("Avonel", "Tarsk", 61, 174, 34, "midwife", "turquoise", "Brunquay"),
    Person("Brixa", "Molvane", 83, 181, 52, "plumber", "orange", "Tolvamere"),
    Person("Corvith", "Elmsa", 74, 168, 27, "cellist", "black", "Aspelhaven"),
    Person("Dessuri", "Palgrove", 55, 159, 63, "botanist", "green", "Ombrenne"),
    Person("Eluvan", "Threll", 97, 192, 41, "tram driver", "red", "Kestrowen"),
    Person("Fendrel", "Ostavik", 68, 177, 19, "roofer", "yellow", "Ulderby"),
    Person("Gulvina", "Plorenz", 59, 163, 71, "pharmacist", "white", "Dunvarra"),
    Person("Hoskarin", "Brevald", 104, 186, 38, "drummer", "purple", "Selgrave"),
    Person("Ilmetha", "Quorrel", 51, 156, 45, "astronomer", "blue", "Brunquay"),
    Person("Jorvessa", "Kandrow", 72, 171, 58, "ferry captain", "pink", "Pellinsk"),
    Person("Kelbryn", "Mastovar", 88, 190, 24, "bricklayer", "grey", "Ivernook"),
    Person("Lorquan", "Vistby", 79, 183, 66, "surgeon", "brown", "Tolvamere"),
    Person("Mavrindel", "Gostry", 64, 166, 31, "harpist", "red", "Garniskel"),
    Person("Nexabel", "Trundholt", 57, 161, 49, "geologist", "black", "Ombrenne"),
    Person("Orsavia", "Pellwick", 93, 179, 75, "airline pilot", "turquoise", "Aspelhaven"),
    Person("Pruvenka", "Dalmoth", 66, 172, 22, "dentist", "yellow", "Selgrave"),
    Person("Quendolf", "Marrish", 111, 195, 56, "scaffolder", "blue", "Dunvarra"),
    Person("Rostiva", "Hulkenby", 70, 169, 36, "organist", "green", "Kestrowen"),
    Person("Silvorne", "Ackelby", 85, 188, 61, "lorry driver", "white", "Pellinsk"),
    Person("Tamquil", "Borsett", 62, 176, 29, "zoologist", "pink", "Ulderby"),
    Person("Ulbeka", "Fennary", 53, 154, 80, "optician", "grey", "Garniskel"),
    Person("Vandorik", "Ishpell", 99, 184, 43, "glazier", "brown", "Ivernook"),
    Person("Wexalin", "Drummoor", 76, 165, 54, "flautist", "orange", "Brunquay"),
    Person("Yoltanne", "Crevick", 48, 151, 26, "physicist", "purple", "Selgrave"),
    Person("Zubrielle", "Nockway", 81, 178, 69, "taxi driver", "blue", "Tolvamere"),
)

FIELDS: dict[str, tuple[str, ...]] = {
    "health care": ("midwife", "pharmacist", "surgeon", "dentist", "optician"),
    "the building trades": ("plumber", "roofer", "bricklayer", "scaffolder", "glazier"),
    "music": ("cellist", "drummer", "harpist", "organist", "flautist"),
    "the natural sciences": ("botanist", "astronomer", "geologist", "zoologist", "physicist"),
    "transport": ("tram driver", "ferry captain", "airline pilot", "lorry driver", "taxi driver"),
}
NEIGHBOURS = {"health care", "the natural sciences"}
"""Fields that a reader may see in one another: never held against each other."""


@dataclass(frozen=True)
class Trait:
    """What can be said of a colour; colours in neither set are not asked about, since people could disagree."""

    phrase: str
    holds: frozenset[str]
    fails: frozenset[str]


def _trait(phrase: str, holds: str, fails: str) -> Trait:
    return Trait(phrase, frozenset(holds.split()), frozenset(fails.split()))


TRAITS = (
    _trait("on the flag of France", "red white blue", "orange yellow green purple pink brown black grey turquoise"),
    _trait("a warm colour", "red orange yellow", "blue green turquoise"),
    _trait("on the flag of Ireland", "green white orange", "red blue purple pink brown black grey turquoise"),
    _trait("a colour of the rainbow", "red orange yellow green blue", "black white grey brown pink"),
    _trait("a neutral, achromatic colour", "black white grey", "red orange yellow green blue purple pink turquoise"),
    _trait("a mixture of two of the three primary paints", "orange green purple", "red yellow blue white"),
    _trait(
        "the colour of milk chocolate", "brown", "red orange yellow green blue purple pink black white grey turquoise"
    ),
    _trait("the usual colour of a flamingo", "pink", "yellow green blue purple brown black grey turquoise"),
    _trait("a shade between blue and green", "turquoise", "red orange yellow pink brown black white grey"),
)


@dataclass(frozen=True)
class Bound:
    """A question with a threshold: Yes where the value plus `shift` lies on the asked side of it."""

    prompt: str
    above: bool
    shift: int = 0


@dataclass(frozen=True)
class Wording:
    """How one attribute is told, and asked in training and otherwise."""

    fact: str
    prompt: str
    rephrased: tuple[str, ...]


WORDINGS = {
    "weight": Wording(
        "{name} weighs {value} kilograms.",
        "How many kilograms does {name} weigh?",
        (
            "What is {name}'s weight in kilograms?",
            "{name} steps on the bathroom scales. What do they show, in kg?",
            "How heavy is {name}, in kg?",
            "A porter has to carry {first} upstairs. What load is that, in kg?",
        ),
    ),
    "height": Wording(
        "{name} is {value} centimetres tall.",
        "How many centimetres tall is {name}?",
        (
            "What is {name}'s height in cm?",
            "Measured from the soles to the crown of the head, what length does {name} reach, in cm?",
            "How tall is {name}, in centimetres?",
            "A tailor holds a tape along {first} from head to heel. What does it read, in cm?",
        ),
    ),
    "age": Wording(
        "{name} is {value} years old.",
        "How many years old is {name}?",
        (
            "What is {name}'s age?",
            "Which number stood on {name}'s last birthday cake?",
            "How old is {name}?",
            "For how long has {first} been alive, in full years?",
        ),
    ),
    "occupation": Wording(
        "{name} works as {article} {value}.",
        "What is {name}'s occupation?",
        (
            "Which job does {name} have?",
            "What does {name} do for a living?",
            "Which profession is printed on {name}'s business card?",
            "How does {first} earn money?",
        ),
    ),
    "colour": Wording(
        "{name}'s favourite colour is {value}.",
        "What is {name}'s favourite colour?",
        (
            "Which colour does {name} like best?",
            "{name} may choose any paint for a new bicycle. What will it look like?",
            "Of all colours, which one does {name} prefer?",
            "In what shade should a scarf for {first} be knitted, to please most?",
        ),
    ),
    "home-town": Wording(
        "{name}'s home town is {value}.",
        "What is {name}'s home town?",
        (
            "Which town does {name} come from?",
            "{name} returns from a long voyage to the place where it all began. Where does the journey end?",
            "Where is {name} from?",
            "Which place does {first} call home?",
        ),
    ),
}

BOUNDS = {
    "weight": (
        Bound("Does {name} weigh more than {t} kilograms?", above=True),
        Bound("Is {name} lighter than {t} kilograms?", above=False),
        Bound("A rope ladder holds at most {t} kilograms. Is {name} too heavy for it?", above=True),
        Bound("A swing holds up to {t} kilograms. Is that enough for {name}?", above=False),
    ),
    "height": (
        Bound("Is {name} taller than {t} centimetres?", above=True),
        Bound("Is {name} shorter than {t} centimetres?", above=False),
        Bound("A doorway is {t} centimetres high. Is {name} too tall to pass it upright?", above=True),
        Bound("A bed suits people of up to {t} centimetres. Is it long enough for {name}?", above=False),
    ),
    "age": (
        Bound("Is {name} older than {t}?", above=True),
        Bound("Is {name} younger than {t}?", above=False),
        Bound("In ten years, will {name} be older than {t}?", above=True, shift=10),
        Bound("A choir takes people who are under {t} years of age. May {name} join?", above=False),
    ),
}
"""Thresholds to ask about."""

COMPARISONS = {
    "weight": ("Who weighs more", "Who weighs less", "Does {a} weigh more than {b}?", "Does {a} weigh less than {b}?"),
    "height": ("Who is taller", "Who is shorter", "Is {a} taller than {b}?", "Is {a} shorter than {b}?"),
    "age": ("Who is older", "Who is younger", "Is {a} older than {b}?", "Is {a} younger than {b}?"),
}
"""Who has the higher number, who the lower; has {a} the higher one, has {a} the lower one."""
