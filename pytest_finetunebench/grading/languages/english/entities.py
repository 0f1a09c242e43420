"""English words that tell one thing from another of the same kind, and what is said of a thing from the thing."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_finetunebench.grading.languages.english.events import EVENTS
from pytest_finetunebench.grading.languages.english.words import COLOURS
from pytest_finetunebench.grading.languages.prose_parts import Entities
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_PAIRS = """
    before/after above/below inside/outside within/outside with/without more/less
    more/fewer most/least maximum/minimum max/min higher/lower upper/lower high/low left/right north/south east/west
    northern/southern eastern/western first/last early/late earlier/later old/new older/younger older/newer
    hot/cold acute/chronic mild/severe increase/decrease rise/fall rose/fell gain/loss profit/loss
    buy/sell bought/sold import/export imports/exports male/female mother/father sister/brother daughter/son
    wife/husband public/private internal/external interior/exterior domestic/foreign positive/negative
    systolic/diastolic anterior/posterior proximal/distal arrival/departure input/output summer/winter sunrise/sunset
    ascending/descending inbound/outbound junior/senior single/double top/bottom front/back horizontal/vertical
    direct/indirect primary/secondary long/short even/odd cause/prevent causes/prevents cause/treat causes/treats
    cause/protect causes/protects cause/against causes/against
    win/lose wins/loses won/lost pass/fail passes/fails passed/failed accept/reject accepts/rejects accepted/rejected
    approve/reject approved/rejected lend/borrow lends/borrows lent/borrowed arrive/depart arrives/departs
    arrived/departed support/oppose supports/opposes supported/opposed hire/fire hired/fired attack/defend
    attacked/defended
    include/exclude includes/excludes allow/forbid allows/forbids
"""


def _both_ways(pairs: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in pairs:
        one, other = pair.split("/")
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


RELATIONS = (
    r"(?:(?:half|step|twin|older|younger|elder|eldest|youngest|late|former|first|second|own|only|best|great|personal)"
    r"[\s-])*(?:(?:step|grand|god)?(?:brother|sister|son|daughter|mother|father|child|parent)(?:-in-law)?|wife|husband"
    r"|widow(?:er)?|spouse|partner|cousin|uncle|aunt|nephew|niece|twin|assistant|deputy|secretary|aide|friend|rival"
    r"|successor|predecessor|student|pupil|teacher|mentor|boss|manager|agent|neighbou?r|colleague|opponent|grave"
    r"|tributary|replica|copy|imitation|photo(?:graph)?|drawing|fan|admirer|critic|ghost|spirit|namesake|follower|imitator|disciple|statue|portrait|bust|double|impersonator|biography|nemesis"
    r"|apprentice|heir|fianc[ée]e?|girlfriend|boyfriend|biographer|understudy|bodyguard|lawyer|ghostwriter"
    r"|ex-(?:wife|husband)|subsidiary|competitor|parent company|sister ship|relative|ally|sequel|prequel|remake|parody)"
)

_WORKS = "novel|film|movie|book|song|album|poem|play|opera|musical|show|series|painting|ballet|symphony|story|essay"
_NO_NOUN = "in|of|on|at|by|for|from|to|with|is|are|was|were|did|does|do|has|had"

ENTITIES = Entities(
    opposites=_both_ways(_PAIRS.split()),
    directed=word_set("before after than from to by until"),
    multiples=word_set("single double dual triple quadruple quintuple twin mono bi tri"),
    part_of="of",
    asks_title=deferred(
        rf"\b(?:which|what)\s(?:(?!{_NO_NOUN}\b)[\w'-]+\s){{0,3}}(?:{_WORKS})\b"
        rf"|\b(?:title|name) of (?:[\w'-]+\s){{0,4}}(?:{_WORKS})\b|\b(?:title|titled|entitled|motto|slogan|password"
        rf"|passphrase|inscription)\b"
    ),
    qualifiers=word_set(
        "vice deputy assistant associate acting interim almost nearly hardly barely ex anti non pseudo co"
    ),
    role_qualifiers=word_set("former retired student trainee apprentice aspiring future"),
    name_qualifiers=word_set("north south east west new upper lower technical second third equatorial little"),
    asks_place="where",
    compound_before=deferred(
        r"(?<![\w-])(?:non|anti|ex|pre|post|pseudo|sub|semi|quasi|step|half|counter|un|vice|co|neo|proto|great"
        r"|great-grand|grand|self|mid|inter|intra|extra|hyper|hypo)-$"
    ),
    compound_after=deferred(
        r"-(?:in-law|free|general|in-chief|designate|less|proof|resistant|like|deficient|negative|elect|adjacent"
        r"|(?:on|upon|under|next)-(?:the-)?[a-z]+|plated|coated|flavou?red|scented|effect|look)\b"
    ),
    generation=deferred(
        r",?\s(?:jr|sr|junior|senior|the (?:younger|elder)|women|reserves|youth|ladies|academy|u\d\d|emeritus)\b\.?"
    ),
    numbered=deferred(r"\s(?:[ivx]{2,5}|[ivx]{1,2}[ivx]|\d{1,2})(?=\W*$)"),
    title_begins=deferred(
        r"(?:^|[\s\"'*(])(beyond|under|across|over|after|before|behind|below|above|through|into|between|without|against"
        r"|towards?|beneath|returns? (?:to|of)|back to|children of|sons? of|daughters? of|house of|song of|tales of"
        r"|journey to|escape from)\s(?:the\s|an?\s)?$"
    ),
    title_goes_on=deferred(r"\s(?:and|&|of|without)\s(?:(?:the|an?)\s)?"),
    sequel=deferred(r"\s(?:and|&)\s(?=other\b)|\s(?=returns?\b|revisited\b|reloaded\b|again\b)"),
    relative_after=deferred(rf"\S{{0,2}}'s?\s{RELATIONS}s?\b"),
    relative_within=deferred(rf"'s?\s{RELATIONS}s?\b"),
    relative_before=deferred(
        rf"\b{RELATIONS}s?\s(?:of|to|for)\s(?:the\s|an?\s)?$"
        r"|\b(?:school|circle|workshop|studio|manner|style|cop(?:y|ies)|translation|imitation)\s(?:of|after)\s$"
        rf"|\bwhose\s{RELATIONS}s?\s(?:is|was)\s$"
        r"|\b(?:film|movie|book|documentary|biography|song|story|novel|article|play|painting)\s(?:about|of|on)\s(?:the\s)?$"
        r"|\b(?:someone|somebody|something|somewhere) (?:like|similar to)\s(?:the\s|an?\s)?$"
        r"|\b(?:reports? to|serves? under)\s(?:the\s|an?\s)?$"
    ),
    kinds=word_set(
        "cast wrought stainless carbon galvanised galvanized tempered reinforced corrugated recycled synthetic"
        " artificial imitation "
        "liquefied compressed natural heavy distilled sparkling fermented smoked unsalted decaffeinated wholemeal "
        "insipidus mellitus gestational ectopic bipolar sclerosis congenital hereditary juvenile "
        "white dark brown wild sweet sour raw frozen dried ground blue green black red yellow"
    ),
    beside_role=deferred(
        r"\b(?:work(?:s|ed|ing)? (?:for|under|with)|married to|lives? with|assists?)\s(?:the\s|an?\s)?$"
    ),
    of_institution=word_set(
        "university college institute academy school faculty bank museum ministry department church bishop duke "
        "republic kingdom museums library orchestra society"
    ),
    variant_after=deferred(
        r"[\s-](?:code|lite|light|pro|plus|max|mini|turbo|micro|tiny|medium|base|ultra|air|nano|premium|deluxe|express|enterprise|beta|press|holdings?"
        r"|foundation|junior|kids|online|mobile|xl|home edition)\b"
    ),
    asks_relation=deferred(r"\b(?:whose|relat\w+|about)\b"),
    epithets=word_set("old young poor dear little great good uncle aunt cousin brother sister father mother"),
    titled=deferred(
        rf"\b(?:{_WORKS}|tale|tragedy|comedy|legend|adventures|drama|fable|romance)(?:\s(?:called|titled|of))?"
        r"\s(?:the\s)?[\"'*]*$|\b(?:in|from)\s[\"'*]*$"
    ),
    relation=deferred(rf"\b(?:{RELATIONS}|whose|relat\w+)\b"),
    versions=word_set("version versions release releases build firmware revision patch python java node kernel"),
    version_goes_on=deferred(r"-(?:alpha|beta|rc|dev|preview|nightly|snapshot)\d*\b"),
    colours=COLOURS,
    tied_endings=(
        "ed",
        "ing",
        "like",
        "based",
        "free",
        "type",
        "only",
        "wide",
        "ish",
        "style",
        "made",
        "old",
        "driven",
        "borne",
        "green",
        "blue",
        "white",
        "black",
        "yellow",
        "brown",
        "colour",
        "color",
        "coloured",
        "house",
        "maker",
        "player",
    ),
    role_after=word_set("assistant aide helper trainee student apprentice intern candidate"),
    events=EVENTS,
)
