import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.quotes import newest, own_words
from templates.words import languages, words_for

FOOTER = "You receive this message because you agreed to stay in touch.\nUnsubscribe from these messages: https://keepwarm.example/u/abcdefghijklmnopqrstuvwx"
INTRODUCTIONS = {
    "gmail en": "On Mon, Nov 30, 2026 at 10:12 AM Keepwarm Talent <talent@keepwarm.example> wrote:",
    "gmail en wrapped": "On Mon, Nov 30, 2026 at 10:12 AM Keepwarm Talent <\ntalent@keepwarm.example> wrote:",
    "apple en": "On 30 Nov 2026, at 10:12, Keepwarm Talent <talent@keepwarm.example> wrote:",
    "thunderbird en": "On 11/30/26 10:12, Keepwarm Talent wrote:",
    "gmail de": "Am Mo., 30. Nov. 2026 um 10:12 Uhr schrieb Keepwarm <talent@keepwarm.example>:",
    "thunderbird de": "Am 30.11.26 um 10:12 schrieb Keepwarm:",
    "gmail fr": "Le lun. 30 nov. 2026 à 10:12, Keepwarm <talent@keepwarm.example> a écrit :",
    "gmail es": "El lun, 30 nov 2026 a las 10:12, Keepwarm (<talent@keepwarm.example>) escribió:",
    "gmail it": "Il giorno lun 30 nov 2026 alle ore 10:12 Keepwarm <talent@keepwarm.example> ha scritto:",
    "gmail nl": "Op ma 30 nov 2026 om 10:12 schreef Keepwarm <talent@keepwarm.example>:",
    "gmail pt": "Keepwarm <talent@keepwarm.example> escreveu (segunda, 30/11/2026 à(s) 10:12):",
    "gmail pl": "pon., 30 lis 2026 o 10:12 Keepwarm <talent@keepwarm.example> napisał(a):",
    "gmail sv": "Den mån 30 nov. 2026 kl 10:12 skrev Keepwarm <talent@keepwarm.example>:",
    "gmail da": "Den man. 30. nov. 2026 kl. 10.12 skrev Keepwarm <talent@keepwarm.example>:",
    "gmail no": "man. 30. nov. 2026 kl. 10:12 skrev Keepwarm <talent@keepwarm.example>:",
    "gmail fi": "ma 30. marrask. 2026 klo 10.12 Keepwarm (talent@keepwarm.example) kirjoitti:",
    "gmail cs": "po 30. 11. 2026 v 10:12 odesílatel Keepwarm <talent@keepwarm.example> napsal:",
    "gmail hu": "Keepwarm <talent@keepwarm.example> ezt írta (időpont: 2026. nov. 30., H, 10:12):",
    "gmail ro": "În lun., 30 nov. 2026 la 10:12, Keepwarm <talent@keepwarm.example> a scris:",
    "gmail tr": "Keepwarm <talent@keepwarm.example>, 30 Kas 2026 Pzt, 10:12 tarihinde şunu yazdı:",
    "gmail ru": "пн, 30 нояб. 2026 г. в 10:12, Keepwarm <talent@keepwarm.example>:",
    "gmail uk": "пн, 30 лист. 2026 р. о 10:12 Keepwarm <talent@keepwarm.example> пише:",
    "gmail el": "Στις Δευ 30 Νοε 2026 στις 10:12 π.μ., ο χρήστης Keepwarm <talent@keepwarm.example> έγραψε:",
    "gmail ja": "2026年11月30日(月) 10:12 Keepwarm <talent@keepwarm.example>:",
    "gmail zh": "Keepwarm <talent@keepwarm.example> 于2026年11月30日周一 10:12写道：",
    "gmail ko": "2026년 11월 30일 (월) 오전 10:12, Keepwarm <talent@keepwarm.example>님이 작성:",
    "ruled zh": "——————————————\n2026年11月30日 周一 10:12 Keepwarm <talent@keepwarm.example> 写道：",
    "yahoo": "On Monday, November 30, 2026 at 10:12:00 AM GMT+1, Keepwarm <talent@keepwarm.example> wrote:",
    "zoho": "---- On Mon, 30 Nov 2026 10:12:00 +0100 Keepwarm <talent@keepwarm.example> wrote ----",
    "outlook en": "From: Keepwarm <talent@keepwarm.example>\nSent: Monday, November 30, 2026 10:12 AM\nTo: Ada\nSubject: Still interested?",
    "outlook en, ruled": "________________________________\nFrom: Keepwarm <talent@keepwarm.example>\nSent: Monday, 10:12",
    "outlook en, bold": "*From:* Keepwarm <talent@keepwarm.example>\n*Sent:* Monday, November 30, 2026 10:12 AM\n*To:* Ada",
    "outlook de": "Von: Keepwarm <talent@keepwarm.example>\nGesendet: Montag, 30. November 2026 10:12\nAn: Ada\nBetreff: Hallo",
    "outlook fr": "De : Keepwarm <talent@keepwarm.example>\nEnvoyé : lundi 30 novembre 2026 10:12\nÀ : Ada\nObjet : Bonjour",
    "outlook es": "De: Keepwarm <talent@keepwarm.example>\nEnviado: lunes, 30 de noviembre de 2026 10:12\nPara: Ada\nAsunto: Hola",
    "outlook it": "Da: Keepwarm <talent@keepwarm.example>\nInviato: lunedì 30 novembre 2026 10:12\nA: Ada\nOggetto: Ciao",
    "outlook nl": "Van: Keepwarm <talent@keepwarm.example>\nVerzonden: maandag 30 november 2026 10:12\nAan: Ada\nOnderwerp: Hallo",
    "outlook pt": "De: Keepwarm <talent@keepwarm.example>\nEnviado: segunda-feira, 30 de novembro de 2026 10:12\nPara: Ada\nAssunto: Olá",
    "outlook pl": "Od: Keepwarm <talent@keepwarm.example>\nWysłano: poniedziałek, 30 listopada 2026 10:12\nDo: Ada\nTemat: Cześć",
    "outlook cs": "Od: Keepwarm <talent@keepwarm.example>\nOdesláno: pondělí 30. listopadu 2026 10:12\nKomu: Ada\nPředmět: Ahoj",
    "outlook ru": "От: Keepwarm <talent@keepwarm.example>\nОтправлено: 30 ноября 2026 г. 10:12\nКому: Ada\nТема: Привет",
    "old outlook": "-----Original Message-----\nFrom: Keepwarm",
    "old outlook de": "-----Ursprüngliche Nachricht-----\nVon: Keepwarm",
    "samsung": "-------- Original message --------\nFrom: Keepwarm <talent@keepwarm.example>\nDate: 30/11/2026 10:12 (GMT+01:00)",
    "samsung fr": "-------- Message d'origine --------\nDe : Keepwarm <talent@keepwarm.example>\nDate : 30/11/2026 10:12 (GMT+01:00)",
}  # fmt: skip


@pytest.mark.parametrize(
    "quoted", ["> Are you still interested?\n> {}", "Are you still interested?\n\n{}"], ids=["marked", "bare"]
)
@pytest.mark.parametrize("introduction", INTRODUCTIONS.values(), ids=INTRODUCTIONS.keys())
def test_our_quoted_footer_never_counts(introduction: str, quoted: str) -> None:
    below = quoted.format(FOOTER.replace("\n", "\n> ") if quoted.startswith(">") else FOOTER)
    assert newest(f"Yes, please call me.\n\nAda\n\n{introduction}\n\n{below}\n") == "Yes, please call me.\n\nAda"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Yes.\n\n> quoted\n", "Yes."),
        ("> one?\nYes.\n> two?\nNo.", "Yes.\nNo."),
        ("On 30.11.2026 10:12, Ada wrote:\n> quoted\n\nBelow it.", "Below it."),
        ("Yes.\n\nOn 30.11.2026 10:12, Ada wrote:\n> quoted\n\nRegards, Bo", "Yes.\n\nRegards, Bo"),
        ("> a line that a program wrapped because it is far too long for its\nscreen\n\nYes.", "Yes."),
        ("Yes. On Mon, Nov 30, 2026 at 10:12 AM, Ada wrote:\n> quoted", "Yes."),
        ("\ufeff\u200bYes.\u00a0\r\n\r\n>quoted", "Yes."),
        (f"Yes.\n\n{FOOTER}", "Yes.\n\nYou receive this message because you agreed to stay in touch."),
        ("On Monday I can.\nOn Tuesday I wrote to them.", "On Monday I can.\nOn Tuesday I wrote to them."),
        ("When: 30.11.2026 10:12\nWhere: here", "When: 30.11.2026 10:12\nWhere: here"),
        ("Date: Monday\nPlace: here", "Date: Monday\nPlace: here"),
        ("Please unsubscribe me.", "Please unsubscribe me."),
        ("> all\n> quoted", ""),
        ("", ""),
    ],
)
def test_the_newest_words_are_what_the_writer_wrote(text: str, kept: str) -> None:
    assert newest(text) == kept


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ----------",
        "Begin forwarded message:",
        "---------- Weitergeleitete Nachricht ---------",
    ],
)
def test_a_forwarded_mail_is_shown_and_decides_nothing(line: str) -> None:
    text = f"For you.\n\n{line}\nFrom: Bo <bo@example.org>\nDate: today\nSubject: Hello\n\nUnsubscribe me."
    assert newest(text) == text
    assert own_words(text) == "For you."


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, Nov 30, 2026 at 10:12, Ada<ada@example.org> wrote:   Hello,",
        "30 Nov 2026, 10:12 by ada@example.org:",
        "30. Nov. 2026, 10:12 von ada@example.org:",
        "---- 回复的原邮件 ----",
        "----- Mail original -----",
        ">>> Ada <ada@example.org> 11/30/2026 10:12 AM >>>",
        "##- Please type your reply above this line -##",
        "\u200fבתאריך יום ב׳, 30 בנוב׳ 2026 ב-10:12 מאת \u202aAda\u202c <\u202aada@example.org\u202c>:\u202c",
    ],
)
def test_what_stands_below_rarer_introductions_is_quoted(introduction: str) -> None:
    assert newest(f"Yes.\n\n{introduction}\n\nAre you still interested?\n\n{FOOTER}") == "Yes."


@pytest.mark.parametrize("line", ["Zitat von Ada <ada@example.org>:", "Citando a Ada <ada@example.org>:"])
def test_a_line_with_an_address_right_above_a_quote_introduces_it(line: str) -> None:
    assert newest(f"Yes.\n\n{line}\n\n> quoted") == "Yes."


@pytest.mark.parametrize("mark", ["|", "│"])
def test_bars_mark_quotes_as_well(mark: str) -> None:
    assert newest(f"Yes.\n\n{mark} Are you?\n{mark}\n{mark} Ada") == "Yes."
    assert newest("| Mon | 10:12 |\n| Tue | 11:00 |") == "| Mon | 10:12 |\n| Tue | 11:00 |"


@pytest.mark.parametrize(
    "text",
    [
        "As you said on 23 November:\n1. remote\n2. three days",
        "I wrote on 23.11.2026:\n- my CV\n- my letter\n\nDid you get both?",
        "On Monday 23 Nov at 10:12 your colleague Bo <bo@example.org> sent me this:\nan invitation.",
        "Yes.\n\nFrom: next January\nTo: when you like",
        "Ja.\n\nVon: 10 Uhr\nAn: jedem Tag",
    ],
)
def test_words_that_only_look_like_an_introduction_stay(text: str) -> None:
    assert newest(text) == text


def test_our_footer_is_known_behind_the_links_of_scanners() -> None:
    inside = "https%3A%2F%2Fkeepwarm.example%2Fu%2Fabcdefghijklmnopqrstuvwx"
    assert newest(f"Yes.\n\nUnsubscribe from these messages<https://scanner.example/?url={inside}&data=1>") == "Yes."
    assert newest("Yes.\n\nUnsubscribe from these messages: https://scanner.example/s/abc") == "Yes."
    assert newest("Yes.\n\nChoose what you hear from us\nUnsubscribe from these messages") == "Yes."


def test_what_phones_and_signatures_add_decides_nothing() -> None:
    assert own_words("Yes.\n\nSent from my iPhone") == "Yes."
    assert own_words("Ja.\n\nVon meinem iPhone gesendet") == "Ja."
    assert own_words("Yes.\n-- \nStop and Go Ltd") == "Yes."


def test_html_is_read_where_there_is_no_text() -> None:
    html = '<div>Yes.</div><div class="gmail_quote">On Monday Ada wrote:<blockquote>Unsubscribe</blockquote></div>'
    assert newest("", html) == "Yes."


def test_a_link_to_unsubscribe_below_somebodys_mail_is_a_notice() -> None:
    assert own_words("Yes.\n\nUnsubscribe here <https://example.com/u>") == "Yes."
    assert own_words("Unsubscribe me from https://example.com") == "Unsubscribe me from https://example.com"
    assert own_words("unsubscribe") == "unsubscribe"


@given(
    st.lists(
        st.sampled_from([*INTRODUCTIONS.values(), "> quoted", "words", "", "-----", "From: a", "wrote:", "x" * 80]),
        max_size=30,
    )
)
def test_any_mixture_gives_no_marked_line(lines: list[str]) -> None:
    assert not any(line.startswith("> quoted") for line in newest("\n".join(lines)).split("\n"))


HOSTILE = (
    "On ",
    "On Mon 1 Jan 2020 10:00\n",
    "From: a\n",
    "-",
    "> ",
    "1.1.",
    "a@",
    "<a@b> ",
    "On x\nx\n",
    "wrote:",
    "\n",
    " \n",
    "*",
    "https://a/u/" + "a" * 20 + " ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_is_read_in_time(piece: str) -> None:
    began = time.process_time()
    newest(piece * (100_000 // len(piece)))
    own_words((piece * 30 + "\n") * (100_000 // len(piece) // 30))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("language", languages())
def test_our_footer_copied_without_a_mark_is_no_wish_to_leave(language: str) -> None:
    words = words_for(language)
    labels = [line[1 : line.index("]")] for line in (words.status, words.preferences, words.unsubscribe)]
    link = "https://keepwarm.example/u/abcdefghijklmnopqrstuvwx"
    assert newest("OK\n\n" + "\n\n".join(f"{label}{words.colon}\n{link}" for label in labels)) == "OK"
    wish = f"{labels[2]}, ok?"
    assert newest(f"{wish}\n\n{link}") == wish, "in other words it is the writer's own"
    assert newest(f"{labels[2]}\n") == labels[2], "and so it is without our link"
