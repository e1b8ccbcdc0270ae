"""Signed links in messages: who opens one is known without a login, and nobody can make one for another person.

A link says no more than a candidate's id and a purpose, and it never expires: an opt-out has to work in a mail that is found
years later (16 CFR 316.4(a)(3) wants 30 days at the least). Changing KEEPWARM_SECRET_KEY ends all links ever sent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from config.settings import Settings


class BadLink(ValueError):
    """A token that we did not sign, or not for this kind of page."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What an unsubscribe link is about. `purpose` is that of the message it stood in."""

    candidate_id: str
    purpose: str


class Links:
    """Makes and reads the links of one deployment. `public_url` is its address as candidates reach it.

    Each kind of page has its own salt, so that a token of one opens no other.
    """

    def __init__(self, secret: bytes, public_url: str) -> None:
        self._base = public_url.rstrip("/")
        self._unsubscribe = _serializer(secret, "keepwarm.unsubscribe")
        self._candidate = _serializer(secret, "keepwarm.candidate")

    def unsubscribe_url(self, candidate_id: str, purpose: str) -> str:
        """For List-Unsubscribe and the footer (RFC 8058 §3.1: https in production, no login behind it)."""
        return f"{self._base}/u/{self._unsubscribe.dumps([candidate_id, str(purpose)])}"

    def preferences_url(self, candidate_id: str) -> str:
        """The page where a candidate chooses what to hear of."""
        return f"{self._base}/c/{self._candidate.dumps(candidate_id)}/preferences"

    def read_unsubscribe(self, token: str) -> Subscription:
        """What `unsubscribe_url` was made from. Raises BadLink."""
        match _read(self._unsubscribe, token):
            case [str(candidate_id), str(purpose)]:
                return Subscription(candidate_id, purpose)
        raise BadLink("the token names no subscription")

    def read_candidate(self, token: str) -> str:
        """The candidate's id that a candidate page's token was made from. Raises BadLink."""
        match _read(self._candidate, token):
            case str(candidate_id):
                return candidate_id
        raise BadLink("the token names no candidate")


def make_links(settings: Settings) -> Links:
    """The links of this deployment. Raises SettingsError where there is no secret key."""
    return Links(settings.signing_key, settings.public_url)


def _serializer(secret: bytes, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret, salt=salt, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )


def _read(serializer: URLSafeSerializer, token: str) -> object:
    try:
        return serializer.loads(token)
    except BadData as error:
        raise BadLink("the token's signature does not hold") from error
