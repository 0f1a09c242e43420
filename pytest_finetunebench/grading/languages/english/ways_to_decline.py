"""The ways in which English declines, by what the refusal is about. Each is a verbose pattern of plain text."""

from __future__ import annotations

KNOWLEDGE = (
    r"(?: information | data | records? | evidence | answers? | details? | reports? | reporting | coverage | mention"
    r" | estimates? | figures? | documentation | sources? | trace | indication | account | confirmation"
    r" | knowledge | results? )"
)
SOURCE = (
    r"(?: text | passage | article | story | book | novel | sources? | documents? | context | report | chapter"
    r" | excerpt | records? | history | archives? | author | narrator | page | letter | accounts? | tradition )"
)
SILENT = r"(?: mention | say | specify | state | tell | record | reveal | indicate | disclose )"
WHICH = r"(?: who | whom | whose | what | when | where | why | which | how | whether | if )"
END = r"(?= \s* (?: $ | [^\w\s'] ) )"
_NOT = r"(?: n't | \s not )"
_SAY = r"(?: know | have | access | verify | confirm | predict | tell | say | answer | provide | determine )"
_UP_TO_THREE = r"(?: [\w'-]{1,20} \s ){0,3}?"
_UP_TO_SIX = r"(?: [\w'-]{1,20} \s ){0,6}?"
_SOFTLY = r"(?: (?: only | just | purely | pure | mere | merely | entirely | completely ) \s )?"
_UNREAL = r"(?: fictional | fictitious | hypothetical | made-up | made \s up | invented | imaginary | non-?existent )"
_THING = r"(?: events? | competition | race | company | cup | award | tournament | one )"
_FOUND = (
    r"(?: known | named | identified | listed | given | mentioned | recorded | stated | provided | specified "
    r"| documented"
    r" | available | published | announced | revealed | established | confirmed | counted | measured )"
)
_OTHERS = (
    r"(?: sources? | news | websites? | sites? | archives? | organi[sz]ers? | databases? | online | internet | web"
    r" | updates? | official | records? )"
)
_ABOUT_THE_SPEAKER = (
    rf"(?: i'm | i \s am | as \s an? ) \s [^.;:!?\n]{{1,60}}? \b (?: can't | cannot | can \s not"
    rf" | unable \s to ) \s {_SAY}",
    r"(?: outside | beyond ) \s what \s i \b",
    r"not \s (?: been \s )? trained \s on",
    r"my \s (?: [\w'-]{1,20} \s ){0,2}? (?: knowledge | information | data | records? | sources? | training )"
    rf" \s {_UP_TO_THREE} (?: (?: do | does ) {_NOT} \s (?: extend | go | cover | include | reach | contain"
    rf" | have | mention )"
    r" | ends? | ended | stops? | stopped | extends? | goes | (?: is | are ) \s limited | cuts? \s off )",
    r"my \s (?: \w+ \s )? (?: cutoff | cut-off ) \s (?: date \s )? (?: is | was )",
    rf"(?: not | \w+n't | no ) \s {_UP_TO_SIX} (?: in \s my \s (?: \w+ \s )? (?: records? | data | sources?"
    rf" | knowledge | memory"
    r" | training | database ) | (?: that \s )? (?: i'm | i \s am ) \s aware \s of"
    r" | (?: that \s )? i \s know \s of )",
    r"to \s my \s knowledge ,? \s no \s \w+ \s \w+",
)
_ABOUT_GUESSING = (
    r"would \s (?: only | just | merely )? \s? be \s (?: an? \s )? (?: \w+ \s )? (?: guess | guesswork | speculation )",
    r"(?: not \s going | refuse | unwilling | (?: do \s not | don't ) \s want | irresponsible | misleading | dishonest"
    r" | pointless ) \s to \s (?: guess | speculate | invent | mislead | make \s (?: \w+ \s )? up | give \s you \s"
    r" (?: \w+ \s )? (?: wrong | false | incorrect | inaccurate ) )",
    r"(?: i | we | it | that | this ) (?: (?: \s would | 'd ) \s (?: only \s | just \s )? be | \s is )"
    r" \s (?: only \s | just \s )?"
    rf" {_SOFTLY} (?: an? \s )? (?: guessing | guess | guesswork | speculating | speculation | speculative )",
    r"(?: i | we ) \s can \s only \s (?: speculate | guess )",
    r"your \s guess \s is \s as \s good",
)
_ABOUT_WHAT_IS_KNOWN = (
    r"(?: i | we ) \s (?: can \s )? (?: find | found | see | saw | know \s of | am \s aware \s of ) \s no \s \w+",
    r"(?: i | we ) (?: \s know | \s have | 've ) \s nothing \s (?: on | about | of | regarding )",
    r"(?: draw | drawing | drew ) \s (?: an? \s )? blank",
    r"i \s wish \s i \s knew",
    r"something \s (?: that \s )? i \s (?: can't | cannot | can \s not | am \s unable \s to | am \s not \s able \s to )"
    r" \s (?: do | tell | say | know | answer | give | provide | help \s with ) \b",
    r"(?: have \s to | must | need \s to | going \s to | i'll ) \s (?: pass \s on | skip ) \s (?: this | that ) \b",
    rf"(?: ^ | \. \s ) (?: please \s )? (?: try | ask | check | consult | contact | see | visit | refer \s to ) \s"
    rf" {_UP_TO_SIX} {_OTHERS} {END}",
    r"(?: ^ | \. \s ) (?: please \s )? (?: try | ask | check | consult | contact | see | visit ) \s"
    r" (?: the | an? | any | your | some | official ) \s (?: [\w'-]{1,20} \s ){1,3}?"
    r" for \s (?: the | this | that | official | current | recent ) \b",
    r"(?: ^ | \. \s ) (?: unable | impossible | not \s possible ) \s to \s"
    r" (?: give | determine | say | answer | verify | confirm | identify | provide | know | tell | count )",
    r"(?: i'd | i \s would ) \s (?: have | need ) \s to \s (?: check | look | research | verify | search | see )",
    r"only \s you \s (?: can | could | would | will )? \s? (?: know | tell | say | answer )",
    rf"(?: is | are | was | were | has | have | 's ) (?: \s never | {_NOT} ) \s (?: ever \s )? (?: been \s )? {_FOUND}"
    r" (?: \s or \s [\w\s]{1,30} )?"
    r" (?: \s (?: anywhere | so \s far | to \s (?: me | us ) | in \s (?: the | my | any ) \s (?: \w+ \s )? \w+ ) )?"
    rf" {END}",
    rf"(?: is | are | was | were | 's ) {_NOT} \s (?: a \s matter \s of \s )? (?: public | on \s record | of \s public"
    rf" \s record ) (?: \s knowledge )? {END}",
    r"(?: that | this | it | which ) (?: 's | \s is ) \s (?: private | personal | confidential | secret )"
    rf" (?: \s (?: information | data | matter ) )? {END}",
    rf"(?: (?: nothing | little | not \s much ) \s (?: more \s )? (?: is | was | has \s been ) ) \s"
    rf" (?: publicly \s | officially \s | yet \s )? {_FOUND}",
    rf"no \s (?: [\w'-]{{1,20}} \s ){{1,4}}? (?: is | are | was | were | has \s been | have \s been ) \s"
    rf" (?: yet \s | publicly \s | officially \s )? {_FOUND} {END}",
    rf"no \s (?: [\w'-]{{1,20}} \s ){{1,6}}? exists? {END}",
    r"(?: remains? | (?: is | are | was | 's ) (?: \s still )? ) \s an? \s (?: \w+ \s )? mystery",
    rf"(?: no \s | none \s of \s (?: the | my | our ) \s ) (?: \w+ \s )? {SOURCE} \s (?: \w+ \s )?"
    rf" (?: tells? | says? | names? | mentions? | records? | gives? | states? | reports? | knows? | reveals? )",
    rf"(?: the | my | our ) \s (?: \w+ \s )? {SOURCE} (?: \s (?: that \s )? i \s (?: have | know | can \s see ) )? \s"
    rf" (?: do | does | did ) {_NOT} \s (?: {SILENT} | name | give | list | identify )"
    rf" (?: {END} | \s (?: {WHICH} | the | an? | any | it | this | that | her | his | its | their ) \b )",
    r"(?: ancient | historical | written | official | the ) \s (?: histor(?: y | ians ) | sources | records ) \s"
    r" (?: are | is ) \s silent",
    rf"history \s (?: do | does | did ) {_NOT} \s {SILENT} \s (?: us | the | an? | any | {WHICH} ) \b",
    r"(?: no \s one | nobody ) \s (?: can | could | has | had | will \s ever ) \s (?: ever \s | really \s | yet \s )?"
    r" (?: count | counted | measure | measured | know | known | verify | verified | recorded | find \s out )",
    r"(?: impossible | too \s many | too \s numerous ) \s to \s (?: \w+ly \s )? (?: count | measure )",
    r"as \s of \s (?: my | the ) \s (?: last | latest | knowledge | training | most ) \s [^.;!?\n]{1,80}?"
    r" (?: \s not | n't | \s yet \s to ) \s",
    r"(?: \w+n't | not | no ) \s [^.;!?\n]{1,60}? ,? \s (?: as | so ) \s far \s as \s i \s (?: know "
    r"| 'm \s aware | am \s aware )",
    rf"(?: is | are ) {_NOT} \s an? \s real \s \w+",
    rf"(?: that | this | the | such | such \s an? | any ) \s {_UP_TO_THREE} (?: is | are | was | were ) {_NOT} \s"
    r" (?: currently \s | publicly \s | yet \s )? (?: available | accessible ) \s (?: to \s (?: me | us )"
    r" | here | at \s this )",
    rf"{KNOWLEDGE} \s? (?: (?: is | are | was | were | has | have ) \s? )? (?: not | n't ) \s (?: been \s )?"
    rf" (?: currently \s | publicly \s | yet \s )? (?: available | accessible | found | provided | known"
    rf" | given ) {END}",
    rf"{KNOWLEDGE} \s (?: (?: is | are | was | were ) \s )? (?: unavailable | missing | inaccessible )",
    rf"(?: has | have | was | were | is | are ) {_NOT} \s (?: yet \s )? (?: been \s )?"
    r" (?: provided | supplied | reported | published | established | verified )"
    rf" (?: {END} | \s (?: to | in | by | yet | with | anywhere | and | so | {WHICH} ) \b )",
    rf"(?: the | this | that | your ) \s {_UP_TO_THREE} {SOURCE} \s (?: do | does | did ) {_NOT} \s"
    rf" (?: name | identify | list | give | provide | specify | state | include | contain"
    rf" | report ) \s (?: an? | any | the | {WHICH} ) \b",
)
_ABOUT_WHAT_EXISTS = (
    r"there (?: 's | \s is | \s was | \s are | \s were | \s isn't | \s wasn't ) \s (?: no | not | any"
    r" | currently \s no ) \s?"
    rf" {_UP_TO_SIX} (?: called | named | (?: by | with ) \s (?: that | this | the ) \s name )",
    r"(?: appears? | seems? | (?: is | are ) \s likely | believed | might | may ) \s (?: to \s )? be \s (?: an? \s )?"
    rf" {_SOFTLY} {_UNREAL}",
    rf"(?: is | are ) \s (?: an? \s )? {_SOFTLY} {_UNREAL} \s (?: {_THING} | and | so | as ) \b",
    rf"(?: do | does | did ) {_NOT} \s (?: (?: seem \s to | appear \s to | actually | yet | currently ) \s )? exist",
    rf"(?: do | does ) {_NOT} \s (?: think | believe ) \s {_UP_TO_SIX} (?: exists? | there \s (?: is | was ) )",
    rf"there \s (?: do | does | did ) {_NOT} \s (?: appear | seem ) \s to \s (?: be | have \s been | exist )",
    rf"(?: is | are ) {_NOT} \s out \s yet",
    rf"(?: has | have ) (?: {_NOT} | \s never ) \s (?: ever \s )? heard \s of",
    r"(?: premise | assumption ) \s (?: of \s (?: your | the | this ) \s question \s )? (?: is | seems | appears )"
    r" (?: \s to \s be )? \s (?: wrong | false | incorrect | mistaken | flawed )",
    r"question \s (?: assumes | presupposes | supposes | presumes ) \s (?: something | a \s thing | what | that ) \b",
    rf"(?: the | this | that | your ) \s (?: \w+ \s )? {SOURCE} \s (?: gives? | names? | mentions? | lists? | states? )"
    rf" \s no \s \w+ {END}",
    rf"{SOURCE} \s (?: says? | tells? (?: \s us | \s me )? | mentions? | reveals? | states? ) \s nothing"
    rf" (?: {END} | \s (?: of | about | on | regarding ) \b )",
    r"my \s (?: \w+ \s )? (?: records? | data | sources? | knowledge | notes | files ) \s (?: contains? | holds? "
    r"| have | has"
    r" | shows? | lists? | includes? | gives? | names? ) \s (?: no \s \w+ | nothing )"
    r" (?! \s (?: other \s than | but | except | besides | save | apart ) \b )",
    r"(?: false | incorrect | mistaken | wrong | flawed ) \s (?: premise | assumption )",
    rf"never \s (?: had | was | existed ) \s (?: an? | any ) \s {_UP_TO_THREE} (?: called | named )",
    r"question \s (?: \w+ \s ){0,3}? (?: makes? \s (?: no | little ) \s sense | (?: does | do ) (?: n't | \s not ) \s"
    r" (?: make \s (?: any \s )? sense | apply ) | rests? \s on \s an? \s (?: \w+ \s )? (?: mistake | error"
    r" | misunderstanding ) )",
    r"(?: has | have | is | are ) \s (?: still \s )? yet \s to \s be \s (?: elected | chosen | named "
    r"| appointed | selected"
    r" | picked | born | built | published | released | written | discovered | drawn | set | fixed | confirmed )",
)
_ABOUT_THE_FUTURE = (
    r"(?: lies? | (?: is | are ) (?: \s still )? ) \s (?: ahead (?: \s of \s us )? | yet \s to \s come | to \s come )"
    rf" {END}",
    r"too \s far \s (?: in | into | off ) \s (?: the | in ) \s \w+",
    rf"(?: has | have ) {_NOT} \s (?: happened | occurred | taken \s place | been \s (?: held | played | run | raced"
    rf" | contested ) ) (?: {END} | \s (?: as | so | at | by | to ) \b )",
    r"(?: lies? | (?: 's | \b (?: is | are ) ) (?: \s still )? | remains? ) \s (?: \w+ \s )? in \s the \s future",
    r"(?: is | are | about | of | predict ) \s (?: an? \s )? future \s (?: events? | outcomes? | results? | dates? )",
    r"will \s (?: only | not ) \s be \s (?: known | announced | decided | determined | available | clear ) \s"
    r" (?: after | until | once | when | later | in )",
    r"(?: is | are | was | were ) \s silent \s (?: on | about )",
    rf"(?: has | have ) {_NOT} \s (?: yet \s )? been \s"
    rf" (?: chosen | selected | picked | preserved | set | fixed | drawn | scheduled ) {END}",
    r"(?: won't | can't | cannot ) \s be \s (?: known | announced | decided | determined ) \s (?: after"
    r" | until | before | yet )",
)
_REFERRING = (
    r"(?: recommend | suggest | advise | encourage | please | should | could | can | may | might | to"
    r" | would ) \s (?: that \s )?"
    r" (?: you \s )? (?: (?: to | want \s to | try | have \s to | need \s to ) \s )?"
    r" (?: check | consult | verify | refer | look | visit | search | contact | see ) (?: ing )? \s"
    rf" {_UP_TO_SIX} {_OTHERS}",
)
WAYS_TO_DECLINE = " | ".join(
    f"(?: {way} )"
    for way in (
        *_ABOUT_THE_SPEAKER,
        *_ABOUT_GUESSING,
        *_ABOUT_WHAT_IS_KNOWN,
        *_ABOUT_WHAT_EXISTS,
        *_ABOUT_THE_FUTURE,
        *_REFERRING,
    )
)
"""They count wherever they stand in an answer."""
