"""A row becomes a person with every value in its one form, or is refused with each fault and its cure."""

from datetime import UTC, datetime

import pytest

from starter.columns import knows, layout
from starter.drafts import Draft, RowError, Terms, read_draft, read_email, read_phone, read_profile
from starter.sheets import parse_sheet


def draft(header: str, row: str, terms: Terms | None = None) -> Draft:
    sheet = parse_sheet(f"{header}\n{row}\n".encode(), knows)
    return read_draft(sheet.rows[0], layout(sheet.header), terms or Terms())


def test_a_row_is_read_into_its_one_form() -> None:
    person = draft(
        "First Name,Last Name,Email,Phone,City,Country,Language,Skills,Title,LinkedIn",
        'Ada,Abelard,Ada@EXAMPLE.org,030 123456,Berlin,Deutschland,German,"Go; SQL,go",Engineer,linkedin.com/in/ada',
    )
    assert person.full_name == "Ada Abelard"
    assert person.emails == ("Ada@example.org",)
    assert person.phones == ("+4930123456",)
    assert (person.country, person.guessed_zone, person.language) == ("DE", "Europe/Berlin", "de")
    assert person.skills == ("Go", "SQL", "go")
    assert person.profiles == ("https://linkedin.com/in/ada",)


@pytest.mark.parametrize(
    "written",
    [
        "mailto:ada@Example.org",
        "<ada@example.org>",
        "Ada Abelard <ada@example.org>",
        '"Abelard, Ada" <mailto:ada@example.org> ',
    ],
)
def test_an_address_is_read_out_of_what_mail_programs_copy(written: str) -> None:
    assert read_email(written) == "ada@example.org"


@pytest.mark.parametrize(
    "written", ["a@example.org, b@example.org", "Ada <ada@example.org> <bo@example.org>", "Ada <ada"]
)
def test_what_is_not_one_address_is_refused(written: str) -> None:
    with pytest.raises(RowError, match="correct it"):
        read_email(written)


def test_a_whole_name_gives_the_one_to_greet_by() -> None:
    assert draft("name,email", '"Abelard, Dr. Ada",a@example.org').first_name == "Ada"
    assert draft("name,email", "Björk,b@example.org").first_name == "Björk"


@pytest.mark.parametrize(
    ("header", "row", "cure"),
    [
        ("name,email", ",a@example.org", "no name"),
        ("name,email", "Ada,nobody", "email 'nobody'"),
        ("name,phone", "Ada,030 123456", "add a column country"),
        ("name,phone,country", "Ada,03012345678901234,DE", "correct it, or leave it empty"),
        ("name,phone,country", "Ada,555 0142,US", "not the digits of a number of US"),
        ("name,phone,country", "Ada,12,DE", "not the digits of a number of DE"),
        ("name,email", "Ada,", "nothing to know the person by"),
        ("name,email,zone", "Ada,a@example.org,Europe/Berln", "did you mean Europe/Berlin"),
        ("name,email,country", "Ada,a@example.org,Atlantis", "country 'Atlantis' is unknown"),
        ("name,email,language", "Ada,a@example.org,Elvish", "language 'Elvish' is unknown"),
        ("name,profile", "Ada,here", "profile 'here' is no web address"),
        ("name,email,consent nurture", "Ada,a@example.org,yes", "give --consent-text"),
        ("name,email,consent nurture", "Ada,a@example.org,maybe", "write yes, no, unsubscribed, or the date"),
        ("name,email,consent date", "Ada,a@example.org,03/04/2026", "reads one way only"),
        ("name,email,id", "Ada,a@example.org,a b", "no blanks"),
        ("name,email,channel", "Ada,a@example.org,fax", "use email or sms"),
    ],
)
def test_a_fault_names_the_value_and_the_cure(header: str, row: str, cure: str) -> None:
    with pytest.raises(RowError, match=cure.replace("(", r"\(")):
        draft(header, row)


def test_all_faults_of_a_row_are_named_at_once() -> None:
    with pytest.raises(RowError) as refusal:
        draft("name,email,zone", ",nobody,Nowhere")
    assert str(refusal.value).count(";") >= 4


def test_consent_is_read_with_its_words_date_and_source() -> None:
    person = draft(
        "name,email,consent nurture,consent alerts,consent sms,consent date,consent source,consent text",
        "Ada,a@example.org,yes,no,x,05.01.2026,meet-up,Write to me",
    )
    said = {(a.purpose, a.channel): a for a in person.agreements}
    assert set(said) == {("nurture", "email"), ("nurture", "sms")}
    given = said["nurture", "email"]
    assert (given.wording, given.source, given.at) == ("Write to me", "meet-up", datetime(2026, 1, 5, tzinfo=UTC))


def test_an_import_can_say_the_consent_of_all_and_a_row_can_say_never() -> None:
    terms = Terms(consents=("nurture/email", "alerts/email"), consent_text="Write to me", consent_source="fair")
    person = draft("name,email,consent alerts", "Ada,a@example.org,unsubscribed", terms)
    assert {(a.purpose, a.granted) for a in person.agreements} == {("nurture", True), ("alerts", False)}


def test_numbers_of_fiction_and_of_any_spelling_are_read() -> None:
    assert read_phone("+44 7700 900123") == "+447700900123"
    assert read_phone("0049 (30) 23125-123") == "+493023125123"
    assert read_phone("(212) 555-0142", "US") == "+12125550142"
    assert read_phone("tel:+49 152 28817386") == "+4915228817386"


def test_addresses_and_profiles_are_tidied() -> None:
    assert read_email("<Ada@Example.ORG>") == "Ada@example.org"
    assert read_profile("github.com/ada") == "https://github.com/ada"
    assert read_profile("https://de.linkedin.com/in/ada") == "https://www.linkedin.com/in/ada"
    assert read_profile("https://ada.example.org") == "https://ada.example.org"
