"""How English says which of two things is more, earlier, or ahead."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_finetunebench.grading.languages.reply_parts import Comparisons, Pole
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_COMPARED = """
weight: heavier heaviest / lighter lightest
height: taller tallest higher highest / lower lowest
length: longer longest lengthier / briefer briefest
size: bigger biggest larger largest greater greatest vaster / smaller smallest tinier tiniest littler shorter shortest
width: wider widest broader broadest / narrower narrowest
depth: deeper deepest / shallower shallowest
thickness: thicker thickest fatter / thinner thinnest slimmer
time: older oldest elder eldest earlier earliest first sooner / younger youngest newer newest later latest last
speed: faster fastest quicker quickest swifter / slower slowest
price: costlier costliest dearer pricier / cheaper cheapest
strength: stronger strongest mightier / weaker weakest
distance: farther farthest further furthest / nearer nearest closer closest
heat: hotter hottest warmer warmest / cooler coolest colder coldest
hardness: harder hardest / softer softest
quality: better best / worse worst
wealth: richer richest wealthier wealthiest / poorer poorest
light: brighter brightest / darker darkest dimmer
sound: louder loudest / quieter quietest softer
density: denser densest
number: / fewer fewest
contest: winner victor / loser
owner: buyer acquirer purchaser / seller
ease: easier easiest simpler
age:
"""
"""Dimension: words of its upper end / words of its lower end. In time the upper end is what comes first."""
_PLAIN = """
weight: heavy / light
height: tall high / low
length: long lengthy / brief
size: big large great / small little tiny short
width: wide broad / narrow
depth: deep / shallow
thickness: thick fat / thin slim
time: old ancient early / young new modern recent late
speed: fast quick rapid / slow
price: expensive costly dear pricey / cheap affordable inexpensive
strength: strong powerful potent / weak
distance: far distant remote / near close
heat: hot warm / cool cold
hardness: hard / soft
quality: good / bad
wealth: rich wealthy / poor
light: bright / dark dim
sound: loud / quiet
density: dense
number: numerous / few
"""
_VERBS = """
weight: outweigh outweighs outweighed outweighing /
height: overtop overtops overtopped towered /
size: exceed exceeds exceeded exceeding surpass surpasses surpassed outsize dwarf dwarfs dwarfed /
length: outlast outlasts outlasted outlive outlives outlived /
time: predate predates predated antedate antedates precede precedes preceded preceding
    / postdate postdates postdated follow follows followed succeed succeeds succeeded
speed: outrun outruns outran outpace outpaces outpaced /
number: outnumber outnumbers outnumbered /
contest: win wins won beat beats beaten defeat defeats defeated outscore outscored overcame
    / lose loses lost trailed
owner: acquire acquires acquired buy buys bought purchased owns owned absorbed absorbs
    / sold
"""


def _poles(table: str) -> Mapping[str, Pole]:
    """Return word → its dimension and end: 1 for the upper one, -1 for the lower one."""
    found: dict[str, Pole] = {}
    for line in table.replace("\n    ", " ").strip().splitlines():
        dimension, _, words = line.partition(":")
        upper, _, lower = words.partition("/")
        for end, side in ((1, upper), (-1, lower)):
            for word in side.split():
                found.setdefault(word, Pole(dimension, end))
    return found


COMPARISONS = Comparisons(
    word=deferred(r"[^\W_]+(?:'[^\W_]+)?"),
    compared=_poles(_COMPARED),
    plain=_poles(_PLAIN),
    verbs=_poles(_VERBS),
    degrees={"more": 1, "most": 1, "less": -1, "least": -1},
    measured={
        "weigh": "weight",
        "weighs": "weight",
        "weighed": "weight",
        "weight": "weight",
        "heavy": "weight",
        "cost": "price",
        "costs": "price",
        "price": "price",
        "lasts": "length",
        "lasted": "length",
    },
    size="size",
    of_size=frozenset(("size", "height", "length", "width", "area", "depth")),
    order="time",
    after_passive=word_set("is are was were be been being got gets"),
    denying=word_set("not isn't wasn't aren't weren't doesn't don't didn't n't never nor neither cannot no"),
    only=word_set("only just merely"),
    as_much=word_set("as so"),
    as_=word_set("as"),
    than=deferred(r"\b(?:than|compared (?:to|with))\b"),
    measure_before=deferred(r"(?!)"),
    measure_after=deferred(r"(?!)"),
    before=deferred(r"\b(?:before|ahead of|in front of)\s(?:the\s|an?\s)?$"),
    after=deferred(r"\b(?:after|behind)\s(?:the\s|an?\s)?$"),
    joint=deferred(r"\s(?:and|but|while|whereas|though|although|so)\s"),
    relative=deferred(r",?\s(?:who|which|that)\b"),
    equal=deferred(
        r"(?<!not )(?<!n't )\b(?:(?:weigh|weighs|cost|costs|are|is|were|was|have|has|had|last|be)\s"
        r"(?:exactly\s|about\s|roughly\s|both\s)?the same"
        r"(?:\s(?:weight|age|height|size|length|amount|price|time|year|day|thing|as))?(?!\s\w)"
        r"|equal(?:ly)?\b|tied\b|a tie\b|a draw\b|identical\b|no difference\b)"
    ),
    sides=deferred(
        r"\W*(?:it (?:is|was|would be)\s|(?:the )?answer(?: is|:)\s)?"
        r"(?:the\s(?:(?P<former>former)|(?P<latter>latter)|(?P<first>first|1st)|(?P<second>second|2nd))"
        r"(?:\s(?:one|option|choice|person|name|of (?:the|these) two))?"
        r"|(?:option|choice|number|answer|no\.?)\s?#?(?P<number>\d{1,2}))"
        r"(?=\W*$|[.,;:!?\n]|\s(?:is|was|has|does|did|weighs|came|because|as|since|-)\b)"
    ),
)
