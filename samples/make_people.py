"""Makes people.csv: 200 candidates who do not exist, the same ones every time.

Addresses lie in a domain kept for examples (RFC 2606), phone numbers in ranges that Ofcom, ARCEP, the
Bundesnetzagentur, PTS and NANPA keep for fiction. Run `python samples/make_people.py` to write the file again.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

PEOPLE = 200
TARGET = Path(__file__).with_name("people.csv")
CONSENT_TEXT = "Yes, Keepwarm Example Ltd may write to me about work that may suit me. I can stop this at any time."
COLUMNS = (
    "id",
    "first name",
    "last name",
    "email",
    "phone",
    "place",
    "country",
    "language",
    "skills",
    "tags",
    "source",
    "headline",
    "company",
    "level",
    "consent nurture",
    "consent alerts",
    "consent sms",
    "consent date",
    "consent source",
    "consent text",
)
FIRST = """
Ada, Amara, Anouk, Arvid, Aylin, Bastian, Bea, Benedek, Blanca, Bruno, Camille, Carlo, Chidi, Clara, Daan, Dalia,
Davor, Delphine, Edda, Elif, Emre, Esra, Fabian, Farah, Femke, Finn, Freya, Gabor, Greta, Hana, Henrik, Ida, Ilse,
Imre, Ines, Ivo, Jana, Jasper, Jonas, Jorun, Kaito, Katya, Kemal, Lale, Lars, Leila, Linnea, Lotte, Luca, Mads, Maeve,
Malik, Marit, Milan, Mina, Nadia, Nils, Noor, Odile, Oskar, Paloma, Pascal, Petra, Priya, Quinn, Rafael, Rania, Rosa,
Ruben, Saga, Samir, Sana, Selma, Silas, Sofia, Stellan, Suki, Talia, Tariq, Thea, Tilda, Timo, Uma, Vera, Viggo,
Wanda, Wim, Xenia, Yara, Yusuf, Zara, Zeno
"""
LAST = """
Abelard, Achterberg, Adeyola, Albrecht, Almeras, Andrasi, Bellweather, Bergqvist, Birkholt, Brandmair, Calloway,
Castellar, Dahlgren, Delacourt, Demirtas, Drenthe, Eberling, Edelmark, Ferncastle, Fjellstad, Garrow, Grünfelder,
Halloran, Hartwell, Heidenau, Iglesar, Ibekwe, Jernholm, Joubertin, Kaltenbrunn, Karsai, Kowalik, Lindqvorn, Lockmere,
Lundegard, Marchetto, Meersma, Moreau-Lys, Nakagori, Norrvik, Obuasi, Oldershaw, Ostermark, Pellegrin, Pemberly,
Quistgaard, Rademaker, Rosenquill, Rozsavar, Sandoval-Rey, Schönbichler, Sørbakken, Tamburri, Thornquist, Ulvestad,
Vandermeulen, Vasquelle, Wexcombe, Winterhalt, Yildizer, Zawadzka
"""


@dataclass(frozen=True)
class Town:
    """Where somebody lives: the language spoken there, and how a number of fiction begins."""

    place: str
    country: str
    language: str
    phone: str
    numbers: int
    share: int


TOWNS = (
    Town("Berlin", "DE", "de", "+49 30 23125 {:03d}", 1000, 7),
    Town("Hamburg", "DE", "de", "+49 40 66969 {:03d}", 1000, 3),
    Town("München", "DE", "de", "+49 89 99998 {:03d}", 1000, 3),
    Town("London", "GB", "en", "+44 7700 900{:03d}", 1000, 4),
    Town("Paris", "FR", "fr", "+33 6 39 98 {:04d}", 10000, 3),
    Town("Stockholm", "SE", "sv", "+46 70 174 06 {:02d}", 100, 2),
    Town("New York", "US", "en", "+1 212 555 01{:02d}", 100, 3),
    Town("Chicago", "US", "en", "+1 312 555 01{:02d}", 100, 1),
    Town("Los Angeles", "US", "en", "+1 213 555 01{:02d}", 100, 2),
)


@dataclass(frozen=True)
class Craft:
    """A line of work: its titles by level, and the skills that go with it."""

    title: str
    core: tuple[str, ...]
    more: tuple[str, ...]
    share: int


CRAFTS = (
    Craft("Backend Engineer", ("Python", "PostgreSQL"), ("Go", "Kubernetes", "Temporal", "Kafka", "Django", "AWS"), 7),
    Craft("Frontend Engineer", ("TypeScript", "React"), ("CSS", "Accessibility", "Vue", "GraphQL", "Testing"), 4),
    Craft("Data Engineer", ("Python", "SQL"), ("Spark", "dbt", "Airflow", "Kafka", "PostgreSQL"), 3),
    Craft("Platform Engineer", ("Kubernetes", "Terraform"), ("AWS", "Go", "Linux", "Observability", "PostgreSQL"), 3),
    Craft("Product Designer", ("Figma", "User research"), ("Prototyping", "Accessibility", "Design systems"), 2),
    Craft("Product Manager", ("Roadmaps", "User research"), ("SQL", "Pricing", "B2B", "Analytics"), 2),
    Craft("Customer Engineer", ("Support", "SQL"), ("Python", "Onboarding", "Technical writing"), 1),
)
LEVELS = ("junior", "mid", "mid", "senior", "senior", "staff")
SOURCES = ("referral", "meet-up", "hackathon", "career page", "sourced", "conference")
COMPANIES = (
    "Northlight Labs",
    "Fernweh Systems",
    "Oak & Anchor",
    "Blue Harbour",
    "Papercrane",
    "Quiet Engines",
    "Tidewater Works",
)
TAGS = ("silver-medalist", "community", "speaker", "relocates", "part-time", "alumni")


def main() -> None:
    """Write the file."""
    chance = random.Random(20261201)  # noqa: S311 - the same people every time
    names = chance.sample([(first, last) for first in _names(FIRST) for last in _names(LAST)], PEOPLE)
    with TARGET.open("w", encoding="utf-8", newline="") as target:
        table = csv.DictWriter(target, COLUMNS, lineterminator="\n")
        table.writeheader()
        taken: set[str] = set()
        for number, (first, last) in enumerate(names, start=1):
            table.writerow(person(number, first, last, chance, taken))


def _names(listed: str) -> list[str]:
    return listed.replace("\n", " ").strip().split(", ")


def person(number: int, first: str, last: str, chance: random.Random, taken: set[str]) -> dict[str, str]:
    """One row. `taken` are the phone numbers of those before."""
    town = chance.choices(TOWNS, [town.share for town in TOWNS])[0]
    craft = chance.choices(CRAFTS, [craft.share for craft in CRAFTS])[0]
    level = chance.choice(LEVELS)
    skills = [*craft.core, *chance.sample(craft.more, chance.randint(1, 3))]
    consents = chance.random() < 0.9
    given = date(2026, 1, 5) + timedelta(days=chance.randrange(300))
    return {
        "id": f"p{number:03d}",
        "first name": first,
        "last name": last,
        "email": f"{_ascii(first)}.{_ascii(last)}@example.org",
        "phone": _phone(town, chance, taken) if chance.random() < 0.6 else "",
        "place": town.place,
        "country": town.country,
        "language": town.language if chance.random() < 0.7 else "en",
        "skills": "; ".join(skills),
        "tags": "; ".join(sorted(chance.sample(TAGS, chance.choice((0, 0, 1, 1, 2))))),
        "source": chance.choice(SOURCES),
        "headline": f"{level.capitalize()} {craft.title}" if level != "mid" else craft.title,
        "company": chance.choice(COMPANIES),
        "level": level,
        "consent nurture": "yes" if consents else "no",
        "consent alerts": "yes" if consents and chance.random() < 0.9 else "no",
        "consent sms": "yes" if consents and chance.random() < 0.4 else "no",
        "consent date": given.isoformat() if consents else "",
        "consent source": "talent community form" if consents else "",
        "consent text": CONSENT_TEXT if consents else "",
    }


def _phone(town: Town, chance: random.Random, taken: set[str]) -> str:
    """A number in the town's range of fiction that nobody has yet."""
    while True:
        number = town.phone.format(chance.randrange(town.numbers))
        if number not in taken:
            taken.add(number)
            return number


def _ascii(name: str) -> str:
    letters = name.lower().translate(str.maketrans({"ü": "ue", "ö": "oe", "ø": "o", "ä": "ae"}))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


if __name__ == "__main__":
    main()
