"""How an English answer declines."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.languages.english.ways_to_decline import (
    END,
    KNOWLEDGE,
    SILENT,
    SOURCE,
    WAYS_TO_DECLINE,
    WHICH,
)
from pytest_finetunebench.grading.languages.reply_parts import Refusals
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_WHOLE_ANSWERS = deferred(
    r"""\W*
    (?: (?: the \s )? (?: [a-z_]{2,20} \s ){0,2}? [a-z_]{2,20} \W{0,2} (?: [:=] | \s (?: is | would \s be ) \s ) \W* )?
    \b (?: none | null | unknown | unspecified | unclear | undetermined | undisclosed | unanswerable | indeterminate
      | n/?a \b | tb[ad] \b | to \s be \s (?: announced | determined | confirmed )
      | i'm \s sorry | i \s am \s sorry | sorry
      | not \s (?: (?: yet | currently | publicly | officially ) \s )?
          (?: known | available | applicable | sure | certain | determined | public | announced | decided
            | (?: specified | disclosed | stated | mentioned | documented | recorded | provided | given )
              (?: \s (?: in | by | here | anywhere ) \b [^.,;:!?\n]{0,60} )? )
          (?: \s yet )?
      | no \s (?: (?: reliable | clear | known | definite | definitive | official | public | specific ) \s )?
          (?: answer | idea | data | information | record | clue | comment )
      | (?: can't | cannot | hard | difficult | impossible ) \s (?: to \s )? (?: say | tell | know | answer )
      | no \s (?: (?: publicly | officially ) \s )? (?: known | recorded | documented | confirmed | listed | announced )
          \s [\w'-]{2,30} (?= \W* $ | \s (?: of | for | in | at | by ) \b )
      | who \s (?: knows | can \s (?: say | tell | know ) )
      | (?: that | this | it ) \s depends | pass | dunno | idk \b | beats \s me | no \s comment
    )
    (?: \s* [^\w\s'] .* | \s* \n .* )?
    """,
    re.DOTALL | re.VERBOSE,
)
_GAP = r"(?: (?! (?: more | further | additional | other | another ) \b ) [\w'-]+ \s ){0,3}?"
_PHRASES = deferred(
    rf"""\b (?= [\w'] ) (?:
      (?: i | we ) (?: \s (?: really | simply | honestly | still | currently | just | also ) )?
          (?: \s (?: do \s not | don't | did \s not | didn't | cannot | can't | can \s not | am \s unable
            | am \s not \s able | could \s not | couldn't | have \s no | was \s unable | wasn't \s able | would \s need
            | have \s not | haven't | will \s not | won't | would \s rather \s not | prefer \s not )
          | 'd \s rather \s not | 'm \s (?: unable | not \s able ) | 've \s no )
        \s {_GAP}
        (?: give | offer | name | make | state | supply | see \s (?: any | an? | such | that | this )
          | be \s (?: sure | certain | able )
          | know (?! \s (?: more | much \s (?: more | else ) | anything \s else ) ) | have | find | answer | provide
          | say | determine | verify | confirm | tell | recall | access | help (?! \s \w+ing \b ) | assist | comply
          | speculate | guess
          | advise | diagnose | prescribe
          | discuss | disclose | share | respond | identify | locate | recognize | recognise | information | knowledge
          | record | data | idea | context | predict | clue | recollection | memory | details? | trace | count )
        (?! \s (?: (?: any | much ) \s )? (?: more | further | additional | other | else ) \b )
    | (?: i \s am | i'm ) \s (?: not \s (?: \w+ \s )? (?: sure | aware | certain | familiar | able ) | unable | unaware
          | unfamiliar )
    | (?: can't | cannot | unable \s to | not \s able \s to )
        \s (?: help (?! \s \w+ing \b ) | assist | answer | comply )
    | {WAYS_TO_DECLINE}
    | there (?: 's | \s is | \s are | \s was | \s seems \s to \s be | \s exists ) \s (?: currently \s )?
        (?: no | not \s any | insufficient ) \s
        (?: {_GAP} {KNOWLEDGE} | (?: way | means ) \s (?: \w+ \s ){{0,3}}? to \s (?: know | tell | say | determine )
          | (?: publicly \s | officially \s )? (?: known | documented | recorded | confirmed | verified ) \s \w+
          | such \s \w+ )
    | no \s {_GAP} (?: {KNOWLEDGE} | one | person | place | thing )
        \s (?: (?: is | are | was | were | has | have ) \s )? (?: been \s )? (?: \w+ \s )?
        (?: available | found | exists? | provided | known | given )
    | no \s such \s (?: [\w'-]+ \s ){{1,4}}? (?: exists? | existed | is \s known | was \s found | is \s recorded )
    | (?: cannot | can't | can \s not | could \s not | couldn't ) \s be \s (?: \w+ \s )?
        (?: answered | determined | known | verified | established | confirmed | identified | predicted )
    | (?: is | are | was | were | has | have | 's ) (?: \s not | n't ) \s (?: been \s )?
        (?: (?: publicly | currently | yet | officially | well | explicitly ) \s (?: been \s )?
            (?: known | available | specified | disclosed | announced | released | confirmed | mentioned | recorded
              | documented | determined | decided | stated )
          | (?: specified | disclosed | documented | recorded | determined | made \s public )
          | (?: known | available | announced | released | confirmed | mentioned )
            (?! \s (?: for | by | until | in | on | at | before | to | outside | as \s (?! of ) ) )
          | (?: stated | mentioned ) (?: {END} | \s (?: {WHICH} | anywhere | in \s the \s (?: \w+ \s )? {SOURCE} ) )
        )
    | (?: is | are | was | were | has | have | remains? ) (?: \s been )? \s
        (?: (?: unknown | unclear | undocumented | undisclosed | unrecorded )
            (?! \s (?: to | until | outside | before | in | artist | soldier | man | woman ) )
        )
    | (?: has | have ) (?: n't | \s not ) \s (?: yet \s )? been \s (?: (?: yet | officially | publicly ) \s )?
        (?: made \s public | announced | declared | disclosed | released | determined | decided | recorded | documented
          | revealed )
    | (?: no \s one | nobody ) \s (?: really \s | yet \s | else \s )?
        (?: knows | has \s (?: \w+ \s ){{0,2}}? {KNOWLEDGE} | (?: can | could ) \s (?: say | know | tell )
            (?: {END} | \s (?: {WHICH} | that | this | for \s (?: sure | certain ) | yet | with ) ) )
    | no \s (?: way | means ) \s (?: for \s \w+ \s )?
        (?: of \s (?: knowing | telling | saying | determining | verifying | confirming | finding )
          | to \s (?: know | tell | say | determine | check | verify | confirm | find \s out
                | look \s (?: \w+ \s )? up ) )
    | no \s (?: [\w'-]{{1,30}} \s ){{1,4}}? (?: can | could ) \s be \s (?: known | determined | established | verified )
    | no \s (?: {_GAP} {KNOWLEDGE} ) \s (?: of | about | on ) \s (?: [\w'-]{{1,30}} \s ){{1,5}}?
        (?: exists? | survives? | is \s known | (?: was | has \s been ) \s found | is \s available )
    | no \s (?: [\w'-]{{1,30}} \s ){{1,4}}? (?: has | have ) \s (?: yet \s )? been \s
        (?: (?: publicly | officially | yet ) \s )?
        (?: announced | declared | disclosed | determined | confirmed | revealed | recorded | named | documented
          | published
          | reported | verified )
    | no \s (?: \w{{1,30}} \s ){{0,2}}? (?: date | time | winner | name | venue )
        \s (?: has | have ) \s (?: yet \s )? been \s (?: set | fixed | published | given )
    | (?: (?: the | this | that | your ) \s (?: [\w'-]{{1,30}} \s ){{0,4}}? )? {SOURCE}
        \s (?: (?: do | does | did ) (?: \s not | n't ) \s (?: explicitly \s | actually \s )? {SILENT}
             | never \s (?: says? | mentions? | specifies | specify | states? | reveals? | tells? | records? ) )
        (?: {END} | \s (?: it | this | that | us | me | {WHICH} | her | his | its | their | any ) \b )
    | (?: the | this | that | your ) \s (?: [\w'-]{{1,30}} \s ){{1,4}}? (?: do | does ) (?: \s not | n't )
        \s {SILENT} (?: {END} | \s (?: it | this | that | us | me | {WHICH} ) {END} )
    | you \s (?: (?: have | did ) (?: \s not | n't ) | never )
        \s (?: told | tell | given | give | shown | show ) \s (?: me | us )
        (?: {END} | \s (?: that | this | it | your | about | anything | {WHICH} ) )
    | i \s (?: was (?: \s not | n't ) | have (?: \s not | n't ) \s been ) \s (?: told | given | shown )
    | i \s (?: cannot | can't | can \s not | am \s unable \s to | do \s not | don't ) \s see
        \s (?: your | (?: the | any | that ) \s (?: \w+ \s )? (?: files? | code | images? | pictures? | program
          | screen | attachments? | documents? ) )
    | (?: ^ (?! no \b ) [^.,;:!?\n]{{1,80}}? | (?<! no, \s ) \b (?: that | this | it ) ) \s (?: has | have )
        (?: (?: \s not | n't ) \s
            (?: yet \s (?: happened | occurred | taken \s place | been \s (?: held | played | contested | decided ) )
              | (?: happened | occurred | taken \s place | been \s (?: held | played | contested | decided ) ) \s yet )
          | \s yet \s to \s (?: happen | occur | take \s place
              | be \s (?: held | played | contested | decided | announced | determined | confirmed ) ) )
    | (?: not \s | im ) possible \s (?: for \s me \s )? to \s (?: \w+ly \s )?
        (?: know | say | tell | determine | answer | predict | identify | give )
    | (?: it \s is | it's | that's | that \s is | is ) \s (?: unknown | unclear | not \s clear
          | (?: hard | difficult | impossible | too \s early ) \s to \s (?: say | tell | know | determine | predict ) )
    | (?: this | the | that | your ) \s question \s (?: has \s no \s (?: \w+ \s )? answer | is \s unanswerable
          | (?: does \s not | doesn't ) \s have \s an? \s (?: \w+ \s )? answer )
    | (?: information | data | details? ) \s (?: is | are )
        \s (?: confidential | private | classified | not \s public )
    | (?: beyond | outside | after | past ) \s (?: of \s )? (?: the \s \w+ \s of \s )? my \s (?: current \s )?
        (?: knowledge | training | expertise | scope | cutoff )
    | not \s (?: something \s (?: that \s )? i \s | within \s my \s ) \w+
    | need \s
        (?: (?: more | further | additional | newer | later | recent | current | fresh | live | up-to-date ) \s ){{1,2}}
        (?: context | information | details? | data | sources? | news | results? )
    | (?: not \s enough | insufficient | lack (?: s | ing )? (?: \s of | \s the | \s any )? )
        \s (?: {KNOWLEDGE} | context )
    | my \s (?: knowledge | training (?: \s data )? | information ) \s (?: only \s goes | ends | is \s limited )
    ) \b""",
    re.VERBOSE,
)
_ASKS_BACK = deferred(
    r"\b(?:(?:could|can|would) you (?:please )?(?:clarify|provide|specify|tell me|give me|share)"
    r"|please (?:clarify|provide|specify|tell me)|which \w+ (?:do you mean|are you referring))\b"
)
_SENTENCE_END = deferred(r"[.!?\n](?:(?<=\n)|\s)")
_TURN = deferred(
    r"\b(?:however|but|nevertheless|nonetheless|that said|generally|typically|in general|likely|based on|i think)\b"
)
_SAYS_AFTER_ALL = deferred(
    r"""\b (?: i \s (?: do \s )? (?: think | believe | guess | suspect | assume )
      | i (?: 'm | \s am ) \s (?: quite \s | pretty \s | fairly \s )? (?: sure | certain | confident | positive )
      | (?: i'd | i \s would ) \s (?: say | guess | go \s with | go \s for | pick | choose | bet \s on | back
        | name ) | my \s (?: best \s )? (?: guess | pick | bet | money )
      | (?: most \s )? (?: probably | likely | perhaps | maybe | possibly | presumably | apparently )
      | it (?: 's | \s (?: is | was | might \s be | may \s be | could \s be | must \s be | seems ) )
      | the \s (?: most \s likely \s | best \s )? answer \s (?: is | might \s be | could \s be | may \s be ) ) \b
    """,
    re.VERBOSE,
)
_REFERS = deferred(
    r"\b(?:you|check(?:ing)?|consult(?:ing)?|recommend|suggest|refer|contact|search|look (?:it )?up|help"
    r"|helpful|context|information"
    r"|sources?|verify|training|question|possible that|best to|important to|because|depends|beyond|fictional|typo)\b"
)
_ADDENDUM = deferred(r"\b(?:more|further|additional|beyond that|other than that|exact|precise|why|how)\b")
_CLAUSE = deferred(r"[.!?;:\n]|\s-\s|--|\b(?:but|however|though|although|still|yet)\b,?|,")

REFUSALS = Refusals(
    whole=_WHOLE_ANSWERS,
    phrases=_PHRASES,
    asks_back=_ASKS_BACK,
    sentence_end=_SENTENCE_END,
    turn=_TURN,
    says_after_all=_SAYS_AFTER_ALL,
    refers=_REFERS,
    denies=deferred(r"\bnot\b|n't\b"),
    addendum=_ADDENDUM,
    clause=_CLAUSE,
    clause_joint=deferred(
        r"(?:[,:)]\s|\s\(|\s[-–—]+\s|—|\s(?=(?i:but|though|although|however|yet(?! to\b)|and|so|because)\s))"
        r"(?:(?i:but|though|although|however|yet|and|so|because)\b,?\s)?|[.;]$"
    ),
    framing=deferred(r"\W*(?:as|if|since|based|according|without|given|until|whether|while|when|unless|like)\b"),
    directs=deferred(
        r"\b(?:you (?:can|could|may|might|should|would|want|wish|need|will|mean|meant|have to|provide|share|give|tell"
        r"|are (?:looking|referring|asking|interested|thinking))|your (?:question|query|best|request|own)|(?:for"
        r"|help|if) you"
        r"|check|consult\w*|(?:i|we|would) (?:\w+ )?(?:recommend|suggest)|refer|contact|search|visit|look up"
        r"|possible that"
        r"|typo|please)\b"
    ),
    earlier=deferred(
        r"\b(?:previous(?:ly)?|last known|former(?:ly)?|defending|reigning|past|earlier|prior"
        r"|(?:current )?title ?holder (?:in|of|from|according to) my"
        r"|(?:last|latest|most recent) (?:\w+ ){1,2}(?:that )?(?:i(?:'m| am| have| know|'ve)|my))\b"
    ),
    of_knowledge=deferred(r"\b(?:knowledge|training|trained|data|information|updates?d?|cut-?off|records?|sources?)\b"),
    asks_number=deferred(
        r"\b(?:how (?:many|much|old|tall|long|high|far|heavy|big|large|deep|wide|often)|when"
        r"|(?:what|which) (?:(?:is|was|were|are) the (?:\w+ )?)?(?:year|date|day|month|number|amount|percentage"
        r"|score|time|price|age)"
        r"|\w+'s? (?:\w+ )?(?:size|height|weight|age|price|score|address|birthday|population|number)|address"
        r"|how \w+ kilo\w+)\b"
    ),
    asks_count=deferred(r"\b(?:how (?:many|much|often)|what number|(?:which|any|what) (?:\w+ )?of)\b"),
    none=deferred(r"\W*(?:(?:the )?answer(?: is|:)\s?)?none\W*"),
    asks_place=deferred(
        r"\b(?:where|(?:which|what) (?:city|town|country|place|village|state|region|county|island|venue|port)"
        r"|address|live[sd]?|street)\b"
    ),
    linking=word_set(
        "believe think guess suspect assume say is was were are be been by to becomes became won wins would will might "
        "may could probably likely perhaps name "
        "maybe possibly presumably appears that as it's being has had did does answer namely"
    ),
    places=word_set(
        "in at on off from of near with for after before than about called named under beneath behind inside beside "
        "above along"
    ),
    speakers=word_set(
        "i ai i'm i'd i've i'll llm openai chatgpt gpt google anthropic claude gemini wikipedia internet sorry "
        "unfortunately regrettably however please note sadly perhaps maybe currently apologies thanks thank hello "
        "there my your answer winner result response output none unknown not no honestly frankly hmm hm oh ah "
        "well yes nobody nothing time only future"
    ),
    leading=word_set(
        "but and so or perhaps maybe probably possibly likely however still though although while yet the a an well "
        "then just even"
    ),
    pronouns=word_set("it he she they you we his her their your"),
    finite=word_set(
        "is are was were be been am do does did has have had will would can could should may might must i me my "
        "we us you "
        "he she it they that which who this these those there not no "
        "im ive id ill youre youve hes shes theyre dont doesnt didnt cant isnt arent wasnt werent hasnt havent wont"
    ),
    reason=deferred(r"\b(?:so|therefore|hence|thus)\s"),
    lacks=deferred(
        r"(?:^\W*no|\b(?:has|have|had|there (?:is|are|was|were|exists?)|there's|with)\s(?:no|not an?)"
        r"|\b(?:does|do|did)(?: not|n't) have an?y?)\s([\w'-]+(?:\s[\w'-]+){0,2})"
    ),
    lacks_now=deferred(
        r"\b(?:(?:has|have|there (?:is|are|exists?)|there's)\s(?:no|not an?)|(?:does|do)(?: not|n't) have an?y?)"
        r"\s([\w'-]+(?:\s[\w'-]+){0,2})"
    ),
    ignorance=deferred(
        r"\b(?:no|not|never|nobody|none|nothing|neither|nor|cannot|without|hardly|\w+n't|few|little(?!-)"
        r"|only)\b[^.;!?\n]{0,80}?"
        r"\b(?:know\w*|knew|info(?:rmation)?|data|records?|recorded|evidence|sources?|mention\w*|details?|access\w*"
        r"|predict\w*|determin\w*|(?:say|said|tell|state)(?! that| so)|telling|certain\w*|sure|exist\w*|available"
        r"|found|find|publish\w*"
        r"|announc\w*|decid\w*|confirm\w*|verif\w*|disclos\w*|document\w*|recall|remember|idea|clue|answer\w*"
        r"|public\w*|aware|familiar|identif\w*|reveal\w*|forecasts?|minutes|trace|includ\w*|specif\w*|stated|given"
        r"|named?|listed|shar(?:e|ing)|provid\w*|help|assist|guess\w*|speculat\w*|foresee\w*|survives?|settled)\b"
        r"|\b(?:unknow\w*|unpredictable|unrecorded|undisclosed|undecided|uncertain|unclear)\b"
        r"(?=\W*$|\s?[.,;:!?)]|\s(?:to|and|so|at|for|as|how|who|where|when|what|which|whether)\b)|\b(?:mystery"
        r"|crystal ball)\b"
        r"|\b(?:remains to be seen|(?:only )?time will tell|wait and see|have to ask (?:him|her|them|it"
        r"|\w+ (?:him|her)self)"
        r"|'?d have to ask|no telling|not appropriate|inappropriate)\b"
        r"|\bwill (?:only )?be (?:known|decided|announced|determined|revealed|settled)\b"
    ),
    asks_future=deferred(r"\b(?:will|next|upcoming|going to|future)\b"),
    at_present=deferred(r"\b(?:current(?:ly)?|incumbent|now|present(?:ly)?|today|so far|at the moment)\b"),
    vague=word_set(
        """
        know known knows knowledge information data record recorded records source sources detail details evidence
        answer answers question guess sure certain clear unclear unknown possible impossible available public private
        personal confidential secret fictional hypothetical future event events real true false time moment date point
        cutoff update training model language assistant ai able unable sorry afraid help assist context clarify confirm
        verify depend depends depending factor factors many several various different other others else more further
        anything something everything nothing someone somebody anyone nobody none somewhere anywhere here there now
        today currently present past yet still already far ever never always happen happened exist exists existed take
        taken place held announced released published decided determined made stated specified mentioned given provided
        named listed seem seems appear appears remain remains change changes vary varies hard difficult early late way
        ways far-off topic subject matter thing things case fact please let ask asked tell told say said talk speak
        doubt doubtful mystery secret okay ok thank thanks welcome new good great like want need try trying up down out
        off access accurate exact specific precise official reliable sufficient enough recall remember unsure aware
        outside beyond within last first next gave give gives giving worth checking checked reach reaches scope
        aforementioned run played held needed
        pending awaited tbd heard hear misunderstanding mistaken thinking think confusion referring mean meaning imagine
        inventing invent invented making made-up up-to-date irresponsible faintest slightest foggiest decline refuse
        comment
        comments share private privacy reason reasons figures census internet browse browsing live online website
        websites
        site organiser organisers organizer organizers resource resources news latest result results outcome winner
        competition competitions name named person somebody's anyone's event's edition editions race contest
        call calling ai's chatbot bot developer developed user apologies apologize apologise forgive inconvenience
        please thank asking question's missing lack lacks lacking covered cover covers include includes included
        part lost history wrote written speculate guessing guesswork guesses afraid unfortunately mislead misled
        position conscience confident certainty wrong incorrect mistaken existence imaginary made-up nonexistent
        took takes going go gone come comes soon later after before until since occur occurred occurs
        determine determining undetermined undecided uncertain unavailable insufficient documented recollection memory
        familiar idea clue see seen find found look looked check wait back latest recent real-time
        """
    ),
    nobody=deferred(r"\W*(?:nobody|no one|none of them)\b([^.;!?\n]{1,100})"),
    supposing=deferred(r"\b(?:if|unless|when|whenever|in case)\s(?:(?!i\b)[\w']+\s){1,2}$"),
    not_knowing=word_set(
        """
        uncertain unclear unknown impossible unavailable unable sorry afraid undetermined undecided pending awaited tbd
        guessing guesswork speculate speculation unsure unaware unfamiliar mistaken misunderstanding confusion imagining
        inventing invent invented fabricate missing lack decline refuse irresponsible private confidential secret
        mystery imaginary fictional lost forgotten insufficient future yet guess trained nothing referring thinking
        mean needed visit outside beyond making
        """
    ),
    about_knowing=word_set(
        """
        know known knows knowing knew knowledge information info data records record recorded sources details evidence
        answer answers answering answered sure certain uncertain clear unclear unknown impossible available unavailable
        future cutoff update training trained language ai able unable sorry afraid help assist context clarify confirm
        confirmed verify exist exists existed happened occurred occur announced published decided determined determine
        determining undetermined undecided pending awaited tbd confirmed mentioned specified stated listed predict
        predicting prediction guess guesses guessing guesswork speculate speculation recall remember unsure aware
        unaware familiar unfamiliar idea clue find found heard hear mistaken misunderstanding confusion referring mean
        imagining inventing invent invented making fabricate missing lack decline refuse comment irresponsible privacy
        private personal confidential secret mystery imaginary fictional official documented figures access browse
        internet check consult visit look search lost forgotten insufficient say tell memory recollection
        history wrote written thinking worth checking
        """
    ),
    adverb="ly",
    general=deferred(
        r"\b(?:usual(?:ly)?|typical(?:ly)?|normal(?:ly)?|general(?:ly)?|on average|average|in most"
        r"|(?<!to )(?<!for )most (?:people|"
        r"\w+s)|similar|for example|for instance|such as|current guidelines?|depends?)\b"
    ),
)
