"""Japanese words, numbers, units, dates, and how references are written."""

from __future__ import annotations

import re
from dataclasses import replace

from pytest_finetunebench.grading.languages import blank, building, cjk
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.number_words import CJK_NUMERALS, cjk_reader
from pytest_finetunebench.grading.patterns import deferred

P = Patterns(cjk.prepare)
_KANJI = re.compile(r"[\u3400-\u9fff々]")
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc-\u30fe]")
_MAY_FOLLOW = re.compile(
    r"(?:市|県|都|府|区|町|村|国|州|島|駅|港|氏|様|出身|在住|生まれ|産|製|人|川|山|年|月|日"
    r"|型|色)"
)
"""What may stand behind a name or word without making it another: `東京都`, `羊飼いさん`."""
_MAY_STAND_BEFORE = re.compile(r"(?:現在|通称|名前|答|約|正解|当時|港町|都市)$")


def whole(folded: str, start: int, end: int) -> bool:
    """Whether a place is no part of a longer word: a run of Chinese letters or of Katakana goes on as one word.

    Where Hiragana or a sign begins, another word does.
    """
    for script in (_KANJI, _KATAKANA):
        before = start and script.match(folded, start) and script.match(folded, start - 1)
        if before and not _MAY_STAND_BEFORE.search(folded[max(0, start - 3) : start]):
            return False
        if script.match(folded, end - 1) and script.match(folded, end) and not _MAY_FOLLOW.match(folded, end):
            return False
    return True


STOP = P.words(
    """
    の は が を に で と も や へ か ね よ な だ た て し す ま さ せ れ る ら り い う あ え お き く け こ そ ち つ
    です ます でした
    """
)
WORDS = replace(blank.WORDS, stop=STOP, prepare=cjk.prepare, capitals=False, whole=whole)
REFERENCES = replace(
    blank.REFERENCES,
    alternatives=deferred(r"\s*(?:または|もしくは|あるいは|;|；|\s/\s)\s*"),
    parts_alternatives=("または", "もしくは", "あるいは", ";", "；", "/"),
    introduction=deferred(r"^(?:または|別名|旧名|旧称)[:：\s]*"),
    list_joint=deferred(r"\s*(?:[、，,；;&\n]|と(?=[^\u3040-\u309f])|および|及び)\s*"),
    parts_list=("、", "，", ",", ";", "；", "&", "\n", "と", "および", "及び"),
    joint_of_all=deferred(r"[^\u3040-\u309f]と[^\u3040-\u309f]|および|及び|&|、"),
)
_COUNTED = (
    r"\s?(?:人|名|個|つ|本|枚|台|隻|匹|頭|羽|冊|軒|棟|歳|才|年|ヶ月|か月|カ月|月|日|週間|時間|時|分|秒|メートル"
    r"|キロ|センチ|ミリ|グラム|トン|リットル"
    r"|フィート|インチ|マイル|ポンド|円|ドル|ユーロ|度|回|階|倍|点|パーセント|%|万|番|艘)"
)
NUMBERS = building.numbers(
    cjk.TOKEN,
    cjk_reader(_COUNTED),
    scales={"万": 10**4, "億": 10**8, "兆": 10**12},
    comma=False,
    bare=rf"[{CJK_NUMERALS}]*\d*[{CJK_NUMERALS}]+",
)
_UNITS = {
    "meter": "メートル 米",
    "kilometer": "キロメートル",
    "centimeter": "センチ センチメートル",
    "millimeter": "ミリ ミリメートル",
    "meter**2": "平方メートル",
    "kilometer**2": "平方キロメートル",
    "meter**3": "立方メートル",
    "foot": "フィート",
    "inch": "インチ",
    "mile": "マイル",
    "nautical_mile": "海里",
    "kilogram": "キログラム",
    "gram": "グラム",
    "milligram": "ミリグラム",
    "microgram": "マイクログラム",
    "metric_ton": "トン",
    "pound": "ポンド",
    "ounce": "オンス",
    "liter": "リットル",
    "milliliter": "ミリリットル",
    "second": "秒 秒間",
    "minute": "分 分間",
    "hour": "時間",
    "day": "日 日間",
    "week": "週間 週",
    "month": "ヶ月 か月 カ月",
    "year": "年 年間 歳 才",
    "hectare": "ヘクタール",
    "watt": "ワット",
    "kilowatt": "キロワット",
    "knot": "ノット",
    "degree": "度",
    "percent": "パーセント",
    "permille": "パーミル",
    "tablet": "錠",
    "drop": "滴",
}
_MONEY = {"JPY": "円", "dollar": "ドル 米ドル", "EUR": "ユーロ", "GBP": "英ポンド", "CNY": "元 人民元"}
_UNIT = re.compile("|".join(sorted(" ".join((*_UNITS.values(), *_MONEY.values())).split(), key=len, reverse=True)))
UNITS = building.units(
    _UNITS,
    _MONEY,
    str,
    asked=P(r"何\s?|いくつの"),
    count_asked=P(r"何(人|名|個|隻|匹|頭|本|枚|台|艘|軒)|いくつ()"),
    percent_asked=P(r"何パーセント|何%|割合は"),
    age_asked=P(r"何歳|何才|いくつですか|年齢"),
    counts=cjk.counts_by(
        r"[個本枚台隻匹頭羽冊軒棟回階倍票点名人艘つ]|ドア|部屋", lambda word: _UNIT.match(word) is not None
    ),
    within=True,
)
QUANTITIES = replace(
    blank.QUANTITIES,
    minus=P(r"(?:(?<![\w)-])-|マイナス|氷点下)\s?$"),
    fewer=P(r"減少|低下|下落|損失|減っ|下がっ"),
    qualifiers=P.words("約 お よ そ ほ ど く ら い 程 度 以 上 下"),
    approximate=P(r"およそ|約|だいたい"),
    share_asked=P(r"%|割合|比率|パーセント|成長率|確率|率は"),
)
CLOCK = replace(blank.CLOCK, no_time=P(r"スコア|比率|どのくらいの時間|何時間"))
DATES = replace(
    blank.DATES,
    months=cjk.MONTHS,
    calendar=P.words("年 月 西 暦 頃 初 末 旬"),
    year_only=P(r"何年"),
    asks_when=P(r"いつ|何年|何月|何日|日付"),
)
