"""English."""

from __future__ import annotations

from domain.phrases.days import ENGLISH_DAYS
from domain.phrases.english_stops import ERASE, START, STOP
from domain.phrases.rules import Rule, Tongue

_NOW = (
    r"(?:right now|at the moment|at this (?:time|point|moment|stage)|for now|currently|at present|now|just yet"
    r"|yet)"
)

WRONG_PERSON = (
    Rule(
        "wrong-number",
        (
            r"wrong (?:person|number|recipient|guy|man|woman|phone number)"
            r"|(?:you|youve|this is|its|have|got|reached)(?: \w+){0,2} (?:the |a )?wrong (?:email|email address"
            r"|address|contact|inbox|phone)(?: (?:sorry|im afraid|i am afraid|here|i think))*$"
            r"|^(?:sorry )?wrong (?:email|address|contact|inbox)(?: sorry)?$|not the (?:right )?person you"
            r"|(?:im|i am) not (?:the )?(?:\w+ ){0,2}(?:you re|youre|you are|you were) (?:looking|searching|trying"
            r"|writing)|not who you (?:think|are|re)|mistaken (?:me|identity)|confus(?:e|ed|ing) me with"
        ),
        (
            r"\bi (?:have |may have |might have |must have )?(?:gave|given|sent|used|typed|entered|wrote|put|called"
            r"|dialled|listed)|not (?:at )?(?:the )?wrong|wrong (?:person|guy|man|woman|contact) for|in case"
            r"|if (?:this|i|you)|hope"
        ),
    ),
    Rule(
        "not-this-name",
        (
            r"(?:no one|nobody|no person) (?:here |there )?(?:by|with|of|under) (?:that|this) name"
            r"|(?:no one|nobody|no person) (?:here |there )?(?:called|named) |no (?:mr|ms|mrs|miss) \w+ here"
            r"|dont know (?:any(?:one|body)|any|a) (?:\w+ ){0,3}(?:called|named|by (?:that|this) name|with that name)"
            r"|(?:this|it)(?: is|s) not (?:his|her|their) (?:\w+ )?(?:number|phone|email|address)"
            r"|(?:this|it)(?: is|s) not my (?:number|email|address) any ?more"
            r"|(?:this|that|it) (?:isnt|is not) (?!todays|yesterdays)\w+s (?:\w+ )?(?:number|phone)(?: any ?more)?$"
            r"|never heard of (?:her|him|this person|that person|them)"
            r"|(?:this|its) (?:is )?(?:a |the )?(?:his|her) (?:wife|husband|mother|father|brother|sister|son|daughter"
            r"|partner|widow)"
        ),
    ),
    Rule(
        "no-longer-here",
        (
            r"(?:he|she|they|employee|colleague|person) (?:no longer|doesnt|does not|dont) (?:works?|live|lives|uses?"
            r"|owns?|has|have|is)(?: \w+)? (?:here|this (?:number|email|address|phone|mailbox))"
            r"|(?!(?:link|page|site|button|it|this|that|form|code|which|website|portal|system|number|app"
            r"|who)\b)\w+ (?:no longer|doesnt|does not) (?:works?|lives?) here"
            r"|(?:number|address|email|mailbox|account|phone) (?:no longer|doesnt|does not|now) belongs? to"
            r"|belongs to (?:someone|somebody) else|^my name (?:is not|isnt) \w+(?: \w+)?$"
            r"|^\w+ (?:no longer uses|doesnt use|does not use) this (?:number|phone|email|address)(?: any ?more)?$"
            r"|(?:he|she|(?:mr|ms|mrs|dr) \w+"
            r"|^(?!(?:i|ive|we|they|you|who|which|that|somebody|someone|everybody|everyone|nobody|all|half|many|most|some"
            r"|my|our|your|their|his|her|its|the|a|an|since|after|before|because|when|until|already|just|recently"
            r"|had|having|have|and|but|so|then|manager|boss|ceo|people|colleagues?)\b)\w+(?: (?!i|we|they|you|had)\w+)?)"
            r" (?:has (?:already |since )?|already )?(?:left|retired from) (?:the|our|this) company"
            r"(?: last (?:year|month|week)| in \w+)?(?: please update your records?)?$"
            r"|(?:he|she) (?:has )?(?:passed away|died)"
            r"|is no longer (?:with (?:us|our company)|an employee|working (?:here|with us|for us))"
            r"|not (?:my|his|her) (?:number|address|email) any ?more"
        ),
        (r"\b(?:i|i ve|ive) (?:no longer|dont|do not|have left)|your (?:company|number|system|office)"),
    ),
)

NO = (
    Rule(
        "not-interested",
        (
            r"not (?:really |that |very |at all |currently |actually |particularly |personally |too |so )*interested"
            r"|no (?:longer|more) interested|no interest|uninterested|(?:dont|do not) have (?:any )?interest"
            r"|isnt (?:of|something of) interest|not of (?:any )?interest"
        ),
        (
            r"\bbut (?:id|i would|would|im|i am|very|definitely)|not only|not that (?:i am|im)|rather|instead|unless"
            r"|why would|never said|who would|because you|not interested (?:any )?less|wouldnt be"
        ),
    ),
    Rule(
        "no-thanks",
        r"^(?:(?:hi|hello|hey|sorry|thanks|thank you|ok|oh|well|but|and|so|dear|team|all|\w+) ){0,3}(?:no|nope"
        r"|nah)(?: (?:thanks|thank you|thx|ty|sorry|not|for me|way|never|please|i am good|im good|im fine"
        r"|but thanks|but thank you|thanks a lot|thank you very much|but thanks anyway|thanks anyway))*$"
        r"|^(?:\w+ ){0,2}no (?:thanks|thank you|thx)\b"
        r"|^(?:absolutely|definitely|certainly|of course|hell|god) (?:not|no)(?: sorry| thanks| thank you)*$",
        (
            r"(?:there is|theres|have|has|had|say|says|said|with|wouldnt|yes or|or|is|are|whether|why|of course|i have"
            r"|problem|longer|issue|idea|doubt) (?:no|nope)\b"
        ),
    ),
    Rule(
        "pass",
        (
            r"(?:ill|i will|will|have to|going to|gonna|must|id|i would|would|should|need to|like to|let me"
            r"|i) (?:\w+ )?(?:pass|decline)(?: (?:on|this|it|for|your|the|at|but|thanks|thank|respectfully|up|then"
            r"|here)\b.*)?$|hard pass|decline (?:your|the|this)|respectfully decline|(?:im|i am) going to pass"
        ),
        (
            r"pass (?:it|this|that|your|the|them|on) (?:\w+ )?(?:on|along|to|message|test|details|word|exam)\b"
            r"|pass along|(?:did|didnt|if) i pass|will i pass|i passed|pass the"
        ),
    ),
    Rule(
        "withdraw",
        r"(?:withdraw|withdrawing|retract|cancel|pull) (?:my|the|from|this) ?(?:\w+ )?(?:application|candidacy"
        r"|process|consideration|from consideration)|withdraw from|take me out of (?:the|this) (?:process|running)"
        r"|(?:remove me|take me out) (?:from|of) (?:the |this |further |your )?(?:consideration|process|running)"
        r"|no longer (?:wish|want) to (?:proceed|continue|be considered)"
        r"|(?:dont|do not) (?:wish|want) to (?:proceed|continue|move forward|be considered|apply)|count me out"
        r"|(?:delete|cancel) my application",
        r"can i (?:still )?|how do i|if i|never|did not|didnt|deadline",
    ),
    Rule(
        "not-for-me",
        (
            r"(?:not|isnt|wasnt|wont be) (?:really |quite |exactly |something )?(?:for me|my (?:thing|cup of tea"
            r"|kind of|type of))|not (?:really |quite )?(?:a |the )?(?:right |good |great |perfect )?(?:fit"
            r"|match)(?: for me| at all| unfortunately|$)|not (?:what|something) im looking for"
            r"|not what i am looking for|not something i (?:want|would|am|d)"
        ),
        (
            r"not for me to|if (?:it|this|im|i am)|am i not|i am not a|im not a|maybe im|\bwhy|sure (?:if|whether)"
            r"|hope|think (?:im|i am)"
        ),
    ),
    Rule(
        "not-looking",
        r"(?:not|no longer) (?:actively |currently |really |presently |even )*(?:looking|searching|on the market"
        r"|in the market|open|available|considering)(?: (?:for|to) (?:a |any |another |new "
        r"|other )*(?:\w+ )?(?:jobs?|roles?|positions?|opportunit\w+|work|change|offers?|move"
        rf"|changes))?(?: {_NOW})?(?: (?:so|sorry|but thanks|thanks|thank you|either|anymore|any more"
        r"|unfortunately)\b.*)?$"
        r"|(?:not|no) (?:plans?|intention|intending|planning|want|wish) (?:to|of|on) (?:leav|chang|mov|switch)\w*",
        (
            r"not available (?:on|at|before|until|that|this|for|in|tomorrow|by|from)"
            r"|but (?:id|i would|open|happy|could|im|would)"
            r"|(?:position|role|job|opening|site|link|page) (?:is )?(?:not|no longer)"
        ),
    ),
)

REASONS = {
    "salary": (
        Rule(
            "pay-too-low",
            r"(?:salary|pay|compensation|package|rate|money|offer|budget|wage|wages|range|band|remuneration"
            r"|figure)(?: \w+){0,3} (?:too low|not enough|too little|not (?:high|good|competitive|attractive) enough"
            r"|isnt enough|(?:far |way |well |much )?(?:below|under|less than)|doesnt (?:match|meet)|does not (?:match"
            r"|meet))"
            r"|below (?:my|what i|the market|market)(?: \w+)* (?:expectations?|salary|earn|make|rate|get|level|pay"
            r"|current)|pays? too little"
            r"|(?:earn|make|get|paid) (?:\w+ )?(?:more|better) (?:now|already|currently|than|where|here)"
            r"|(?:earn|make|making|earning) (?:much |way |far |already )?more"
            r"|lowball|underpaid|not enough money|too low for me"
            r"|(?:cant|cannot|wont) (?:work|move|leave|switch|do it) for (?:that|this|less)",
            r"\b(?:if|unless|is the|negotiab\w*|not too low|hope|would the|whether)\b",
        ),
    ),
    "place": (
        Rule(
            "too-far",
            r"too far(?: away| from| for| to|$)"
            r"|(?:cant|cannot|can not|wont|will not|not (?:able|willing|ready|prepared|going|planning|looking)(?: to)?"
            r"|dont want to|do not want to|unable to|couldnt|not possible to|impossible to) (?:\w+ )?(?:relocate"
            r"|relocating|relocation|move|moving|commute|commuting)(?: to| from| for| at| abroad| that| so| right| now"
            r"| as|$)"
            r"|(?:commute|distance|journey|travel) (?:\w+ ){0,2}(?:too (?:long|far|much)|is a problem|doesnt work)"
            r"|only (?:looking for |interested in |want |consider |considering |do |work )+(?:fully |full )?remote"
            r"|(?:location|place|city|office) (?:doesnt|does not|wont|isnt|is not) (?:work|suit|ideal|an option|for me"
            r"|possible)"
            r"|(?:not|isnt) (?:fully |really )?remote",
            (
                r"\b(?:if|unless|would it|is it|not too far|whether|so far|wait to move|move (?:forward|on"
                r"|ahead|quickly"
                r"|fast))\b"
            ),
        ),
    ),
    "happy": (
        Rule(
            "happy-where-i-am",
            r"(?:happy|content|satisfied|settled|comfortable|fine|good|well)(?: \w+){0,2} (?:where i(?: am|m"
            r"| currently am)?|where im|(?:in|with|at|here in|here at) (?:my )?(?:current |present |own |new |this "
            r"|existing )*(?:job|role|position|employer|company|team|work|place|here))"
            r"|love (?:my|where i)(?: \w+)? (?:job|work|role|team|am)"
            r"|(?:no|not) (?:reason|plans?|intention|planning|intending) (?:to|of|on) (?:leav|chang|mov|switch)\w*"
            r"|(?:accepted|signed|taken|took|found|started|starting|got|landed|have) (?:\w+ )?(?:a|an|another|my"
            r"|new) (?:\w+ ){0,2}(?:job|offer|role|position|contract|opportunity)(?: (?:elsewhere|already|with|at|now"
            r"|last|in|and|so|recently|since|this|two|three|a)\b.*)?$|just (?:started|joined|changed|signed)"
            r"|recently (?:started|joined|changed|signed|accepted)|already (?:employed|found|hired|signed|accepted)",
            (
                r"\bbut (?:id|i would|open|(?:im|i am) (?:always |still )?(?:open|curious|interested|up for)"
                r"|always|would|curious|what)"
                r"|(?:if|unless|not|isnt|how) (?:\w+ )?(?:happy|content|satisfied|comfortable|found|have)"
                r"|have a (?:job )?offer\b.*(?:deadline|by|until|need|decide)|would be happy|happy to"
                r"|be (?:happy|good|fine)"
            ),
        ),
    ),
    "timing": (
        Rule(
            "bad-time",
            r"(?:not|isnt|wasnt|is not) (?:really |quite |exactly )?(?:a |the )?(?:good|right|best|great"
            r"|ideal) (?:time|timing|moment)|(?:bad|wrong|poor|terrible|unfortunate) (?:time|timing|moment)"
            r"|timing (?:is|isnt|doesnt|does not|wasnt|s) (?:\w+ )?(?:bad|off|wrong|right|work|good|great|ideal|not)"
            r"|too busy|too much (?:going on|on my plate|work)(?: right| at| now|$)"
            r"|(?:not|isnt) (?:interested|looking|searching|open|available|possible|on the market"
            rf"|in the market)(?: \w+){{0,5}} {_NOW}",
            r"\b(?:is (?:this|it|now) a|if|unless|to (?:call|talk|chat|speak)|sorry (?:for|about))\b",
        ),
    ),
    "role": (
        Rule(
            "not-my-role",
            r"(?:role|position|job|opening|opportunity|level|title|stack|technology|work|profile|it) (?:\w+ )?(?:isnt"
            r"|is not|doesnt|does not|wasnt|not) (?:\w+ ){0,2}(?:match|fit|suit|senior|what|my|right|for my|in line"
            r"|align|relevant|interest)\w*|too (?:junior|senior|technical|sales heavy|managerial)"
            r"|(?:over|under) ?qualified|not (?:senior|technical|junior) enough"
            r"|(?:not|no longer|dont|do not|never) (?:\w+ )?(?:do|doing|work(?:ing)? (?:with|in|on|as)|want to (?:do"
            r"|work (?:with|in|on))|interested in) (?:\w+ )?(?:php|java|python|sales|management|consulting|contracting"
            r"|contract work|contracts|freelance|freelancing|support|agency|agencies|crypto|gambling|defen[cs]e"
            r"|frontend|backend|recruiting|permanent|temporary|part time)"
            r"|wrong person for|not (?:my|the right) (?:field|area|profession|specialty|stack|skill ?set|background"
            r"|line of work)|(?:dont|do not) have (?:the|that|those|these|enough|any|that kind of)(?: \w+)? (?:skills?"
            r"|experience|qualifications?|background)|changed (?:career|careers|field|profession)"
            r"|wrong (?:role|job|field|stack|level)",
            (
                r"\b(?:if|unless|but (?:id|i would|im|i am|can|could|willing|happy|love|would|very|eager)|is it"
                r"|would it"
                r"|whether|willing to learn|not sure)\b"
            ),
        ),
    ),
}

CONTACT = (
    Rule(
        "contact-then",
        (
            r"(?:get|come|check|circle|report|write|reach|touch|be|follow|speak|talk|chat|reconnect|connect|catch|hear"
            r"|call|ring|phone|contact|ping|message|text|email|mail|try|ask|remind|approach|reapproach|revisit"
            r"|reconsider|discuss|meet|look|keep|touch base|catch up|follow up|check in|reach out|interested|open"
            r"|better|best|possible|again|until|till|before|earliest|busy|away|travelling|traveling|vacation|holiday"
            r"|leave|abroad|maybe|perhaps|probably|possibly|rather|postpone|wait|later|available to talk|free|ready"
            r"|consider|considering|looking|start looking|up for|pause|snooze|hold off)"
        ),
        (
            r"(?:start|begin|join|starting) (?:\w+ ){0,3}(?:in|from|on|by|next|within|after)|start date|notice period"
            r"|available (?:from|in|on)|graduat\w+"
            r"|(?:started|joined|finished|left|worked|moved|was|were|been|had|sent|applied|spoke|talked|met|wrote"
            r"|emailed|ago|last|since)\b(?!.*\b(?:again|contact|back|touch|try|later|until)\b)"
        ),
    ),
)

AGAIN = (
    Rule(
        "maybe-later",
        r"(?:maybe|perhaps|possibly|probably|rather) (?:\w+ ){0,2}(?:later|another time|some other time|in (?:the "
        r"|a )?(?:near )?future|one day|next time|some ?day)|(?:some other|another) time(?: maybe| perhaps)?$"
        r"|not (?:right )?now|not (?:just )?yet|not at (?:the|this) (?:moment|time|point|stage)|not for now"
        r"|(?:get back|come back|contact|write|reach out|ping|call|email|text|try|ask|check in|talk"
        r"|touch base)(?: \w+){0,3} (?:later|another time|some other time|in (?:the |a )?future|down the (?:line"
        r"|road)|next time|when things|after the holidays|after my (?:holidays?|vacation|leave|exams?))"
        r"|keep me in mind|keep my (?:details|cv|resume|profile|name)(?: \w+)? (?:on file|for)"
        r"|down the (?:line|road)|(?:after|until after) (?:the|my) (?:school )?(?:holidays?|vacation|exams?"
        r"|maternity leave|parental leave|leave)|in a while|sometime later|hold off",
        (
            r"why not|if not now|(?:id|i would) rather not wait|not yet (?:heard|received|got|been|had|decided)"
            r"|have(?:nt| not) yet|not right now but id|not now but (?:now|today)"
            r"|(?:look(?:ing)? forward|talk) (?:\w+ )?to (?:\w+ )?later"
        ),
    ),
)

INTERESTED = (
    Rule(
        "interested",
        r"(?:im|i am|id be|i would be|i d be|would be|very|really|definitely|still|also|quite|absolutely|certainly"
        r"|always|extremely|super|highly|totally|yes|yes im|and) (?:very |really |definitely |still |also |quite "
        r"|absolutely |certainly |potentially |generally |always |indeed |highly )*(?:interested|keen|up for (?:it"
        r"|this|that|a)|excited|curious|intrigued|open to (?:it|this|that|a|hear\w*|discuss\w*|chat\w*|talk\w*|new"
        r"|explor\w*|learn\w*|opportunit\w*|the)|game)"
        r"|^(?:\w+ )?interested(?: in (?:this|the|that|hearing|learning|your)\b.*)?$"
        r"|(?:that|this|it|the \w+|which|and|all|role|job|opportunity) (?:does |really |all )?(?:sounds?|looks?"
        r"|seems?) (?:really |very |like an? |quite |super |absolutely |truly )*(?:great|good|interesting|exciting"
        r"|amazing|lovely|perfect|awesome|fantastic|cool|wonderful|excellent|brilliant|promising|right up my"
        r"|exactly)"
        r"|^sounds (?:really |very |like an? |quite |super |absolutely )*(?:great|good|interesting|exciting"
        r"|amazing|lovely|perfect|awesome|fantastic|cool|wonderful|excellent|brilliant|promising)",
        (
            r"(?:not|no longer|nt|never|hardly) (?:\w+ )?(?:interested|keen|curious|open|excited|up)|would have been"
            r"|(?:was|were|used to be) (?:\w+ )?(?:interested|keen|open)|\bif\b|only if|unless"
            r"|interested (?:to know |in knowing )?(?:how|why|where) you"
            r"|but (?:not|no|unfortunately|sadly|im not|i cant|i have to|ill|i am not|the timing)|too good to be"
            r"|interested in (?:unsubscribing|being removed)|wouldnt|isnt|sounds like (?:a )?spam"
        ),
    ),
    Rule(
        "gladly",
        r"(?:id|i would|would|we would|i d) (?:really |absolutely |definitely |also )*(?:love|like|be happy"
        r"|be glad|be delighted|be pleased|welcome) (?:to|an?|the) (?:\w+ ){0,2}(?:hear|talk|chat|learn|know"
        r"|discuss|meet|apply|join|come|explore|speak|call|conversation|interview|see|find out|connect|opportunity"
        r"|be considered|schedule|take|work)"
        r"|(?:happy|glad|keen|pleased|delighted|eager|more than happy|excited) to (?:\w+ )?(?:chat|talk|hear"
        r"|discuss|learn|meet|speak|connect|apply|join|have|jump|schedule|explore|come|call|take)"
        r"|count me in|im in$|i am in$|(?:please )?tell me more"
        r"|(?:send|share|give)(?: me| us)? (?:\w+ )?(?:more|further|the|some|additional) (?:info|information"
        r"|details|job description|description)"
        r"|lets (?:talk|chat|do (?:it|this)|schedule|set up|arrange|meet|speak|connect|have)"
        r"|looking forward to (?:hear|talk|meet|speak|learn|it|the|our|your|chat|discuss)\w*"
        r"|please (?:call|ring|phone) me(?: back)?(?: any ?time| today| tomorrow| when| on|$)",
        (
            r"\bif\b|but (?:not|no|unfortunately|sadly|im not|i cant|i have to|i am not|the)"
            r"|would have (?:loved|liked)"
            r"|(?:unsubscribe|removed|stop|never|nothing|no longer|not (?:happy|glad|keen)|withdraw|remove|opt|cancel"
            r"|decline)|like to know (?:how|why|where) you|less|looking forward to (?:not|the day|never)"
        ),
    ),
    Rule(
        "yes",
        (
            r"^(?:oh |hi |hello |hey |\w+ )?(?:yes|yeah|yep|yup|sure|absolutely|definitely|of course|certainly|gladly"
            r"|with pleasure|why not|sure thing|yes please|by all means)(?: (?:please|thanks|thank you|definitely"
            r"|of course|absolutely|sure|gladly|lets|do|i am|im|it does|that works|works for me|for sure|very much"
            r"|why not|i would|i do|sounds good|totally|interested|yes|go ahead))*$"
        ),
        r"\bnot\b|no\b",
    ),
)

QUESTION = (
    Rule(
        "asks",
        (
            r"^(?:(?:hi|hello|hey|and|but|also|so|ok|thanks|thank you|well|just|actually|dear|sorry|great|cool|nice"
            r"|first|please|\w+) ){0,2}(?:what (?:is|are|s|about|would|kind|does|do|will|exactly|salary|stack|time"
            r"|happens)|whats|when (?:is|are|will|do|does|would|can|could|should)|where (?:is|are|would|will|do|does"
            r"|exactly)|who (?:is|are|will|would|do)|why (?:is|are|did|do|does|was)|which|how (?:much|many|long|do"
            r"|does|is|are|can|would|will|big|often|did|soon|should)|is (?:it|this|the|that|there|remote)|are (?:there"
            r"|you|the|these|they)|do (?:you|i|they)|does (?:the|it|this|that|your)|can (?:you|i|we|someone)"
            r"|could (?:you|i|we|someone)|would (?:you|i|it|there)|will (?:there|you|it|the|i)|may i|should i|did you"
            r"|have you|has (?:the|it|there)) \w{2,}"
        ),
        (
            r"^(?:\w+ ){0,3}(?:when (?:you|i|we|it|the|they) )|what (?:is|s) more|do i (?:love|like)"
            r"|which (?:is|was|would be|sounds) (?:great|good|nice|why|fine|perfect|interesting)"
            r"|^(?!(?:what|when|where|who|how|why|which) )(?:\w+ ){1,2}(?:is (?:it|this|the|that|there)"
            r"|are (?:there|you|the|these|they)"
            r"|will (?:there|you|it"
            r"|the|i)|would (?:you|i|it|there)|do (?:you|i|they)|should i|does (?:the|it|this|that|your)) .*"
            r"|^(?:that|this|it|which|here|there) "
        ),
    ),
    Rule(
        "wants-to-know",
        r"(?:could|can|would|will) you (?:please |kindly |maybe |possibly |also |just )*(?:tell|send|let|share"
        r"|explain|clarify|confirm|provide|forward|give|elaborate|advise|check)"
        r"|(?:would|d|id) (?:\w+ )?like to (?:know|ask|understand)|(?:was|am|im|i m|just) wondering"
        r"|wonder (?:if|whether|what|how|when)"
        r"|please (?:let me know|tell me|advise|explain|clarify|confirm) (?:what|whether|if (?:the|there|i|it|this"
        r"|you (?:need|have|got|received))|when|how|who|where|why|the)"
        r"|let me know (?:what the|whether|when|how|who|where)"
        r"|have (?:a |one |some |two |three |a few |a couple of |a quick |another |several )+(?:questions?|queries"
        r"|query)|(?:my|one|quick|another|a) question|questions? (?:about|regarding|concerning|on|before)"
        r"|any (?:news|update|updates|feedback)(?: on| about| regarding| yet|$)"
        r"|(?:still )?(?:havent|have not|not) (?:yet )?heard (?:back|anything|from)|still waiting (?:for|to hear)",
        (
            r"no (?:further |more |other )?questions?|(?:tell|let|send|share) me more|question of|without question"
            r"|no question|out of the question|like to know (?:more|how you got me)$|interview questions?"
            r"|would like to know more"
        ),
    ),
)

COURTESY = (
    r"^(?:(?:hi|hello|hey|hope) )?(?:how (?:are|r) (?:you|things|u)(?: doing| today| all)?|hows (?:it going"
    r"|life|everything|things)|how is it going|hope (?:you|all|this|everything)\b.*|ok|okay|right|deal|isnt it"
    r"|is it|no|yes|got it|agreed|really|you know|why not|who knows|whats up|alright|understood|remember me"
    r"|remember|sounds good|does that work(?: for you)?)$"
)

BARE = (
    r"maybe|perhaps|probably|possibly|rather|better|please|pls|again|then|sometime|some time|more|like|say"
    r"|lets|let us|ok|sorry|thanks|thank you|hi|hello|would|be|is|works?|for|me|around|about|approximately"
    r"|roughly|earliest|at the|the|in|from|on|onwards?|not|before|until|after|by"
    r"|would be (?:better|good|fine|great|ideal)|it|try|ask|also|end of|but|and|i|am|im|only|just|fine|good"
    r"|great|ideal|at|of|a|to"
)

ENGLISH = Tongue(
    language="en",
    markers=(
        r"the|you|your|is|are|and|for|with|not|this|that|my|me|im|dont|have|would|please|thanks|interested|to|of"
        r"|it|what|when|how|be|at|but|was|will|can"
    ),
    fillers=(
        r"please|pls|plz|thanks|thank|you|thx|now|immediately|asap|ok|okay|hi|hello|hey|guys|sir|madam|just"
        r"|already|again|me|it|this|everything|at once|today|forever|dear|team|sorry|kindly"
    ),
    stop_words=(
        r"stop(?: ?all)?|stopp|unsubscribed?|un subscribe|unsuscribe|unsubcribe|unsubsribe|unsubscribe me|cancel|end|quit"
        r"|revoke|opt ?out|unsub"
    ),
    plain_stop_words=r"stop ?all|stop|(?:unsubscribe|un subscribe|unsuscribe|unsubcribe|unsubsribe)(?: me)?|opt ?out",
    start_words=r"start|unstop|re ?subscribe",
    help_words=r"help|info",
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
    courtesy=COURTESY,
    bare=BARE,
    dates=ENGLISH_DAYS,
)
