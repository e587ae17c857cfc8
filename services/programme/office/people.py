"""What can be changed about the people of a partnership: what is asked, and which command that is."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.references import full, short
from domain.register.people import PEOPLE, Person
from domain.wording.happened.partnership import happened
from domain.wording.happened.sentences import Named
from services.programme.pages.changing import Ask, Change, Link, Place, offered
from services.programme.pages.fields import Field, Kind
from services.programme.pages.happened import Telling, by_kind
from services.programme.partnership.commands import EndRoles
from services.programme.partnership.decide import secretary_of
from services.runtime.web.partnership.view import View

ROLE_NAMES = {
    "chair": "Chair",
    "board_member": "Board member",
    "substitute": "Substitute",
    "partner_lead": "Lead of a partner",
    "contributor": "Contributor",
    "secretary": "Secretary",
    "observer": "Observer",
}
ROLE_CHOICES = tuple(
    (role, words, hint)
    for (role, words), hint in zip(
        ROLE_NAMES.items(),
        (
            "Opens and closes meetings, and records decisions.",
            "Gets the papers, decides, declares interests, answers written procedures.",
            "Sits in the place of a board member who cannot come.",
            "Says each quarter how its partner’s part stands.",
            "Fills in with the lead, and submits nothing.",
            "May do everything, also on a partner’s behalf.",
            "Reads, and changes nothing.",
        ),
        strict=True,
    )
)


def held_now(view: View, person: Person) -> list[str]:
    """Return the roles that a person holds today and that can end."""
    held = person.roles_on(view.calendar.local_date(view.at))
    stays = {"secretary"} if person.id == secretary_of(view.code) else set()
    return [role for role in ROLE_NAMES if role in held and role not in stays]


def _end(view: View, person: Person, actor: str) -> Ask:
    partners = person.partners_on(view.calendar.local_date(view.at))
    fields = [
        Field(
            "roles",
            "Which roles end",
            Kind.BOXES,
            "All of them, if you tick none.",
            choices=[(role, ROLE_NAMES[role]) for role in held_now(view, person)],
        ),
        Field("on", "First day without them", Kind.DATE, missing="Enter the first day without them."),
    ]
    if len(partners) > 1:
        names = [(code, view.figures().partner_name(code)) for code in partners]
        fields.insert(1, Field("partner", "For whom", Kind.SELECT, choices=names, none_yet="All of them"))
    return Ask(
        "End roles",
        fields,
        "End the roles",
        lede="What they recorded stays, and so do their name and address, until they are erased.",
    )


def _holds_any(view: View, person: Person) -> bool:
    return bool(held_now(view, person))


CHANGES: tuple[Change[Person], ...] = (
    Change("end", "End roles", EndRoles, lambda person: {"person": person.id}, _end, _holds_any),
)
PERSON: Place[Person] = Place(
    path="/office/{partnership}/people/{person}",
    address_of=lambda view, person: f"/office/{view.code}/people/{short(view.code, person.id)}",
    find=lambda view, parts: view.find(PEOPLE, parts["person"]),
    version_of=lambda parts: full(parts["partnership"], parts["person"]),
    shown_at=lambda to, person: to.room("office", "people", short(to.partnership, person.id)),
    called=lambda person: person.id,
    room=("Office", "office"),
)


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    return offered(view, PERSON, view.register.people[event.subject], CHANGES, reader)


def telling(person_id: str, name: str) -> Telling:
    """Return how the facts about a person are told on their page, where they go by their name."""

    def told(fact: Fact, named: Named) -> str:
        return happened(fact, lambda reference: name if reference == person_id else named(reference))

    return Telling(told, by_kind({}), _links)
