"""What German says about an answer: denials, hedges, what was, choices, comparisons, yes and no."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank, spaced
from pytest_finetunebench.grading.languages.building import both_ways, poles
from pytest_finetunebench.grading.languages.german.words import P

_IS = r"ist|war|sind|waren|wird|wurde|wäre|heißt|hieß|lautet|beträgt"
_VERB = (
    r"ist|war|sind|waren|wird|wurde|werden|wurden|hat|hatte|haben|kann|konnte|darf|muss|soll|heißt|liegt|lebt"
    r"|kommt|stammt"
    r"|wiegt|misst|mag|arbeitet|gehört|stimmt|gilt|steht|reicht|passt|wohnt|trägt|besitzt|gibt"
)
_ARTICLE = "der|die|das|den|dem|des|ein|eine|einen|einem|einer"
_MAYBE = r"vielleicht|möglicherweise|eventuell|womöglich|unter umständen|wenn nicht|könnte(?: auch)?|mag"
_BUT = r"aber|jedoch|sondern|allerdings|dennoch|trotzdem"

DENIALS = spaced.DenialWords(
    negation=r"nicht|kein|keine|keinen|keinem|keiner|keines|nie|niemals|weder|noch|statt|anstatt|anstelle von"
    r"|keineswegs"
    r"|auf keinen fall|anders als|außer|abgesehen von|im gegensatz zu",
    only=r"nur|bloß|unbedingt|zuletzt|vor|mehr als|weniger als",
    behind=rf"\s(?:{_VERB})(?:\s(?!nur\b|sondern\b)[^\s.,;:!?]+){{0,3}}?\s(?:nicht|nie|niemals|kein\w*"
    rf"|keineswegs)\b(?!\s(?:nur|bloß))"
    r"|\s(?:nicht|nie|niemals)\b(?!\s(?:nur|bloß))(?=\s?(?:$|[.,;!?]))"
    r"|[^.,;!?\n]{0,40},?\s(?:ist|war|sei)\s(?:nur |bloß )?(?:ein mythos|ein irrtum|ein gerücht|falsch"
    r"|eine legende)\b",
    false=r"(?:(?:das|dies|es|aber das)\s)?(?:ist|war|wäre|stimmt)\s(?:jedoch |aber |leider )?(?:falsch|unwahr"
    r"|nicht richtig|nicht korrekt"
    r"|nicht wahr|ein irrtum|ein mythos|ein gerücht|widerlegt|nicht\b)",
    doubt=r"(?<!kein )(?<!keinen )(?<!ohne )zweifle|bezweifle|zweifelhaft|irrtümlich|fälschlich(?:erweise)?"
    r"|zu unrecht|angeblich"
    r"|ein mythos|widerlegt|glaube nicht|denke nicht|falsch",
    without=r"ohne(?! zweifel| frage)|nicht mehr|nicht länger",
    but=_BUT,
    joint="und|oder|noch|sowie",
    article=_ARTICLE,
    in_question=r"nicht|kein\w*|nie|niemals|außer|ohne",
    directly=rf"\b(?:{_IS})\s(?:es\s|das\s|definitiv |sicher )?(?:nicht|kein\w*)|^\W*(?:nicht|kein\w*)",
    retraction=r"korrektur|moment|halt|stopp|warte|ich korrigiere(?: mich)?|ich meine|ich meinte|besser gesagt"
    r"|vielmehr"
    r"|nein, (?:doch|das war|eigentlich)|entschuldigung|verzeihung|das war falsch|das stimmt nicht"
    r"|ich habe mich geirrt",
    retraction_words="korr moment halt stopp warte meine meinte besser vielmehr nein entschuld verzeih falsch "
    "stimmt geirrt",
    omitted=r"kein\w*|ohne|vermeiden|absetzen|weglassen|gegen",
    not_given=r"(?:(?:ist|sind|wird|werden|darf|dürfen|sollte|sollten)\s)?(?:nie|niemals"
    r"|nicht (?:mehr )?(?:gegeben|empfohlen|erlaubt))"
    r"|(?:ist|sind)\skontraindiziert",
).build(P)
ANSWERS = spaced.AnswerWords(
    frame_word="antwort",
    frame=r"(?:(?:die|meine)\s)?(?:richtige |korrekte |endgültige |kurze )?antwort\s?(?:ist|lautet|wäre|:"
    r"|=)(?:\sdaher|\salso)?:?",
    is_=_IS,
    total=r"insgesamt|zusammen|gesamt|summe|ergibt|macht|alles in allem",
    leading="also nun gut ja nein sicher antwort richtig korrekt ich glaube denke meine vermute wohl "
    "wahrscheinlich vielleicht "
    "vermutlich laut etwa rund genau kilogramm kg prozent natürlich gerne",
    beside=r"grenzt an|neben|nahe|unweit von|nördlich von|südlich von|östlich von|westlich von|gewidmet"
    r"|benannt nach|folgte auf"
    r"|folgte|besiegte|schlug|löste|ersetzte|lebte in|lebt in|wuchs in|aufgewachsen in|studierte in|starb in"
    r"|arbeitete in"
    r"|begraben in|zog nach|verheiratet mit|ähnlich wie|verglichen mit|nachfolger von|vorgänger|rivale von"
    r"|älter als|jünger als",
    actually=r"(?:aber|jedoch|doch)\s(?:\w+\s){0,2}?(?:tatsächlich|eigentlich|in wirklichkeit|in wahrheit)"
    r"|(?:behauptet|angenommen|gesagt|geglaubt|genannt),?\s(?:aber|jedoch)",
    actually_words="tatsaechlich eigentlich wirklichkeit wahrheit oft haeufig manchmal faelschlich",
).build(P)
HEDGES = spaced.HedgeWords(
    or_="oder|bzw.|beziehungsweise",
    and_="und",
    maybe=_MAYBE,
    between="zwischen",
    to="bis",
    from_="von",
    sources=r"(?:einige|manche)\s(?:\w+\s){0,2}?(?:sagen|behaupten|nennen|geben|quellen|meinen"
    r"|berichten)[^\n]{1,120}\bandere",
    sources_word="andere",
    cases=r"(?:wenn|falls) (?:sie|du)\b[^\n]{0,20}?(?:mein|frag)\w*",
    cases_word="mein",
    candidates=r"(?:mögliche|denkbare|wahrscheinliche)\s\w+|kandidaten|möglichkeiten|optionen",
    candidate_words="moeglich denkbar wahrscheinlich kandidat option",
    asks_several=r"welche\s\w+\s(?:sind|waren|haben)|nenne|zähle|liste|[2-9]|zwei|drei|vier|fünf|einen der"
    r"|eine der|eines der",
    asks_place=r"wo|ort|stadt|land|region|kreis|gebiet|provinz|woher",
    asks_whole=r"welche[ms]? (?:land|staat|kontinent)",
    score=r"gewann|gewonnen|verlor|verloren|besiegte|schlug|unentschieden|sieg|spiel|satz|endstand|ergebnis",
).build(P)
PAST = spaced.PastWords(
    once=r"früher|ehemals|vormals|einst|ursprünglich|zuvor|vorher|nicht mehr|veraltet|überholt|ehemalig\w*"
    r"|frühere\w*|alte\w*|bisherige\w*|vorherige\w*",
    changed=r"ersetzt\w*|abgelöst|umbenannt|geändert|ändert\w*|aktualisiert|wechsel\w*",
    moved=r"stieg\w*|gestiegen|erhöht\w*|angehoben|gesenkt|senkt\w*|sank|gesunken|fiel|gefallen|verkürzt"
    r"|verlängert|verschob\w*|geändert|reduziert|wuchs",
    from_="von|vom|als|statt|vor|bis",
    to="auf|zu|in",
    until="bis|vor",
    was="war|waren|galt|galten|hieß|wurde",
    now="jetzt|nun|heute|inzwischen|aktuell|derzeit|seit|neu|neue|neuer|neuen|mittlerweile",
    replaced=r"(?:(?:wurde|ist|wird|war)\s)?(?:(?:durch|von)\s\S+(?:\s\S+){0,3}\s(?:ersetzt|abgelöst)"
    r"|in\s\S+\sumbenannt)|,?\sder zurücktrat",
    outgoing=r"nachfolger(?:in)? von|vorgänger(?:in)?|folgte auf|löste|ersetzt|ersetzte|besiegte|ex-|früher"
    r"|ehemals|statt",
    asked=r"vor|vorher|früher|frühere\w*|ursprünglich|ehemalig\w*|alte\w*|bisherige\w*|zuvor",
    asks_now="ist|sind|hat|heißt|leitet|wohnt|arbeitet|liegt|gilt|gehört|trägt|führt",
    compared=r"verglichen mit|im vergleich zu|gegenüber|statt|anstatt|anders als|nach zuvor|nach",
    not_yet=r"wird erst|tritt\b|übernimmt erst|soll\b",
    but=_BUT,
).build(P)
CHOICES = spaced.ChoiceWords(
    or_="oder",
    and_="und",
    between="zwischen|welche[rs]? von(?: den)?|wer von",
    asking="wer wen wem wessen was wann wo wie warum welche welcher welches ist sind war waren hat haben kann "
    "soll wird darf",
    article=_ARTICLE,
    answer="antwort|option|wahl|buchstabe|ich wähle|ich nehme|lösung|möglichkeit|variante",
    is_="ist|lautet|wäre",
    because="weil|da|denn|ist|war|und|oder|aber|nicht",
    both="beide|beides",
    none="keiner|keine|keines|weder|niemand",
    all_="alle|alles",
    of_them="von|der|davon|den",
    than="als|zwischen|von den|verglichen mit|im vergleich zu|gegenüber|im gegensatz zu|wie|vor|nach",
    while_="während|wohingegen|obwohl|obgleich|wogegen",
    first="zuerst|zunächst|erste[rsn]?|früher|ältere[rsn]?",
    last="zuletzt|letzte[rsn]?|später",
    then="dann|danach|später|anschließend|schließlich|gefolgt von",
    pronouns="eine einer eines die der das",
    so="also|daher|deshalb|somit|folglich|demnach|die antwort ist|antwort:",
).build(P)
COMPARISONS = replace(
    blank.COMPARISONS,
    compared=poles(
        """
        weight: schwerer schwerste / leichter leichteste
        height: größer größte höher höchste / kleiner kleinste niedriger
        length: länger längste / kürzer kürzeste
        width: breiter / schmaler
        depth: tiefer / flacher
        time: älter älteste ältere früher zuerst eher erste / jünger jüngste jüngere später neuer zuletzt letzte
        speed: schneller schnellste / langsamer
        price: teurer teuerste kostspieliger / billiger günstiger preiswerter
        strength: stärker / schwächer
        distance: weiter entfernter / näher
        heat: heißer wärmer / kälter kühler
        """,
        P.fold,
    ),
    plain=poles(
        """
        weight: schwer / leicht
        height: groß hoch / klein niedrig
        length: lang / kurz
        time: alt früh / jung spät neu
        speed: schnell / langsam
        price: teuer / billig günstig
        """,
        P.fold,
    ),
    verbs=poles(
        """
        weight: überwiegt /
        height: überragt übertrifft /
        contest: gewann besiegte schlug gewinnt / verlor verliert unterlag
        owner: übernahm kaufte erwarb / verkaufte
        """,
        P.fold,
    ),
    degrees={"mehr": 1, "am meisten": 1, "meisten": 1, "weniger": -1, "wenigsten": -1},
    measured={P.fold(word): dimension for word, dimension in (
        ("wiegt", "weight"), ("wog", "weight"), ("wiegen", "weight"), ("gewicht", "weight"), ("schwer", "weight"),
        ("kostet", "price"), ("kosten", "price"), ("preis", "price"), ("misst", "height"), ("groß", "height"),
    )},
    after_passive=frozenset(("wird", "wurde", "werden", "wurden", "ist", "war")),
    denying=P.words("nicht kein keine nie weder"),
    only=P.words("nur bloß"),
    as_much=frozenset(("so", "genauso", "ebenso")),
    as_=frozenset(("wie",)),
    than=P(r"\b(?:als|verglichen mit)\b"),
    before=P(rf"\bvor\s(?:(?:{_ARTICLE})\s)?$"),
    after=P(rf"\bnach\s(?:(?:{_ARTICLE})\s)?$"),
    joint=P(r"\s(?:und|aber|während|wohingegen|obwohl|also)\s"),
    relative=P(r",?\s(?:der|die|das|welche[rs]?)\b"),
    equal=P(
        r"(?<!nicht )\b(?:gleich (?:schwer|alt|groß|viel|hoch|lang)|dasselbe (?:gewicht|alter)|genauso viel"
        r"|unentschieden"
        r"|kein unterschied)\b"
    ),
    sides=P(
        r"\W*(?:es ist\s|(?:die )?antwort(?: ist|:)\s)?(?:(?:der|die|das)\s(?:(?P<former>erstere[rsn]?)"
        r"|(?P<latter>letztere[rsn]?)"
        r"|(?P<first>erste)|(?P<second>zweite))|(?:option|nummer|möglichkeit|antwort|nr\.?)\s?(?P<number>\d{1,2}))"
        r"(?=\W*$|[.,;:!?\n]|\s(?:ist|war|wiegt|hat|weil)\b)"
    ),
)  # fmt: skip
YES_NO = spaced.YesNoWords(
    yes="ja jawohl",
    no="nein nee",
    said_yes="ja|jawohl|jep|jup|doch",
    said_no="nein|nee|nö",
    not_no=r"(?!)",
    filler=r"leider|also|nun|na ja|tja|hm+|gut|die (?:kurze |richtige )?antwort(?: ist| lautet)?|antwort"
    r"|kurz(?: gesagt)?|ich (?:glaube|denke|meine)",
    surely=r"genau(?: so)?|exakt|natürlich|sicher|sicherlich|gewiss|selbstverständlich|auf jeden fall|absolut"
    r"|definitiv|klar"
    r"|eindeutig ja|allerdings"
    r"|(?:ja )?das (?:ist|tut|kann|hat|war) (?:sie|er|es)|(?:das )?stimmt|so ist es|ich glaube schon"
    r"|ich denke schon|wahrscheinlich schon",
    certainly_not=r"(?:ganz )?(?:sicher|bestimmt|gewiss|natürlich|absolut|definitiv) nicht|keineswegs"
    r"|auf keinen fall|keinesfalls|niemals"
    r"|überhaupt nicht|im gegenteil|(?:das )?stimmt (?:so )?nicht|ich glaube nicht|ich denke nicht|mitnichten"
    r"|nicht ganz"
    r"|das (?:ist|tut|kann|hat|war) (?:sie|er|es) nicht",
    true="richtig|korrekt|wahr|zutreffend|der fall",
    false="falsch|unwahr|unzutreffend|inkorrekt|nicht (?:richtig|korrekt|wahr|zutreffend|der fall)",
    it_is="(?:das|es|dies) (?:ist|wäre)|sie haben|du hast",
    it_is_not="(?:das|es|er|sie) (?:ist|hat|kann|war|tut) (?:es |das )?nicht",
    and_or="und|oder",
    corrected=r"moment|warte|halt|korrektur|eigentlich|quatsch|ich meine|doch",
    after_no="weil da denn und aber er sie es ich das dies wenn obwohl nicht",
    statement=r"(?:die|diese) (?:aussage|behauptung|annahme) (?:ist|wäre)|(?:also|somit|daher"
    r"|folglich)(?: ist (?:das|es))?",
).build(P)
STATEMENTS = spaced.StatementWords(
    above=r"(?:mehr|größer|höher|länger|schwerer|älter|später|weiter|breiter|tiefer|schneller|teurer"
    r"|wärmer)(?:\sals)|über|oberhalb von|übersteigt|überschreitet|mindestens",
    below=r"(?:weniger|kleiner|niedriger|kürzer|leichter|jünger|früher|schmaler|langsamer|billiger"
    r"|kälter)(?:\sals)|unter|unterhalb von|höchstens|maximal|bis zu|nicht mehr als|unterschreitet",
    at_least=r"mindestens|nicht weniger als|wenigstens",
    denied=r"nicht|kein\w*|nie|niemals|weder|noch",
    asks=rf"{_VERB}|wäre|hätte|muss",
    verb=_VERB,
    so="also|daher|deshalb|somit|folglich",
    without="nicht kein keine nie tatsächlich wirklich eigentlich",
    indirect="ob",
).build(P)
DIRECTIONS = replace(
    blank.DIRECTIONS,
    asks_to=P(r"\b(?:wohin|nach (?:wo|welche[rmns]?)|in welche stadt|bis wann)\b"),
    asks_from=P(r"\b(?:woher|von wo|von welche[rmns]?|aus welche[rmns]?|seit wann|ab wann)\b"),
    from_=P(r"\b(?:von|aus|ab|vom)\s(?:der\s|dem\s)?$"),
    then_to=P(r"\b(?:nach|bis|zu|zum|zur)\b"),
    to=P(r"\b(?:nach|bis|zu|zum|zur)\s(?:der\s|dem\s)?$"),
    with_from=P(r"\b(?:von|aus|ab|vom)\b"),
    asks_who=P(r"(?:wer|welche[rs]? \w+)(?: hat| haben)?"),
)
ENTITIES = replace(
    blank.ENTITIES,
    opposites=both_ways(
        """
        vor/nach über/unter innen/außen mit/ohne mehr/weniger höher/niedriger oben/unten links/rechts nord/süd
        norden/süden osten/westen früh/spät alt/neu kalt/heiß steigen/sinken gewinn/verlust öffentlich/privat
        männlich/weiblich mutter/vater schwester/bruder tochter/sohn innere/äußere ankunft/abfahrt
        verursacht/verhindert
        """,
        P.fold,
    ),
    directed=P.words("vor nach als von zu bis"),
    multiples=P.words("einfach doppelt dreifach vierfach"),
    asks_title=P(
        r"\b(?:titel|betitelt|name des (?:buches|films|romans)|welche[rs]? (?:roman|film|buch|lied"
        r"|album|stück|oper))\b"
    ),
    qualifiers=P.words(
        "Vize stellvertretender stellvertretende stellvertretenden kommissarischer fast beinahe kaum ex anti nicht halb"
    ),
    role_qualifiers=P.words("ehemaliger ehemalige ehemaligen früherer frühere Assistenz Hilfs"),
    name_qualifiers=P.words(
        "Nord Süd Ost West Neu Ober Unter Groß Klein Bad kleine kleinen große großen neue "
        "neuen alte alten obere unteren"
    ),
    asks_place="wo",
    compound_before=P(
        r"(?<![\w-])(?:nicht|anti|ex|vize|vor|nach|halb|unter|ober|neu|alt|nord|süd|ost|west|gegen"
        r"|mit|stief|schwieger|ur)-$"
    ),
    compound_after=P(r"-(?:frei|los|ähnlich|resistent|stellvertreter\w*|assistent\w*)\b"),
    generation=P(r",?\s(?:jr|sr|jun|sen|junior|senior|der (?:jüngere|ältere))\b\.?"),
    sequel=P(r"\s(?:und)\s(?=andere\b)|\s(?=kehrt\b)"),
    relative_after=P(
        r"\S{0,2}s?\s(?:(?:älter|jünger|groß|klein)\w*\s)?(?:bruder|schwester|sohn|tochter|mutter"
        r"|vater|frau|mann|cousin\w*|onkel|tante|neffe|nichte|assistent\w*|nachfolger\w*|vorgänger\w*)\b"
    ),
    relative_before=P(
        r"\b(?:bruder|schwester|sohn|tochter|mutter|vater|frau|mann|cousin\w*|onkel|tante|neffe"
        r"|nichte|assistent\w*|nachfolger\w*|vorgänger\w*|witwe\w*|freund\w*)\s(?:von|der|des)\s$"
    ),
    relation=P(
        r"\b(?:bruder|schwester|sohn|tochter|mutter|vater|frau|mann|cousin\w*|nachfolger\w*|vorgänger\w*"
        r"|wessen|verwandt\w*)\b"
    ),
)
