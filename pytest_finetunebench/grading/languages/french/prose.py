"""What French says about an answer: denials, hedges, what was, choices, comparisons, yes and no."""

from __future__ import annotations

from dataclasses import replace

from pytest_finetunebench.grading.languages import blank, spaced
from pytest_finetunebench.grading.languages.building import both_ways, poles
from pytest_finetunebench.grading.languages.french.words import P

_IS = r"est|était|fut|sont|étaient|serait|c'est|c'était|s'appelle|s'appelait|nomme"
_VERB = (
    r"est|était|sont|étaient|a|ont|avait|peut|peuvent|doit|vit|vient|pèse|mesure|travaille|appartient|coûte|aime"
    r"|habite"
    r"|existe|fait|va|arrive"
)
_ARTICLE = "le|la|les|un|une|des|du|de la|de"
_MAYBE = r"peut-être|peut être|éventuellement|possiblement|sinon|voire|pourrait être|à moins que"
_BUT = r"mais|cependant|toutefois|pourtant|néanmoins"
_KIN = (
    r"frère|sœur|soeur|fils|fille|père|mère|épou[sx]e?|mari|femme|cousine?|oncle|tante|neveu|nièce|assistante?"
    r"|adjointe?"
    r"|successeure?|prédécesseure?|veuve|veuf|amie?|rivale?"
)

DENIALS = spaced.DenialWords(
    negation=r"pas|jamais|ni|non|plutôt que|au lieu de|plutôt qu|contrairement à|sauf|excepté|aucunement|nullement",
    only=r"seulement|uniquement|forcément|nécessairement|plus de|moins de|que",
    behind=rf"\s(?:n'|ne\s)(?:\w+\s)?(?:{_VERB})\s(?:\w+\s)?(?:pas|jamais|plus)\b(?!\s(?:seulement|uniquement))"
    r"|[^.,;!?\n]{0,40},?\s(?:est|était|c'est)\s(?:seulement |juste )?(?:un mythe|une légende|une erreur|fausse?"
    r"|inexacte?)\b",
    false=r"(?:mais )?(?:c'est|cela est|ce serait|c'était)\s(?:faux|inexact|une erreur|un mythe|incorrect|erroné)",
    doubt=r"doute(?! que)|mythe|à tort|faussement|par erreur|prétendument|soi-disant|démenti|il est faux que"
    r"|ne crois pas|ne pense pas",
    without=r"sans(?! doute| conteste)|n'est plus|ne plus|plus à",
    but=_BUT,
    joint="et|ou|ni",
    article=_ARTICLE,
    in_question=r"pas|jamais|aucune?|sauf|sans|excepté",
    directly=r"\b(?:n'est|n'était|ne sont|n'étaient)\spas|^\W*(?:pas|non)",
    retraction=r"correction|attendez|attends|un instant|pardon|plutôt|je veux dire|je voulais dire"
    r"|je me suis trompée?|je rectifie|je corrige"
    r"|non, (?:en fait|pardon|attendez)|c'(?:est|était) (?:faux|incorrect|une erreur)|excusez-moi|désolée?",
    retraction_words="correc attend instant pardon plutot je c'est c'etait fait excus desol",
    omitted=r"sans|éviter|évitez|arrêter|pas de|contre",
    not_given=r"(?:n'est|ne sont)\s(?:jamais|pas|plus)\s(?:donnée?s?|recommandée?s?)|(?:est|sont) contre-indiquée?s?",
).build(P)
ANSWERS = spaced.AnswerWords(
    frame_word="reponse",
    frame=r"(?:(?:la|ma)\s)?(?:bonne )?réponse\s?(?:correcte |finale |courte )?(?:est|serait|:|=)\s?:?",
    is_=_IS,
    total=r"total|au total|somme|ensemble|en tout|font",
    leading="bon eh bien oui non réponse correcte crois pense probablement sans doute selon environ exactement "
    "kilogrammes kg pour cent "
    "bien sûr",
    beside=r"borde|frontalière? (?:de|avec)|près de|à côté de|au nord de|au sud de|à l'est de|à l'ouest de"
    r"|dédiée? à|a succédé à|succéda à"
    r"|a battu|battit|a remplacé|remplace|vécut à|a vécu à|vit à|a grandi à|a étudié à|est morte? à"
    r"|a travaillé à|enterrée? à|a déménagé à"
    r"|mariée? (?:à|avec)|semblable à|comparée? à|plus âgée? que|plus jeune que|rivale? de|prédécesseure? de",
    actually=r"(?:mais|cependant|pourtant)\s(?:[\w']+\s){0,2}?(?:en réalité|en fait|réellement|vraiment)",
    actually_words="realite fait reellement vraiment souvent frequemment parfois",
).build(P)
HEDGES = spaced.HedgeWords(
    or_="ou|ou bien|soit",
    and_="et",
    maybe=_MAYBE,
    between="entre",
    to="à",
    from_="de",
    sources=r"(?:certains|certaines)\s(?:\w+\s){0,2}?(?:disent|affirment|indiquent|citent|sources|pensent"
    r"|mentionnent)[^\n]{1,120}\bd'autres",
    sources_word="autres",
    cases=r"si vous (?:parlez|voulez|pensez|demandez)|si tu (?:parles|veux)",
    cases_word="si ",
    candidates=r"(?:possibles|probables)\s\w+|candidats|candidates|possibilités|options",
    candidate_words="possib probab candidat option",
    asks_several=r"quels|quelles|citez|nommez|énumérez|[2-9]|deux|trois|quatre|cinq|l'une? des",
    asks_place=r"où|lieu|ville|province|région|département|état",
    asks_whole=r"quel (?:pays|état|continent)|quelle nation",
    score=r"gagné|gagna|perdu|perdit|battu|victoire|match|score|résultat|égalité",
).build(P)
PAST = spaced.PastWords(
    once=r"auparavant|autrefois|anciennement|précédemment|à l'origine|jadis|obsolète|ancienne?|précédente?|ex"
    r"|avant|dépassée?",
    changed=r"remplac\w+|renomm\w+|chang\w+|modifi\w+|actualis\w+",
    moved=r"pass\w+|augment\w+|baiss\w+|mont\w+|relev\w+|abaiss\w+|rédui\w+|chang\w+|raccourci\w*|allong\w+",
    from_="de|du|depuis|que|avant",
    to="à|au",
    until="jusqu'en|jusqu'à|avant",
    was="était|étaient|fut|a été|s'appelait|avait été",
    now="maintenant|désormais|aujourd'hui|actuellement|depuis|nouveau|nouvelle|à présent",
    replaced=r"(?:a été|fut|est)\s(?:remplacée?|battue?)\spar|,?\squi a démissionné",
    outgoing=r"a succédé à|successeure? de|prédécesseure?(?: de)?|remplace|a remplacé|a battu|ex-|ancienne?"
    r"|au lieu de",
    asked=r"avant|précédente?|auparavant|à l'origine|ancienne?|initialement|antérieure?",
    asks_now="est|sont|s'appelle|dirige|habite|travaille|porte|vit",
    compared=r"par rapport à|comparé à|contre|au lieu de|depuis",
    not_yet=r"prendra|va\b|doit prendre",
    but=_BUT,
).build(P)
CHOICES = spaced.ChoiceWords(
    or_="ou",
    and_="et",
    between="entre|lequel de|laquelle de|qui de",
    asking="qui que quel quelle quels quelles quand où comment combien est sont était a ont peut doit",
    article="le|la|les|l'|un|une",
    answer="réponse|option|choix|lettre|je choisis|proposition",
    is_="est|serait",
    because="parce|car|puisque|est|et|ou|mais|pas",
    both="les deux|tous les deux|toutes les deux",
    none="aucun|aucune|ni",
    all_="tous|toutes",
    of_them="de|des|d'entre",
    than="que|entre|comparée? à|par rapport à|contrairement à|qu'|comme",
    while_="tandis que|alors que|bien que|pendant que",
    first="premier|première|d'abord|avant",
    last="dernier|dernière|après",
    then="puis|ensuite|après|enfin|suivi de|suivie de",
    pronouns="un une celui celle le la les",
    so="donc|par conséquent|ainsi|en conclusion|la réponse est|réponse:",
).build(P)
COMPARISONS = replace(
    blank.COMPARISONS,
    compared=poles(
        """
        time: aîné aînée avant premier première / cadet cadette après dernier dernière
        quality: meilleur meilleure / pire
        """,
        P.fold,
    ),
    plain=poles(
        """
        weight: lourd lourde / léger légère
        height: grand grande haut haute / petit petite bas basse
        length: long longue / court courte
        width: large / étroit étroite
        depth: profond profonde /
        time: âgé âgée vieux vieille ancien ancienne tôt / jeune nouveau nouvelle récent récente tard
        speed: rapide vite / lent lente
        price: cher chère coûteux coûteuse / bon
        strength: fort forte / faible
        distance: loin éloigné éloignée / proche près
        heat: chaud chaude / froid froide
        """,
        P.fold,
    ),
    verbs=poles(
        """
        weight: dépasse /
        contest: battu gagné bat gagne / perdu perd
        owner: acquis acheté racheté / vendu
        """,
        P.fold,
    ),
    degrees={"plus": 1, "moins": -1, "davantage": 1},
    measured={
        **dict.fromkeys(("pese", "poids", "pesent"), "weight"),
        **dict.fromkeys(("coute", "prix"), "price"),
        "mesure": "height",
        "dure": "length",
    },
    after_passive=P.words("est fut était sont furent été"),
    denying=P.words("pas jamais ni"),
    only=P.words("seulement uniquement"),
    as_much=frozenset(("aussi", "autant")),
    as_=frozenset(("que", "qu")),
    than=P(r"\b(?:que|qu'|comparée? à)"),
    before=P(rf"\bavant\s(?:(?:{_ARTICLE})\s)?$"),
    after=P(rf"\baprès\s(?:(?:{_ARTICLE})\s)?$"),
    joint=P(r"\s(?:et|mais|tandis|alors|donc)\s"),
    relative=P(r",?\s(?:qui|laquelle|lequel)\b"),
    equal=P(
        r"\b(?:autant l'une? que l'autre|le même (?:poids|âge)|la même (?:taille|hauteur)|pareil|égalité"
        r"|aucune différence)\b"
    ),
    sides=P(
        r"\W*(?:c'est\s|(?:la )?réponse(?: est|\s?:)\s)?(?:(?:le|la)\s(?:(?P<first>premier|première)"
        r"|(?P<second>seconde?|deuxième)|(?P<latter>dernier|dernière))"
        r"|(?P<former>celui-là|celle-là)|(?:option|numéro|réponse|proposition"
        r"|no\.?)\s?(?P<number>\d{1,2}))(?=\W*$|[.,;:!?\n]|\s(?:est|a|pèse|car)\b)"
    ),
)
YES_NO = spaced.YesNoWords(
    yes="oui",
    no="non",
    said_yes="oui|ouais|si(?=[,.!])",
    said_no="non",
    not_no=r"(?!)",
    filler=r"malheureusement|hélas|bon|eh bien|alors|ben|ah|la (?:bonne )?réponse(?: est)?|réponse|en bref|bref"
    r"|je (?:crois|pense) que",
    surely=r"bien sûr(?: que oui)?|évidemment|certainement|absolument|tout à fait|exactement|exact|en effet"
    r"|effectivement|sans aucun doute"
    r"|c'est (?:bien )?(?:ça|cela|le cas)|je (?:crois|pense) que oui|bien entendu|affirmatif|certes",
    certainly_not=r"bien sûr que non|certainement pas|absolument pas|pas du tout|en aucun cas|jamais|nullement"
    r"|aucunement|je (?:crois|pense) que non"
    r"|au contraire|loin de là|pas vraiment|ce n'est pas (?:le cas|vrai|exact|correct)|négatif|(?:il"
    r"|elle) ne l'est pas",
    true="vrai|exact|correct|juste|le cas|vraie|exacte|correcte",
    false="faux|inexact|incorrect|fausse|inexacte|incorrecte|erroné",
    it_is="(?:c'est|cela est|ce serait)|vous avez|tu as",
    it_is_not="(?:ce n'est pas|cela n'est pas|il n'en est pas|ce n'est nullement)",
    and_or="et|ou|ni",
    corrected=r"attendez|attends|pardon|correction|en fait|plutôt|je veux dire|un instant",
    after_no="parce car puisque et mais il elle ce cela",
    statement=r"(?:l'|cette )(?:affirmation|assertion|hypothèse) est|(?:donc|par conséquent)(?: c'est)?",
).build(P)
STATEMENTS = spaced.StatementWords(
    above=r"plus (?:\w+ )?(?:de|que)|dépasse|supérieure? à|au-dessus de|au delà de|excède|au moins",
    below=r"moins (?:\w+ )?(?:de|que)|inférieure? à|au-dessous de|en dessous de|jusqu'à|au plus|au maximum"
    r"|pas plus de",
    at_least=r"au moins|au minimum|pas moins de",
    denied=r"pas|jamais|non|ni",
    asks=rf"(?:est-ce que|{_VERB})|(?:l[ea]s?|l')\s?\w+(?:\s\w+){{0,3}}?\s(?:{_VERB})-t?-?(?:il|elle|ils|elles)",
    verb=_VERB,
    so="donc|par conséquent|alors",
    without="ne n pas jamais vraiment effectivement",
    indirect=r"(?:savoir|sais|déterminer|vérifier|voir|dire|décider|sûr|clair) si",
).build(P)
DIRECTIONS = replace(
    blank.DIRECTIONS,
    asks_to=P(r"\b(?:vers (?:où|quelle?)|à quelle?|jusqu'(?:où|à quand)|où va)\b"),
    asks_from=P(r"\b(?:d'où|de quelle?|depuis (?:quand|quelle?))\b"),
    from_=P(r"\b(?:de|du|depuis|d')\s?(?:la\s|l')?$"),
    then_to=P(r"\b(?:à|au|vers|jusqu)\b"),
    to=P(r"\b(?:à|au|vers|jusqu'à)\s(?:la\s|l')?$"),
    with_from=P(r"\b(?:de|du|depuis|d')"),
    asks_who=P(r"(?:qui|quelle? \w+)(?: a| ont)?"),
)
ENTITIES = replace(
    blank.ENTITIES,
    opposites=both_ways(
        """
        avant/après dessus/dessous dedans/dehors avec/sans plus/moins supérieur/inférieur haut/bas gauche/droite
        nord/sud est/ouest tôt/tard vieux/nouveau chaud/froid hausse/baisse gain/perte public/privé
        masculin/féminin père/mère frère/sœur fils/fille interne/externe arrivée/départ cause/empêche
        """.replace("est/ouest ", ""),
        P.fold,
    ),
    directed=P.words("avant après depuis vers"),
    multiples=P.words("simple double triple quadruple"),
    part_of="de",
    asks_title=P(r"\b(?:titre|intitulée?|quelle? (?:roman|film|livre|chanson|album|pièce|opéra))\b"),
    qualifiers=P.words("vice sous presque quasi ex anti non adjoint adjointe"),
    role_qualifiers=P.words("ancien ancienne"),
    name_qualifiers=P.words("Nouvelle Nouveau Nord Sud Haute Haut Basse Bas Saint Sainte"),
    asks_place="ou",
    compound_before=P(
        r"(?<![\w-])(?:non|anti|ex|pré|post|semi|sous|vice|co|contre|demi|beau|belle)-$|\b(?:ex"
        r"|vice)$"
    ),
    compound_after=P(
        r"-(?:adjointe?|libre)\b|\s(?:adjointe?|suppléante?|par intérim|du (?:nord|sud)|de l'(?:est"
        r"|ouest))\b"
    ),
    generation=P(r",?\s(?:jr|fils|père|le jeune|l'ancien)\b\.?"),
    sequel=P(r"\s(?:et)\s(?=autres\b|d'autres\b)|\s(?=revient\b)"),
    relative_before=P(rf"\b(?:{_KIN})s?\s(?:de|du|d')\s?(?:la\s|l')?$"),
    relation=P(rf"\b(?:{_KIN}|de qui|parent)\b"),
)
