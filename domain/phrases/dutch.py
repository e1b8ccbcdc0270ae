"""Dutch."""

from __future__ import annotations

from domain.phrases.days import DUTCH_DAYS
from domain.phrases.rules import Rule, Tongue

_MAIL = (
    r"(?:sms|smsjes|sms jes|sms en|berichten|berichtjes|mails?|mailtjes|emails?|spam|reclame|telefoontjes"
    r"|nieuwsbrieven|nieuwsbrief|vacatures|meldingen|appjes)"
)
_LIST = (
    r"(?:lijst(?:en)?|mailing ?lijst|maillijst|bestand|bestanden|database|systeem|nieuwsbrief|contacten"
    r"|adressenlijst|verzendlijst|pool)"
)
_DATA = r"(?:gegevens|data|persoonsgegevens|profiel|account|cv|dossier|informatie)"

STOP = (
    Rule(
        "no-more",
        (
            r"(?:^|aub |alsjeblieft |alstublieft |wil |mij |me |graag "
            rf"|liever )geen (?:\w+ )?{_MAIL}(?: \w+){{0,2}} meer\b"
            rf"|^(?:\w+ )?geen {_MAIL}(?: (?:meer|aub|alsjeblieft|alstublieft|bedankt|graag))*$"
            rf"|(?:wil|wens) (?:\w+ )?(?:geen|niet) (?:\w+ ){{0,4}}(?:ontvangen|krijgen|benaderd worden"
            r"|gecontacteerd worden|gemaild worden|gebeld worden)"
        ),
        r"gekregen|ontvangen heb|waarom|als ",
    ),
    Rule(
        "stop-writing",
        (
            rf"(?:stop|hou|houd|houdt)(?: \w+)?(?: op)? met (?:\w+ ){{0,3}}(?:mailen|smsen|sms en|bellen|berichten"
            rf"|sturen|contact\w*|lastig\w*|appen|spammen|schrijven|{_MAIL})"
            r"|hou(?:dt?)? (?:er|hier|daar)(?: \w+)? mee op"
        ),
        r"niet stoppen|waarom|als ",
    ),
    Rule(
        "do-not-contact",
        (
            r"(?:contacteer|mail|benader|sms|bel|schrijf|stuur|app|bericht)(?:t)? (?:u )?(?:me|mij"
            r"|ons)(?: \w+){0,2} (?:niet|nooit) (?:meer|weer)"
            r"|(?:niet|nooit) (?:meer|langer) (?:\w+ )?(?:mailen|smsen|sms en|contacteren|benaderen|schrijven|bellen"
            r"|berichten|lastigvallen|sturen|te benaderen|te mailen|te contacteren|te schrijven)(?: \w+){0,2}$"
            r"|stuur (?:me|mij) (?:\w+ )?(?:niets|niks) meer"
            r"|wil (?:\w+ )?(?:niets|niks|nooit) meer (?:iets )?van (?:jullie|u|je) horen"
        ),
        r"waarom|voor (?:maandag|dinsdag|het)|werkgever|op mijn werk|ik (?:zal|kan|heb)|als ",
    ),
    Rule(
        "take-off-list",
        (
            r"(?:haal|verwijder|schrap|gooi|schrijf)(?:t)? (?:u )?(?:me|mij|ons|mijn \w+"
            rf"|dit \w+)(?: \w+){{0,2}} (?:uit|van|af van)(?: (?:je|jullie|uw|de|deze|al|alle"
            rf"|die))?(?: \w+){{0,1}} {_LIST}"
            rf"|(?:me|mij|mijn \w+)(?: \w+){{0,3}} (?:van|uit) (?:je|jullie|uw|de"
            rf"|deze) (?:\w+ )?{_LIST} (?:af ?)?(?:halen|verwijderen|gehaald|verwijderd|schrappen)"
            r"|^(?:\w+ )?(?:verwijder|schrap) (?:me|mij)(?: (?:aub|alsjeblieft|alstublieft))*$"
        ),
        (r"niet (?:verwijder|haal)|wachtlijst"),
    ),
    Rule(
        "unsubscribe",
        (
            r"(?:schrijf|meld)(?:t)? (?:u )?(?:me|mij) (?:\w+ )?(?:uit|af)(?: (?:aub|alsjeblieft|alstublieft|graag"
            r"|voor de nieuwsbrief))*$|(?:wil|hoe kan|graag|kan ik|mag ik|zou)(?: \w+){0,5} (?:uitschrijven|afmelden"
            r"|uitgeschreven worden|afgemeld worden|opzeggen)(?: \w+){0,3}$"
            r"|(?:uitschrijven|afmelden|uitschrijving) (?:aub|alsjeblieft|alstublieft|graag)"
        ),
        r"per ongeluk|gesprek|vandaag|interview|bijeenkomst|afspraak|cursus|niet (?:uitschrijven|afmelden)",
    ),
    Rule(
        "leave-alone",
        (
            r"laat (?:me|mij) (?:\w+ )?met rust|(?:vergeet|wis|verwijder) mijn nummer|(?:dit|het) is spam"
            r"|als spam (?:gemeld|gemarkeerd)|nooit (?:aangemeld|toestemming|ingeschreven)"
        ),
    ),
    Rule(
        "withdraw-consent",
        (
            r"(?:trek|intrek\w*) (?:\w+ ){0,2}(?:toestemming|instemming)(?: \w+){0,2}(?: in)?"
            r"|toestemming (?:\w+ )?intrekken|maak bezwaar tegen"
        ),
    ),
)

ERASE = (
    Rule(
        "erase-data",
        (
            r"(?:verwijder|wis|vernietig|delete)(?:t|en)? (?:u )?(?:alstublieft |alsjeblieft |aub )?(?:al |alle "
            rf"|meteen )*mijn (?:\w+ )?{_DATA}"
            rf"|mijn (?:\w+ )?{_DATA}(?: \w+){{0,4}} (?:te )?(?:verwijderen|wissen|verwijderd|gewist|vernietigen)"
            r"|recht op (?:vergetelheid|vergeten te worden|verwijdering|gegevenswissing)"
        ),
        (
            r"niet (?:\w+ )?(?:verwijder|wis)|oude|nieuwe versie|bijgevoegd|update|wanneer|hoe lang|heeft u"
            r"|hebben jullie|ervaring|project"
        ),
    ),
)

START = (Rule("start-again", r"weer (?:aanmelden|inschrijven|ontvangen)|opnieuw (?:aanmelden|inschrijven)", r"niet"),)

WRONG_PERSON = (
    Rule(
        "wrong-number",
        (
            r"verkeerde? (?:persoon|nummer|telefoonnummer|mailadres|emailadres|ontvanger)"
            r"|ik ben niet (?:de (?:juiste )?persoon|degene)"
            r"|(?:verwart|verwar|verwarren) (?:u |je |jullie )?(?:me|mij)|niet de juiste persoon$"
        ),
        (r"ik heb .*(?:opgegeven|gegeven|gestuurd|ingevuld)|als |persoon voor"),
    ),
    Rule(
        "no-longer-here",
        (
            r"(?:werkt|woont) (?:hier )?niet (?:meer|langer)(?: \w+)? ?(?:hier|bij ons|op dit)"
            r"|(?:werkt|woont) hier niet|(?:nummer|adres) is niet (?:meer|langer)? ?(?:van|zijn|haar)"
            r"|ken(?:nen)? (?:hier )?niemand (?:met|van|die)"
            r"|(?:meneer|mevrouw|dhr|mw) \w+ (?:is overleden|heeft (?:het|ons) bedrijf verlaten)"
            r"|niet meer werkzaam (?:bij ons|hier)"
        ),
    ),
)

NO = (
    Rule(
        "not-interested",
        r"(?:geen|zonder) (?:\w+ )?(?:interesse|belangstelling)|niet (?:\w+ )?geinteresseerd|interesseert me niet",
        r"niet alleen|maar (?:wel|heel)|als |waarom",
    ),
    Rule(
        "no-thanks",
        (
            r"^(?:(?:hallo|hoi|sorry|bedankt|dank|maar|\w+) ){0,3}nee(?: (?:bedankt|dank je|dank u|dankje|helaas|sorry"
            r"|liever niet|dank je wel|dank u wel|niet))*$|^(?:\w+ ){0,2}nee (?:bedankt|dank|helaas)\b|geen behoefte"
        ),
        r"(?:of|waarom|zeg|zeggen) nee",
    ),
    Rule(
        "decline",
        (
            r"(?:moet|wil|zal|ga)(?: \w+){0,5} (?:afslaan|bedanken|afwijzen|afzien|passen|afhaken)$"
            r"|sla (?:\w+ ){0,4}(?:af|over)$|(?:trek|ik trek)(?: \w+){0,4} (?:terug|in)$"
            r"|sollicitatie (?:in ?trekken|terugtrekken)|bedank (?:voor de eer|ervoor)"
            r"|wil niet (?:verder|doorgaan|solliciteren)|zie (?:er ?)?van af|haak af"
        ),
        r"kan ik|hoe",
    ),
    Rule(
        "not-looking",
        (
            r"(?:niet|geen) (?:\w+ ){0,3}(?:op zoek|zoekende|zoekend|op zoek naar|beschikbaar voor een andere"
            r"|open voor)|zoek (?:\w+ ){0,3}(?:geen|niet|niets)|niets voor (?:mij|me)|niet wat ik zoek"
            r"|niet iets voor (?:mij|me)|blijf (?:liever )?(?:zitten )?waar ik"
        ),
        r"maar (?:sta|ben|wel)|als |waarom",
    ),
)

REASONS = {
    "salary": (
        Rule(
            "pay-too-low",
            (
                r"(?:salaris|loon|vergoeding|aanbod|tarief|beloning|uurtarief)(?: \w+){0,4} (?:te laag|te weinig|onder"
                r"|niet (?:hoog|goed) genoeg|onvoldoende|lager dan)|verdien (?:\w+ ){0,2}(?:meer|beter)|onderbetaald"
                r"|te slecht betaald"
            ),
            r"\b(?:als|onderhandelbaar)\b",
        ),
    ),
    "place": (
        Rule(
            "too-far",
            (
                r"te ver(?: weg| rijden| reizen| van|$)"
                r"|(?:kan|wil|ga) (?:\w+ ){0,4}niet (?:\w+ )?(?:verhuizen|reizen|pendelen|forenzen)"
                r"|niet (?:bereid|van plan)(?: \w+)? te verhuizen|alleen (?:\w+ )?(?:remote|thuiswerk\w*|thuis werken)"
                r"|(?:locatie|reistijd|afstand) (?:\w+ ){0,3}(?:niet|te|probleem)"
            ),
            r"\b(?:als|niet te ver)\b",
        ),
    ),
    "happy": (
        Rule(
            "happy-where-i-am",
            (
                r"(?:tevreden|blij|gelukkig|prima|goed) (?:\w+ ){0,4}(?:baan|werkgever|functie|plek|werk|bedrijf|waar ik"
                r"|rol)|(?:naar mijn zin|op mijn plek|op mijn plaats)"
                r"|(?:nieuwe|andere) (?:baan|functie|werkgever|job)(?: \w+){0,2} (?:gevonden|aangenomen|begonnen"
                r"|geaccepteerd|getekend)|(?:net|pas|recent|onlangs|al) (?:\w+ ){0,4}(?:begonnen|gewisseld|getekend"
                r"|overgestapt|gevonden|geaccepteerd)"
            ),
            r"niet (?:\w+ )?(?:tevreden|blij|gelukkig)|ontevreden|maar (?:sta|ben|wel)|als ",
        ),
    ),
    "timing": (
        Rule(
            "bad-time",
            (
                r"niet (?:het |een )?(?:juiste|goede|goed) (?:moment|tijd\w*)|(?:slecht|verkeerd) moment"
                r"|(?:geen|te weinig) tijd|te druk|(?:op dit moment|momenteel|nu|voorlopig) (?:\w+ ){0,3}(?:niet|geen)"
                r"|(?:niet|geen) (?:\w+ ){0,4}(?:op dit moment|momenteel|voorlopig)"
            ),
            r"\b(?:als)\b",
        ),
    ),
    "role": (
        Rule(
            "not-my-role",
            (
                r"(?:functie|rol|vacature|profiel|baan|positie)(?: \w+){0,4} (?:past|sluit|is) (?:\w+ ){0,4}(?:niet"
                r"|te (?:junior|senior|technisch))|past niet bij (?:mij|me|mijn)|niet mijn (?:vakgebied|gebied|expertise)"
                r"|te (?:junior|senior) |overgekwalificeerd|ondergekwalificeerd|geen ervaring (?:met|in)"
            ),
            r"\b(?:als|maar ik)\b",
        ),
    ),
}

CONTACT = (
    Rule(
        "contact-then",
        (
            r"(?:contact\w*|neem|mail\w*|bel\w*|schrijf|stuur|vraag|spreek|spreken|praten|benader\w*|opnieuw|nog eens"
            r"|weer|liever|beter|misschien|wellicht|eventueel|pas|vanaf|niet voor|vakantie|weg|afwezig|druk|kan|kunnen"
            r"|zou|wachten|uitstellen|later|interesse|geinteresseerd|herinner\w*|terug\w*|probeer|open)"
        ),
        (
            r"\b(?:heb|ben) .*(?:begonnen|gesolliciteerd|gestuurd|gestopt|afgerond)\b(?!.*(?:contact|mail|bel|weer))"
            r"|geleden"
        ),
    ),
)

AGAIN = (
    Rule(
        "maybe-later",
        (
            r"(?:misschien|wellicht|liever|eventueel) (?:\w+ ){0,3}(?:later|een andere keer|een ander moment|ooit"
            r"|in de toekomst|volgende keer)"
            r"|(?:contact\w*|mail\w*|bel\w*|schrijf|vraag|benader\w*|spreken|probeer)(?: \w+){0,5} (?:later"
            r"|een andere keer|een ander moment|in de toekomst|na (?:de|mijn) (?:vakantie|examens|verlof"
            r"|zomervakantie))|^(?:\w+ ){0,2}(?:nu niet|niet nu|nog niet|later|een andere keer"
            r"|even niet)(?: (?:misschien|bedankt|graag|aub))*$"
            r"|^(?:\w+ ){0,2}na (?:de|mijn) (?:vakantie|examens|zomervakantie|verlof)(?: (?:misschien|graag|aub"
            r"|bedankt))*$|(?:hou|houd) (?:me|mij) (?:\w+ )?(?:in gedachten|in het achterhoofd)"
            r"|(?:op dit moment|momenteel|voorlopig|nu) (?:even |nog )?niet$"
        ),
        r"waarom|nog niet(?:s)? (?:gehoord|ontvangen|gekregen|besloten)",
    ),
)

INTERESTED = (
    Rule(
        "interested",
        (
            r"(?:ben|heb|zou|zeer|erg|heel|zeker|nog steeds|absoluut|best) (?:\w+ ){0,3}(?:geinteresseerd|interesse"
            r"|benieuwd|nieuwsgierig|belangstelling|enthousiast)"
            r"|(?:klinkt|lijkt|ziet|is|lijkt me) (?:\w+ ){0,3}(?:goed|interessant|leuk|geweldig|perfect|top|super|mooi"
            r"|fantastisch)\b|spreekt (?:me|mij) (?:\w+ )?aan|sta (?:\w+ )?open voor"
            r"|^(?:zeer |erg )?geinteresseerd(?: \w+)?$"
        ),
        (
            r"(?:niet|geen|nooit|weinig) (?:\w+ ){0,3}(?:geinteresseerd|interesse|interessant|open|goed|leuk|benieuwd"
            r"|aan)|\bals\b|maar (?:niet|helaas|nee|op dit|momenteel|ik (?:ben|heb|zoek))|was geweest|helaas"
        ),
    ),
    Rule(
        "gladly",
        (
            r"(?:graag|met plezier|zou graag|wil graag) (?:\w+ ){0,6}(?:meer|spreken|praten|kennismaken|kennis|gesprek"
            r"|afspreken|solliciteren|horen|langskomen|weten|bellen|deelnemen|informatie)"
            r"|(?:meer|verdere|extra) (?:info|informatie|details)|bel (?:me|mij) (?:gerust|maar|graag|aub|terug)"
            r"|laten we (?:afspreken|bellen|praten)|ik doe mee|^(?:ja |heel )?graag(?: \w+)?$"
        ),
        (
            r"\b(?:niet|geen|nooit)\b|\bals\b|(?:verwijder|uitschrijv|afmeld|afsla|bedank)\w*|graag gedaan"
            r"|weten (?:hoe|waar) (?:u|je|jullie)"
        ),
    ),
    Rule(
        "yes",
        (
            r"^(?:\w+ )?(?:ja|jazeker|zeker|natuurlijk|absoluut|uiteraard|prima|tuurlijk|waarom niet)(?: (?:graag"
            r"|bedankt|hoor|natuurlijk|zeker|leuk|prima|aub|dat is goed|lijkt me leuk))*$"
        ),
        r"\bniet$|nee",
    ),
)

QUESTION = (
    Rule(
        "asks",
        (
            r"^(?:(?:hallo|hoi|en|maar|bedankt|\w+) ){0,2}(?:wat (?:is|zijn|voor|houdt|verdient)|wanneer (?:is|hoor"
            r"|kan|begint|zou|krijg)|waar (?:is|ligt|zou|komt)|wie (?:is|zijn)|waarom|hoe (?:veel|lang|hoog|groot|ziet"
            r"|kom|werkt|zit|kan)|hoeveel|welke?|is (?:het|er|dit|de)|zijn (?:er|jullie)|kunt u|kun je"
            r"|kunnen (?:jullie|we|wij)|kan ik|mag ik|moet ik|heeft u|hebben jullie|zou (?:u|je|het)) \w{2,}"
        ),
        (
            r"^(?:\w+ ){1,2}(?:is (?:het|er|dit|de)|kan ik|waar|wanneer|zijn (?:er|jullie)) "
            r"|^(?:het|dat|er|de|ik|hier|waar nodig) "
        ),
    ),
    Rule(
        "wants-to-know",
        (
            r"(?:kunt|kun|kan|kunnen|zou|zouden) (?:u|je|jullie|iemand) (?:\w+ ){0,5}(?:vertellen|sturen|laten weten"
            r"|uitleggen|bevestigen|aangeven|mailen|geven|toelichten)"
            r"|(?:zou|wil) (?:\w+ )?(?:graag )?(?:willen )?weten\b|vroeg me af|vraag me af"
            r"|(?:een|nog een|mijn|paar|twee|enkele) (?:\w+ )?vra(?:ag|gen)\b"
            r"|(?:is er|zijn er) (?:\w+ )?(?:nieuws|update)"
            r"|nog (?:niets|geen (?:reactie|antwoord|bericht)) (?:\w+ )?(?:gehoord|ontvangen|gekregen|gehad)"
        ),
        r"geen (?:verdere )?vragen|meer weten|geen vraag",
    ),
)

DUTCH = Tongue(
    language="nl",
    markers=(
        r"ik|het|een|niet|de|van|en|je|jullie|mij|me|is|ben|graag|bedankt|heb|met|voor|geen|te|op|maar|dit|dat|uw"
        r"|u|aub|zijn|nog|hallo|meer|kan|wil|naar|nee|ja|hoe|wat"
    ),
    fillers=r"aub|alsjeblieft|alstublieft|bedankt|nu|graag|meteen|direct|hallo|me|mij|er|mee|ermee|sms",
    stop_words=r"stop|stoppen|afmelden|uitschrijven|opzeggen|stop ermee|stop sms",
    plain_stop_words=r"afmelden|uitschrijven",
    start_words=r"starten|aanmelden|hervatten",
    help_words=r"hulp",
    stop=STOP,
    erase=ERASE,
    start=START,
    wrong_person=WRONG_PERSON,
    no=NO,
    reasons=REASONS,
    contact=CONTACT,
    again=AGAIN,
    interested=INTERESTED,
    question=QUESTION,
    courtesy=r"^(?:hoe gaat het(?: \w+)*|alles goed(?: \w+)*|toch|ok|oke|akkoord|nee|ja|goed)$",
    bare=(
        r"misschien|wellicht|liever|graag|weer|pas|beter|aub|bedankt|in|vanaf|per|rond|zou|kunnen|kan|de|het|maar"
        r"|en|of|dan|hallo|ja|nog eens|eens|wel|ongeveer|is|van"
    ),
    dates=DUTCH_DAYS,
)
