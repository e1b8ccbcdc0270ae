"""What the documents name exists, and what exists is documented."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from config.settings import Settings, env_name
from starter.cli import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
TEMPORAL = Path(sys.executable).with_name("temporal")
_STOP = {"#", "&&", "|", ";", "--"}


def commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """Every call of a program in code, as (page, words); placeholders stay words."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        code = re.findall(r"^(?: {4}|```\w*\n)(.+)$|`([^`\n]+)`", text, re.MULTILINE)
        fenced = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
        for line in [indented or inline for indented, inline in code] + fenced:
            for found in re.finditer(rf"(?:^|&& |exec worker ){program} ([^#]*)", line.strip()):
                yield page.name, _words(found[1])


def _words(text: str) -> list[str]:
    try:
        words = shlex.split(text.replace("…", ""))
    except ValueError:
        words = text.split()
    ends = [index for index, word in enumerate(words) if word in _STOP]
    return words[: ends[0]] if ends else words


@cache
def root() -> TyperGroup:
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    return found


@pytest.mark.parametrize(("named_in", "words"), sorted({(page, tuple(words)) for page, words in commands("keepwarm")}))
def test_every_keepwarm_command_in_the_documents_exists(named_in: str, words: tuple[str, ...]) -> None:
    command: Any = root()
    rest = list(words)
    while isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
        found = command.commands.get(rest.pop(0))
        assert found is not None, f"{named_in}: keepwarm {' '.join(words)}"
        command = found
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    named = {word.split("=")[0] for word in rest if word.startswith("--")}
    assert named <= known | {"--help"}, f"{named_in}: keepwarm {' '.join(words)}"


@cache
def help_of(*verbs: str) -> str:
    return subprocess.run([TEMPORAL, *verbs, "--help"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("named_in", "words"), sorted({(page, tuple(words)) for page, words in commands("temporal")}))
def test_every_temporal_command_in_the_documents_exists(named_in: str, words: tuple[str, ...]) -> None:
    options = [index for index, word in enumerate(words) if word.startswith("-")]
    verbs = words[: options[0]] if options else words
    known = help_of(*verbs) + help_of("options")
    assert f"temporal {' '.join(verbs)}" in known, f"{named_in}: temporal {' '.join(words)}"
    for word in words[len(verbs) :]:
        if word.startswith("--"):
            assert re.search(rf"{word.split('=')[0]}\b", known), f"{named_in}: temporal {' '.join(words)}"


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_told_in_the_operations_page(field: str) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    table = page[page.index("## Settings") : page.index("## With Docker Compose")]
    assert f"`{env_name(field)}`" in table


def test_every_setting_in_the_documents_exists() -> None:
    known = {env_name(field) for field in Settings.model_fields}
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for page in PAGES:
        for name in re.findall(r"\bKEEPWARM_[A-Z_]+\b", page.read_text(encoding="utf-8")):
            bare = name.removesuffix("_FILE")
            assert bare in known or f"${{{name}" in compose or name.endswith("_"), f"{page.name}: {name}"


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (document.parent / path).resolve() if path else document
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


def anchors(page: Path) -> set[str]:
    """Of its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
