"""German."""

from __future__ import annotations

from domain.phrases.days import GERMAN_DAYS
from domain.phrases.rules import Rule, Tongue

_MAIL = (
    r"(?:sms|nachrichten?|mails?|emails?|anrufe?|newsletter|werbung|zuschriften|benachrichtigungen"
    r"|job ?angebote|stellenangebote|angebote|jobs|infos|informationen|spam|kontakt|kontaktaufnahme\w*)"
)
_ANY = (
    r"(?:sms|nachrichten?|mails?|emails?|anrufe?|newsletter|werbung|zuschriften|benachrichtigungen|spam"
    r"|job ?angebote|stellenangebote)"
)
_LIST = (
    r"(?:liste|listen|verteilers?|email ?verteiler|mail ?verteiler|sms ?verteiler|datenbank|newsletter|kartei"
    r"|system|adressliste|mailingliste|pool|talentpool|kontakten|datei|email ?liste)"
)
_DATA = (
    r"(?:daten|profil|account|konto|unterlagen|angaben|informationen|lebenslauf|bewerbungsunterlagen"
    r"|kontaktdaten|datensatze?|benutzerkonto)"
)
_WRITE = (
    r"(?:schreib\w*|kontaktier\w*|schick\w*|send\w*|anschreib\w*|ruf\w*|belastig\w*|benachrichtig\w*|meld\w*"
    r"|anruf\w*|anzuschreiben|anzurufen|simsen|texten?|nerven|zuschreiben)"
)

STOP = (
    Rule(
        "no-more",
        (
            r"(?:keine?|nie wieder|bitte keine?) (?:weiteren? |weitere |solchen? |solche |ihrer |eurer |diese "
            rf"|dieser )*{_ANY}(?: \w+){{0,3}} mehr\b"
            rf"|(?:^|bitte |ab sofort |wunsche |mochte |moechte |will )keine? (?:weiteren? |solchen? )+{_ANY}"
            rf"|^(?:\w+ )?(?:bitte )?keine {_ANY}(?: bitte| danke)*$"
            r"|(?:mochte|moechte|will|wunsche|brauche) keine? (?:weiteren? "
            rf"|solchen? )*{_ANY}(?: \w+){{0,3}} (?:erhalten|bekommen|empfangen|haben)"
        ),
        (
            r"(?:habe?|hab|haben|hatte|bisher|leider|warum|wieso|seit|seitdem|gibt|kamen?|kommen) .*keine?"
            r"|^(?!.*\b(?:mochte|moechte|will|wunsche)\b).*keine? .* (?:bekommen|erhalten|gesehen|gefunden"
            r"|gekommen)(?: habe| hab)?$|keine angebote fur|(?:am|in der|nach|vor) (?:abend|nacht|arbeit|\d+)"
        ),
    ),
    Rule(
        "stop-writing",
        (
            r"hoe?r(?:en|t|e)? (?:sie |ihr |du )?(?:bitte |endlich |doch "
            rf"|sofort )*auf(?: \w+){{0,3}}(?: (?:zu )?{_WRITE}| damit| mit (?:den|diesen|dem|der|euren|ihren)\b)"
            r"|hoe?r(?:en|t)? (?:sie |ihr )?(?:bitte |endlich )*damit auf"
            r"|(?:stoppen|stoppt|unterlassen|unterlasst|beenden) sie (?:bitte )?(?:das$|(?:die|diese|den|alle"
            rf"|ihre) (?:\w+ )?{_ANY})|^hor auf$|bitte (?:aufhoren|stoppen)$"
        ),
        (r"auf dem|zuhoren|bewerbung|prozess"),
    ),
    Rule(
        "do-not-contact",
        (
            rf"(?:^|bitte |sie |\b)(?:{_WRITE}) (?:sie |ihr )?(?:mir|mich|uns|an (?:mich"
            rf"|diese)\b)(?: \w+){{0,3}} (?:nicht mehr|nie wieder|nicht wieder|nie mehr|nicht weiter|nichts mehr"
            rf"|keine?\b(?: \w+){{1,3}} mehr)"
            rf"|(?:nicht|nie) (?:mehr|weiter|wieder|langer) (?:zu )?(?:{_WRITE}|kontaktiert|angeschrieben"
            rf"|belastigt)(?: \w+){{0,2}}$"
            r"|(?:mochte|moechte|will|wunsche) (?:bitte |von ihnen |von euch )*(?:nicht"
            rf"|keine?n?)(?: \w+){{0,4}} (?:kontaktiert|angeschrieben|belastigt|angerufen|kontakt mehr)"
            r"|bitte nicht (?:mehr )?(?:kontaktieren|anschreiben|belastigen|stoeren|storen)$"
        ),
        (
            r"warum|wieso|weshalb|falls|wenn|haben|hat man|hast|habt|wurden?|ich (?:kann|werde|konnte|darf|muss)"
            r"|(?:vor|bis|unter der|im buro|auf der arbeit|tagsuber|telefonisch|wahrend|sondern|lieber) |arbeitgeber"
            r"|geschrieben|gemeldet|konnte|mich nicht mehr (?:zuruck|beworben)|ich melde|ich habe"
        ),
    ),
    Rule(
        "take-off-list",
        (
            r"(?:nehm\w*|nimm\w*|streich\w*|losch\w*|loesch\w*|entfern\w*|trag\w*|herausnehm\w*|raus) (?:sie "
            rf"|ihr )?(?:bitte )?(?:mich|uns|meine?n? \w+(?: \w+)?)(?: \w+){{0,3}} (?:aus|von) (?:ihr\w*|eur\w*|der|dem"
            rf"|dein\w*|allen|samtlichen)(?: \w+){{0,2}} {_LIST}"
            rf"|(?:mich|meine?n? \w+|bitte)(?: \w+){{0,3}} (?:aus|von) (?:ihr\w*|eur\w*|der|dem|dein\w*"
            rf"|allen)(?: \w+){{0,2}} {_LIST}(?: \w+){{0,1}} (?:nehmen|streichen|loschen|loeschen|entfernen|austragen"
            r"|raus\w*|genommen|gestrichen|geloscht|entfernt)"
            rf"|^(?:bitte )?(?:raus )?aus (?:dem|der|ihrem|ihrer|eurem|eurer) {_LIST}(?: (?:nehmen|streichen"
            rf"|loschen|entfernen|raus"
            r"|austragen))?(?: bitte| danke)*$"
            r"|^(?:bitte )?(?:meine )?(?:email |mail )?(?:adresse|mailadresse|emailadresse"
            r"|kontaktdaten) (?:bitte )?(?:loschen|loeschen"
            r"|entfernen|streichen)(?: bitte| danke)*$"
            r"|(?:trag\w*|nehm\w*) (?:sie |ihr )?mich (?:bitte )?(?:da |hier )?(?:aus|raus|heraus)$"
        ),
        (r"nicht (?:aus|von)|warteliste|gasteliste|warum"),
    ),
    Rule(
        "unsubscribe",
        (
            r"meld\w* (?:sie |ihr )?mich (?:bitte |sofort |umgehend )*ab(?: bitte| danke)?$"
            r"|(?:mochte|moechte|will|kann ich|wurde|wie|bitte)(?: \w+){0,5} (?:abmelden|abbestellen|austragen"
            r"|abgemeldet werden|ausgetragen werden)(?: lassen)?(?: bitte| danke)?$"
            r"|(?:newsletter|mails|emails|sms|nachrichten) (?:bitte )?(?:abbestellen|abmelden|kundigen|einstellen)"
            r"|^bitte (?:um )?abmeld(?:en|ung)|abmeldung (?:vom|aus dem|von)"
        ),
        (
            r"termin|interview|gesprach|veranstaltung|event|kurs|\bheute\b|nicht (?:abmelden|abbestellen|austragen)"
            r"|arbeitslos|aus versehen|versehentlich"
        ),
    ),
    Rule(
        "leave-alone",
        (
            r"(?:lass(?:en|t)?) (?:sie |ihr )?mich (?:bitte |endlich |doch |einfach )*in (?:ruhe|frieden)"
            r"|(?:losch\w*|vergess\w*) (?:sie )?(?:bitte )?meine (?:telefon|handy)?nummer"
            r"|meine (?:telefon|handy)?nummer (?:bitte )?(?:loschen|loeschen|vergessen)|verpiss"
            rf"|^(?:ich )?wunsche keine weiteren (?:{_MAIL})(?: \w+){{0,3}}$"
            rf"|(?:verbitte|verbiete) (?:ich )?(?:mir|ihnen|euch)\b(?: \w+){{0,3}} (?:{_MAIL}|anfragen)"
            rf"|unterlass\w* (?:sie |es )?(?:bitte )?(?:kunftig\w* )?(?:weitere[nrs]? )?(?:{_MAIL}|anfragen)"
            rf"|(?:von )?weiteren (?:{_MAIL}|anfragen)(?: \w+){{0,2}} (?:absehen|abzusehen|ab)$"
            r"|(?:will|mochte|moechte) (?:\w+ )?(?:nichts|nie) (?:mehr|wieder)(?: etwas| was)? von (?:ihnen"
            r"|euch|dir) (?:horen|hoeren|lesen)"
            r"|^(?:das|dies) ist spam$|als spam (?:gemeldet|melden)"
            r"|nie (?:dafur |hierfur |dem |dazu )?(?:zugestimmt|abonniert|eingewilligt)"
        ),
        r"nicht (?:meine|vergess)|aus versehen|filter",
    ),
    Rule(
        "withdraw-consent",
        (
            r"widerruf\w*(?: \w+){0,3} (?:einwilligung|zustimmung|erlaubnis)"
            r"|(?:einwilligung|zustimmung|erlaubnis)(?: \w+){0,4} (?:widerruf\w*|zuruck\w*|entzieh\w*)"
            r"|widersprech\w*(?: \w+){0,4} (?:nutzung|verarbeitung|speicherung|verwendung|kontaktaufnahme|werbung)"
            r"|(?:nutzung|verarbeitung|speicherung|verwendung)(?: \w+){0,4} widersprech\w*"
        ),
        r"wie kann|kann ich .* jederzeit",
    ),
)

ERASE = (
    Rule(
        "erase-data",
        (
            r"(?:losch\w*|loesch\w*|entfern\w*|vernicht\w*) (?:sie |ihr )?(?:bitte |umgehend |sofort )*(?:alle |all "
            rf"|samtliche |saemtliche )*(?:meine?n?|uber mich|von mir) (?:\w+ ){{0,2}}{_DATA}"
            r"|(?:losch\w*|loesch\w*|entfern\w*) (?:sie |ihr )?(?:bitte )?(?:alle|samtliche"
            rf"|saemtliche) (?:\w+ ){{0,2}}{_DATA} (?:uber|ueber|von|zu) (?:mich|mir|meiner)"
            rf"|(?:meine?n?|aller meiner|meiner)(?: \w+){{0,2}} {_DATA}(?: \w+){{0,5}} (?:zu )?(?:losch\w*|loesch\w*"
            r"|geloscht|geloescht|entfern\w*|vernicht\w*)"
            rf"|loschung (?:meiner|aller meiner|samtlicher meiner) (?:\w+ ){{0,2}}{_DATA}"
            r"|recht auf (?:vergessen\w*|loschung)"
        ),
        (
            r"nicht (?:\w+ )?(?:losch|geloscht|entfern)|alte[nrs]?\b|aktualisier\w*|neue[nrs]? version|anbei|wann"
            r"|wie lange|haben sie (?:schon|bereits)|ob sie|stattdessen|ersetz\w*|erfahrung|projekt|implementier\w*"
            r"|umgesetzt|entwickelt"
        ),
    ),
)

START = (
    Rule(
        "start-again",
        (
            r"wieder (?:anmelden|abonnieren|empfangen|freischalten|aktivieren)"
            r"|(?:mochte|moechte|will) (?:ihre |eure |wieder )+(?:\w+ )?(?:nachrichten|sms"
            r"|angebote) (?:wieder )?(?:bekommen|erhalten)"
        ),
        r"nicht|wann",
    ),
)

WRONG_PERSON = (
    Rule(
        "wrong-number",
        (
            r"falsche[nrms]? (?:person|nummer|rufnummer|telefonnummer|handynummer|empfanger\w*|ansprechpartner\w*"
            r"|adressat\w*)|(?:sie haben|das ist|hier ist|an) (?:\w+ )?die falsche (?:mail ?adresse|email ?adresse"
            r"|adresse|email)(?: (?:geschrieben|geschickt|erwischt))*$"
            r"|(?:sie|du|ihr) (?:haben|hast|habt) sich (?:wohl )?(?:verwahlt|in der (?:nummer|adresse|person) geirrt)"
            r"|(?:sie|du|ihr) (?:verwechsel\w* mich|(?:haben|hast|habt) mich (?:\w+ ){0,3}verwechselt)"
            r"|verwechseln sie mich|das ist (?:wohl |bestimmt )?eine (?:personen)?verwechslung"
            r"|nicht die (?:gesuchte |richtige )person$|nicht der (?:gesuchte|richtige)$"
        ),
        (
            r"\bich (?:habe|hatte|hab) .*(?:angegeben|geschickt|gesendet|geschrieben|verwendet)|falls|angegeben"
            r"|nicht die falsche"
        ),
    ),
    Rule(
        "not-this-name",
        (
            r"kenne keine?n? (?:frau|herrn|person mit|menschen mit)"
            r"|hier (?:gibt es|arbeitet|wohnt) (?:keine?n? (?:frau|herrn?|person)|niemand (?:mit|namens))"
            r"|(?:nummer|email|mailadresse) gehort (?:jetzt |nun |inzwischen |nicht )+(?:mehr )?(?:\w+)"
            r"|(?:das|dies) ist nicht (?:mehr )?(?:seine|deren) (?:nummer|adresse|mail\w*|email\w*)$"
            r"|ich (?:bin|heisse) nicht (?:frau|herr) \w+|^ich heisse nicht \w+(?: \w+)?$"
        ),
    ),
    Rule(
        "no-longer-here",
        (
            r"(?:herr|frau|kolleg\w+|mitarbeiter\w*|er) (?:\w+ )?(?:arbeitet|wohnt|ist) (?:hier )?nicht (?:mehr"
            r"|langer) (?:hier|bei uns|in unserem|im (?:unternehmen|haus)|fur uns|unter dieser)"
            r"|\w+ arbeitet (?:hier )?nicht (?:mehr|langer) (?:hier|bei uns|fur uns)"
            r"|(?:herr|frau) \w+ arbeitet (?:leider )?(?:hier )?nicht (?:mehr|langer)$"
            r"|arbeitet hier nicht (?:mehr|langer)$"
            r"|(?:herr|frau) \w+ (?:hat (?:das|unser) (?:unternehmen|haus) verlassen|ist (?:leider )?(?:verstorben"
            r"|gestorben))"
        ),
        r"\bich arbeite",
    ),
)

NO = (
    Rule(
        "not-interested",
        (
            r"(?:kein|ohne|null) interesse|nicht (?:\w+ )?(?:interessiert|interessant|von interesse)"
            r"|interessiert mich nicht|desinteress\w*|habe (?:\w+ ){0,2}kein interesse"
        ),
        (
            r"nicht nur|sondern|nicht (?:un|des)interess|wenn|warum"
            r"|\baber (?:sehr|gern|gerne|offen|ich (?:ware|bin|wurde))|lieber|stattdessen"
        ),
    ),
    Rule(
        "no-thanks",
        (
            r"^(?:(?:hallo|hi|sorry|danke|vielen dank|oh|aber|guten tag|leider|\w+) ){0,3}(?:nein|nee|no)(?: (?:danke"
            r"|vielen dank|leider|leider nicht|nicht|sorry|tut mir leid|danke schon|kein bedarf|besten dank"
            r"|lieber nicht|danke nein))*$|^(?:\w+ ){0,2}nein (?:danke|vielen dank|leider)\b|kein bedarf|danke nein"
            r"|leider nein|lieber nicht$"
        ),
        r"nicht nein|(?:mit|oder|ob|sage|sagen|wieso|warum) nein",
    ),
    Rule(
        "decline",
        (
            r"(?:lehne|muss|mochte|moechte|muessen|werde|wurde) (?:\w+ ){0,6}(?:ab$|ablehnen|absagen|verzichten"
            r"|zuruckziehen|passen$)|sage (?:\w+ )?ab$|ziehe (?:meine|die) bewerbung zuruck"
            r"|bewerbung (?:\w+ ){0,2}(?:zuruckziehen|zuruckgezogen|zuruck$)|nicht weiter (?:verfolgen|teilnehmen)"
            r"|nehme ich (?:\w+ )?(?:abstand|zuruck)|da bin ich raus|bin raus$"
        ),
        r"\bnicht (?:absagen|ablehnen|zuruckziehen|verzichten)|ob ich|kann ich|fuer heute|fur heute|termin",
    ),
    Rule(
        "not-looking",
        (
            r"(?:nicht|nicht mehr|keine?n?) (?:aktiv |aktuell |derzeit |mehr |aktuell auf )*(?:auf (?:der )?(?:job"
            r"|stellen)?suche|auf der suche|jobsuchend|suchend|wechselwillig|offen fur|neuen? (?:job|stelle"
            r"|herausforderung)|wechseln|wechsel|wechselabsicht\w*)"
            r"|suche (?:aktuell |derzeit |gerade |momentan |zurzeit |im moment )*(?:nicht|nichts|keine?n?)\b"
            r"|kommt (?:fur mich )?nicht (?:in frage|infrage)|nichts fur mich"
            r"|nicht das (?:richtige|passende)(?: fur mich)?"
        ),
        r"\baber (?:sehr|gern|gerne|offen|ich (?:ware|bin|wurde))|wenn|warum|ob",
    ),
)

REASONS = {
    "salary": (
        Rule(
            "pay-too-low",
            (
                r"(?:gehalt|bezahlung|vergutung|lohn|salar|angebot|budget|spanne|honorar|tagessatz"
                r"|stundensatz)\w*(?: \w+){0,5} (?:zu (?:gering|niedrig|wenig|tief)|unter (?:mein\w*|dem|den)"
                r"|nicht (?:attraktiv|ausreichend|genug|hoch genug)|reicht nicht|passt nicht|entspricht nicht)"
                r"|verdiene (?:\w+ ){0,3}(?:mehr|besser)|zu wenig (?:geld|gehalt)|zu schlecht bezahlt|unterbezahlt"
                r"|unter meinen (?:gehalts)?vorstellungen"
            ),
            r"\b(?:wenn|falls|ob|verhandelbar)\b",
        ),
    ),
    "place": (
        Rule(
            "too-far",
            (
                r"(?:viel |mir |etwas |leider )?zu weit(?: weg| entfernt| fur mich| von|$)"
                r"|(?:kann|mochte|moechte|will|werde) (?:\w+ ){0,5}(?:nicht"
                r"|keinesfalls) (?:\w+ ){0,2}(?:umziehen|pendeln"
                r"|wegziehen|umzieh\w*)|umzug (?:\w+ ){0,3}(?:nicht|kein\w*|ausgeschlossen|unmoglich)|kein umzug"
                r"|nicht umziehen|(?:standort|ort|lage|entfernung) (?:\w+ ){0,4}(?:nicht|zu weit|ungunstig|problem)"
                r"|nur (?:noch )?(?:remote|homeoffice|home office)|pendeln (?:\w+ ){0,3}(?:nicht|zu)"
            ),
            r"\b(?:wenn|falls|ob|nicht zu weit|soweit)\b",
        ),
    ),
    "happy": (
        Rule(
            "happy-where-i-am",
            (
                r"(?:zufrieden|glucklich|gluecklich|wohl|gut aufgehoben) (?:\w+ ){0,4}(?:job|stelle|position"
                r"|arbeitgeber"
                r"|firma|unternehmen|team|arbeit|hier|dort|da wo|wo ich)"
                r"|(?:job|stelle|position|arbeitgeber|firma|unternehmen|team|hier|dort|bin|momentan"
                r"|aktuell) (?:\w+ ){0,4}(?:zufrieden|glucklich|gluecklich|wohl|gut aufgehoben)"
                r"|fuhle mich (?:\w+ ){0,5}wohl"
                r"|(?:neue[nr]?|andere[nr]?) (?:job|stelle|position|arbeitgeber|arbeit"
                r"|herausforderung)(?: \w+){0,2} (?:gefunden|angenommen|angetreten|unterschrieben|begonnen|zugesagt)"
                r"|(?:gerade|erst|kurzlich|bereits|schon) (?:\w+ ){0,5}(?:gewechselt|unterschrieben|angefangen"
                r"|vergeben)"
                r"|anderweitig (?:zugesagt|entschieden)"
                r"|habe (?:mich )?(?:bereits |schon )?(?:anders|anderweitig) entschieden"
            ),
            (
                r"nicht (?:ganz |so |sehr |mehr |wirklich )*(?:zufrieden|glucklich|wohl)|unzufrieden|unglucklich"
                r"|\baber (?:offen|gern|gerne|ich (?:ware|bin|wurde)(?! (?:\w+ ){0,2}(?:zufrieden|glucklich"
                r"|wohl))|trotzdem|neugierig)|wenn|dennoch"
            ),
        ),
    ),
    "timing": (
        Rule(
            "bad-time",
            (
                r"(?:passt|ist) (?:\w+ ){0,4}(?:zeitlich|gerade|momentan|aktuell|derzeit|im moment"
                r"|zurzeit) (?:\w+ ){0,3}(?:nicht|schlecht|ungunstig|unpassend)"
                r"|(?:nicht der (?:richtige|passende)|falscher|schlechter|ungunstiger) (?:zeitpunkt|moment)"
                r"|(?:keine|zu wenig) (?:zeit|kapazitat\w*)|zu viel (?:zu tun|los|arbeit)"
                r"|(?:derzeit|aktuell|momentan|gerade|im moment|zurzeit|zur zeit) (?:leider )?(?:kein interesse"
                r"|nicht (?:interessiert|auf der suche|wechselwillig|moglich))"
                r"|(?:kein interesse|nicht auf (?:der )?(?:job)?suche|suche nicht) (?:derzeit|aktuell|momentan|gerade"
                r"|im moment|zurzeit)|suche (?:derzeit|aktuell|momentan|gerade|im moment|zurzeit) (?:nicht|nichts"
                r"|keine?n?)|(?:derzeit|aktuell|momentan|gerade|im moment|zurzeit) (?:\w+ ){0,3}nicht (?:\w+ )?(?:auf"
                r"|such\w*|offen|wechsel\w*)"
            ),
            r"\b(?:wenn|falls|ob)\b",
        ),
    ),
    "role": (
        Rule(
            "not-my-role",
            (
                r"(?:stelle|rolle|position|aufgabe|profil|job|level|technologie|stack|titel"
                r"|ausschreibung)(?: \w+){0,4} (?:passt|entspricht|ist|liegt) (?:\w+ ){0,5}(?:nicht|nichts|zu (?:junior"
                r"|senior|technisch)|unter meinem)|passt (?:\w+ )?(?:leider )?nicht zu (?:mir|meinem|meinen|meiner)"
                r"|uberqualifiziert|unterqualifiziert|ueberqualifiziert|nicht mein (?:bereich|fachgebiet|gebiet"
                r"|feld|fach)"
                r"|zu (?:junior|senior)\b|(?:mache|arbeite|will|mochte) (?:\w+ ){0,3}(?:kein|nicht mehr (?:in|mit|als)"
                r"|keine) (?:\w+ )?(?:php|java|vertrieb|beratung|zeitarbeit|consulting|schicht\w*)"
                r"|keine (?:zeitarbeit|schichtarbeit|leiharbeit)|fehlt mir die (?:erfahrung|qualifikation)"
            ),
            r"\b(?:wenn|falls|ob|aber ich lerne)\b",
        ),
    ),
}

CONTACT = (
    Rule(
        "contact-then",
        (
            r"(?:meld\w*|kontaktier\w*|schreib\w*|frag\w*|nachfragen|anfrag\w*|sprech\w*|reden|unterhalten"
            r"|telefonier\w*|anruf\w*|ruf\w*|nochmals?|noch ?mal|nochmal|erneut|wieder|fruhestens|fruehestens|erst"
            r"|lieber|besser|passt|passen|ginge|geht|vielleicht|eventuell|evtl|gern|gerne|interessant|interesse|offen"
            r"|urlaub|unterwegs|elternzeit|verreist|abwesend|beschaftigt|zuruckkommen|kommen sie|komme|warten"
            r"|verschieben|spater|moglich|denkbar|austauschen|umsehen|suchen|suche|hor\w*|erinner\w*|dann"
            r"|moglicherweise|probier\w*|versuch\w*)"
        ),
        (
            r"(?:habe|hatte|war|bin) .*(?:angefangen|begonnen|gekundigt|beworben|geschickt|abgeschlossen"
            r"|gewechselt)(?!.*(?:meld|kontakt|nochmal|wieder))|ab .* verfugbar$|verfugbar ab"
        ),
    ),
)

AGAIN = (
    Rule(
        "maybe-later",
        (
            r"(?:vielleicht|eventuell|evtl|lieber|besser|gern|gerne|moglicherweise) (?:\w+ ){0,3}(?:spater"
            r"|ein ander(?:es)? mal|ein anderes mal|nachstes mal|irgendwann|in zukunft|zukunftig|kunftig)"
            r"|(?:jetzt|gerade|momentan|aktuell|derzeit|im moment|zurzeit|noch) (?:leider |gerade |eher )*nicht$"
            r"|^(?:\w+ )?nicht jetzt|(?:spater|ein ander(?:es)? mal|ein anderes mal|zu einem spateren zeitpunkt"
            r"|in zukunft|nach (?:den|meinem|meinen|der) (?:\w+ )?(?:ferien|sommerferien|urlaub|prufungen|elternzeit"
            r"|klausuren)) (?:\w+ ){0,3}(?:meld\w*|kontaktier\w*|nochmal|noch mal|wieder|gern\w*|schreib\w*|sprech\w*"
            r"|frag\w*)|(?:meld\w*|kontaktier\w*|schreib\w*|frag\w*|sprechen|reden)(?: \w+){0,5} (?:spater"
            r"|ein ander(?:es)? mal|ein anderes mal|nach (?:den|meinem|meinen|der) (?:\w+ )?(?:ferien|sommerferien"
            r"|urlaub|prufungen|elternzeit|klausuren))"
            r"|^(?:\w+ ){0,3}nach (?:den|meinem|meinen|der) (?:\w+ )?(?:ferien|sommerferien|urlaub|prufungen"
            r"|elternzeit|klausuren)(?: (?:gern|gerne|bitte|wieder|dann|nochmal|vielleicht|passt|besser))*$"
            r"|(?:im hinterkopf|in (?:guter )?erinnerung) (?:be)?halten"
            r"|(?:fur|fuer) (?:die zukunft|spater) (?:\w+ ){0,3}(?:vormerken|merken|behalten|aufheben)"
            r"|merken sie mich (?:\w+ )?vor"
        ),
        r"warum|noch nichts? (?:gehort|bekommen|erhalten|entschieden)|noch nicht (?:entschieden|sicher)",
    ),
)

INTERESTED = (
    Rule(
        "interested",
        (
            r"(?:habe|hatte|bestehendes|besteht|grosses|weiterhin|sehr|echtes|auf jeden fall|durchaus|prinzipiell"
            r"|generell|grundsatzlich) (?:\w+ ){0,3}(?:interesse|interessiert|interessant|offen)"
            r"|(?:bin|ware|waere) (?:\w+ ){0,3}(?:interessiert|dabei|neugierig|offen fur|offen fuer|gern dabei"
            r"|gerne dabei)|(?:klingt|hort sich|hoert sich|das ist|ist|finde ich|wirkt|sieht) (?:\w+ ){0,4}(?:gut"
            r"|interessant|spannend|super|toll|klasse|prima|reizvoll|vielversprechend|grossartig|verlockend"
            r"|perfekt)(?: an| aus)?\b|interessiert mich(?: sehr| wirklich| auf jeden fall)?(?: \w+)?$"
            r"|^(?:sehr )?(?:interessant|interessiert|spannend)(?: \w+)?$"
        ),
        (
            r"(?:kein|nicht|nie|ohne|weniger)(?: \w+){0,3} (?:interess|offen|neugierig|gut|spannend|dabei)\w*|wenn"
            r"|falls|\baber (?:nicht|leider|nein|derzeit|aktuell|momentan|gerade|ich (?:bin|suche|habe)|im moment)"
            r"|hatte (?:\w+ )?gewesen|ware (?:\w+ )?gewesen|interessant (?:ist|ware) (?:zu wissen|woher)|leider"
        ),
    ),
    Rule(
        "gladly",
        (
            r"(?:gern|gerne|freue mich|wurde mich freuen|wuerde mich freuen|lassen sie uns|lass uns"
            r"|konnen (?:wir )?gern|koennen gerne) (?:\w+ ){0,6}(?:mehr|sprechen|telefonieren|austauschen|kennenlernen"
            r"|kennen|gesprach|unterhalten|erfahren|horen|treffen|bewerben|auf (?:ein|das|unser|ihre|die)|anhoren"
            r"|informationen|austausch|vorstellen|dabei|teilnehmen)"
            r"|(?:mehr|weitere|nahere|genauere) (?:infos?|informationen|details|erfahren)"
            r"|(?:rufen sie|ruf) mich (?:gern |gerne |bitte )*(?:an|zuruck)"
            r"|^(?:ja |sehr |aber )*(?:gern|gerne)(?: doch| geschehen| sehr)?$"
        ),
        (
            r"(?:nicht|kein\w*|nie) (?:\w+ ){0,3}(?:mehr|erfahren|sprechen|kennen|horen)|wenn|falls"
            r"|\baber (?:nicht|leider|nein)|gern geschehen|gerne geschehen"
            r"|(?:loschen|abmelden|austragen|widerruf|ablehn\w*|absag\w*|verzicht\w*)|nicht gern\w*"
            r"|keine (?:mehr|weiteren)"
        ),
    ),
    Rule(
        "yes",
        (
            r"^(?:\w+ )?(?:ja|jap|jawohl|klar|naturlich|sicher|selbstverstandlich|unbedingt|auf jeden fall|sehr gern"
            r"|sehr gerne)(?: (?:bitte|gern|gerne|danke|klar|naturlich|sehr|auf jeden fall|unbedingt|sicher|passt"
            r"|das passt|passt mir|vielen dank|immer))*$"
        ),
        r"nein|nicht",
    ),
)

QUESTION = (
    Rule(
        "asks",
        (
            r"^(?:(?:hallo|hi|und|aber|danke|guten tag|ok|\w+) ){0,2}(?:was (?:ist|sind|ware|genau|zahl\w*|bedeutet"
            r"|fur|verdient)|wann|wo (?:ist|sind|liegt|ware|findet|genau)|wer (?:ist|sind|ware)|warum|wieso|weshalb"
            r"|wie (?:viel\w*|hoch|lange?|gross|ist|sind|sieht|lauft|weit|kann|geht|kommen)|welche[rsn]?|gibt es"
            r"|ist (?:das|die|der|es)|sind (?:sie|die)|konnen (?:sie|wir)|koennen (?:sie|wir)|konnten (?:sie|wir)"
            r"|kann (?:ich|man)|muss (?:ich|man)|haben sie|woher|wurden sie) \w{2,}"
        ),
        (
            r"^(?:\w+ ){1,2}(?:ist (?:das|die|der|es)|sind (?:sie|die)|kann (?:ich|man)|muss (?:ich|man)|was (?:ist"
            r"|sind)|wann|wo|wie|warum)\b"
            r"|^(?:das|es|die|ich|hier|da|so|wie (?:besprochen|gewunscht|vereinbart)|wann immer)\b"
        ),
    ),
    Rule(
        "wants-to-know",
        (
            r"(?:konnen|koennen|konnten|koennten|kannst|wurden|wuerden) (?:sie|du|ihr) (?:mir |uns |bitte |vielleicht "
            r"|eventuell )*(?:\w+ ){0,8}(?:sagen|senden|schicken|mitteilen|erklaren|zusenden|zuschicken|nennen"
            r"|erlautern|bestatigen|verraten|informieren|geben)"
            r"|(?:wurde|mochte|moechte|wuerde) (?:\w+ ){0,3}(?:gern |gerne )?(?:wissen|fragen|erfahren)"
            r"|ich (?:wollte|mochte|hatte|habe) (?:\w+ ){0,3}(?:fragen?|nachfragen|wissen)\b"
            r"|(?:eine|noch eine|kurze|meine|einige|paar|zwei|weitere|noch) (?:\w+ )?frage[n]?\b"
            r"|frage (?:zu|zum|zur|ob|wegen)"
            r"|(?:gibt es|haben sie) (?:schon |bereits |inzwischen )*(?:neuigkeiten|etwas neues|ruckmeldung|feedback"
            r"|eine entscheidung)|(?:noch nichts|keine antwort|keine ruckmeldung"
            r"|bisher nichts) (?:von ihnen )?(?:gehort|erhalten|bekommen)"
            r"|(?:bitte )?(?:teilen|lassen) sie (?:mir |mich )(?:\w+ ){0,2}(?:mit|wissen) (?:wann|ob|wie|was|wo|wer)"
        ),
        (
            r"keine (?:weiteren )?fragen|ohne frage|keine frage|in frage|stelle(?:n)? keine"
            r"|mehr (?:\w+ ){0,4}erfahren"
        ),
    ),
)

GERMAN = Tongue(
    language="de",
    markers=(
        r"ich|und|nicht|der|die|das|sie|mich|mir|ist|bin|bitte|danke|habe|mit|fur|ein|eine|kein|keine|zu|im|auf"
        r"|wir|gerne|gern|wann|wie|sehr|es|von|den|dem|aber|leider|noch|mehr|hallo|ab"
    ),
    fillers=(
        r"bitte|danke|vielen dank|jetzt|sofort|umgehend|endlich|mich|hallo|guten tag|das|alles|damit|ab sofort"
        r"|heute"
    ),
    stop_words=r"stopp|stop|abmelden|abmeldung|abbestellen|austragen|loschen|loeschen|aufhoren|aufhoeren|abbruch",
    plain_stop_words=r"stopp|abmelden|abbestellen|austragen",
    start_words=r"starten|anmelden|wieder anmelden",
    help_words=r"hilfe",
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
    courtesy=(
        r"^(?:wie geht es (?:ihnen|dir)(?: \w+)?|wie gehts(?: \w+)?|oder|ok|okay|nicht wahr|alles klar|verstanden"
        r"|richtig|ja|nein|passt das|gell)$"
    ),
    bare=(
        r"vielleicht|eventuell|evtl|gern|gerne|bitte|wieder|dann|erst|fruhestens|besser|lieber|nochmal|noch ?mal"
        r"|passt|ware|waere|gut|am|im|in|ab|der|die|den|dem|und|ja|etwa|ca|ungefahr|mir|wurde|es|eher|so|danke"
        r"|hallo|ginge|geht|wohl"
    ),
    dates=GERMAN_DAYS,
)
