"""Polish."""

from __future__ import annotations

from domain.phrases.days import POLISH_DAYS
from domain.phrases.rules import Rule, Tongue

_MAIL = (
    r"(?:sms\w*|wiadomosci\w*|mail\w*|email\w*|spam\w*|reklam\w*|telefon\w*|powiadomien\w*|newsletter\w*"
    r"|ofert\w*|kontakt\w*)"
)
_LIST = r"(?:list\w*|baz\w*|newsletter\w*|mailing\w*|system\w*|kontakt\w*)"
_DATA = r"(?:dane(?: osobowe)?|danych(?: osobowych)?|profil\w*|konto|konta|cv|aplikacj\w*|informacj\w*)"

STOP = (
    Rule(
        "no-more",
        (
            rf"^(?:\w+ ){{0,2}}(?:koniec z|dosc|zadnych|bez|wiecej) (?:tych |tymi |wiecej )*{_MAIL}(?: (?:prosze"
            rf"|dziekuje))*$|nie (?:chce|zycze sobie|zyczy\w*)(?: \w+){{0,3}} (?:wiecej|juz|dalszych|otrzymywac"
            rf"|dostawac)(?: \w+){{0,3}} ?(?:{_MAIL})?"
            rf"|nie (?:chce|zycze sobie) (?:\w+ )?(?:otrzymywac|dostawac|{_MAIL})"
        ),
        r"dostal\w*|dlaczego|jesli",
    ),
    Rule(
        "stop-writing",
        (
            r"(?:przestan|przestancie|przestanie|prosze przestac|przestac|zaprzestan\w*"
            r"|skoncz\w*) (?:\w+ ){0,3}(?:pisac|wysylac|dzwonic|kontaktowac|nekac|spamowac|pisania|wysylania|smsowac"
            r"|z tymi)"
        ),
        r"nie przesta",
    ),
    Rule(
        "do-not-contact",
        (
            r"(?:prosze |juz |wiecej )*nie (?:pisz|piszcie|pisac|wysylaj|wysylajcie|wysylac|kontaktuj|kontaktujcie"
            r"|kontaktowac|dzwon|dzwoncie|dzwonic|przysylaj\w*|przysylac)(?: \w+){0,4} (?:wiecej|juz|nigdy)\b"
            r"|(?:wiecej|juz|nigdy) (?:do mnie )?nie (?:pisz|piszcie|pisac|wysylaj|wysylajcie|wysylac|kontaktuj"
            r"|kontaktujcie|kontaktowac|dzwon|dzwoncie|dzwonic)"
            r"|^(?:prosze )?(?:do mnie )?nie (?:pisz|piszcie|pisac|wysylac|kontaktowac)(?: do mnie| sie ze mna| mi"
            r"| wiecej)*(?: prosze| dziekuje)?$"
        ),
        r"przed|do (?:poniedzialku|jutra)|dlaczego|pracodawc|w pracy|na adres",
    ),
    Rule(
        "take-off-list",
        (
            rf"(?:usun|wypis|wykresl|skresl|wymaz)\w*(?: \w+){{0,2}} (?:mnie|moj\w+ \w+)(?: \w+){{0,2}} z (?:waszej "
            rf"|tej |swojej |panstwa |wszystkich |waszych )*{_LIST}"
            r"|(?:mnie|moj\w+ \w+) (?:\w+ )?(?:usunac|wypisac|wykreslic|skreslic|usunieto|wypisano)? ?z (?:waszej "
            rf"|tej |swojej |panstwa |wszystkich |waszych )*{_LIST}"
            r"|^(?:prosze )?(?:wypiszcie|wypisz|usuncie|usun) mnie\b"
        ),
        r"nie (?:usuw|wypis)\w*|lista oczekujacych|listy rezerwowej|wybra\w*",
    ),
    Rule(
        "unsubscribe",
        (
            r"(?:chce|chcialbym|chcialabym|prosze|jak moge|moge)(?: \w+){0,3} (?:wypisac|zrezygnowac z (?:newslettera"
            r"|wiadomosci|subskrypcji|otrzymywania)|anulowac subskrypcje|wypisanie)"
            r"|rezygnuje z (?:newslettera|wiadomosci|subskrypcji|otrzymywania|sms\w*)|anuluj\w* subskrypcje"
            r"|prosze (?:mnie )?wypisac"
        ),
        r"przez pomylke|omylkowo|recept",
    ),
    Rule(
        "leave-alone",
        (
            r"zostaw\w* mnie w spokoju|dajcie (?:mi )?spokoj|daj (?:mi )?spokoj|odczep\w*"
            r"|(?:usun|zapomni|skasuj)\w* (?:moj )?numer|^(?:ale )?to spam$|to jest spam|nigdy (?:nie )?(?:wyraz|zapis|zgadz)\w*"
        ),
    ),
    Rule(
        "withdraw-consent",
        (
            r"(?:cofam|wycofuje|odwoluje) (?:swoja |moja )?(?:zgode|zgody)|sprzeciw\w* (?:wobec|sie|przetwarzani\w*)"
            r"|wnosze sprzeciw"
        ),
    ),
)

ERASE = (
    Rule(
        "erase-data",
        (
            r"(?:usun|skasuj|wykasuj|usunac|usuniecie|wymaz)\w* (?:prosze )?(?:wszystkie |wszystkich "
            rf"|calkowicie )*(?:moje|moich|moj|mojego) {_DATA}"
            rf"|(?:moje|moich|moj|mojego) {_DATA}(?: \w+){{0,4}} (?:usuniet\w*|usunac|skasowa\w*|usuniecie)"
            r"|prawo do (?:bycia zapomnianym|usuniecia)"
        ),
        (
            r"nie usuw|star[eya]\w*|nowa wersj|aktualiz\w*|w zalaczniku|kiedy|jak dlugo|czy usun\w*|doswiadczeni\w*"
            r"|projek\w*|aplikacj\w*"
        ),
    ),
)

START = (Rule("start-again", r"wznow\w*|zapisz(?:cie)? mnie ponownie|ponownie (?:zapisac|otrzymywac)", r"nie "),)

WRONG_PERSON = (
    Rule(
        "wrong-number",
        (
            r"(?:zly|bledny|niewlasciwy|pomylony|nieprawidlowy) (?:numer|odbiorca|mail)"
            r"|(?:zla|niewlasciwa|nie ta) osob\w*|^(?:to )?(?:chyba )?pomylka"
            r"|pomylil\w*(?: \w+)? (?:numer|osob|adres)\w*|nie jestem (?:osoba|ta osoba|wlasciwa osoba)"
            r"|myli(?:cie)? mnie|myli (?:pan|pani) mnie"
        ),
        r"podal\w*|wyslal\w*|jesli|osob\w* (?:na|do) (?:to|tego)|pomylil(?:em|am)",
    ),
    Rule(
        "no-longer-here",
        (
            r"(?:pan|pani|osoba|kolega|kolezanka|pracownik) (?:\w+ ){0,3}(?:juz )?(?:tu |tutaj |u nas )?nie (?:pracuje"
            r"|mieszka)|(?:juz )?(?:tu|tutaj|u nas) (?:juz )?nie pracuje (?:pan|pani|ta)"
            r"|^(?:juz )?(?:tu|tutaj|u nas) (?:juz )?nie pracuje$"
            r"|nie (?:znam|ma tu) (?:nikogo o|takiej osoby)|(?:numer|adres) (?:nalezy|nie nalezy)"
            r"|(?:pan|pani) \w+ zmarl\w*|nie jest juz naszym pracownik\w*"
        ),
    ),
)

NO = (
    Rule(
        "not-interested",
        (
            r"nie (?:jestem )?(?:\w+ )?zainteresowan\w*|(?:nie )?interesuje (?:mnie )?(?:to )?nie|nie interesuje"
            r"|brak zainteresowania|nie mam (?:\w+ )?zainteresowania"
        ),
        r"nie tylko|ale (?:bardzo|chetnie)|jesli|dlaczego",
    ),
    Rule(
        "no-thanks",
        (
            r"^(?:(?:dzien dobry|witam|czesc|przepraszam|dziekuje|ale|niestety|\w+) ){0,3}nie(?: (?:dziekuje|dzieki"
            r"|niestety|przepraszam|dla mnie|bardzo dziekuje))*$|^(?:\w+ ){0,2}nie dziekuje\b|dziekuje (?:ale )?nie$"
        ),
        r"(?:dlaczego|czy|albo|lub|jak|czemu) nie|pewnie ze nie",
    ),
    Rule(
        "decline",
        (
            r"(?:musze|wole|chce|chcialbym|chcialabym|postanowil\w*) (?:\w+ )?(?:odmowic|zrezygnowac|wycofac"
            r"|podziekowac)|rezygnuje|odrzucam|odmawiam|wycofuje (?:swoja |moja |sie|aplikacj)\w*"
            r"|nie (?:chce|zamierzam|planuje) (?:\w+ )?(?:kontynuowac|brac udzialu|aplikowac|zmieniac)|nie skorzystam"
            r"|podziekuje"
        ),
        r"nie rezygn|czy moge|jak|z (?:newslettera|wiadomosci|subskrypcji|otrzymywania|sms\w*)",
    ),
    Rule(
        "not-looking",
        (
            r"nie (?:\w+ )?(?:szukam|poszukuje|rozwazam|jestem otwart\w*|mysle o zmianie|planuje zmian\w*)"
            r"|nie (?:dla mnie|to czego szukam)"
        ),
        r"ale (?:jestem|chetnie|moge)|jesli|dlaczego",
    ),
)

REASONS = {
    "salary": (
        Rule(
            "pay-too-low",
            (
                r"(?:wynagrodzenie|pensja|stawka|placa|zarobki|oferta|wyplata|widelki)(?: \w+){0,4} (?:(?:za"
                r"|zbyt) (?:nisk\w*|mal\w*)|ponizej|nie (?:odpowiada\w*|wystarcza\w*|satysfakcjonuj\w*)|nizsz\w*)"
                r"|zarabiam (?:\w+ )?(?:wiecej|lepiej)|ponizej (?:moich )?oczekiwan|za malo (?:pieniedzy|place|placicie)"
            ),
            r"\b(?:jesli|czy)\b",
        ),
    ),
    "place": (
        Rule(
            "too-far",
            (
                r"(?:za|zbyt) daleko|nie (?:moge|chce|zamierzam|planuje) (?:sie )?(?:przeprowadz\w*|przeniesc|dojezdzac"
                r"|relokowac)|(?:tylko|wylacznie) (?:praca |prace |w trybie )?(?:zdaln\w*|remote)"
                r"|(?:lokalizacja|dojazd|odleglosc)(?: \w+){0,3} (?:nie|za|problem)"
            ),
            r"\b(?:jesli|nie za daleko)\b",
        ),
    ),
    "happy": (
        Rule(
            "happy-where-i-am",
            (
                r"(?:zadowolon\w*|szczesliw\w*|dobrze mi|odpowiada mi) (?:\w+ ){0,4}(?:prac\w*|pracodawc\w*|stanowisk\w*"
                r"|gdzie jestem|tu|tutaj|firm\w*)"
                r"|(?:przyjal\w*|znalazl\w*|podpisal\w*|zaczel\w*|zaczal\w*|dostal\w*|mam) (?:\w+ )?(?:inna|nowa|juz|inne"
                r"|nowe) (?:\w+ )?(?:prace|oferte|umowe|stanowisko)"
                r"|(?:niedawno|wlasnie|dopiero co) (?:zmienil\w*|zaczel\w*|zaczal\w*|podpisal\w*)"
            ),
            r"nie(?:zadowolon\w*| jestem (?:\w+ )?(?:zadowolon|szczesliw)\w*)|ale (?:jestem|chetnie)|jesli",
        ),
    ),
    "timing": (
        Rule(
            "bad-time",
            (
                r"(?:nie jest to |to nie |nie )(?:dobry|najlepszy|odpowiedni) (?:moment|czas)|zly moment|nie mam czasu"
                r"|brak czasu|jestem (?:zbyt |bardzo )?zajet\w*"
                r"|(?:obecnie|aktualnie|w tej chwili|teraz|na razie|w tym momencie)(?: \w+){0,2} nie\b"
                r"|nie\b(?: \w+){1,5} (?:obecnie|aktualnie|w tej chwili|na razie|w tym momencie)"
            ),
            r"\b(?:jesli)\b",
        ),
    ),
    "role": (
        Rule(
            "not-my-role",
            (
                r"(?:stanowisko|rola|oferta|profil|praca)(?: \w+){0,4} nie (?:\w+ )?(?:odpowiada|pasuje|jest dla|zgadza)"
                r"|nie (?:moja dziedzina|moja branza|moj profil|moja specjalizacja)"
                r"|(?:za|zbyt) (?:junior\w*|senior\w*|technicz\w*)|nie mam (?:wystarczajacego |takiego )?doswiadczenia"
                r"|zbyt wysokie kwalifikacje"
            ),
            r"\b(?:jesli|ale moge)\b",
        ),
    ),
}

CONTACT = (
    Rule(
        "contact-then",
        (
            r"(?:kontakt\w*|skontaktuj\w*|skontaktowa\w*|napisz\w*|napisac|pisac|zadzwon\w*|dzwon\w*|rozmawia\w*"
            r"|porozmawia\w*|odezw\w*|wroc\w*|wrac\w*|zapyta\w*|przypomn\w*|ponownie|znowu|jeszcze raz|moze|lepiej"
            r"|wole|raczej|dopiero|najwczesniej|nie wczesniej|urlop\w*|wyjazd\w*|zajet\w*|moge|mozemy|moglibysmy"
            r"|poczeka\w*|odloz\w*|pozniej|zainteresowan\w*|sprobuj\w*|chetnie|od)"
        ),
        (
            r"\b(?:zaczal\w*|zaczel\w*|skonczyl\w*|wyslal\w*|aplikowal\w*)\b(?!.*(?:kontakt|napisz|odezw|zadzwon))"
            r"|temu$|dostepn\w* od|od .* dostepn\w*"
        ),
    ),
)

AGAIN = (
    Rule(
        "maybe-later",
        (
            r"(?:moze|lepiej|raczej|ewentualnie) (?:\w+ ){0,3}(?:pozniej|innym razem|w przyszlosci|kiedys"
            r"|kiedy indziej)|(?:skontaktuj\w*|skontaktowa\w*|napisz\w*|zadzwon\w*|odezw\w*|wroc\w*|porozmawia\w*"
            r"|sprobuj\w*)(?: \w+){0,4} (?:pozniej|innym razem|w przyszlosci|kiedys|po (?:wakacjach|feriach|urlopie"
            r"|egzaminach|sesji))|^(?:\w+ ){0,2}(?:nie teraz|teraz nie|jeszcze nie|pozniej|innym razem|na razie nie"
            r"|obecnie nie)(?: (?:dziekuje|moze|prosze))*$"
            r"|^(?:\w+ ){0,2}po (?:wakacjach|feriach|urlopie|egzaminach|sesji)(?: (?:dziekuje|moze|prosze|chetnie))*$"
            r"|(?:miejcie|miec|pamietajcie|pamietac) (?:mnie |o mnie )(?:\w+ ){0,3}(?:uwadze|przyszlosc\w*|pamieci)"
        ),
        r"dlaczego|jeszcze nie (?:dostal|otrzymal|wiem)|nie mam jeszcze",
    ),
)

INTERESTED = (
    Rule(
        "interested",
        (
            r"(?:jestem|bylbym|bylabym|bardzo|nadal|wciaz|tak) (?:\w+ ){0,2}(?:zainteresowan\w*|otwart\w* na|ciekaw\w*"
            r"|chetn\w*)|(?:brzmi|wyglada|jest|wydaje sie) (?:\w+ ){0,2}(?:ciekawie|swietnie|interesujaco|dobrze|super"
            r"|interesujac\w*|ciekaw\w*|fantastycznie|zachecajaco)"
            r"|interesuje mnie (?:ta|to|ten|taka|oferta|propozycja)|^(?:bardzo )?zainteresowan\w*(?: \w+)?$"
        ),
        (
            r"\bnie (?:\w+ ){0,3}(?:zainteresowan|otwart|brzmi|interesuj|ciekaw|jest|chetn)\w*|jesli|gdyby"
            r"|ale (?:nie|niestety|obecnie|teraz|na razie|wlasnie)|niestety"
        ),
    ),
    Rule(
        "gladly",
        (
            r"(?:chetnie|z przyjemnoscia|z checia|z radoscia|chcialbym|chcialabym) (?:\w+ ){0,4}(?:porozmawi\w*"
            r"|dowie\w*|dowiedz\w*|spotka\w*|pozna\w*|wezme|aplikuj\w*|aplikowac|uslysz\w*|posluch\w*|przyjd\w*"
            r"|skorzysta\w*|wiecej)|^(?:tak )?(?:bardzo )?chetnie$"
            r"|(?:wiecej|dodatkowe|szczegolowe) (?:informacji|szczegolow|informacje)"
            r"|prosze (?:do mnie )?(?:o telefon|zadzwonic|dzwonic)|porozmawiajmy|licz\w* na mnie"
        ),
        r"\bnie\b|jesli|(?:usun|wypis|rezygn|odmow|wycof)\w*|ale (?:nie|niestety)",
    ),
    Rule(
        "yes",
        (
            r"^(?:\w+ )?(?:tak|jasne|oczywiscie|pewnie|zdecydowanie|jak najbardziej|zgoda|czemu nie"
            r"|dlaczego nie)(?: (?:dziekuje|prosze|chetnie|oczywiscie|bardzo chetnie|jasne|jak najbardziej"
            r"|z przyjemnoscia))*$"
        ),
        r"\bnie dzieki",
    ),
)

QUESTION = (
    Rule(
        "asks",
        (
            r"^(?:(?:dzien dobry|witam|czesc|a|ale|dziekuje|\w+) ){0,2}(?:czy (?:\w+)|jak(?:ie|i|a|ich|iego) (?:jest"
            r"|sa|bedzie|beda|wynagrodzenie|warunki)|jak (?:dlugo|wyglada|moge|duzo|wysoki\w*)|ile|kiedy (?:bedzie"
            r"|moge|zaczyna|dostane|bede|jest|poznam)|gdzie (?:jest|bedzie|znajduje)|kto (?:jest|bedzie)"
            r"|dlaczego (?:nie|do|mnie)|skad (?:macie|ma|mieliscie)|co (?:to|dalej|z moja)) \w+"
        ),
        r"^(?:\w+ ){1,3}(?:kiedy|gdzie) (?:chce|moge tylko)|nie wiem czy",
    ),
    Rule(
        "wants-to-know",
        (
            r"(?:czy )?(?:moze|mozecie|moglby|moglaby|moglibyscie|prosze)(?: pan| pani| panstwo"
            r"| mi)* (?:\w+ )?(?:powiedziec|wyslac|przeslac|podac|wyjasnic|potwierdzic|poinformowac|udzielic"
            r"|o informacje|o odpowiedz|o przeslanie|o podanie)"
            r"|(?:chcialbym|chcialabym|chce) (?:sie )?(?:dowiedziec|zapytac|wiedziec)\b"
            r"|(?:mam|jedno|jeszcze jedno|kilka|dwa|moje) (?:\w+ )?pytani(?:e|a)\b"
            r"|czy (?:sa|jest) (?:\w+ )?(?:jakies )?(?:nowosci|wiesci|informacje|odpowiedz)"
            r"|nadal nie (?:dostal|otrzymal|mam)\w*|jeszcze nie (?:dostal|otrzymal)\w*"
        ),
        r"nie mam (?:\w+ )?pytan|dowiedziec (?:sie )?wiecej|wiecej$",
    ),
)

POLISH = Tongue(
    language="pl",
    markers=(
        r"nie|jest|sie|prosze|dziekuje|dzien|dobry|mnie|do|na|jestem|czy|mam|moje|ale|za|od|po|to|tak|bardzo|ze"
        r"|chce|juz|bym|mi|o|w|z|i|jak|kiedy|pozniej|wiecej|oferta|prace|pracy"
    ),
    fillers=r"prosze|dziekuje|dzieki|teraz|natychmiast|mnie|juz|dzien dobry|sms|wszystko",
    stop_words=r"stop|koniec|wypisz|wypisac|wypisz mnie|przestan|przestancie|anuluj|rezygnacja|odsubskrybuj",
    plain_stop_words=r"wypisz mnie|odsubskrybuj",
    start_words=r"wznow",
    help_words=r"pomoc",
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
    courtesy=r"^(?:jak (?:sie masz|sie pan ma|sie pani ma|leci)|co slychac|prawda|ok|tak|nie|dobrze|zgoda|w porzadku)$",
    bare=(
        r"moze|lepiej|prosze|dziekuje|chetnie|dopiero|raczej|w|od|na|okolo|ponownie|wtedy|ale|i|lub|albo"
        r"|dzien dobry|najwczesniej|wole|byloby|z|we"
    ),
    dates=POLISH_DAYS,
)
