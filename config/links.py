"""Signed links in messages: who opens one is known without a login, and nobody can make one for another person.

Two kinds. A link out of a purpose says no more than a candidate's id and that purpose, and it never expires: an opt-out has to work
in a mail that is found years later (16 CFR 316.4(a)(3) wants 30 days at the least). A link to a candidate's own pages shows what is on
record about them, so it ends: by itself after LIFE, and at once when the candidate's link epoch is raised. Changing
KEEPWARM_SECRET_KEY ends all links ever sent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from itsdangerous import BadData, URLSafeSerializer

from config.settings import Settings

LIFE = timedelta(days=400)
"""How long a link to a candidate's pages works: longer than a year, so that a yearly mail is never the last one that opens them."""


class BadLink(ValueError):
    """A token that we did not sign, or not for this kind of page."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What an unsubscribe link is about. `purpose` is that of the message it stood in."""

    candidate_id: str
    purpose: str


@dataclass(frozen=True, slots=True)
class CandidateLink:
    """What a link to a candidate's pages says. `issued` is None for links of the form before, which lead to preferences alone."""

    candidate_id: str
    epoch: int
    issued: date | None

    def holds(self, epoch: int, today: date) -> bool:
        """Whether it opens anything on this day, given the candidate's link epoch."""
        return self.epoch == epoch and (self.issued is None or today <= self.issued + LIFE)


@dataclass(frozen=True, slots=True)
class AddressLink:
    """What the link in a mail to a new address says: that this address is the candidate's, and no more. `address` is canonical."""

    candidate_id: str
    address: str
    issued: date


class Links:
    """Makes and reads the links of one deployment. `public_url` is its address as candidates reach it.

    Each kind of link has its own salt, so that a token of one opens no other.
    """

    def __init__(self, secret: bytes, public_url: str) -> None:
        self._base = public_url.rstrip("/")
        self._unsubscribe = _serializer(secret, "keepwarm.unsubscribe")
        self._candidate = _serializer(secret, "keepwarm.candidate")
        self._address = _serializer(secret, "keepwarm.address")

    def unsubscribe_url(self, candidate_id: str, purpose: str) -> str:
        """For List-Unsubscribe and the footer (RFC 8058 §3.1: https in production, no login behind it)."""
        return f"{self._base}/u/{self._unsubscribe.dumps([candidate_id, str(purpose)])}"

    def page_url(self, candidate_id: str, page: str, epoch: int, today: date) -> str:
        """One of a candidate's pages: `status`, `preferences`, `profile`, `booking/<opening>` …; the same on one day.

        `epoch` is the candidate's link epoch; `today` starts the link's LIFE.
        """
        token = self._candidate.dumps([candidate_id, epoch, today.toordinal()])
        return f"{self._base}/c/{token}/{quote(page)}"

    def address_url(self, candidate_id: str, address: str, today: date) -> str:
        """Where a new address is confirmed. It opens nothing of the candidate's: whoever reads that mailbox may be somebody else."""
        return f"{self._base}/c/{self._address.dumps([candidate_id, address, today.toordinal()])}/address"

    def read_unsubscribe(self, token: str) -> Subscription:
        """What `unsubscribe_url` was made from. Raises BadLink."""
        match _read(self._unsubscribe, token):
            case [str(candidate_id), str(purpose)]:
                return Subscription(candidate_id, purpose)
        raise BadLink("the token names no subscription")

    def read_candidate(self, token: str) -> CandidateLink:
        """What `page_url` was made from; whether it still holds is asked of the answer. Raises BadLink."""
        match _read(self._candidate, token):
            case [str(candidate_id), int(epoch), int(day)]:
                return CandidateLink(candidate_id, epoch, date.fromordinal(day))
            case str(candidate_id):
                return CandidateLink(candidate_id, 0, None)
        raise BadLink("the token names no candidate")

    def read_address(self, token: str) -> AddressLink:
        """What `address_url` was made from. Raises BadLink."""
        match _read(self._address, token):
            case [str(candidate_id), str(address), int(day)]:
                return AddressLink(candidate_id, address, date.fromordinal(day))
        raise BadLink("the token names no address")


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
