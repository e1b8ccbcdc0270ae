"""How people ask to be left alone, or to have their data removed, in languages whose other rules we do not have.

Such an answer is else a `reply` that a person reads too late. Patterns are written as people write, and folded here. Languages without
blanks between words are matched anywhere in a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.phrases.rules import Rule
from domain.phrases.sentences import bare_letters


def _rule(name: str, pattern: str, unless: str = "") -> Rule:
    return Rule(name, bare_letters(pattern), bare_letters(unless))


def _anywhere(name: str, pattern: str, unless: str = "") -> Rule:
    return _rule(name, rf"\w*(?:{pattern})\w*", rf"\w*(?:{unless})\w*" if unless else "")


_NORDIC_MAILS = (
    r"(?:mejl(?:a|en)?|mail(?:s|a|en|er|ene)?|e ?post(?:er|en)?|email(?:s|er)?|e ?mails?|sms(?:er|ar|en)?"
    r"|meddelanden?|meddelelser"
    r"|beskeder|meldinger|nyhetsbrev\w*|nyhedsbrev\w*|reklam\w*|spam|utskick|henvendelser|tekstmeldinger)"
)
_SLAVIC_MAILS = r"(?:e ?mail(?:y|ov|ů|u)?|mail(?:y|u|ů)?|sms(?:ky|ek|iek)?|zpráv(?:y|u)?|správ(?:y|u)?|newsletter\w*|reklam\w*|spam\w*)"
_RUSSIAN_MAILS = (
    r"(?:писем|письма|сообщени\w+|смс|sms|рассылк\w*|e ?mail\w*|спам\w*|рекламу?|листи|листів|повідомлен\w+|розсилк\w*)"
)

STOPS: Mapping[str, tuple[Rule, ...]] = {
    "sv": (
        _rule(
            "stop-writing",
            rf"(?:sluta|upphör) (?:med )?(?:att )?(?:genast |nu )?(?:skick\w*|skriv\w*|kontakt\w*|mejla|maila"
            rf"|sms\w*|ring\w*|spam\w*|höra av)"
            rf"|(?:vill|önskar|behöver) inte (?:längre )?(?:ha|få|motta)(?: \w+){{0,2}} (?:{_NORDIC_MAILS})"
            rf"|inga fler (?:{_NORDIC_MAILS})"
            r"|(?:kontakta|skriv(?: till)?|mejla|maila|ring|smsa) (?:inte mig|mig inte|mig aldrig"
            r"|inte till mig) (?:igen|mer|mera|längre|fler)"
            r"|vill inte (?:längre )?(?:bli kontaktad|höra (?:mer )?(?:av|från) er|kontaktas)|lämna mig ifred",
            r"kan inte sluta|varför|om ni|när ni|på (?:jobbet|kvällen)",
        ),
        _rule(
            "take-off-list",
            r"(?:ta|plocka) bort (?:mig|min (?:mejl|mail|e ?post|adress|\w*adress)|mitt (?:nummer"
            r"|namn))(?: \w+){0,2} (?:från|ur)\b|ta bort mig$"
            r"|avregistrera (?:mig|min)|(?:avsluta|säg upp) (?:min )?prenumeration\w*|(?:vill"
            r"|hur) (?:\w+ )?avregistrera",
            r"från (?:process|intervju|den här tjänsten)|inte (?:ta bort|avregistrera)",
        ),
    ),
    "da": (
        _rule(
            "stop-writing",
            rf"(?:stop|hold op) (?:venligst )?(?:med )?(?:at )?(?:sende|skrive|kontakte|ringe|maile|spamme|sms\w*)"
            rf"|(?:ønsker|vil|gider) ikke (?:længere |at |have |modtage |få |flere |jeres )+(?:{_NORDIC_MAILS})"
            rf"|ikke flere (?:{_NORDIC_MAILS})"
            r"|(?:kontakt|skriv|ring|mail)(?: til)? (?:mig ikke|ikke mig|ikke til mig) (?:igen|mere|længere)"
            r"|(?:ønsker|vil) ikke (?:længere )?(?:at )?(?:blive kontaktet|kontaktes|høre fra jer)"
            r"|lad mig være(?: i fred)?$",
            r"kan ikke (?:stoppe|holde)|hvorfor|hvis i",
        ),
        _rule(
            "take-off-list",
            r"(?:fjern|slet|tag) mig (?:venligst )?(?:fra|af)\b|(?:fjern|slet) (?:venligst )?min (?:mail"
            r"|e ?mail|adresse|\w*adresse)(?: \w+){0,2} fra"
            r"|(?:afmeld|frameld) (?:mig|venligst|min|mit)|vil (?:gerne )?(?:afmeldes|frameldes|afmelde (?:mig"
            r"|nyhedsbrev\w*))",
            r"fra (?:processen|samtalen|stillingen)|ikke (?:fjern|slet|afmeld)",
        ),
    ),
    "no": (
        _rule(
            "stop-writing",
            rf"(?:slutt|stopp) (?:med )?(?:å )?(?:send\w*|skriv\w*|kontakt\w*|ring\w*|maile?\w*|sms\w*|spam\w*)"
            rf"|(?:ønsker|vil) ikke (?:lenger |å |ha |motta |få |flere |mer )+(?:{_NORDIC_MAILS})"
            rf"|ingen flere (?:{_NORDIC_MAILS})"
            r"|ikke (?:kontakt|skriv(?: til)?|ring|send)(?: til)? meg (?:igjen|mer|lenger|flere)|(?:kontakt"
            r"|ring) meg ikke (?:igjen|mer|lenger)"
            r"|(?:ønsker|vil) ikke (?:lenger )?(?:å )?(?:bli kontaktet|kontaktes|høre fra dere)"
            r"|la meg være(?: i fred)?$",
            r"klarer ikke|kan ikke (?:slutte|stoppe)|hvorfor|hvis dere",
        ),
        _rule(
            "take-off-list",
            r"(?:fjern|slett|ta) meg (?:vennligst )?(?:fra|av|bort fra)\b|(?:meld|melde) meg av\b|avmeld (?:meg"
            r"|meg fra)"
            r"|(?:fjern|slett) (?:e ?post\w*|adressen) (?:min )?fra|vil (?:gjerne )?(?:avmeldes|melde meg av)",
            r"fra (?:prosessen|intervjuet|stillingen)|ikke (?:fjern|slett|meld)",
        ),
    ),
    "fi": (
        _rule(
            "stop-writing",
            r"(?:lopeta|lopettakaa|lopettaisitteko)(?: \w+){0,3} (?:lähet\w*|viesti\w*|kirjoit\w*|yhteyden\w*"
            r"|soit\w*|häirits\w*|spämm\w*|roskaposti\w*)"
            r"|(?:älä|älkää)(?: \w+){0,3} (?:lähet\w*|ottako yhteyttä|ota yhteyttä|kirjoit\w*|soit\w*"
            r"|häirit\w*)(?: \w+){0,2} (?:enää|koskaan|jatkossa)"
            r"|(?:älä|älkää)(?: \w+){0,2} (?:enää|koskaan|jatkossa)(?: \w+){0,2} (?:lähet\w*|ottako|ota"
            r"|kirjoit\w*|soit\w*|häirit\w*)"
            r"|(?:älä|älkää) (?:lähet\w*|kirjoit\w*) minulle (?:enää|lisää)|en halua (?:enää )?(?:saada "
            r"|vastaanottaa )?(?:viestejä|sähköposteja|teiltä)"
            r"|jättäkää minut rauhaan",
            r"miksi|jos ",
        ),
        _rule(
            "take-off-list",
            r"(?:poista|poistakaa|poistaisitteko) (?:minut|osoitteeni|sähköpostiosoitteeni"
            r"|numeroni)(?: \w+){0,2} (?:\w*listalta|\w*listaltanne|\w*listasta|rekisterist\w+)"
            r"|peruut\w+ (?:tilaukse\w+|uutiskirje\w+)|peru (?:tilaukseni|uutiskirje)",
        ),
    ),
    "cs": (
        _rule(
            "stop-writing",
            r"(?:přestaň(?:te)?|prestaň(?:te)?) (?:mi |mě |ma |s )?(?:už |prosím )?(?:psát|písať|posílat"
            r"|posielať|kontaktovat|kontaktovať|volat|volať|obtěžovat|otravovat|spamovat)"
            rf"|(?:už|více|nikdy|viac|dále) (?:mi |mě |ma |prosím )*(?:ne(?:pište|píšte|posílejte|posielajte"
            rf"|kontaktujte|volejte|volajte|zasílejte))"
            rf"|ne(?:pište|píšte|posílejte|posielajte|kontaktujte|volejte|volajte|zasílejte)(?: mi| mě"
            rf"| ma)? (?:už|více|viac|nikdy|další)"
            rf"|(?:nechci|nepřeji si|neprajem si|nepřeju si)(?: \w+){{0,2}} (?:dostávat|dostávať"
            rf"|být kontaktován\w*|byť kontaktovan\w*|další (?:{_SLAVIC_MAILS}))"
            rf"|^(?:už )?žádné (?:další )?(?:{_SLAVIC_MAILS})|(?:nechte|nechajte) (?:mě|ma) (?:být|na pokoji|na pokoj)",
            r"nemohu přestat|proč|pokud|v práci|dokud",
        ),
        _rule(
            "take-off-list",
            r"(?:odhlaste|odhláste|odhlaš|odstraňte|odstráňte|vymažte|vyřaďte|vyraďte|vyškrtněte"
            r"|odeberte) (?:prosím )?(?:mě|mne|ma|můj e ?mail|moji adresu|moju adresu)\b"
            r"|(?:chci|chtěl\w* bych|chcem|jak)(?: \w+){0,2} (?:odhlásit|odhlásiť)|odhlás(?:it|iť) (?:prosím "
            r"|z )?(?:odběr\w*|newsletter\w*)",
            r"z (?:pohovoru|procesu|termínu|výběrového)",
        ),
    ),
    "ru": (
        _rule(
            "stop-writing",
            r"(?:перестань(?:те)?|прекратите|прекрати|хватит|припиніть|перестаньте"
            r"|досить)(?: \w+){0,2} (?:писать|присылать|слать|отправлять|звонить|беспокоить|рассыл\w*|спам\w*"
            rf"|писати|надсилати|дзвонити|турбувати|{_RUSSIAN_MAILS})"
            r"|(?:больше|більше)(?: \w+){0,2} не (?:пиш\w+|присыла\w+|шлите|звони\w+|беспоко\w+|отправля\w+"
            r"|связыва\w+|надсила\w+|дзвон\w+|турбу\w+)"
            r"|не (?:пиш\w+|присыла\w+|шлите|звони\w+|беспоко\w+|отправля\w+|связыва\w+|надсила\w+|дзвон\w+"
            r"|турбу\w+)(?: \w+){0,2} (?:больше|никогда|більше|ніколи)"
            rf"|(?:не хочу|не желаю|не бажаю)(?: \w+){{0,2}} (?:получать"
            rf"|отримувати)(?: \w+){{0,2}} (?:{_RUSSIAN_MAILS})|оставьте меня в покое|відчепіться",
            r"не могу перестать|почему|чому|пока не|если|якщо",
        ),
        _rule(
            "take-off-list",
            r"(?:отпишите|отписать|исключите|уберите|удалите|вычеркните|видаліть|відпишіть|приберіть"
            r"|виключіть) (?:пожалуйста |будь ласка )?(?:меня|мой (?:адрес|номер|e ?mail)|мене|мою адресу)\b"
            r"|(?:хочу|как|як|хотел\w* бы) (?:отписаться|відписатися)",
            r"из (?:процесса|собеседования)|з процесу",
        ),
    ),
    "tr": (
        _rule(
            "stop-writing",
            r"(?:artık|bir daha|lütfen)(?: \w+){0,3} (?:yazmayın|mesaj atmayın|göndermeyin|aramayın"
            r"|iletişime geçmeyin|rahatsız etmeyin)"
            r"|(?:beni|adımı|e ?postamı|numaramı)(?: \w+){0,3} (?:listenizden|listeden) (?:çıkarın|çıkartın|silin)"
            r"|(?:e ?posta|mesaj|mail)(?: \w+){0,2} almak istemiyorum|aboneliğimi iptal",
            r"iş yerinde|saatlerinde",
        ),
    ),
    "ro": (
        _rule(
            "stop-writing",
            r"nu (?:mă|îmi|imi|ma) mai (?:contactați|contacta\w*|scrie\w*|trimite\w*|suna\w*|deranja\w*)"
            r"|(?:opriți|încetați)(?: \w+){0,3} (?:mesaj\w*|e ?mail\w*)|nu mai (?:vreau"
            r"|doresc) (?:să (?:primesc|fiu contactat\w*)|mesaj\w*|e ?mail\w*)"
            r"|(?:ștergeți|scoateți) mă|scoateți mă de pe list\w*|(?:vreau să mă|doresc să mă|cum mă) dezabonez",
        ),
    ),
    "hu": (
        _rule(
            "stop-writing",
            r"ne (?:írjon|írjanak|írj|küldjön|küldjenek|keressen|keressenek|zaklassanak|hívjanak"
            r"|hívjon)(?: \w+){0,3} (?:többet|többé|több)"
            r"|(?:többet|többé|soha)(?: \w+){0,2} ne (?:írj\w*|küldj\w*|keress\w*|hívj\w*|zaklass\w*)"
            r"|nem (?:szeretnék|kérek|akarok)(?: \w+){0,2} (?:több|további) (?:levelet|e ?mailt|üzenetet)"
            r"|(?:töröljenek|töröljön|vegyenek le)(?: \w+){0,3} (?:listáról|listájukról)|(?:leiratkozom"
            r"|szeretnék leiratkozni)|hagyjanak békén",
        ),
    ),
    "el": (
        _rule(
            "stop-writing",
            r"(?:σταματήστε|σταμάτα)(?: \w+){0,2} (?:να )?(?:μου )?(?:στέλν\w+|γράφ\w+|ενοχλ\w+|επικοινων\w+)"
            r"|μη(?:ν)? (?:μου|με) (?:ξανα\w+|στέλν\w+ άλλα|γράφ\w+ άλλο|ενοχλ\w+)"
            r"|(?:διαγράψτε|αφαιρέστε) με\b|δεν θέλω(?: \w+){0,3} (?:να λαμβάνω|άλλα (?:μηνύματα|email))",
        ),
    ),
    "ja": (
        _anywhere(
            "stop-writing",
            r"(?:配信|送信|メール|連絡|ご連絡|案内)(?:の|を|は)?(?:配信|送信)?(?:を|は)?(?:停止し|停止を|止めて"
            r"|やめて|中止|不要です|しないで|お断り)|(?:送ら|連絡し|送信し|連絡をし|送って来|電話し)ないで"
            r"|(?:配信|登録)(?:を)?(?:停止|解除)(?:し|を|希望|お願い)|登録を(?:解除|抹消)|(?:リスト"
            r"|名簿)から(?:外し|削除し)|今後(?:の|一切)?(?:の)?(?:ご)?(?:連絡|メール|案内)は?(?:不要|結構|お断り)",
            r"停止しないで|夜|職場|会社に電話",
        ),
    ),
    "zh": (
        _anywhere(
            "stop-writing",
            r"(?:请|請)?(?:不要|别|別|勿|停止|不想|不希望|不愿)(?:再|在)?(?:给我|給我|向我|跟我|和我|继续|繼續"
            r"|收到)?(?:再)?(?:你们的|你們的|任何|这类|這類)?(?:发|發|发送|發送|寄|打|联系|聯繫|聯絡|打扰|打擾"
            r"|骚扰|騷擾|短信|邮件|郵件|电话|推送|收到)"
            r"(?:邮件|郵件|短信|簡訊|信息|消息|我|电话)?|(?:取消|停止)(?:订阅|訂閱)|(?:退订|退訂)|(?:从|從|将我"
            r"|把我|將我).{0,8}(?:名单|名單|列表|邮件组)(?:中|里|裡)?(?:删除|刪除|移除|去掉)",
            r"(?:邮件|郵件|短信)(?:就好|即可|就行|可以|没问题)|不要(?:忘|犹豫)|不想(?:错过|收到拒)|(?:上班|工作)时间|晚上|怎么(?:没|不)|(?:联系|发邮件)(?:我的"
            r"|给我的)(?:老板|公司|雇主)|如何(?:联系|发)",
        ),
    ),
    "ko": (
        _anywhere(
            "stop-writing",
            r"(?:연락|메일|문자|이메일|발송|전송).{0,6}(?:하지 ?마|보내지 ?마|그만|중단|멈춰)|수신 ?거부"
            r"|구독 ?(?:취소|해지)|(?:그만|더 이상).{0,8}(?:보내|연락)",
        ),
    ),
}
"""By language."""

ERASES: Mapping[str, tuple[Rule, ...]] = {
    "sv": (
        _rule(
            "erase-data",
            r"(?:radera|ta bort|raderar)(?: \w+){0,2} (?:mina (?:\w*uppgifter|data)"
            r"|min (?:data|profil)|mitt konto)",
        ),
    ),
    "da": (
        _rule(
            "erase-data",
            r"(?:slet|fjern)(?: \w+){0,2} (?:mine (?:\w*oplysninger|data)|min (?:profil"
            r"|konto|data))",
        ),
    ),
    "no": (
        _rule(
            "erase-data",
            r"(?:slett|fjern)(?: \w+){0,2} (?:\w*opplysningene mine|mine (?:\w*opplysninger"
            r"|data)|dataene mine|profilen min|kontoen min)",
        ),
    ),
    "fi": (
        _rule(
            "erase-data",
            r"(?:poista|poistakaa|poistaisitteko)(?: \w+){0,2} (?:tietoni|henkilötietoni"
            r"|profiilini|tilini)",
        ),
    ),
    "cs": (
        _rule(
            "erase-data",
            r"(?:smažte|smazat|vymažte|vymazat|vymazať|odstraňte|odstráňte)(?: \w+){0,2} (?:moje|mé|všechny"
            r"|svoje|osobní|osobné|můj|môj)(?: \w+)? ?(?:údaje|data|profil|účet|účt\w*)",
        ),
    ),
    "ru": (
        _rule(
            "erase-data",
            r"(?:удалите|удалить|сотрите|видаліть|видалити)(?: \w+){0,2} (?:мои|мої|мой|мій"
            r"|все|всі)(?: \w+){0,2} ?(?:данные|дані|профиль|профіль|аккаунт|акаунт)",
        ),
    ),
    "tr": (
        _rule(
            "erase-data",
            r"(?:kişisel )?(?:verilerimi|bilgilerimi|hesabımı"
            r"|profilimi)(?: \w+){0,2} (?:silin|silmenizi|siliniz)",
        ),
    ),
    "ro": (_rule("erase-data", r"(?:ștergeți|șterge)(?: \w+){0,2} (?:datele mele|contul meu|profilul meu)"),),
    "hu": (
        _rule(
            "erase-data",
            r"(?:töröljék|törölje|törlését)(?: \w+){0,2} (?:adataimat|profilomat|fiókomat)"
            r"|adataim törlés\w+",
        ),
    ),
    "el": (_rule("erase-data", r"(?:διαγράψτε|διαγραφή)(?: \w+){0,3} (?:δεδομένα|προφίλ|λογαριασμό) μου"),),
    "ja": (
        _anywhere(
            "erase-data",
            r"(?:個人情報|データ|プロフィール|アカウント|情報).{0,4}(?:を|の)(?:全て"
            r"|すべて)?(?:削除|消去|抹消)",
        ),
    ),
    "zh": (
        _anywhere(
            "erase-data",
            r"(?:删除|刪除|清除|注销|註銷)(?:我|所有|全部|我所有|我全部)?(?:的)?(?:所有"
            r"|全部|个人|個人)?(?:信息|資料|资料|数据|數據|资讯|账号|帳號|档案)",
        ),
    ),
    "ko": (_anywhere("erase-data", r"(?:개인 ?정보|데이터|계정|프로필).{0,6}(?:삭제|파기)"),),
}
"""By language."""
