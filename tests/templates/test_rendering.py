"""Rendering: what reaches a person, and what must never."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt
from mjml import mjml2html

from domain.touches import Channel, Purpose
from templates.messages import MessageSource, find, parse_message
from templates.rendering import SHELL, Links, MissingTokens, check, render_email, render_sms, required_tokens
from tests.templates.people import LINKS, TOKENS

HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% include 'x' %}",
    "{{ ''.__class__.__mro__ }}",
    "[x](javascript:alert(1))",
    "**bold** _it_ `code` # h",
    '" onmouseover="alert(1)',
    "kwtok0z kwbody kwtag0z",
    "</td></table><img src=x>",
    "&lt;b&gt;",
]


def written(body: str, front: str = "", channel: Channel = Channel.EMAIL) -> MessageSource:
    """A message with this body; `front` are more lines of front matter."""
    subject = "subject: Hello\n" if channel is Channel.EMAIL and "subject:" not in front else ""
    return parse_message(f"---\n{subject}{front}\n---\n{body}\n", "note", channel, "en", Purpose.NURTURE)


class _Seen(HTMLParser):
    """The tags, addresses and words that a mail program would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.addresses: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.addresses += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_appears_as_it_is_and_does_nothing(value: str) -> None:
    source = find("refused_after_interview", "email", ["en"])
    harmless = _Seen(render_email(source, TOKENS, LINKS).html)
    shown = dict.fromkeys(("first_name", "opening_title", "company", "recruiter_name", "reason", "feedback"), value)
    mail = render_email(source, TOKENS | shown, LINKS)
    seen = _Seen(mail.html)
    assert seen.addresses == harmless.addresses
    assert sorted(set(seen.tags)) == sorted(set(harmless.tags))
    assert set(seen.attributes) == set(harmless.attributes)
    assert value in seen.words
    assert value in mail.text
    assert value in mail.subject


@given(st.text(max_size=60))
def test_no_value_changes_the_structure_of_a_mail(value: str) -> None:
    source = find("received", "email", ["de"])
    plain = _Seen(render_email(source, TOKENS, LINKS).html)
    seen = _Seen(render_email(source, TOKENS | {"opening_title": f"x{value}", "first_name": value}, LINKS).html)
    assert (seen.tags, seen.addresses, seen.attributes) == (plain.tags, plain.addresses, plain.attributes)


def test_a_line_break_in_a_value_can_not_add_a_header() -> None:
    source = find("received", "email", ["en"])
    mail = render_email(source, TOKENS | {"opening_title": "Clerk\r\nBcc: all@example.org", "company": "A\nB"}, LINKS)
    assert mail.subject == "Your application for Clerk Bcc: all@example.org has arrived"
    assert mail.sender_name == "Dana Okafor, A B"


def test_paragraphs_of_feedback_stay_paragraphs_in_both_parts() -> None:
    mail = render_email(find("refused", "email", ["en"]), TOKENS, LINKS)
    assert "Your way of testing convinced us.<br><br>Go deeper into query plans." in mail.html
    assert "Your way of testing convinced us.\n\nGo deeper into query plans." in mail.text


def test_no_filter_lets_markup_through() -> None:
    source = written("Hi {{ first_name|upper }}, bye {{ first_name|trim }}.")
    assert "<B>" not in render_email(source, TOKENS | {"first_name": "<b>"}, LINKS).html


@pytest.mark.parametrize(
    ("name", "greeting"),
    [("Ada", "Hi Ada and ADA."), ("", "Hi there & all and <B>."), (None, "Hi there & all and <B>.")],
)
def test_words_stand_for_a_token_without_a_value_at_their_place_alone(name: str | None, greeting: str) -> None:
    source = written('Hi {{ first_name | default("there & all") }} and {{ first_name|default("<b>")|upper }}.')
    assert "first_name" not in required_tokens(source)
    mail = render_email(source, TOKENS | {"first_name": name}, LINKS)
    assert greeting in mail.text
    assert "<B>" not in mail.html
    assert "there & all" not in mail.html


def test_a_token_that_has_words_in_one_place_is_still_required_in_another() -> None:
    source = written('{{ first_name | default("there") }}, {{ first_name }}')
    assert check(source, TOKENS | {"first_name": ""}, LINKS) == ("first_name",)


def test_braces_made_of_entities_and_escapes_stay_text() -> None:
    source = written(r"One &#123;&#123; 7+7 &#125;&#125;, two \{\{ 7+7 \}\}, three \{\% x \%\}, four \{\# y \#\}.")
    mail = render_email(source, TOKENS, LINKS)
    assert "One {{ 7+7 }}, two {{ 7+7 }}, three {% x %}, four {# y #}." in mail.text
    assert "One {{ 7+7 }}, two {{ 7+7 }}, three {% x %}, four {# y #}." in _Seen(mail.html).words


def test_an_address_that_is_no_web_address_counts_as_missing() -> None:
    source = find("received", "email", ["en"])
    for bad in ("javascript:alert(1)", "https://x.example/ a", 'https://x.example/"><b>', "data:text/html,x", "//x"):
        assert check(source, TOKENS, Links(preferences_url=bad)) == ("preferences_url",)


def test_a_name_with_a_link_in_it_is_not_repeated_to_strangers() -> None:
    source = find("received", "email", ["en"])
    mail = render_email(source, TOKENS | {"first_name": "Win money at www.evil.example"}, LINKS)
    assert mail.text.startswith("Hi there,")
    assert "evil" not in mail.html


def test_everything_that_is_missing_is_named_at_once() -> None:
    source = find("refused_after_interview", "email", ["en"])
    with pytest.raises(MissingTokens) as missing:
        render_email(source, {"company": "Northwind", "reason": "  ", "feedback": None})
    assert missing.value.template == "refused_after_interview/en"
    assert missing.value.tokens == ("feedback", "opening_title", "postal_address", "preferences_url", "reason")
    assert missing.value.tokens == check(source, {"company": "Northwind", "reason": "  ", "feedback": None})


def test_fallbacks_apply_before_anything_is_called_missing() -> None:
    source = written("Hi {{ first_name }}, {{ company }}", "fallbacks: {first_name: there}")
    assert "first_name" not in required_tokens(source)
    without = {key: value for key, value in TOKENS.items() if key != "first_name"}
    assert render_email(source, without, LINKS).text.startswith("Hi there, Northwind")
    assert render_email(source, TOKENS, LINKS).text.startswith("Hi Ada, Northwind")


def test_a_token_is_optional_only_behind_a_question_whether_it_is_there() -> None:
    optional = written(
        "A {% if reason %}{{ reason }}{% endif %}{% if not feedback %}x{% else %}{{ feedback }}{% endif %}"
    )
    assert not {"reason", "feedback"} & set(required_tokens(optional))
    both = written("{% if reason and feedback %}{{ reason }} {{ feedback }}{% endif %} A")
    assert not {"reason", "feedback"} & set(required_tokens(both))
    either = written("{% if reason or feedback %}{{ reason }}{% endif %} A")
    assert "reason" in required_tokens(either)
    otherwise = written("{% if reason %}A{% else %}{{ reason }}{% endif %}")
    assert "reason" in required_tokens(otherwise)


def test_links_may_come_with_the_tokens_or_beside_them() -> None:
    source = find("reopening_alert", "email", ["en"])
    inside = {name: getattr(LINKS, name) for name in ("status_url", "preferences_url", "unsubscribe_url")}
    assert render_email(source, TOKENS | inside) == render_email(source, TOKENS, LINKS)


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "Friday, 4 December 2026", "Friday, 4 December 2026, 09:05 (CET)"),
        ("de", "Freitag, 4. Dezember 2026", "Freitag, 4. Dezember 2026, 09:05 (CET)"),
        ("fr", "vendredi 4 décembre 2026", "vendredi 4 décembre 2026, 09:05 (CET)"),
        ("es", "viernes, 4 de diciembre de 2026", "viernes, 4 de diciembre de 2026, 09:05 (CET)"),
    ],
)
def test_dates_are_written_in_the_language_of_the_message(language: str, day: str, moment: str) -> None:
    source = find("received", "email", [language])
    assert day in render_email(source, TOKENS | {"next_date": date(2026, 12, 4)}, LINKS).text
    local = datetime(2026, 12, 4, 8, 5, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert moment in render_email(source, TOKENS | {"next_date": local}, LINKS).text
    assert "next week" in render_email(source, TOKENS | {"next_date": "next week"}, LINKS).text


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 12, 4, 8, 5)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="has no zone"):
        render_email(find("received", "email", ["en"]), TOKENS | {"next_date": naive}, LINKS)


def test_a_link_alone_becomes_a_button_and_is_written_out_in_the_text() -> None:
    mail = render_email(find("received", "email", ["en"]), TOKENS, LINKS)
    assert 'class="button" href="https://people.example.org/c/abc?from=mail&amp;lang=en"' in mail.html
    assert "See where your application stands:\nhttps://people.example.org/c/abc?from=mail&lang=en\n" in mail.text


def test_before_an_address_stands_the_colon_of_the_language() -> None:
    mail = render_email(find("received", "email", ["fr"]), TOKENS, LINKS)
    assert "Voir où en est votre candidature\u00a0:\nhttps://people.example.org/c/abc" in mail.text


def test_the_page_names_its_language_and_loads_nothing() -> None:
    html = render_email(find("received", "email", ["de"]), TOKENS, LINKS).html
    assert '<html lang="de"' in html
    assert "prefers-color-scheme: dark" in html
    assert not {"img", "script", "link", "iframe", "form"} & set(_Seen(html).tags)
    assert "fonts.googleapis" not in html


def test_an_sms_joins_its_source_lines_and_keeps_its_paragraphs() -> None:
    source = written("{{ company }}: one\ntwo.\n\nReply STOP to opt out.", channel=Channel.SMS)
    assert render_sms(source, TOKENS) == "Northwind: one two.\nReply STOP to opt out."
    with pytest.raises(MissingTokens):
        render_sms(source, {})


def test_a_mail_costs_a_small_part_of_what_compiling_it_costs() -> None:
    source = find("refused_after_interview", "email", ["en"])
    render_email(source, TOKENS, LINKS)
    shell, reader, environment = SHELL.read_text(encoding="utf-8"), MarkdownIt(), SandboxedEnvironment()

    def uncached() -> None:
        mjml2html(shell)
        environment.from_string(reader.render(source.body))

    def seconds(rounds: int, work: object) -> float:
        start = time.process_time()
        for _ in range(rounds):
            work()  # type: ignore[operator]
        return time.process_time() - start

    assert seconds(200, lambda: render_email(source, TOKENS, LINKS)) < seconds(200, uncached) / 3
