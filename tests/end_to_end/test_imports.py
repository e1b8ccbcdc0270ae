"""A thousand people from a file, through the command line: nobody twice, nobody lost, everybody with a workflow."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.end_to_end.deployment import Deployment, until

pytestmark = pytest.mark.heavy
GIVEN = ("Åsa", "Zoë", "José", "Łucja", "Ada", "Björn", "Chidi", "Noor", "Siobhán", "Đorđe")
FAMILY = ("Grünfelder", "O’Halloran", "Nakagori", "de la Cour", "Sørbakken", "Müller-Lüdenscheidt", "Yıldızer", "Kovač")
TOWNS = (
    ("Berlin", "DE", "+49 30 2312{:04d}"),
    ("Wien", "AT", "+43 1 5130{:04d}"),
    ("Boston", "US", "+1 617 555 {:04d}"),
)
SKILLS = ("Python; PostgreSQL", "TypeScript; React", "Go; Kubernetes; Terraform", "Figma, User research", "SQL; dbt")
COLUMNS = (
    *("First Name", "Last Name", "Email", "Phone", "City", "Country", "Skills", "Headline", "Source"),
    *("Consent nurture", "Consent text", "Consent date"),
)
BAD = {
    40: {"Email": "not an address"},
    41: {"First Name": "", "Last Name": ""},
    300: {"Country": "Atlantis"},
    777: {"Phone": "12"},
    999: {"Consent nurture": "perhaps"},
}
"""What is wrong with which of the thousand rows."""


def person(number: int) -> dict[str, str]:
    """One row, as spreadsheets have them: mixed case, quoted commas, a semicolon list."""
    town, country, phone = TOWNS[number % len(TOWNS)]
    first, last = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    consents = number % 3 == 0
    return {
        "First Name": first,
        "Last Name": last,
        "Email": f"Person.{number}@Example.org" if number % 2 else f"person.{number}@example.org",
        "Phone": phone.format(number) if number % 4 else "",
        "City": town,
        "Country": country,
        "Skills": SKILLS[number % len(SKILLS)],
        "Headline": "Engineer, backend" if number % 2 else "Designer",
        "Source": "hackathon",
        "Consent nurture": "yes" if consents else "",
        "Consent text": "Yes, write to me about work that may suit me." if consents else "",
        "Consent date": "2026-06-27" if consents else "",
    }


def write(path: Path, *, bad: bool) -> Path:
    """The thousand, five of them wrong where `bad`."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        table = csv.DictWriter(target, COLUMNS)
        table.writeheader()
        table.writerows(person(n) | (BAD.get(n, {}) if bad else {}) for n in range(1_000))
    return path


@pytest.fixture(scope="module")
async def deployment(home: Path) -> AsyncIterator[Deployment]:
    async with Deployment(home) as deployed:
        yield deployed


async def test_the_good_rows_come_in_once_and_the_bad_ones_are_named(deployment: Deployment, tmp_path: Path) -> None:
    path = write(tmp_path / "people.csv", bad=True)
    report = (await deployment.cli("import", str(path), "--json")).json
    assert (report["new"], report["changed"], report["unchanged"]) == (995, 0, 0)
    assert [fault["line"] for fault in report["bad"]] == [number + 2 for number in BAD]
    assert all(fault["what"] for fault in report["bad"])

    write(path, bad=False)
    mended = (await deployment.cli("import", str(path), "--json")).json
    assert (mended["new"], mended["changed"], mended["unchanged"], mended["bad"]) == (5, 0, 995, [])
    again = (await deployment.cli("import", str(path), "--json")).json
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 1_000)
    assert await deployment.count("candidates") == 1_000
    await everybody_imported_has_a_workflow_of_their_own(deployment)


async def everybody_imported_has_a_workflow_of_their_own(deployment: Deployment) -> None:
    """The import has started them all, behind the facts."""

    async def all_run() -> bool:
        found = await deployment.client.count_workflows("WorkflowType = 'Candidate' and ExecutionStatus = 'Running'")
        return found.count == 1_000

    await until("a thousand workflows run", all_run, within=60)
    assert await deployment.count("candidates where started") == 1_000
