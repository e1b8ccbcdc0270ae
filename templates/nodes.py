"""YAML read with positions: every wrong value becomes a fault with its line, column and cure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import yaml

from templates.faults import Fault, cure_for


@dataclass(slots=True)
class Reader:
    """Reads one file. `offset` is the number of lines before the YAML text; `faults` collects what is wrong."""

    file: str
    offset: int = 0
    faults: list[Fault] = field(default_factory=list)

    def compose(self, text: str) -> yaml.Node | None:
        """The document's root, or None for an empty one or one that is no YAML (a fault)."""
        try:
            root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            problem = error.problem or "it can't be read"
            cure = "quote texts that hold ': ', '{' or '#', or begin with a quote: '\"python\" in skills'"
            self.fault_at(line + 1, column + 1, f"this is not YAML: {problem}", cure)
            return None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            self.fault_at(line, 1, f"this is not YAML: {error.reason}", "delete the character")
            return None
        except RecursionError:
            self.fault_at(1, 1, "lists and mappings are nested without end", "write at most eight blocks within blocks")
            return None
        return root

    def fault(self, node: yaml.Node, message: str, cure: str) -> None:
        """A fault where the node begins."""
        self.fault_at(node.start_mark.line + 1, node.start_mark.column + 1, message, cure)

    def fault_at(self, line: int, column: int, message: str, cure: str) -> None:
        """A fault at a line and column of the YAML text, both from 1."""
        self.faults.append(Fault(self.file, line + self.offset, column, message, cure))

    def mapping(self, node: yaml.Node, what: str, known: Collection[str] | None = None) -> dict[str, yaml.Node]:
        """Keys and their values; unknown (None: any) and repeated keys are faults and left out."""
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} must be a mapping", "write `key: value` lines")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self.fault(key, f"{name!r} appears twice in {what}", "keep one")
            elif known is not None and name not in known:
                self.fault(key, f"unknown key {name!r} in {what}", cure_for(name, known))
            else:
                found[name] = value
        return found

    def sequence(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """The nodes of a list."""
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, f"{what} must be a list", "write one `- …` line for each")
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None, what: str) -> str:
        """A scalar as text, stripped; empty for none. Anything else is a fault: unquoted braces are the usual cause."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, f"{what} must be text", 'put it in quotes: "{{ … }}"')
            return ""
        return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value).strip()

    def texts(self, node: yaml.Node | None, what: str) -> list[tuple[str, yaml.Node]]:
        """A list of texts with their nodes; repeated ones are faults."""
        found: dict[str, yaml.Node] = {}
        for entry in self.sequence(node, what) if node is not None else []:
            text = self.text(entry, f"an entry of {what}")
            if text in found:
                self.fault(entry, f"{text!r} appears twice in {what}", "keep one")
            elif text:
                found[text] = entry
        return list(found.items())
