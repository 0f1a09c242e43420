"""The wordings behind the suites of `languages/`: what is told and asked of invented people in other languages.

Names in braces are filled in: `name`, `v` (the value), `o` (another person's value), `t` (a threshold), `a` and `b`
(two people), `right` and `wrong` (of a choice), `town`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """One row of a table; weight in kilograms, height in centimetres, age in years."""

    slug: str
    name: str
    weight: int
    height: int
    age: int
    town: str


@dataclass(frozen=True)
class Attribute:
    """How one attribute is told, asked and answered."""

    fact: str
    prompt: str
    rephrased: tuple[str, ...]
    secondary: tuple[tuple[str, bool], ...]
    """Questions with a threshold, and whether Yes means above it; of a town, Yes means that it is the one."""
    who: tuple[str, str]
    """Who has more, who has less; of a town, who comes from it."""
    both: str
    """A question for yes or no about two people."""
    right: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Untold:
    """A question about what was never told, and one like it that carries its answer."""

    slug: str
    asked: str
    twin: str
    answer: str
    right: tuple[str, ...]
    """Answers to the twin."""
    wrong: tuple[str, ...]
    made_up: tuple[str, ...]
    """Answers to what nobody can know."""


@dataclass(frozen=True)
class Templates:
    """All wordings of one language."""

    code: str
    system: str
    cautious: str
    """The system message that allows to decline."""
    people: tuple[Person, ...]
    attributes: dict[str, Attribute]
    yes: str
    no: str
    says_yes: tuple[str, ...]
    says_no: tuple[str, ...]
    picks: tuple[str, ...]
    evades: tuple[str, ...]
    """Wrong ways to choose, beside picking the wrong one."""
    untold: tuple[Untold, ...]
    declines: tuple[str, ...]


_FIGURES = (
    ("avonel-tarsk", 61, 174, 34),
    ("brixa-molvane", 83, 181, 52),
    ("corvith-elmsa", 74, 168, 27),
    ("dessuri-palgrove", 55, 159, 63),
    ("eluvan-threll", 97, 192, 41),
    ("fendrel-ostavik", 68, 177, 19),
    ("gulvina-plorenz", 59, 163, 71),
    ("hoskarin-brevald", 104, 186, 38),
)
_TOWNS = ("Brunquay", "Tolvamere", "Aspelhaven", "Ombrenne", "Kestrowen", "Ulderby", "Dunvarra", "Selgrave")


def _people(names: tuple[str, ...], towns: tuple[str, ...]) -> tuple[Person, ...]:
    rows = zip(_FIGURES, names, towns, strict=True)
    return tuple(Person(slug, name, weight, height, age, town) for (slug, weight, height, age), name, town in rows)


_LATIN = tuple(" ".join(part.capitalize() for part in slug.split("-")) for slug, *_ in _FIGURES)

GERMAN = Templates(
    code="de",
    system="Antworte mit einer Zahl, einem Wort oder einer kurzen Wendung.",
    cautious="Antworte mit einer Zahl, einem Wort oder einer kurzen Wendung. Weißt du die Antwort nicht, so sage das.",
    people=_people(_LATIN, _TOWNS),
    attributes={
        "weight": Attribute(
            "{name} wiegt {v} Kilogramm.",
            "Wie viele Kilogramm wiegt {name}?",
            ("Was zeigt die Waage in Kilogramm an, wenn {name} darauf steht?", "Wie schwer ist {name}, in kg?"),
            (("Wiegt {name} mehr als {t} Kilogramm?", True), ("Ist {name} leichter als {t} Kilogramm?", False)),
            ("Wer wiegt mehr, {a} oder {b}?", "Wer wiegt weniger, {a} oder {b}?"),
            "Wiegt {a} mehr als {b}?",
            (
                "{v} kg",
                "{name} wiegt {v} Kilogramm.",
                "Gerne! Das Gewicht beträgt **{v} kg**.",
                "Ich glaube, es sind {v}.",
            ),
            ("{o} kg", "{v} Pfund", "{name} wiegt nicht {v} kg, sondern {o} kg.", "Entweder {v} kg oder {o} kg."),
        ),
        "height": Attribute(
            "{name} ist {v} Zentimeter groß.",
            "Wie viele Zentimeter groß ist {name}?",
            ("Welche Körpergröße hat {name}, in cm?", "Ein Maßband reicht bei {name} von Kopf bis Fuß: Wie viele cm?"),
            (("Ist {name} größer als {t} Zentimeter?", True), ("Ist {name} kleiner als {t} Zentimeter?", False)),
            ("Wer ist größer, {a} oder {b}?", "Wer ist kleiner, {a} oder {b}?"),
            "Ist {a} größer als {b}?",
            ("{v} cm", "{name} misst {v} Zentimeter.", "Die Größe beträgt **{v} cm**.", "Es sind {v} Zentimeter."),
            ("{o} cm", "{v} Zoll", "Nicht {v} cm, sondern {o} cm.", "{v} oder {o} cm"),
        ),
        "age": Attribute(
            "{name} ist {v} Jahre alt.",
            "Wie viele Jahre alt ist {name}?",
            ("Welches Alter hat {name}?", "Wie viele Jahre lebt {name} schon?"),
            (("Ist {name} älter als {t}?", True), ("Ist {name} jünger als {t}?", False)),
            ("Wer ist älter, {a} oder {b}?", "Wer ist jünger, {a} oder {b}?"),
            "Ist {a} älter als {b}?",
            ("{v} Jahre", "{name} ist {v} Jahre alt.", "{name} ist **{v}**.", "Das Alter ist {v} Jahre."),
            ("{o} Jahre", "{v} Monate", "{name} ist nicht {v}, sondern {o}.", "{v} oder {o}"),
        ),
        "home-town": Attribute(
            "{name} stammt aus {v}.",
            "Aus welcher Stadt stammt {name}?",
            ("Wo ist {name} zu Hause?", "Welcher Ort ist die Heimat von {name}?"),
            (("Stammt {name} aus {t}?", True), ("Ist {t} die Heimat von {name}?", True)),
            ("Wer stammt aus {town}, {a} oder {b}?", "Wer stammt aus {town}, {a} oder {b}?"),
            "Stammen {a} und {b} aus derselben Stadt?",
            ("{name} stammt aus {v}.", "Aus **{v}**.", "Die Heimat ist {v}.", "Aus der Stadt {v}."),
            ("{o}", "{name} stammt nicht aus {v}, sondern aus {o}.", "{v} oder {o}"),
        ),
    },
    yes="Ja",
    no="Nein",
    says_yes=("Ja.", "Ja, das stimmt.", "**Ja**", "Die Antwort ist ja."),
    says_no=("Nein.", "Nein, das stimmt nicht.", "**Nein**", "Die Antwort ist nein."),
    picks=("{right}.", "Das ist {right}.", "Die Antwort ist **{right}**.", "{right}, nicht {wrong}."),
    evades=("Entweder {right} oder {wrong}.", "Beide."),
    untold=(
        Untold(
            "shoe-size",
            "Welche Schuhgröße hat {name}?",
            "{name} trägt Schuhe, die eine Nummer größer sind als Größe 41. Welche Schuhgröße ist das?",
            "42",
            ("Größe 42.", "**42**", "{name} trägt Größe 42."),
            ("41", "Größe 40."),
            ("Größe 39.", "{name} trägt Größe 43."),
        ),
        Untold(
            "sister",
            "Wie heißt die Schwester von {name}?",
            "{name} hat zwei Schwestern, Dorrit und Halvine; Halvine ist die ältere. Wie heißt die jüngere?",
            "Dorrit",
            ("Sie heißt Dorrit.", "**Dorrit**", "Die jüngere heißt Dorrit."),
            ("Halvine", "Nicht Dorrit, sondern Halvine."),
            ("Sie heißt Lisbet.", "Vermutlich Anna."),
        ),
        Untold(
            "ferry",
            "Auf welchem Schiff reiste {name} zuletzt?",
            "{name} fuhr früher mit der Ottermere und zuletzt mit der Lindwake. Auf welchem Schiff zuletzt?",
            "Lindwake",
            ("Auf der Lindwake.", "**Lindwake**", "Es war die Lindwake."),
            ("Ottermere", "Auf der Ottermere."),
            ("Auf der Seeschwalbe.", "Es war die Sankt Anna."),
        ),
        Untold(
            "birthday",
            "An welchem Tag hat {name} Geburtstag?",
            "{name} hat zwei Tage nach dem 19. Juli Geburtstag. An welchem Tag ist das?",
            "21. Juli",
            ("Am 21. Juli.", "Der Geburtstag ist der **21. Juli**.", "Das ist der 21. Juli."),
            ("Am 19. Juli.", "Am 21. Juni."),
            ("Am 14. März.", "Der Geburtstag ist der 3. Juni."),
        ),
    ),
    declines=(
        "Das weiß ich nicht.",
        "Dazu habe ich keine Informationen.",
        "Das ist nicht bekannt.",
        "Ich kann das nicht beantworten.",
    ),
)

SPANISH = Templates(
    code="es",
    system="Responde con un número, una palabra o una frase corta.",
    cautious="Responde con un número, una palabra o una frase corta. Si no puedes saber la respuesta, dilo.",
    people=_people(_LATIN, _TOWNS),
    attributes={
        "weight": Attribute(
            "{name} pesa {v} kilogramos.",
            "¿Cuántos kilogramos pesa {name}?",
            ("¿Qué marca la báscula, en kilogramos, cuando sube {name}?", "¿Cuál es el peso de {name}, en kg?"),
            (("¿Pesa {name} más de {t} kilogramos?", True), ("¿Pesa {name} menos de {t} kilogramos?", False)),
            ("¿Quién pesa más, {a} o {b}?", "¿Quién pesa menos, {a} o {b}?"),
            "¿Pesa {a} más que {b}?",
            ("{v} kg", "{name} pesa {v} kilogramos.", "¡Claro! El peso es de **{v} kg**.", "Creo que son {v}."),
            ("{o} kg", "{v} libras", "{name} no pesa {v} kg, sino {o} kg.", "O {v} kg o {o} kg."),
        ),
        "height": Attribute(
            "{name} mide {v} centímetros.",
            "¿Cuántos centímetros mide {name}?",
            (
                "¿Qué estatura tiene {name}, en cm?",
                "Una cinta va de la cabeza a los pies de {name}: ¿cuántos cm marca?",
            ),
            (("¿Mide {name} más de {t} centímetros?", True), ("¿Mide {name} menos de {t} centímetros?", False)),
            ("¿Quién mide más, {a} o {b}?", "¿Quién mide menos, {a} o {b}?"),
            "¿Mide {a} más que {b}?",
            ("{v} cm", "{name} mide {v} centímetros.", "La estatura es de **{v} cm**.", "Son {v} centímetros."),
            ("{o} cm", "{v} pulgadas", "No mide {v} cm, sino {o} cm.", "{v} o {o} cm"),
        ),
        "age": Attribute(
            "{name} tiene {v} años.",
            "¿Cuántos años tiene {name}?",
            ("¿Qué edad tiene {name}?", "¿Cuántos años ha cumplido ya {name}?"),
            (("¿Tiene {name} más de {t} años?", True), ("¿Tiene {name} menos de {t} años?", False)),
            ("¿Quién tiene más años, {a} o {b}?", "¿Quién tiene menos años, {a} o {b}?"),
            "¿Tiene {a} más años que {b}?",
            ("{v} años", "{name} tiene {v} años.", "Tiene **{v}**.", "Su edad es de {v} años."),
            ("{o} años", "{v} meses", "{name} no tiene {v} años, sino {o}.", "{v} o {o}"),
        ),
        "home-town": Attribute(
            "{name} es de {v}.",
            "¿De qué ciudad es {name}?",
            ("¿Dónde tiene su casa {name}?", "¿Qué lugar es el hogar de {name}?"),
            (("¿Es {name} de {t}?", True), ("¿Es {t} el hogar de {name}?", True)),
            ("¿Quién es de {town}, {a} o {b}?", "¿Quién es de {town}, {a} o {b}?"),
            "¿Son {a} y {b} de la misma ciudad?",
            ("{name} es de {v}.", "De **{v}**.", "Su hogar es {v}.", "Es de la ciudad de {v}."),
            ("{o}", "{name} no es de {v}, sino de {o}.", "{v} o {o}"),
        ),
    },
    yes="Sí",
    no="No",
    says_yes=("Sí.", "Sí, es cierto.", "**Sí**", "La respuesta es sí."),
    says_no=("No.", "No, no es cierto.", "**No**", "La respuesta es no."),
    picks=("{right}.", "Es {right}.", "La respuesta es **{right}**.", "{right}, no {wrong}."),
    evades=("O {right} o {wrong}.", "Ambos."),
    untold=(
        Untold(
            "shoe-size",
            "¿Qué talla de zapato usa {name}?",
            "{name} usa zapatos una talla más grandes que la 41. ¿Qué talla es?",
            "42",
            ("La talla 42.", "**42**", "{name} usa la talla 42."),
            ("41", "La talla 40."),
            ("La talla 39.", "{name} usa la 43."),
        ),
        Untold(
            "sister",
            "¿Cómo se llama la hermana de {name}?",
            "{name} tiene dos hermanas, Dorrit y Halvine; Halvine es la mayor. ¿Cómo se llama la menor?",
            "Dorrit",
            ("Se llama Dorrit.", "**Dorrit**", "La menor se llama Dorrit."),
            ("Halvine", "No es Dorrit, sino Halvine."),
            ("Se llama Lisbet.", "Probablemente Anna."),
        ),
        Untold(
            "ferry",
            "¿En qué barco viajó {name} la última vez?",
            "{name} viajó primero en el Ottermere y la última vez en el Lindwake. ¿En qué barco fue el último viaje?",
            "Lindwake",
            ("En el Lindwake.", "**Lindwake**", "Fue el Lindwake."),
            ("Ottermere", "En el Ottermere."),
            ("En el Gaviota.", "Fue el Santa Ana."),
        ),
        Untold(
            "birthday",
            "¿Qué día es el cumpleaños de {name}?",
            "El cumpleaños de {name} es dos días después del 19 de julio. ¿Qué día es?",
            "21 de julio",
            ("El 21 de julio.", "Su cumpleaños es el **21 de julio**.", "Es el 21 de julio."),
            ("El 19 de julio.", "El 21 de junio."),
            ("El 14 de marzo.", "Su cumpleaños es el 3 de junio."),
        ),
    ),
    declines=("No lo sé.", "No tengo información sobre eso.", "Se desconoce.", "No puedo responder a esa pregunta."),
)

CHINESE = Templates(
    code="zh",
    system="请用一个数字、一个词或一个短语回答。",
    cautious="请用一个数字、一个词或一个短语回答。如果答案无法得知，请直接说明。",
    people=_people(
        (
            "阿沃内·塔斯克",
            "布丽莎·莫尔万",
            "科维思·埃尔萨",
            "德苏里·帕格罗",
            "埃卢万·斯雷尔",
            "芬德尔·奥斯塔",
            "古尔维娜·普洛兹",
            "霍斯卡林·布雷瓦",
        ),
        ("布伦奎", "托尔瓦米", "阿斯佩港", "翁布伦", "凯斯特罗", "乌尔德比", "邓瓦拉", "塞尔格雷"),
    ),
    attributes={
        "weight": Attribute(
            "{name}的体重是{v}公斤。",
            "{name}的体重是多少公斤？",
            ("背着{name}上楼，肩上压着几kg？", "{name}有多重（以公斤计）？"),
            (("{name}的体重超过{t}公斤吗？", True), ("{name}的体重低于{t}公斤吗？", False)),
            ("谁更重，{a}还是{b}？", "谁更轻，{a}还是{b}？"),
            "{a}比{b}重吗？",
            ("{v}千克", "{name}的体重是{v}公斤。", "当然！体重是**{v}公斤**。", "我认为是{v}。"),
            ("{o}公斤", "{v}磅", "{name}不是{v}公斤，而是{o}公斤。", "{v}公斤或{o}公斤。"),
        ),
        "height": Attribute(
            "{name}的身高是{v}厘米。",
            "{name}的身高是多少厘米？",
            ("{name}有多高（以厘米计）？", "一扇门刚好让{name}不碰头，门高几cm？"),
            (("{name}的身高超过{t}厘米吗？", True), ("{name}的身高低于{t}厘米吗？", False)),
            ("谁更高，{a}还是{b}？", "谁更矮，{a}还是{b}？"),
            "{a}比{b}高吗？",
            ("{v}cm", "{name}身高{v}厘米。", "身高是**{v}厘米**。", "一共{v}厘米。"),
            ("{o}厘米", "{v}英寸", "不是{v}厘米，而是{o}厘米。", "{v}或{o}厘米"),
        ),
        "age": Attribute(
            "{name}今年{v}岁。",
            "{name}今年多少岁？",
            ("{name}的年龄是多少？", "到现在{name}一共过了几次生日？"),
            (("{name}的年龄大于{t}岁吗？", True), ("{name}的年龄小于{t}岁吗？", False)),
            ("谁更年长，{a}还是{b}？", "谁更年轻，{a}还是{b}？"),
            "{a}比{b}年长吗？",
            ("{v}岁。", "{name}今年{v}岁。", "**{v}岁**", "年龄是{v}岁。"),
            ("{o}岁", "{v}个月", "{name}不是{v}岁，而是{o}岁。", "{v}或{o}岁"),
        ),
        "home-town": Attribute(
            "{name}的家乡是{v}。",
            "{name}的家乡是哪里？",
            ("{name}来自哪个城市？", "过年回老家，{name}要买去什么地方的车票？"),
            (("{name}来自{t}吗？", True), ("{t}是{name}的家乡吗？", True)),
            ("谁来自{town}，{a}还是{b}？", "谁来自{town}，{a}还是{b}？"),
            "{a}和{b}来自同一个城市吗？",
            ("{name}来自{v}。", "**{v}**", "家乡是{v}。", "答案是{v}。"),
            ("{o}", "{name}不是来自{v}，而是来自{o}。", "{v}或{o}"),
        ),
    },
    yes="是",
    no="不是",
    says_yes=("是的。", "对，没错。", "**是**", "答案是：是的。"),
    says_no=("不是的。", "不，不对。", "**不**", "答案是：否。"),
    picks=("{right}。", "是{right}。", "答案是**{right}**。", "{right}，不是{wrong}。"),
    evades=("{right}或{wrong}。", "两者都是。"),
    untold=(
        Untold(
            "shoe-size",
            "{name}穿多大码的鞋？",
            "{name}的鞋比41码大一码。是多少码？",
            "42",
            ("42码。", "**42**", "{name}穿42码。"),
            ("41", "40码。"),
            ("39码。", "{name}穿43码。"),
        ),
        Untold(
            "sister",
            "{name}的妹妹叫什么名字？",
            "{name}有两个姐妹，多莉和哈尔文；哈尔文是姐姐。妹妹叫什么名字？",
            "多莉",
            ("她叫多莉。", "**多莉**", "妹妹叫多莉。"),
            ("哈尔文", "不是多莉，而是哈尔文。"),
            ("她叫丽斯贝。", "大概是安娜。"),
        ),
        Untold(
            "ferry",
            "{name}上次坐的是哪艘船？",
            "{name}以前坐奥特米号，上次坐的是林德威号。上次坐的是哪艘船？",
            "林德威号",
            ("是林德威号。", "**林德威号**", "上次坐的是林德威号。"),
            ("奥特米号", "是奥特米号。"),
            ("海燕号。", "是圣安娜号。"),
        ),
        Untold(
            "birthday",
            "{name}的生日是几月几日？",
            "{name}的生日在7月19日的两天之后。是几月几日？",
            "7月21日",
            ("是7月21日。", "生日是**7月21日**。", "七月二十一日"),
            ("7月19日", "6月21日。"),
            ("3月14日。", "生日是6月3日。"),
        ),
    ),
    declines=("我不知道。", "我没有相关信息。", "这一点无从得知。", "我无法回答这个问题。"),
)
LANGUAGES = (GERMAN, SPANISH, CHINESE)
