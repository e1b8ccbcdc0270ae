"""`keepwarm links`, and the end of links under `keepwarm candidate`."""

from __future__ import annotations

from starter.commands.candidates import Name
from starter.console import AsJson, answer, ask, look, settings


def links(candidate: str = Name, as_json: bool = AsJson) -> None:
    """The links to one person's pages, made now. Whoever has them can do what the person can: give them to nobody else."""
    from config.links import make_links
    from starter.links import links_of

    told = look(links_of, make_links(settings()), candidate)
    answer(told, as_json, [f"{page}\t{url}" for page, url in told.items() if page != "candidate"])


def revoke_links(candidate: str = Name, as_json: bool = AsJson) -> None:
    """End every link to one person's pages that was ever sent, such as after a mail was forwarded. Links out go on working."""
    from starter.links import end_links

    candidate_id = ask(lambda keepwarm: keepwarm.write(end_links, candidate))
    lines = [f"{candidate_id}: every link sent until now has ended; `keepwarm links {candidate_id}` makes fresh ones"]
    answer({"candidate": candidate_id}, as_json, lines)
