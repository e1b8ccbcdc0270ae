"""Offices and the hours they keep."""

from sqlalchemy import Connection

from domain.windows import Window
from storage import offices
from storage.offices import Office


def test_an_office_put_again_is_changed_and_keeps_its_hours_as_a_window(connection: Connection) -> None:
    offices.put(connection, Office("muc", "Munich", "DE", "BY", "Europe/Berlin", Window(end=900)))
    offices.put(connection, Office("lon", "London", "GB"))
    offices.put(connection, Office("muc", "München", "DE", "BY", "Europe/Berlin", Window(end=960)))
    assert offices.listed(connection) == [
        Office("lon", "London", "GB"),
        Office("muc", "München", "DE", "BY", "Europe/Berlin", Window(end=960)),
    ]
    offices.set_hours(connection, "muc", None)
    assert [office.hours for office in offices.listed(connection)] == [None, None]
