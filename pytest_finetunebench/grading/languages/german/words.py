"""German words, numbers, units, dates, and how references are written."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from pytest_finetunebench.grading.languages import blank, building
from pytest_finetunebench.grading.languages.building import Patterns, translating
from pytest_finetunebench.grading.languages.number_words import NumberWords, reader
from pytest_finetunebench.grading.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list

UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"}
"""An umlaut may be written in two letters; left out it makes another word (`schon`, `schön`)."""
prepare = translating(UMLAUTS)
P = Patterns(prepare)


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("german")


@lru_cache(maxsize=WORD_MEMO_SIZE)
def stem(word: str) -> str:
    """Return a word without its endings, by the Snowball stemmer."""
    return str(_stemmer().stemWord(word)) if len(word) > 3 else word


@lru_cache(maxsize=WORD_MEMO_SIZE)
def proper(word: str) -> str:
    """Return a noun or name, which both have a capital, without its endings, marked so that it never equals a stem."""
    return "=" + stem(word)


ARTICLES = P.words("der die das den dem des ein eine einen einem einer eines")
STOP = ARTICLES | P.words(
    """
    und oder von vom in im an am auf aus bei beim mit nach zu zum zur für über um durch gegen ohne bis seit unter vor
    zwischen während wegen als dann dass dieser diese dieses diesem diesen jener jene jenes es er sie ihr ihm ihn
    ihnen
    ihre ihren ihrem seine seinen seinem sein ist sind war waren wird werden wurde wurden worden geworden hat
    haben hatte
    hatten kann können konnte soll sollte würde darf muss mag man ich du wir uns euch mein dein unser wer wem wen
    wessen
    was welche welcher welches welchem welchen wann wo woher wohin warum wieso wie viel viele auch so sehr nur
    gerade noch
    schon etwa circa ca rund ungefähr genau heißt hieß namens genannt laut eigentlich ja doch denn da
    """
)
WORDS = replace(
    blank.WORDS,
    articles=ARTICLES,
    stop=STOP,
    stem=stem,
    proper=proper,
    negations=P.words("nicht kein keine keinen keinem keiner nie niemals ohne weder noch"),
    linking=P.words("liegt gelegen befindet stammt kommt gilt namens bekannt Stadt Ort Land Person Name Beruf Art"),
    clause_end=P(
        r"(?<!\b\w)(?<!\d)[.](?:\s|$)|[;:!?](?:\s|$)|[,\n(]|\s-\s|\s(?:der|die|das|welche[rs]?|wo|weil|nachdem"
        r"|bevor)\s|$"
    ),
    prepare=prepare,
)
REFERENCES = replace(
    blank.REFERENCES,
    alternatives=deferred(r"(?i)\s*(?:\boder\b|\bauch bekannt als\b|\bbzw\.|;|\s/\s)\s*"),
    parts_alternatives=("oder", "auch bekannt als", "bzw.", ";", "/"),
    introduction=deferred(r"(?i)^(?:auch|oder|früher|jetzt)[:\s]+"),
    relative=deferred(r",\s(?:der|die|das|welche[rs]?|dessen|deren)\b"),
    notes=P.words("Film Buch Roman Lied Album Band Zeitschrift Spiel Begriffsklärung"),
    company=deferred(r"([A-ZÄÖÜ].{1,100}?),?\s(?:GmbH|AG|KG|SE|e\.\s?V\.|OHG|Inc\.?|Ltd\.?)"),
    list_joint=deferred(r"(?i)\s*(?:,\s*und\s|\bund\b|&|,|;|\n)\s*"),
    parts_list=("und", "&", ",", ";", "\n"),
    joint_of_all=deferred(r"(?i)\bund\b|&|;"),
)
NAMES = replace(
    blank.NAMES,
    titles=P.words(
        "Herr Frau Fräulein Dr Prof Professor Professorin Doktor König Königin Kaiser Kaiserin Prinz Prinzessin Graf "
        "Gräfin Herzog Herzogin Baron Freiherr Präsident Präsidentin Kanzler Kanzlerin Papst Sankt St Pater Bischof "
        "General Oberst Kapitän Hauptmann jun sen"
    ),
    generations=P.words("jun sen jr sr"),
    person_words=P.words(
        "wer wem wen wessen Autor Autorin Schriftsteller Schriftstellerin Präsident Präsidentin Gründer "
        "Gründerin Erfinder "
        "Erfinderin Spieler Sänger Sängerin Komponist Komponistin König Königin Minister Ministerin Frau Mann"
    ),
    particles=P.words("von van zu zur de der den vom zum"),
)
_NUMBER_WORDS = NumberWords(
    small={
        P.fold(word): value
        for value, words in {
            0: "null",
            1: "eins ein eine einen einem einer",
            2: "zwei zwo",
            3: "drei",
            4: "vier",
            5: "fünf",
            6: "sechs",
            7: "sieben",
            8: "acht",
            9: "neun",
            10: "zehn",
            11: "elf",
            12: "zwölf",
            13: "dreizehn",
            14: "vierzehn",
            15: "fünfzehn",
            16: "sechzehn",
            17: "siebzehn",
            18: "achtzehn",
            19: "neunzehn",
            20: "zwanzig",
            30: "dreißig",
            40: "vierzig",
            50: "fünfzig",
            60: "sechzig",
            70: "siebzig",
            80: "achtzig",
            90: "neunzig",
        }.items()
        for word in words.split()
    },
    hundred=frozenset(("hundert",)),
    scales={
        "tausend": 1000,
        "million": 10**6,
        "millionen": 10**6,
        "milliarde": 10**9,
        "milliarden": 10**9,
        "billion": 10**12,
        "billionen": 10**12,
    },
    joiners=frozenset(("und",)),
    weak=P.words("ein eine einen einem einer"),
    ordinals={
        P.fold(root) + ending: value
        for value, root in enumerate(
            word_list("erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft"),
            start=1,
        )
        for ending in ("e", "en", "er", "es", "em")
    },
    glued=True,
)
_DOZEN = {"dutzend": 12, "mio": 10**6, "mrd": 10**9, "tsd": 1000}
NUMBERS = building.numbers(
    building.token_pattern(apostrophes=True, ordinal=r"(?!)"),
    reader(_NUMBER_WORDS),
    scales={**_NUMBER_WORDS.scales, **_DOZEN},
    joint="und",
    one="ein eine einem einen",
)
_NO_COUNT = STOP | P.words(
    "hoch lang breit tief alt schwer groß weit schnell betragen wiegen messen kosten haben Mal Meter mal oben "
    "unten hoher "
    "hohen hohe langer langen alten alter schweren weniger mehr später früher Prozentpunkte Punkte Stimmen"
)


def counts(word: str) -> bool:
    """Whether a word behind a number is a noun in the plural, and no unit: `43 Türen`."""
    verb = word.endswith(("ten", "ieren")) or (word.startswith("ge") and word.endswith("en"))
    return len(word) > 3 and word not in _NO_COUNT and not verb and word.endswith(("en", "er", "e", "n", "s"))


UNITS = building.units(
    {
        "meter": "Meter Metern Meters",
        "kilometer": "Kilometer Kilometern",
        "centimeter": "Zentimeter Zentimetern Centimeter",
        "millimeter": "Millimeter Millimetern",
        "meter**2": "Quadratmeter Quadratmetern qm",
        "kilometer**2": "Quadratkilometer Quadratkilometern",
        "meter**3": "Kubikmeter Kubikmetern",
        "foot": "Fuß",
        "inch": "Zoll",
        "mile": "Meile Meilen",
        "nautical_mile": "Seemeile Seemeilen",
        "kilogram": "Kilogramm Kilo Kilos",
        "gram": "Gramm",
        "milligram": "Milligramm",
        "microgram": "Mikrogramm",
        "metric_ton": "Tonne Tonnen",
        "pound": "Pfund",
        "liter": "Liter Litern",
        "milliliter": "Milliliter Millilitern",
        "second": "Sekunde Sekunden sek",
        "minute": "Minute Minuten",
        "hour": "Stunde Stunden std",
        "day": "Tag Tage Tagen",
        "week": "Woche Wochen",
        "month": "Monat Monate Monaten",
        "year": "Jahr Jahre Jahren Jahres",
        "hectare": "Hektar",
        "watt": "Watt",
        "kilowatt": "Kilowatt",
        "kilowatt_hour": "Kilowattstunde Kilowattstunden",
        "kilometer/hour": "Stundenkilometer Stundenkilometern",
        "knot": "Knoten",
        "degC": "Grad Celsius;°C",
        "degF": "Grad Fahrenheit",
        "degree": "Grad",
        "percent": "Prozent",
        "permille": "Promille",
        "tablet": "Tablette Tabletten",
        "capsule": "Kapsel Kapseln",
        "drop": "Tropfen",
    },
    {
        "EUR": "Euro Euros",
        "dollar": "Dollar Dollars",
        "GBP": "Pfund Sterling;britische Pfund",
        "CHF": "Franken;Schweizer Franken",
        "JPY": "Yen",
    },
    lambda text: P.fold(text).casefold(),
    asked=P(r"\bwie ?viele? (?:volle )?|\bin (?!(?:sekunde|minute|stunde|tag|woche|monat|jahr)\b)"),
    count_asked=P(r"\bwie ?viele ([^\W\d_]+)"),
    percent_asked=P(r"\bwie ?viel prozent\b|\bwelche[rn]? (?:prozentsatz|anteil in prozent)\b|\bin prozent\b"),
    age_asked=P(r"\bwie alt\b|\bwelche[sm]? alter\b"),
    asking={"alt": "year", "alter": "year", "prozentsatz": "percent"},
    counts=counts,
    per=frozenset(("pro", "je")),
)
QUANTITIES = replace(
    blank.QUANTITIES,
    currency=P(r"((?:\b(?:eur|usd|chf)\s)|[$£€¥₹])\s?$"),
    minus=P(r"(?:(?<![\w)-])-|\bminus\s)[$£€]?$"),
    fewer=P(r"\b(?:gesunken|sank|fiel|gefallen|rückgang|weniger|verlust|minus|gesenkt|abnahme)\b"),
    in_scale=P(r"\bin (tausend|millionen|milliarden)\b"),
    scale_powers={"tausend": 3, "millionen": 6, "milliarden": 9},
    qualifiers=P.words("ungefähr etwa circa ca rund fast knapp mindestens höchstens mehr weniger gut"),
    approximate=P(r"\b(?:ungefähr|etwa|rund|circa)\b"),
    multiplied=P(r"\b(?:doppelt so viel wie|das doppelte von|die hälfte von|halb so viel wie|dreimal)\s(?:etwa\s)?$"),
    share_asked=P(r"%|\b(?:prozent|anteil|quote|rate|wachstum|marge|anstieg|rückgang|wahrscheinlichkeit)\b"),
)
CLOCK = replace(blank.CLOCK, no_time=P(r"\b(?:ergebnis|verhältnis|endstand|wie lange|dauer)\b"))
_MONTHS = word_list("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
DATES = replace(
    blank.DATES,
    months={
        **{P.fold(name).casefold(): number for number, name in enumerate(_MONTHS, start=1)},
        **{P.fold(name).casefold()[:3]: number for number, name in enumerate(_MONTHS, start=1)},
        "jaenner": 1,
        "maer": 3,
        "mrz": 3,
        "sept": 9,
    },
    calendar=frozenset(
        P.fold(
            "montag dienstag mittwoch donnerstag freitag samstag sonntag jahr jahre mitte anfang ende circa ca "
            "datum tag "
            "monat sommer winter frühling herbst"
        ).split()
    ),
    before_month=frozenset(("und", "im", "des")),
    after_month=frozenset(("des", "jahres", "im", "jahr")),
    year_only=P(r"\bwelche[mns]? jahr\b"),
    asks_when=P(r"\bwann\b|\bwelche[mns]? jahr\b|\ban welchem (?:tag|datum)\b|\bseit wann\b"),
    event_ends=P(r"[,;:!?\n(]\s?|\.\s(?!\w+\s\d{4})|\b(?:und|aber|während|nachdem|bevor|als|seit)\b"),
    decade=P(r"(?:(?:in|den|die|der)\s)*(\d{3}0)er(?:\sjahren?)?"),
    century="jahrhundert",
    century_words=frozenset(("jahrhundert", "jh", "chr")),
)
