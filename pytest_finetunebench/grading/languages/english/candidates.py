"""How an English answer tells the answer that it gives from others that it names."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.english.entities import RELATIONS
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_SOMEBODY = (
    r"(?:many|most|some|several|few|people|others?|critics|historians|fans|they|you|one|everyone|everybody"
    r"|(?:many|most|some|other|the) (?:people|sources|sites|readers|locals|historians|accounts|fans))"
)
_THINK = (
    r"(?:think|thought|believe[sd]?|assume[sd]?|suppose[sd]?|guess(?:ed)?|claim(?:s|ed)?|say|said|expect(?:ed)?"
    r"|imagine[sd]?)"
)
_OFTEN = (
    r"(?:often|commonly|widely|popularly|sometimes|frequently|usually|generally|long|once|wrongly|falsely|mistakenly"
    r"|incorrectly|traditionally)"
)
_HELD = (
    r"(?:claimed|believed|thought|said|assumed|attributed|held|cited|confused|mistaken|named|credited|listed|rumou?red)"
)
BELIEF = deferred(
    rf"\b(?:(?:at first|initially|originally|first)\b[^.;!?\n]{{0,20}}\b{_THINK}"
    rf"|i (?:first |initially |originally )?(?:used to {_THINK}|thought|assumed|guessed|believed|supposed)"
    r"|i was (?:taught|told|led to believe)|you'd (?:think|expect|guess)"
    r"|i (?:was (?:going|about) to say|would have (?:said|guessed)|almost said|wanted to say)"
    r"|(?:my|the) first (?:thought|guess|instinct|idea)"
    rf"|{_SOMEBODY} (?:used to |\w+ )?(?:(?:might|may|would|could|will|often|still|wrongly|mistakenly) )*{_THINK}"
    rf"|(?:popular|common|public) (?:belief|opinion)|legends?|rumou?rs?|myths?|folklore|hearsay|gossip"
    rf"|{_OFTEN} {_HELD})\b[^.;!?\n]{{0,60}}$"
    r"|\b(?:contrary to|(?:despite|in spite of|notwithstanding) (?:the |all |some |many )?(?:claims?|reports?|rumou?rs?"
    r"|suggestions?|beliefs?|sources|what))\b[^,.;!?\n]{0,60}$|\boh,? sure,?\s$"
    r"|\b(?:while|although|though|whereas)\b[^,.;!?\n]{1,40}\b(?:say|state|claim|list|give|name|put|suggest)s?"
    r"\s[^,.;!?\n]{0,30}$"
    r"|\b(?:was|were|been) (?:\w+ )?(?:thought|believed|supposed|rumou?red|reputed) to\b[^,.;!?\n]{0,40}$"
    rf"|\b(?:has|have|had|was|were) (?:\w+ )?(?:been )?(?:attributed|credited|ascribed) to\s[^,.;!?\n]{{0,20}}$"
)
BELIEF_AFTER = deferred(
    rf"[\"')]?,?\s(?:(?:is|was|are|were|has been)\s(?:{_OFTEN}\s{_HELD}|a (?:common|popular|frequent)\b"
    rf"|my (?:first|initial)\b"
    r"|what (?:i|you|they|people|many|most|some)\b|where (?:she|he|it|they|her|his|the)\b|her\b|his\b|their\b)"
    r"|comes to mind|springs to mind|might seem|may seem|seems (?:likely|plausible|obvious))"
    r"|[\"')]?,? as if\b"
)
TURN = deferred(r"[;.]\s|\b(?:but|however|yet|though|actually|in fact|in reality|really|instead)\b|,\sno\b")
AFTER_NAME = deferred(
    r"(?:'s\b)?[\"')*]*(?:\s?(?:$|[.,;:!?()/\n]|[-–—]\s)"
    r"|\s(?:is|was|are|were|has|had|did|does|will|would|can|could|and|or|who|which|won|wrote|beat|in|of|not"
    r"|rather|instead)\b)"
)
LEAD = deferred(
    r"[\s\"'*(]*(?:(?:answer|final answer|correct answer|my answer|the answer|the (?:right"
    r"|correct) answer)(?:\s(?:is|was)|:)\s*)?"
    r"(?:(?:i (?:think|believe|guess)(?: that)?|i'd say|that would be|it(?:'s| is| was| would be| has to be)"
    r"|probably|maybe"
    r"|perhaps|sure[,!]|yes,|no,|well,|in|at|by|the)\s)*[\"'*(]*"
)
APART = deferred(
    r"[\"'*)]*\s?(?:[,;.!(]|[-–—]\s|\n|(?:instead of|rather than|and not|not far from|near|although|though|whose"
    r"|who|which"
    r"|but|under|after|in (?:memory|honou?r|collaboration)|with)\b)"
)
TURNED = deferred(
    r"\b(?:no|wait|sorry|pardon|excuse me|kidding|joking|forget|ignore|disregard|actually|correction|i mean|i meant"
    r"|scratch|oops|hmm|wrong"
    r"|my mistake|make that|or rather"
    r"|edit|pseudonym|pen name|alias|aka|a\.k\.a|known as|called|stage name|real name|incorrect|not true|mistaken"
    r"|take that back|because|since|so|therefore|thus|hence)\b|[?!]|\d"
)
PLACE_JOINT = deferred(
    r"[\"'*)]*(?:\s?[,(/&;]\s?(?:(?:in|and|or|the|a|an|state of|district of|province of)\s)*|\s(?:in|and|or|of"
    r"|at)\s(?:the\s)?"
    r"|\s?\n[\s\d.)*-]*|,?\s(?:located |situated |which is |that is |a (?:\w+\s){1,3})?(?:in|within"
    r"|of)\s(?:the\s)?(?:\w+\s){0,2})[\"'*(]*"
)
KIN = deferred(
    rf"[\s,;(]*(?:and |but |while |although |though )?(?:her|his|their|its)\s(?!successor|predecessor"
    rf"|heir)(?:{RELATIONS}|family|ancestors?|relatives?|forebears?)s?\b(?!,)"
)
CLAUSE_END = deferred(
    r"[.!?;:](?=\s|$)|[\n()]|,\s|\s[-–—]\s"
    r"|\s(?:but|while|although|though|whereas|yet|who|which|where|when|because|then|before|after)\s"
    r"|(?<=\sit)\sand\s|\sand\s(?=(?:she|he|it|they|was|were|is|are|has|had|later|then|her|his|the|raised|died|lived|moved|grew"
    r"|studied|\w+ed)\b)"
)
_VERBS = """
write wrote written writes/win won wins/sing sang sung sings/begin began begun begins/build built builds/make made makes
give gave given gives/hold held holds/lead led leads/take took taken takes/find found finds/founded found founds
speak spoke spoken speaks/rise rose risen rises/fall fell fallen falls/keep kept keeps/lose lost loses/beat beaten beats
bear born borne/lie lay lies/live lived lives/grow grew grown grows/buy bought buys/sell sold sells
draw drew drawn draws
choose chose chosen/drive drove driven drives/fly flew flown flies/sink sank sunk sinks/teach taught teaches
become became becomes/see saw seen/know knew known/say said says/bring brought brings/fight fought fights/meet met meets
lose lost/shoot shot shoots/wear wore worn wears/swim swam swum/break broke broken/steal stole stolen
"""
SAME_VERB = {
    word: tuple(group.split())
    for line in _VERBS.strip().splitlines()
    for group in line.split("/")
    for word in group.split()
}

ASIDE = deferred(r"\b(?:for|about|of|to|on|after|like|with|from)\s(?:the\s)?[\"'(]?$")
BY = "by"
SUPPOSED = deferred(
    rf"\b(?:until (?:recently|then|lately)|formerly|for (?:years|decades|centuries|a long time))\b[^.;!?\n]{{0,30}}"
    rf"\b{_THINK}\b[^,.;!?\n]*$|\bused to (?:be )?{_THINK}\b[^,.;!?\n]*$|"
    r"\bif\s(?:she|he|it|they|\w+)\s(?:had|were|was)\b[^,.;!?\n]*$|^\W*had\b[^,.;!?\n]*$|\bwhether\b[^,.;!?\n]*$"
    r"|\b(?:was|were) (?:going|supposed|meant) to\b[^,.;!?\n]*$|\bi wish\b[^,.;!?\n]*$"
    r"|(?<!n't be )(?<!not be )\b(?:any\w*|every\w*|all)(?:\s\w+)?\s(?:but|except(?: for)?|other than"
    r"|save)\s(?:(?:the|in|at|a)\s)?$"
    r"|\b(?:claim(?:s|ed)|wants?|wanted|hop(?:es?|ed|ing)|plan(?:s|ned|ning)?|aim(?:s|ed|ing)?|aspir(?:es?|ed|ing)"
    r"|(?:is|was|are|were) (?:training|studying|trying)|would (?:like|love)) to\b[^,.;!?\n]*$"
    r"|\b(?:would (?:like|love|prefer)|wish(?:es|ed)?|want(?:s|ed)?|prefer(?:s|red)?)\s(?:it|her|him|them|that|this)\s"
    r"(?:to (?:be|have been)|were|was|had been)\s$|\w\W.*\bunless\b[^,.;!?\n]*$"
    r"|\bdream(?:s|ed|t|ing)? of\b[^,.;!?\n]*$"
)

NEAR_WORDS = word_set(
    "near nearby outside close next adjacent north south east west northeast northwest southeast southwest suburb "
    "suburbs outskirts river lake canal county bay street road avenue airport mountains valley island district hills "
    "bridge station harbour harbor castle border frontier"
)
NEAR = deferred(
    r"\b(?:near|nearby|(?:just |right |a little )?outside(?: of)?|close to|next to|adjacent to"
    r"|(?<!in the )(?:north|south|east|west)(?:east|west)? (?:of|from)"
    r"|(?:a |in a |the )?(?:suburbs?|outskirts) of|the (?:border|frontier) (?:of|with|between)(?: \w+"
    r" and)?)\s(?:the\s)?(?:(?:town|city|village) of\s)?$"
)
NEAR_AFTER = deferred(
    r"\s(?:river|lake|canal|county|bay|street|road|avenue|airport|mountains|valley|island|district|hills|bridge|station"
    r"|harbou?r|castle)\b"
)
PLACE_WORDS = word_set(
    "town city village country capital state river lake canal county bay street road avenue airport valley island "
    "district bridge station harbour harbor castle"
)
CONSIDERED = deferred(
    r"[\"')]?,?\s(?:(?:an?|one|two|three|some|several|\d+)\s(?:few\s)?(?:year|month|week|day|decade|hour)s?\s"
    r"(?:earlier|before|previously),?\shad\b"
    r"|(?:was|were|has been|had been)\s(?:also\s|once\s|only\s|briefly\s)?(?:proposed|suggested|considered"
    r"|nominated|shortlisted|discussed|rejected|passed over|an? (?:\w+\s)?(?:candidate|contender|option"
    r"|finalist|nominee))\b"
    r"|(?:wrote|directed|composed|made|painted)\s(?:the|its|an?)\s(?:sequel|prequel|foreword|preface|introduction"
    r"|afterword|review|music|screenplay|translation|cover)\b)"
)
_ORDINAL = r"(?:second|third|fourth|fifth|sixth|2nd|3rd|4th|5th|last)"
ASKS_TOP = deferred(
    r"\b(?!(?:west|east|rest|test|best of|forest|interest|request|guest|harvest|invest|protest|latest|nearest)\b)"
    rf"(?:\w{{2,}}est|most|least|first|top|number one)\b(?!\sof\b)"
    rf"(?<!at most)(?<!at least)(?<!almost)(?!.*\b{_ORDINAL}\b)"
)
BELOW_TOP = deferred(
    rf"[\"')*]*,?\s(?:(?:is|was|are|were|comes?|came|ranks?|ranked|finished|finishes)\s)?(?:only\s|just\s|in\s)?(?:the\s)?"
    rf"{_ORDINAL}\b(?!\s(?:time|year|half|day|week|month))"
)
ABOVE_IT = deferred(
    r"\b(?:\w+er|more \w+|less \w+|better|worse|ahead|further) (?:than|of)\s(?:the\s)?(?:[\w'-]+\s)?[\"'(*]*$"
    r"|\b(?:followed by|beats?|outranks?|surpass(?:es|ed)?|exceeds?|outweighs?|then comes|next comes)\s(?:the\s)?"
    r"(?:[\w'-]+\s)?[\"'(*]*$"
)
ROLE_AFTER = deferred(
    r"[\"')*]*\s(?:is|was|are|were)\s(?:now\s|actually\s)?(?:the\s|its\s|our\s|their\s|an?\s)?((?:[\w'-]+\s?){1,4})"
)
ASKS_NOUN = deferred(
    r"\b(?:(?:name|title) of|name|where(?:'s|\s(?:is|was|are|were))|who(?:'s|\s(?:is|was|are|were))?|which"
    r"|what(?:\s(?:is|was|kind of|sort of))?)\s"
    r"(?:the\s|an?\s)?(?:(?:current|name of)\s)?(?:the\s)?((?:[\w'-]+\W?){1,2})"
)
ROLE = deferred(
    r"\b(?:the|her|his|its|their|our|current|new|real|actual)\s((?:[\w'-]+\s){1,8}?)"
    r"(?:(?:is|was|are|were|being)\s(?:now\s|actually\s|really\s)?(?:the\s|in\s|at\s)?)$"
)

BOXED = deferred(r"boxed\s?\{([^\n]{1,200}?)\}+")
OPENERS = word_set(
    "unlike like despite besides born contrary according compared instead sure oh ah hmm actually correct yes no "
    "not unless "
    "neither either both possibly perhaps maybe probably clearly certainly formerly previously originally once "
    "today now"
)
