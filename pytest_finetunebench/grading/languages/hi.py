"""Hindi. Vowel signs are read as letters, so that a word is one; European and Devanagari digits are one."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank, building
from pytest_finetunebench.grading.languages.building import Patterns, both_ways
from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.languages.number_words import NumberWords, reader
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list

_SIGNS, _VOWELS = "ािीुूृेैोौॅॉ", "आइईउऊऋएऐओऔऍऑ"
_LETTERS = str.maketrans(
    {
        **dict(zip(_SIGNS, _VOWELS, strict=True)),
        **dict.fromkeys("ंँ", "\u097f"),
        "्": "ऽ",
        "ः": "ॽ",
        "़": None,
        "\u200c": None,
        "\u200d": None,
        **{chr(0x958 + place): letter for place, letter in enumerate("कखगजडढफय")},
        **{chr(0x966 + digit): str(digit) for digit in range(10)},
        "।": ". ",
        "॥": ". ",
    }
)


def prepare(text: str) -> str:
    """Return a text with letters in place of vowel signs, which no pattern takes for a part of a word."""
    return text.translate(_LETTERS)


P = Patterns(prepare)
_STOP = P.words(
    """
    में से का की के को ने पर तक और या है हैं था थी थे हो होता होती यह वह ये वे इस उस इन उन एक जो कि क्या कौन कब कहाँ
    कितना कितने कितनी कैसे किस किसने किसका किसकी नाम भी ही तो लगभग करीब जी हाँ लिए साथ बाद पहले द्वारा
    """
)
_SMALL = """
शून्य एक दो तीन चार पाँच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस बीस इक्कीस बाईस
तेईस चौबीस
पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस चालीस इकतालीस
बयालीस तैंतालीस चवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन
अट्ठावन
उनसठ साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर
सतहत्तर अठहत्तर उनासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी नब्बे इक्यानवे बानवे
तिरानवे
चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे
"""
_WORDS = NumberWords(
    small={P.fold(word): value for value, word in enumerate(_SMALL.split())}
    | {P.fold("पांच"): 5, P.fold("छः"): 6, P.fold("छे"): 6, P.fold("सौ"): 100},
    hundred=frozenset(),
    scales={P.fold(word): value for word, value in {"हज़ार": 1000, "लाख": 10**5, "करोड़": 10**7, "अरब": 10**9}.items()},
    joiners=frozenset(),
    weak=P.words("एक"),
    ordinals={},
)
_HUNDRED = replace(_WORDS, small={k: v for k, v in _WORDS.small.items() if v != 100}, hundred=P.words("सौ"))
_UNITS = {
    "meter": "मीटर",
    "kilometer": "किलोमीटर किमी",
    "centimeter": "सेंटीमीटर सेमी",
    "millimeter": "मिलीमीटर",
    "foot": "फुट फ़ीट",
    "inch": "इंच",
    "mile": "मील",
    "kilogram": "किलोग्राम किलो किग्रा",
    "gram": "ग्राम",
    "milligram": "मिलीग्राम",
    "metric_ton": "टन",
    "pound": "पाउंड",
    "liter": "लीटर",
    "second": "सेकंड",
    "minute": "मिनट",
    "hour": "घंटा घंटे",
    "day": "दिन",
    "week": "सप्ताह हफ़्ता हफ़्ते",
    "month": "महीना महीने",
    "year": "साल वर्ष",
    "degree": "डिग्री",
    "percent": "प्रतिशत फ़ीसदी",
}
_MONTHS = word_list("जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर")
_SHORT = word_list("जन॰ फ़र॰ मार्च अप्रैल मई जून जुल॰ अग॰ सित॰ अक्टू॰ नव॰ दिस॰")
_SPELLED_TOO = {"फरवरी": 2, "सितम्बर": 9, "अक्तूबर": 10, "अक्तू": 10, "नवम्बर": 11, "दिसम्बर": 12}
"""Months in their other spelling."""
_B, _E = r"(?<!\w)", r"(?!\w)"
_MAYBE = "शायद|संभवतः|हो सकता है|मुमकिन है"
_NAME = r"[^\s.,;:!?()]+(?:\s(?!या\b|और\b|में|से|का|की|के|है)[^\s.,;:!?()]+){0,3}"
_END = r"(?=\s{0,3}(?:$|[,.!?;:\n)\"]))"
_YES = "जी हाँ|हाँ जी|हाँ|बिल्कुल|बिल्कुल सही|सही|सही है|यह सही है|ज़रूर|निश्चित रूप से|बेशक"
_NOT = "जी नहीं|नहीं जी|नहीं|ना|न|गलत|यह गलत है|गलत है|बिल्कुल नहीं|कदापि नहीं|ऐसा नहीं है|यह सही नहीं है"
_KNOWLEDGE = "जानकारी|सूचना|डेटा|आँकड़े|रिकॉर्ड|उत्तर|जवाब|विवरण|अंदाज़ा|प्रमाण|स्रोत|ज्ञान"
DENIALS = replace(
    blank.DENIALS,
    before=P(rf"{_B}(?:के बजाय|की बजाय|न कि|न तो|बिना)\s(?:[^\s.,;:!?]+\s){{0,3}}\"?$"),
    after=P(
        rf"\"?(?:\s[^\s.,;:!?]+){{0,4}}?\s(?:नहीं|न){_E}(?!\s(?:केवल|सिर्फ़))|\"?\s?\?\s?(?:नहीं|जी नहीं)"
        r"|[^.,;!?\n]{0,40}\s(?:गलत|मिथक|अफ़वाह|झूठ)\s(?:है|था|थी)|\"?\s(?:के बजाय|की बजाय|के अलावा|को छोड़कर)"
    ),
    retraction=P(r"(?:माफ़ कीजिए|माफ़ करें|सुधार|रुकिए|मेरा मतलब|गलती हुई|क्षमा करें)\s?[,.:!]?"),
    retraction_words=tuple(P.fold("माफ़ सुधार रुकिए मतलब गलती क्षमा").split()),
    clause_end=P(rf"[.;:!?\n]|{_B}(?:लेकिन|परंतु|किंतु|बल्कि|मगर){_E}"),
    in_question=P(rf"{_B}(?:नहीं|छोड़कर|अलावा){_E}"),
)
ANSWERS = replace(
    blank.ANSWERS,
    frame_word=P.fold("उत्तर"),
    frame=P(r"(?:सही )?उत्तर\s?(?:है|:)\s?([^\n]{1,300})"),
    named=P(r"उत्तर\s?(?:है|:)|=|####|\bboxed\{"),
    leading=P.words("हाँ नहीं उत्तर है मुझे लगता शायद लगभग अनुसार"),
    given=P(rf"(?:{_B}(?:नाम|है|था|थी)|:)\s?\"?$"),
)
HEDGES = replace(
    blank.HEDGES,
    joining=("/", P.fold(" या "), *(P.fold(word) for word in ("शायद", "संभवतः", "हो सकता"))),
    sources_word=P.fold("कुछ"),
    or_after=P(rf"(?:\s[^\s,]+)?,?\s(?:या तो|या|अथवा)\s(?:(?:{_MAYBE})\s)?({_NAME})|\s?/\s?({_NAME})()"),
    or_before=P(rf"({_NAME}),?\s(?:या तो|या|अथवा)\s(?:(?:{_MAYBE})\s)?$"),
    open=P(rf"{_B}(?:{_MAYBE}|या|अथवा){_E}"),
    sources=P(r"कुछ (?:लोग|स्रोत)[^\n]{1,80}(?:अन्य|दूसरे)"),
    member_joint=P(r"\s*(?:,\s*(?:(?:और|या)\s)?|\s(?:और|या)\s|\n)\s*"),
    last_member=P(r"\s(?:और|या)\s"),
    either_word=P.fold("या"),
    between_figures=P(r"[^,.;:!?\n]{0,20}\sया\s"),
    either=P(r"[%°]?\s?(?:[^\W\d_]+\s){0,3}?(?:या|अथवा)\s(?:[^\W\d_]+\s){0,2}"),
    to=P(r"\s?[^\W\d_%]{0,12}[%°]?\s?(?:-|से)\s?"),
)
PAST = replace(
    blank.PAST,
    before=P(
        rf"{_B}(?:पहले|पूर्व|भूतपूर्व|पुराना|पुराने|पुरानी)(?:\s[^\s.,;]+){{0,3}}[\W_]*$|\((?:पूर्व"
        rf"|पहले)[^)]*$"
    ),
    after=P(r"[^\w\s]*\s?\(?\s?(?:पहले|पूर्व)(?!\w)|(?:\s[^\s.,;]+){0,2}\s(?:था|थी|थे)(?!\w)"),
    now=P(rf"{_B}(?:अब|वर्तमान|फ़िलहाल|अभी|आजकल){_E}"),
    clause=P(rf"[;!?\n]|\.\s|, |{_B}(?:लेकिन|परंतु|अब){_E}"),
    asked=P(rf"{_B}(?:पहले|पूर्व|पुराना){_E}"),
)
CHOICES = replace(
    blank.CHOICES,
    or_=deferred(r"\s*,?\s+या\s+"),
    asking=P.words("क्या कौन कब कहाँ कितना कितने कैसे किस"),
    frame=deferred(
        r"(?:उत्तर|विकल्प|जवाब)\s?(?:है"
        r"|:)?\s?[:(]?\s?(?P<letter>[A-Za-z])(?P<close>\))?(?![A-Za-z0-9+#])"
    ),
    joined=P(r"(?:, |\s(और|या)\s)"),
)
YES_NO = replace(
    blank.YES_NO,
    yes=(prepare("हाँ"), prepare("जी"), prepare("सही")),
    no=(prepare("नहीं"), prepare("ना"), prepare("गलत")),
    filler=P(r"(?:[\W_]+|(?:उत्तर है|उत्तर|जवाब है|देखिए)\s?[:,]?\s?)"),
    both=P(rf"हाँ\s?[,/]?\s?(?:और |या |भी )?(?:नहीं|ना){_END}|हाँ भी और नहीं भी"),
    word=P(rf"(?P<yes>(?:{_YES})){_END}|(?P<no>(?:{_NOT})){_END}|(?P<y>(?!))"),
    sentence=P(rf"(?:^|(?<=[.!?])\s|\n)\W{{0,5}}(?:(?P<yes>{_YES})|(?P<no>{_NOT}))\s?(?=[.!]|\n|$)"),
    anywhere=P(rf"(?:(?<=[.:,;!?\"]\s)|(?<=\")|^)(?:(?P<yes>{_YES})|(?P<no>{_NOT})){_END}(?P<after>(?!))?"),
    corrected=P(r"(?:माफ़ कीजिए|सुधार|रुकिए)[\W_]{1,6}(?=(हाँ|नहीं)(?!\w))"),
)
ENTITIES = replace(
    blank.ENTITIES,
    opposites=both_ways("पहले/बाद ऊपर/नीचे अंदर/बाहर उत्तर/दक्षिण पूर्व/पश्चिम नया/पुराना बायाँ/दायाँ", P.fold),
    qualifiers=P.words("उप सहायक गैर पूर्व कार्यवाहक"),
    name_qualifiers=P.words("नया नई उत्तरी दक्षिणी पूर्वी पश्चिमी न्यू"),
    compound_before=P(rf"{_B}(?:उप|सहायक|गैर|पूर्व|भूतपूर्व|कार्यवाहक|नया|नई|न्यू|उत्तरी|दक्षिणी)[\s-]$"),
    compound_after=P(
        r"\s(?:का|की|के)\s(?:भाई|बहन|बेटा|बेटी|पिता|माता|माँ|पति|पत्नी|सहायक|मित्र|दोस्त|उत्तराधिकारी"
        r"|चचेरा)(?!\w)|-(?:सहायक|उप)(?!\w)"
    ),
    relation=P(rf"{_B}(?:भाई|बहन|बेटा|बेटी|पिता|माता|पति|पत्नी|किसका|किसकी){_E}"),
)
REFUSALS = replace(
    blank.REFUSALS,
    whole=P.of_plain(
        r"(?![\s\S]*(?:लेकिन|शायद|मुझे लगता|परंतु))"
        r"\W*(?:अज्ञात|पता नहीं|मालूम नहीं|नहीं पता|मुझे नहीं पता|ज्ञात नहीं|कोई नहीं|उपलब्ध नहीं|माफ़ कीजिए"
        r"|क्षमा करें|अनिश्चित)(?:\s*[^\w\s][\s\S]*|\s*\n[\s\S]*)?"
    ),
    phrases=P.of_plain(
        rf"(?:नहीं पता|पता नहीं|मालूम नहीं|नहीं मालूम|नहीं जानता|नहीं जानती|नहीं जानते|ज्ञात नहीं|अज्ञात"
        rf"|याद नहीं|असमर्थ"
        rf"|(?:{_KNOWLEDGE})(?:\s\S+){{0,3}}?\s(?:नहीं|उपलब्ध नहीं)|(?:नहीं|न) (?:बता|दे|कह|जान) (?:सकता|सकती"
        rf"|सकते|पाऊँगा|पाऊँगी)"
        r"|(?:उत्तर|जवाब)(?:\s\S+){0,2}? नहीं|निश्चित नहीं|पक्का नहीं|(?:घोषित|सार्वजनिक|प्रकाशित|दर्ज|निर्धारित"
        r"|स्पष्ट|उपलब्ध) नहीं|नहीं (?:किया|की|हुआ|हुई) (?:गया|गई|है)"
        r"|भविष्य (?:में|की)|काल्पनिक|अस्तित्व(?:\s\S+){0,2}? नहीं|संभव नहीं|नहीं सुना|मेरा ज्ञान"
        r"|मेरी जानकारी(?:\s\S+){0,3}? तक)"
    ),
    asks_back=P.of_plain(r"(?:क्या आप|कृपया)(?:\s\S+){0,4}? (?:बता|स्पष्ट|दे) (?:सकते|करें|सकती)"),
    turn=P.of_plain(r"लेकिन|परंतु|किंतु|मगर|मुझे लगता है|शायद|आमतौर पर"),
    says_after_all=P.of_plain(
        r"(?:(?:लेकिन|परंतु|पर|मगर)\s)?(?:मुझे लगता है|मेरे विचार|मेरा अनुमान|शायद|संभवतः"
        r"|हो सकता है|उत्तर (?:है|शायद)|(?:यह|वह|वे)(?!\w))"
    ),
    refers=P.of_plain(r"आप|कृपया|जाँच|खोज|स्रोत|वेबसाइट|मदद|सवाल|प्रश्न|क्योंकि|काल्पनिक"),
    denies=P.of_plain(r"नहीं|अज्ञात"),
    addendum=P.of_plain(r"अधिक|और जानकारी|अतिरिक्त|क्यों|सटीक"),
    clause=P.of_plain(r"[.!?;:\n]|,|(?:लेकिन|परंतु|किंतु|मगर)(?!\w)"),
    of_knowledge=P.of_plain(r"ज्ञान|जानकारी|डेटा|प्रशिक्षण|अपडेट"),
    asks_number=P(r"कितन[ाेी]|कब|कौन से (?:साल|वर्ष|दिन)|किस (?:साल|वर्ष|दिन|तारीख)|उम्र|आयु|तारीख"),
    asks_count=P(r"कितन[ाेी]"),
    none=P.of_plain(r"\W*(?:शून्य|कोई नहीं)\W*"),
    asks_place=P(r"कहाँ|किस (?:शहर|देश|जगह|गाँव)"),
)
HI = Language(
    code="hi",
    words=replace(blank.WORDS, stop=_STOP, negations=P.words("नहीं न बिना"), prepare=prepare, capitals=False),
    references=replace(
        blank.REFERENCES,
        alternatives=deferred(r"\s*(?:\sया\s|\sअथवा\s|;|\s/\s)\s*"),
        parts_alternatives=("या", "अथवा", ";", "/"),
        list_joint=deferred(r"\s*(?:,\s*और\s|\sऔर\s|\sतथा\s|[,;\n])\s*"),
        parts_list=(",", ";", "\n", "और", "तथा"),
        joint_of_all=deferred(r"\sऔर\s|\sतथा\s|;"),
    ),
    names=blank.NAMES,
    entities=ENTITIES,
    numbers=building.numbers(
        building.token_pattern(apostrophes=False, ordinal=r"(?!)"),
        reader(_HUNDRED),
        scales=dict(_HUNDRED.scales),
        comma=False,
        bare=r"[-+]?[०-९]+(?:\.[०-९]+)?",
    ),
    fractions=blank.FRACTIONS,
    units=building.units(
        _UNITS,
        {"INR": "रुपये रुपया रुपए", "dollar": "डॉलर", "EUR": "यूरो", "GBP": "ब्रिटिश पाउंड"},
        P.fold,
        asked=P(r"कितन[ाेी]\s"),
        count_asked=P(r"कितन[ाेी] ([^\W\d_]+)"),
        percent_asked=P(r"कितने प्रतिशत"),
        age_asked=P(r"कितने (?:साल|वर्ष) (?:का|की|के)|उम्र|आयु"),
        per=frozenset((P.fold("प्रति"),)),
    ),
    quantities=replace(blank.QUANTITIES, qualifiers=P.words("लगभग करीब क़रीब तक़रीबन"), approximate=P(r"लगभग|करीब")),
    clock=blank.CLOCK,
    dates=replace(
        blank.DATES,
        months={
            P.fold(name).split("॰")[0]: number
            for names in (_MONTHS, _SHORT)
            for number, name in enumerate(names, start=1)
        }
        | {P.fold(name): number for name, number in _SPELLED_TOO.items()},
        calendar=P.words("सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार साल वर्ष सन् दिन तारीख महीना को"),
        before_month=frozenset(),
        after_month=P.words("सन् को"),
        year_only=P(r"किस (?:साल|वर्ष)"),
        asks_when=P(r"कब|किस (?:साल|वर्ष|दिन|तारीख)"),
    ),
    frequencies=blank.FREQUENCIES,
    denials=DENIALS,
    answers=ANSWERS,
    hedges=HEDGES,
    past=PAST,
    choices=CHOICES,
    comparisons=blank.COMPARISONS,
    yes_no=YES_NO,
    statements=blank.STATEMENTS,
    directions=blank.DIRECTIONS,
    refusals=REFUSALS,
)
"""The one value that holds Hindi."""
