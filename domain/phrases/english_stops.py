"""English: how people ask to be left alone."""

from __future__ import annotations

from domain.phrases.rules import Rule

_SENT = (
    r"(?:texts?|texting|sms|messag(?:e|es|ing)|emails?|emailing|mails?|mailing|writing|contact|contacting|call"
    r"|calls|calling"
    r"|spam|spamming|bothering|harassing|pestering|notifications?|notifying|newsletters?|alerts?|job alerts?"
    r"|reminders?)"
)
_ALL = (
    r"(?:(?:with|all|any|the|these|those|this|your|of|further|future|more|such|automated|marketing|recruiting"
    r"|job) )*"
)
_DONT = r"(?:dont|do not|never|please not|not to|stop trying to)"
_LIST = (
    r"(?:lists?|mailing ?lists?|mail lists?|email lists?|contact list|distribution|database|db|system|systems"
    r"|records?|newsletters?"
    r"|mailings?|talent pool|pool|files?|books|contacts|crm)"
)
_DATA = (
    r"(?:data|information|info|personal details|details|profile|account|records?|cv|resume|file|files"
    r"|personal data"
    r"|candidate profile|application data)"
)
_OTHER_LISTS = r"(?:guest|waiting|wait|speakers?|interviewers?|attendees?|short|reading|todo|to do) ?list"
_NOT_STOP = (
    r"(?:cant|cannot|can not|couldnt|could not|dont|do not|wont|will not|didnt|did not|never|not|please dont|i"
    r"|we|they|he|she"
    r"|did you|have you|when you|if you|once you|until you|(?:me|him|her|us|them) to|had to|having to|tend to"
    r"|decided to|i to) (?:ever "
    r"|just |all |suddenly |ever )?(?:stop|quit|cease)"
)

STOP = (
    Rule(
        "stop-sending",
        (
            r"(?:stop|quit|cease) (?:sending|texting|txting|messaging|emailing|mailing|writing|contacting"
            r"|calling|spamming"
            r"|bothering|harassing|pestering|bugging|disturbing|approaching)(?: to)?(?: me| us| this number| my \w+"
            r"| (?:please|now|immediately|already|asap|at once|these|this|those|your|any|all|more|further|such"
            r"|(?:texts?|sms|messages?|emails?|mails?|spam|newsletters?|alerts?|job alerts?|notifications?|reminders?"
            r"|mailings?|contact))\b|$)|(?:stop|quit|cease|discontinue) (?:getting |receiving |sending |with )?(?:me "
            r"|us )?(?:(?:with|all|any|the|these|those|this|your|of|further|future|more|such|automated|marketing"
            r"|recruiting|job) )*(?:texts?|sms|messages?|emails?|mails?|spam|newsletters?|alerts?|job alerts?"
            r"|notifications?|reminders?|mailings?|contact|communications?)|if you (?:dont|do not|wont) stop"
            r"|if you(?: would)? (?:stopped|quit|ceased) (?:sending|texting|messaging|emailing|mailing|writing"
            r"|contacting"
            r"|calling|spamming|bothering)"
        ),
        (
            r"(?<!if you )(?:cant|cannot|can not|couldnt|could not|dont|do not|wont|will not|didnt|did not|never|not|i"
            r"|id|ill|we|they|he|she|did you|have you|when you|if you|once you|until you|(?:me|him|her|us|them) to"
            r"|had to|having to|tend to|decided to|plan to|hope to|going to|able to) (?:ever |just |all "
            r"|suddenly )?(?:stop|quit|cease)"
            r"|(?:want|like|love|need) to (?:stop|quit) (?!getting|receiving|your|these|the)"
            r"|(?:stop|quit) (?:calling|texting|writing) (?:it|this|that|myself|yourself|code)"
            r"|stop (?:the|this) call\b"
        ),
    ),
    Rule(
        "stop-at-once",
        r"^(?:hey |hi |please |pls |just |so |and )*(?:stop|quit|cease) (?:texting|txting|messaging|emailing"
        r"|contacting|spamming|harassing"
        r"|bothering|sending)(?: (?:wrong|this|these|you|i|im|its|we|u|already|now|please|pls)\b.*)?$",
        r"(?:the|this|that) (?:link|form|invite|invitation|test|assignment|file|document)|until|before|after"
        r"|at night|at work|driving",
    ),
    Rule(
        "asked-to-stop",
        r"(?:asked|told|tell|telling|asking|ask|want|need|like|beg|begging) you (?:\w+ )?to (?:please )?stop"
        r"|please (?:just )?stop (?:it|this|now|already|all|everything)"
        r"|(?:please|pls|plz|sake|god|love of \w+) (?:just )?stop$|can you (?:please |just )?stop$"
        r"|stop (?:this|it) (?:now|please|immediately|at once)"
        r"|(?:asked|told) you (?:\w+ ){0,4}to (?:unsubscribe|remove me|take me off|delete me|leave me)",
        r"remove me from (?:the |this |further |your )?(?:consideration|process|running)",
    ),
    Rule(
        "do-not-contact",
        (
            rf"{_DONT} (?:ever )?(?:contact|text|txt|message|email|mail|sms|spam|bother|harass|disturb|approach"
            r"|write(?: to)?|reach out to|write back to) "
            r"(?:me|us|this (?:number|address|email|phone))"
            rf"|{_DONT} (?:ever )?(?:contact|text|txt|message|email|mail|write|call|bother|reach out)(?: to)?(?: me"
            r"| us)? (?:again|any ?more|any longer|further|ever)"
            rf"|{_DONT} (?:ever )?send (?:me |us )?(?:any ?more|any further|any|further|more|these|such|your|another"
            r"|those|anything) ?(?:more |further |other )?"
            rf"(?:{_SENT}|of (?:these|this|those)|stuff|things|anything|offers?|jobs?|else|$)"
            r"|(?:dont|do not) (?:want|wish|like|need|care) (?:you )?(?:to )?(?:be contacted|be messaged|be texted"
            r"|be emailed|hear from you|get|receive|have)"
            rf"(?: (?:any|any more|anymore|your|these|this|such|further|more|by you|again|kind of|ever))* ?(?:{_SENT}"
            r"|again|any ?more|ever|$)"
            r"|(?:dont|do not) want (?:any ?more |any |these |your |more )+(?:texts?|sms|messages?|emails?|mails?|spam"
            r"|newsletters?)"
            r"|no longer (?:want|wish|care|like|need) to (?:(?:be contacted|be messaged|be texted|be emailed|hear)\b"
            rf"|(?:get|receive)(?: (?:any|your|these|this|such|further|more|of))* (?:{_SENT}|these|them|those"
            rf"|anything))"
            r"|never (?:want to )?hear from you(?: \w+)? (?:again|any ?more)"
            r"|(?:refrain|desist|abstain) from (?:(?:sending|further|all|any|future|more) )*(?:contacting|messaging"
            rf"|emailing|texting|calling|writing|(?:{_SENT}))"
        ),
        (
            r"before|until|till|at work|during|between|after (?:\d\w*|six|seven|eight|nine|ten|hours|work|dark"
            r"|midnight)"
            r"|past \d\w*|earlier than|on (?:weekends?|saturdays?|sundays?|weekdays?)|while i|when i am"
            r"|on my (?:work|office|old|other)|to my"
            r"|my (?:\w+ )?(?:employer|boss|manager|references?|colleagues?|company)|by phone|unless|except|only"
            r"|if (?:it|you|there|this)|at night|so (?:late|early)|in the (?:morning|evening|night)|mind if"
            r"|dont hesitate|about (?:this|that) (?:role|job|opening)|why|prefer|instead|rather"
            r"|(?:emails?|mails?|texts?|sms|phone|calls?) (?:is|are|works?|would be) (?:fine|better|ok|okay|good|best)"
        ),
    ),
    Rule(
        "no-more",
        r"^(?:please |pls |ok |and |so |i (?:want|would like) |id like |enough )*(?:no more|no further"
        rf"|enough (?:of|with)) {_ALL}{_SENT}"
        r"(?: (?:please|pls|thanks|thank you|to me|from you|ever|at all|for me|now|guys|again))*$"
        r"|(?:want|receive|wish|like|need|get) no (?:more|further) (?:texts?|sms|messages?|emails?|mails?|spam"
        r"|newsletters?)",
        r"received|got|had|seen|there (?:are|were|is)|why",
    ),
    Rule(
        "unsubscribe",
        r"^(?:(?:please|pls|plz|kindly|hi|hello|hey|thanks|ok|just|so|and|also|again|now|team|all|there|dear|sir"
        r"|madam|then|no|i|want|would|like|to|id"
        r"|wish|need|how|do|can|could|you|we|let|me|where|must|have|trying|am|im|been|tried|be|d) )*unsubscribe"
        r"(?: (?:me|us|this|my|please|pls|now|from|immediately|asap|thanks|thank|here|at once|number|email"
        r"|address)\b.*)?$"
        r"|(?:cant|cannot|can not|unable to|impossible to|tried to|trying to) unsubscribe"
        r"|unsubscribe (?:link|button|page) (?:\w+ )?(?:doesnt|does not|isnt|is not|wont|not|is broken"
        r"|is dead|fails|broken)"
        r"|already unsubscribed|(?:have|ive) unsubscribed (?:\w+ ){0,3}(?:times|yet|still|but still|and still"
        r"|and i still|already)|(?:want|wish|like|asked) to be (?:unsubscribed|removed$|removed from (?:your|the"
        r"|this) (?:\w+ )?list)|unsubscribe me",
        (
            r"(?:dont|do not|didnt|did not|never) (?:want(?:ed)? to |mean to |wish to )?unsubscribe"
            r"|by (?:mistake|accident)|accidentally|mistakenly|other people|users"
        ),
    ),
    Rule(
        "take-off-list",
        r"(?:take|remove|delete|drop|strike|scratch|cross|get) (?:me|us|this (?:\w+ )?(?:number|address|email)"
        r"|my (?:\w+ )?(?:name|number|email|address|contact|details|phone|profile|email address|phone number"
        r"|contact details))"
        rf"(?: \w+){{0,2}} (?:off|from|out of)(?: (?:of|your|the|this|that|these|all|any|every|\w+)){{0,4}} {_LIST}"
        r"|take me off(?: (?:it|this|please|now|immediately|thanks))*$"
        r"|(?:how|where) (?:do|can) i (?:get off|get out of|leave|get removed from) (?:this|your|the|these)"
        rf" (?:\w+ )?{_LIST}"
        r"|^(?:please |pls |kindly |just )*remove(?: please| now)*$|^(?:please |pls |kindly "
        r"|just )*delete me(?: please| now)*$"
        rf"|^(?:please |pls |kindly |just )*(?:remove|delete) (?:me )?(?:\w+ )+(?:from|off) (?:your|this"
        rf"|the) (?:\w+ )?(?:{_LIST})(?: please| now)*$"
        r"|^(?:please |pls |kindly |just )*remove me \w+(?: \w+){0,2} (?:com|org|net|de|fr|es|it|nl|pt|pl|uk|ch"
        r"|at|io|edu)$"
        r"|^(?:please |kindly |just )*remove (?:me|my (?:phone )?number|my email|my email address)(?: (?:please"
        r"|now|immediately|thanks|from this|from here))*$"
        rf"|(?:off|from) your (?:\w+ )?(?:mailing|email|contact|sms|text|recruiting|calling)? ?{_LIST} (?:please"
        r"|now|immediately)$",
        (
            rf"{_OTHER_LISTS}|(?:dont|do not|not|never|didnt|please not) (?:please )?(?:take|remove|delete|drop)|why"
            r"|did you|did (?:i|we)"
        ),
    ),
    Rule(
        "opt-out",
        r"^(?:(?:please|pls|i|want|would|like|to|id|wish|need|how|do|can|could|you|we|let|me|am|im|hereby|kindly"
        r"|just|hi|hello) )*opt(?:ing|ed)?(?: me| us)? out"
        r"(?: (?:please|of (?:this|these|all|your|any|the|sms|text|email)|from|now|thanks)\b.*)?$",
        (
            r"out of (?:the |this |your )?(?:call|interview|assignment|task|onsite|pension|insurance|round|test"
            r"|process|benefits?|meeting)|(?:dont|do not|didnt|never) (?:want to )?opt"
        ),
    ),
    Rule(
        "leave-alone",
        (
            r"leave me alone|leave me in peace|(?:lose|forget|delete|erase) (?:my|this) (?:phone )?number"
            r"|cease and desist|^(?:please |just |now )*(?:get lost|go away)(?: please| now| already)*$"
            r"|(?:f(?!or)\w{1,3}k|piss|bugger|sod|^f) off"
            r"|not interested in (?:any of |any |your |these |further |more |receiving |getting )+(?:messages|emails"
            r"|mails|texts|newsletters?|alerts|communications?|spam)"
            r"|^(?:\w+ ){0,3}(?:this|it) is (?:just |pure |all )?spam$|stop spam"
            r"|(?:i will|ill|im|i am|am|will) (?:report|reporting|mark|marking)(?: (?:this|you|it|your \w+"
            r"|number))* (?:as|for) spam"
            r"|^(?:i have |ive |this was |you are |been )*(?:reported|marked|flagged)(?: \w+)? as spam$"
            r"|never (?:signed up|subscribed|opted in) (?:for|to) (?:this|these|your|any of)"
        ),
        r"dont (?:go away|forget|lose|delete)|when i|is this spam|thought|accident|filter|provider",
    ),
    Rule(
        "withdraw-consent",
        (
            r"(?:withdraw|revoke|retract|cancel)(?:ing)? (?:my |any |all |the )*(?:consent|permission|subscription)"
            r"|(?:dont|do not|no longer) (?:give (?:you )?)?(?:my )?consent"
            r"|object to (?:the |any |further )*(?:processing|marketing|contact)"
        ),
        r"how|if i|background|check|recording|reference|drug|video|photo|test|call\b",
    ),
)

ERASE = (
    Rule(
        "erase-data",
        (
            r"(?:delete|erase|remove|destroy|wipe|purge|forget)(?: (?:all|any|of|please|everything|and))* (?:my"
            rf"|the personal)(?: (?:personal|entire|whole|complete|candidate|user|contact|stored))* {_DATA}"
            r"|(?:delete|erase|remove|destroy|purge)(?: (?:all|any|the|of|please))* (?:data|information|info|records?"
            r"|everything|anything|whatever) (?:you |that you )?(?:\w+ )?(?:hold|have|keep|store|stored|got|about me"
            r"|on me|of mine|concerning me)"
            rf"|(?:my|all my)(?: (?:personal|entire|stored|candidate))* {_DATA} (?:to be |should be |must be |be "
            r"|needs to be )(?:deleted|erased|removed|destroyed)|right to (?:be forgotten|erasure)"
            r"|(?:request|ask for|asking for|want|demand|require) (?:the |a |full |complete |immediate )*(?:gdpr "
            r"|data |account |profile )+(?:deletion|erasure|removal)"
            r"|^(?:gdpr|data|account|profile) (?:deletion|erasure|removal)(?: request)?(?: please)*$"
            r"|(?:deletion|erasure|removal) of (?:all )?my|^(?:please )?forget me$|forget about me entirely"
        ),
        (
            r"(?:dont|do not|not|never) (?:please )?(?:delete|erase|remove|be deleted|forget)|old|outdated|previous"
            r"|wrong|attached|newer|new version|update|updated|replace|instead|duplicate|when|how (?:long|soon)"
            r"|(?:did|do|does|have) you (?:ever )?(?:delete|erase|remove)|have you|whether"
            r"|from (?:the|this) (?:process|application|shortlist)|if you|after how|implement\w*|built|experience"
            r"|project|developed|worked"
        ),
    ),
)

START = (
    Rule(
        "start-again",
        (
            r"(?:start|resume|restart|begin) (?:sending|texting|messaging|writing|emailing|contacting)(?: (?:me|to me"
            r"|again|us|please|your|the|messages|texts|updates|alerts)\b.*)?$"
            r"|re ?subscribe|subscribe me|opt (?:me )?(?:back )?in|sign me (?:back )?up|put me back"
            r"|want (?:your |the |to (?:get|receive) )+(?:\w+ )?(?:messages|texts|alerts|updates) again"
        ),
        (
            r"when|did|will you|would you|dont|do not|not|before|why|could start|can start|i start"
            r"|(?:like|want|love|able|ready) to (?:start|begin)"
        ),
    ),
)
