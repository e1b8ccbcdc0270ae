"""What goes wrong in the database is told without what was to be written."""

import traceback

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

VALUE = "ada@candidates.example"
FAULTS = {
    "a key that is there": "insert into secrets values (:value), (:value)",
    "a row that a check refuses": "insert into secrets values (:value || ' ')",
    "a value of another type": "select cast(:value as text) from secrets where word = :value and (1 / (length(word) - length(word))) = 1",
}


@pytest.mark.parametrize("statement", FAULTS.values(), ids=FAULTS.keys())
def test_an_error_names_no_values(statement: str, connection: Connection) -> None:
    connection.execute(
        text("create temporary table secrets (word text primary key check (word not like '% ')) on commit drop")
    )
    if statement.startswith("select"):
        connection.execute(text("insert into secrets values (:value)"), {"value": VALUE})
    with pytest.raises(DBAPIError) as raised:
        connection.execute(text(statement), {"value": VALUE})
    told = "".join(traceback.format_exception(raised.value))
    assert VALUE not in told
    assert "secrets" in told
