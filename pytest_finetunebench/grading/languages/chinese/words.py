"""Chinese words, numbers, units, dates, and how references are written; simplified and common traditional letters."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from pytest_finetunebench.grading.languages import blank, building, cjk
from pytest_finetunebench.grading.languages.building import Patterns
from pytest_finetunebench.grading.languages.number_words import CJK_NUMERALS, cjk_reader
from pytest_finetunebench.grading.patterns import deferred

P = Patterns(cjk.prepare)
_MAY_FOLLOW = re.compile(r"[市省县縣国國镇鎮村岛島州城区區河江山湖港人的是]+")
"""What a longer word may add to a name: `北京市` says `北京`."""


@cache
def _segmenter() -> Any:
    import rjieba

    return rjieba


@lru_cache(maxsize=16)
def _segments(folded: str) -> tuple[tuple[int, int], ...]:
    """Return the words of a text as places, by a dictionary: no word is guessed."""
    return tuple((start, end) for _, start, end in _segmenter().tokenize(folded, "default", False))


def whole(folded: str, start: int, end: int) -> bool:
    """Whether no word of the dictionary holds more than a place (`锡` in `锡兰`).

    A short place may not be torn apart by one either; a long name may, for its letters make words by chance.
    """
    short = end - start <= _SHORT
    for first, last in _segments(folded):
        within = (
            first <= start and end <= last and (first < start or not _MAY_FOLLOW.fullmatch(folded[end:last] or "的"))
        )
        torn = short and (first < start < last or (first < end < last and not _MAY_FOLLOW.fullmatch(folded[end:last])))
        if within or torn:
            return False
    return True


_SHORT = 2


STOP = P.words(
    """
    的 了 在 是 和 与 與 及 或 就 也 都 很 还 有 个 個 这 這 那 吗 嗎 呢 吧 啊 之 其 她 他 它 我 你 您 们 們 为
    為 于 於 被 把 从 从 到 对 而 且 所 着 地 得
    """
)
WORDS = replace(blank.WORDS, stop=STOP, prepare=cjk.prepare, capitals=False, whole=whole)
REFERENCES = replace(
    blank.REFERENCES,
    alternatives=deferred(r"\s*(?:或者?|又[称名叫]|也[称叫]|;|；|\s/\s)\s*"),
    parts_alternatives=("或", "又", "也", ";", "；", "/"),
    introduction=deferred(r"^(?:或者?|又[称名叫]|也[称叫]|原名)[:：\s]*"),
    list_joint=deferred(r"\s*(?:[、，,；;&\n]|和|与|以及)\s*"),
    parts_list=("、", "，", ",", ";", "；", "&", "\n", "和", "与", "以及"),
    joint_of_all=deferred(r"和|与|以及|&|、"),
)
_COUNTED = (
    r"\s?(?:个|個|只|位|名|人|岁|歲|米|公里|千米|厘米|毫米|公斤|千克|克|吨|升|毫升|年|月|日|号|天|周|星期|点|時"
    r"|小?时|分|秒|次|倍|元|块|美元|欧元|日元"
    r"|英镑|英尺|英寸|英里|磅|盎司|度|层|艘|条|座|栋|本|张|辆|台|件|颗|扇|种|家|所|万|%)"
)
NUMBERS = building.numbers(
    cjk.TOKEN,
    cjk_reader(_COUNTED),
    scales={"万": 10**4, "亿": 10**8},
    comma=False,
    bare=rf"[{CJK_NUMERALS}]*\d*[{CJK_NUMERALS}]+",
)
_UNITS = {
    "meter": "米 公尺",
    "kilometer": "公里 千米",
    "centimeter": "厘米 公分",
    "millimeter": "毫米",
    "meter**2": "平方米",
    "kilometer**2": "平方公里 平方千米",
    "meter**3": "立方米",
    "foot": "英尺",
    "inch": "英寸",
    "mile": "英里",
    "nautical_mile": "海里",
    "kilogram": "公斤 千克",
    "gram": "克",
    "milligram": "毫克",
    "microgram": "微克",
    "metric_ton": "吨 公吨",
    "pound": "磅",
    "ounce": "盎司",
    "liter": "升 公升",
    "milliliter": "毫升",
    "second": "秒 秒钟",
    "minute": "分钟",
    "hour": "小时 个小时",
    "day": "天",
    "week": "周 星期 个星期",
    "month": "个月",
    "year": "年 岁 周岁",
    "hectare": "公顷",
    "watt": "瓦 瓦特",
    "kilowatt": "千瓦",
    "knot": "节",
    "degC": "摄氏度",
    "degF": "华氏度",
    "degree": "度",
    "permille": "‰",
    "tablet": "片",
    "capsule": "粒",
    "drop": "滴",
}
_MONEY = {
    "CNY": "元 人民币 块 块钱 元人民币",
    "dollar": "美元 美金",
    "EUR": "欧元",
    "JPY": "日元 日圆",
    "GBP": "英镑",
    "HKD": "港元 港币",
}
_UNIT = re.compile("|".join(sorted(" ".join((*_UNITS.values(), *_MONEY.values())).split(), key=len, reverse=True)))
UNITS = building.units(
    _UNITS,
    _MONEY,
    str,
    asked=P(r"(?:多少|几)\s?|以(?=[^\s,.?]{1,4}(?:计|为单位))"),
    count_asked=P(r"(?:多少|几)\s?([^\W\d_]+)"),
    percent_asked=P(r"百分之(?:多少|几)|百分比|占比"),
    age_asked=P(r"多大(?:年纪|岁数)?|几岁|年龄|多少岁"),
    counts=cjk.counts_by(
        r"[个個只位名人艘扇座栋层条本张辆台件颗种家所次倍票分]|门|口|户", lambda word: _UNIT.match(word) is not None
    ),
    per=frozenset(("每",)),
    within=True,
)
QUANTITIES = replace(
    blank.QUANTITIES,
    minus=P(r"(?:(?<![\w)-])-|负|零下)\s?$"),
    fewer=P(r"下降|减少|降低|下跌|亏损|下滑"),
    qualifiers=P.words("约 大 概 近 左 右 多 余 至 少"),
    approximate=P(r"大约|大概|约"),
    multiplied=P(r"(?:两倍于|一半的|的一半是)\s?$"),
    share_asked=P(r"%|百分|比例|比率|占比|增长率|概率|份额"),
)
CLOCK = replace(blank.CLOCK, no_time=P(r"比分|比率|多长时间|多久"))
DATES = replace(
    blank.DATES,
    months=cjk.MONTHS,
    calendar=P.words("年 月 初 底 中 旬"),
    year_only=P(r"哪一?年|何年|什么年份"),
    asks_when=P(r"什么时候|何时|哪一?年|哪一?天|几月|日期|什么时间"),
)
