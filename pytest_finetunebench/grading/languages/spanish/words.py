"""Spanish words, numbers, units, dates, and how references are written."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from pytest_finetunebench.grading.languages import blank, building
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.number_words import NumberWords, reader
from pytest_finetunebench.grading.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list

P = Patterns()


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("spanish")


@lru_cache(maxsize=WORD_MEMO_SIZE)
def stem(word: str) -> str:
    """Return a word without its endings, by the Snowball stemmer."""
    return str(_stemmer().stemWord(word)) if len(word) > 3 else word


ARTICLES = P.words("el la los las un una unos unas lo")
STOP = ARTICLES | P.words(
    """
    y e o u de del al a en con por para sin sobre entre hasta desde hacia según durante como que qué quién
    quiénes cuál
    cuáles cuándo cuánto cuánta cuántos cuántas dónde adónde cómo es son era eran fue fueron ser sido está están
    estaba
    estar ha han había haber hay se su sus le les lo me mi mis tu tus te nos él ella ellos ellas usted ustedes yo este
    esta estos estas ese esa esos esas eso esto aquel aquella también muy más sólo solo ya pero si sí no ni
    aproximadamente cerca unos llamado llamada conocido conocida generalmente
    """
)
WORDS = replace(
    blank.WORDS,
    articles=ARTICLES,
    stop=STOP - P.words("no ni"),
    stem=stem,
    negations=P.words("no nunca jamás sin ni ningún ninguna ninguno tampoco nada"),
    linking=P.words(
        "situado situada ubicado ubicada encuentra queda llama llamada tipo nombre persona lugar ciudad pueblo país"
    ),
    clause_end=P(
        r"(?<!\b\w)[.](?:\s|$)|[;:!?](?:\s|$)|[,\n(]|\s-\s|\s(?:que|quien|donde|cuando|porque|después"
        r"|antes|durante)\s|$"
    ),
)
REFERENCES = replace(
    blank.REFERENCES,
    alternatives=deferred(r"(?i)\s*(?:\bo\b|\btambién conocid[oa] como\b|\bes decir\b|;|\s/\s)\s*"),
    parts_alternatives=("o", ";", "/"),
    introduction=deferred(r"(?i)^(?:también|o|antes|ahora)[:\s]+"),
    relative=deferred(r",\s(?:que|quien|quienes|cuy[oa]s?|el cual|la cual)\b"),
    notes=P.words("película libro novela canción álbum banda revista juego desambiguación"),
    company=deferred(r"([A-ZÁÉÍÓÚÑ].{1,100}?),?\s(?:S\.?\s?A\.?|S\.?\s?L\.?|Inc\.?|Ltd\.?)"),
    list_joint=deferred(r"(?i)\s*(?:,\s*(?:y|e)\s|\by\b|\be\b|&|,|;|\n)\s*"),
    parts_list=("y", "e", "&", ",", ";", "\n"),
    joint_of_all=deferred(r"(?i)\b[ye]\b|&|;"),
)
NAMES = replace(
    blank.NAMES,
    titles=P.words(
        "señor señora señorita sr sra srta don doña dr dra doctor doctora profesor profesora rey reina príncipe "
        "princesa "
        "emperador conde condesa duque duquesa papa san santo santa presidente presidenta general capitán "
        "coronel juez "
        "jueza ministro ministra padre obispo"
    ),
    generations=P.words("hijo jr padre"),
    person_words=P.words(
        "quién quiénes autor autora escritor escritora presidente presidenta fundador fundadora inventor "
        "inventora jugador "
        "jugadora cantante compositor compositora rey reina ministro ministra pintor pintora"
    ),
    particles=P.words("de del la las los y von van"),
)
_SMALL = {
    P.fold(word): value
    for value, words in {
        0: "cero",
        1: "uno una un",
        2: "dos",
        3: "tres",
        4: "cuatro",
        5: "cinco",
        6: "seis",
        7: "siete",
        8: "ocho",
        9: "nueve",
        10: "diez",
        11: "once",
        12: "doce",
        13: "trece",
        14: "catorce",
        15: "quince",
        16: "dieciséis",
        17: "diecisiete",
        18: "dieciocho",
        19: "diecinueve",
        20: "veinte",
        21: "veintiuno veintiuna veintiún",
        22: "veintidós",
        23: "veintitrés",
        24: "veinticuatro",
        25: "veinticinco",
        26: "veintiséis",
        27: "veintisiete",
        28: "veintiocho",
        29: "veintinueve",
        30: "treinta",
        40: "cuarenta",
        50: "cincuenta",
        60: "sesenta",
        70: "setenta",
        80: "ochenta",
        90: "noventa",
        100: "cien ciento",
        200: "doscientos doscientas",
        300: "trescientos trescientas",
        400: "cuatrocientos cuatrocientas",
        500: "quinientos quinientas",
        600: "seiscientos seiscientas",
        700: "setecientos setecientas",
        800: "ochocientos ochocientas",
        900: "novecientos novecientas",
    }.items()
    for word in words.split()
}
_SCALES = {"mil": 1000, "millon": 10**6, "millones": 10**6, "billon": 10**12, "billones": 10**12}
_NUMBER_WORDS = NumberWords(
    small=_SMALL,
    hundred=frozenset(),
    scales=_SCALES,
    joiners=frozenset(("y",)),
    weak=P.words("un una"),
    ordinals={
        P.fold(root) + ending: value
        for value, root in enumerate(
            word_list("primer segund tercer cuart quint sext séptim octav noven décim"), start=1
        )
        for ending in (("o", "a", "") if value in (1, 3) else ("o", "a"))
    },
)
NUMBERS = building.numbers(
    building.token_pattern(apostrophes=True, ordinal=r"°|\.?[oa]\b|er\b"),
    reader(_NUMBER_WORDS),
    scales={**_SCALES, "docena": 12, "docenas": 12, "mm": 10**6},
    joint="y",
    one="un una",
)
_NO_COUNT = STOP | P.words(
    "alto alta largo larga mide mides pesa tiene cuesta veces más menos personas puntos otros varios después "
    "antes meses mas menos "
    "dólares metros además entonces"
)


def counts(word: str) -> bool:
    """Whether a word behind a number is a noun in the plural, and no unit: `43 puertas`."""
    return (
        len(word) > 3 and word not in _NO_COUNT and word.endswith("s") and not word.endswith(("amos", "emos", "imos"))
    )


UNITS = building.units(
    {
        "meter": "metro metros mts",
        "kilometer": "kilómetro kilómetros kms",
        "centimeter": "centímetro centímetros cms",
        "millimeter": "milímetro milímetros",
        "meter**2": "metros cuadrados;metro cuadrado",
        "kilometer**2": "kilómetros cuadrados;kilómetro cuadrado",
        "meter**3": "metros cúbicos;metro cúbico",
        "foot": "pie pies",
        "inch": "pulgada pulgadas",
        "mile": "milla millas",
        "nautical_mile": "millas náuticas;milla náutica",
        "kilogram": "kilogramo kilogramos kilo kilos kgs",
        "gram": "gramo gramos",
        "milligram": "miligramo miligramos",
        "microgram": "microgramo microgramos",
        "metric_ton": "tonelada toneladas",
        "pound": "libra libras",
        "ounce": "onza onzas",
        "liter": "litro litros",
        "milliliter": "mililitro mililitros",
        "second": "segundo segundos seg",
        "minute": "minuto minutos",
        "hour": "hora horas",
        "day": "día días",
        "week": "semana semanas",
        "month": "mes meses",
        "year": "año años",
        "hectare": "hectárea hectáreas",
        "watt": "vatio vatios",
        "kilowatt": "kilovatio kilovatios",
        "kilometer/hour": "kilómetros por hora;km por hora",
        "knot": "nudo nudos",
        "degC": "grados celsius;grados centígrados",
        "degF": "grados fahrenheit",
        "degree": "grado grados",
        "percent": "por ciento;por cien;porciento",
        "permille": "por mil",
        "tablet": "comprimido comprimidos tableta tabletas pastilla pastillas",
        "capsule": "cápsula cápsulas",
        "drop": "gota gotas",
    },
    {
        "EUR": "euro euros",
        "dollar": "dólar dólares",
        "GBP": "libras esterlinas;libra esterlina",
        "MXN": "pesos mexicanos;peso mexicano",
        "JPY": "yen yenes",
        "CHF": "francos suizos;franco suizo",
    },
    P.fold,
    asked=P(r"\bcu[aá]nt[oa]s? (?:m[aá]s )?|\ben (?!(?:segundo|minuto|hora|d[ií]a|semana|mes|año)\b)"),
    count_asked=P(r"\bcu[aá]nt[oa]s ([^\W\d_]+)"),
    percent_asked=P(r"\b(?:qué|cuál es el) porcentaje\b|\ben porcentaje\b|\bqué tanto por ciento\b"),
    age_asked=P(r"\bcuántos años tiene\b|\bqué edad\b"),
    asking={"edad": "year", "porcentaje": "percent"},
    counts=counts,
    per=frozenset(("por", "al", "a")),
)
QUANTITIES = replace(
    blank.QUANTITIES,
    currency=P(r"((?:\b(?:eur|usd)\s)|[$£€¥₹])\s?$"),
    minus=P(r"(?:(?<![\w)-])-|\bmenos\s)[$£€]?$"),
    fewer=P(r"\b(?:baj|cay|disminu|descen|reduc|p[eé]rdida|menos)"),
    in_scale=P(r"\ben (miles|millones)\b"),
    scale_powers={"miles": 3, "millones": 6},
    qualifiers=P.words("aproximadamente alrededor cerca casi unos unas menos más mínimo máximo sobre"),
    approximate=P(r"\b(?:aproximadamente|más o menos)\b"),
    multiplied=P(r"\b(?:el doble de|la mitad de|el triple de|dos veces|tres veces)\s(?:unos\s)?$"),
    share_asked=P(
        r"%|\b(?:porcentaje|por ciento|proporción|tasa|margen|crecimiento|aumento|descenso"
        r"|probabilidad)\b"
    ),
)
CLOCK = replace(blank.CLOCK, no_time=P(r"\b(?:resultado|marcador|proporción|cuánto dura|duración)\b"))
_MONTHS = word_list("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
DATES = replace(
    blank.DATES,
    months={
        **{name: number for number, name in enumerate(_MONTHS, start=1)},
        **{name[:3]: number for number, name in enumerate(_MONTHS, start=1)},
        "setiembre": 9,
        "sept": 9,
    },
    calendar=P.words(
        "lunes martes miércoles jueves viernes sábado domingo año años mes día fecha mediados principios "
        "finales verano "
        "invierno primavera otoño"
    ),
    before_month=frozenset(("de", "y", "del")),
    after_month=frozenset(("de", "del", "ano")),
    year_only=P(r"\b(?:en )?qué año\b"),
    asks_when=P(r"\bcuándo\b|\bqué (?:año|día|fecha)\b|\bdesde cuándo\b"),
    event_ends=P(r"[,;:.!?\n(]\s?|\b(?:y|pero|mientras|después|antes|cuando|desde)\b"),
    decade=P(r"(?:(?:en|la|los|las)\s)*(?:década de(?: los)?|años)\s(?:de\s)?(\d{3}0)"),
    century="siglo",
    century_words=frozenset(("siglo", "c", "a", "d")),
)
