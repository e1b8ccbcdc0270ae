"""Twilio's signature under its requests: HMAC-SHA1 over the URL as Twilio was told it, and the form.

Sources: Twilio, "Webhooks security"; what its own validators accept beyond that, found with their published test vectors. Twilio signs
with or without the standard port, with the user information that the URL held, and with an apostrophe of the query as %27.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit, urlunsplit

SIGNATURE_HEADER = "x-twilio-signature"
BODY_DIGEST = "bodySHA256"
"""The query parameter that stands for a body which is no form."""
STANDARD_PORTS = {"https": 443, "http": 80}
MOST_FIELDS = 1_000
"""Of a form; Twilio's have some twenty."""
Form = Mapping[str, str | Sequence[str]]


def holds(token: str, url: str, content: Form | bytes, signature: str) -> bool:
    """Whether Twilio signed this request. `url` is the one Twilio was given, with its query; `content` the raw body, or a form's fields.

    A body that is no form is known by its digest in the URL. Never raises for what a stranger sent.
    """
    try:
        parts = urlsplit(url)
        digests = parse_qs(parts.query).get(BODY_DIGEST, [])
        if isinstance(content, bytes):
            if digests:
                if not _same(digests[0].lower(), hashlib.sha256(content).hexdigest()):
                    return False
                fields: Form = {}
            else:
                fields = read_form(content)
        else:
            fields = content
        signed_fields = _signed_form(fields)
        forms = _forms(parts)
    except ValueError:
        return False
    expected = [_sign(token, form + signed_fields) for form in forms]
    return any(_same(one, signature) for one in expected)


def read_form(body: bytes) -> dict[str, list[str]]:
    """The fields of a form (application/x-www-form-urlencoded), empty ones too. Raises ValueError where it is none."""
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(
        body.decode("ascii"), keep_blank_values=True, errors="surrogateescape", max_num_fields=MOST_FIELDS
    ):
        fields.setdefault(name, []).append(value)
    return fields


def _signed_form(form: Form) -> str:
    """Names and values in the order of the names; several values of one name each once, in their order."""
    parts = []
    for name in sorted(form):
        value = form[name]
        values: Iterable[str] = [value] if isinstance(value, str) else sorted(set(value))
        parts += [name + one for one in values]
    return "".join(parts)


def _forms(parts: SplitResult) -> list[str]:
    """Every way in which Twilio may have written this URL down before signing it."""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    standard = STANDARD_PORTS.get(parts.scheme)
    hosts = dict.fromkeys((parts.netloc.rpartition("@")[2], host, f"{host}:{parts.port or standard}"))
    users = dict.fromkeys((parts.netloc.rpartition("@")[0], ""))
    queries = dict.fromkeys((parts.query, parts.query.replace("'", "%27"), parts.query.replace("%27", "'")))
    return [
        urlunsplit(parts._replace(netloc=f"{user}@{place}" if user else place, query=query))
        for user in users
        for place in hosts
        for query in queries
    ]


def _sign(token: str, text: str) -> str:
    digest = hmac.new(token.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "backslashreplace"))
