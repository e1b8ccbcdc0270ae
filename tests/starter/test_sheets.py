"""Any table that a spreadsheet or an export writes is read to the same rows."""

from pathlib import Path

import pytest

from starter.columns import knows
from starter.sheets import SheetError, decode, parse_sheet, read_sheet

PEOPLE = "name,email\nZoë Müller,zoe@example.org\nBjörn Åkesson,bjorn@example.org\n"
ROWS = [
    {"name": "Zoë Müller", "email": "zoe@example.org"},
    {"name": "Björn Åkesson", "email": "bjorn@example.org"},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_any_encoding_gives_the_same_rows(encoding: str) -> None:
    assert parse_sheet(PEOPLE.encode(encoding), knows).records() == ROWS


@pytest.mark.parametrize(
    "text",
    [
        "Name;Email\nÅsa Sjöberg;as@se.example.org\nBjörn Ångström;ba@se.example.org\n",
        "Name;E-Mail;Ort\nJörg Müller;jm@de.example.org;München\nGrün;g@de.example.org;Köln\n",
        "Nome;Email\nJoão Conceição;jc@pt.example.org\n",
        "Name;Email\nPeter “Q” O’Neil;pq@example.org\nZoë;z@example.org\n",
    ],
)
def test_a_few_names_from_a_windows_spreadsheet_keep_their_letters(text: str) -> None:
    assert decode(text.encode("cp1252"))[0] == text


def test_french_from_a_windows_spreadsheet_keeps_its_letters() -> None:
    text = (
        "Prénom,Nom,Courriel\nFrançois,Lefèvre,f@example.org\nHélène,Bœuf,h@example.org\nSeán,O’Brien,s@example.org\n"
    )
    sheet = parse_sheet(text.encode("cp1252"), knows)
    assert [row.cells[1] for row in sheet.rows] == ["Lefèvre", "Bœuf", "O’Brien"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_line_ending_gives_the_same_rows(delimiter: str, ending: str) -> None:
    text = PEOPLE.replace(",", delimiter).replace("\n", ending)
    assert parse_sheet(text.encode(), knows).records() == ROWS


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a,b\n1,"x, y"\n', [{"a": "1", "b": "x, y"}]),
        ('a,b\n1,"say ""hi"""\n', [{"a": "1", "b": 'say "hi"'}]),
        ('a,b\n"one\r\ntwo",2\n', [{"a": "one\r\ntwo", "b": "2"}]),
        ('a,b,c\n1,"",""\n2,3,4', [{"a": "1", "b": "", "c": ""}, {"a": "2", "b": "3", "c": "4"}]),
        ("a,b\n\n1,2\n,\n", [{"a": "1", "b": "2"}]),
        ('a, b\n1, "x, y"\n', [{"a": "1", "b": "x, y"}]),
        ("a,b,c\n1,2\n", [{"a": "1", "b": "2", "c": ""}]),
        ("a\n1\n2\n", [{"a": "1"}, {"a": "2"}]),
        ("sep=;\nname;email\nAda;ada@example.org\n", [{"name": "Ada", "email": "ada@example.org"}]),
    ],
)
def test_every_grammar_of_csv_is_read(text: str, rows: list[dict[str, str]]) -> None:
    assert parse_sheet(text.encode(), knows).records() == rows


def test_lines_before_the_header_are_passed_over_and_line_numbers_stay_those_of_the_file() -> None:
    export = (
        "\ufeffNotes:\n"
        '"When exporting your data, you may notice that some addresses are missing, because ""x"""\n'
        "\n"
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ada,Abelard,https://www.linkedin.com/in/ada-abelard,,Oak & Anchor,Engineer,01 Jan 2026\n"
        '"Bea\nMaria",Birkholt,https://www.linkedin.com/in/bea-birkholt,,,,02 Jan 2026\n'
        "Ivo,Iglesar,https://www.linkedin.com/in/ivo-iglesar,,,,03 Jan 2026\n"
    )
    sheet = parse_sheet(export.encode(), knows)
    assert sheet.header[3] == "Email Address"
    assert [row.line for row in sheet.rows] == [5, 6, 8]


def test_a_quote_that_never_closes_costs_its_own_line_only() -> None:
    sheet = parse_sheet(b'name,email\nAda,a@example.org\nBea,"b@example.org\nIvo,i@example.org\n', knows)
    assert [row.cells[0] for row in sheet.rows] == ["Ada", "Ivo"]
    assert [(fault.line, "never closes" in fault.what) for fault in sheet.faults] == [(3, True)]


def test_a_cell_too_long_to_read_says_so() -> None:
    (fault,) = parse_sheet(f"name,email\n{'x' * 200_000},ada@example.org\n".encode()).faults
    assert (fault.line, fault.what) == (2, "a cell is longer than 131072 characters; shorten it")


@pytest.mark.parametrize("text", ['[{"name": "Ada"}]', '{"people": []}'])
def test_json_is_named_as_what_it_is_and_not_repeated(text: str, tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text(text)
    with pytest.raises(SheetError, match=r"people.json is JSON; save it as CSV \(UTF-8\)"):
        read_sheet(tmp_path / "people.json", lambda name: False)


def test_a_cell_too_many_is_named_with_its_line() -> None:
    sheet = parse_sheet(b"name,email\nAbelard, Ada,a@example.org\nIvo,i@example.org,\n", knows)
    assert [row.cells[0] for row in sheet.rows] == ["Ivo"]
    assert sheet.faults[0].line == 2
    assert "3 cells under 2 column names" in sheet.faults[0].what


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b",,\n"])
def test_a_file_without_text_says_so(content: bytes) -> None:
    with pytest.raises(SheetError, match=r"empty|no text"):
        parse_sheet(content, knows)


def test_a_spreadsheet_and_a_missing_file_are_named_with_the_cure(tmp_path: Path) -> None:
    book = tmp_path / "people.xlsx"
    book.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(SheetError, match="save it as CSV"):
        read_sheet(book, knows)
    with pytest.raises(SheetError, match="can't be read"):
        read_sheet(tmp_path / "none.csv", knows)


def test_a_named_encoding_is_obeyed_or_refused() -> None:
    assert parse_sheet(PEOPLE.encode("mac_roman"), knows, "mac_roman").records() == ROWS
    with pytest.raises(SheetError, match="not ascii"):
        parse_sheet(PEOPLE.encode(), knows, "ascii")
    with pytest.raises(SheetError, match="no encoding"):
        parse_sheet(PEOPLE.encode(), knows, "klingon")
