"""French."""

from __future__ import annotations

from domain.phrases.days import FRENCH_DAYS
from domain.phrases.rules import Rule, Tongue

_MAIL = (
    r"(?:sms|textos?|messages?|mails?|emails?|courriels?|spams?|pubs?|publicites?|sollicitations?|newsletters?"
    r"|appels?|notifications?|offres?|annonces?)"
)
_LIST = (
    r"(?:listes?|base|bases|fichiers?|mailing|mailing list|liste de diffusion|base de donnees|newsletter"
    r"|contacts|carnet)"
)
_DATA = r"(?:donnees|infos|informations|profil|compte|cv|coordonnees|dossier)"
_MY = r"(?:mes|mon|ma|toutes mes|l ensemble de mes)"

STOP = (
    Rule(
        "no-more",
        (
            rf"^(?:\w+ ){{0,2}}(?:plus de|plus aucun|plus d|stop aux?|assez de|marre de|fini les|pas de) (?:vos |ces "
            rf"|tous ces |vos autres )?{_MAIL}(?: (?:svp|merci|s il vous plait|s il te plait|de votre part))*$"
            rf"|(?:ne )?(?:veux|souhaite|desire|voudrais|souhaiterais) (?:plus|ne plus) (?:\w+ ){{0,2}}(?:recevoir"
            rf"|etre (?:contacte|sollicite|derange|demarche)|avoir de (?:vos )?{_MAIL}|de (?:vos )?{_MAIL})"
            rf"|(?:veux|souhaite|desire) pas (?:recevoir (?:de )?(?:vos |d autres |ces )(?:\w+ )?{_MAIL}"
            r"|etre (?:contacte|sollicite|derange|demarche)\w*)"
            r"|souhaite ne (?:plus|pas) (?:etre (?:contacte|sollicite)|recevoir)"
        ),
        r"recu|pourquoi|avant|si ",
    ),
    Rule(
        "stop-writing",
        (
            r"arret(?:ez|e) (?:\w+ )?(?:de |d )(?:me |m |nous )?(?:contacter|ecrire|envoyer|harceler|spammer|relancer"
            r"|solliciter|deranger|appeler|texter|importuner)"
            r"|arreter (?:de |d )(?:me |m |nous )(?:contacter|ecrire|envoyer|harceler|spammer|relancer|solliciter"
            r"|deranger|appeler|importuner)"
            r"|arret(?:ez|e) (?:immediatement |svp |tout de suite )?(?:(?:les|vos|ces|tous vos|tous ces|avec vos"
            rf"|avec ces) (?:\w+ )?{_MAIL}|l envoi|d envoyer|ca$|tout$)"
            r"|cessez (?:de (?:me|m|nous) |vos |ces |tout (?:envoi|contact))"
        ),
        r"ne (?:vous )?arret|ai arrete|avez arrete|pourquoi|n arret|j arrete|il arrete",
    ),
    Rule(
        "do-not-contact",
        (
            r"ne (?:m|me|nous) (?:contact\w*|recontact\w*|ecri\w*|envoy\w*|sollicit\w*|derang\w*|rappel\w*|relanc\w*"
            r"|harcel\w*|text\w*|importun\w*) (?:plus|jamais|pas a nouveau)"
            r"|(?:merci de|veuillez|priere de|svp|s il vous plait|demande de|bien vouloir) ne (?:plus|pas"
            r"|jamais) (?:me |m |nous )?(?:contacter|recontacter|ecrire|envoyer|solliciter|deranger|relancer"
            r"|importuner|harceler)(?! (?:avant|au travail|sur|a mon|mon))"
            r"|^(?:\w+ ){0,2}(?:me |m )?(?:contactez|ecrivez|envoyez) (?:moi )?plus(?: rien| de (?:sms|messages|mails"
            r"|emails))?$|ne plus (?:me|m) (?:contacter|ecrire|envoyer|solliciter)"
        ),
        r"avant|jusqu|employeur|au travail|au bureau|pendant|pourquoi|plutot|hesit|le soir",
    ),
    Rule(
        "take-off-list",
        (
            r"(?:retir|enlev|supprim|effac|desinscri)\w*(?: moi| nous| mon \w+(?: \w+)?| mes \w+"
            rf"| mon nom)(?: \w+){{0,3}} (?:de|des|du) (?:votre|vos|la|cette|toutes|ce|ces|ta"
            rf"|tes)(?: \w+){{0,2}} {_LIST}"
            rf"|(?:rayez|otez|sortez)(?: moi| mon \w+)(?: \w+){{0,3}} (?:de|des|du) (?:votre|vos|la|cette"
            rf"|ces)(?: \w+){{0,2}} {_LIST}"
            rf"|(?:me|m) (?:retirer|enlever|supprimer|rayer|oter|desinscrire|sortir)(?: \w+){{0,2}} (?:de|des"
            rf"|du) (?:votre|vos|la|cette|toutes|ce|ces|ta|tes)(?: \w+){{0,2}} {_LIST}"
            r"|(?:retirez|enlevez|supprimez|desinscrivez|desabonnez|rayez) moi(?: (?:svp|merci|s il vous plait|de la"
            r"|de votre|de vos|des|immediatement|de cette)\b.*)?$"
        ),
        (
            r"ne (?:me |m )?(?:retirez|supprimez|enlevez)|liste d attente|ne pas (?:me )?(?:retirer|supprimer)"
            r"|du processus|des candidats"
        ),
    ),
    Rule(
        "unsubscribe",
        (
            r"(?:(?:veux|souhaite|voudrais|souhaiterais|comment|peux je|puis je|merci de|veuillez|aimerais|pouvez vous"
            r"|svp|demande de|demande a) (?:\w+ ){0,3}(?:me |m |se |etre )?)(?:desabonn\w*|desinscri\w*)"
            r"|^(?:\w+ ){0,2}(?:desabonnement|desinscription|desabonnez moi|desinscrivez moi|desabonne moi"
            r"|desinscris moi)(?: (?:svp|merci|s il vous plait|immediate|immediatement))*$"
        ),
        r"erreur|par megarde|pas me desabonner|ne (?:veux|souhaite) pas (?:me )?des|processus|concours|universite",
    ),
    Rule(
        "leave-alone",
        (
            r"laiss(?:ez|e) (?:moi|nous) (?:\w+ )?(?:tranquille|en paix)|fich(?:ez|e) moi la paix|foutez moi"
            r"|(?:oubliez|supprimez|effacez|perdez) mon numero|c est du (?:spam|harcelement)$|signale comme spam"
            r"|jamais (?:donne mon (?:accord|consentement)|demande a recevoir)|jamais inscrite? a (?:votre|cette|vos)"
        ),
    ),
    Rule(
        "withdraw-consent",
        (
            r"(?:retire|revoque|retirer|revoquer|annule) mon (?:consentement|accord|autorisation|abonnement)"
            r"|m oppose a (?:la|l|tout|toute) (?:traitement|utilisation|prospection|conservation|reception)"
        ),
    ),
)

ERASE = (
    Rule(
        "erase-data",
        (
            r"(?:supprim|effac|detrui)\w* (?:svp |s il vous plait |definitivement "
            rf"|immediatement )*{_MY} (?:\w+ )?{_DATA}"
            r"|(?:suppression|effacement|destruction) (?:complete |totale "
            rf"|definitive )?de (?:toutes )?{_MY} (?:\w+ )?{_DATA}"
            rf"|{_MY} (?:\w+ )?{_DATA}(?: \w+){{0,4}} (?:supprime\w*|efface\w*|soient? (?:supprime|efface)\w*)"
            r"|droit a l (?:oubli|effacement)"
        ),
        (
            r"ne (?:\w+ )?(?:supprim|effac)\w*|ancien\w*|nouvelle version|mise? a jour|ci joint|quand|combien de temps"
            r"|avez vous|remplac\w*|etes vous conforme|experience|projet|developpe"
        ),
    ),
)

START = (
    Rule(
        "start-again",
        r"reabonn\w*|reinscri\w*|(?:recommenc|repren)\w* (?:a |les )(?:m )?(?:envoyer|envois|messages|ecrire)",
        r"ne |quand",
    ),
)

WRONG_PERSON = (
    Rule(
        "wrong-number",
        (
            r"(?:mauvais|faux) (?:numero|destinataire|interlocuteur)|mauvaise personne"
            r"|vous avez (?:la |une )?mauvaise adresse"
            r"|(?:trompez|trompe|trompes) de (?:personne|numero|destinataire|adresse|interlocuteur)"
            r"|erreur de (?:destinataire|numero|personne)"
            r"|pas (?:la bonne personne|le bon (?:numero|destinataire|interlocuteur|contact)|la personne que vous)"
            r"|pas la personne (?:que vous )?(?:recherch|cherch|concern)\w*"
        ),
        (r"j ai (?:donne|envoye|ecrit|indique|saisi|mis)|si |pas la bonne personne pour"),
    ),
    Rule(
        "no-longer-here",
        (
            r"(?:travaille|fait|habite|occupe) plus (?:\w+ )?(?:partie|ici|chez nous|a cette adresse|dans (?:notre"
            r"|la) (?:societe|entreprise)|de (?:notre|la) (?:societe|entreprise))"
            r"|(?:monsieur|madame|mme|elle|il) (?:\w+ )?a quitte (?:la|notre|l) (?:societe|entreprise)"
            r"|(?:numero|adresse) (?:\w+ ){0,2}(?:n est plus|appartient a)"
            r"|connais (?:pas|personne) (?:\w+ )?(?:de ce nom|cette personne)|personne (?:ici )?(?:de|a) ce nom"
            r"|(?:monsieur|madame|mme) \w+ est decede\w*"
        ),
        (r"je ne (?:travaille|fais|suis|habite) plus"),
    ),
)

NO = (
    Rule(
        "not-interested",
        (
            r"(?:pas|plus|aucunement|nullement) (?:\w+ )?(?:interesse\w*|d interet|interessant\w*)"
            r"|(?:ne )?(?:m|nous) interesse(?:nt)? (?:pas|plus)|sans interet"
        ),
        (
            r"pas (?:\w+ )?desinteress|pas seulement|\bmais (?:tres|je (?:suis|serais)|ouvert|plutot)|si |pourquoi"
            r"|plutot"
        ),
    ),
    Rule(
        "no-thanks",
        (
            r"^(?:(?:bonjour|bonsoir|desole|desolee|merci|ah|oh|mais|\w+) ){0,3}non(?: (?:merci|desole|desolee"
            r"|merci beaucoup|pas pour moi|pas du tout|merci bien|mais merci))*$|^(?:\w+ ){0,2}non merci\b|sans facon"
        ),
        r"(?:ou|si|dire|dit|que|pourquoi) non",
    ),
    Rule(
        "decline",
        (
            r"(?:je )?(?:decline|dois decliner|vais decliner|prefere decliner|souhaite decliner|refuse"
            r"|ne donnerai pas suite|ne souhaite pas donner suite|ne donne pas suite)"
            r"|(?:retire|retirer|annule|annuler) ma candidature"
            r"|ne souhaite pas (?:poursuivre|continuer|postuler|donner)|pas donner suite|passe mon tour"
            r"|ne (?:suis|serai) pas (?:disponible|candidat\w*) (?:pour|a) (?:ce|cette|le)"
        ),
        r"comment|puis je|si je|ne (?:souhaite|veux) pas (?:retirer|annuler)",
    ),
    Rule(
        "not-looking",
        (
            r"(?:ne |n )?(?:suis|cherche|recherche|suis plus|etant) (?:\w+ )?(?:pas|plus"
            r"|rien) (?:\w+ ){0,3}(?:a la recherche|en recherche|en poste|a l ecoute|d emploi|de (?:nouveau "
            r"|nouvel )?(?:poste|emploi|travail|job)|d opportunites?|ouvert|ouverte|disponible)"
            r"|(?:ne )?(?:cherche|recherche) (?:\w+ )?(?:pas|plus|rien)(?: \w+)?$"
            r"|pas (?:pour moi|fait pour moi|ce que je (?:cherche|recherche))"
            r"|(?:ne )?(?:me )?(?:correspond|convient) (?:pas|plus)\b"
        ),
        (
            r"pas a moi|\bmais (?:je (?:suis|serais|reste)|ouvert|pourquoi pas|curieu)|si "
            r"|pas disponible (?:avant|lundi|mardi|demain|aujourd|ce|le)"
        ),
    ),
)

REASONS = {
    "salary": (
        Rule(
            "pay-too-low",
            (
                r"(?:salaire|remuneration|paie|package|offre|tjm|budget)(?: \w+){0,4} (?:trop (?:bas|basse|faible)"
                r"|insuffisant\w*|(?:en dessous|inferieur\w*) (?:de|a)|pas (?:assez|suffisant\w*|a la hauteur"
                r"|attracti\w*))|gagne (?:\w+ ){0,2}(?:plus|mieux|davantage)|trop peu paye|mal paye|sous paye"
                r"|en dessous de mes (?:attentes|pretentions)"
            ),
            r"\b(?:si|negociable)\b",
        ),
    ),
    "place": (
        Rule(
            "too-far",
            (
                r"trop (?:loin|eloigne\w*|de (?:route|trajet|transport))"
                r"|(?:ne )?(?:peux|veux|souhaite|compte|pense) pas (?:\w+ )?(?:demenager|me deplacer|bouger"
                r"|changer de (?:ville|region)|relocaliser)|pas (?:mobile|envisageable de demenager)"
                r"|demenag\w* (?:\w+ ){0,3}(?:pas|impossible|exclu)|uniquement (?:en )?(?:teletravail|remote|distanciel)"
                r"|(?:lieu|localisation|ville|trajet|distance) (?:\w+ ){0,4}(?:pas|trop|probleme)"
            ),
            r"\b(?:si|pas trop loin)\b",
        ),
    ),
    "happy": (
        Rule(
            "happy-where-i-am",
            (
                r"(?:heureu\w*|satisfait\w*|bien|content\w*|epanoui\w*|comble\w*) (?:\w+ ){0,3}(?:dans (?:mon|ma)|a mon"
                r"|la ou je|ou je suis|au sein|chez|avec mon|de mon)(?: \w+){0,3}"
                r"|(?:suis|me sens|me plais) (?:\w+ )?(?:tres )?bien (?:ou|la|dans|chez|ici)"
                r"|(?:trouve|accepte|signe|commence|pris|decroche) (?:\w+ ){0,2}(?:un |une |mon )?(?:autre |nouveau "
                r"|nouvel |nouvelle )?(?:poste|emploi|travail|job|contrat|cdi|offre|opportunite)"
                r"|viens (?:juste )?de (?:changer|commencer|signer|rejoindre|prendre)"
                r"|deja (?:trouve|en poste|pris\w*|signe|engage\w*)"
            ),
            (
                r"(?:pas|plus|ne) (?:\w+ )?(?:heureu|satisfait|content|trouve|accepte|signe|bien dans)\w*"
                r"|\bmais (?:ouvert|je (?:suis|serais|reste)|curieu|pourquoi)|si |serais heureu|heureu\w* de"
            ),
        ),
    ),
    "timing": (
        Rule(
            "bad-time",
            (
                r"(?:pas|plus) (?:vraiment )?(?:le bon|le meilleur|un bon|au bon) (?:moment|timing)"
                r"|(?:mauvais|pas le) (?:moment|timing)|(?:pas|plus) (?:le temps|de temps)"
                r"|trop (?:occupe\w*|de travail|charge\w*|pris\w*)"
                r"|(?:en ce moment|pour le moment|pour l instant|actuellement|a l heure actuelle"
                r"|dans l immediat) (?:\w+ ){0,4}(?:pas|plus|rien)"
                r"|(?:pas|plus|rien) (?:\w+ ){0,5}(?:en ce moment|pour le moment|pour l instant|actuellement"
                r"|dans l immediat|a l heure actuelle)"
            ),
            r"\b(?:si|est ce)\b",
        ),
    ),
    "role": (
        Rule(
            "not-my-role",
            (
                r"(?:poste|profil|role|offre|mission|stack|niveau)(?: \w+){0,5} (?:ne )?(?:correspond\w*|convient"
                r"|conviennent|colle|interesse)(?: \w+){0,1} pas"
                r"|pas (?:mon domaine|mon profil|mon metier|ma specialite|les competences|assez d experience)"
                r"|trop (?:junior|senior|technique|commercial)|sur ?qualifie\w*|sous ?qualifie\w*"
                r"|pas (?:qualifie\w*|assez qualifie\w*)"
            ),
            r"\b(?:si|mais je (?:peux|suis))\b",
        ),
    ),
}

CONTACT = (
    Rule(
        "contact-then",
        (
            r"(?:recontact\w*|contact\w*|revenez|reven\w*|rappel\w*|appel\w*|ecri\w*|reecri\w*|relanc\w*|parl\w*"
            r"|reparl\w*|discut\w*|rediscut\w*|echang\w*|plutot|peut etre|eventuellement|mieux|pas avant"
            r"|disponible pour|conge\w*|vacances|absent\w*|occupe\w*|possible|attend\w*|report\w*|plus tard|a nouveau"
            r"|de nouveau|volontiers|interesse\w*|envisager|envisage|ouvert\w*|d ici|point|faire le point|voir|jusqu"
            r"|des|tard|solliciter|reprendre|reessay\w*)"
        ),
        (
            r"(?:ai|suis|avais|etais) (?:\w+ )?(?:commence|quitte|postule|termine|fini|envoye)\b(?!.*(?:recontact"
            r"|rappel|revenez))|^.*il y a "
        ),
    ),
)

AGAIN = (
    Rule(
        "maybe-later",
        (
            r"(?:peut etre|eventuellement|plutot) (?:\w+ ){0,3}(?:plus tard|une autre fois|un autre moment"
            r"|une prochaine fois|a l avenir|un jour)"
            r"|(?:recontact\w*|contact\w*|revenez|rappel\w*|relanc\w*|reparl\w*|ecri\w*)(?: \w+){0,4} (?:plus tard"
            r"|a l avenir|dans le futur|une autre fois|ulterieurement|apres les (?:vacances|examens)"
            r"|apres mes (?:vacances|conges|examens)|apres mon conge \w+)"
            r"|^(?:\w+ ){0,2}(?:pas maintenant|pas tout de suite|plus tard|une autre fois|une prochaine fois"
            r"|pas encore)(?: (?:peut etre|merci|svp|desole))*$"
            r"|^(?:\w+ ){0,2}apres (?:les|mes) (?:vacances|examens|conges)(?: (?:peut etre|merci|svp|plutot))*$"
            r"|garde\w* (?:mon|mes|moi) (?:\w+ ){0,3}(?:sous le coude|pour (?:plus tard|l avenir|une prochaine)"
            r"|en tete|en memoire|dans vos)|(?:pas|non) pour (?:le moment|l instant)$"
        ),
        r"pourquoi|pas encore (?:recu|eu|decide|de)",
    ),
)

INTERESTED = (
    Rule(
        "interested",
        (
            r"(?:suis|serais|reste|tres|vraiment|toujours|fort|vivement|particulierement|egalement|oui"
            r"|bien) (?:\w+ ){0,2}(?:interesse\w*|partant\w*|curieu\w*|ouvert\w*|motive\w*|tente\w*|emballe\w*)"
            r"|(?:ca|cela|ce poste|l offre|le poste|cette offre|votre offre|la proposition|qui|et|opportunite"
            r"|proposition) (?:m |me )(?:\w+ )?(?:interesse\w*|plait|tente|parle|correspond)(?! pas| plus)"
            r"|(?:semble|parait|a l air|est|sonne) (?:\w+ ){0,2}(?:interessant\w*|passionnant\w*|super|genial\w*"
            r"|parfait\w*|allechant\w*|top|excellent\w*|prometteu\w*)|^(?:tres )?interesse\w*(?: \w+)?$"
        ),
        (
            r"(?:pas|plus|peu|jamais|aucun\w*) (?:\w+ ){0,2}(?:interesse\w*|partant|curieu|ouvert|interessant|tente"
            r"|motive)\w*|si |\bmais (?:pas|malheureusement|non|je (?:ne|suis|viens|cherche)|ce n|pour l|en ce)"
            r"|aurais ete|interesse\w* (?:pas|plus)|savoir (?:comment|ou) vous|mal"
        ),
    ),
    Rule(
        "gladly",
        (
            r"(?:avec plaisir|volontiers|avec grand plaisir|avec joie|ravi\w* d|serais ravi\w*|serais heureu\w*"
            r"|aimerais (?:bien )?(?:en |vous |en savoir|discuter|echanger|participer|postuler|rencontrer|avoir plus)"
            r"|hate de|en savoir plus|(?:plus|davantage) (?:d |de )(?:infos|informations|details|precisions)|discutons"
            r"|parlons|echangeons|appelez moi|rappelez moi (?:quand|des|svp)|comptez sur moi|je suis partant\w*)"
        ),
        (
            r"(?:pas|sans|non|ne) (?:\w+ )?(?:plaisir|volontiers|en savoir|partant)|si "
            r"|\bmais (?:pas|malheureusement|non)|(?:supprim|desabonn|desinscri|retir|declin|refus)\w*"
        ),
    ),
    Rule(
        "yes",
        (
            r"^(?:\w+ )?(?:oui|ouais|bien sur|absolument|certainement|evidemment|tout a fait|pourquoi pas|d accord"
            r"|avec plaisir)(?: (?:merci|bien sur|avec plaisir|volontiers|svp|s il vous plait|absolument|tout a fait"
            r"|pourquoi pas|beaucoup))*$"
        ),
        r"non|pas sur",
    ),
)

QUESTION = (
    Rule(
        "asks",
        (
            r"^(?:(?:bonjour|merci|et|mais|ok|bonsoir|\w+) ){0,2}(?:est ce (?:que|qu)|qu est ce|quel(?:le)?s? (?:est"
            r"|sont|serait|type|salaire|heure|date|est le|sont les)|combien|pourquoi (?:est|avez|ne|n|je)"
            r"|comment (?:est|se|puis|faire|dois|avez|ca)|quand (?:est|aura|puis|commence|aurai|sera|pourrai)"
            r"|ou (?:est|se|sera|puis|avez)|y a t il|avez vous|pouvez vous|pourriez vous|peut on|puis je|dois je"
            r"|faut il|serait il|qui (?:est|sera)) \w{2,}"
        ),
        r"^(?:\w+ ){1,2}(?:quand|ou) ",
    ),
    Rule(
        "wants-to-know",
        (
            r"(?:pouvez|pourriez|peux|pourrais) (?:vous|tu) (?:\w+ ){0,3}(?:dire|envoyer|preciser|indiquer|expliquer"
            r"|confirmer|communiquer|transmettre|donner|partager)"
            r"|(?:voudrais|aimerais|souhaite|souhaiterais) (?:\w+ )?(?:savoir|connaitre|demander)\b"
            r"|(?:une|ma|mes|quelques|deux|plusieurs|autre) (?:petite |autre |derniere )?questions?\b"
            r"|(?:des|avez vous des) nouvelles|toujours pas (?:eu|recu|de)"
            r"|merci de (?:me )?(?:dire|preciser|indiquer|confirmer|communiquer)"
        ),
        r"pas de questions?|aucune question|hors de question|en savoir plus|sans (?:aucune )?question",
    ),
)

FRENCH = Tongue(
    language="fr",
    markers=(
        r"je|le|la|les|vous|pas|ne|est|et|de|un|une|pour|merci|bonjour|mon|ma|mes|suis|dans|en|que|qui|ce|votre"
        r"|vos|plus|oui|avec|sur|au|du|il|me|moi|mais|non|svp|des|desole"
    ),
    fillers=(
        r"merci|svp|s il vous plait|s il te plait|stp|maintenant|bonjour|tout|moi|immediatement|de suite"
        r"|tout de suite|aux?|sms"
    ),
    stop_words=r"arret|arreter|arretez|stop|desabonner|desabonnement|desinscription|desinscrire|desabonnez|resilier",
    plain_stop_words=r"desabonner|desabonnement|desinscription|desinscrire",
    start_words=r"reabonner|reprendre|reinscription",
    help_words=r"aide",
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
        r"^(?:comment (?:allez vous|vas tu|ca va)|ca va(?: bien)?|(?:vous|tu) allez bien|n est ce pas|d accord|ok"
        r"|non|oui|vraiment)$"
    ),
    bare=(
        r"peut etre|eventuellement|plutot|merci|svp|volontiers|a|au|en|dans|des|pas avant|vers|disons|ou|et|mais"
        r"|bonjour|environ|le|la|les|du|de|mieux|serait|ce|courant|alors|non"
    ),
    dates=FRENCH_DAYS,
)
