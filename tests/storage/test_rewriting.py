import pytest
from sqlalchemy import Engine, create_engine, text

from storage.rewriting import rewrite

SAMPLES = text("select count(*) from pg_stats where most_common_vals::text like '%Wronskian%'")


@pytest.fixture
def impatient(database_url: str) -> Engine:
    return create_engine(database_url, connect_args={"options": "-c lock_timeout=50ms"})


def test_no_dead_row_and_no_sample_of_the_planner_is_left(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("insert into candidates (id, full_name) select n, 'Ada Wronskian' from generate_series(1, 9) as n")
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze candidates"))
        connection.execute(text("delete from candidates"))
        assert connection.scalar(SAMPLES) == 1
        assert rewrite(engine)
        assert connection.scalar(SAMPLES) == 0
        assert connection.scalar(text("select pg_relation_size('candidates')")) == 0


def test_a_table_that_others_hold_is_not_waited_for(engine: Engine, impatient: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("lock table candidates in access share mode"))
        assert not rewrite(impatient)
    assert rewrite(impatient)
    impatient.dispose()
