"""What an SMS asks for: the words that carriers know, the same in other languages and in sentences, and many that only look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.smswords import SmsWord, asks_to_stop, sms_word

CARRIERS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
ABROAD = (
    *(
        "ARRET",
        "ARRÊT",
        "Arrêter",
        "STOPP",
        "ABMELDEN",
        "BAJA",
        "ALTO",
        "BASTA",
        "CANCELLAMI",
        "AFMELDEN",
        "UITSCHRIJVEN",
    ),
    *(
        "PARAR",
        "SAIR",
        "CANCELAR",
        "WYPISZ",
        "KONIEC",
        "SLUTA",
        "AVSLUTA",
        "LOPETA",
        "Odhlásit",
        "LEIRATKOZÁS",
        "DEZABONARE",
    ),
    *(
        "İPTAL",
        "ΣΤΟΠ",
        "СТОП",
        "停止",
        "退订",
        "수신거부",
        "désabonner",
        "Abbestellen",
        "Opt-out",
        "Opt out",
        "Stop all",
    ),
)
POLITE = ("please", "pls", "thanks", "now", "thank you", "immediately")

STOPS = (
    *(
        "stop please",
        "STOP PLEASE",
        "Please stop!",
        "please STOP",
        "Stop.",
        "stop!!!",
        "STOP STOP STOP",
        "ok stop",
        "Stop now pls",
    ),
    *(
        "please stop texting me",
        "Stop sending me messages",
        "stop sending these texts",
        "can you stop texting me",
        "S T O P",
    ),
    *(
        "Pls stop msgs. Stop messaging me.",
        "I asked you to stop texting me",
        "I want you to stop texting me",
        "Stop contacting me",
    ),
    *(
        "Why don't you stop texting me",
        "If you don't stop texting me I will report you",
        "Quit texting me!",
        "stop spamming me",
    ),
    *(
        "Do not text me again",
        "don't text me anymore",
        "dont message me",
        "Don’t contact me again.",
        "do not send me any more texts",
    ),
    *(
        "no more texts please",
        "No more messages",
        "Unsubscribe me",
        "unsubscribe please",
        "how do i unsubscribe",
        "I can't unsubscribe!",
    ),
    *(
        "Remove me from your list",
        "take me off this list",
        "take my number off your list please",
        "Remove my number",
        "lose my number",
    ),
    *(
        "opt me out",
        "I want to opt out",
        "Opt out please",
        "leave me alone",
        "This is spam",
        "I never signed up for this",
    ),
    *(
        "I don't want to receive these messages",
        "STOP I have found a job",
        "Thanks for the info. Stop.",
        "I revoke my consent",
    ),
    *(
        "bitte keine SMS mehr",
        "Keine SMS mehr bitte!",
        "Bitte keine weiteren Nachrichten",
        "Hören Sie auf mir zu schreiben",
    ),
    *(
        "Schreiben Sie mir nicht mehr",
        "Bitte kontaktieren Sie mich nicht mehr",
        "Lassen Sie mich in Ruhe",
        "stopp bitte",
        "Abmelden bitte",
    ),
    *(
        "Nehmen Sie mich bitte aus dem Verteiler",
        "Ich möchte keine Nachrichten mehr bekommen",
        "Melden Sie mich bitte ab",
    ),
    *(
        "no me escriban más",
        "No me contacten más por favor",
        "ya no quiero recibir mensajes",
        "dejen de escribirme",
        "quiero darme de baja",
    ),
    *("baja por favor", "No me manden más mensajes", "eliminen mi número", "bórrenme de su lista"),
    *(
        "arrêtez de m'écrire",
        "Ne me contactez plus",
        "ne m'envoyez plus de SMS",
        "Plus de SMS svp",
        "arret svp",
        "désabonnez-moi",
    ),
    *("je ne veux plus recevoir de messages", "Merci de ne plus me contacter", "laissez-moi tranquille"),
    *(
        "non scrivetemi più",
        "Basta messaggi",
        "non voglio più ricevere sms",
        "smettetela di scrivermi",
        "cancellatemi dalla lista",
    ),
    *("geen sms meer aub", "stuur me geen berichten meer", "Stop met sms'en", "schrijf me uit", "laat me met rust"),
    *(
        "não me mandem mais mensagens",
        "parem de me enviar sms",
        "não quero receber mais mensagens",
        "me tirem da lista",
    ),
    *(
        "proszę nie pisać więcej",
        "nie piszcie do mnie więcej",
        "przestańcie do mnie pisać",
        "proszę mnie wypisać z listy",
    ),
    *("Please delete my data", "Löschen Sie meine Daten", "borren mis datos", "supprimez mes données"),
)

NEAR_MISSES = (
    *(
        "I can't stop thinking about the role",
        "the bus stop",
        "I am at the bus stop",
        "when does it end?",
        "Stop by our booth?",
    ),
    *(
        "Next stop: Berlin",
        "non-stop flights only",
        "I won't stop until I get this job",
        "Don't stop texting me!",
        "never stop learning",
    ),
    *(
        "please don't stop sending me jobs",
        "I had to stop working last year",
        "My contract ends in May",
        "weekend works",
        "the end of May",
    ),
    *(
        "I want to stop working nights",
        "Could we stop for lunch",
        "Why did you stop texting me?",
        "Did you stop sending alerts?",
    ),
    *(
        "I need to cancel my interview",
        "Please cancel my appointment on Monday",
        "can I cancel?",
        "I quit my job",
        "I'd like to quit my job first",
    ),
    *(
        "I will send it by the end of the day",
        "no more questions",
        "I have no more documents",
        "I received no more messages from you",
    ),
    *(
        "please do not contact my employer",
        "do not text me before 9",
        "don't text me at work",
        "Don't call me, email me instead",
    ),
    *(
        "I built an opt-out form",
        "I opted out of the test call",
        "Stopped by the office",
    ),
    *("YES I'd love to come", "Yes, Monday works", "stopover in Paris", "He told me to stop texting at work"),
    *(
        "I am on the waiting list, take me off the waiting list please",
        "remove me from the shortlist",
        "what is the stopping distance",
    ),
    *(
        "Ich kann nicht aufhören, daran zu denken",
        "Ich habe keine SMS mehr bekommen",
        "Haltestelle Stoppstraße",
        "Ende Mai passt",
    ),
    *(
        "Ich muss mich für heute abmelden",
        "Warum schreiben Sie mir nicht mehr?",
        "Bitte kontaktieren Sie mich nicht vor Montag",
    ),
    *("Ich höre auf der Arbeit oft Musik", "Keine Angebote für Berlin?", "Ich habe keine Nachricht von Ihnen"),
    *(
        "estoy de baja médica",
        "vivo en la parte alta",
        "alto nivel de inglés",
        "¿por qué no me escriben más?",
        "para mí está bien",
    ),
    *("no me escriban hasta el lunes", "baja por maternidad", "paré en casa", "para el lunes"),
    *(
        "le train s'arrête à Lyon",
        "l'arrêt de bus",
        "je n'arrête pas d'y penser",
        "ne me contactez pas avant lundi",
        "j'ai arrêté de fumer",
    ),
    *("basta una chiamata", "mi basta sapere l'orario", "non mi chiamate prima di lunedì", "ho smesso di lavorare"),
    *("ik stop met mijn studie", "de bushalte", "ik wil me afmelden voor het gesprek", "heb geen mail ontvangen"),
    *("vou sair às oito", "para a semana", "posso parar aí", "não me ligue antes de segunda"),
    *("koniec maja mi pasuje", "na przystanku", "nie pracuję w poniedziałki", "proszę nie pisać na adres służbowy"),
    *(
        "ok",
        "",
        "   ",
        "👍",
        "?",
        "STO",
        "stopp(e) nie",
        "S",
        "0",
        "...",
        "thanks!",
        "I'm on the road, STOP signs everywhere",
    ),
)


@pytest.mark.parametrize("word", [*CARRIERS, *ABROAD])
@pytest.mark.parametrize("frame", ["{}", " {} ", "{}.", "{}!", '"{}"', "\u200b{}", "{}\n", "({})"])
def test_a_word_that_stops_does_so_however_it_is_written(word: str, frame: str) -> None:
    for written in (word, word.lower(), word.title()):
        assert sms_word(frame.format(written)) is SmsWord.STOP, written


@pytest.mark.parametrize("text", STOPS)
def test_a_sentence_that_asks_to_stop_does(text: str) -> None:
    assert sms_word(text) is SmsWord.STOP


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_what_only_looks_like_a_stop_is_none(text: str) -> None:
    assert sms_word(text) is SmsWord.NONE
    assert sms_word(text, opted_out=False) is SmsWord.NONE


@pytest.mark.parametrize(
    "text",
    [
        "START",
        "start",
        "Unstop",
        "start please",
        "resubscribe me",
        "please start texting me again",
        "Unsubscribed by mistake, please put me back on",
    ],
)
def test_start_takes_part_again(text: str) -> None:
    assert sms_word(text) is SmsWord.START


@pytest.mark.parametrize(
    "text", ["When can I start?", "I start in March", "I could start on Monday", "a start-up", "kick-start"]
)
def test_starting_a_job_is_no_start(text: str) -> None:
    assert sms_word(text) is SmsWord.NONE


def test_yes_is_a_start_for_those_who_opted_out_and_an_answer_for_all_others() -> None:
    assert sms_word("YES") is SmsWord.START
    assert sms_word("Yes!", opted_out=True) is SmsWord.START
    assert sms_word("YES", opted_out=False) is SmsWord.NONE
    assert sms_word("Yes, I would love to", opted_out=True) is SmsWord.START
    assert sms_word("Yes, I would love to", opted_out=False) is SmsWord.NONE
    assert sms_word("yesterday was fine", opted_out=True) is SmsWord.NONE


@pytest.mark.parametrize(
    "text", ["HELP", "help", "Info", "INFO please", "Hilfe", "aide", "AYUDA", "aiuto", "ajuda", "pomoc", "hulp"]
)
def test_help_is_help(text: str) -> None:
    assert sms_word(text) is SmsWord.HELP


@pytest.mark.parametrize(
    "text", ["Can you help me with my application", "happy to help", "thanks for the info", "more info?"]
)
def test_a_sentence_with_help_is_none(text: str) -> None:
    assert sms_word(text) is SmsWord.NONE


def test_stop_wins_over_everything() -> None:
    assert sms_word("STOP HELP") is SmsWord.STOP
    assert sms_word("Yes, please stop texting me", opted_out=True) is SmsWord.STOP


@pytest.mark.parametrize("word", ["Cancel", "end", "Quit", "alto", "para", "koniec"])
def test_words_that_carriers_take_for_a_stop_mean_other_things_in_a_mail(word: str) -> None:
    assert sms_word(word) is SmsWord.STOP
    assert asks_to_stop(word) == ""


_LETTERS = st.text(st.characters(categories=["Ll"]), min_size=1, max_size=4)


@given(st.sampled_from(CARRIERS), st.sampled_from(POLITE), st.sampled_from([" ", ", ", "! ", " - ", "\n"]))
def test_politeness_changes_nothing(word: str, polite: str, between: str) -> None:
    assert sms_word(f"{word.lower()}{between}{polite}") is SmsWord.STOP
    assert sms_word(f"{polite}{between}{word}") is SmsWord.STOP


@given(st.sampled_from(["stop", "end", "quit"]), _LETTERS, st.booleans())
def test_a_word_inside_of_another_is_not_that_word(word: str, letters: str, before: bool) -> None:
    longer = f"{letters}{word}" if before else f"{word}{letters}"
    assert sms_word(f"my {longer} is new") is SmsWord.NONE


@given(st.text(max_size=400))
def test_whatever_comes_is_read(text: str) -> None:
    assert sms_word(text) in SmsWord


@given(st.text(max_size=200), st.sampled_from(["please stop texting me", "unsubscribe me", "bitte keine SMS mehr"]))
def test_a_stop_is_found_behind_any_words(text: str, stop: str) -> None:
    assert sms_word(f"{text.replace('>', ' ')}.\n\n{stop}") is SmsWord.STOP
