"""What a setting's text must look like. Each check answers the text as it is used, or raises ValueError with the cure alone.

The text itself is never shown: it may be a secret.
"""

from __future__ import annotations

import base64
import re
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from pydantic import SecretStr

from domain.keeping import SHORTEST_LIFETIME, WARN_BEFORE


def web_url(text: str) -> str:
    """The address of a web server, less its last slash."""
    parts = urlsplit(text) if text.isprintable() and " " not in text else urlsplit("")
    # A port that is no number raises ValueError only when it is asked for.
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.port == 0:
        raise ValueError("use an address such as https://talent.example.com")
    return text.rstrip("/")


def mail_address(text: str) -> str:
    """A bare address, without a name."""
    if not re.fullmatch(r"[!-~]+@[^\s@<>,;]+", text) or text.count("@") != 1:
        raise ValueError("use a bare address such as talent@example.com")
    return text


def domain(text: str) -> str:
    """The name of a host."""
    if not re.fullmatch(r"[^\W_](?:[\w.-]*[^\W_])?", text):
        raise ValueError("use a domain such as reply.example.com")
    return text


def lifetimes(text: str) -> str:
    """How long consents hold: `730d`, or by purpose `nurture=365d,alerts=730d`; 0 for good."""
    read_lifetimes(text)
    return text


def read_lifetimes(text: str) -> dict[str, int]:
    """Days by purpose, the empty one for all that are not named. Raises ValueError."""
    days: dict[str, int] = {}
    for part in text.replace(" ", "").split(","):
        named = re.fullmatch(r"(?:(nurture|alerts)=)?(\d{1,5})d?", part)
        if named is None or 0 < int(named[2]) < SHORTEST_LIFETIME.days:
            raise ValueError(
                f"use days such as 730d, or nurture=365d,alerts=730d; 0 for good, else at least {SHORTEST_LIFETIME.days}d"
            )
        days[named[1] or ""] = int(named[2])
    return days


def retention(span: timedelta) -> timedelta:
    """How long people's data is kept: whole days, time enough to warn them."""
    if span % timedelta(days=1) or timedelta(0) < span < 2 * WARN_BEFORE:
        raise ValueError(f"use days such as 730d; 0 for good, else at least {2 * WARN_BEFORE.days}d")
    return span


def host_and_port(text: str) -> str:
    """Where a server listens, as Temporal's clients want it."""
    if not re.fullmatch(r"[^\s/]+:\d{1,5}", text):
        raise ValueError("use host:port, such as temporal.example.com:7233")
    return text


def header_secret(secret: SecretStr) -> SecretStr:
    """A key that travels in an HTTP header: with a line break or a letter beyond ASCII no request would ever leave."""
    if not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
        raise ValueError("it holds a blank, a line break or a character beyond ASCII; copy it again")
    return secret


def account_sid(text: str) -> str:
    """A Twilio account's id, which stands in the path of each request."""
    if not re.fullmatch(r"AC[0-9A-Za-z]+", text):
        raise ValueError("use the Account SID from Twilio's console, AC and 32 letters and digits")
    return text


def public_key(text: str) -> str:
    """A key as a provider's page shows it: base64, with or without PEM's lines around it. Whether it is a key is seen where it is used."""
    bare = "".join(line.strip() for line in text.splitlines() if not line.startswith("-----"))
    with suppress(ValueError):
        if len(bare) >= 64 and base64.b64decode(bare, validate=True):
            return bare
    raise ValueError("copy the verification key again, all of it")


def path_secret(secret: SecretStr) -> SecretStr:
    """A password that may also stand in a URL's path."""
    if not re.fullmatch(r"[A-Za-z0-9._~-]{16,}", secret.get_secret_value()):
        raise ValueError("use at least 16 letters, digits and . _ ~ - ; `openssl rand -hex 32` gives some")
    return secret


def networks(text: str) -> str:
    """Addresses and networks of machines, or `*` for any."""
    try:
        for one in text.split(","):
            if one.strip() != "*":
                ip_network(one.strip(), strict=False)
    except ValueError:
        raise ValueError("use addresses or networks such as 10.0.0.5,192.168.0.0/16, or *") from None
    return text


def embed_hosts(text: str) -> str:
    """Pages that may show our form in a frame, as a content security policy writes them, separated by commas or blanks."""
    for one in text.replace(",", " ").split():
        if not re.fullmatch(r"(https?://)?(\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?", one):
            raise ValueError("use hosts such as https://www.example.com,https://careers.example.com")
    return text


def is_public(url: str) -> bool:
    """Whether an address may be one that other machines reach: its host is neither this one, nor in a private network or name."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        address = ip_address(host)
        return bool(address.is_global)
    private = ("localhost", "local", "internal", "test", "lan", "home.arpa")
    return "." in host and not any(host == name or host.endswith(f".{name}") for name in private)
