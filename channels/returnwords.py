"""How automatic answers name days, and what stands around them, in the languages that they come"
" in: the tables behind `channels.returns`.

All in lower case. In the patterns `⟨0⟩` is a date that was found.
"""

from __future__ import annotations

import re

_MONTHS = (
    (
        "january januar jänner janvier enero gennaio januari janeiro stycznia styczeń jan janv ene"
        " gen sty tammikuuta tammikuun"
        " ledna januára января січня ocak ianuarie január ιανουαρίου"
        " styczniu январе"
    ),
    (
        "february februar février febrero febbraio februari fevereiro lutego luty feb févr fev lut"
        " helmikuuta helmikuun"
        " února februára февраля лютого şubat februarie február φεβρουαρίου"
        " lutym феврале"
    ),
    (
        "march märz mars marzo maart março marca marzec mar mrz mär mrt marts maaliskuuta maaliskuun"
        " března марта березня mart martie március μαρτίου"
        " marcu марте"
    ),
    (
        "april avril abril aprile kwietnia kwiecień apr avr abr kwi huhtikuuta huhtikuun dubna apríla"
        " апреля квітня nisan aprilie április απριλίου"
        " kwietniu апреле"
    ),
    (
        "may mai mayo maggio mei maio maja maj mag toukokuuta toukokuun května mája мая травня mayıs május μαΐου"
        " maju мае"
    ),
    (
        "june juni juin junio giugno junho czerwca czerwiec jun giu cze kesäkuuta kesäkuun června júna"
        " июня червня haziran iunie június ιουνίου"
        " czerwcu июне"
    ),
    (
        "july juli juillet julio luglio julho lipca lipiec jul juil lug lip heinäkuuta heinäkuun"
        " července júla июля липня temmuz iulie július ιουλίου"
        " lipcu июле"
    ),
    (
        "august août agosto augustus augusti sierpnia sierpień aug ago sie elokuuta elokuun srpna"
        " augusta августа серпня ağustos augusztus αυγούστου"
        " sierpniu августе"
    ),
    (
        "september septembre septiembre setiembre settembre setembro września wrzesień sep sept set"
        " wrz syyskuuta syyskuun"
        " září septembra сентября вересня eylül septembrie szeptember σεπτεμβρίου"
        " wrześniu сентябре"
    ),
    (
        "october oktober octobre octubre ottobre outubro października październik oct okt ott out"
        " paź lokakuuta lokakuun"
        " října októbra октября жовтня ekim octombrie október οκτωβρίου"
        " październiku октябре"
    ),
    (
        "november novembre noviembre novembro listopada listopad nov lis marraskuuta marraskuun"
        " listopadu novembra ноября"
        " листопада kasım noiembrie νοεμβρίου"
        " listopadzie ноябре"
    ),
    (
        "december dezember décembre diciembre dicembre dezembro grudnia grudzień dec dez déc dic"
        " gru desember des joulukuuta"
        " joulukuun prosince decembra декабря грудня aralık decembrie δεκεμβρίου"
        " grudniu декабре"
    ),
)
_WEEKDAYS = (
    (
        "monday montag lundi lunes lunedì lunedi maandag segunda-feira segunda poniedziałek"
        " poniedziałku poniedziałkiem måndag mandag"
        " maanantai maanantaina maanantaihin pondělí pondelok понедельник понедельника понеділок"
        " понеділка pazartesi hétfő 月曜日 周一 星期一 週一"
    ),
    (
        "tuesday dienstag mardi martes martedì martedi dinsdag terça-feira terça wtorek wtorku"
        " tisdag tirsdag tiistai tiistaina"
        " tiistaihin úterý utorok вторник вторника вівторок вівторка salı kedd 火曜日 周二 星期二 週二 tue tues"
    ),
    (
        "wednesday mittwoch mercredi miércoles mercoledì mercoledi woensdag quarta-feira quarta"
        " środę środa środy onsdag"
        " keskiviikko keskiviikkona keskiviikkoon středu středa středy streda stredu среду среда"
        " среды середу середи çarşamba szerda 水曜日 周三"
        " 星期三 週三 wed"
    ),
    (
        "thursday donnerstag jeudi jueves giovedì giovedi donderdag quinta-feira quinta czwartek"
        " czwartku torsdag torstai"
        " torstaina torstaihin čtvrtek čtvrtka štvrtok четверг четверга четвер perşembe csütörtök"
        " 木曜日 周四 星期四 週四 thu thur thurs"
    ),
    (
        "friday freitag vendredi viernes venerdì venerdi vrijdag sexta-feira sexta piątek piątku"
        " fredag perjantai perjantaina"
        " perjantaihin pátek pátku piatok пятницу пятница пятницы п'ятницю п’ятницю cuma péntek 金曜日"
        " 周五 星期五 週五 fri"
    ),
    (
        "saturday samstag sonnabend samedi sábado sabato zaterdag sobotę soboty sobota lördag lørdag"
        " lauantai lauantaina субботу субботы"
    ),
    (
        "sunday sonntag dimanche domingo domenica zondag niedzielę niedzieli niedziela söndag"
        " søndag sunnuntai sunnuntaina"
        " воскресенье воскресенья"
    ),
)
MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}


def _longest_first(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


MONTH_NAMES = _longest_first(MONTH)
_DAY_NAMES = "|".join(
    name if ord(name[0]) > 0x3000 else rf"\b{name}\b" for name in sorted(WEEKDAY, key=len, reverse=True)
)
NUMBER = {
    name: number
    for number, names in enumerate(
        (
            "a an one ein einer eine einem une un una uno een uma um en ett",
            "two zwei deux dos due twee dois duas två to",
            "three drei trois tres tre drie três",
            "four vier quatre cuatro quattro quatro fyra fire",
        ),
        start=1,
    )
    for name in names.split()
}
_TOMORROW = (
    r"tomorrow|morgen(?:ochtend|middag)?|demain|mañana|domani|amanhã|jutro|i ?morgon|i ?morgen|huomenna|zítra"
    r"|zajtra|завтра|yarın"
    r"|holnap|mâine|αύριο"
)
NO_TOMORROW = re.compile(
    r"\b(?:gut(?:en|er)|goede|god|heute|gestern|am|jeden|im|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|(?:por|de|a|en) la"
    r"|esta|cada|early|every) (?:morgen|morgon|mañana)\b"
)
"""Mornings."""
_NEXT_WEEK = (
    r"next week|following week|(?:nächste[rn]?|naechste[rn]?|kommende[rn]?) woche|semaine prochaine|próxima semana"
    r"|semana (?:que viene|que vem|próxima)|prossima settimana|settimana prossima|volgende week"
    r"|(?:przyszły|następny)m tygodniu|nästa vecka|næste uge|neste uke|ensi viikolla|příští týden|budúci týždeň"
    r"|следующей неделе|наступного тижня|gelecek hafta|jövő héten|săptămâna viitoare"
)
_IN_BARE = (
    *("in ", "im ", "en ", "i ", "em ", "w ", "v ", "until ", "till "),
    *("ab ", "à partir de ", "mid ", "mid-", "early ", "anfang ", "début ", "bis "),
)
"""What stands before a month that is named alone."""
_END_OF = (
    r"(?:the )?end of|ende|(?:la )?fin(?:ales)?(?: de)?|(?:a )?fine(?: di)?|(?:het )?eind(?:e)?(?: van)?"
    r"|(?:o )?(?:fim|final) de|końca|koniec"
    r"|slutet av|slutningen af|utgangen av|konce|конца|кінця"
)
DATES = re.compile(
    r"(?P<iso>(?<!\d)(20\d\d)-(\d\d?)-(\d\d?)(?!\d))"
    r"|(?P<cjk>(?:(20\d\d)\s?[年년]\s?)?(\d\d?)\s?[月월]\s?(\d\d?)\s?[日号號일](?:\s?[(（][月火水木金土日一二三四五六월화수목금토일][)）])?)"
    rf"|(?P<end>\b(?:{_END_OF}) (?:the )?({MONTH_NAMES})\b(?:,? (?:de |del )?(20\d\d))?)"
    r"|(?P<numbers>(?<![\d.:])(\d\d?)\s?(?P<sign>[./-])\s?(\d\d?)(?:(?P=sign)\s?(20\d\d|\d\d)(?!\d)"
    rf"|\.|(?![\d:%]|\.?\s?(?:of |de |di )?(?:{MONTH_NAMES})\b)))"
    rf"|(?P<day_first>(?<!\d)(\d\d?)(?:st|nd|rd|th|er|º|ª|°|\.)?\s?(?:of |de |di "
    rf"|-)?\s?\b({MONTH_NAMES})\b\.?,?(?:\s?(?:de |del )?(2\d\d\d))?)"
    rf"|(?P<month_first>\b({MONTH_NAMES})\b\.?\s(?:the )?(\d\d?)(?:st|nd|rd|th|\.)?(?!\d)(?:,?\s(2\d\d\d))?)"
    r"|(?P<partial>(?<![\d.:/])\d\d?(?:st|nd|rd|th|er|\.)?(?=\s?(?:-|–|bis|to|until|through|and|au|al|tot|t/m"
    r"|a|til|till|do|по|до)\s?"
    r"(?:zum |el |il |le |the |den )?\d))"
    r"|(?P<ordinal>\b(?:the \d\d?(?:st|nd|rd|th)|(?:le|el|il|dia|am|den|d\.) \d\d?)\b"
    r"(?!\.?\d|:|\.?\s?(?:[-–%]|(?:uhr|h|to|bis|au|al|til|till)\b"
    rf"|(?:of |de |di )?(?:{MONTH_NAMES})\b))\.?)"
    r"|(?P<period>\b(?:(?:the )?end of (?:the |this )?(?:month|week)|ende (?:des|dieses) monats|monatsende"
    r"|ende (?:der|dieser) woche"
    r"|(?:la )?fin (?:du mois|de la semaine)|final(?:es)? de mes|fine (?:del )?mese|eind(?:e)? van de (?:maand"
    r"|week)|koniec miesiąca|końca miesiąca|(?:the )?end of (?:the |this )?year|jahresende|ende des jahres"
    r"|(?:la )?fin de (?:l['’]année|año)"
    r"|fine (?:dell['’])?anno|einde? van het jaar|końca roku|årets slut)\b)"
    rf"|(?P<month>\b({MONTH_NAMES})\b\.?\s(?:de |del )?(20\d\d)\b)"
    rf"|(?P<bare>(?:{'|'.join(f'(?<={one})' for one in _IN_BARE)})({MONTH_NAMES})\b(?!\.?\s?\d))"
    rf"|(?P<next_week_day>({_DAY_NAMES}) (?:of |i |in de |der )?(?:{_NEXT_WEEK})|\b(?:{_NEXT_WEEK}),? (?:on "
    rf"|am |le |el )?({_DAY_NAMES})"
    r"|(?:下周|下週|下星期)([一二三四五]))"
    rf"|(?P<next_week>\b(?:{_NEXT_WEEK})\b|来週|下周|下週)"
    rf"|(?P<tomorrow>\b(?:{_TOMORROW})\b|明日|明天)"
    r"|(?P<week>\b(?:kw|calendar week|kalenderwoche|week|uge|uke|vecka|viikko|semaine) ?(\d\d?)\b)"
    rf"|(?P<span>\b(?:in|dans|en|dentro de|tra|fra|over|om|за|через) (\d\d?"
    rf"|{_longest_first(NUMBER)}) (?P<unit>days?|tagen?|jours?|días?|giorni|dagen|dias"
    r"|dagar|weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|week|veckor|uger|uker|months?|monate?n?|mois"
    r"|mes(?:es)?|mesi|maanden?)\b)"
    rf"|(?P<weekday>{_DAY_NAMES}|(?:(?<=on )|(?<=back )|(?<=until )|(?<=returning ))mon\b)"
)
_ARTICLE = r"(?:the |den |dem |zum |el |il |le |ao? |o |dnia |dia |el día |le |kl |d\. )?"
RANGE = re.compile(
    rf"⟨(\d+)⟩\s*(?:\w{{1,4}} )?(?:-|–|—|~|〜|to|until|till|through|thru|bis(?: einschließlich)?|und mit|au"
    rf"|al?|à|e il|tot(?: en met)?|t/m|até|do|y el|hasta"
    rf"|fino al?|jusqu['’]au|to and including|till och med|til og med|t\.?o\.?m\.?|til|fram till|frem til"
    rf"|až(?: do)?|по|до|から|到|至|부터)\s*{_ARTICLE}⟨(\d+)⟩"
)
"""A span: away on its second day too."""
BETWEEN = re.compile(
    r"(?:between|zwischen(?: dem)?|entre(?: le| el)?|tra il|fra il|tussen|mellan|mellem|mellom|między"
    r"|между)\s*(?:the |den )?⟨(\d+)⟩"
    r"\s*(?:and|und(?: dem)?|et(?: le)?|y(?: el)?|e(?: il)?|en|och|og|a|и)\s*(?:the |den )?⟨(\d+)⟩"
)
LAST = re.compile(
    r"(?:(?:(?:until|up to|to) and including|through|thru|bis (?:und mit|einschlie(?:ß|ss)lich|inklusive|inkl\.?"
    r"|incl\.?)(?: zum| den| dem)?"
    r"|bis(?: zum| den| dem)?|jusqu['’](?:au|à)|hasta(?: el)?|fino (?:al?|a)|tot en met|t/m|até(?: ao?| o)?"
    r"|\bdo(?: dnia)?|till och med|til og med|\bt\.? ?o\.? ?m\.?|\bпо|\bдо|μέχρι|până(?: pe| la)?|到|至)\s*"
    rf"{_ARTICLE}⟨(\d+)⟩|⟨(\d+)⟩\s*(?:\(?incl\w*\)?|asti|saakka|까지|まで|'?[yea] kadar|-?ig\b))"
)
"""A last day away, behind or before the words for it."""
FIRST = re.compile(
    r"(?:until|till|til|up to|tot(?: aan)?|fram till|frem til|indtil)\s*"
    r"(?:\d\d?(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|h)?,?\s(?:on )?)?(?:(?:cob|eod|close of business|noon"
    r"|midday),? (?:on )?)?(?:the |den )?⟨(\d+)⟩(?!\s*(?:asti"
    r"|saakka|まで))"
)
"""The first day that counts again."""
_BACK = (
    r"(?:\b(?:back|return(?:ing|s)?|available again|reachable again|available (?:from|on)|resum\w+|rejoin"
    r"|in the office (?:on|from)|at my desk"
    r"|i(?:'ll|’ll| will) (?:respond|reply|answer)(?: \w+){0,4} (?:on|from|after)"
    r"|wieder|zurück|zurueck|rückkehr|erreichbar ab|verfügbar ab"
    r"|de retour|retour|reviens|reviendrai|rentre|rentrerai|reprend\w*|joignable"
    r"|vuelvo|volver[ée]|regres\w*|vuelta|reincorpor\w+|incorporar\w+|retorn\w+|disponible (?:de nuevo|a partir)"
    r"|torno|torner[òo]|rientr\w+|(?:di nuovo|nuovamente)|disponibile dal"
    r"|terug|weer|bereikbaar vanaf|volto|voltarei|de volta"
    r"|wracam|wr[óo]c[ęe]|powr\w+|ponownie|dostępn\w+"
    r"|tillbaka|åter|återkommer|igen|tilbage|tilbake|igjen|palaan|palaamme|takaisin|tavoitettavissa"
    r"|vrátím|vrátim|zpět|zpátky|opět|opäť|späť|znovu|k dispozici"
    r"|вернусь|возвращаюсь|вернёмся|вернемся|выхожу|выйду|снова|приступлю|на рабочем месте|буду (?:на|в"
    r"|доступ\w+)|повернуся|повертаюс[ья]|знову"
    r"|döneceğim|dönüyorum|tekrar|visszatérek|vissza|újra|revin|înapoi|επιστρέ\w+)\b"
    r"|戻|復帰|出社|再開|より対応|から対応|返回|回来|回來|回到|恢复|恢復|上班|返工|복귀|돌아)"
)
RETURNS = (re.compile(rf"{_BACK}[^⟨]{{0,60}}⟨(\d+)⟩"), re.compile(rf"⟨(\d+)⟩[^⟨]{{0,60}}{_BACK}"))
"""A day of return, named after or before the word for it."""
NO_RETURN = re.compile(
    r"\b(?:(?:get|call|write|phone|report|revert|come|ring) back|(?:hear|heard|feed) ?back|back(?:up|log"
    r"| to you| in touch)"
    r"|return (?:your|the|a|all) \w+|many happy returns)\b"
)
"""Words that are no return."""
AGO = re.compile(r"(?:since|seit|depuis|sinds|siden|sedan)\s*(?:the |dem |le |el |dnia |den )?⟨\d+⟩")
STARTS = re.compile(
    r"(?:starting|beginning|commencing|as of|beginnend|à compter du|a partir del)(?: on| from| am)? (?:the )?⟨(\d+)⟩"
)
"""The first day of an absence that is yet to come, where no span says so."""
_ABBREVIATIONS = "|".join(sorted((name for name in MONTH if len(name) <= 5), key=len, reverse=True))
DOTTED = re.compile(
    rf"(?<![^\W\d_])({_ABBREVIATIONS})\.(?=,?\s?\d)|(?<=\d\s)({_ABBREVIATIONS})\.|(?<=\d\.\s)({_ABBREVIATIONS})\."
)
"""A month with the full stop of an abbreviation, which ends no sentence."""
SHORTENED = re.compile(r"\b(inkl|incl|einschl|ca|kl|nr|tel)\.(?=\s)")
"""Further abbreviations within a sentence."""
TILL_AND_WITH = re.compile(r"\bt\.? ?o\.? ?m\.?(?= )")
"""`t.o.m.`, whose full stops end no sentence."""
SLASHED = re.compile(r"(?<![\d/])(\d\d?)/(\d\d?)(?!\d)")
MONTH_SPAN = re.compile(
    rf"\b({MONTH_NAMES})\s(\d\d?)(?:st|nd|rd|th)?\s?(?:-|–|—|to|through|thru|until)\s?(?:the )?(\d\d?)(?:st"
    rf"|nd|rd|th)?(?!\d|[./:]\d|\s?(?:{MONTH_NAMES})\b)"
)
"""`nov 23-27`."""
END = re.compile(
    r"(?<=[^\d\s][.!?])\s+|[。！？]|\n\s*\n|(?<=\d[.!?])\s+(?=[a-zäöüа-яå]{2,} (?:can|you|will|please|in |bitte"
    r"|ihr|sie|die|call|contact)\b"
    r"|(?:ich|je|i|jag|jeg|palaan|я|вернусь|повернуся|jestem|wracam|vrátím|please|bitte) )|;"
)
"""Where a sentence ends."""
