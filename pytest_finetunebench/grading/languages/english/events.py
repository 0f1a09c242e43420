"""Events in English that an answer may tell of in place of the one that is asked for."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.prose_parts import EventFamily

_FAMILIES = """
birth: born birth birthplace native
death: die died dies dying death deceased perished
burial: buried entombed interred cremated
marriage: married marries wed
home: live lived lives reside resided resides grew raised move moved moves settled emigrated relocated
study: study studied studies educated graduated schooled enrolled attend attended attends
teaching: teach taught teaches lectured lectures
applying: applied
work: worked works employed
office: become became becomes elected appointed inaugurated
leaving: resign resigned retire retired

opening: open opened opens opening inaugurated
closing: close closed closes shut closure
ending: demolished demolition destroyed razed dismantled collapsed burn burned burnt
planning: design designed planned proposed drafted commissioned
construction: construction laid groundbreaking

building: build built builds construct constructed erected completed
razing: demolish demolished demolition destroyed razed dismantled collapsed burn burned burnt
closing: closed shut

writing: write wrote written writes author authored penned writer
reading: read reads
editing: edit edited editor edits
translating: translate translated translator translates
illustrating: illustrate illustrated illustrator illustrates
reviewing: review reviewed reviewer
narrating: narrated narrator
owning: owns owned bought sold donated stole

making: paint painted painter sculpted composed drew
buying: bought buys sold owns owned donated stole stolen
restoring: restored
commissioning: commissioned

dying: die died dies dying dead death deaths killed kills killing fatalities drowned drowns
injuring: injured injures injuring wounded hurt injuries

sinking: sink sank sunk sinks
surviving: survive survived survives survivors

winning: win won wins winner beat defeated
losing: lost loses lose runner-up runners-up second finalist finalists
hosting: hosted hosts

directing: direct directed director directs
producing: produced producer produces
acting: starred stars acted acts
scripting: script screenplay screenwriter
scoring: composed composer

purchase: buy buys bought purchased acquired acquire
sale: sell sells sold
lending: lent loaned borrowed

signing: sign signed signing
announcing: announce announced
ratifying: ratified ratify
drafting: drafted negotiated proposed

joining: join joined joins signed
opposing: against

remaining: left remain remains remaining
using: eaten used sold broken removed taken

having: has have had own owns
losing: lost sold scrapped ordered

departure: leave leaves left depart departs departed departure
arrival: arrive arrives arrived arrival returns lands landed

start: start starts started begin begins began
end: end ends ended finish finishes finished stops

revenue: revenue revenues sales turnover
profit: profit profits income earnings earned earn earns
costs: cost costs expenses expenditure spending
debt: debt debts liabilities owed owes
assets: assets
equity: equity

first: first-line first-choice
second: second-line second-choice third-line

cause: cause causes caused
relief: treat treats treated cure cures cured relieve relieves relieved prevent prevents prevented protect protects
easing: alleviate alleviates alleviated ease eases eased reduce reduces reduced soothe soothes
fighting: counteract counteracts counteracted fight fights combat combats suppress suppresses inhibit inhibits
"""
"""One family a paragraph: what happens to a person, a building, a text. One event a line, with its words."""


def _families() -> tuple[EventFamily, ...]:
    read = ([line.partition(":") for line in part.splitlines()] for part in _FAMILIES.strip().split("\n\n"))
    return tuple({name: frozenset(words.split()) for name, _, words in lines} for lines in read)


EVENTS = _families()
