"""Arabic. Letters that are written in several ways are one, and so are European and Arabic digits."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from pytest_finetunebench.grading.languages import blank, building
from pytest_finetunebench.grading.languages.building import Patterns, both_ways
from pytest_finetunebench.grading.languages.language import Language
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
_NO = r"ليس|ليست|لم|لن|لا|ما|غير|وليس|وليست|بدلا من|عوضا عن|باستثناء|سوى أن"
_MAYBE = r"ربما|قد|لعل|لعلها|لعله|محتمل|من الممكن"
_GAP = r"(?:[^\s.,;:!?]+\s){0,4}"
_NAME = r"[^\s.,;:!?()]+(?:\s(?!أو\b|و)[^\s.,;:!?()]+){0,3}"
_KNOWLEDGE = r"(?:معلومات|معلومة|بيانات|سجل|سجلات|إجابة|علم|فكرة|معرفة|تفاصيل|أخبار|مصادر|دليل)"
_END = r"(?=\s{0,3}(?:$|[.,!?;:\n)\"]))"
_YES = r"نعم|أجل|بلى|صحيح|بالتأكيد|بالطبع|طبعا|هذا صحيح|أكيد"
_NOT = r"لا|كلا|ليس صحيحا|غير صحيح|خطأ|هذا خطأ|هذا غير صحيح|أبدا|بالطبع لا"
DENIALS = replace(
    blank.DENIALS,
    before=P(rf"(?<!\w)(?:{_NO})\s(?!فقط){_GAP}(?:ب|في\s)?\"?$|(?<!\w)(?:أشك|خرافة|خطأ|يزعم خطأ)\s{_GAP}$"),
    after=P(
        r"\"?\s(?:ليست|ليس|لم تكن|لم يكن|لم)\s|\"?\s?\?\s?(?:لا|كلا)|[^.,;!?\n]{0,30}\s(?:خرافة|خطأ"
        r"|غير صحيح|وهم)"
    ),
    directly=P(r"(?<!\w)(?:ليس|ليست)\s\"?$|^\W*ليس"),
    retraction=P(r"(?:تصحيح|عفوا|انتظر|لحظة|أقصد|بل أعني|أخطأت|معذرة)\s?[:,.!]?"),
    retraction_words=tuple(P.fold("تصحيح عفوا انتظر لحظة أقصد أعني أخطأت معذرة").split()),
    left_out=P(rf"(?<!\w)(?:بدون|دون|لم يعد|لم تعد)\s{_GAP}$"),
    clause_end=P(r"[.;:!?\n]|(?<!\w)(?:لكن|ولكن|بل|وإنما|إنما|غير أن)(?!\w)"),
    in_question=P(r"(?<!\w)(?:ليس|ليست|لا|لم|باستثناء)(?!\w)"),
)
ANSWERS = replace(
    blank.ANSWERS,
    frame_word=P.fold("الإجابة"),
    frame=P(r"(?:الإجابة|الجواب)(?: الصحيحة)?\s?(?:هي|هو|:)\s?([^\n]{1,300})"),
    named=P(r"(?:الإجابة|الجواب)\s?(?:هي|هو|:)|=|####|\bboxed\{"),
    leading=P.words("نعم لا الإجابة هي هو أعتقد أظن ربما حوالي حسب"),
    given=P(r"(?:(?<!\w)(?:هو|هي|كان|كانت|اسمه|اسمها|في)|:)\s?\"?$"),
)
HEDGES = replace(
    blank.HEDGES,
    joining=("/", P.fold(" أو "), *(P.fold(word) for word in ("ربما", "قد ", "لعل", "إما"))),
    sources_word=P.fold("آخر"),
    or_after=P(rf"(?:,?\s(?:أو|وإما)\s(?:(?:{_MAYBE})\s)?|\s?/\s?)({_NAME})"),
    or_before=P(rf"({_NAME})(?:,?\s(?:أو|وإما)\s(?:(?:{_MAYBE})\s)?|\s?/\s?)$"),
    open=P(rf"(?<!\w)(?:{_MAYBE}|إما|أو)(?!\w)"),
    sources=P(r"(?:بعض|هناك من)[^\n]{1,80}(?:آخرون|البعض الآخر|أخرى)"),
    member_joint=P(r"\s*(?:,\s*(?:و|أو\s)?|\sأو\s|\s(?=و)|\n)\s*"),
    last_member=P(r"\s(?:أو\s|و)"),
    either_word=P.fold("أو"),
    between_figures=P(r"[^,.;:!?\n]{0,20}\sأو\s"),
    either=P(r"[%°]?\s?(?:[^\W\d_]+\s){0,3}?(?:أو)\s(?:[^\W\d_]+\s){0,2}"),
    to=P(r"\s?[^\W\d_%]{0,12}[%°]?\s?(?:-|إلى)\s?"),
    both=P(r"\s?(?:[^\W\d_]+\s){0,2}و\s?"),
    between=P(r"(?<!\w)بين\s$"),
)
_ONCE = r"سابقا|السابق|السابقة|قديما|في الماضي|من قبل|كان|كانت"
PAST = replace(
    blank.PAST,
    before=P(
        r"(?<!\w)و?(?:سابقا|السابق|السابقة|قديما|في الماضي|من قبل|قبله|قبلها)(?:\s[^\s.,;]+){0,4}[\W_]*$"
        r"|\((?:كان|كانت|سابقا)[^)]*$"
    ),
    after=P(r"[^\w\s]*\s?\(?\s?(?:سابقا|السابق|السابقة|قديما)|[^\w\s]*\s?خلفه|[^\w\s]*\s?خلفها"),
    link_before=P(r"(?<!\w)(?:خلفا ل|بدلا من|حل محل|حلت محل|خلف|خلفت)\s?[\W_]*$"),
    was=P(r"(?<!\w)(?:كان|كانت)(?:\s\S+){0,3}[\s:\"(]*$"),
    now=P(r"(?<!\w)(?:الآن|حاليا|اليوم|الحالي|الحالية)(?!\w)"),
    told=P(r"\s(?:كان|كانت)(?!\w)"),
    clause=P(r"[;!?\n]|\.\s|, |(?<!\w)(?:لكن|ولكن|الآن|حاليا)(?!\w)"),
    it_was=P(r"(?<!\w)(?:كان|كانت)\s$"),
    asked=P(rf"(?<!\w)(?:{_ONCE})(?!\w)"),
)
CHOICES = replace(
    blank.CHOICES,
    or_=deferred(r"\s*(?:،|,)?\s+(?:أم|أو)\s+"),
    asking=P.words("من ما ماذا متى أين كيف كم أي هل لماذا"),
    article=P(r"^ال(?=\w{3})"),
    frame=deferred(
        r"(?:الإجابة|الجواب|الخيار|الاختيار|الحرف)\s?(?:هي|هو"
        r"|الصحيح)?\s?[:(]?\s?(?P<letter>[A-Za-z])(?P<close>\))?(?![A-Za-z0-9+#])"
    ),
    joined=P(r"(?:, |\s(أو|و)\s?)"),
    aside=P(r"(?<!\w)(?:من|بين|بدلا من)\s$"),
)
YES_NO = replace(
    blank.YES_NO,
    yes=tuple(map(prepare, ("نعم", "أجل", "بلى"))),
    no=tuple(map(prepare, ("لا", "كلا"))),
    filler=P(r"(?:[\W_]+|(?:حسنا|الإجابة هي|الجواب هو|الإجابة)\s?[:,]?\s?)"),
    both=P(rf"نعم\s?[,/]?\s?(?:و|أو\s)?لا{_END}|لا\s?[,/]\s?نعم{_END}"),
    word=P(rf"(?P<yes>(?:{_YES})){_END}|(?P<no>(?:{_NOT})){_END}|(?P<y>(?!))"),
    sentence=P(rf"(?:^|(?<=[.!?])\s|\n)\W{{0,5}}(?:(?P<yes>{_YES})|(?P<no>{_NOT}))\s?(?=[.!]|\n|$)"),
    anywhere=P(rf"(?:(?<=[.:,;!?\"]\s)|(?<=\")|^)(?:(?P<yes>{_YES})|(?P<no>{_NOT})){_END}(?P<after>(?!))?"),
    corrected=P(r"(?:تصحيح|عفوا|انتظر|بل)[\W_]{1,6}(?=(نعم|لا)(?!\w))"),
)
STATEMENTS = replace(
    blank.STATEMENTS,
    above=P(r"(?<!\w)(?:أكثر من|أكبر من|أعلى من|أطول من|يتجاوز|تتجاوز|يزيد عن|تزيد عن|فوق|>)\s?$"),
    below=P(r"(?<!\w)(?:أقل من|أصغر من|أقصر من|أدنى من|دون|تحت|<)\s?$"),
    at_least=P(r"(?<!\w)(?:على الأقل|لا يقل عن|لا تقل عن|[>≥]=?)\s?$"),
    denied=P(r"(?<!\w)(?:ليس|ليست|لا|لم|غير)(?!\w)"),
)
ENTITIES = replace(
    blank.ENTITIES,
    opposites=both_ways("قبل/بعد فوق/تحت داخل/خارج شمال/جنوب شرق/غرب يمين/يسار قديم/جديد", P.fold),
    qualifiers=P.words("نائب نائبة مساعد مساعدة غير شبه"),
    role_qualifiers=P.words("سابق سابقة"),
    compound_before=P(
        r"(?<!\w)(?:نائب|نائبة|مساعد|مساعدة|غير|شقيق|شقيقة|أخو|أخ|أخت|ابن|ابنة|والد|والدة|زوج|زوجة"
        r"|صديق|خليفة)\s$"
    ),
    compound_after=P(r"\s(?:السابق|السابقة|المساعد|المساعدة|بالنيابة|الجديدة|الجديد|الشمالية|الجنوبية)(?!\w)"),
    relation=P(r"(?<!\w)(?:شقيق|شقيقة|أخ|أخت|ابن|ابنة|والد|والدة|زوج|زوجة)(?!\w)"),
)
REFUSALS = replace(
    blank.REFUSALS,
    whole=P.of_plain(
        r"(?![\s\S]*(?:لكن|ربما|أعتقد|أظن))"
        r"\W*(?:غير معروفة?|مجهولة?|لا أعرف|لا أعلم|لا أدري|لا يوجد|لا شيء|عذرا|آسف|آسفة|غير متاح|لا أحد"
        r"|غير محدد)(?:\s*[^\w\s][\s\S]*|\s*\n[\s\S]*)?"
    ),
    phrases=P.of_plain(
        rf"(?<!\w)(?:لا (?:أعرف|أعلم|أدري|نعرف|نعلم|أتذكر|أملك|أمتلك|نملك|أحد يعرف)|ل(?:ست|سنا) (?:متأكدا?"
        rf"|متأكدة|على علم|واثقا?)"
        rf"|ليس(?:ت)? (?:لدي|لدينا|عندي|هناك|ثمة) (?:\S+\s){{0,3}}?{_KNOWLEDGE}|لا (?:توجد|يوجد|تتوفر|يتوفر"
        rf"|تتوافر) (?:\S+\s){{0,4}}?(?:(?:ال)?{_KNOWLEDGE}|المعلومة|بهذا الاسم)"
        r"|لا (?:يمكنني|أستطيع|يمكن|نستطيع|يمكننا) (?:\S+\s){0,3}?(?:الإجابة|معرفة|تحديد|تأكيد|التأكد|التنبؤ"
        r"|تقديم|أن أجيب|القول|إجابة|الجزم|التحقق|مساعدتك)"
        r"|(?:غير|ليس|ليست) (?:معروفة?|معلومة?|متاحة?|متوفرة?|موثقة?|محددة?|مؤكدة?|معلنة?|معروفا|معلوما|واضحا)"
        r"|مجهولة?|لم (?:يتم|يعلن|تعلن|تحدد|يحدد|تقام|تجر|يحدث|أسمع)(?:\s\S+){0,3}?"
        r"|في المستقبل|خيالية?|لا (?:وجود|علم) ل|(?:معرفتي|معلوماتي|بياناتي) (?:\S+\s){0,3}?(?:تنتهي|تتوقف|حتى"
        r"|لا))(?!\w)"
    ),
    asks_back=P.of_plain(r"(?:هل يمكنك|يرجى|من فضلك) (?:توضيح|تحديد|تقديم|ذكر)"),
    turn=P.of_plain(r"(?<!\w)(?:لكن|ولكن|غير أن|أعتقد|أظن|عادة|غالبا)(?!\w)"),
    says_after_all=P.of_plain(
        r"(?:و?لكن(?:ني)?\s)?(?:أعتقد|أظن|أرجح|ربما|على الأرجح|من المحتمل|الإجابة هي"
        r"|(?:إنه|إنها|هو|هي)(?!\w))"
    ),
    refers=P.of_plain(r"(?<!\w)(?:يرجى|أنصح|يمكنك|مراجعة|البحث|مصادر|موقع|مساعدة|سؤال|لأن|خيالية?)(?!\w)"),
    denies=P.of_plain(r"(?<!\w)(?:لا|ليس|ليست|لم|غير)(?!\w)"),
    addendum=P.of_plain(r"(?<!\w)(?:المزيد|إضافية?|تفاصيل أخرى|لماذا|بالضبط)(?!\w)"),
    clause=P.of_plain(r"[.!?;:\n]|,|(?<!\w)و?لكن(?:ني)?(?!\w)"),
    of_knowledge=P.of_plain(r"معرف|معلومات|بيانات|تدريب|تحديث"),
    asks_number=P(r"(?<!\w)(?:كم|متى|ما (?:عدد|عمر|ارتفاع|طول|وزن|سعر|تاريخ)|في أي (?:عام|سنة|يوم))(?!\w)"),
    asks_count=P(r"(?<!\w)(?:كم|ما عدد)(?!\w)"),
    none=P.of_plain(r"\W*(?:صفر|لا أحد|لا شيء)\W*"),
    asks_place=P(r"(?<!\w)(?:أين|في أي (?:مدينة|بلد|مكان))(?!\w)"),
)
AR = Language(
    code="ar",
    words=replace(
        blank.WORDS,
        stop=_STOP,
        stem=stem,
        proper=proper,
        negations=P.words("ليس ليست لم لن لا غير بدون"),
        prepare=prepare,
        capitals=False,
    ),
    references=replace(
        blank.REFERENCES,
        alternatives=deferred(r"\s*(?:\sأو\s|;|؛|\s/\s)\s*"),
        parts_alternatives=("أو", ";", "؛", "/"),
        list_joint=deferred(r"\s*(?:،\s*و|[,،;؛\n]|\sو(?=\w))\s*"),
        parts_list=("،", ",", ";", "؛", "\n", " و"),
        joint_of_all=deferred(r"\sو|؛|;"),
    ),
    names=blank.NAMES,
    entities=ENTITIES,
    numbers=building.numbers(
        building.token_pattern(apostrophes=False, ordinal=r"(?!)"),
        _spelled,
        scales={"الف": 1000, "الاف": 1000, "مليون": 10**6, "مليار": 10**9, "مييه": 100, "مايه": 100},
        comma=False,
        bare=r"[-+]?[٠-٩]+(?:[٫.][٠-٩]+)?",
    ),
    fractions=blank.FRACTIONS,
    units=building.units(
        _UNIT_WORDS,
        {"dollar": "دولار دولارا دولارات", "EUR": "يورو", "GBP": "جنيه إسترليني", "JPY": "ين"},
        P.fold,
        asked=P(r"(?<!\w)(?:كم|بال)\s?"),
        count_asked=P(r"(?<!\w)كم ([^\W\d_]+)"),
        percent_asked=P(r"النسبة المئوية|كم بالمئة|كم في المئة"),
        age_asked=P(r"كم (?:عمر|سنة عمر)|ما عمر"),
    ),
    quantities=replace(blank.QUANTITIES, qualifiers=P.words("حوالي تقريبا نحو قرابة"), approximate=P(r"تقريبا|حوالي")),
    clock=blank.CLOCK,
    dates=replace(
        blank.DATES,
        months={prepare(name): number for number, name in enumerate(_MONTHS, start=1)},
        calendar=P.words("يوم عام سنة شهر تاريخ الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
        before_month=P.words("من شهر"),
        after_month=P.words("من عام سنة"),
        year_only=P(r"في أي (?:عام|سنة)"),
        asks_when=P(r"(?<!\w)(?:متى|في أي (?:عام|سنة|يوم|تاريخ))(?!\w)"),
    ),
    frequencies=blank.FREQUENCIES,
    denials=DENIALS,
    answers=ANSWERS,
    hedges=HEDGES,
    past=PAST,
    choices=CHOICES,
    comparisons=blank.COMPARISONS,
    yes_no=YES_NO,
    statements=STATEMENTS,
    directions=blank.DIRECTIONS,
    refusals=REFUSALS,
)
"""The one value that holds Arabic."""
