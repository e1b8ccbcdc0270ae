"""What the columns of a table of people mean, whatever language or product named them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum


class Column(StrEnum):
    """The columns that an import reads. Several columns may mean the same; the first that is filled counts."""

    ID = "id"
    FULL_NAME = "full_name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    PROFILE = "profile"
    PLACE = "place"
    COUNTRY = "country"
    ZONE = "zone"
    LANGUAGE = "language"
    CHANNEL = "channel"
    SKILLS = "skills"
    TAGS = "tags"
    POOL = "pool"
    SOURCE = "source"
    HEADLINE = "headline"
    COMPANY = "company"
    LEVEL = "level"
    OWNER = "owner"
    OFFICE = "our_office"
    CONSENT_NURTURE = "consent_nurture"
    CONSENT_ALERTS = "consent_alerts"
    CONSENT_SMS = "consent_sms"
    CONSENT_TEXT = "consent_text"
    CONSENT_DATE = "consent_date"
    CONSENT_SOURCE = "consent_source"
    SOURCED = "sourced"


SYNONYMS: dict[Column, str] = {
    Column.ID: "id, candidate id, person id, contact id, external id, kandidaten id, kandidatennummer, bewerber id",
    Column.FULL_NAME: """
        name, full name, candidate, candidate name, contact name, vollständiger name, kandidat, kandidatin,
        bewerber, bewerberin, nom complet, candidat, nombre completo, candidato, nome completo, volledige naam,
        kandidaat, imię i nazwisko, fullt namn, fulde navn
    """,
    Column.FIRST_NAME: """
        first name, given name, forename, vorname, prénom, nombre, nome, primeiro nome, voornaam, imię, förnamn,
        fornavn, etunimi
    """,
    Column.LAST_NAME: """
        last name, surname, family name, nachname, familienname, nom, nom de famille, apellido, apellidos,
        cognome, sobrenome, apelido, achternaam, nazwisko, efternamn, etternavn, efternavn, sukunimi
    """,
    Column.EMAIL: """
        email, e mail, mail, email address, e mail address, email addresses, emails, primary email, primary
        email address, candidate email, personal email, work email, e mail adresse, email adresse, mailadresse,
        adresse e mail, adresse email, adresse mail, courriel, correo, correo electrónico, email 1, indirizzo
        email, endereço de email, posta elettronica, e mailadres, adres e mail, e post, e postadress, sähköposti
    """,
    Column.PHONE: """
        phone, phone number, phone numbers, phones, primary phone, primary phone number, mobile, mobile phone,
        mobile number, cell, cell phone, telephone, tel, sms, telefon, telefonnummer, mobil, mobiltelefon,
        mobilnummer, handy, handynummer, téléphone, téléphone portable, portable, teléfono, móvil, telefono,
        cellulare, telefone, celular, telefoon, telefoonnummer, mobiel, numer telefonu, matkapuhelin
    """,
    Column.PROFILE: """
        profile, profile url, url, linkedin, linkedin url, linkedin profile, linkedin profile url, public url,
        website, web site, github, github url, xing, social media, social media urls, social profiles, links,
        profil, profil url, linkedin profil, site web, perfil, perfil de linkedin, profilo, profiel
    """,
    Column.PLACE: """
        place, location, city, contact location, candidate location, address, office, ort, wohnort, stadt,
        standort, adresse, ville, lieu, localisation, ciudad, ubicación, lugar, città, luogo, cidade,
        localização, local, plaats, stad, woonplaats, miasto, ort stad
    """,
    Column.COUNTRY: "country, country code, nation, land, pays, país, paese, nazione, kraj, maa, staat",
    Column.ZONE: """
        zone, time zone, timezone, tz, zeitzone, fuseau horaire, zona horaria, fuso orario, fuso horário,
        tijdzone
    """,
    Column.LANGUAGE: """
        language, preferred language, locale, lang, sprache, bevorzugte sprache, langue, idioma, lengua, lingua,
        língua, taal, język, språk
    """,
    Column.CHANNEL: """
        channel, preferred channel, contact by, kanal, bevorzugter kanal, canal, canal préféré, canale, kanaal
    """,
    Column.SKILLS: """
        skills, skill, skill set, key skills, technologies, kenntnisse, fähigkeiten, fachkenntnisse,
        compétences, competencias, habilidades, aptitudes, competenze, competências, vaardigheden, umiejętności,
        kompetenser
    """,
    Column.TAGS: """
        tags, tag, labels, label, candidate tags, schlagworte, schlagwörter, étiquettes, etiquetas, etichette
    """,
    Column.POOL: "pool, talent pool, prospect pool, pools, vivier, bolsa de talento",
    Column.SOURCE: """
        source, sources, origin, candidate source, source name, channel of origin, quelle, herkunft, origine,
        fuente, origen, fonte, bron, źródło, källa
    """,
    Column.HEADLINE: """
        headline, title, job title, current title, position, current position, role, current role, occupation,
        titel, berufsbezeichnung, jobtitel, stelle, beruf, funktion, poste, intitulé du poste, fonction, puesto,
        cargo, título, posizione, ruolo, qualifica, functie, stanowisko, titulo
    """,
    Column.COMPANY: """
        company, current company, employer, current employer, organization, organisation, company name, firma,
        unternehmen, arbeitgeber, entreprise, société, employeur, empresa, compañía, azienda, società, bedrijf,
        werkgever
    """,
    Column.LEVEL: "level, seniority, seniority level, karrierestufe, niveau, nivel, livello, nível",
    Column.OWNER: "owner, recruiter, candidate owner, verantwortlich, responsable, credited to, who gets credit",
    Column.OFFICE: "our office, office id, hiring office, caring office, unser büro, niederlassung",
    Column.CONSENT_NURTURE: """
        consent nurture, nurture consent, newsletter, newsletter consent, marketing consent, marketing opt in,
        marketing einwilligung, consentement marketing, consentimiento marketing
    """,
    Column.CONSENT_ALERTS: "consent alerts, alerts consent, job alerts, job alert consent, jobalarm, alertes emploi",
    Column.CONSENT_SMS: "consent sms, sms consent, sms opt in, einwilligung sms",
    Column.CONSENT_TEXT: "consent text, consent wording, einwilligungstext",
    Column.CONSENT_DATE: """
        consent date, consent given at, consent at, opt in date, einwilligung am, einwilligungsdatum
    """,
    Column.CONSENT_SOURCE: "consent source, opt in source, einwilligungsquelle",
    Column.SOURCED: "sourced, from elsewhere, found by us, data from third party, aus anderer quelle, von dritten",
}
"""Names divided by commas, as `plain` would write them or with their accents."""


def plain(text: str) -> str:
    """A text for comparing: case and accents folded, everything but letters and digits one blank."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", letters).strip()


_KNOWN = {
    plain(name): column
    for column, names in SYNONYMS.items()
    for name in (column.value, *re.split(r",\s+", " ".join(names.split())))
}


def column_of(name: str) -> Column | None:
    """What a column of that name means; None where an import does not read it. `Email (work)` is an email."""
    known = _KNOWN.get(plain(name))
    if known is None and "(" in name:
        return _KNOWN.get(plain(name.split("(")[0]))
    return known


def knows(name: str) -> bool:
    """Whether a text is the name of a column that an import reads."""
    return bool(name) and len(name) < 60 and column_of(name) is not None


def layout(header: Sequence[str]) -> dict[Column, list[int]]:
    """Where each meaning stands in a header: the indexes of its columns, in order.

    "Nombre" and "Nome" are a first name beside a surname and the whole name alone, "Nom" likewise.
    """
    found: dict[Column, list[int]] = {}
    for index, name in enumerate(header):
        column = column_of(name)
        if column:
            found.setdefault(column, []).append(index)
    names = found.keys() & {Column.FULL_NAME, Column.FIRST_NAME, Column.LAST_NAME}
    if len(names) == 1 and Column.FULL_NAME not in names:
        only = names.pop()
        found[Column.FULL_NAME] = found.pop(only)
    return found
