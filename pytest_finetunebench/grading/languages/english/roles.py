"""What gives a figure another role in English than that of an answer: a date, a label, a part, a bound."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.value_parts import Roles
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_MONEY = r"\s?(?:(?:the|an?|about|some|us)\s){0,2}[$£€¥]?\s?$"
_STRICT = deferred(
    r"(?:\b(?:more|greater|larger|higher|longer|older|taller|heavier|bigger|later|fewer|less|lower|smaller|shorter"
    r"|younger|lighter|earlier)\sthan|\b(?:over|under|above|below|beyond|exceed(?:s|ed|ing)?|in excess of"
    r"|surpass(?:es|ed|ing)?)"
    rf"|(?<![a-z])[<>]|\b(?:all|everyone|everything|everybody) (?:but|except(?: for)?)){_MONEY}"
)
_STRICT_YEAR = deferred(r"\b(?:before|after|prior to|pre-|post-)\s?(?:the\s)?(?:year\s)?$")
_LOOSE = deferred(
    r"\b(?:no|not|never|nor|n't|just|slightly|(?:only|ever so) (?:just|slightly)|a (?:little|bit|tad|touch|shade|hair)"
    r"|barely|marginally|somewhat|fractionally|hardly|any|scarcely|or)\s$|n't\s(?:any\s)?$"
)
_CHANGED = (
    "increas(?:ed?|es|ing)|ris(?:e|es|en|ing)|rose|gr[eo]w(?:s|n|ing)?|rais(?:ed?|es|ing)|expand(?:ed|s|ing)?|enlarged"
    "|extended|boost(?:ed|s|ing)?|swell(?:ed|s|ing)?|swollen|climb(?:ed|s|ing)?|jump(?:ed|s|ing)?|up|upped"
    "|decreas(?:ed?|es|ing)|f[ae]ll(?:s|en|ing)?|dropp?(?:ed|s|ing)?|reduc(?:ed?|es|ing)|lower(?:ed|s|ing)?|cut(?:s|ting)?"
    "|shr[aiu]nk(?:s|ing)?|declin(?:ed?|es|ing)|down|slashed|trimmed|shortened|widened|changed"
)
"""Something became more or less."""
_LABELS = word_set(
    """
    page pages chapter section figure fig table step source sources note footnote version route pier room article part
    volume vol line item option question number no nr week grade type group level stage class category appendix exhibit
    paragraph clause rule act scene verse psalm gate platform track bus flight train channel episode season series round
    lap unit lot block building apartment apt hull berth dock district ward zone highway road exit phase ref reference
    citation slide draft revision release edition schedule title amendment resolution line station
    """
)
_ADDITION = r"(?:plus|minus|times|divided by|multiplied by|[+×÷])"
_OPERAND_BEFORE = deferred(rf"\d[^\W\d_]*\s?{_ADDITION}\s?[$£€¥]?$|\d\s(?:\w+\s)?(?:more|fewer|less) than\s$")
_OPERAND_AFTER = deferred(rf"\s?{_ADDITION}\s?[$£€¥]?\d|,?\s(?:with )?(?:an? )?(?:remainder|rest)(?: of)?\s\d")
_OF_WHOLE = deferred(
    r"\sof\s(?:(?:them|these|those|which|whom)\b"
    r"|(?:(?:its|the|their|our|his|her)\s)?(?:\d+\s)?(?:[^\W\d_]+\s){1,2}(?:are|were|is|was)\b)"
)
_ASKS_WHOLE = deferred(
    r"\bhow many (?:[\w'-]+\s){1,4}?(?:has|have|had|are there|were there|is there|does .* have|do .* have|did .* have"
    r"|make up|are in|belong)\b"
)
_TOTAL_AFTER = deferred(
    r"\s(?:[^\W\d_]+\s){0,2}?(?:in all|in total|altogether|all told|all together|together|combined|overall)\b"
)
_TOTAL_BEFORE = deferred(
    r"(?:\b(?:total(?:s|ling|ing|led)?(?:\s(?:of|is|was|number))*|sum(?:\s(?:of|is|was))*|makes?|making|so|thus|hence|altogether)"
    r"|=),?\s(?:(?:there|it|they|that)\s)?(?:(?:is|are|was|were|has|have|had|makes)\s)?(?:a total of\s)?[$£€¥]?$"
)
_RATE = deferred(
    r"\s?(?:[^\W\d_]+\s){0,2}?(?:per|for each|for every|in each|on each|each)\s([^\W\d_]+)"
    r"|\s?(?:[^\W\d_]+\s){0,2}?an?\s(second|minute|hour|day|night|week|month|year|person|head|piece)\b(?!\s(?:earlier|ago|later|before|old|after))"
)
_ASKS_RATE = deferred(
    r"\b(?:per|each|every|rate|daily|weekly|monthly|yearly|hourly|annual(?:ly)?|an? (?:day|week|month|year|hour))\b"
)
_AMONG = deferred(r"\b(?:of|out of|among|from)\s(?:(?:the|its|their|these|those|all)\s){0,2}(?:[^\W\d_]+'s\s)?$")
_ASKS_AMOUNT = deferred(r"\bhow (?:many|much|old|tall|high|long|far|deep|wide|heavy|fast|big|large)\b")
_ASKS_TIMES = deferred(r"\bhow (?:often|frequently)\b|\btimes\b")
_COUNTED = deferred(r"\bhow many ((?:[\w'-]+\s?){1,3})")
_ASKS_END = deferred(
    r"\b(?:until|till|end|ended|finish(?:ed)?|leave|left|stop(?:ped)?|close[ds]?|die[ds]?|cease[ds]?|retire[ds]?|resign(?:ed)?"
    r"|abolish(?:ed)?|dissolve[ds]?|demolish(?:ed)?|step(?:ped)? down|discontinued?|death)\b"
)
_ASKS_START = deferred(
    r"\b(?:since|from (?:which|what)|start(?:ed)?|begin|began|begun|open(?:ed)?|become|became|take office|took office"
    r"|found(?:ed)?|establish(?:ed)?|born|elected|launch(?:ed)?|introduced?|appointed|birth)\b"
)
_PERIOD = deferred(
    r"(?<![\d-])([12]\d{3})\s?(?:-|\b(?:to|until|till|through|up to)\b|,?\s?†)\s?(?:about\s"
    r"|around\s)?([12]\d{3})(?![\d-])"
)
_NUMBER_YEAR = deferred(r"\b(?:in|since|during|year)\s(?:the year\s)?$")
_TURN = deferred(
    r"[\s,.;:!?)–-]{1,6}(?:(?:oh|er|um|well|no),?\s)?"
    r"(?:(?:actually|sorry|i mean(?:t)?|make that|or rather|rather)[,:]?\s){1,3}(?:(?:on|in|at)\s)?"
    r"(?:(?:it(?:'s| is| was)|make it)\s)?[$£€¥]?"
)
_PAST = deferred(
    r"\b(?:used to (?:be|have|number|total|measure|weigh)|originally|initially|once (?:had|was|numbered)|previously"
    r"|formerly|up from|down from|compared (?:with|to)|versus|against|from)\s(?:[^\W\d_]+\s){0,2}?[$£€¥]?$"
)
_DRAWN = deferred(r"\b(?:from)\s(?:[^\W\d_]+\s){0,2}?[$£€¥]?$")

ROLES = Roles(
    strict=_STRICT,
    strict_year=_STRICT_YEAR,
    loose=_LOOSE,
    labels=_LABELS,
    operand_before=_OPERAND_BEFORE,
    operand_after=_OPERAND_AFTER,
    of_whole=_OF_WHOLE,
    asked_period=deferred(
        r"\b(?:per|an?|each|every|in one)\s(day|week|month|year|hour|minute)\b|\b(?=(?:daily|weekly|monthly"
        r"|yearly)\b)(\w+)"
    ),
    period_behind=deferred(
        r"\s?(?:[^\W\d_]+\s){0,2}?(?:per\s|an?\s|each\s|every\s|/\s?)?"
        r"(day|week|month|year|hour|minute|dose|daily|weekly|monthly|yearly|hourly)\b"
    ),
    periods={"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "hourly": "hour"},
    of_stuff=deferred(r"\s?[^\W\d_]{0,12}\sof\s(?:the\s)?([^\W\d_]+)"),
    had=deferred(r"\b(?:had|was|were|counted|numbered)\s(?:about\s|only\s|just\s)?[$£€¥]?$"),
    aged=deferred(r"\b(?:(?:at|by|before|until|since|from) (?:the (?:ripe old )?|her |his )?age(?: of)?|aged)\s$"),
    asks_above=deferred(
        r"\b(?:above|over|exceed\w*|beyond|(?:more|higher|greater|older|longer) than|at least|minimum)\b"
    ),
    asks_below=deferred(
        r"\b(?:below|under|beneath|(?:less|lower|fewer|younger|shorter) than|at most|maximum|target|limit|goal"
        r"|cut-?off)\b"
    ),
    dimensions={
        word: dimension
        for dimension, words in {
            "height": "high tall height",
            "length": "long",
            "width": "wide broad width breadth across",
            "depth": "deep depth",
            "thickness": "thick thickness",
            "weight": "heavy weight",
        }.items()
        for word in words.split()
    },
    opposed=(
        (
            deferred(r"\b(?:must|needs?|needed|requires?d?|necessary|minimum|at least|(?:has|have) to)\b"),
            deferred(
                r"\b(?:at (?:the )?most|(?:no|not) more than|up to|(?:a )?maximum(?: of)?)\s(?:[^\W\d_]+\s)?[$£€¥]?$"
            ),
        ),
        (
            deferred(r"\b(?:may|allow(?:s|ed)?|permit(?:s|ted)?|maximum|at most|limit)\b"),
            deferred(
                r"\b(?:at (?:the )?least|(?:no|not) (?:less|fewer) than|(?:a )?minimum(?: of)?)\s"
                r"(?:[^\W\d_]+\s)?[$£€¥]?$"
            ),
        ),
    ),
    goes_above=deferred(
        r"(?:more|greater|larger|higher|longer|older|taller|later|over|above|beyond|exceed|surpass|excess|>)"
    ),
    of_which=deferred(r"\bof (?:which|whom|these|those),?\s(?:about\s|only\s|some\s)?[$£€¥]?$"),
    more_than=deferred(
        r"\s(?:[^\W\d_]+\s)?(?:(?:more|fewer|less|older|younger|taller|shorter|longer|higher|lower|heavier|lighter)\sthan"
        r"|(?:more|fewer)\s(?:[^\W\d_]+\s){1,2}than)\b"
    ),
    step=deferred(
        rf"\b(?:{_CHANGED})\s(?:[^\W\d_]+\s){{0,2}}?by\s(?:about\s|some\s|roughly\s|nearly\s|another\s"
        r"|a further\s)?[$£€¥]?$"
        r"|\b(?:increase|decrease|rise|drop|fall|gain|reduction|decline|cut|jump|growth)\sof\s(?:about\s|some\s"
        r"|roughly\s|nearly\s)?[$£€¥]?$"
    ),
    gained=deferred(r"\b(?:gain(?:ed|s|ing)|add(?:ed|s|ing))\s(?:another\s|about\s|some\s|a further\s)?[$£€¥]?$"),
    asks_change=word_set(
        """
        add adds added adding addition additional extra more gain gained gains join joined leave left leaving lose lost
        losing loss change changed changes changing difference differ growth new cut cuts saved save saving removed
        closed created effect effects impact result happen happened rise rises rose risen rising increase increases
        increased increasing grew grow grows grown growing up raise raised fall falls fell fallen falling decrease
        decreases decreased shrank shrink shrunk decline declines declined down drop drops dropped lower lowered reduce
        reduced reduction by jump jumped outcome consequence
        """
    ),
    asks_difference=deferred(r"\bhow (?:many|much) (?:\w+ )?(?:more|fewer|less)\b|\bby how\b|\bdifference\b|\bthan\b"),
    noun_before=deferred(
        r"\b([^\W\d_]{3,})\s(?:of|was|is|were|are|at|came to|totall?ed|reached)\s(?:about\s|roughly\s|just\s"
        r"|only\s)?[$£€¥]?$"
    ),
    clause_joint=deferred(r"[,;.](?=\s)|\b(?:and|while|whereas|but)\b"),
    asks_whole=_ASKS_WHOLE,
    total_after=_TOTAL_AFTER,
    total_before=_TOTAL_BEFORE,
    rate=_RATE,
    each=deferred(r"\s?(?:[^\W\d_]+\s){0,2}?(?:each|apiece)(?=\W*$|[.,;])"),
    since=deferred(r"\b(?:since|starting (?:in|from|at)|beginning (?:in|from|at)|from)\s(?:the year\s|age\s)?$"),
    until=deferred(
        r"(?<!not )\b(?:until|till|up to|through|before|(?:stop|end|finish|cease|close)\w*\s(?:at|in|on|by|with))\s"
        r"(?:the year\s|the age of\s|age\s)?$"
    ),
    discount_words=word_set("off discount discounted rebate voucher coupon cashback"),
    discount=deferred(
        r"(?:\s?off|\s(?:an?\s)?(?:discount|rebate|voucher|coupon|cashback))\b"
        r"|,?\s(?:with|minus|less|before|and|but)\s(?:an?\s|the\s|its\s)?[$£€¥]?[\d.,%]+\s?(?:\w+\s)?"
        r"(?:off|discount|rebate|voucher|coupon|cashback)\b"
    ),
    asks_rate=_ASKS_RATE,
    among=_AMONG,
    asks_amount=_ASKS_AMOUNT,
    asks_times=_ASKS_TIMES,
    counted=_COUNTED,
    asks_end=_ASKS_END,
    asks_start=_ASKS_START,
    period=_PERIOD,
    of_year=_NUMBER_YEAR,
    turn=_TURN,
    past=_PAST,
    moved_from=_DRAWN,
    times_words=frozenset(("once", "twice", "thrice")),
    all_="all",
)
