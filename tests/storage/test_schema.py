"""Migrations: forward over data, idempotent, and equal to the tables of the code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from storage.schema import migrate, newest_revision, revision_of
from storage.tables import metadata
from tests.storage.conftest import connected

OLD_DATA = """
insert into candidates (id, full_name, erased) values ('ada', 'Ada', false), ('eve', '', true);
insert into contact_points (candidate_id, kind, value, canonical, suppressed) values
  ('ada', 'email', 'ada@example.org', 'ada@example.org', 'hard bounce'), ('eve', 'email', 'e@e.org', 'e@e.org', '');
insert into openings (id, title) values ('be-1', 'Backend');
insert into applications (candidate_id, opening_id, stage, stage_at, furthest, applied_at)
  values ('ada', 'be-1', 'rejected', now(), 'interview', now());
insert into stage_log (candidate_id, opening_id, event_id, stage, outcome, at)
  values ('ada', 'be-1', 'e1', 'applied', 'entered', now()), ('ada', 'be-1', 'e2', 'nonsense', 'unknown_stage', now());
insert into ledger (touch_key, candidate_id, purpose, channel, template, state, due, handed_over_at, accepted_at)
  values ('k1', 'ada', 'application', 'email', 'received', 'accepted', now(), now(), now()),
         ('k2', 'ada', 'application', 'email', 'interview', 'handed_over', now(), now(), null),
         ('k3', 'ada', 'nurture', 'email', 'hello', 'skipped', now(), null, null);
"""


def test_a_database_of_the_first_version_moves_forward_with_its_data(fresh_database: str) -> None:
    migrate(fresh_database, "0001")
    with connected(fresh_database) as connection:
        connection.execute(text(OLD_DATA))
    migrate(fresh_database)
    with connected(fresh_database) as connection:
        erased = connection.execute(text("select id from candidates where erased_recorded_at is not null")).scalars()
        assert list(erased) == ["eve"]
        suppressed = "select candidate_id from contact_points where suppressed_recorded_at is not null"
        assert list(connection.execute(text(suppressed)).scalars()) == ["ada"]
        kinds = connection.execute(text("select kind, furthest_kind from applications")).one()
        assert tuple(kinds) == ("refused", "late")
        logged = connection.execute(text("select kind from stage_log order by event_id")).scalars()
        assert list(logged) == ["received", ""]
        left = "select touch_key from ledger where handed_over_recorded_at is not null order by 1"
        assert list(connection.execute(text(left)).scalars()) == ["k1", "k2"]


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    with connected(database_url) as connection:
        assert revision_of(connection) == newest_revision()


def test_the_migrated_schema_is_the_tables(database_url: str) -> None:
    with connected(database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_processes_that_start_together_migrate_once(fresh_database: str) -> None:
    with ThreadPoolExecutor(4) as processes:
        list(processes.map(migrate, [fresh_database] * 4))
    with connected(fresh_database) as connection:
        assert revision_of(connection) == newest_revision()
