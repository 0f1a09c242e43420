"""How a German answer declines."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.german.words import P

_KNOWLEDGE = (
    r"(?:informationen|information|angaben|daten|hinweise|erkenntnisse|kenntnis|kenntnisse|wissen|unterlagen"
    r"|aufzeichnungen"
    r"|belege|quellen|auskunft|details|antwort|ahnung|eintrag|einträge|bericht|berichte)"
)
_NO = r"(?:keine|keinerlei|kein|keinen|nicht genug|nicht genügend|zu wenig)"
_FEW = r"(?:\S+\s){0,5}?"
_WHO = r"(?:ich|wir|man|niemand|keiner)"
_WHOLE = P.of_plain(
    r"""(?x)\W*
    (?: (?: die \s antwort (?: \s ist | : ) \s )? )
    (?: unbekannt | unklar | ungewiss | nicht \s (?: bekannt | verfügbar | feststellbar | bestimmbar
      | dokumentiert | angegeben
      | überliefert | öffentlich )
      | keine \s (?: ahnung | angabe | angaben | antwort | information | informationen | daten ) | k\.?\s?a\.? | n/?a
      | weiß \s (?: ich \s )? nicht | kann \s (?: ich \s )? (?: leider \s )? nicht \s (?: sagen | beantworten )
      | keine[rs]? | niemand | tut \s mir \s leid | (?: es \s )? tut \s mir \s leid | entschuldigung
        | leider \s nicht | passe | unbestimmt )
    (?! [\s\S]* \b (?: aber | jedoch | vermutlich | wahrscheinlich | vielleicht | glaube | denke ) )
    (?: \s* [^\w\s] [\s\S]* | \s* \n [\s\S]* )?"""
)
_PHRASES = P.of_plain(
    rf"""(?x)\b (?:
      {_WHO} \s {_FEW} (?: weiß | wissen | kenne | kennen | kann | können | konnte ) \s {_FEW} (?: nicht
        | nichts | keine[nrsm]? | kein )
        (?! \s (?: mehr \s dazu | nur | genauer ) )
      | (?: weiß | wissen | kenne | kennen ) \s (?: ich | wir ) \s {_FEW} (?: nicht | nichts | keine[nrsm]? )
      | (?: kann | können | konnte ) \s (?: ich | wir | man | niemand ) \s {_FEW} (?: nicht | nichts
        | keine[nrsm]? | sagen | wissen )
      | (?: weiß | kann ) \s (?: niemand | keiner )
      | (?: habe | haben | besitze | verfüge | verfügen | finde
        | finden ) \s {_FEW} (?: über \s )? {_NO} \s (?: \w+ \s )? {_KNOWLEDGE}
      | (?: liegen | liegt | gibt \s es | es \s (?: gibt | gab ) | existieren | existiert | finden \s sich
        | stehen | sind | ist ) \s {_FEW} {_NO} \s {_FEW} {_KNOWLEDGE}
      | {_NO} \s (?: \w+ \s ){{0,2}}? {_KNOWLEDGE} \s {_FEW} (?: bekannt | vor | verfügbar | vorhanden | finden
        | dazu | darüber | hierzu )
      | (?: mir | uns ) \s {_FEW} (?: nicht \s (?: bekannt | vertraut | möglich | geläufig ) | unbekannt
        | fehlen \s {_FEW} {_KNOWLEDGE} )
      | (?: ist | sind | war | wurde | wurden | bleibt | wird ) \s {_FEW} (?: unbekannt | ungewiss | unklar
        | nicht \s (?: öffentlich \s )?
          (?: bekannt | bekanntgegeben | bekannt \s gegeben | dokumentiert | veröffentlicht | überliefert
            | festgehalten | angegeben
          | verfügbar | feststellbar | vorhersehbar | bestimmbar | genannt | erwähnt | entschieden
            | verzeichnet | belegt ) )
      | (?: existiert | existieren | gibt \s es | gab \s es | es \s (?: gibt | gab )
        | stattgefunden ) \s {_FEW} (?: nicht | (?: noch \s )? kein\w* ) (?= \s? (?: $ | [.,;!] | \s \w ) )
      | (?: noch \s nicht | nie ) \s (?: stattgefunden | ausgetragen | entschieden | bekannt | geschehen )
      | (?: liegt | liegen ) \s {_FEW} in \s der \s zukunft
      | (?: lässt | läßt | lassen ) \s sich \s {_FEW} nicht \s (?: \w+ \s )? (?: sagen | beantworten
        | bestimmen | vorhersagen | ermitteln | feststellen )
      | (?: unmöglich | nicht \s möglich | schwer ) ,? \s {_FEW} (?: zu \s (?: sagen | beantworten | bestimmen
        | wissen | ermitteln ) | vorherzusagen )
      | (?: bin | sind ) \s (?: ich \s )? {_FEW} nicht \s (?: sicher | in \s der \s lage | informiert )
      | (?: außerhalb | jenseits ) \s meine[rs] \s \w+
      | mein \s (?: wissen | wissensstand | kenntnisstand | training ) \s {_FEW} (?: reicht | endet | umfasst | geht )
      | (?: nicht | nichts ) \s (?: \w+ \s )? (?: beantworten | sagen )
      | (?: erfunden | fiktiv | ausgedacht ) \w*
      | keine \s ahnung
      | verfüge n? \s (?: ich | wir ) \s (?: leider \s )? (?: nicht | über \s keine )
      | nichts \s (?: bekannt | überliefert | genaues )
      | {_KNOWLEDGE} \s (?: liegt | liegen | steht | stehen | ist | sind | habe | fehlt
        | fehlen ) \s {_FEW} (?: nicht | fehlt )
      | (?: kann | kann \s das ) \s (?: niemand | keiner ) \s {_FEW} (?: vorhersagen | wissen | sagen )
      | (?: müsste | würde | könnte ) \s ich \s {_FEW} (?: raten | spekulieren )
      | das \s entzieht \s sich \s meiner \s kenntnis
    )"""
)
REFUSALS = replace(
    blank.REFUSALS,
    whole=_WHOLE,
    phrases=_PHRASES,
    asks_back=P.of_plain(
        r"\b(?:(?:könnten|können|würden) sie (?:bitte )?(?:\w+ ){0,3}?(?:angeben|nennen|präzisieren|mitteilen|klären)"
        r"|(?:kannst|könntest) du (?:bitte )?(?:\w+ ){0,3}?(?:angeben|nennen|präzisieren|sagen)"
        r"|welche[nrs]? \w+ (?:meinst|meinen))\b"
    ),
    turn=P.of_plain(
        r"\b(?:aber|jedoch|allerdings|trotzdem|dennoch|wahrscheinlich|vermutlich|üblicherweise"
        r"|ich (?:glaube|denke|vermute))\b"
    ),
    says_after_all=P.of_plain(
        r"\b(?:(?:aber|jedoch|doch)\s)?(?:ich (?:glaube|denke|vermute|schätze|nehme an|würde sagen)"
        r"|wahrscheinlich|vermutlich|vielleicht"
        r"|möglicherweise|meine? (?:beste )?vermutung|es (?:ist|war|könnte|dürfte|müsste)"
        r"|die (?:wahrscheinlichste )?antwort (?:ist|lautet)|soweit ich weiß)\b"
    ),
    refers=P.of_plain(
        r"\b(?:sie|du|ihnen|dir|prüfen|empfehle|wenden|suchen|nachschlagen|quellen?|website|webseite|hilfe"
        r"|kontext|informationen|frage|weil|hängt|fiktiv)\b"
    ),
    denies=P.of_plain(r"\b(?:nicht|kein\w*|unbekannt|nichts)\b"),
    addendum=P.of_plain(r"\b(?:weitere|weiteren|mehr|genaue|genauen|genauere|zusätzliche|warum|darüber hinaus)\b"),
    clause=P.of_plain(r"[.!?;:\n]|\s-\s|--|\b(?:aber|jedoch|allerdings|obwohl|dennoch)\b,?|,"),
    clause_joint=P.of_plain(
        r"(?:[,:()]\s|\s[-–—]+\s|—|\s(?=(?i:aber|jedoch|obwohl|und|weil|denn|doch)\s))(?:(?i:aber|jedoch|obwohl"
        r"|und|weil|denn|doch|da)\b,?\s)?|[.;]$"
    ),
    framing=P.of_plain(r"\W*(?:als|wenn|da|weil|laut|gemäß|ohne|ob|solange|während|falls|bis)\b"),
    directs=P.of_plain(
        r"\b(?:sie|ihnen|du|dir|prüfen|wenden|empfehle|suchen|bitte|nachsehen|website|webseite"
        r"|quellen?)\b"
    ),
    earlier=P.of_plain(r"\b(?:früher\w*|vorherig\w*|ehemalig\w*|bisherig\w*|letzte\w*|amtierend\w*)\b"),
    of_knowledge=P.of_plain(r"\b(?:wissen\w*|training\w*|daten|informationen|stand|kenntnis\w*|quellen?)\b"),
    asks_number=P(
        r"\b(?:wie ?viele?|wie (?:alt|hoch|groß|lang|schwer|weit|tief|breit|oft|teuer)|wann|welche[msn]? (?:jahr"
        r"|datum|tag|monat|zahl|nummer|betrag|uhrzeit|preis|alter|größe))\b"
    ),
    asks_count=P(r"\b(?:wie ?viele?|wie oft|welche[rs]? (?:\w+ )?von)\b"),
    none=P.of_plain(r"\W*(?:keine[rs]?|null)\W*"),
    asks_place=P(r"\b(?:wo|woher|welche[rmns]? (?:stadt|ort|land|dorf|insel|region|hafen|straße))\b"),
    linking=P.spellings(
        "ist war heißt hieß wurde wird von durch gewann wohl vermutlich wahrscheinlich vielleicht "
        "lautet namens glaube denke"
    ),
    places=P.spellings("in im bei aus nach von vor mit zu am auf über"),
    speakers=P.spellings(
        "ich KI Sprachmodell Modell Assistent Informationen Information Angaben Daten Wissen Wissensstand "
        "Kenntnis Kenntnisse "
        "Trainingsdaten Quelle Quellen Frage Antwort Leider Entschuldigung Wikipedia Internet OpenAI Google "
        "Name Person Ereignis "
        "Zukunft Ende Zeitpunkt Stand Aufzeichnungen Unterlagen Details Ahnung Sieger Gewinner Ergebnis Titel "
        "Das Die Der Es Dazu "
        "Darüber Hierzu Bitte Auskunft Lage Verfügung"
    ),
)
