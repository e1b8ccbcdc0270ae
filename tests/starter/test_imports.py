"""Imports: nothing twice, nothing lost, every fault with its line and cure."""

import csv
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from starter.drafts import Terms
from starter.imports import Report, import_file, write_faults
from starter.sheets import SheetError
from storage import contacts, offices, recruiters
from storage.locks import lock_candidates
from storage.offices import Office
from storage.recruiters import Recruiter
from storage.tables import candidates, consent_log, contact_points, pool_members, skills

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "samples" / "people.csv"
HEADER = "name,email,phone,place,skills"


def bring(engine: Engine, folder: Path, text: str, terms: Terms | None = None, *, dry_run: bool = False) -> Report:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return import_file(engine, path, terms or Terms(), NOW, dry_run=dry_run)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, len(report.bad)


def total(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(candidates)) or 0


def thousand(bad: int = 0) -> str:
    rows = [
        f"Person {n},person{n}@example.org,+49 30 231{n:05d},Berlin,Python; Skill{n % 17}" for n in range(1_000 - bad)
    ]
    rows[100:100] = [f"Nobody {n},not an address,,," for n in range(bad)]
    return "\n".join([HEADER, *rows]) + "\n"


def test_a_thousand_rows_twice_change_nothing_the_second_time(engine: Engine, tmp_path: Path) -> None:
    began = time.process_time()
    assert counts(bring(engine, tmp_path, thousand())) == (1_000, 0, 0, 0)
    assert time.process_time() - began < 5
    assert counts(bring(engine, tmp_path, thousand())) == (0, 0, 1_000, 0)
    assert total(engine) == 1_000


def test_five_bad_rows_are_named_and_the_others_kept(engine: Engine, tmp_path: Path) -> None:
    report = bring(engine, tmp_path, thousand(bad=5))
    assert counts(report) == (995, 0, 0, 5)
    assert [fault.line for fault in report.bad] == [102, 103, 104, 105, 106]
    assert all("correct it, or leave it empty" in fault.what for fault in report.bad)


def test_a_dry_run_counts_the_same_and_writes_nothing(engine: Engine, tmp_path: Path) -> None:
    planned = bring(engine, tmp_path, thousand(bad=5), dry_run=True)
    assert total(engine) == 0
    assert counts(planned) == counts(bring(engine, tmp_path, thousand(bad=5)))


def test_the_sample_is_read_whole(engine: Engine) -> None:
    report = import_file(engine, SAMPLE, Terms(), NOW)
    assert counts(report) == (200, 0, 0, 0)
    assert report.without_zone == 0
    assert counts(import_file(engine, SAMPLE, Terms(), NOW)) == (0, 0, 200, 0)


def test_letter_case_and_spelling_make_no_second_person(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, f"{HEADER}\nAda Abelard,ada@example.org,+493023125123,Berlin,Go\n")
    again = bring(engine, tmp_path, f"{HEADER}\nAda Abelard,ADA@EXAMPLE.ORG,+49 (30) 23125-123,Berlin,go\n")
    assert counts(again) == (0, 0, 1, 0)


def test_a_changed_row_updates_and_keeps_where_the_person_came_from(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, "name,email,place,source\nAda Abelard,ada@example.org,Berlin,meet-up\n")
    report = bring(engine, tmp_path, "name,email,place,source,skills\nAda Abelard,ada@example.org,Paris,list,Go\n")
    assert counts(report) == (0, 1, 0, 0)
    with engine.connect() as connection:
        ada = connection.execute(select(candidates)).one()
        assert (ada.place, ada.source) == ("Paris", "meet-up")
        assert connection.scalars(select(skills.c.skill)).all() == ["Go"]


def test_people_without_an_email_stay_apart(engine: Engine, tmp_path: Path) -> None:
    export = (
        "First Name,Last Name,URL,Email Address\n"
        "Ada,Abelard,https://www.linkedin.com/in/ada-1,\n"
        "Ada,Abelard,https://www.linkedin.com/in/ada-2,\n"
        "Ada,Abelard,https://de.linkedin.com/in/ADA-1/,\n"
    )
    report = bring(engine, tmp_path, export)
    assert (report.new, report.unchanged) == (2, 1)
    assert report.duplicates == [(4, 2)]


def test_two_rows_of_one_person_settle_and_change_nothing_again(engine: Engine, tmp_path: Path) -> None:
    rows = "name,email,place\nAda Abelard,ada@example.org,Berlin\nA. Abelard,ada@example.org,Paris\n"
    assert bring(engine, tmp_path, rows).duplicates == [(3, 2)]
    assert counts(bring(engine, tmp_path, rows)) == (0, 0, 2, 0)
    with engine.connect() as connection:
        assert connection.scalar(select(candidates.c.place)) == "Berlin"


def test_a_row_that_means_two_people_is_refused(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, f"{HEADER}\nAda,ada@example.org,,,\nBea,,+493023125123,,\n")
    report = bring(engine, tmp_path, f"{HEADER}\nAda,ada@example.org,+493023125123,,\n")
    assert [fault.line for fault in report.bad] == [2]
    assert "means two candidates" in report.bad[0].what


def test_a_chosen_id_is_kept_and_a_drawn_one_never_collides(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, "id,name,email\n2,Ada,ada@example.org\n")
    bring(engine, tmp_path, "name,email\nBea,bea@example.org\nIvo,ivo@example.org\n")
    with engine.connect() as connection:
        assert sorted(connection.scalars(select(candidates.c.id))) == ["1", "2", "3"]


def test_consent_of_an_import_is_logged_once_with_its_words(engine: Engine, tmp_path: Path) -> None:
    terms = Terms(consents=("nurture/email",), consent_text="Write to me", consent_source="fair", pool="fair-2026")
    bring(engine, tmp_path, "name,email\nAda,ada@example.org\n", terms)
    assert counts(bring(engine, tmp_path, "name,email\nAda,ada@example.org\n", terms)) == (0, 0, 1, 0)
    with engine.connect() as connection:
        row = connection.execute(select(consent_log)).one()
        assert (row.purpose, row.channel, row.granted, row.basis) == ("nurture", "email", True, "consent")
        assert (row.wording, row.source, row.at) == ("Write to me", "fair", NOW)
        assert connection.scalar(select(pool_members.c.pool)) == "fair-2026"


def test_a_known_persons_word_waits_for_a_send_and_nothing_else_does(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, "name,email\nAda,ada@example.org\n")
    changed = "name,email,newsletter,consent text\nAda Lovelace,ada@example.org,yes,Write to me\n"
    waiting = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    with ThreadPoolExecutor() as threads, engine.connect() as sending, engine.connect() as watching:
        lock_candidates(sending, ["1"])
        importing = threads.submit(bring, engine, tmp_path, changed)
        while not watching.scalar(waiting):
            assert not importing.done()
        assert watching.scalar(select(candidates.c.full_name)) == "Ada Lovelace"
        assert watching.scalar(select(func.count()).select_from(consent_log)) == 0
        sending.rollback()
        assert counts(importing.result()) == (0, 1, 0, 0)
    with engine.connect() as connection:
        assert connection.scalars(select(consent_log.c.granted)).all() == [True]


def test_an_old_table_does_not_bring_back_a_consent_that_was_withdrawn(engine: Engine, tmp_path: Path) -> None:
    rows = "name,email,newsletter,consent text\nAda,ada@example.org,yes,Write to me\n"
    bring(engine, tmp_path, rows)
    with engine.begin() as connection:
        connection.execute(
            consent_log.insert().values(
                candidate_id="1", purpose="nurture", channel="email", granted=False, basis="consent", wording="",
                source="unsubscribe", at=NOW, event_id="u1",
            )
        )  # fmt: skip
    bring(engine, tmp_path, rows.replace("Write to me", "Please write to me"))
    with engine.connect() as connection:
        latest = select(consent_log.c.granted).order_by(consent_log.c.at.desc(), consent_log.c.id.desc()).limit(1)
        assert connection.scalar(latest) is False


def test_a_consent_from_the_future_is_refused_for_it_would_outlast_a_no(engine: Engine, tmp_path: Path) -> None:
    rows = "name,email,newsletter,consent text\nAda,ada@example.org,{},Write to me\n"
    report = bring(engine, tmp_path, rows.format(f"{NOW + timedelta(days=2):%Y-%m-%d}"))
    assert "lies ahead; write when they agreed" in report.bad[0].what
    later_today = rows.format((NOW + timedelta(hours=10)).isoformat())
    assert counts(bring(engine, tmp_path, later_today)) == (1, 0, 0, 0)
    assert counts(bring(engine, tmp_path, later_today)) == (0, 0, 1, 0)
    with engine.connect() as connection:
        assert connection.scalars(select(consent_log.c.at)).all() == [NOW]


def test_an_erased_person_is_not_brought_back(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, f"{HEADER}\nAda,ada@example.org,,,\n")
    with engine.begin() as connection:
        connection.execute(candidates.update().values(erased_recorded_at=NOW))
    report = bring(engine, tmp_path, f"{HEADER}\nAda,ada@example.org,,Paris,\n")
    assert "erased" in report.bad[0].what


def test_a_running_workflow_is_told_what_changed(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, f"{HEADER}\nAda,ada@example.org,,,\n")
    with engine.begin() as connection:
        connection.execute(candidates.update().values(started=True))
    report = bring(engine, tmp_path, "name,email,zone,place\nAda,ada@example.org,Europe/Paris,Paris\n")
    assert [(f.candidate_id, f.profile) for f in report.follow_ups] == [("1", {"zone": "Europe/Paris"})]


def test_whoever_an_import_brings_an_address_that_works_can_be_reached_again(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, f"{HEADER}\nAda,ada@example.org,,,\nBen,ben@example.org,,,\n")
    with engine.begin() as connection:
        connection.execute(candidates.update().values(started=True))
        contacts.suppress(connection, "email", "ada@example.org", "bounced")
    rows = "id,name,email,phone\n1,Ada,ada@new.example.org,+49 30 901820\n2,Ben,ben@new.example.org,\n"
    report = bring(engine, tmp_path, rows)
    assert [(f.candidate_id, f.reached) for f in report.follow_ups] == [("1", ("email", "sms"))], "Ben could be reached"
    assert bring(engine, tmp_path, rows).follow_ups == []


def test_a_table_without_names_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="no column of names"):
        bring(engine, tmp_path, "a,b\n1,2\n")
    assert total(engine) == 0


def test_bad_rows_are_written_as_they_stood(engine: Engine, tmp_path: Path) -> None:
    report = bring(engine, tmp_path, f"{HEADER}\nAda,nowhere,,,\n")
    write_faults(report, tmp_path / "bad.csv")
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as written:
        assert list(csv.reader(written))[1][:1] == ["2"]


def test_every_address_is_kept_in_order(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, "name,emails\nAda,ada@example.org; a.abelard@example.com\n")
    with engine.connect() as connection:
        points = connection.scalars(select(contact_points.c.value).order_by(contact_points.c.position)).all()
    assert points == ["ada@example.org", "a.abelard@example.com"]


def test_the_zone_used_is_on_record_with_what_told_it(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        offices.put(connection, Office("lon", "London", "GB", zone="Europe/London"))
        recruiters.put(connection, Recruiter("dana", "Dana Okafor", office="lon"))
    text = """name,email,phone,place,country,zone,owner,our office
Own,a@example.org,+4930123456,Madrid,ES,Asia/Tokyo,,
Phone,b@example.org,+4930123457,Madrid,ES,,,
Place,c@example.org,,Madrid,ES,,dana,
Office,d@example.org,,,DE,,,lon
Owner,e@example.org,,,DE,,dana,
Country,f@example.org,,,DE,,,
Nothing,g@example.org,,,US,,,
"""
    assert counts(bring(engine, tmp_path, text)) == (7, 0, 0, 0)
    assert counts(bring(engine, tmp_path, text)) == (0, 0, 7, 0)
    c = candidates.c
    with engine.connect() as connection:
        found = {row.full_name: (row.zone, row.zone_source) for row in connection.execute(select(candidates))}
        assert connection.scalar(select(c.office).where(c.full_name == "Office")) == "lon"
    assert found == {
        "Own": ("Asia/Tokyo", "own"),
        "Phone": ("Europe/Berlin", "phone"),
        "Place": ("Europe/Madrid", "place"),
        "Office": ("Europe/London", "office"),
        "Owner": ("Europe/London", "office"),
        "Country": ("Europe/Berlin", "country"),
        "Nothing": ("UTC", ""),
    }


def test_a_zone_told_later_replaces_the_one_that_nothing_told(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, "name,email\nAda,a@example.org\n")
    bring(engine, tmp_path, "name,email,phone\nAda,a@example.org,+4930123456\n")
    with engine.connect() as connection:
        row = connection.execute(select(candidates)).one()
    assert (row.zone, row.zone_source) == ("Europe/Berlin", "phone")


def test_people_whose_language_no_row_tells_have_the_houses(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, "name,email,language\nAda,a@example.org,\nBo,b@example.org,fr\n", Terms(language="de"))
    with engine.connect() as connection:
        found = {row.full_name: row.language for row in connection.execute(select(candidates))}
    assert found == {"Ada": "de", "Bo": "fr"}
