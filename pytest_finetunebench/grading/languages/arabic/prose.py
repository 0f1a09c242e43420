"""What Arabic says about an answer: denials, hedges, what was, choices, yes and no."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.arabic.words import P, prepare
from pytest_finetunebench.grading.languages.building import both_ways
from pytest_finetunebench.grading.patterns import deferred

_NO = r"ليس|ليست|لم|لن|لا|ما|غير|وليس|وليست|بدلا من|عوضا عن|باستثناء|سوى أن"
_MAYBE = r"ربما|قد|لعل|لعلها|لعله|محتمل|من الممكن"
_GAP = r"(?:[^\s.,;:!?]+\s){0,4}"
_NAME = r"[^\s.,;:!?()]+(?:\s(?!أو\b|و)[^\s.,;:!?()]+){0,3}"
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
