"""Every page speaks every language: none lacks a word, and each word is filled with the same values."""

import re

import pytest

from web.words import language_for, languages, preferred_language, words_for

SAID: dict[tuple[str, str, str], object] = {
    (language, page, name): text
    for language in languages()
    for page, words in words_for(language).items()
    for name, text in words.items()
}
IN_ENGLISH = sorted((page, name) for language, page, name in SAID if language == "en")


def test_pages_are_shipped_in_four_languages() -> None:
    assert languages() == ("de", "en", "es", "fr")


@pytest.mark.parametrize("language", languages())
def test_no_language_lacks_a_word_or_has_one_of_its_own(language: str) -> None:
    assert sorted((page, name) for spoken, page, name in SAID if spoken == language) == IN_ENGLISH


@pytest.mark.parametrize("language", languages())
def test_every_word_is_filled_with_the_same_values(language: str) -> None:
    def values(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    assert [
        place for place in IN_ENGLISH if values(str(SAID[language, *place])) != values(str(SAID["en", *place]))
    ] == []


def test_words_are_texts() -> None:
    """YAML reads an unquoted `yes` or a colon as something else."""
    assert [place for place, text in SAID.items() if not isinstance(text, str) or not text.strip()] == []


@pytest.mark.parametrize(
    ("tag", "language"), [("de-AT", "de"), ("FR", "fr"), ("es_MX", "es"), ("ja", "en"), ("", "en")]
)
def test_a_person_reads_the_nearest_language(tag: str, language: str) -> None:
    assert language_for(tag) == language


@pytest.mark.parametrize(
    ("accepted", "house", "language"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "de", "fr"),
        ("ja,de;q=0.5", "en", "de"),
        ("ja", "de", "de"),
        ("", "pt", "en"),
        ("\x00;;,,", "es", "es"),
    ],
)
def test_somebody_unknown_reads_what_their_browser_asks_for(accepted: str, house: str, language: str) -> None:
    assert preferred_language(accepted, house) == language
