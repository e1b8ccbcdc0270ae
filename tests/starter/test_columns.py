"""Headers of many products and languages mean the same columns."""

import pytest

from starter.columns import Column, layout


def means(header: str, divider: str = ",") -> dict[str, Column]:
    names = header.split(divider)
    return {names[index]: column for column, indexes in layout(names).items() for index in indexes}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
            {
                "First Name": Column.FIRST_NAME,
                "Last Name": Column.LAST_NAME,
                "URL": Column.PROFILE,
                "Email Address": Column.EMAIL,
                "Company": Column.COMPANY,
                "Position": Column.HEADLINE,
            },
        ),
        (
            "Candidate Name,Headline,Contact location,Emails,Phones,Links,Tags,Sources,Origin",
            {
                "Candidate Name": Column.FULL_NAME,
                "Headline": Column.HEADLINE,
                "Contact location": Column.PLACE,
                "Emails": Column.EMAIL,
                "Phones": Column.PHONE,
                "Links": Column.PROFILE,
                "Tags": Column.TAGS,
                "Sources": Column.SOURCE,
                "Origin": Column.SOURCE,
            },
        ),
        (
            "Vorname,Nachname,E-Mail,Mobilnummer,Ort,Land,Zeitzone,Sprache,Fähigkeiten,Quelle,Firma",
            {
                "Vorname": Column.FIRST_NAME,
                "Nachname": Column.LAST_NAME,
                "E-Mail": Column.EMAIL,
                "Mobilnummer": Column.PHONE,
                "Ort": Column.PLACE,
                "Land": Column.COUNTRY,
                "Zeitzone": Column.ZONE,
                "Sprache": Column.LANGUAGE,
                "Fähigkeiten": Column.SKILLS,
                "Quelle": Column.SOURCE,
                "Firma": Column.COMPANY,
            },
        ),
        ("Prénom,Nom,Courriel", {"Prénom": Column.FIRST_NAME, "Nom": Column.LAST_NAME, "Courriel": Column.EMAIL}),
        ("Nombre,Correo electrónico", {"Nombre": Column.FULL_NAME, "Correo electrónico": Column.EMAIL}),
        ("full_name,E-Mail*,phone (mobile)", {"full_name": Column.FULL_NAME, "E-Mail*": Column.EMAIL,
                                              "phone (mobile)": Column.PHONE}),
    ],
)  # fmt: skip
def test_a_header_is_understood(header: str, expected: dict[str, Column]) -> None:
    assert means(header) == expected


def test_greenhouse_columns_are_read_and_the_rest_is_left() -> None:
    found = means(
        "First Name,Last Name,Company,Title,Phone,Email,Social Media,Website,Address,Job,Department,Office,Source,"
        "Who gets credit,Prospect Pool,Prospect Stage,Notes"
    )
    assert found["Title"] is Column.HEADLINE
    assert found["Prospect Pool"] is Column.POOL
    assert found["Social Media"] is found["Website"] is Column.PROFILE
    assert {"Job", "Department", "Prospect Stage", "Notes"}.isdisjoint(found)


def test_a_gdpr_column_is_no_consent_to_nurture() -> None:
    assert means("GDPR consent,Newsletter") == {"Newsletter": Column.CONSENT_NURTURE}
