"""Messages with a person's values in them: subject, text and HTML of a mail, the text of an SMS.

All that can be done once per message is: Markdown, the MJML shell, CSS inlining and template compilation are cached; a
mail costs four short template runs. Values are escaped for where they land, never read as Markdown, HTML or template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, lru_cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import StrictUndefined, Template, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape
from mjml import mjml2html

from domain.touches import TRANSACTIONAL, Channel, Purpose
from templates.markdown import Slots, convert
from templates.messages import MessageSource
from templates.syntax import FALLBACK, FILTERS, usage
from templates.tokens import print_all
from templates.words import Words, words_for

SHELL = Path(__file__).parent / "shell.mjml"
_HOLES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one mail, personal to its receiver. Empty where a company has no such page."""

    status_url: str = ""
    preferences_url: str = ""
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """A mail's words. `subject` and `sender_name` are one line each; `text` ends in a newline."""

    subject: str
    text: str
    html: str
    sender_name: str = ""


class MissingTokens(Exception):
    """The message can't be filled: `template` (`refused/de`) needs `tokens`, which have neither value nor fallback."""

    def __init__(self, template: str, tokens: tuple[str, ...]) -> None:
        super().__init__(f"{template} lacks {', '.join(tokens)}; fill them in, or give the message fallbacks")
        self.template = template
        self.tokens = tokens


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A message ready to be filled. `parts` are subject, text, html, sender (email) or text alone (SMS)."""

    needed: frozenset[str]
    fallbacks: dict[str, str]
    words: Words
    parts: dict[str, Template] = field(hash=False)


NO_LINKS = Links()


def render_email(source: MessageSource, tokens: Mapping[str, object], links: Links = NO_LINKS) -> RenderedEmail:
    """The mail. `tokens` may hold the links too; unknown ones are ignored. Raises MissingTokens, naming all."""
    compiled = _compile(source)
    values = _fill(source, compiled, tokens, links)
    values["subject"] = " ".join(compiled.parts["subject"].render(values).split())
    return RenderedEmail(
        subject=values["subject"],
        text=_HOLES.sub("\n\n", compiled.parts["text"].render(values)).strip() + "\n",
        html=compiled.parts["html"].render(values),
        sender_name=" ".join(compiled.parts["sender"].render(values).split()),
    )


def render_sms(source: MessageSource, tokens: Mapping[str, object], links: Links = NO_LINKS) -> str:
    """The SMS's text; templates.segments tells what it costs. Raises MissingTokens, naming all."""
    compiled = _compile(source)
    values = _fill(source, compiled, tokens, links)
    return _HOLES.sub("\n\n", compiled.parts["text"].render(values)).strip()


def required_tokens(source: MessageSource) -> tuple[str, ...]:
    """The tokens that must have a value, sorted.

    Those used outside of every `{% if token %}` or listed as required, and the footer's; less those with a fallback.
    """
    compiled = _compile(source)
    return tuple(sorted(compiled.needed - compiled.fallbacks.keys()))


def check(source: MessageSource, tokens: Mapping[str, object], links: Links = NO_LINKS) -> tuple[str, ...]:
    """The tokens for which the message would not be filled, in order; empty when it can be sent."""
    try:
        _fill(source, _compile(source), tokens, links)
    except MissingTokens as missing:
        return missing.tokens
    return ()


def _fill(source: MessageSource, compiled: _Compiled, tokens: Mapping[str, object], links: Links) -> dict[str, str]:
    given = {link.name: value for link in fields(links) if (value := getattr(links, link.name))}
    values = print_all({**tokens, **given}, compiled.words)
    for name, words in compiled.fallbacks.items():
        values[name] = values[name] or words
    missing = tuple(sorted(name for name in compiled.needed if not values[name]))
    if missing:
        raise MissingTokens(f"{source.name}/{source.language}", missing)
    return values


@lru_cache(maxsize=4096)
def _compile(source: MessageSource) -> _Compiled:
    words = words_for(source.language)
    if source.channel == Channel.SMS:
        texts = {"text": _joined(source.body)}
        templates = {"text": _TEXT.from_string(texts["text"])}
    else:
        texts = {"body": source.body, "subject": source.subject, "preview": source.preview, "sender": source.sender}
        texts["footer"] = _footer(source, words)
        templates = _email_parts(source, texts["footer"], words.colon)
    needed = set(source.required)
    for text in texts.values():
        needed |= usage(text).needed
    return _Compiled(frozenset(needed), dict(source.fallbacks), words, templates)


def _email_parts(source: MessageSource, footer: str, colon: str) -> dict[str, Template]:
    slots = Slots()
    body, end = convert(source.body, slots, colon), convert(footer, slots, colon)
    holes = {"kwlang": source.language, "kwbody": body.html, "kwfooter": end.html}
    holes |= {"kwpreview": slots.take(str(escape(source.preview))), "kwsubject": slots.take("{{ subject }}")}
    holes["kwcompany"] = slots.take("{{ company }}")
    page = re.sub("|".join(holes), lambda match: holes[match[0]], _shell())
    return {
        "subject": _TEXT.from_string(source.subject),
        "sender": _TEXT.from_string(source.sender),
        "text": _TEXT.from_string(slots.put_back(f"{body.text}\n\n-- \n{end.text}")),
        "html": _HTML.from_string(slots.put_back(_inliner.inline(page))),
    }


def _footer(source: MessageSource, words: Words) -> str:
    """Who writes, from where, why, and how to stop it (CAN-SPAM 16 CFR 316, § 5 DDG); Markdown."""
    lines = [source.why or words.why[source.purpose], "{{ company }}\\\n{{ postal_address }}"]
    lines.append(_where("status_url", words.status))
    is_service = source.purpose is Purpose.SERVICE
    lines.append(_where("preferences_url", words.preferences) if is_service else words.preferences)
    if source.purpose not in TRANSACTIONAL:
        lines.append(words.unsubscribe)
    return "\n\n".join(lines)


def _where(token: str, line: str) -> str:
    """A line for messages that have the token: the mail to an address that is not confirmed yet has no links to a person's pages."""
    return f"{{% if {token} %}}\n{line}\n{{% endif %}}"


def _joined(body: str) -> str:
    """An SMS body with the source's line breaks undone; an empty line remains a line break."""
    return "\n".join(" ".join(paragraph.split("\n")) for paragraph in re.split(r"\n{2,}", body))


@cache
def _shell() -> str:
    page: str = mjml2html(SHELL.read_text(encoding="utf-8"), disable_comments=False)
    return page


def _for_html(value: object) -> object:
    """Escaped whatever it is, so that no filter can let markup through; lines stay lines."""
    if isinstance(value, Undefined):
        return value
    return Markup(str(escape(str(value))).replace("\n", "<br>"))  # noqa: S704 - escaped in this very line


def _for_text(value: object) -> object:
    return value if isinstance(value, Undefined) else str(value)


def _or_words(value: str, words: str) -> str:
    """The filter `default`: a token without a value is the empty text, not an undefined one."""
    return value or words


def _environment(finalize: Callable[[object], object], *, autoescape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=autoescape, finalize=finalize, keep_trailing_newline=True
    )
    environment.filters = {name: environment.filters[name] for name in FILTERS} | {FALLBACK: _or_words}
    environment.globals = {}
    return environment


_HTML = _environment(_for_html, autoescape=True)
_TEXT = _environment(_for_text, autoescape=False)
_inliner = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, remove_inlined_selectors=True)
