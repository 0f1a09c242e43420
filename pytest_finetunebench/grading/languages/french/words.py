"""French words, numbers, units, dates, and how references are written."""

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

    return snowballstemmer.stemmer("french")


@lru_cache(maxsize=WORD_MEMO_SIZE)
def stem(word: str) -> str:
    """Return a word without its endings, by the Snowball stemmer."""
    return str(_stemmer().stemWord(word)) if len(word) > 3 else word


ARTICLES = P.words("le la les l un une des du de d au aux")
STOP = ARTICLES | P.words(
    """
    et ou à a en dans par pour sur sous avec sans entre vers chez depuis pendant selon comme que qu qui quoi dont
    où quel
    quelle quels quelles quand comment combien pourquoi est c ce cet cette ces ça cela il elle ils elles on nous
    vous je j
    tu me m te t se s son sa ses leur leurs mon ma mes ton ta tes notre votre lui y n ne pas plus sont était
    étaient fut
    furent être été a ont avait avaient aura sera serait peut peuvent doit aussi très si oui non mais donc or ni car
    environ à-peu-près appelé appelée nommé nommée connu connue généralement même
    """
)
WORDS = replace(
    blank.WORDS,
    articles=ARTICLES,
    stop=STOP - P.words("ne n pas ni"),
    stem=stem,
    negations=P.words("pas jamais sans ni aucun aucune non guère"),
    linking=P.words("situé située trouve appelle nom genre type personne lieu ville village pays région"),
    clause_end=P(
        r"(?<!\b\w)[.](?:\s|$)|\s?[;:!?](?:\s|$)|[,\n(]|\s-\s|\s(?:qui|que|dont|où|quand|parce|après"
        r"|avant|pendant)\s|$"
    ),
)
REFERENCES = replace(
    blank.REFERENCES,
    alternatives=deferred(r"(?i)\s*(?:\bou\b|\baussi appelée?\b|\baussi connue? sous le nom de\b|;|\s/\s)\s*"),
    parts_alternatives=("ou", "aussi", ";", "/"),
    introduction=deferred(r"(?i)^(?:aussi|ou|anciennement|maintenant)[:\s]+"),
    relative=deferred(r",\s(?:qui|que|dont|lequel|laquelle)\b"),
    notes=P.words("film livre roman chanson album groupe revue jeu homonymie"),
    company=deferred(r"([A-ZÀ-Ý].{1,100}?),?\s(?:S\.?A\.?R?\.?L?\.?|S\.?A\.?S\.?|Inc\.?|Ltd\.?)"),
    list_joint=deferred(r"(?i)\s*(?:,\s*et\s|\bet\b|&|,|;|\n)\s*"),
    parts_list=("et", "&", ",", ";", "\n"),
    joint_of_all=deferred(r"(?i)\bet\b|&|;"),
)
NAMES = replace(
    blank.NAMES,
    titles=P.words(
        "monsieur madame mademoiselle m mme mlle mr dr docteur docteure professeur professeure roi reine prince "
        "princesse "
        "empereur impératrice comte comtesse duc duchesse baron pape saint sainte st ste président présidente "
        "général "
        "capitaine colonel juge ministre père sœur soeur abbé évêque maître"
    ),
    generations=P.words("fils père jr"),
    person_words=P.words(
        "qui auteur autrice auteure écrivain écrivaine président présidente fondateur fondatrice inventeur "
        "inventrice "
        "joueur joueuse chanteur chanteuse compositeur compositrice roi reine ministre peintre"
    ),
    particles=P.words("de du d des le la von van"),
)
_SMALL = {
    P.fold(word): value
    for value, words in {
        0: "zéro",
        1: "un une",
        2: "deux",
        3: "trois",
        4: "quatre",
        5: "cinq",
        6: "six",
        7: "sept",
        8: "huit",
        9: "neuf",
        10: "dix",
        11: "onze",
        12: "douze",
        13: "treize",
        14: "quatorze",
        15: "quinze",
        16: "seize",
        20: "vingt vingts",
        30: "trente",
        40: "quarante",
        50: "cinquante",
        60: "soixante",
        70: "septante",
        80: "huitante octante",
        90: "nonante",
    }.items()
    for word in words.split()
}
_SCALES = {
    "mille": 1000,
    "million": 10**6,
    "millions": 10**6,
    "milliard": 10**9,
    "milliards": 10**9,
    "billion": 10**12,
    "billions": 10**12,
}
_NUMBER_WORDS = NumberWords(
    small=_SMALL,
    hundred=frozenset(("cent", "cents")),
    scales=_SCALES,
    joiners=frozenset(("et",)),
    weak=frozenset(("un", "une")),
    ordinals={
        "premier": 1,
        "premiere": 1,
        **{
            P.fold(root) + "ieme": value
            for value, root in enumerate(
                word_list("deux trois quatr cinqu six sept huit neuv dix onz douz treiz quatorz quinz seiz"), start=2
            )
        },
    },
    scores=frozenset((60, 80)),
)
NUMBERS = building.numbers(
    building.token_pattern(apostrophes=False, ordinal=r"ers?|eres?|res?|e(?:me)?s?|nde?"),
    reader(_NUMBER_WORDS),
    scales={**_SCALES, "douzaine": 12, "douzaines": 12},
    joint="et",
    one="un une",
)
_NO_COUNT = STOP | P.words(
    "haut haute long longue mesure pèse fois plus moins points autres divers avant après dollars dans très alors mètres"
)


def counts(word: str) -> bool:
    """Whether a word behind a number is a noun in the plural, and no unit: `43 portes`."""
    return len(word) > 3 and word not in _NO_COUNT and word.endswith(("s", "x")) and not word.endswith("ons")


UNITS = building.units(
    {
        "meter": "mètre mètres",
        "kilometer": "kilomètre kilomètres",
        "centimeter": "centimètre centimètres",
        "millimeter": "millimètre millimètres",
        "meter**2": "mètres carrés;mètre carré",
        "kilometer**2": "kilomètres carrés;kilomètre carré",
        "meter**3": "mètres cubes;mètre cube",
        "foot": "pied pieds",
        "inch": "pouce pouces",
        "mile": "mile miles mille",
        "nautical_mile": "milles marins;mille marin;milles nautiques",
        "kilogram": "kilogramme kilogrammes kilo kilos",
        "gram": "gramme grammes",
        "milligram": "milligramme milligrammes",
        "microgram": "microgramme microgrammes",
        "metric_ton": "tonne tonnes",
        "pound": "livre livres",
        "ounce": "once onces",
        "liter": "litre litres",
        "milliliter": "millilitre millilitres",
        "second": "seconde secondes sec",
        "minute": "minute minutes",
        "hour": "heure heures",
        "day": "jour jours",
        "week": "semaine semaines",
        "month": "mois",
        "year": "an ans année années",
        "hectare": "hectare hectares",
        "watt": "watt watts",
        "kilowatt": "kilowatt kilowatts",
        "kilometer/hour": "kilomètres par heure;kilomètres heure;kilomètres à l heure;km par heure",
        "knot": "nœud nœuds noeud noeuds",
        "degC": "degrés celsius;degré celsius",
        "degF": "degrés fahrenheit",
        "degree": "degré degrés",
        "percent": "pour cent;pourcent;pourcents",
        "permille": "pour mille",
        "tablet": "comprimé comprimés cachet cachets",
        "capsule": "gélule gélules capsule capsules",
        "drop": "goutte gouttes",
    },
    {
        "EUR": "euro euros",
        "dollar": "dollar dollars",
        "GBP": "livres sterling;livre sterling",
        "CHF": "francs suisses;franc suisse",
        "JPY": "yen yens",
    },
    P.fold,
    asked=P(r"\bcombien (?:de |d')|\ben (?!(?:seconde|minute|heure|jour|semaine|mois|an)\b)"),
    count_asked=P(r"\bcombien (?:de |d')([^\W\d_]+)"),
    percent_asked=P(r"\bquel pourcentage\b|\ben pourcentage\b"),
    age_asked=P(r"\bquel âge\b"),
    asking={"age": "year", "pourcentage": "percent"},
    counts=counts,
    per=frozenset(("par",)),
)
QUANTITIES = replace(
    blank.QUANTITIES,
    currency=P(r"((?:\b(?:eur|usd|chf)\s)|[$£€¥₹])\s?$"),
    minus=P(r"(?:(?<![\w)-])-|\bmoins\s)[$£€]?$"),
    fewer=P(r"\b(?:baiss|chut|diminu|recul|perte|moins|rédui)"),
    in_scale=P(r"\ben (milliers|millions|milliards)\b"),
    scale_powers={"milliers": 3, "millions": 6, "milliards": 9},
    qualifiers=P.words("environ presque près quelque moins plus minimum maximum autour"),
    approximate=P(r"\b(?:environ|à peu près|approximativement)\b"),
    multiplied=P(r"\b(?:le double de|la moitié de|le triple de|deux fois|trois fois)\s(?:environ\s)?$"),
    share_asked=P(r"%|\b(?:pourcentage|pour cent|proportion|taux|marge|croissance|hausse|baisse|probabilité)\b"),
)
CLOCK = replace(blank.CLOCK, no_time=P(r"\b(?:résultat|score|rapport|combien de temps|durée)\b"))
_MONTHS = word_list("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
DATES = replace(
    blank.DATES,
    months={
        **{P.fold(name): number for number, name in enumerate(_MONTHS, start=1)},
        **{
            P.fold(name): number
            for number, name in enumerate(
                word_list("janv févr mars avr mai juin juil août septembre oct nov déc"), start=1
            )
        },
    },
    calendar=P.words(
        "lundi mardi mercredi jeudi vendredi samedi dimanche an année années mois jour date mi début fin été hiver "
        "printemps automne"
    ),
    before_month=frozenset(("et", "du", "de")),
    after_month=frozenset(("de", "du", "l", "an", "annee")),
    year_only=P(r"\b(?:en )?quelle année\b"),
    asks_when=P(r"\bquand\b|\bquelle (?:année|date)\b|\bquel jour\b|\bdepuis quand\b"),
    event_ends=P(r"[,;:.!?\n(]\s?|\b(?:et|mais|tandis|après|avant|quand|depuis)\b"),
    decade=P(r"(?:(?:dans|les|des)\s)*années\s(\d{3}0)"),
    century="siecle",
    century_words=frozenset(("siecle", "apres", "j", "c", "av")),
)
