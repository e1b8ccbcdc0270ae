"""Portuguese, of Portugal and Brazil."""

from __future__ import annotations

from domain.phrases.days import PORTUGUESE_DAYS
from domain.phrases.rules import Rule, Tongue

_MAIL = (
    r"(?:sms|mensage(?:m|ns)|mails?|emails?|spam|publicidade|chamadas|ligacoes|notificacoes|newsletters?"
    r"|propagandas?|ofertas|alertas)"
)
_LIST = (
    r"(?:listas?|lista de (?:emails?|contatos|contactos|envio|distribuicao)|base|base de dados|banco de dados"
    r"|cadastro|newsletter|contatos|contactos|sistema)"
)
_DATA = r"(?:dados(?: pessoais)?|informacoes(?: pessoais)?|informacao|perfil|conta|curriculo|cv|cadastro)"

STOP = (
    Rule(
        "no-more",
        (
            rf"^(?:\w+ ){{0,2}}(?:chega de|basta de|nao mais|sem mais|nada de) (?:mais |essas "
            rf"|estas )?{_MAIL}(?: (?:por favor|obrigad[oa]))*$"
            r"|nao (?:quero|desejo|gostaria de|pretendo) (?:mais )?(?:receber (?:mais |as suas |as vossas |suas "
            rf"|essas |estas |nenhuma? )*(?:{_MAIL}|nada)|ser (?:mais )?contact?ad[oa]|que me (?:contact|contat|escrev"
            r"|mand|envi|lig)\w+)|nao (?:quero|desejo) mais (?:receber|ser|ouvir)"
        ),
        r"recebi|por que|se ",
    ),
    Rule(
        "stop-writing",
        (
            r"(?:parem|pare|para|parar|deixem|deixe|cessem) (?:ja )?(?:de|com) (?:me )?(?:mandar|enviar|escrever"
            r"|contact?ar|ligar|incomodar|perturbar|chatear|as mensagens|os sms|as|os|essas|esses|estas|estes)\w*"
        ),
        r"nao (?:parem|pare|para|deixem|deixe) de|se (?:pararem|parar)",
    ),
    Rule(
        "do-not-contact",
        (
            r"nao (?:me|nos) (?:mand|envi|escrev|contact|contat|perturb|incomod|lig|chatei"
            r"|procur)\w*(?: \w+){0,3} (?:mais|nunca|novamente|nada)\b"
            r"|nao (?:voltem|volte|tornem) a (?:contact|contat|escrever|enviar|ligar|mandar)\w*"
            r"|^(?:por favor )?nao (?:me )?(?:mand|envi|escrev|contact|contat|perturb|incomod)(?:em|e|am|a"
            r"|eis)(?: me)?(?: (?:mais|por favor|obrigad[oa]|mensagens|sms|emails))*$"
        ),
        r"antes|ate |no trabalho|por que|de manha|a noite|empregador|chefe",
    ),
    Rule(
        "take-off-list",
        (
            r"(?:me (?:tir|remov|retir|exclu|apag|elimin|risc)\w*|(?:tir|remov|retir|exclu|apag|elimin|risc)\w* (?:me"
            rf"|(?:o )?meu \w+|(?:a )?minha \w+))(?: \w+){{0,3}} (?:da|das|do|dos|de)(?: (?:sua|suas|vossa|vossas|seu"
            rf"|vosso|toda|todas))?(?: \w+)? ?{_LIST}"
            r"|^(?:por favor )?(?:me (?:tire|remova|exclua|descadastre)|remova me|removam me|tirem me|descadastrem me"
            r"|eliminem me)\b"
        ),
        (r"nao (?:me )?(?:tir|remov|retir|exclu)\w*|lista de espera|processo"),
    ),
    Rule(
        "unsubscribe",
        (
            r"(?:quero|gostaria de|desejo|como posso|como faco para|preciso|favor) (?:\w+ )?(?:me )?(?:descadastrar"
            r"|desinscrever|cancelar (?:a |minha |a minha )*(?:subscricao|assinatura)|sair (?:da|desta|dessa) lista"
            r"|anular a subscricao)|cancel\w* (?:a )?(?:minha )?(?:subscricao|assinatura|inscricao)$"
            r"|cancel\w* (?:a )?(?:minha )?(?:subscricao|assinatura)|descadastr\w+|desinscrev\w+"
            r"|anular (?:a )?(?:minha )?subscricao"
        ),
        r"por (?:engano|erro)|processo|faculdade",
    ),
    Rule(
        "leave-alone",
        (
            r"(?:me deixe|deixe me|deixem me|me deixem|deixa me|me deixa) em paz"
            r"|(?:apag|esquec|elimin|exclu)\w* (?:o )?meu (?:numero|telefone|telemovel)|(?:e|isto e|isso e) spam"
            r"|marcad[oa] como spam|denunciad[oa] como spam"
            r"|nunca (?:me inscrevi|dei (?:o meu |meu )?consentimento|autorizei|subscrevi)"
        ),
    ),
    Rule(
        "withdraw-consent",
        r"(?:retiro|revogo|revogar|retirar) (?:o )?(?:meu )?(?:consentimento|autorizacao)|oponho me|me oponho",
    ),
)

ERASE = (
    Rule(
        "erase-data",
        (
            r"(?:apag|elimin|exclu|remov|delet|destru)\w* (?:por favor )?(?:todos |todas |definitivamente )*(?:os |as "
            rf"|o |a )?(?:meus|meu|minha|minhas) {_DATA}"
            r"|(?:eliminacao|exclusao|remocao|apagamento) (?:completa )?(?:dos|do|da|de todos os|das) (?:meus|meu"
            rf"|minha|minhas) {_DATA}|(?:meus|meu|minha) {_DATA}(?: \w+){{0,3}} (?:apagad|eliminad|excluid|removid)\w*"
            r"|direito ao (?:esquecimento|apagamento)"
        ),
        (
            r"nao (?:apag|elimin|exclu|remov)\w*|antig\w*|nova versao|atualiz\w*|anexo|quando|quanto tempo|anterior"
            r"|experiencia|projeto"
        ),
    ),
)

START = (Rule("start-again", r"reativar|voltar a receber|inscrever(?: me)? (?:novamente|de novo)", r"nao "),)

WRONG_PERSON = (
    Rule(
        "wrong-number",
        (
            r"(?:pessoa|numero|email|destinatari[oa]) (?:errad[oa]|enganad[oa])"
            r"|engan(?:ou|aram|aste) (?:se )?(?:no|de|na) (?:numero|pessoa|endereco)|^(?:\w+ )?(?:e|foi) engano$"
            r"|numero engano|nao sou (?:a pessoa|quem|essa pessoa|o destinatario)|(?:confund\w+ me|me confund\w+) com"
        ),
        (r"\b(?:dei|coloquei|enviei|escrevi) |se |pessoa (?:certa|errada) para"),
    ),
    Rule(
        "no-longer-here",
        (
            r"(?:ja nao|nao) (?:trabalha|vive|mora)(?: mais)? (?:\w+ )?(?:aqui|connosco|conosco|na nossa empresa"
            r"|na empresa|nesta empresa|neste)|nao conheco (?:ninguem com|essa pessoa)"
            r"|(?:numero|email)(?: \w+){0,2} (?:ja nao e|nao e mais|nao pertence)"
            r"|(?:senhor|senhora|sr|sra) \w+ (?:faleceu|saiu da empresa|deixou a empresa)"
        ),
    ),
)

NO = (
    Rule(
        "not-interested",
        (
            r"nao (?:me )?(?:interessa|interessam)\b"
            r"|nao (?:estou|tenho|estaria) (?:\w+ ){0,3}(?:interessad[oa]|interesse)|sem interesse"
            r"|ja nao (?:estou interessad[oa]|tenho interesse)"
        ),
        r"nao so|mas (?:sim|muito)|se |por que|prefer",
    ),
    Rule(
        "no-thanks",
        (
            r"^(?:(?:ola|oi|desculpe|obrigad[oa]|mas|\w+) ){0,3}nao(?: (?:obrigad[oa]|muito obrigad[oa]|lamento"
            r"|desculpe|para mim|por favor))*$|^(?:\w+ ){0,2}nao (?:muito )?obrigad[oa]\b"
        ),
        r"(?:por que|porque|se|ou|como|quando) nao",
    ),
    Rule(
        "decline",
        (
            r"(?:tenho de|tenho que|vou|prefiro|decidi|gostaria de|preciso) (?:\w+ )?(?:recusar|declinar|desistir"
            r"|retirar a (?:minha )?candidatura)|declino|recuso (?:a|o|esta)|retiro a minha candidatura"
            r"|retirar (?:a )?minha candidatura"
            r"|nao (?:desejo|quero|pretendo) (?:continuar|prosseguir|participar|me candidatar|candidatar me|avancar)"
            r"|desisto"
        ),
        r"posso|como|nao (?:quero|desejo) (?:recusar|desistir)",
    ),
    Rule(
        "not-looking",
        (
            r"nao (?:\w+ )?(?:procuro|a procura|procurando|estou a procurar|busco|buscando|disponivel para mudar"
            r"|abert[oa] a)(?: \w+){0,4}|nao (?:e para mim|e o que procuro|e o que busco|me convem)"
            r"|nao (?:pretendo|penso em|tenciono) (?:mudar|sair|trocar)"
        ),
        r"mas (?:estou|estaria|sim)|se |por que",
    ),
)

REASONS = {
    "salary": (
        Rule(
            "pay-too-low",
            (
                r"(?:salario|remuneracao|ordenado|oferta|vencimento|proposta)(?: \w+){0,4} (?:(?:muito|demasiado"
                r"|bem) (?:baix[oa]|pouco)|baix[oa] demais|insuficiente|abaixo|inferior|nao (?:e suficiente|compensa"
                r"|chega))|ganho (?:ja )?mais|pagam (?:muito )?pouco|abaixo d[aoe]s? (?:minhas expectativas|que)"
                r"|mal pag[oa]"
            ),
            r"\b(?:se|negociavel)\b",
        ),
    ),
    "place": (
        Rule(
            "too-far",
            (
                r"(?:muito|demasiado|fica) (?:\w+ )?longe|longe demais"
                r"|nao (?:posso|quero|pretendo|estou dispost[oa] a|consigo"
                r"|penso em)(?: \w+)? (?:mudar(?: me)?(?: de cidade)?|me mudar|deslocar me|relocar\w*|viajar)"
                r"|(?:so|apenas|somente) (?:\w+ )?(?:remoto|teletrabalho|home office)"
                r"|(?:local|localizacao|distancia|cidade) (?:\w+ ){0,3}(?:nao|longe|problema)"
            ),
            r"\b(?:se|nao muito)\b|mudar de (?:emprego|trabalho|area)",
        ),
    ),
    "happy": (
        Rule(
            "happy-where-i-am",
            (
                r"(?:content[ea]|feliz|satisfeit[oa]|bem) (?:\w+ ){0,3}(?:onde estou|no meu|com o meu|com meu|na minha"
                r"|na empresa|trabalho|emprego|aqui|cargo|atual)"
                r"|(?:aceitei|encontrei|assinei|comecei|consegui|arranjei|tenho) (?:\w+ )?(?:outro|um novo"
                r"|uma nova|outra"
                r"|novo|um) (?:\w+ )?(?:trabalho|emprego|oferta|contrato|cargo|proposta)"
                r"|acabei de (?:mudar|comecar|assinar|entrar|aceitar)"
                r"|ja (?:encontrei|tenho|consegui|aceitei|arranjei) (?:\w+ )?(?:trabalho|emprego|cargo)"
            ),
            (
                r"nao (?:estou |sou |me sinto )?(?:\w+ )?(?:content|feliz|satisfeit)|mas (?:estou abert|estaria"
                r"|gostaria)"
                r"|se |ficaria|feliz em"
            ),
        ),
    ),
    "timing": (
        Rule(
            "bad-time",
            (
                r"nao e (?:um |o |uma )?(?:bom|boa|melhor|momento|altura)(?: momento| altura)?|mau momento|ma altura"
                r"|nao tenho tempo|muito ocupad[oa]"
                r"|(?:neste momento|de momento|no momento|atualmente|agora|por agora|por enquanto)(?: \w+){0,2} nao\b"
                r"|nao\b(?: \w+){1,5} (?:neste momento|de momento|no momento|atualmente|por agora|por enquanto)"
            ),
            r"\b(?:se)\b",
        ),
    ),
    "role": (
        Rule(
            "not-my-role",
            (
                r"(?:vaga|funcao|cargo|perfil|posicao|oferta|oportunidade)(?: \w+){0,4} nao (?:\w+ )?(?:corresponde"
                r"|se adequa|encaixa|combina|e o que|e adequad\w*|me)"
                r"|nao (?:e a minha area|se encaixa no meu|corresponde ao meu)"
                r"|(?:demasiado|muito) (?:junior|senior|tecnic[oa])|sobrequalificad[oa]|superqualificad[oa]"
                r"|nao tenho (?:a )?experiencia"
            ),
            r"\b(?:se|mas posso)\b",
        ),
    ),
}

CONTACT = (
    Rule(
        "contact-then",
        (
            r"(?:contact\w*|contat\w*|escrev\w*|lig\w*|fal\w*|convers\w*|volt\w*|retom\w*|avis\w*|pergunt\w*|procur\w*"
            r"|melhor|talvez|quem sabe|a partir|nao antes|ate|ferias|viagem|ocupad[oa]|pod\w*|esper\w*|adi\w*"
            r"|novamente|de novo|outra vez|interessad[oa]|interesse|lembr\w*|tent\w*|mais tarde|depois|apos|prefir\w*"
            r"|so)"
        ),
        r"\b(?:comecei|terminei|deixei|candidatei|enviei)\b(?!.*(?:contact|contat|escrev|volt|lig))|atras$|^ha ",
    ),
)

AGAIN = (
    Rule(
        "maybe-later",
        (
            r"(?:talvez|quem sabe|melhor) (?:\w+ ){0,3}(?:mais tarde|mais para a frente|mais pra frente|noutra altura"
            r"|numa outra ocasiao|em outro momento|outra vez|no futuro|um dia|depois)"
            r"|(?:contact\w*|contat\w*|escrev\w*|lig\w*|fal\w*|volt\w*|avis\w*|tent\w*)(?: \w+){0,4} (?:mais tarde"
            r"|no futuro|noutra altura|em outro momento|mais para a frente|mais pra frente|depois das (?:\w+ )?ferias"
            r"|depois dos exames|apos as ferias)"
            r"|^(?:\w+ ){0,2}(?:agora nao|nao agora|ainda nao|mais tarde|noutra altura|por enquanto nao|por agora nao"
            r"|no momento nao)(?: (?:obrigad[oa]|talvez))*$"
            r"|^(?:\w+ ){0,2}(?:depois das|apos as|depois dos) (?:\w+ )?(?:ferias|exames)(?: (?:obrigad[oa]|talvez"
            r"|melhor))*$|(?:ten|mant|lembr)\w* (?:\w+ )?(?:em mente|em consideracao|de mim)"
        ),
        r"por que|porque nao|ainda nao (?:recebi|tive|decidi)",
    ),
)

INTERESTED = (
    Rule(
        "interested",
        (
            r"(?:estou|estaria|fiquei|tenho|muito|continuo|sim|realmente) (?:\w+ ){0,2}(?:interessad[oa]|interesse"
            r"|abert[oa] a|dispost[oa] a (?:conversar|falar)|entusiasmad[oa]|curios[oa])"
            r"|(?:me|nos) (?:\w+ )?(?:interessa|agrada|interessou)|interessa (?:me|nos)|agrada me"
            r"|(?:parece|soa|e) (?:me )?(?:\w+ ){0,2}(?:interessante|otim[oa]|excelente|perfeit[oa]|muito bem"
            r"|fantastic[oa]|bom|boa|incrivel|optim[oa])|^(?:muito )?interessad[oa](?: \w+)?$"
        ),
        (
            r"\bnao (?:\w+ ){0,3}(?:interess|abert|agrada|parece|e|curios)\w*|\bse (?:o|a|fosse|for|houver)"
            r"|mas (?:nao|infelizmente|agora|acabei|estou|de momento)|teria|sem interesse|bom dia|boa (?:tarde|noite)"
        ),
    ),
    Rule(
        "gladly",
        (
            r"(?:com (?:todo o |muito )?(?:prazer|gosto)|adoraria|gostaria (?:muito )?de (?:\w+ )?(?:saber mais"
            r"|conversar|falar|conhecer|participar|me candidatar|candidatar me|receber mais)|contem comigo"
            r"|conte comigo|mais (?:informacoes|detalhes|informacao|info)|vamos (?:conversar|falar|marcar)"
            r"|(?:me liguem|liguem me|me ligue|ligue me))"
        ),
        r"\bnao\b|\bse |(?:remov|elimin|cancel|retir|recus|declin|desist|descadastr)\w*",
    ),
    Rule(
        "yes",
        (
            r"^(?:\w+ )?(?:sim|claro|com certeza|certamente|perfeito|de acordo|sem duvida|combinado"
            r"|por que nao)(?: (?:obrigad[oa]|por favor|claro|com certeza|com prazer|que sim|tenho interesse"
            r"|pode ser))*$"
        ),
        r"nao$",
    ),
)

QUESTION = (
    Rule(
        "asks",
        (
            r"^(?:(?:ola|oi|obrigad[oa]|e|mas|bom dia|boa tarde|\w+) ){0,2}(?:qual (?:e|o|a|seria)|quais (?:sao|os|as)"
            r"|quant[oa]s?|quando (?:e|comeca|saberei|terei|seria|posso)|onde (?:e|fica|seria)|quem (?:e|sera)"
            r"|por que (?:me|nao)|como (?:e|posso|funciona|seria|consegui\w*|obtiv\w*)|ha (?:possibilidade|alguma)"
            r"|existe|e possivel|posso|podem|poderiam|poderia|tem|voces) \w{2,}"
        ),
        r"^(?:\w+ )?(?:quando (?:quiser|puder)|tem sido)|^(?:\w+ ){1,2}tem ",
    ),
    Rule(
        "wants-to-know",
        (
            r"(?:podem|pode|poderiam|poderia|podes) (?:me )?(?:\w+ )?(?:dizer|enviar|mandar|indicar|explicar|confirmar"
            r"|informar|dar|esclarecer|partilhar|compartilhar)"
            r"|(?:gostaria de|queria|quero) (?:saber|perguntar|entender)\b"
            r"|(?:uma|tenho|algumas|duas|outra|minha) (?:\w+ )?(?:pergunta|perguntas|duvida|duvidas|questao"
            r"|questoes)\b|(?:ha|alguma|tem) (?:\w+ )?(?:novidade|novidades|noticia|noticias|resposta)"
            r"|ainda nao (?:recebi|tive) (?:\w+ )?(?:resposta|noticias|retorno|feedback)"
        ),
        r"saber mais|sem duvida|nao tenho (?:perguntas|duvidas)|qualquer duvida",
    ),
)

PORTUGUESE = Tongue(
    language="pt",
    markers=(
        r"o|os|as|que|nao|me|por|favor|obrigado|obrigada|estou|uma|um|e|em|de|meu|minha|meus|para|com|mas|ola|oi"
        r"|muito|mais|sim|sou|tenho|ja|do|da|ao|como|quando|quero|pode|voces|bom|dia|seu|vossa"
    ),
    fillers=r"por favor|obrigad[oa]|ja|agora|ola|oi|muito obrigad[oa]|imediatamente|tudo|sms",
    stop_words=r"parar|pare|parem|sair|cancelar|remover|descadastrar|stop|sim parar|cancelar sms",
    plain_stop_words=r"descadastrar",
    start_words=r"reativar|iniciar|recomecar",
    help_words=r"ajuda",
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
        r"^(?:(?:ola |oi )?(?:como (?:esta|estao|vai|vao)|tudo bem)(?: \w+)*|certo|ok|nao|sim|verdade|esta bem"
        r"|ta bom)$"
    ),
    bare=(
        r"talvez|quem sabe|melhor|obrigad[oa]|por favor|em|a|de|partir|para|seria|o|as|no|na|nao antes|ola|mas|e"
        r"|ou|so|pode ser|depois|la|ser|da|do|das"
    ),
    dates=PORTUGUESE_DAYS,
)
