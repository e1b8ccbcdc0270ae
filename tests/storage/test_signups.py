"""Sign-ups: nothing is believed before the address confirms it, and nothing stays of those it did not confirm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, select, text

from domain.signups import CONFIRM_WITHIN
from storage import candidates, consents, signups
from storage.candidates import NewCandidate
from storage.consents import NewConsent
from storage.contacts import BadContact
from storage.erasures import erase
from storage.forgotten import Register
from storage.signups import A_DAY, Form, Signup
from storage.tables import erasures
from tests.storage.conftest import NOW
from tests.storage.people import add_candidate, sent

KEY = b"k" * 32
FORM = Form(
    "Grace Hopper",
    "Grace@Example.org",
    [("nurture", "email"), ("alerts", "email")],
    "I agree",
    "de",
    "Berlin",
    ["COBOL"],
    "203.0.113.7",
)
LATE = NOW + CONFIRM_WITHIN + timedelta(seconds=1)


def signed_up(connection: Connection, form: Form = FORM) -> Signup:
    made = signups.sign_up(connection, form, NOW)
    assert made is not None
    return made


def test_somebody_new_is_put_on_record_without_any_consent(connection: Connection) -> None:
    made = signed_up(connection)
    profile = candidates.profile(connection, made.candidate_id)
    person = profile.candidate
    assert (person.full_name, person.first_name, person.language, person.place) == (
        "Grace Hopper",
        "Grace",
        "de",
        "Berlin",
    )
    assert (person.source, profile.skills) == (signups.SOURCE, ["COBOL"])
    assert consents.history(connection, made.candidate_id) == []
    assert (made.wishes, made.wording, made.ip) == (
        [("nurture", "email"), ("alerts", "email")],
        "I agree",
        "203.0.113.7",
    )
    assert made.is_open(NOW + CONFIRM_WITHIN)
    assert not made.is_open(LATE)


def test_who_is_on_record_is_not_changed_by_strangers(connection: Connection) -> None:
    add_candidate(connection, "grace", full_name="Rear Admiral Hopper", emails=["grace@example.org"], place="New York")
    before = candidates.profile(connection, "grace")
    assert signed_up(connection).candidate_id == "grace"
    assert candidates.profile(connection, "grace") == before


def test_an_address_is_asked_a_few_times_a_day_at_most(connection: Connection) -> None:
    for _ in range(A_DAY):
        assert signups.sign_up(connection, FORM, NOW)
    assert signups.sign_up(connection, FORM, NOW) is None
    assert signups.sign_up(connection, FORM, NOW + timedelta(days=1, seconds=1))


@pytest.mark.parametrize("email", ["", "grace", "grace@", "a b@example.org"])
def test_what_is_no_address_is_refused(connection: Connection, email: str) -> None:
    with pytest.raises(BadContact):
        signups.sign_up(connection, Form("Grace", email, [], ""), NOW)


def test_a_confirmation_counts_once_and_in_time(connection: Connection) -> None:
    made = signed_up(connection)
    assert signups.confirm(connection, made.id, "ip", LATE) is None
    confirmed = signups.confirm(connection, made.id, "198.51.100.1", NOW + timedelta(days=1))
    assert confirmed is not None
    assert confirmed.confirmed_at == NOW + timedelta(days=1)
    assert signups.confirm(connection, made.id, "other", LATE) == confirmed
    assert signups.confirm(connection, made.id + 1, "ip", NOW) is None


def test_what_was_not_confirmed_goes_with_the_person_it_put_on_record(connection: Connection) -> None:
    made = signed_up(connection)
    assert signups.lapse(connection, made.id, key=KEY, now=NOW + CONFIRM_WITHIN) == (False, None)
    deleted, erased = signups.lapse(connection, made.id, key=KEY, now=LATE)
    assert deleted
    assert erased is not None
    person = candidates.get(connection, made.candidate_id)
    assert (person.erased, person.full_name) == (True, "erased")
    assert signups.get(connection, made.id) is None
    assert signups.lapse(connection, made.id, key=KEY, now=LATE) == (False, None)


def test_nothing_keeps_them_from_being_put_on_record_again(connection: Connection) -> None:
    made = signed_up(connection)
    signups.lapse(connection, made.id, key=KEY, now=LATE)
    assert Register(KEY).erased(connection, [("email", "grace@example.org")]) == {}
    assert connection.execute(select(erasures)).all() == []
    assert candidates.add(connection, NewCandidate("Grace", emails=["grace@example.org"])) != made.candidate_id


def test_who_asked_to_be_forgotten_before_stays_in_the_register(connection: Connection) -> None:
    add_candidate(connection, "grace", emails=["grace@example.org"])
    erase(connection, "grace", key=KEY, by="dana", because="asked", at=NOW - timedelta(days=90))
    before = connection.execute(select(erasures.c.kind, erasures.c.candidate_id, erasures.c.by, erasures.c.at)).all()
    made = signed_up(connection)
    assert made.candidate_id != "grace"
    signups.lapse(connection, made.id, key=KEY, now=LATE)
    after = connection.execute(select(erasures.c.kind, erasures.c.candidate_id, erasures.c.by, erasures.c.at)).all()
    assert sorted(after) == sorted(before)


@pytest.mark.parametrize("known", ["confirmed", "consent", "pool", "owner", "older", "again"])
def test_who_is_known_otherwise_stays(connection: Connection, known: str) -> None:
    if known == "older":
        add_candidate(connection, "grace", emails=["grace@example.org"])
    made = signed_up(connection)
    match known:
        case "confirmed":
            other = signed_up(connection)
            signups.confirm(connection, other.id, "", NOW)
        case "consent":
            consents.record(connection, [NewConsent(made.candidate_id, "nurture", "email", True, NOW, "e")])
        case "pool":
            candidates.join_pools(connection, made.candidate_id, ["engineers"])
        case "owner":
            candidates.change(connection, made.candidate_id, owner="dana")
        case "again":
            signups.sign_up(connection, FORM, LATE - timedelta(days=1))
    assert signups.lapse(connection, made.id, key=KEY, now=LATE) == (True, None)
    assert not candidates.get(connection, made.candidate_id).erased
    assert signups.get(connection, made.id) is None


def test_a_confirmed_one_never_lapses(connection: Connection) -> None:
    made = signed_up(connection)
    signups.confirm(connection, made.id, "", NOW)
    assert signups.lapse(connection, made.id, key=KEY, now=LATE) == (False, None)


def test_three_who_enter_one_address_at_once_enter_one_person(engine: Engine) -> None:
    ready = Barrier(A_DAY)

    def press(_: int) -> str:
        with engine.begin() as connection:
            connection.execute(text("select 1"))
            ready.wait(20)
            return signed_up(connection).candidate_id

    with ThreadPoolExecutor(A_DAY) as pool:
        assert len(set(pool.map(press, range(A_DAY)))) == 1


def test_a_sign_up_about_which_no_question_is_planned_was_not_asked(connection: Connection) -> None:
    made = signed_up(connection)
    assert [one.id for one in signups.unasked(connection, NOW)] == [made.id]
    assert signups.unasked(connection, LATE) == []
    sent(connection, f"{made.candidate_id}/service/single/confirm_signup/{made.id}", candidate_id=made.candidate_id)
    assert signups.unasked(connection, NOW) == []
