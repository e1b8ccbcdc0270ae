"""Italian."""

from __future__ import annotations

from domain.phrases.days import ITALIAN_DAYS
from domain.phrases.rules import Rule, Tongue

_MAIL = (
    r"(?:sms|messaggi\w*|messaggio|mail|email|spam|pubblicita|chiamate|notifiche|newsletter|offerte"
    r"|comunicazioni|annunci)"
)
_LIST = r"(?:list[ae]|mailing list|elenc\w+|database|banca dati|archivi\w*|newsletter|contatti|rubrica|sistema)"
_DATA = r"(?:dati(?: personali)?|informazioni(?: personali)?|profilo|account|cv|curriculum|candidatura)"

STOP = (
    Rule(
        "no-more",
        (
            rf"^(?:\w+ ){{0,2}}(?:basta|niente|nessun\w*|stop)(?: piu| con| a| ai| agli)?(?: i| gli| le| questi| questi"
            rf"| i vostri)? {_MAIL}(?: (?:per favore|grazie))*$"
            r"|non (?:voglio|desidero|vorrei|intendo) (?:piu )?(?:ricevere (?:piu |altr\w+ |vostr\w+ |i vostri "
            rf"|queste |questi )*{_MAIL}|essere (?:piu )?(?:contattat[oa]|disturbat[oa]))"
            r"|non (?:voglio|desidero|vorrei|intendo) piu (?:ricever\w*|esser\w*|sentir\w*)"
        ),
        r"ricevuto|perche|se ",
    ),
    Rule(
        "stop-writing",
        (
            r"(?:smett\w+|finit\w+|piant\w+) (?:subito )?di (?:scriver|contattar|mandar|inviar|disturbar|chiamar"
            r"|messaggiar)\w*|smett(?:etela|ila|a|ete)\b(?: \w+)?$|la smett\w+ di"
            r"|(?:cessate|interrompete) (?:di|gli|l|le|ogni)"
        ),
        r"non smett|se smett|perche",
    ),
    Rule(
        "do-not-contact",
        (
            r"non (?:scriv|contatt|mand|invi|disturb|chiam|messaggi)\w*(?:mi|ci)\b(?: \w+){0,3} piu"
            r"|non (?:mi|ci) (?:scriv|contatt|mand|invi|disturb|chiam|cerc)\w*(?: \w+){0,3} piu"
            r"|non (?:scriv|contatt|disturb|mand|invi)(?:etemi|atemi|ermi|armi|iatemi|emi)(?: (?:per favore|grazie|mai"
            r"|piu))*$|(?:prego|chiedo|gentilmente|pregati|pregata"
            r"|pregato)(?: \w+){0,2} (?:di )?non (?:\w+ )?(?:contattar|scriver|inviar|mandar)\w* (?:piu|ulteriormente"
            r"|oltre)"
        ),
        r"prima|fino a|al lavoro|in ufficio|perche|durante|datore",
    ),
    Rule(
        "take-off-list",
        (
            rf"(?:togl|rimuov|cancell|elimin|lev)\w*mi\b(?: \w+){{0,3}} (?:dall[ae]?|dai|dal|dalle"
            rf"|dagli)(?: \w+){{0,2}} {_LIST}"
            rf"|mi (?:togl|rimuov|cancell|elimin|lev)\w*(?: \w+){{0,3}} (?:dall[ae]?|dai|dal|dalle"
            rf"|dagli)(?: \w+){{0,2}} {_LIST}"
            r"|(?:togl|rimuov|cancell|elimin|lev)\w* il mio (?:nome|numero|indirizzo|contatto"
            rf"|email)(?: \w+){{0,3}} (?:dall[ae]?|dai|dal|dalle|dagli)(?: \w+){{0,2}} {_LIST}"
            r"|^(?:per favore )?(?:cancellatemi|cancellami|toglietemi|toglimi|rimuovetemi|rimuovimi|eliminatemi"
            r"|eliminami|disiscrivetemi|disiscrivimi)\b"
        ),
        (r"non (?:mi )?(?:togl|rimuov|cancell|elimin)\w*|lista d attesa|processo|selezione"),
    ),
    Rule(
        "unsubscribe",
        (
            r"(?:voglio|vorrei|desidero|come posso|chiedo di|devo|posso|per favore) (?:\w+ )?(?:disiscriver\w*"
            r"|cancellarmi|annullare (?:l )?iscrizione|disdire (?:l )?(?:iscrizione|abbonamento))|disiscriv\w+"
            r"|annulla\w* (?:la mia |l )?iscrizione alla newsletter|cancellazione dalla (?:lista|newsletter|mailing)"
        ),
        r"per (?:errore|sbaglio)|universita|esame|non (?:voglio|vorrei) (?:disiscriv|cancell)",
    ),
    Rule(
        "leave-alone",
        (
            r"lasci\w*mi (?:in pace|stare)|(?:cancell|dimentic|elimin)\w* il mio numero|e spam|segnalat\w* come spam"
            r"|mai (?:iscritt[oa]|dato il (?:consenso|permesso))"
        ),
    ),
    Rule(
        "withdraw-consent",
        r"(?:revoco|ritiro|revocare|ritirare) (?:il )?(?:mio )?(?:consenso|autorizzazione)|mi oppongo (?:al|a)",
    ),
)

ERASE = (
    Rule(
        "erase-data",
        (
            r"(?:cancell|elimin|rimuov|distrugg)\w* (?:per favore )?(?:tutti |tutte |definitivamente )*(?:i miei"
            rf"|il mio|le mie|la mia) {_DATA}"
            r"|(?:cancellazione|eliminazione|rimozione) (?:completa )?(?:dei miei|del mio|delle mie"
            rf"|di tutti i miei) {_DATA}|(?:i miei|il mio) {_DATA}(?: \w+){{0,3}} (?:cancellat|eliminat|rimoss)\w*"
            r"|diritto all (?:oblio|cancellazione)"
        ),
        (
            r"non (?:cancell|elimin|rimuov)\w*|vecchi\w*|nuova versione|aggiorn\w*|allegat\w*|quando|per quanto tempo"
            r"|avete cancellato|precedent\w*|candidatura|esperienza|progetto"
        ),
    ),
)

START = (Rule("start-again", r"riattivar?\w*|reiscriv\w*|iscriv\w*mi di nuovo", r"non "),)

WRONG_PERSON = (
    Rule(
        "wrong-number",
        (
            r"(?:persona|numero|destinatari[oa]|email|mail) (?:sbagliat[oa]|errat[oa])"
            r"|(?:ha|hai|avete|hanno) sbagliato (?:persona|numero|indirizzo|destinatario)"
            r"|non sono (?:la persona|chi|io la persona|la giusta persona|quello) che"
            r"|mi (?:confonde|confondete|confondi|scambia\w*) (?:con|per)|scambio di persona"
        ),
        (r"\bho (?:dato|inserito|scritto|sbagliato)|se |persona (?:giusta|sbagliata) per"),
    ),
    Rule(
        "no-longer-here",
        (
            r"non (?:lavora|vive|abita) piu (?:\w+ )?(?:qui|con noi|da noi|in (?:questa|nostra) azienda|in azienda"
            r"|a questo)|non conosco questa persona|nessun\w* (?:con|di) (?:questo|quel) nome"
            r"|(?:numero|indirizzo)(?: \w+){0,2} (?:non (?:e|appartiene) piu)"
            r"|(?:signor|signora|sig|sigra) \w+ e (?:mancat[oa]|decedut[oa])"
        ),
    ),
)

NO = (
    Rule(
        "not-interested",
        (
            r"non (?:mi )?interessa(?:no)?\b|non (?:sono|sarei) (?:\w+ ){0,3}interessat[oa]"
            r"|(?:nessun|alcun|senza) interesse|non (?:ho|c e) (?:\w+ )?interesse"
        ),
        r"non solo|ma (?:si|molto|sono)|se |perche|piuttosto",
    ),
    Rule(
        "no-thanks",
        (
            r"^(?:(?:ciao|salve|buongiorno|mi dispiace|grazie|ma|\w+) ){0,3}no(?: (?:grazie|mi dispiace|grazie mille"
            r"|non fa per me|per favore))*$|^(?:\w+ ){0,2}no grazie\b"
        ),
        r"(?:perche|se|o|come mai|di) no",
    ),
    Rule(
        "decline",
        (
            r"(?:devo|preferisco|vorrei|ho deciso di|sono costrett[oa] a) (?:\w+ )?(?:rifiutare|declinare|rinunciare"
            r"|ritirar\w*)|declino|rifiuto (?:la|l|questa)|rinuncio|ritiro (?:la mia )?candidatura"
            r"|non (?:desidero|voglio|intendo) (?:continuare|proseguire|procedere|partecipare|candidarmi)"
            r"|passo la mano|non procedo"
        ),
        r"posso|come|non (?:voglio|vorrei) (?:rifiutare|rinunciare|ritirar)",
    ),
    Rule(
        "not-looking",
        (
            r"non (?:sto|stavo) (?:\w+ )?cercando"
            r"|non (?:cerco|valuto|sono (?:\w+ )?(?:alla ricerca|in cerca|apert[oa]|disponibile a cambi\w*))"
            r"|non (?:fa per me|e quello che cerco|e per me|mi convince)|non ho intenzione di (?:cambiare|lasciare)"
        ),
        r"ma (?:sono|sarei|ascolto|valuto)|se |perche",
    ),
)

REASONS = {
    "salary": (
        Rule(
            "pay-too-low",
            (
                r"(?:stipendio|ral|retribuzione|compenso|offerta|paga|salario)(?: \w+){0,4} (?:troppo bass[oa]"
                r"|insufficiente|inferiore|sotto|non (?:adeguat[oa]|sufficiente|in linea|basta))"
                r"|guadagno (?:gia )?(?:di )?(?:piu|meglio)|(?:pagato|pagata|pagano) (?:troppo )?poco"
                r"|sotto le mie aspettative"
            ),
            r"\b(?:se|negoziabile|trattabile)\b",
        ),
    ),
    "place": (
        Rule(
            "too-far",
            (
                r"troppo (?:lontan[oa]|distante)"
                r"|non (?:posso|voglio|intendo|sono dispost[oa] a|potrei|vorrei)(?: \w+)? (?:trasferirmi|spostarmi"
                r"|traslocare|fare il pendolare|cambiare citta)"
                r"|(?:solo|soltanto|esclusivamente) (?:da )?(?:remoto|smart working|telelavoro)"
                r"|(?:sede|luogo|distanza|posizione geografica) (?:\w+ ){0,3}(?:non|troppo|problema)"
            ),
            r"\b(?:se|non troppo)\b",
        ),
    ),
    "happy": (
        Rule(
            "happy-where-i-am",
            (
                r"(?:content[oa]|felice|soddisfatt[oa]|bene|a mio agio) (?:\w+ ){0,3}(?:dove sono|nel mio|del mio"
                r"|con il mio|nella mia|dell|qui|nell|lavoro|azienda|ruolo|posto)|mi trovo (?:\w+ )?bene"
                r"|sto bene (?:dove|nel|qui)"
                r"|(?:accettato|trovato|firmato|iniziato|preso|cominciato) (?:\w+ )?(?:un altro|un nuovo|un|una nuova"
                r"|un altra|altro|nuovo) (?:\w+ )?(?:lavoro|impiego|posto|offerta|contratto|ruolo|posizione)"
                r"|ho (?:appena|da poco) (?:cambiato|iniziato|firmato|accettato|trovato)|gia (?:trovato|accettato|firmato)"
            ),
            (
                r"non (?:sono )?(?:\w+ )?(?:content|felice|soddisfatt)|ma (?:sono|sarei|ascolto|curios)|se "
                r"|sarei (?:felice|content)|felice di"
            ),
        ),
    ),
    "timing": (
        Rule(
            "bad-time",
            (
                r"non e (?:il |un )?(?:momento|buon momento|periodo)|brutto (?:momento|periodo)|non ho tempo"
                r"|troppo (?:impegnat[oa]|lavoro|occupat[oa])"
                r"|(?:al momento|in questo momento|attualmente|per ora|adesso|ora come ora)(?: \w+){0,2} non\b"
                r"|non\b(?: \w+){1,5} (?:al momento|in questo momento|attualmente|per ora|adesso)"
            ),
            r"\b(?:se)\b",
        ),
    ),
    "role": (
        Rule(
            "not-my-role",
            (
                r"(?:ruolo|posizione|profilo|offerta|mansione)(?: \w+){0,4} non (?:\w+ )?(?:corrisponde|fa per|e in linea"
                r"|e adatt\w*|rispecchia|mi)|non (?:e il mio (?:campo|settore|ambito)|rispecchia il mio|in linea con)"
                r"|troppo (?:junior|senior|tecnic[oa])|sovra ?qualificat[oa]|non ho (?:l |abbastanza |la )?esperienza"
            ),
            r"\b(?:se|ma posso)\b",
        ),
    ),
}

CONTACT = (
    Rule(
        "contact-then",
        (
            r"(?:contatt\w*|ricontatt\w*|risent\w*|sent\w*|scriv\w*|riscriv\w*|chiam\w*|richiam\w*|parl\w*|riparl\w*"
            r"|aggiorn\w*|ripass\w*|meglio|forse|magari|a partire|non prima|fino|ferie|vacanza|viaggio|impegnat[oa]"
            r"|poss\w*|potremmo|potrei|aspett\w*|rimand\w*|di nuovo|interessat[oa]|ricord\w*|riprov\w*|piu avanti|dopo"
            r"|preferi\w*|disponibile a parlare|volentieri)"
        ),
        r"\bho (?:iniziato|finito|lasciato|inviato|concluso)\b(?!.*(?:contatt|scriv|chiam|risent))|^.*\bfa$",
    ),
)

AGAIN = (
    Rule(
        "maybe-later",
        (
            r"(?:forse|magari|meglio) (?:\w+ ){0,3}(?:piu avanti|piu tardi|un altra volta|in (?:un )?(?:altro momento"
            r"|futuro)|in futuro|un giorno)"
            r"|(?:contatt\w*|ricontatt\w*|risent\w*|scriv\w*|chiam\w*|parl\w*|riprov\w*)(?: \w+){0,4} (?:piu avanti"
            r"|piu tardi|in futuro|un altra volta|in (?:un )?altro momento|dopo le (?:vacanze|ferie)|dopo gli esami)"
            r"|^(?:\w+ ){0,2}(?:non ora|non adesso|ora no|adesso no|non ancora|piu avanti|piu tardi|un altra volta"
            r"|per ora no|al momento no)(?: (?:grazie|magari|forse))*$"
            r"|^(?:\w+ ){0,2}dopo (?:le|gli) (?:vacanze|ferie|esami)(?: (?:grazie|magari|forse|meglio))*$"
            r"|ten\w*mi (?:\w+ )?(?:presente|in considerazione|in mente) (?:\w+ ){0,3}(?:futur\w*|prossim\w*|altr\w*)"
        ),
        r"perche|non ancora (?:ricevuto|avuto|deciso)|non ho ancora",
    ),
)

INTERESTED = (
    Rule(
        "interested",
        (
            r"(?:sono|sarei|molto|ancora|davvero|assolutamente|anche) (?:\w+ ){0,2}(?:interessat[oa]|apert[oa] a"
            r"|curios[oa]|entusiast[ae]|dispost[oa] a (?:parlar|valutar)\w*)"
            r"|(?:mi|ci) (?:\w+ )?(?:interessa|piace|piacerebbe|attira|incuriosisce|ispira)"
            r"|(?:sembra|suona|pare|e) (?:\w+ ){0,2}(?:interessante|ottim[oa]|fantastic[oa]|bell[oa]|perfett[oa]"
            r"|stimolante)|^(?:molto )?interessat[oa](?: \w+)?$"
        ),
        (
            r"\bnon (?:\w+ ){0,3}(?:interess|piace|apert|curios|e|sembra)\w*|\bse (?:il|la|lo|fosse|e)"
            r"|ma (?:non|purtroppo|al momento|ho|sono|no)|sarei stat[oa]"
            r"|(?:piacerebbe|vorrei) (?:sapere|cancellarmi|disiscriver\w*)"
        ),
    ),
    Rule(
        "gladly",
        (
            r"(?:volentieri|con piacere|molto volentieri|mi (?:farebbe|fa) piacere|mi piacerebbe (?:\w+ )?(?:parlar"
            r"|saper|conoscer|partecipar|candidar|approfondir)\w*|contate su di me|(?:piu|maggiori"
            r"|ulteriori) (?:informazioni|dettagli|info)|parliamone|sentiamoci|chiamatemi|mi chiami|fissiamo|ci sono$"
            r"|ci sto$)"
        ),
        r"\bnon\b|\bse |ma (?:non|purtroppo|no)|(?:cancell|elimin|rimuov|disiscriv|rifiut|declin|rinunci)\w*",
    ),
    Rule(
        "yes",
        (
            r"^(?:\w+ )?(?:si|certo|certamente|assolutamente|perche no|sicuramente|d accordo|va bene|ovviamente"
            r"|perfetto)(?: (?:grazie|certo|volentieri|con piacere|per favore|va bene|assolutamente|molto volentieri"
            r"|mi interessa|perfetto))*$"
        ),
        r"\b(?:non|no)$",
    ),
)

QUESTION = (
    Rule(
        "asks",
        (
            r"^(?:(?:ciao|salve|grazie|e|ma|buongiorno|\w+) ){0,2}(?:qual e|quali sono|quale|quant[oaie]|quando (?:e"
            r"|sono|inizia|sapro|avro|sarebbe)|dove (?:si|e|sarebbe)|chi (?:e|sara)|perche (?:mi|non|avete)"
            r"|come (?:funziona|posso|avete|si|mai)|c e (?:la|una|qualche)|e possibile|posso|potete|potreste|potrebbe"
            r"|puo|avete|cosa) \w{2,}"
        ),
        r"^(?:\w+ )?quando (?:volete|vuole|puo|preferi)",
    ),
    Rule(
        "wants-to-know",
        (
            r"(?:potete|potreste|potrebbe|puo|puoi|potresti) (?:\w+ ){0,2}(?:dirmi|inviarmi|mandarmi|indicarmi"
            r"|spiegarmi|confermarmi|darmi|dire|inviare|farmi|chiarire)"
            r"|(?:vorrei|volevo|mi piacerebbe|desidero) (?:sapere|chiedere|capire)\b"
            r"|(?:una|ho|alcune|qualche|due|un altra) (?:\w+ )?(?:domanda|domande)\b"
            r"|(?:ci sono|avete) (?:\w+ )?(?:novita|notizie|aggiornamenti)"
            r"|non ho (?:ancora )?(?:ricevuto|avuto) (?:\w+ )?(?:risposta|notizie|riscontro)"
            r"|mi (?:sa|sapete|faccia|fate) (?:dire|sapere)"
        ),
        r"saperne di piu|nessuna domanda|sapere di piu",
    ),
)

ITALIAN = Tongue(
    language="it",
    markers=(
        r"il|lo|la|gli|le|che|non|mi|per|favore|grazie|sono|una|un|e|in|di|mio|mia|miei|con|ma|ciao|molto|piu|si"
        r"|vostra|ho|gia|del|al|come|quando|vorrei|puo|interessa|buongiorno|della|dopo"
    ),
    fillers=r"per favore|grazie|subito|adesso|ora|ciao|immediatamente|perfavore|tutto|sms|cosi",
    stop_words=(
        r"stop|basta|cancellami|cancellatemi|disiscrivimi|disiscrivetemi|disiscrivi|annulla|disdetta|cancella"
        r"|cancellami dalla lista"
    ),
    plain_stop_words=r"cancellami|cancellatemi|disiscrivimi|disiscrivetemi|basta sms",
    start_words=r"riattiva|inizia|iscrivimi",
    help_words=r"aiuto",
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
    courtesy=r"^(?:come (?:sta|state|stai|va)(?: \w+)?|tutto bene|vero|giusto|ok|no|si|va bene|d accordo)$",
    bare=(
        r"forse|magari|meglio|grazie|per favore|a|in|da|partire|verso|sarebbe|il|la|le|non prima|ciao|ma|e|o"
        r"|potrebbe essere|essere|di|dal|piu avanti"
    ),
    dates=ITALIAN_DAYS,
)
