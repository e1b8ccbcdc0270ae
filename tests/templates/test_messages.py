"""The shipped words, and message files with mistakes in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.stages import DEFAULT_PIPELINE
from domain.touches import TRANSACTIONAL, Channel, Purpose
from templates import journeys
from templates.faults import Fault, MessageFaults
from templates.messages import (
    FOLDER,
    MessageSource,
    UnknownMessage,
    choose,
    file_name,
    find,
    parse_message,
    read_folder,
    shipped,
)
from templates.rendering import check, render_email, render_sms, required_tokens
from templates.segments import is_gsm7, segments
from templates.tokens import TOKENS as KNOWN
from templates.words import fallback_chain, languages, stage_words, words_for
from tests.templates.people import LINKS, TOKENS

ALL = [*shipped(), *(m for slug in journeys.shipped() for m in journeys.load_journey(journeys.FOLDER / slug).messages)]
EMAILS = [source for source in ALL if source.channel is Channel.EMAIL]
SMS = [source for source in ALL if source.channel is Channel.SMS]
ALWAYS = {"company", "postal_address", "preferences_url"}
NEEDED = {
    "received": {"opening_title"},
    "advanced": {"opening_title", "stage_words"},
    "interview": {"opening_title"},
    "offer": {"opening_title"},
    "hired": {"opening_title"},
    "refused": {"opening_title", "reason"},
    "refused_after_interview": {"opening_title", "reason", "feedback"},
    "refused_without_feedback": {"opening_title"},
    "withdrawn": {"opening_title"},
    "holding": {"opening_title", "next_date", "stage_words"},
    "slipped": {"opening_title", "next_date", "stage_words"},
    "survey": {"opening_title"},
    "link": {"status_url"},
    "address": {"address_url"},
    "booking": {"opening_title", "booking_time"},
    "booking_moved": {"opening_title", "booking_time"},
    "booking_cancelled": {"opening_title", "booking_time"},
    "booking_reminder": {"opening_title", "booking_time"},
    "confirm_signup": {"confirm_url"},
    "consent_renewal": {"consent_until", "unsubscribe_url"},
    "privacy_notice": {"status_url"},
    "retention_warning": {"erasure_date", "status_url"},
    "letter": {"letter_subject", "letter_text"},
    "reopening_alert": {"opening_title", "unsubscribe_url"},
}


GREETING = {"de": "Guten Tag,", "en": "Hi there,", "es": "Hola:", "fr": "Bonjour,"}
STOP = {
    "de": "Abmelden mit STOP.",
    "en": "Reply STOP to opt out.",
    "es": "Baja: responda STOP.",
    "fr": "STOP pour ne plus en recevoir.",
}


def label(source: MessageSource) -> str:
    return f"{source.name}-{source.channel}-{source.language}"


def assert_clean(text: str, language: str) -> None:
    """Nothing of a template is left, and nothing stands where a value was. French sets a space before `;:?!`."""
    assert not re.search(r"[{}]|kwt(ok|ag)|None|Undefined", text)
    assert "  " not in text
    assert not re.search(r" [,.]|\(\)|,,|\.\." if language == "fr" else r" [,.;:?!]|\(\)|,,|\.\.", text)


@pytest.mark.parametrize("source", EMAILS, ids=label)
def test_every_mail_renders_whole(source: MessageSource) -> None:
    mail = render_email(source, TOKENS, LINKS)
    assert_clean(mail.subject, source.language)
    assert_clean(mail.sender_name, source.language)
    assert_clean(mail.text.replace("\n-- \n", "\n"), source.language)
    page = re.sub(r"<style.*?</style>|<!--.*?-->", "", mail.html, flags=re.DOTALL)
    assert not re.search(r"[{}]|kw(tok|tag|body|footer|lang|subject|preview|company)", page)
    assert len(mail.subject) <= 70
    assert len(mail.html.encode()) < 20_000
    assert not re.search("!", mail.subject + mail.text)


@pytest.mark.parametrize("source", EMAILS, ids=label)
def test_every_mail_has_a_real_footer_in_both_parts(source: MessageSource) -> None:
    mail = render_email(source, TOKENS, LINKS)
    body, _, footer = mail.text.partition("\n-- \n")
    assert body
    for part in (footer, mail.html):
        assert "Northwind" in part
        assert "10115 Berlin" in part
        assert LINKS.status_url.partition("?")[0] in part
        assert LINKS.preferences_url in part
        assert (LINKS.unsubscribe_url in part) == (source.purpose not in TRANSACTIONAL)


@pytest.mark.parametrize("source", EMAILS, ids=label)
def test_every_mail_reads_well_with_the_least_it_can_leave_with(source: MessageSource) -> None:
    least = {name: TOKENS.get(name, getattr(LINKS, name, "")) for name in required_tokens(source)}
    mail = render_email(source, least)
    assert_clean(mail.subject, source.language)
    assert_clean(mail.text.replace("\n-- \n", "\n"), source.language)
    assert "\n\n\n" not in mail.text
    assert mail.text.startswith(GREETING[source.language])


@pytest.mark.parametrize("source", ALL, ids=label)
def test_every_message_reports_exactly_what_is_missing(source: MessageSource) -> None:
    needed = required_tokens(source)
    assert check(source, {}) == needed
    for absent in needed:
        rest = {name: TOKENS.get(name, getattr(LINKS, name, "")) for name in needed if name != absent}
        assert check(source, rest) == (absent,)


@pytest.mark.parametrize("source", [s for s in shipped() if s.channel is Channel.EMAIL], ids=label)
def test_a_stage_message_needs_what_its_promise_needs(source: MessageSource) -> None:
    always = ALWAYS - {"preferences_url"} if source.purpose is Purpose.SERVICE else ALWAYS
    assert set(required_tokens(source)) == always | NEEDED[source.name]


@pytest.mark.parametrize("source", SMS, ids=label)
def test_every_sms_names_the_sender_says_stop_and_fits_one_segment(source: MessageSource) -> None:
    text = render_sms(source, TOKENS)
    assert_clean(text, source.language)
    assert text.startswith("Northwind : " if source.language == "fr" else "Northwind: ")
    assert text.endswith(STOP[source.language])
    assert is_gsm7(text)
    assert segments(text) == 1
    least = {"company": "Northwind", "opening_title": "Clerk", "letter_text": "Yes."}
    assert_clean(render_sms(source, least), source.language)


def test_every_message_is_shipped_in_every_language() -> None:
    assert languages() == ("de", "en", "es", "fr")
    places = {path.parent for top in (FOLDER, *journeys.FOLDER.iterdir()) for path in top.glob("*/*.md")}
    lacking = [
        f"{place.name}/{file_name(channel, language)}"
        for place in sorted(places)
        for channel in Channel
        if (place / file_name(channel, "en")).exists()
        for language in languages()
        if not (place / file_name(channel, language)).exists()
    ]
    assert not lacking


@pytest.mark.parametrize("language", [language for language in languages() if language != "en"])
def test_every_language_says_the_same_with_the_same_tokens(language: str) -> None:
    def told(language: str) -> list[tuple[object, ...]]:
        return [
            (s.name, s.channel, s.purpose, required_tokens(s), s.required, bool(s.preview), bool(s.why), tokens_of(s))
            for s in ALL
            if s.language == language
        ]

    assert told(language) == told("en")


def tokens_of(source: MessageSource) -> tuple[str, ...]:
    """All that stand in it, the name in a greeting aside: languages greet differently who has none."""
    pieces = " ".join(re.findall(r"\{[{%].*?[%}]\}", source.text))
    return tuple(sorted({word for word in re.findall(r"\w+", pieces) if word in KNOWN} - {"first_name"}))


@pytest.mark.parametrize("source", [s for s in EMAILS if s.language == "fr"], ids=label)
def test_french_keeps_its_punctuation_on_the_line(source: MessageSource) -> None:
    """A no-break space before it (Imprimerie nationale), so that no line begins with a colon; and apostrophes that curve."""
    for text in (source.subject, source.preview, source.why, source.body, *words_for("fr").why.values()):
        words = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\(\{\{.*?\}\}\)", "", text)
        assert not re.search("(?<![\u00a0\u202f])[:;?!»]|«(?!\u00a0)|'", words)


def test_every_stage_has_its_message_and_its_words() -> None:
    for stage in DEFAULT_PIPELINE.stages:
        for language in languages():
            assert stage.name in words_for(language).stages
            assert find(stage.message, "email", [language]).language == language


def test_stage_words_of_a_companys_own_stage_are_its_name() -> None:
    assert stage_words("interview", "de-AT") == "Vorstellungsgespräch"
    assert stage_words("team_day", "de") == "team day"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["de-AT"], "de"),
        (["de_CH"], "de"),
        (["fr-CA"], "fr"),
        (["es-MX", "de"], "es"),
        (["pt", "de"], "de"),
        (["pt"], "en"),
        ([], "en"),
        (["EN-gb"], "en"),
    ],
)
def test_the_nearest_language_is_found(wanted: list[str], found: str) -> None:
    assert find("received", "email", wanted).language == found


def test_the_chain_of_languages_goes_from_near_to_far() -> None:
    assert fallback_chain(["de-AT", "fr"]) == ["de-AT", "de", "fr", "en"]


def test_without_any_wanted_language_there_is_still_a_message() -> None:
    only = parse_message("---\nsubject: Hej\n---\nHej\n", "hej", Channel.EMAIL, "sv", Purpose.NURTURE)
    assert choose([only], ["fr"]) is only


def test_an_unknown_message_names_the_known_ones() -> None:
    with pytest.raises(UnknownMessage, match=r"no sms message 'received'; known are .*reopening_alert"):
        find("received", "sms", ["en"])


def faults_of(text: str, channel: Channel = Channel.EMAIL, purpose: Purpose | None = Purpose.NURTURE) -> list[Fault]:
    with pytest.raises(MessageFaults) as found:
        parse_message(text, "note", channel, "en", purpose)
    return found.value.faults


def test_all_faults_of_a_message_are_found_where_they_stand() -> None:
    text = (
        "---\n"
        "subject: Hello {{ frist_name }}\n"
        "chanel: email\n"
        "required: [resaon]\n"
        "fallbacks: {first_name: ''}\n"
        "---\n"
        "\n"
        "Hi {{ first_name }}, {{ compnay }}\n"
        "and { company }\n"
        "{% for x in first_name %}{% endfor %}\n"
        "{{ first_name.__class__ }} {{ company|safe }}\n"
    )
    assert [(f.line, f.column, f.message, f.cure) for f in faults_of(text)] == [
        (2, 10, "subject: unknown token 'frist_name'", "did you mean 'first_name'?"),
        (3, 1, "unknown key 'chanel' in the front matter", "did you mean 'channel'?"),
        (4, 12, "unknown token 'resaon'", "did you mean 'reason'?"),
        (5, 25, "the fallback of first_name is empty", "write the words, or delete the line"),
        (8, 25, "unknown token 'compnay'", "did you mean 'company'?"),
        (9, 5, "single braces around company", "write {{ company }}"),
        (10, 1, "a template may not hold this (for)", "write {{ token }} or {% if token %} … {% endif %}"),
        (11, 1, "a template may not hold this (getattr)", "write {{ token }} or {% if token %} … {% endif %}"),
        (11, 39, "unknown filter 'safe'", "known are capitalize, default, lower, title, trim, upper"),
    ]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("Hi {{ first_name|default }}", 4, "default without its words"),
        ("Hi {{ first_name|default(company) }}", 4, "default without its words"),
        ("Hi {{ frist_name|default('x') }}", 4, "unknown token"),
        ("One\n\nHi {{ first_name", 6, "template syntax"),
        ("One\n{% if company %}two", 5, "template syntax"),
        ("{{ first_name }}}}", 4, "stray '}}'"),
        ("a\n{% raw %}{{ company }}{% endraw %}", 5, "stray '{{'"),
        ("a\n\n![logo](https://x.example/a.png)", 6, "carries no images"),
        ("[x](ftp://x.example)", 4, "can't lead to"),
        ("a\n[x](https://x.example/{{first_name}})", 5, "can't lead to"),
        ("[x]({{ company }})", 4, "can't lead to"),
    ],
)
def test_what_a_mail_can_not_carry_is_found_with_its_line(body: str, line: int, said: str) -> None:
    fault = faults_of(f"---\nsubject: A\n---\n{body}\n")[0]
    assert fault.line == line
    assert said in fault.message
    assert fault.cure


@pytest.mark.parametrize(
    "expression",
    [
        "{{ ''.__class__ }}",
        "{{ company.__init__ }}",
        "{{ company['__class__'] }}",
        "{{ company|attr('__class__') }}",
        "{{ range(10) }}",
        "{{ self }}",
        "{{ 'a' * 10 ** 9 }}",
        "{% set x = 1 %}",
        "{% import 'x' as x %}",
        "{% include 'x' %}",
        "{% macro x() %}{% endmacro %}",
        "{{ company.upper() }}",
        "{% if company.__class__ %}x{% endif %}",
        "{{ [company] }}",
        "{{ lipsum }}",
    ],
)
def test_nothing_reaches_past_the_tokens(expression: str) -> None:
    assert faults_of(f"---\nsubject: A\n---\n{expression}\n")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Hello\n", 1, "no front matter"),
        ("---\nsubject: a: b\n---\nx\n", 2, "not YAML"),
        ("---\nsubject: {{ company }}\n---\nx\n", 2, "must be text"),
        ("---\npurpose: nurture\n---\nx\n", 2, "without a subject"),
        ("---\nsubject: A\npurpose: nurtur\n---\nx\n", 3, "unknown purpose"),
        ("---\nsubject: A\npurpose: alerts\n---\nx\n", 3, "in a journey for nurture"),
        ("---\nsubject: A\nchannel: sms\n---\nx\n", 3, "channel 'sms'"),
        ("---\nsubject: A\nsubject: B\n---\nx\n", 3, "appears twice"),
        ("---\nsubject: A\n---\n\n", 2, "empty"),
    ],
)
def test_front_matter_is_checked(text: str, line: int, said: str) -> None:
    fault = faults_of(text)[0]
    assert (fault.line, said in str(fault)) == (line, True), fault


def test_a_message_outside_of_journeys_must_say_its_purpose() -> None:
    assert "no purpose" in faults_of("---\nsubject: A\n---\nx\n", purpose=None)[0].message


def test_an_sms_has_no_subject() -> None:
    assert "an SMS has no subject" in faults_of("---\nsubject: A\n---\nx\n", Channel.SMS)[0].message


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    source = parse_message("\ufeff---\r\nsubject: A\r\n---\r\nHi\r\n", "note", Channel.EMAIL, "en", Purpose.NURTURE)
    assert (source.subject, source.body) == ("A", "Hi")


def test_files_that_are_no_messages_are_named(tmp_path: Path) -> None:
    (tmp_path / "note").mkdir()
    (tmp_path / "note" / "english.txt").write_text("x")
    (tmp_path / "note" / "en.md").write_bytes(b"\xff\xfe")
    sources, faults = read_folder(tmp_path, Purpose.NURTURE)
    assert not sources
    assert [fault.file for fault in faults] == ["note/en.md", "note/english.txt"]
