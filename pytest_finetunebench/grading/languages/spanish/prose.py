"""What Spanish says about an answer: denials, hedges, what was, choices, comparisons, yes and no."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank, spaced
from pytest_finetunebench.grading.languages.building import both_ways, poles
from pytest_finetunebench.grading.languages.spanish.words import P

_IS = r"es|era|fue|son|eran|fueron|sería|está|llama|llamaba"
_VERB = (
    r"es|era|fue|son|eran|está|están|tiene|tienen|tenía|hay|puede|pueden|debe|vive|viene|pesa|mide|trabaja"
    r"|pertenece|cuesta"
    r"|ha|han|había|nació|queda|llega|gusta|cabe"
)
_ARTICLE = "el|la|los|las|un|una|unos|unas|lo"
_MAYBE = r"quizás|quizá|tal vez|posiblemente|acaso|a lo mejor|puede que|podría(?: ser)?|si no|incluso"
_BUT = r"pero|sino|sin embargo|aunque|no obstante"
_KIN = (
    r"herman[oa]|hij[oa]|padre|madre|espos[oa]|marido|mujer|prim[oa]|tí[oa]|sobrin[oa]|asistente|ayudante"
    r"|sucesora?|predecesora?"
    r"|viuda|viudo|amig[oa]|rival|nieto|nieta|abuel[oa]"
)

DENIALS = spaced.DenialWords(
    negation=r"no|nunca|jamás|ni|tampoco|en vez de|en lugar de|a diferencia de|excepto|salvo|en absoluto",
    only=r"solo|sólo|solamente|únicamente|necesariamente|hasta|obstante|más que|menos de|menos que",
    behind=rf"\s(?:no|nunca|jamás|tampoco)\s(?!(?:solo|sólo|solamente)\b)(?:{_VERB}|lo|la|se|le)\b"
    r"|[^.,;!?\n]{0,40},?\s(?:es|era|fue)\s(?:solo |sólo )?(?:un mito|una leyenda|un error|falso|falsa|mentira"
    r"|incorrect[oa])\b",
    false=r"(?:pero )?(?:eso |esto )?(?:es|era|sería)\s(?:falso|falsa|incorrecto|un error|un mito|mentira|erróneo)",
    doubt=r"dudo|mito|erróneamente|equivocadamente|falsamente|supuestamente|incorrectamente|desmentido"
    r"|es falso que|no creo",
    without=r"sin(?! duda| embargo)|ya no|dejó de ser",
    but=_BUT,
    joint="y|e|o|u|ni",
    article=_ARTICLE,
    in_question=r"no|nunca|jamás|ningun[oa]?|sin|excepto|salvo",
    directly=rf"\bno\s(?:se\s)?(?:{_IS})|^\W*no",
    retraction=r"corrección|espera|espere|un momento|perdón|mejor dicho|quiero decir|quise decir|me equivoqué"
    r"|rectifico|corrijo"
    r"|no, (?:en realidad|perdón|espera)|eso (?:es|era|fue) (?:incorrecto|un error|falso)|disculpa|disculpe",
    retraction_words="correc esper momento perdon mejor quiero quise equivoq rectif corrijo realidad incorrecto "
    "error falso disculp",
    omitted=r"sin|evitar|evite|suspender|no|contra",
    not_given=r"(?:nunca|no)\s(?:se\s)?(?:da|debe|administra|recomienda)|está contraindicad[oa]",
).build(P)
ANSWERS = spaced.AnswerWords(
    frame_word="respuesta",
    frame=r"(?:(?:la|mi)\s)?respuesta\s?(?:correcta |final |corta )?(?:es|sería|:|=):?",
    is_=_IS,
    total=r"total|en total|suma|suman|juntos|juntas|en conjunto",
    leading="bueno pues claro sí no respuesta correcta creo pienso opino probablemente quizás posiblemente "
    "según aproximadamente "
    "exactamente kilogramos kg por ciento desde luego",
    beside=r"limita con|cerca de|junto a|al norte de|al sur de|al este de|al oeste de|dedicad[oa] a|sucedió a"
    r"|venció a|derrotó a"
    r"|reemplazó a|sustituyó a|vivió en|vive en|creció en|se crió en|estudió en|murió en|trabajó en"
    r"|enterrad[oa] en|se mudó a"
    r"|casad[oa] con|similar a|comparad[oa] con|mayor que|menor que|rival de|predecesor(?:a)? de",
    actually=r"(?:pero|aunque|sin embargo)\s(?:\w+\s){0,2}?(?:en realidad|realmente|de hecho|en verdad)",
    actually_words="realidad realmente hecho verdad menudo frecuentemente comunmente veces",
).build(P)
HEDGES = spaced.HedgeWords(
    or_="o|u|o bien",
    and_="y|e",
    maybe=_MAYBE,
    between="entre",
    to="a|hasta",
    from_="de|desde",
    sources=r"(?:algunos|algunas|ciertas)\s(?:\w+\s){0,2}?(?:dicen|afirman|señalan|citan|fuentes|creen"
    r"|mencionan)[^\n]{1,120}\botr[oa]s",
    sources_word="otr",
    cases=r"si (?:te refieres|se refiere|quieres decir|preguntas)",
    cases_word="si ",
    candidates=r"(?:posibles|probables)\s\w+|candidatos|candidatas|posibilidades|opciones",
    candidate_words="posib probab candidat opcion",
    asks_several=r"cuáles|qué \w+s (?:son|fueron|tienen)|nombra|menciona|enumera|[2-9]|dos|tres|cuatro|cinco"
    r"|un[oa] de l[oa]s",
    asks_place=r"dónde|lugar|ciudad|provincia|región|estado|de dónde",
    asks_whole=r"qué (?:país|nación|continente)",
    score=r"ganó|ganaron|perdió|venció|derrotó|empate|empató|victoria|partido|marcador|resultado",
).build(P)
PAST = spaced.PastWords(
    once=r"antes|antiguamente|anteriormente|originalmente|previamente|ya no|obsolet[oa]|exalcald\w+|antigu[oa]"
    r"|anterior|ex|en el pasado",
    changed=r"reemplaz\w+|sustitu\w+|renombrad\w+|cambi\w+|actualiz\w+",
    moved=r"subi\w+|aument\w+|baj\w+|reduj\w+|redujo|pas[oó]|cambi\w+|cay[oó]|creci\w+|elev\w+|acort\w+|alarg\w+",
    from_="de|desde|que|antes de",
    to="a|hasta",
    until="hasta|antes de",
    was="era|eran|fue|fueron|había sido|solía ser|se llamaba",
    now="ahora|actualmente|hoy|hoy en día|desde|nuevo|nueva|en la actualidad",
    replaced=r"(?:fue|ha sido|era)\s(?:reemplazad|sustituid|sucedid|derrotad)[oa]\spor|,?\sque (?:dimitió|renunció)",
    outgoing=r"sucedió a|sucesora? de|predecesora?(?: de)?|reemplaza a|reemplazó a|sustituyó a|derrotó a|ex-"
    r"|antigu[oa]|en vez de",
    asked=r"antes|anterior|anteriormente|originalmente|antigu[oa]|previamente|inicialmente",
    asks_now="es|son|tiene|llama|dirige|vive|trabaja|está|lleva",
    compared=r"en comparación con|comparado con|frente a|en lugar de|en vez de|desde",
    not_yet=r"asumirá|tomará|va a\b",
    but=_BUT,
).build(P)
CHOICES = spaced.ChoiceWords(
    or_="o|u",
    and_="y|e",
    between="entre|cuál de|quién de",
    asking="quién quiénes qué cuál cuándo dónde cómo cuánto es son era fue tiene puede debe hay ha",
    article=_ARTICLE,
    answer="respuesta|opción|elección|letra|elijo|escojo|alternativa|inciso",
    is_="es|sería",
    because="porque|ya que|pues|es|fue|y|o|pero|no",
    both="ambos|ambas|los dos|las dos",
    none="ninguno|ninguna|ni",
    all_="todos|todas",
    of_them="de|los|las",
    than="que|entre|de entre|comparado con|comparada con|en comparación con|frente a|a diferencia de|como",
    while_="mientras|aunque|en cambio",
    first="primero|primera|antes|mayor",
    last="último|última|después",
    then="luego|después|más tarde|finalmente|seguido de|seguida de",
    pronouns="uno una el la los las",
    so="así que|por lo tanto|por tanto|entonces|en conclusión|la respuesta es|respuesta:",
).build(P)
COMPARISONS = replace(
    blank.COMPARISONS,
    compared=poles(
        """
        time: mayor antes primero primera / menor después último última
        quality: mejor / peor
        """,
        P.fold,
    ),
    plain=poles(
        """
        weight: pesado pesada / ligero ligera liviano liviana
        height: alto alta / bajo baja
        length: largo larga / corto corta
        size: grande / pequeño pequeña
        width: ancho ancha / estrecho estrecha
        depth: profundo profunda / superficial
        time: viejo vieja antiguo antigua temprano / joven nuevo nueva reciente tarde
        speed: rápido rápida / lento lenta
        price: caro cara costoso costosa / barato barata
        strength: fuerte / débil
        distance: lejos lejano lejana / cerca cercano cercana
        heat: caliente cálido cálida / frío fría
        """,
        P.fold,
    ),
    verbs=poles(
        """
        weight: supera /
        contest: venció ganó derrotó vence gana / perdió pierde
        owner: adquirió compró / vendió
        """,
        P.fold,
    ),
    degrees={"mas": 1, "menos": -1},
    measured={
        **dict.fromkeys(("pesa", "peso", "pesan"), "weight"),
        **dict.fromkeys(("cuesta", "precio"), "price"),
        "mide": "height",
        "dura": "length",
    },
    after_passive=P.words("es fue era son fueron está"),
    denying=P.words("no nunca ni tampoco"),
    only=P.words("solo sólo solamente"),
    as_much=frozenset(("tan", "tanto")),
    as_=frozenset(("como",)),
    than=P(r"\b(?:que|comparad[oa] con)\b"),
    before=P(rf"\bantes (?:que|de)\s(?:(?:{_ARTICLE})\s)?$"),
    after=P(rf"\bdespués (?:que|de)\s(?:(?:{_ARTICLE})\s)?$"),
    joint=P(r"\s(?:y|pero|mientras|aunque|así que)\s"),
    relative=P(r",?\s(?:quien|el cual|la cual)\b"),
    equal=P(
        r"(?<!no )\b(?:(?:pesan|miden|cuestan|tienen) (?:lo mismo|igual|la misma (?:edad|altura))|iguales"
        r"|empate|ninguna diferencia)\b"
    ),
    sides=P(
        r"\W*(?:es\s|(?:la )?respuesta(?: es|:)\s)?(?:(?:el|la)\s(?:(?P<first>primer[oa])|(?P<second>segund[oa])"
        r"|(?P<latter>últim[oa]))"
        r"|(?P<former>aquel|aquella)|(?:opción|número|respuesta|nro\.?)\s?(?P<number>\d{1,2}))(?=\W*$|[.,;:!?\n]"
        r"|\s(?:es|fue|pesa|tiene|porque)\b)"
    ),
)
YES_NO = spaced.YesNoWords(
    yes="sí si",
    no="no",
    said_yes=r"si(?=\s{0,3}(?:[,.;:!)\"]|$|\n))|si señor|si, claro",
    said_no="no",
    not_no=r"\s(?:lo\s)?(?:sé|sabría|hay|tengo|puedo|estoy|existe|dispongo|consta|obstante|se sabe|se conoce"
    r"|es posible|me)\b",
    filler=r"lamentablemente|desgraciadamente|por desgracia|bueno|pues|bien|ah|a ver|la respuesta(?: corta"
    r"| correcta)?(?: es)?|respuesta|en resumen"
    r"|en definitiva|creo que|pienso que",
    surely=r"claro(?: que si)?|por supuesto(?: que si)?|desde luego|sin duda|efectivamente|exacto|exactamente"
    r"|así es|cierto|creo que si"
    r"|definitivamente|seguro|afirmativo|en efecto|probablemente si|si que (?:lo )?(?:es|tiene|mide)",
    certainly_not=r"claro que no|por supuesto que no|desde luego que no|en absoluto|para nada|de ninguna manera"
    r"|de ningún modo|jamás|nunca"
    r"|creo que no|todo lo contrario|al contrario|ni mucho menos|negativo|definitivamente no|no es así"
    r"|no lo (?:es|tiene|hace)",
    true="correcto|cierto|verdad|verdadero|verdadera|correcta|así",
    false="falso|falsa|incorrecto|incorrecta|no es (?:cierto|verdad|correcto|así)|mentira",
    it_is="(?:eso |esto )?(?:es|sería)|tiene(?:s)? razón",
    it_is_not="(?:eso |esto )?no (?:lo )?(?:es|tiene|puede)",
    and_or="y|o|ni",
    corrected=r"espera|espere|perdón|corrección|en realidad|mejor dicho|quiero decir|un momento",
    after_no="porque pues ya y pero aunque el ella eso según",
    statement=r"(?:la|esta|esa) (?:afirmación|declaración|suposición) es|(?:por lo tanto|así que|por tanto)(?: es)?",
).build(P)
STATEMENTS = spaced.StatementWords(
    above=r"más (?:\w+ )?(?:de|que)|mayor(?:es)? (?:de|que)|supera|superior a|por encima de|excede|sobrepasa"
    r"|al menos",
    below=r"menos (?:\w+ )?(?:de|que)|menor(?:es)? (?:de|que)|inferior a|por debajo de|hasta|como máximo"
    r"|no más de|no llega a|a lo sumo",
    at_least=r"al menos|por lo menos|como mínimo|no menos de",
    denied=r"no|nunca|jamás|tampoco",
    asks=_VERB,
    verb=_VERB,
    so="así que|por lo tanto|por tanto|entonces|luego",
    without="no nunca realmente efectivamente",
    indirect=r"(?:saber|sé|determinar|averiguar|comprobar|verificar|ver|decir|decidir|seguro|claro) si",
).build(P)
DIRECTIONS = replace(
    blank.DIRECTIONS,
    asks_to=P(r"\b(?:adónde|a dónde|a qué|hacia qué|hasta cuándo)\b"),
    asks_from=P(r"\b(?:de dónde|desde dónde|desde qué|desde cuándo)\b"),
    from_=P(r"\b(?:desde|de)\s(?:el\s|la\s)?$"),
    then_to=P(r"\b(?:a|hasta|hacia)\b"),
    to=P(r"\b(?:a|hasta|hacia)\s(?:el\s|la\s)?$"),
    with_from=P(r"\b(?:desde|de)\b"),
    asks_who=P(r"(?:quién|qué \w+)(?: ha| han)?"),
)
ENTITIES = replace(
    blank.ENTITIES,
    opposites=both_ways(
        """
        antes/después sobre/bajo dentro/fuera con/sin más/menos superior/inferior arriba/abajo izquierda/derecha
        norte/sur este/oeste temprano/tarde viejo/nuevo caliente/frío aumento/descenso ganancia/pérdida
        público/privado masculino/femenino padre/madre hermano/hermana hijo/hija interno/externo llegada/salida
        causa/previene
        """,
        P.fold,
    ),
    directed=P.words("antes después de desde a hasta"),
    multiples=P.words("simple doble triple cuádruple"),
    part_of="de",
    asks_title=P(r"\b(?:título|titulad[oa]|se titula|qué (?:novela|película|libro|canción|álbum|obra|ópera))\b"),
    qualifiers=P.words("vice subdirector casi apenas ex anti no adjunto interino interina"),
    role_qualifiers=P.words("antiguo antigua exdirector"),
    name_qualifiers=P.words("Nueva Nuevo Norte Sur Alto Alta Bajo Baja San Santa"),
    asks_place="donde",
    compound_before=P(r"(?<![\w-])(?:no|anti|ex|pre|pos|post|semi|sub|vice|co|contra)-$|\b(?:ex|vice)$"),
    compound_after=P(
        r"-(?:libre|adjunt[oa])\b|\s(?:adjunt[oa]|suplente|interin[oa]|emérit[oa]|del (?:norte|sur"
        r"|este|oeste))\b"
    ),
    generation=P(r",?\s(?:jr|sr|hijo|padre|el (?:joven|viejo))\b\.?"),
    sequel=P(r"\s(?:y)\s(?=otros\b|otras\b)|\s(?=regresa\b|vuelve\b)"),
    relative_before=P(rf"\b(?:{_KIN})s?\s(?:de|del)\s(?:la\s)?$"),
    relation=P(rf"\b(?:{_KIN}|de quién|pariente)\b"),
)
