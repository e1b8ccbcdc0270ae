"""How languages name days to come. `domain.dates` reads them."""

from __future__ import annotations

from domain.phrases.rules import DateWords

ENGLISH_DAYS = DateWords(
    months={
        "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
        "jun": 6, "july": 7, "jul": 7,
        "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10, "november": 11,
        "nov": 11, "december": 12, "dec": 12,
    },
    shy_months=frozenset({"may", "march"}),
    numbers={
        "a couple of": 2, "a couple": 2, "couple of": 2, "couple": 2, "a few": 3, "few": 3, "several": 4,
        "another": 1, "an": 1, "a": 1, "one": 1, "two": 2,
        "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
        "twelve": 12, "eighteen": 18,
    },
    units={
        "days?": "day", "weeks?": "week", "wks?": "week", "fortnights?": "fortnight", "months?": "month",
        "mths?": "month", "quarters?": "quarter", "years?": "year", "yrs?": "year",
    },
    within=(r"in(?: about| around| maybe| roughly| like| approximately| say| perhaps| another| the next)?|within"
r"|after(?: about)?|give me(?: about| maybe)?|another"),
    hence=r"from now|from today|time|later|or so",
    next=r"next|the following|the coming|coming",
    next_year=r"next year|of next year|the following year",
    this=r"this|later this|later in the|later in this",
    early=r"early(?: in)?|(?:the )?(?:beginning|start) of|at the start of",
    middle=r"mid|(?:the )?middle of|halfway through",
    late=r"late(?: in)?|(?:the |towards the |toward the |by the |at the )?end of|towards end of",
    after=r"after|past|not before the end of|following",
    until=r"until|till|til|through|thru|before the end of",
    from_=(r"in|from|by|around|about|since|for|during|come|later in|sometime in|some time in|as of|starting(?: in)?"
r"|beginning|before|next|not before|on"),
    seasons={"spring": 3, "springtime": 3, "summer": 6, "summertime": 6, "autumn": 9, "fall": 9, "winter": 12},
    quarter=r"q(?P<q>[1-4])|(?P<q2>first|second|third|fourth|last|1st|2nd|3rd|4th) quarter",
    ordinals={"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4},
    feasts={
        "christmas": (12, 27), "xmas": (12, 27), "new years?": (1, 2), "the new year": (1, 2),
        "thanksgiving": (11, 30),
    },
    half_year=r"(?:in|after) (?:about )?half a year|six months|6 months",
    of=r"of|in|the",
)  # fmt: skip

GERMAN_DAYS = DateWords(
    months={
        "januar": 1, "janner": 1, "jan": 1, "februar": 2, "feb": 2, "marz": 3, "maerz": 3, "april": 4, "apr": 4,
        "mai": 5, "juni": 6, "jun": 6, "juli": 7, "jul": 7,
        "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "oktober": 10, "okt": 10, "november": 11,
        "nov": 11, "dezember": 12, "dez": 12,
    },
    numbers={
        "ein paar": 3, "paar": 3, "einige[nr]?": 3, "wenige[nr]?": 3, "einem": 1, "einer": 1, "eine": 1, "ein": 1,
        "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "fuenf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
        "zehn": 10, "zwolf": 12, "zwoelf": 12, "achtzehn": 18,
    },
    units={
        "tag(?:e|en|es)?": "day", "wochen?": "week", "woche": "week", "monat(?:e|en|s|es)?": "month",
        "jahr(?:e|en|es|s)?": "year", "quartals?": "quarter", "quartale": "quarter",
    },
    within=r"in(?: etwa| ca| circa| ungefahr| rund| vielleicht| fruhestens| den nachsten)?|nach|binnen|innerhalb von",
    hence=r"spater",
    next=r"(?:der |die |das |dem |den )?(?:nachste[nmrs]?|naechste[nmrs]?|kommende[nmrs]?|folgende[nmrs]?)",
    next_year=r"(?:nachste[ns]?|naechste[ns]?|kommende[ns]?|folgende[ns]?|neue[ns]?) jahr(?:es)?",
    this=r"diese[rmns]?|spater (?:in )?diese[rmns]?",
    early=r"anfang|fruh im|beginn|zu beginn|ab anfang|fruhe[nmrs]?|start",
    middle=r"mitte|ab mitte|mitten im",
    late=r"ende|gegen ende|ab ende|spat im|zum ende|bis ende",
    after=r"nach|nach ende|nach dem ende",
    until=r"bis|bis zum|bis zur|bis in den",
    from_=(r"im|in|ab|ab dem|ab der|seit|fur|fuer|gegen|um|zum|am|vor|von|vom|erst|spater im|fruhestens|fruhestens im"
r"|wieder im|ab anfang|beginn|beginnend"),
    seasons={
        "fruhling": 3, "fruehling": 3, "fruhjahr": 3, "fruehjahr": 3, "sommers?": 6, "herbst(?:es)?": 9,
        "winters?": 12,
    },
    quarter=(r"q(?P<q>[1-4])|(?P<q2>erste[nsmr]?|zweite[nsmr]?|dritte[nsmr]?|vierte[nsmr]?|letzte[nsmr]?"
r"|[1-4]) quartals?"),
    ordinals={"erste[nsmr]?|1": 1, "zweite[nsmr]?|2": 2, "dritte[nsmr]?|3": 3, "vierte[nsmr]?|4|letzte[nsmr]?": 4},
    feasts={
        "weihnachten": (12, 27), "neujahr": (1, 2), "den feiertagen": (1, 2), "silvester": (1, 2),
        "dem jahreswechsel": (1, 2),
    },
    half_year=r"(?:in|nach) (?:etwa )?einem halben jahr|halbes jahr|halben jahr",
    of=r"des|vom|der|den|dem|das|im|in|zum",
)  # fmt: skip

FRENCH_DAYS = DateWords(
    months={
        "janvier": 1, "janv": 1, "fevrier": 2, "fevr": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6,
        "juillet": 7, "juil": 7, "aout": 8,
        "septembre": 9, "octobre": 10, "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
    },
    numbers={
        "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
        "neuf": 9, "dix": 10, "douze": 12, "quinze": 15, "quelques": 3, "une quinzaine de": 15,
        "une dizaine de": 10, "dix huit": 18,
    },
    units={
        "jours?": "day", "semaines?": "week", "mois": "month", "ans?": "year", "annees?": "year",
        "trimestres?": "quarter",
    },
    within=r"dans(?: environ| a peu pres| peut etre| les)?|d ici(?: a)?|apres|sous",
    hence=r"plus tard",
    next=r"(?:le |la |l )?prochaine?s?",
    next_after=r"prochaine?s?|suivante?s?|qui vient",
    next_year=r"(?:l )?(?:an(?:nee)?|annee) prochaine?|annee suivante|prochaine? annee",
    this=r"(?:plus tard )?(?:ce|cette|cet)",
    early=r"debut|au debut|des le debut|au debut du|en debut",
    middle=r"mi|(?:au )?milieu|a la mi|courant",
    late=r"(?:a la |la |vers la |en )?fin|fin du",
    after=r"apres|passe|a l issue",
    until=r"jusqu (?:a|au|en)|jusque",
    from_=(r"en|au|a partir de|a partir du|a compter de|a compter du|des|pour|vers|pas avant|avant|courant|le|depuis"
r"|du|aux alentours de|au mois de|a la|a"),
    seasons={"printemps": 3, "ete": 6, "automne": 9, "hiver": 12},
    quarter=(r"[qt](?P<q>[1-4])|(?P<q2>premier|deuxieme|second|troisieme|quatrieme|dernier|1er|2e|2eme|3e|3eme|4e"
r"|4eme) trimestre"),
    ordinals={"premier|1er": 1, "deuxieme|second|2e|2eme": 2, "troisieme|3e|3eme": 3, "quatrieme|4e|4eme|dernier": 4},
    feasts={
        "noel": (12, 27), "nouvel an": (1, 2), "fetes": (1, 2), "les fetes": (1, 2), "la rentree|rentree": (9, 1),
    },
    half_year=r"dans six mois|dans 6 mois",
    of=r"de|du|d|l|le|la|des|au|en|mois de|les",
)  # fmt: skip

SPANISH_DAYS = DateWords(
    months={
        "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8,
        "septiembre": 9, "setiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
    },
    numbers={
        "un par de": 2, "par de": 2, "unos pocos": 3, "unas pocas": 3, "unos": 3, "unas": 3, "algunos": 3,
        "algunas": 3, "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
        "ocho": 8, "nueve": 9, "diez": 10, "doce": 12, "quince": 15,
    },
    units={"dias?": "day", "semanas?": "week", "mes(?:es)?": "month", "anos?": "year", "trimestres?": "quarter"},
    within=(r"en(?: unos| unas| aproximadamente| los proximos| las proximas)?|dentro de(?: unos| unas)?|de aqui a"
r"|pasad[oa]s|tras|despues de"),
    hence=r"mas tarde|despues",
    next=r"(?:la |el |los |las )?proxim[oa]s?|(?:el |la )?siguiente",
    next_after=r"que viene|proxim[oa]|que entra|siguiente|entrante",
    next_year=r"(?:el )?(?:proximo ano|ano que viene|ano proximo|ano entrante|siguiente ano)",
    this=r"est[ea]|mas adelante est[ea]|mas tarde est[ea]",
    early=r"a? ?(?:principios?|comienzos?|inicios?)(?: de| del)?|a principios de",
    middle=r"(?:a )?mediados(?: de| del)?|a mitad de|mitad de",
    late=r"(?:a )?finales(?: de| del)?|(?:a )?fin(?:es)?(?: de| del)?",
    after=r"despues de|despues del|tras|pasado|pasadas",
    until=r"hasta",
    from_=r"en|a partir de|a partir del|desde|para|por|el|no antes de|antes de|sobre|hacia|del|al",
    seasons={"primavera": 3, "verano": 6, "otono": 9, "invierno": 12},
    quarter=r"[qt](?P<q>[1-4])|(?P<q2>primer|segundo|tercer|cuarto|ultimo|1er|2o|3er|4o) trimestre",
    ordinals={"primer|1er": 1, "segundo|2o": 2, "tercer|3er": 3, "cuarto|4o|ultimo": 4},
    feasts={
        "navidad(?:es)?": (12, 27), "ano nuevo": (1, 2), "reyes": (1, 7), "semana santa": (4, 25),
        "las fiestas": (1, 7), "fiestas": (1, 7),
    },
    half_year=r"(?:en|dentro de) medio ano",
    of=r"de|del|el|la|los|las|en|mes de",
)  # fmt: skip

ITALIAN_DAYS = DateWords(
    months={
        "gennaio": 1, "febbraio": 2, "marzo": 3, "aprile": 4, "maggio": 5, "giugno": 6, "luglio": 7, "agosto": 8,
        "settembre": 9, "ottobre": 10, "novembre": 11, "dicembre": 12,
    },
    numbers={
        "un paio di": 2, "paio di": 2, "qualche": 3, "alcune": 3, "alcuni": 3, "un": 1, "una": 1, "due": 2,
        "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9, "dieci": 10, "dodici": 12,
        "quindici": 15,
    },
    units={
        "giorn[oi]": "day", "settiman[ae]": "week", "mes[ei]": "month", "ann[oi]": "year",
        "trimestr[ei]": "quarter",
    },
    within=r"tra(?: circa)?|fra(?: circa)?|entro|in|nei prossimi|dopo",
    hence=r"dopo",
    next=r"(?:il |la |l |le )?prossim[oaie]",
    next_after=r"prossim[oa]|che viene|successiv[oa]|entrante",
    next_year=r"(?:l )?anno (?:prossimo|nuovo|che viene)|prossimo anno",
    this=r"quest[oa]|piu avanti quest[oa]",
    early=r"(?:a |all |agli )?iniz[io]+|ai primi",
    middle=r"(?:a )?meta",
    late=r"(?:a |alla |verso la )?fine",
    after=r"dopo|passat[oa]",
    until=r"fino a|fino al|fino alla|sino a",
    from_=(r"a|ad|in|da|dal|dall|dalla|verso|per|entro|nel|nella|a partire da|a partire dal|non prima di|prima di|il"
r"|in|dopo il"),
    seasons={"primavera": 3, "estate": 6, "autunno": 9, "inverno": 12},
    quarter=r"[qt](?P<q>[1-4])|(?P<q2>primo|secondo|terzo|quarto|ultimo) trimestre",
    ordinals={"primo": 1, "secondo": 2, "terzo": 3, "quarto|ultimo": 4},
    feasts={"natale": (12, 27), "capodanno": (1, 2), "le feste": (1, 7), "feste": (1, 7), "l epifania": (1, 7)},
    half_year=r"(?:tra|fra) (?:circa )?(?:sei mesi|6 mesi|mezzo anno)",
    of=r"di|del|dell|della|il|la|l|le|nel|lo|mese di",
)  # fmt: skip

DUTCH_DAYS = DateWords(
    months={
        "januari": 1, "jan": 1, "februari": 2, "feb": 2, "maart": 3, "april": 4, "apr": 4, "mei": 5, "juni": 6,
        "jun": 6, "juli": 7, "jul": 7, "augustus": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "oktober": 10,
        "okt": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
    },
    numbers={
        "een paar": 3, "paar": 3, "enkele": 3, "een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6,
        "zeven": 7, "acht": 8, "negen": 9, "tien": 10, "twaalf": 12,
    },
    units={
        "dag(?:en)?": "day", "we(?:ek|ken)": "week", "maand(?:en)?": "month", "ja(?:ar|ren)": "year",
        "kwarta(?:al|len)": "quarter",
    },
    within=r"over(?: ongeveer| zo n)?|binnen|na|in",
    hence=r"later",
    next=r"(?:de |het )?(?:volgende?|komende?|aankomende?)",
    next_year=r"(?:het )?(?:volgend|komend|nieuwe?) jaar",
    this=r"(?:later )?(?:deze|dit)",
    early=r"begin|vroeg in|in het begin van|aan het begin van",
    middle=r"half|medio|midden|halverwege",
    late=r"eind|einde|(?:aan )?het einde? van|laat in",
    after=r"na|na afloop van",
    until=r"tot|tot en met|tot aan",
    from_=r"in|vanaf|per|rond|voor|om|op|sinds|niet voor|omstreeks|tegen|later in|pas in|pas",
    seasons={"voorjaar|lente": 3, "zomer": 6, "najaar|herfst": 9, "winter": 12},
    quarter=r"[qk](?P<q>[1-4])|(?P<q2>eerste|tweede|derde|vierde|laatste|1e|2e|3e|4e) kwartaal",
    ordinals={"eerste|1e": 1, "tweede|2e": 2, "derde|3e": 3, "vierde|4e|laatste": 4},
    feasts={
        "kerst(?:mis)?": (12, 27), "nieuwjaar": (1, 2), "oud en nieuw": (1, 2), "feestdagen": (1, 2),
        "de jaarwisseling": (1, 2),
    },
    half_year=r"over (?:ongeveer )?een half jaar",
    of=r"van|het|de|in|den",
)  # fmt: skip

PORTUGUESE_DAYS = DateWords(
    months={
        "janeiro": 1, "fevereiro": 2, "marco": 3, "abril": 4, "maio": 5, "junho": 6, "julho": 7, "agosto": 8,
        "setembro": 9, "outubro": 10, "novembro": 11, "dezembro": 12,
    },
    numbers={
        "um par de": 2, "umas": 3, "uns": 3, "alguns": 3, "algumas": 3, "poucos": 3, "poucas": 3, "um": 1,
        "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
        "nove": 9, "dez": 10, "doze": 12, "quinze": 15,
    },
    units={"dias?": "day", "semanas?": "week", "mes(?:es)?": "month", "anos?": "year", "trimestres?": "quarter"},
    within=r"em(?: cerca de| mais)?|daqui a(?: cerca de)?|dentro de|nos proximos|nas proximas|daqui|apos|depois de",
    hence=r"depois",
    next=r"(?:o |a |no |na )?proxim[oa]s?",
    next_after=r"que vem|proxim[oa]|seguinte",
    next_year=r"(?:o )?(?:proximo ano|ano que vem|ano proximo|novo ano)|para o ano",
    this=r"(?:mais tarde )?(?:est[ea]|nest[ea]|dest[ea]|ainda este)",
    early=r"(?:no |em )?(?:inicio|comeco|principio)s?",
    middle=r"(?:em |a )?(?:meados|meio)|a meio",
    late=r"(?:no |ao )?(?:fim|final|finais|fins)",
    after=r"depois|apos|passad[oa]",
    until=r"ate",
    from_=r"em|a partir de|desde|para|por volta de|no|na|nao antes de|antes de|de|so em|la para|pelo|lá para|so",
    seasons={"primavera": 3, "verao": 6, "outono": 9, "inverno": 12},
    quarter=r"[qt](?P<q>[1-4])|(?P<q2>primeiro|segundo|terceiro|quarto|ultimo|1o|2o|3o|4o) trimestre",
    ordinals={"primeiro|1o": 1, "segundo|2o": 2, "terceiro|3o": 3, "quarto|4o|ultimo": 4},
    feasts={"natal": (12, 27), "ano novo": (1, 2), "as festas": (1, 2), "festas": (1, 2), "carnaval": (3, 1)},
    half_year=r"(?:daqui a|em|dentro de) (?:seis meses|6 meses|meio ano)",
    of=r"de|do|da|dos|das|o|a|no|na|os|as|mes de",
)  # fmt: skip

POLISH_DAYS = DateWords(
    months={
        "stycz(?:en|nia|niu)": 1, "lut(?:y|ego|ym)": 2, "mar(?:zec|ca|cu)": 3, "kwiet(?:nia|niu)|kwiecien": 4,
        "maj(?:a|u)?": 5, "czerw(?:iec|ca|cu)": 6, "lip(?:iec|ca|cu)": 7,
        "sierp(?:ien|nia|niu)": 8, "wrze(?:sien|snia|sniu)": 9, "pazdziernik(?:a|u)?": 10,
        "listopad(?:a|zie)?": 11, "grud(?:zien|nia|niu)": 12,
    },
    numbers={
        "pare": 3, "kilka": 3, "jeden": 1, "jedna": 1, "dwa": 2, "dwie": 2, "trzy": 3, "cztery": 4, "piec": 5,
        "szesc": 6, "siedem": 7, "osiem": 8, "dziewiec": 9, "dziesiec": 10, "dwanascie": 12,
    },
    units={
        "dni|dzien|dniu": "day", "tydzien|tygodni(?:e|u)?|tygodnia": "week",
        "miesia(?:c|ce|cu|ca)|miesiecy": "month", "rok(?:u)?|lata?|lat": "year",
        "kwarta(?:l|lu|le|ly)|kwartalow": "quarter",
    },
    within=r"za(?: okolo| jakies)?|w ciagu|po uplywie|po|przez najblizsze",
    hence=r"pozniej",
    next=r"(?:w )?(?:przyszl(?:y|ym|ego|a|ej)|nastepn(?:y|ym|ego|a|ej)|kolejn(?:y|ym|ego))",
    next_year=r"(?:w )?(?:przyszlym|nastepnym|nowym) roku|przyszlego roku",
    this=r"(?:pozniej )?(?:w )?(?:tym|tego|ten)",
    early=r"(?:na )?(?:poczatek|poczatku|poczatkiem)",
    middle=r"(?:w )?(?:polowie|polowa|polowy|srodku)",
    late=r"(?:pod |na )?(?:koniec|koncem|koncu|konca)",
    after=r"po",
    until=r"do",
    from_=r"w|we|od|na|okolo|przed|nie przed|dopiero w|najwczesniej w|z|dopiero od|dopiero",
    seasons={"wiosn(?:a|ie|e|y)": 3, "lat(?:em|o|a)|lecie": 6, "jesien(?:i|ia)?": 9, "zim(?:a|ie|e|y)": 12},
    quarter=r"[qk](?P<q>[1-4])|(?P<q2>pierwsz\w+|drugi\w*|trzeci\w*|czwart\w+|ostatni\w*|i|ii|iii|iv) kwarta(?:l|lu|le)",
    ordinals={r"pierwsz\w+|i": 1, r"drugi\w*|ii": 2, r"trzeci\w*|iii": 3, r"czwart\w+|iv|ostatni\w*": 4},
    feasts={"swietach|swieta|swiat": (12, 27), "nowym roku": (1, 2), "bozym narodzeniu": (12, 27)},
    half_year=r"za pol roku",
    of=r"miesiaca|roku",
)  # fmt: skip
