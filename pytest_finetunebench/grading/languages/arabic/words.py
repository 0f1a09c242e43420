"""Words, numbers, units and dates in Arabic."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from pytest_finetunebench.grading.languages import blank, building
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.number_words import Spelled
from pytest_finetunebench.grading.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list

_LETTERS = str.maketrans(
    {
        **{chr(mark): None for mark in (*range(0x64B, 0x653), 0x670, 0x640)},
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ة": "ه",
        "ؤ": "و",
        "ئ": "ي",
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
        **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
        "٪": "%",
        "٫": ".",
        "٬": ",",
        "،": ",",
        "؛": ";",
        "؟": "?",
    }
)


def prepare(text: str) -> str:
    """Return a text without vowel marks, in one spelling, with European digits and signs."""
    return text.translate(_LETTERS)


P = Patterns(prepare)
_PREFIX = re.compile(r"^و?(?:ب|ل|ك)?(?:ال)?(?=\w{4})")


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("arabic")


@lru_cache(maxsize=WORD_MEMO_SIZE)
def stem(word: str) -> str:
    """Return a word without its endings and prefixes, by the Snowball stemmer."""
    return str(_stemmer().stemWord(word)) if len(word) > 3 else word


@lru_cache(maxsize=WORD_MEMO_SIZE)
def proper(word: str) -> str:
    """Return a name without `and`, `in`, `for` and the article, which are written as one with it."""
    return "=" + _PREFIX.sub("", word)


_STOP = P.words(
    """
    في من إلى على عن مع هو هي هم أن إن كان كانت يكون تكون هذا هذه ذلك تلك التي الذي و أو ثم قد لقد ما ماذا متى أين كيف
    كم أي من هل لماذا اسم يسمى تسمى عند بعد قبل بين حتى كل بعض نعم حوالي تقريبا
    """
)
_UNITS = "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة"
_SMALL = {prepare(word): value for value, word in enumerate(_UNITS.split())} | {
    prepare(word): value
    for value, words in {
        1: "واحدة",
        2: "اثنين اثنتان اثنتين",
        3: "ثلاث",
        4: "أربع",
        5: "خمس",
        6: "ست",
        7: "سبع",
        8: "ثماني ثمان",
        9: "تسع",
        10: "عشر",
    }.items()
    for word in words.split()
}
_TENS = {
    prepare(root) + ending: value * 10
    for value, root in enumerate(word_list("عشر ثلاث أربع خمس ست سبع ثمان تسع"), start=2)
    for ending in ("ون", "ين")
}
_UNIT, _TEN = "|".join(sorted(_SMALL, key=len, reverse=True)), "|".join(_TENS)
_TEENS = {"احد": 1, "احدي": 1, "اثنا": 2, "اثنتا": 2, "اثني": 2, "اثنتي": 2}
_WORDS = deferred(
    rf"(?<!\w)(?:(?P<unit>{_UNIT})\sو(?P<ten>{_TEN})|(?P<teen>{'|'.join(_TEENS)}|{_UNIT})\sعشره?|(?P<one>{_UNIT}"
    rf"|{_TEN}))(?!\w)"
)


def _spelled(folded: str) -> list[Spelled]:
    """Find numbers in words up to 99: `ثلاثة وأربعون`."""
    found: list[Spelled] = []
    for match in _WORDS.finditer(folded):
        if match["unit"]:
            value = _SMALL[match["unit"]] + _TENS[match["ten"]]
        elif match["teen"]:
            value = 10 + (_TEENS.get(match["teen"]) or _SMALL[match["teen"]])
        else:
            value = _SMALL.get(match["one"]) or _TENS.get(match["one"], 0)
        found.append((*match.span(), value))
    return found


_UNIT_WORDS = {
    "meter": "متر مترا أمتار م",
    "kilometer": "كيلومتر كيلومترا كيلومترات كم",
    "centimeter": "سنتيمتر سنتيمترا سنتيمترات سم",
    "millimeter": "مليمتر ملم",
    "foot": "قدم قدما أقدام",
    "inch": "بوصة بوصات",
    "mile": "ميل ميلا أميال",
    "kilogram": "كيلوغرام كيلوغراما كيلوغرامات كيلوجرام كيلوجراما كغ كغم كجم كيلو",
    "gram": "غرام غراما غرامات جرام جراما غ",
    "milligram": "ملغ ملغم مليغرام",
    "metric_ton": "طن طنا أطنان",
    "pound": "رطل رطلا أرطال باوند",
    "liter": "لتر لترا لترات",
    "second": "ثانية ثوان ثواني",
    "minute": "دقيقة دقائق",
    "hour": "ساعة ساعات",
    "day": "يوم يوما أيام",
    "week": "أسبوع أسبوعا أسابيع",
    "month": "شهر شهرا أشهر شهور",
    "year": "سنة سنوات عام عاما أعوام",
    "degree": "درجة درجات",
    "percent": "بالمئة بالمائة;في المئة;في المائة",
}
_MONTHS = word_list("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر")
WORDS = replace(
    blank.WORDS,
    stop=_STOP,
    stem=stem,
    proper=proper,
    negations=P.words("ليس ليست لم لن لا غير بدون"),
    prepare=prepare,
    capitals=False,
)
REFERENCES = replace(
    blank.REFERENCES,
    alternatives=deferred(r"\s*(?:\sأو\s|;|؛|\s/\s)\s*"),
    parts_alternatives=("أو", ";", "؛", "/"),
    list_joint=deferred(r"\s*(?:،\s*و|[,،;؛\n]|\sو(?=\w))\s*"),
    parts_list=("،", ",", ";", "؛", "\n", " و"),
    joint_of_all=deferred(r"\sو|؛|;"),
)
NUMBERS = building.numbers(
    building.token_pattern(apostrophes=False, ordinal=r"(?!)"),
    _spelled,
    scales={"الف": 1000, "الاف": 1000, "مليون": 10**6, "مليار": 10**9, "مييه": 100, "مايه": 100},
    comma=False,
    bare=r"[-+]?[٠-٩]+(?:[٫.][٠-٩]+)?",
)
UNITS = building.units(
    _UNIT_WORDS,
    {"dollar": "دولار دولارا دولارات", "EUR": "يورو", "GBP": "جنيه إسترليني", "JPY": "ين"},
    P.fold,
    asked=P(r"(?<!\w)(?:كم|بال)\s?"),
    count_asked=P(r"(?<!\w)كم ([^\W\d_]+)"),
    percent_asked=P(r"النسبة المئوية|كم بالمئة|كم في المئة"),
    age_asked=P(r"كم (?:عمر|سنة عمر)|ما عمر"),
)
QUANTITIES = replace(blank.QUANTITIES, qualifiers=P.words("حوالي تقريبا نحو قرابة"), approximate=P(r"تقريبا|حوالي"))
DATES = replace(
    blank.DATES,
    months={prepare(name): number for number, name in enumerate(_MONTHS, start=1)},
    calendar=P.words("يوم عام سنة شهر تاريخ الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    before_month=P.words("من شهر"),
    after_month=P.words("من عام سنة"),
    year_only=P(r"في أي (?:عام|سنة)"),
    asks_when=P(r"(?<!\w)(?:متى|في أي (?:عام|سنة|يوم|تاريخ))(?!\w)"),
)
