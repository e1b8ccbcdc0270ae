"""Message files: Markdown (email) or plain text (SMS) behind YAML front matter, and the ones that we ship.

    messages/<name>/<language>.md        email
    messages/<name>/sms.<language>.md    SMS

Front matter: `subject` (email), `purpose`, and if wanted `channel` (repeats what the file name says), `preview` (the
line that mail programs show beside the subject), `sender` (display name), `why` (why the person gets this), `required`
(tokens that must be there though they stand inside an `{% if %}`), `fallbacks` (token: words for when it is absent).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from domain.touches import Channel, Purpose
from templates.faults import Fault, MessageFaults, cure_for
from templates.markdown import Slots, convert
from templates.nodes import Reader
from templates.syntax import usage
from templates.tokens import TOKENS
from templates.words import fallback_chain

FOLDER = Path(__file__).parent / "messages"
DEFAULT_SENDER = "{{ company }}"
_KEYS = ("subject", "channel", "purpose", "preview", "sender", "why", "required", "fallbacks")
_FENCE = re.compile(r"\A---[ \t]*\n(?P<front>.*?)^---[ \t]*(?:\n\s*^|\n?\Z)(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)
_FILE_NAME = re.compile(r"(?:(sms)\.)?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.md\Z")


@dataclass(frozen=True, slots=True)
class MessageSource:
    """One message in one language for one channel, as written.

    `text` is the whole file, `body` what follows the front matter, `name` the folder, `language` a BCP 47 tag.
    All texts are templates. `why` is empty where the purpose's own words serve.
    """

    name: str
    channel: Channel
    language: str
    purpose: Purpose
    subject: str
    preview: str
    sender: str
    why: str
    required: tuple[str, ...]
    fallbacks: tuple[tuple[str, str], ...]
    body: str
    text: str


class UnknownMessage(LookupError):
    """No message of that name for that channel."""


def find(name: str, channel: Channel | str, languages: Sequence[str]) -> MessageSource:
    """The shipped message in the first of the languages that it is written in (`["de-AT"]` tries de-AT, de, en).

    Raises UnknownMessage, which names those that are.
    """
    written = [source for source in shipped() if source.name == name and source.channel == channel]
    if not written:
        known = ", ".join(sorted({source.name for source in shipped() if source.channel == channel}))
        raise UnknownMessage(f"no {channel} message {name!r}; known are {known}")
    return choose(written, languages)


def choose(sources: Sequence[MessageSource], languages: Sequence[str]) -> MessageSource:
    """The one that suits the languages best; the first by language where none does. `sources` is not empty."""
    by_language = {source.language.lower(): source for source in sources}
    for tag in fallback_chain(languages):
        if tag.lower() in by_language:
            return by_language[tag.lower()]
    return by_language[min(by_language)]


@cache
def shipped() -> tuple[MessageSource, ...]:
    """All messages that we ship, read once. Raises MessageFaults."""
    sources, faults = read_folder(FOLDER, None)
    if faults:
        raise MessageFaults(faults)
    return tuple(sources)


def read_folder(folder: Path, purpose: Purpose | None) -> tuple[list[MessageSource], list[Fault]]:
    """Every message below a folder, and what is wrong with the files. `purpose` holds for files that name none."""
    sources: list[MessageSource] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*/*")):
        file = str(path.relative_to(folder))
        named = _FILE_NAME.match(path.name)
        if named is None:
            cure = "name it <language>.md for email or sms.<language>.md for SMS"
            faults.append(Fault(file, 1, 1, "this file is no message", cure))
            continue
        channel = Channel.SMS if named[1] else Channel.EMAIL
        try:
            text = path.read_text(encoding="utf-8")
            sources.append(parse_message(text, path.parent.name, channel, named[2], purpose, file))
        except MessageFaults as found:
            faults += found.faults
        except (UnicodeDecodeError, IsADirectoryError) as error:
            faults.append(Fault(file, 1, 1, f"this is no text file: {error}", "save it as UTF-8"))
    return sources, faults


@lru_cache(maxsize=4096)
def parse_message(
    text: str, name: str, channel: Channel, language: str, purpose: Purpose | None = None, file: str = ""
) -> MessageSource:
    """The message that a file's text holds; the same text gives the same object.

    `purpose` holds where the text names none. Raises MessageFaults with everything that is wrong.
    """
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    reader = Reader(file or f"{name}/{file_name(channel, language)}", offset=1)
    fence = _FENCE.match(text)
    if fence is None:
        cure = "begin with ---, then `subject: …` and `purpose: …`, then ---"
        raise MessageFaults([Fault(reader.file, 1, 1, "no front matter", cure)])
    root = reader.compose(fence["front"])
    if reader.faults:
        raise MessageFaults(reader.faults)
    fields = reader.mapping(root, "the front matter", _KEYS) if root is not None else {}
    source = MessageSource(
        name=name,
        channel=channel,
        language=language,
        purpose=_purpose(reader, fields, purpose),
        subject=reader.text(fields.get("subject"), "subject"),
        preview=reader.text(fields.get("preview"), "preview"),
        sender=reader.text(fields.get("sender"), "sender") or DEFAULT_SENDER,
        why=reader.text(fields.get("why"), "why"),
        required=_required(reader, fields.get("required")),
        fallbacks=_fallbacks(reader, fields.get("fallbacks")),
        body=fence["body"].rstrip(),
        text=text,
    )
    _check_channel(reader, fields, source)
    _check_templates(reader, fields, source, text.count("\n", 0, fence.start("body")))
    if reader.faults:
        raise MessageFaults(reader.faults)
    return source


def file_name(channel: Channel, language: str) -> str:
    """`de.md` for email, `sms.de.md` for SMS."""
    return f"sms.{language}.md" if channel == Channel.SMS else f"{language}.md"


def _purpose(reader: Reader, fields: dict[str, yaml.Node], given: Purpose | None) -> Purpose:
    node = fields.get("purpose")
    if node is None:
        if given is None:
            reader.fault_at(1, 1, "no purpose", "write `purpose: application`, `nurture`, `alerts` or `service`")
        return given or Purpose.NURTURE
    word = reader.text(node, "purpose")
    if word not in set(Purpose):
        reader.fault(node, f"unknown purpose {word!r}", cure_for(word, Purpose))
        return given or Purpose.NURTURE
    if given is not None and word != given:
        reader.fault(node, f"purpose {word!r} in a journey for {given}", f"write `purpose: {given}` or leave it out")
    return Purpose(word)


def _required(reader: Reader, node: yaml.Node | None) -> tuple[str, ...]:
    names = reader.texts(node, "required")
    for name, entry in names:
        if name not in TOKENS:
            reader.fault(entry, f"unknown token {name!r}", cure_for(name, TOKENS))
    return tuple(name for name, _ in names)


def _fallbacks(reader: Reader, node: yaml.Node | None) -> tuple[tuple[str, str], ...]:
    found = reader.mapping(node, "fallbacks", TOKENS) if node is not None else {}
    for name, value in found.items():
        if not reader.text(value, f"the fallback of {name}"):
            reader.fault(value, f"the fallback of {name} is empty", "write the words, or delete the line")
    return tuple((name, reader.text(value, name)) for name, value in found.items())


def _check_channel(reader: Reader, fields: dict[str, yaml.Node], source: MessageSource) -> None:
    channel = reader.text(fields.get("channel"), "channel")
    if channel and channel != source.channel:
        cure = f"write `channel: {source.channel}` or rename the file"
        reader.fault(fields["channel"], f"channel {channel!r} in a file for {source.channel}", cure)
    unreadable = isinstance(fields.get("subject"), yaml.CollectionNode)
    if source.channel == Channel.EMAIL and not source.subject and not unreadable:
        reader.fault_at(1, 1, "an email without a subject", "write `subject: …`")
    for key in ("subject", "preview", "sender", "why"):
        if source.channel == Channel.SMS and key in fields:
            reader.fault(fields[key], f"an SMS has no {key}", "delete the line")
    if not source.body:
        reader.fault_at(1, 1, "the message is empty", "write its words below the second ---")


def _check_templates(reader: Reader, fields: dict[str, yaml.Node], source: MessageSource, above: int) -> None:
    """`above` is the number of lines before the body."""
    for key in ("subject", "preview", "sender", "why"):
        if key in fields:
            for mistake in usage(getattr(source, key)).mistakes:
                reader.fault(fields[key], f"{key}: {mistake.message}", mistake.cure)
    mistakes = list(usage(source.body).mistakes)
    if source.channel == Channel.EMAIL and not mistakes:
        mistakes += convert(source.body, Slots()).mistakes
    for mistake in mistakes:
        reader.fault_at(mistake.line + above - reader.offset, mistake.column, mistake.message, mistake.cure)
