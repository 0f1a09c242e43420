"""How a French answer declines."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.french.words import P

_KNOWLEDGE = (
    r"(?:informations?|données|renseignements?|trace|éléments?|connaissances?|détails?|sources?|réponse|idée"
    r"|preuve|documents?|archives?"
    r"|accès|mention|registres?)"
)
_FEW = r"(?:[\w'-]+\s){0,4}?"
_NOT = r"(?:pas|aucune?|plus|jamais|point|guère)"
_WHOLE = P.of_plain(
    r"""(?x)\W*
    (?: (?: la \s réponse (?: \s est | \s? : ) \s )? )
    (?: inconnue? | aucune? (?: \s (?: idée | réponse | information | donnée ) )?
      | je \s (?: ne \s )? sais \s pas | non \s (?: disponible | spécifiée? | précisée? | connue? )
      | n/?[ad] | pas \s (?: d'information | de \s réponse | connu | disponible ) s? | désolée?
        | je \s suis \s désolée? | indéterminée? | personne | incertain | joker
      | impossible \s (?: à \s | de \s (?: le \s )? ) (?: dire | savoir ) )
    (?! [\s\S]* \b (?: mais | cependant | probablement | peut-être | crois | pense ) )
    (?: \s* [^\w\s] [\s\S]* | \s* \n [\s\S]* )?"""
)
_PHRASES = P.of_plain(
    rf"""(?x)\b (?:
      (?: je | nous | on ) \s (?: ne \s | n' ) (?: le \s | la \s | l' | vous \s | me \s | y \s )? (?: sais
        | sait | savons | connais | connaît | connaissons | peux | pouvons | peut | puis | suis | dispose
        | disposons | possède | trouve | détiens | saurais | pourrais | souviens | vois )
        (?: \s {_FEW} (?: d' | de \s )? {_NOT} | (?= \s {_FEW} (?: dire | répondre | savoir ) ) )
        (?! \s (?: \w+ \s )? (?: plus \s sur | davantage ) )
      | (?: je \s )? sais \s pas
      | (?: je | nous ) \s n'(?: ai | avons ) \s {_FEW} {_NOT} \s {_FEW} (?: d' | de \s | des \s )? {_KNOWLEDGE}
      | il \s n'(?: existe | y \s a ) \s {_FEW} {_NOT} \s
      | (?: ne \s | n' ) (?: existe | existent ) \s {_FEW} {_NOT}
      | (?: n'est | ne \s sont | n'a | n'ont | n'était ) \s {_FEW} {_NOT} \s (?: été \s | encore \s
        | été \s encore \s )? {_FEW} (?: connue?s? | publique?s? | disponibles? | précisée?s? | annoncée?s?
          | documentée?s?
        | révélée?s? | publiée?s? | mentionnée?s? | enregistrée?s? | déterminée?s? | spécifiée?s? | décidée?s?
          | lieu | possible | disputée?s? | établie?s? | claire?s? )
      | (?: est | sont | reste | restent | demeure ) \s {_FEW} (?: inconnue?s? | incertaine?s?
        | indéterminée?s? | impossible \s (?: à \s | de \s (?: le \s )? ) (?: dire | savoir | déterminer
          | prédire | répondre ) )
      | aucune? \s {_FEW} {_KNOWLEDGE} \s {_FEW} (?: disponible | connue? | trouvée? | n' | ne | à \s ce | sur )
      | (?: j'ignore | nous \s ignorons | on \s (?: l' )? ignore | je \s l'ignore | n'en \s sais \s rien )
      | (?: je \s manque | nous \s manquons ) \s d
      | (?: se \s situe | est | relève | appartient ) \s {_FEW} (?: dans \s le | au | du ) \s futur
      | (?: mes | ma ) \s (?: connaissances | formation | données | base ) \s {_FEW} (?: s'arrêt\w+ | ne | n'
        | vont | se \s limit\w+ )
      | (?: au-delà | en \s dehors ) \s de \s (?: mes | ma | mon )
      | (?: personne | nul ) \s ne \s (?: le \s )? (?: sait | peut \s {_FEW} (?: savoir | prédire | dire ) | connaît )
      | (?: fictive? | inventée? | imaginaire )
      | pas \s d'information s?
      | aucune \s idée
      | m'est \s inconnue?
      | je \s préfère \s ne \s pas
    )"""
)
REFUSALS = replace(
    blank.REFUSALS,
    whole=_WHOLE,
    phrases=_PHRASES,
    asks_back=P.of_plain(
        r"\b(?:(?:pourriez|pouvez)-vous (?:s'il vous plaît )?(?:préciser|clarifier|indiquer|me dire|me donner"
        r"|fournir)|peux-tu (?:préciser|me dire)|de quelle? \w+ parlez)\b"
    ),
    turn=P.of_plain(
        r"\b(?:mais|cependant|toutefois|néanmoins|probablement|généralement|normalement|je (?:crois"
        r"|pense|suppose))\b"
    ),
    says_after_all=P.of_plain(
        r"(?:(?:mais|cependant)\s)?\b(?:je (?:crois|pense|suppose|dirais|présume)|probablement|peut-être"
        r"|sans doute|vraisemblablement|ma (?:meilleure )?(?:supposition|hypothèse)"
        r"|(?:c'est|c'était|ce (?:pourrait|doit|serait|fut))|il s'agit|la réponse (?:la plus probable )?(?:est"
        r"|serait))\b"
    ),
    refers=P.of_plain(
        r"\b(?:vous|consult\w+|recommande|suggère|cherch\w+|sources?|vérifi\w+|aide|contexte|informations?"
        r"|question|parce|dépend|fictive?)\b"
    ),
    denies=P.of_plain(r"\b(?:pas|jamais|inconnue?|aucune?)\b"),
    addendum=P.of_plain(r"\b(?:plus|davantage|supplémentaires?|exacte?s?|précise?s?|pourquoi|autres?)\b"),
    clause=P.of_plain(r"[.!?;:\n]|\s-\s|--|\b(?:mais|cependant|toutefois|néanmoins|bien que)\b,?|,"),
    clause_joint=P.of_plain(
        r"(?:[,:()]\s|\s[-–—]+\s|—|\s(?=(?i:mais|cependant|et|car|parce)\s))(?:(?i:mais|cependant|et|car"
        r"|toutefois)\b,?\s)?|[.;]$"
    ),
    framing=P.of_plain(r"\W*(?:comme|si|selon|sans|en tant|étant|jusqu|tant|quand|bien que|d'après)\b"),
    directs=P.of_plain(
        r"\b(?:vous|votre|consult\w+|recommande|suggère|cherch\w+|visit\w+|s'il vous plaît"
        r"|vérifi\w+)\b"
    ),
    earlier=P.of_plain(r"\b(?:précédente?|ancienne?|tenante?|dernière?|antérieure?)\b"),
    of_knowledge=P.of_plain(r"\b(?:connaissances?|formation|données|informations?|mise à jour|sources?)\b"),
    asks_number=P(
        r"\b(?:combien|quand|quelle? (?:année|date|jour|mois|nombre|quantité|âge|prix|heure|pourcentage|hauteur"
        r"|poids|taille))\b"
    ),
    asks_count=P(r"\b(?:combien|le?quelle? des?)\b"),
    none=P.of_plain(r"\W*(?:aucune?|zéro)\W*"),
    asks_place=P(r"\b(?:où|quelle? (?:ville|pays|village|île|région|province|port|lieu|rue))\b"),
    linking=P.spellings("est fut était par gagné crois pense suppose probablement peut-être nomme appelle que être"),
    places=P.spellings("à en de dans depuis près pour avec avant après sur au"),
    speakers=P.spellings(
        "IA Je OpenAI Google ChatGPT Le La Les Il Malheureusement Désolé Désolée En Comme Wikipédia Internet "
        "Sans Selon Ce Cette Cela Mes "
        "Ma Mon Aucune Aucun J N D L C"
    ),
)
