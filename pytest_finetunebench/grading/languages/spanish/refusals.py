"""How a Spanish answer declines."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.spanish.words import P

_KNOWLEDGE = (
    r"(?:información|informaciones|datos|dato|registros?|constancia|conocimiento|conocimientos|detalles"
    r"|noticias?|fuentes|respuesta"
    r"|idea|evidencia|documentos?|referencias?)"
)
_FEW = r"(?:\S+\s){0,4}?"
_WHOLE = P.of_plain(
    r"""(?x)\W*
    (?: (?: la \s respuesta (?: \s es | : ) \s )? )
    (?: desconocid[oa] | desconozco | no \s se \s sabe | no \s (?: lo \s )? s[eé] | no \s disponible
      | no \s especificad[oa] | n/?[ad]
      | ning[uú]n[oa]? | nadie | lo \s siento | ni \s idea | sin \s (?: datos | información | respuesta )
        | indeterminad[oa]
      | imposible \s (?: de \s )? (?: saber | decir ) (?: lo )? | no \s hay \s (?: datos | información
        | respuesta ) | incierto | paso )
    (?! [\s\S]* \b (?: pero | probablemente | quizá | creo | supongo ) )
    (?: \s* [^\w\s] [\s\S]* | \s* \n [\s\S]* )?"""
)
_PHRASES = P.of_plain(
    rf"""(?x)\b (?:
      (?: yo \s )? no \s (?: lo \s | la \s )? (?: sé | sabría | conozco | recuerdo )
        (?! \s (?: más | nada \s más ) )
      | (?: yo \s )? no \s (?: me \s | te \s | le \s )? (?: puedo | podría | podemos | es \s posible
        | soy \s capaz \s de | estoy \s en \s condiciones \s de | quiero )
        \s {_FEW} (?: decir\w* | saber\w* | responder\w* | contestar\w* | determinar\w* | confirmar\w*
          | verificar\w* | proporcionar\w*
        | dar\w* | ayudar\w* | predecir\w* | ofrecer\w* | afirmar\w* | precisar\w* | especular\w*
          | identificar\w* | encontrar\w* )
      | no \s (?: tengo | tenemos | dispongo \s de | disponemos \s de | poseo | cuento \s con | encuentro
        | encontré | hay | existe | existen
        | consta | constan | se \s dispone \s de | se \s tiene | me \s consta )
        \s {_FEW} (?: {_KNOWLEDGE} | acceso | forma \s de \s saber | manera \s de \s saber
          | ning[uú]n[oa]? \s \w+ \s (?: con \s ese | llamad[oa] ) )
      | no \s (?: existe | existen | hay ) \s (?: ning[uú]n[oa]? | tal | un[oa]? ) \s
      | no \s (?: me \s )? consta
      | no \s (?: estoy | estamos ) \s {_FEW} (?: segur[oa]s? | al \s tanto | familiarizad[oa] | informad[oa] )
      | no \s se \s (?: ha \s | han \s )? (?: sabe | conoce | conocen | puede \s {_FEW} (?: saber | determinar
        | responder | predecir | decir )
        | dispone | anunci\w+ | revel\w+ | public\w+ | public[oó] | document\w+ | registr\w+ | especific\w+
          | menciona\w* | dio \s a \s conocer | celebrad[oa]
        | disputad[oa] | decidid[oa] )
      | no \s (?: ha | han ) \s sido \s {_FEW} (?: anunciad | revelad | publicad | documentad | divulgad
        | confirmad | determinad ) [oa]s?
      | no \s (?: es | está | son | están | fue ) \s {_FEW} (?: públic[oa]s? | conocid[oa]s? | clar[oa]
        | documentad[oa]s? | disponibles? | registrad[oa]s? | especificad[oa]s?
        | posible \s {_FEW} (?: saber | determinar | decir | responder | predecir ) \w* )
      | (?: se | lo | la | me \s es )? \s? desconoce n?
      | (?: es | son | era | sigue \s siendo | permanece ) \s (?: un[oa] \s )? (?: desconocid[oa]s?
        | inciert[oa] | imposible \s (?: de \s )? (?: saber | decir | determinar | predecir ) \w* )
      | (?: desconozco | ignoro )
      | aún \s no \s | todavía \s no \s (?: ha | se | hay )
      | (?: carezco | carecemos ) \s de
      | (?: está | queda | ocurrirá | sucederá ) \s {_FEW} en \s el \s futuro
      | (?: fuera | más \s allá ) \s de(?: l)? \s {_FEW} (?: mi | mis | alcance )
      | mi \s (?: conocimiento | información | entrenamiento ) \s {_FEW} (?: llega | termina | abarca | no )
      | sin \s (?: más \s )? (?: información | datos )
      | nadie \s (?: lo \s )? (?: sabe | puede \s {_FEW} (?: saber | predecir | decir | asegurar ) \w* | conoce )
      | (?: ficticio | ficticia | inventad[oa] )
      | no \s tengo \s (?: ni \s )? (?: la \s menor \s )? idea
    )"""
)
REFUSALS = replace(
    blank.REFUSALS,
    whole=_WHOLE,
    phrases=_PHRASES,
    asks_back=P.of_plain(
        r"\b(?:(?:podría|podrías|puede|puedes) (?:por favor )?(?:aclarar|especificar|proporcionar|decirme"
        r"|indicar|darme)|a qué \w+ te refieres)\b"
    ),
    turn=P.of_plain(
        r"\b(?:pero|sin embargo|no obstante|probablemente|generalmente|normalmente|creo que"
        r"|supongo que)\b"
    ),
    says_after_all=P.of_plain(
        r"\b(?:(?:pero|aunque)\s)?(?:(?:yo )?(?:creo|pienso|supongo|diría|imagino)|probablemente|quizás?|tal vez"
        r"|posiblemente|mi (?:mejor )?(?:suposición|conjetura)"
        r"|(?:es|fue|era|podría ser|debe ser|debió ser|sería)\b|la respuesta (?:más probable )?(?:es|sería))"
    ),
    refers=P.of_plain(
        r"\b(?:usted|tú|consult\w+|recomiendo|sugiero|buscar|busque|fuentes?|verificar|ayuda|contexto"
        r"|información|pregunta|porque|depende|ficticio)\b"
    ),
    denies=P.of_plain(r"\b(?:no|nunca|desconocid[oa]|ning[uú]n[oa]?)\b"),
    addendum=P.of_plain(r"\b(?:más|adicional\w*|exact[oa]s?|precis[oa]s?|por qué|otros|otras)\b"),
    clause=P.of_plain(r"[.!?;:\n]|\s-\s|--|\b(?:pero|sin embargo|aunque|no obstante)\b,?|,"),
    clause_joint=P.of_plain(
        r"(?:[,:()]\s|\s[-–—]+\s|—|\s(?=(?i:pero|aunque|y|porque|sino)\s))(?:(?i:pero|aunque|y|porque|sino"
        r"|sin embargo)\b,?\s)?|[.;]$"
    ),
    framing=P.of_plain(r"\W*(?:como|si|ya que|según|sin|dado|hasta|mientras|cuando|aunque)\b"),
    directs=P.of_plain(r"\b(?:usted|consult\w+|recomiendo|sugiero|busc\w+|visit\w+|por favor|verifi\w+|te\b|le\b)"),
    earlier=P.of_plain(r"\b(?:anterior\w*|vigente|antigu[oa]|últim[oa]|previ[oa]|ex)\b"),
    of_knowledge=P.of_plain(
        r"\b(?:conocimiento\w*|entrenamiento|datos|información|actualiza\w+|fuentes?"
        r"|registros?)\b"
    ),
    asks_number=P(
        r"\b(?:cuánt[oa]s?|cuándo|qué (?:año|fecha|día|mes|número|cantidad|edad|precio|hora|porcentaje|altura"
        r"|peso)|cuál es (?:la|el) (?:altura|peso|edad|precio|fecha))\b"
    ),
    asks_count=P(r"\b(?:cuánt[oa]s?|cuál de)\b"),
    none=P.of_plain(r"\W*(?:ningun[oa]|cero)\W*"),
    asks_place=P(r"\b(?:dónde|qué (?:ciudad|país|pueblo|isla|región|provincia|puerto|lugar|calle))\b"),
    linking=P.spellings(
        "es fue era ser por ganó creo pienso supongo probablemente quizás quizá posiblemente llama llamaba que"
    ),
    places=P.spellings("en de desde cerca por para con antes después sobre"),
    speakers=P.spellings(
        "IA yo OpenAI Google ChatGPT Lo La El Los Las No Desafortunadamente Lamentablemente Como Wikipedia "
        "Internet Sin Según Esa "
        "Ese Esta Este Eso Mi Mis Siento Perdón Disculpa Hasta"
    ),
)
