"""The letter that lists what waits for somebody, as their Home does."""

from __future__ import annotations

from domain.wording.sentences import sentence
from services.notifications.digest.waiting import Thing
from services.notifications.letters.letter import HeadedList, Item, Letter, Link, Material
from services.notifications.letters.words import counted


def digest_letter(material: Material) -> Letter:
    """Return the list of a day."""
    waits = f"{counted(len(material.waiting), 'thing waits', 'things wait')} for you"
    return Letter(
        subject=f"{waits} – {material.partnership.name}",
        heading=waits,
        opening=("This is what Home lists for you today, what is due first before the rest.",),
        sections=(HeadedList("What needs you", tuple(_item(each, material.public_url) for each in material.waiting)),),
        link=Link("Open Home", material.home),
        why=material.why,
        choice=Link("Choose how often this comes", f"{material.public_url}/account/emails"),
    )


def _item(thing: Thing, public_url: str) -> Item:
    notes = [sentence(part) for part in (thing.state, thing.by) if part]
    return Item(thing.what, (" ".join(notes),), f"{public_url}{thing.href}" if thing.href else "")
