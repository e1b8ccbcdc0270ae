"""Spanish."""

from __future__ import annotations

from domain.phrases.days import SPANISH_DAYS
from domain.phrases.rules import Rule, Tongue

_MAIL = (
    r"(?:sms|mensajes?|mails?|emails?|correos?|correos electronicos|spam|publicidad|llamadas?|notificaciones"
    r"|newsletters?|boletines|ofertas|alertas|textos)"
)
_LIST = (
    r"(?:listas?|lista de (?:correo|contactos|distribucion|difusion)|base|base de datos|bases de datos|fichero"
    r"|registros?|newsletter|boletin|contactos|sistema)"
)
_DATA = r"(?:datos(?: personales)?|informacion(?: personal)?|perfil|cuenta|curriculum|cv|expediente)"

STOP = (
    Rule(
        "no-more",
        (
            rf"^(?:\w+ ){{0,2}}(?:no mas|basta de|ya no mas|ni un) (?:sus |estos |tantos )?{_MAIL}(?: (?:por favor"
            r"|gracias))*$|(?:no|ya no) (?:quiero|deseo|me interesa|quisiera) (?:mas |recibir |seguir recibiendo "
            r"|que me (?:envien|manden|escriban|contacten|llamen) )+(?:mas |sus |estos |este tipo de |ningun "
            rf"|ninguna )*(?:{_MAIL}|nada)?(?: mas| de ustedes| suyos)*(?: por favor| gracias)*$"
            r"|(?:no|ya no) (?:quiero|deseo) (?:ser contactad[oa]|que me (?:contacten|contacte|escriban|molesten"
            r"|llamen|escribas|contactes))"
        ),
        r"recibido|por que|si ",
    ),
    Rule(
        "stop-writing",
        (
            r"(?:dej|par|ces)(?:en|a|e|ad|ar|es)(?: ya)? de (?:escribir|enviar|mandar|contactar|molestar|llamar|acosar"
            r"|spamear)(?:me|nos|les)?|(?:dejenme|dejame|dejeme) de (?:escribir|enviar|mandar|contactar|molestar"
            r"|llamar)"
        ),
        r"no (?:dejen|dejes|deje|paren|pares|pare) de|hasta que|si (?:dejan|paran)",
    ),
    Rule(
        "do-not-contact",
        (
            r"no (?:me|nos) (?:escrib\w*|contact\w*|envi\w*|mand\w*|molest\w*|llam\w*|text\w*|busqu\w*"
            r"|hostig\w*)(?: \w+){0,3} (?:mas|nunca|otra vez|de nuevo|jamas|nada)\b"
            r"|^(?:por favor )?(?:ya )?no (?:me|nos) (?:escriban|escribas|escriba|contacten|contactes|contacte|envien"
            r"|envies|envie|manden|mandes|mande|molesten|molestes|moleste)(?: (?:por favor|gracias|mensajes|sms"
            r"|correos|emails|mails|nada))*$"
            r"|no (?:vuelvan|vuelva|vuelvas) a (?:escribir|contactar|enviar|mandar|llamar|molestar)\w*"
        ),
        (
            r"hasta|antes|por la (?:manana|noche|tarde)|en el trabajo|por que|si no|me han|me ha|me escribieron|jefe"
            r"|empresa actual"
        ),
    ),
    Rule(
        "take-off-list",
        (
            rf"(?:borr|elimin|quit|saqu|sac|retir|suprim|remuev)\w*me\b(?: \w+){{0,3}} de (?:su|sus|la|las|tu|tus"
            rf"|vuestra|vuestras|todas|esta|ese|este)(?: \w+){{0,2}} {_LIST}"
            r"|(?:borr|elimin|quit|saqu|sac|retir|suprim|remuev)\w* mi (?:\w+ )?(?:nombre|numero|correo|email|contacto"
            rf"|telefono|direccion|perfil)(?: \w+){{0,3}} de (?:su|sus|la|las|tu|tus|vuestra|vuestras|todas"
            rf"|esta)(?: \w+){{0,2}} {_LIST}"
            r"|^(?:por favor )?(?:eliminenme|borrenme|quitenme|saquenme|eliminame|borrame|quitame|sacame|eliminadme"
            r"|borradme)\b"
        ),
        (r"no (?:me )?(?:borr|elimin|quit|saq)\w*|lista de espera|proceso"),
    ),
    Rule(
        "unsubscribe",
        (
            r"(?:dar(?:me|nos)|denme|deme|dame|dadme|dan|den|dese|darse) (?:de )?(?:\w+ )?baja"
            r"|(?:quiero|solicito|pido|deseo|quisiera|favor de|procedan a|tramitar|como puedo) (?:\w+ ){0,2}(?:la baja"
            r"|darme de baja|mi baja|cancelar (?:la |mi )?suscripcion|desuscribir\w*)"
            r"|cancel\w* (?:la |mi )?suscripcion|desuscrib\w*"
            r"|dar de baja (?:mi (?:numero|correo|email|suscripcion|direccion)|este numero)"
        ),
        (
            r"medica|maternidad|paternidad|laboral|enfermedad|estoy de baja|por error|voluntaria|empresa|contrato"
            r"|proceso"
        ),
    ),
    Rule(
        "leave-alone",
        (
            r"dejen?me en paz|dejame en paz|dejadme en paz|(?:borr|olvid|elimin)\w* mi (?:numero|telefono)|es spam"
            r"|reportad[oa] como spam|marcad[oa] como spam"
            r"|nunca (?:me suscribi|di mi (?:consentimiento|permiso|autorizacion))"
        ),
    ),
    Rule(
        "withdraw-consent",
        (
            r"(?:retiro|revoco|retirar|revocar|cancelo) (?:mi |el )?(?:consentimiento|autorizacion|permiso)"
            r"|me opongo (?:a|al) (?:\w+ ){0,2}(?:tratamiento|uso|envio)"
        ),
    ),
)

ERASE = (
    Rule(
        "erase-data",
        (
            r"(?:borr|elimin|suprim|destru)\w* (?:por favor )?(?:todos |toda |completamente |definitivamente )*(?:mis"
            rf"|mi) {_DATA}|(?:eliminacion|supresion|borrado) (?:completa |total )?de (?:todos )?(?:mis|mi) {_DATA}"
            rf"|(?:mis|mi) {_DATA}(?: \w+){{0,3}} (?:sean|sea) (?:borrad|eliminad|suprimid)\w*"
            r"|derecho (?:al olvido|de supresion|de cancelacion)"
        ),
        (
            r"no (?:borr|elimin|suprim)\w*|antigu\w*|nueva version|actualiz\w*|adjunt\w*|cuando|cuanto tiempo"
            r"|han borrado|anterior|en lugar|experiencia|proyecto"
        ),
    ),
)

START = (Rule("start-again", r"reactivar|volver a suscribir\w*|suscribirme (?:de nuevo|otra vez)|reanudar", r"no "),)

WRONG_PERSON = (
    Rule(
        "wrong-number",
        (
            r"(?:persona|numero|destinatari[oa]|correo) (?:equivocad[oa]|errone[oa])|numero incorrecto"
            r"|(?:se|te|os) (?:equivoca|equivocan|equivocaron|ha equivocado|han equivocado|has equivocado"
            r"|equivocaste) de (?:persona|numero|correo|destinatario)"
            r"|no soy (?:la persona|quien|esa persona|el que|la que)|me (?:confunde|confunden|confundes) con"
        ),
        r"\b(?:puse|di|envie|escribi|use) |si |adecuad\w*|indicad\w*|para (?:el|este|ese) (?:puesto|rol|trabajo)",
    ),
    Rule(
        "no-longer-here",
        (
            r"ya no (?:trabaja|vive|labora) (?:\w+ )?(?:aqui|con nosotros|en (?:esta|nuestra|la) empresa)"
            r"|no (?:trabaja|vive|labora) aqui|(?:numero|correo|telefono)(?: \w+){0,2} ya no (?:es|pertenece)"
            r"|no conozco a (?:nadie|ningun\w*) (?:con|de|llamad\w*)"
            r"|(?:senor|senora|sr|sra|don|dona) \w+ (?:ha fallecido|fallecio|ya no trabaja)"
        ),
    ),
)

NO = (
    Rule(
        "not-interested",
        (
            r"no (?:me |nos )?(?:interesa|interesan|intereso)\b"
            r"|no (?:estoy|estaria|tengo) (?:\w+ ){0,3}(?:interesad[oa]|interes)|sin interes"
            r"|ya no (?:me interesa|estoy interesad[oa])"
        ),
        r"no solo|pero si|sino|si no me|por que|preferiria",
    ),
    Rule(
        "no-thanks",
        (
            r"^(?:(?:hola|buenas|lo siento|gracias|pero|ah|\w+) ){0,3}no(?: (?:gracias|muchas gracias|lo siento"
            r"|por ahora no|para mi|por favor|quiero|me interesa))*$|^(?:\w+ ){0,2}no (?:muchas )?gracias\b"
        ),
        r"(?:por que|si|o|como|cuando|que) no",
    ),
    Rule(
        "decline",
        (
            r"(?:debo|tengo que|prefiero|voy a|he decidido|quiero|deseo) (?:\w+ )?(?:rechazar|declinar"
            r"|retirar mi candidatura|retirarme)|declino|rechazo (?:la|su|esta|tu)"
            r"|retir[oa]r? (?:de |del )?(?:mi|la|el) (?:candidatura|proceso|solicitud)"
            r"|no (?:deseo|quiero) (?:continuar|seguir|participar|postular\w*|aplicar)|desisto|paso esta vez"
            r"|voy a pasar"
        ),
        r"puedo|como|no (?:deseo|quiero) (?:rechazar|retirar)",
    ),
    Rule(
        "not-looking",
        (
            r"no (?:\w+ )?(?:busco|buscando|estoy buscando|me encuentro buscando)(?: \w+){0,5}"
            r"|no (?:estoy|tengo) (?:\w+ ){0,3}(?:en busqueda|busqueda activa|disponible para cambi\w*|abiert[oa] a)"
            r"|no (?:me )?(?:encaja|conviene|convence)|no es (?:para mi|lo que busco|lo mio)"
        ),
        r"pero (?:estoy|estaria|escucho|si)|si |por que|pero me",
    ),
)

REASONS = {
    "salary": (
        Rule(
            "pay-too-low",
            (
                r"(?:salario|sueldo|remuneracion|oferta|paga|compensacion|banda)(?: \w+){0,4} (?:(?:muy|demasiado"
                r"|bastante) (?:baj[oa]|poc[oa])|insuficiente|por debajo|no (?:alcanza|es suficiente|cubre)|inferior)"
                r"|gano (?:\w+ )?mas|pagan (?:muy )?poco|por debajo de (?:mis|mi|lo que)|mal pagad[oa]"
            ),
            r"\b(?:si|negociable)\b",
        ),
    ),
    "place": (
        Rule(
            "too-far",
            (
                r"(?:muy|demasiado|queda) (?:\w+ )?lejos"
                r"|no (?:puedo|quiero|deseo|pienso|tengo (?:intencion|planes)|me es posible"
                r"|estoy dispuest[oa])(?: \w+){0,2} (?:mudarme|trasladarme|reubicarme|desplazarme|cambiar(?:me)? de ciudad"
                r"|viajar)|solo (?:busco |trabajo |quiero |en )*(?:remoto|teletrabajo)"
                r"|(?:ubicacion|lugar|ciudad|distancia) (?:\w+ ){0,3}(?:no|lejos|problema)"
            ),
            r"\b(?:si|no muy lejos)\b",
        ),
    ),
    "happy": (
        Rule(
            "happy-where-i-am",
            (
                r"(?:content[oa]|feliz|satisfech[oa]|a gusto|bien|comod[oa]) (?:\w+ ){0,3}(?:en mi|con mi|donde estoy"
                r"|en la empresa|en el trabajo|en mi actual|trabajo|puesto|aqui)"
                r"|(?:acepte|aceptado|encontre|encontrado|firme|firmado|empece|empezado|consegui|conseguido"
                r"|tengo) (?:\w+ )?(?:otro|otra|un nuevo|una nueva|un|una|nuevo) (?:\w+ )?(?:trabajo|empleo|puesto|oferta"
                r"|contrato)|acabo de (?:cambiar|empezar|firmar|incorporarme|aceptar)"
                r"|ya (?:encontre|tengo|consegui|acepte) (?:\w+ )?(?:trabajo|empleo|puesto)"
            ),
            (
                r"no (?:estoy |soy |me siento )?(?:\w+ )?(?:content|feliz|satisfech|a gusto)"
                r"|pero (?:estoy|estaria|escucho|me)|si |estaria"
            ),
        ),
    ),
    "timing": (
        Rule(
            "bad-time",
            (
                r"no es (?:un |el )?(?:buen|mejor|mal|momento)(?: momento)?|mal momento|no (?:tengo|hay) tiempo"
                r"|muy ocupad[oa]|demasiad[oa] (?:ocupad[oa]|trabajo)"
                r"|(?:en este momento|por el momento|ahora mismo|actualmente|de momento|por ahora)(?: \w+){0,2} no\b"
                r"|no\b(?: \w+){1,5} (?:en este momento|por el momento|ahora mismo|actualmente|de momento|por ahora)"
            ),
            r"\b(?:si)\b",
        ),
    ),
    "role": (
        Rule(
            "not-my-role",
            (
                r"(?:puesto|rol|perfil|oferta|vacante|posicion)(?: \w+){0,4} no (?:encaja|coincide|corresponde|se ajusta"
                r"|es lo que|me)|no (?:es mi (?:area|campo|perfil|especialidad)|encaja con mi|se ajusta a mi)"
                r"|(?:demasiado|muy) (?:junior|senior|tecnic[oa])|sobrecualificad[oa]|sobrecalificad[oa]"
                r"|no tengo (?:la |el |suficiente )?(?:experiencia|perfil)"
            ),
            r"\b(?:si|pero puedo)\b",
        ),
    ),
}

CONTACT = (
    Rule(
        "contact-then",
        (
            r"(?:contact\w*|escrib\w*|llam\w*|habl\w*|habl\w*|volv\w*|vuelv\w*|avis\w*|pregunt\w*|retom\w*|busc\w*"
            r"|mejor|quizas?|tal vez|talvez|a lo mejor|a partir|no antes|hasta|disponible para hablar|vacaciones|viaje"
            r"|ocupad[oa]|pued\w*|podria\w*|podemos|esper\w*|pospon\w*|de nuevo|otra vez|interesad[oa]|recuerd\w*"
            r"|intent\w*|mas adelante|despues|tras|prefer\w*)"
        ),
        r"(?:empece|termine|deje|postule|envie|acabe)\b(?!.*(?:contact|escrib|llam|vuelv))|^.*hace ",
    ),
)

AGAIN = (
    Rule(
        "maybe-later",
        (
            r"(?:quizas?|tal vez|a lo mejor|mejor) (?:\w+ ){0,3}(?:mas adelante|mas tarde|en otra ocasion"
            r"|en otro momento|otro dia|en el futuro|despues)"
            r"|(?:contact\w*|escrib\w*|llam\w*|habl\w*|vuelv\w*|avis\w*|preguntar?\w*)(?: \w+){0,4} (?:mas adelante"
            r"|mas tarde|en otro momento|en otra ocasion|en el futuro|despues de (?:las|mis|los) (?:vacaciones"
            r"|examenes))|^(?:\w+ ){0,2}(?:ahora no|no ahora|todavia no|aun no|mas adelante|mas tarde|en otra ocasion"
            r"|en otro momento|otro dia)(?: (?:gracias|por favor|quizas?))*$"
            r"|^(?:\w+ ){0,2}(?:despues de|tras) (?:las|mis|los) (?:vacaciones|examenes)(?: (?:mejor|gracias"
            r"|por favor))*$|ten(?:ga|gan|me|game|ganme)\w* (?:\w+ )?(?:en cuenta"
            r"|presente)(?: para)? (?:\w+ )?(?:futur\w*|otr\w*|proxim\w*|mas adelante)"
            r"|(?:por ahora|de momento|por el momento) no$"
        ),
        r"por que|todavia no he|aun no he (?:recibido|tenido)",
    ),
)

INTERESTED = (
    Rule(
        "interested",
        (
            r"(?:estoy|estaria|sigo|muy|si estoy|realmente|tambien|bastante) (?:\w+ ){0,2}(?:interesad[oa]|abiert[oa]"
            r"|dispuest[oa] a (?:hablar|conversar|escuchar)|emocionad[oa])"
            r"|(?:me|nos) (?:\w+ )?(?:interesa|gusta|encanta|encantaria|gustaria|llama la atencion"
            r"|parece (?:\w+ )?(?:interesante|genial|bien|perfecto|estupendo|excelente|una buena))"
            r"|(?:suena|parece|se ve|es) (?:\w+ )?(?:interesante|genial|muy bien|perfecto|estupendo|fantastico"
            r"|excelente|bien)|^(?:muy )?interesad[oa](?: \w+)?$"
        ),
        (
            r"\bno (?:\w+ ){0,3}(?:interes|gusta|abiert|encanta|me)\w*|si (?:el|la|fuera|hubiera|es|pag)"
            r"|pero (?:no|lamentablemente|desafortunadamente|ahora|acabo|estoy)|habria"
            r"|gustaria (?:saber|que me (?:elim|borr|quit|dej)|darme de baja|cancelar|retirar)|poco interesante"
            r"|hubiera"
        ),
    ),
    Rule(
        "gladly",
        (
            r"(?:con (?:mucho )?gusto|encantad[oa]|sera un placer|me encantaria|me gustaria (?:\w+ ){0,2}(?:hablar"
            r"|saber mas|conocer|participar|postular|conversar|recibir mas)|cuenten conmigo|cuenta conmigo"
            r"|mas (?:informacion|detalles|info)|hablemos|conversemos|llamenme|llameme|llamame)"
        ),
        r"\bno\b|si |(?:elimin|borr|baja|cancel|retir|rechaz|declin)\w*",
    ),
    Rule(
        "yes",
        (
            r"^(?:\w+ )?(?:si|claro|por supuesto|desde luego|perfecto|vale|de acuerdo|como no|sin duda"
            r"|claro que si)(?: (?:gracias|por favor|claro|por supuesto|me interesa|que si|perfecto|encantad[oa]"
            r"|adelante))*$"
        ),
        r"\bno\b",
    ),
)

QUESTION = (
    Rule(
        "asks",
        (
            r"^(?:(?:hola|gracias|y|pero|buenas|buenos dias|\w+) ){0,2}(?:que (?:tipo|salario|es|son|sueldo|horario"
            r"|tecnologias)|cual(?:es)? (?:es|son|seria)|cuanto|cuanta|cuantos|cuantas|cuando (?:es|son|empieza|seria"
            r"|tendre|tendria|podria|sabre)|donde (?:es|esta|queda|seria|se)|quien (?:es|sera)|por que (?:me|no|es)"
            r"|como (?:es|puedo|funciona|seria|consigui\w*|obtuvi\w*)|hay (?:posibilidad|opcion|alguna)|es posible"
            r"|puedo|pueden|podrian|podria|tienen|tiene) \w{2,}"
        ),
        r"^(?:\w+ )?cuando (?:tenga|pueda|quiera)|que tipo de (?:persona|gente)",
    ),
    Rule(
        "wants-to-know",
        (
            r"(?:pueden|puede|podrian|podria|puedes|podrias) (?:\w+ ){0,2}(?:decirme|enviarme|mandarme|indicarme"
            r"|explicarme|confirmarme|informarme|darme|compartir|decir|enviar|aclarar)"
            r"|(?:quisiera|quiero|gustaria|desearia|queria) (?:saber|preguntar|conocer)\b"
            r"|(?:una|mi|unas|algunas|tengo|dos|otra) (?:\w+ )?(?:pregunta|preguntas|duda|dudas|consulta)\b"
            r"|(?:hay|alguna|tienen) (?:alguna )?(?:novedad|novedades|noticia|noticias|respuesta)"
            r"|(?:no he|sin|aun no he|todavia no he) (?:recibido|tenido) (?:\w+ )?(?:respuesta|noticias)"
        ),
        r"saber mas|sin duda|no tengo (?:preguntas|dudas)|cualquier duda",
    ),
)

SPANISH = Tongue(
    language="es",
    markers=(
        r"el|la|los|las|que|no|me|por|favor|gracias|estoy|una|un|es|en|de|mi|mis|para|con|pero|hola|muy|mas|si|su"
        r"|soy|tengo|ya|del|al|como|cuando|quiero|puede|interesa"
    ),
    fillers=r"por favor|gracias|ya|ahora|hola|muchas gracias|inmediatamente|todo|porfa|sms",
    stop_words=r"baja|alto|parar|para|stop|cancelar|basta|pare|paren|desuscribir|detener",
    plain_stop_words=r"baja|desuscribir",
    start_words=r"iniciar|reactivar|empezar|comenzar",
    help_words=r"ayuda",
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
        r"^(?:(?:hola )?como (?:estan?|estas|va|te va|andan?)(?: \w+)?|que tal(?: \w+)*|verdad|vale|ok|no|si"
        r"|de acuerdo|no es asi)$"
    ),
    bare=(
        r"quizas?|tal vez|mejor|gracias|por favor|en|a|de|partir|para|sobre|seria|el|la|los|las|no antes|hola|pero"
        r"|y|o|como|podria ser|puede ser|ser|podria|puede|del"
    ),
    dates=SPANISH_DAYS,
)
