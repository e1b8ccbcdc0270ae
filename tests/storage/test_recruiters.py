"""Who writes for whom: the owner, once they left their deputy, and the house where that one left too."""

from sqlalchemy import Connection

from storage import recruiters
from storage.recruiters import Recruiter


def test_a_deputy_writes_for_one_who_left_and_the_house_where_both_did(connection: Connection) -> None:
    recruiters.put(connection, Recruiter("dana", "Dana Okafor", "dana@keepwarm.example", deputy="lee"))
    recruiters.put(connection, Recruiter("lee", "Lee Moreau"))
    recruiters.put(connection, Recruiter("kim", "Kim Adeyemi"))

    def writer(owner: str) -> str:
        found = recruiters.writing_for(connection, [owner, ""])[owner]
        return found.full_name if found else "the house"

    assert writer("dana") == "Dana Okafor"
    recruiters.leave(connection, "dana")
    assert writer("dana") == "Lee Moreau"
    recruiters.leave(connection, "lee")
    assert writer("dana") == "the house"
    recruiters.leave(connection, "dana", deputy="kim")
    assert writer("dana") == "Kim Adeyemi"
    assert recruiters.writing_for(connection, ["nobody"]) == {}


def test_a_recruiter_put_again_is_changed(connection: Connection) -> None:
    recruiters.put(connection, Recruiter("dana", "Dana Okafor", office="muc"))
    recruiters.put(connection, Recruiter("dana", "Dana Okafor-Lind", "d@keepwarm.example", office="ber"))
    assert recruiters.find(connection, "dana") == Recruiter(
        "dana", "Dana Okafor-Lind", "d@keepwarm.example", office="ber"
    )
    assert [one.id for one in recruiters.listed(connection)] == ["dana"]
    assert recruiters.find(connection, "dana").first_name == "Dana"  # type: ignore[union-attr]
