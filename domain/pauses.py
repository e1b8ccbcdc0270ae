"""What holds a touch back: a pause of the person, of all, of a journey, of a sender, of a template."""

from __future__ import annotations

from domain.relationships import Relationship
from domain.touches import Priority, Touch


def paused_by(relationship: Relationship, touch: Touch) -> str:
    if touch.priority is Priority.ACKNOWLEDGMENT:
        return ""
    if relationship.paused_at:
        return "person"
    scopes = ("everything", f"journey:{touch.journey}", f"sender:{relationship.owner}", f"template:{touch.template}")
    return next((scope for scope in scopes if scope in relationship.pauses), "")
