"""The secretary adds people, changes what they are called and may do, and erases them. Nobody locks the office."""

from __future__ import annotations

import re

import pytest

from services.runtime.access.directory import DirectoryEntry
from tests.domain.history import at
from tests.programme.office.test_people import PEOPLE, ended, text_of
from tests.programme.pages.rooms import BRENT, HACKNEY, OBSERVER, SECRETARY, Page, Rooms

HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="(\w*)"')


async def sent(office: Rooms, address: str, **typed: str | list[str]) -> Page:
    page = await office.get(address)
    assert page.status == 200, page.text
    return await office.post(address, {**dict(HIDDEN.findall(page.text)), **typed})


async def led_to(office: Rooms, answer: Page) -> str:
    assert answer.status == 303, text_of(answer.text.partition("<main")[2])
    return text_of(await office.read(answer.headers["location"].partition("#")[0]))


def of(person: str) -> str:
    return f"{PEOPLE}/{person.removeprefix('LAP-')}"


async def known(office: Rooms, person: str) -> DirectoryEntry | None:
    own = person.replace("LAP", office.code)
    return (await office.service.directory.get_many(office.code, [own])).get(own)


async def called(office: Rooms, person: str, name: str) -> None:
    """Give somebody who is signed in a name; they keep the address with which they are."""
    before = await known(office, person)
    await put(office, person, name, before.email if before else None)


async def put(office: Rooms, person: str, name: str, email: str | None = None, key: str | None = None) -> None:
    own = person.replace("LAP", office.code)
    await office.service.directory.put(office.code, [DirectoryEntry(own, key, name, email)])


ADA = {"name": "Ada Lovelace", "email": "ada@brent.example", "roles": ["contributor"], "partner1": "BRE"}


async def test_a_person_is_added_under_an_id_of_the_house_and_their_page_says_so(office: Rooms) -> None:
    answer = await sent(office, f"{PEOPLE}/add", **ADA)
    assert "Ada Lovelace became contributor for London Borough BRE." in await led_to(office, answer)
    added = await known(office, "LAP-U007")
    assert added is not None
    assert (added.name, added.email) == ("Ada Lovelace", "ada@brent.example")


async def test_a_form_that_is_sent_twice_adds_one_person(office: Rooms) -> None:
    hidden = dict(HIDDEN.findall((await office.get(f"{PEOPLE}/add")).text))
    first, second = [await office.post(f"{PEOPLE}/add", {**hidden, **ADA}) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert await known(office, "LAP-U008") is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Enter the person’s name."),
        ({"roles": []}, "Tick at least one role."),
        ({"partner1": ""}, "a person who is contributor acts for a partner"),
        ({"email": "ada at brent"}, "is not an e-mail address"),
        ({"partner1": "ZZZ"}, "ZZZ"),
    ],
)
async def test_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(office: Rooms, typed, sentence: str) -> None:
    answer = await sent(office, f"{PEOPLE}/add", **{**ADA, **typed})
    assert answer.status == 422
    assert sentence.lower() in text_of(answer.text).lower()
    assert typed.get("name") == "" or 'value="Ada Lovelace"' in answer.text


async def test_an_address_that_somebody_has_is_shared_only_where_that_is_said(office: Rooms) -> None:
    await put(office, BRENT, "Brenda Brent", "office@brent.example")
    shared = {**ADA, "email": "Office@Brent.example"}
    # when
    refused = await sent(office, f"{PEOPLE}/add", **shared)
    # then
    assert refused.status == 422
    assert "Brenda Brent has this address. Say below if it is shared." in text_of(refused.text)
    assert "They share this address with Brenda Brent" in text_of(refused.text)
    # and
    await led_to(office, await sent(office, f"{PEOPLE}/add", **shared, shared="yes"))
    assert await known(office, "LAP-U007") is not None


async def test_somebody_gets_another_role_and_keeps_name_address_and_key(office: Rooms) -> None:
    await put(office, BRENT, "Brenda Brent", "brenda@brent.example", "bre-lead")
    page = await office.get(f"{of(BRENT)}/roles")
    assert re.search(r'value="partner_lead" checked', page.text)
    # when
    roles = ["partner_lead", "board_member"]
    answer = await sent(office, f"{of(BRENT)}/roles", roles=roles, partner1="BRE", partner2="HAC")
    # then
    said = await led_to(office, answer)
    assert "Brenda Brent became partner lead and board member for London Borough BRE and London Borough HAC." in said
    own = BRENT.replace("LAP", office.code)
    assert await known(office, BRENT) == DirectoryEntry(own, "bre-lead", "Brenda Brent", "brenda@brent.example")


async def test_roles_that_somebody_changed_meanwhile_are_not_overwritten(office: Rooms) -> None:
    hidden = dict(HIDDEN.findall((await office.get(f"{of(BRENT)}/roles")).text))
    await led_to(office, await sent(office, f"{of(BRENT)}/roles", roles=["observer"]))
    late = await office.post(f"{of(BRENT)}/roles", {**hidden, "roles": ["chair"], "partner1": "BRE"})
    assert late.status == 412


async def test_a_name_and_an_address_are_changed_in_the_directory_alone(office: Rooms) -> None:
    await put(office, BRENT, "Brenda Brent", "brenda@brent.example", "bre-lead")
    before = await office.service.dispatcher.log(office.code, 0, 1000)
    # when
    answer = await sent(office, f"{of(BRENT)}/details", name="Brenda Smith", email="smith@brent.example")
    # then
    assert "Name and address are as you gave them." in await led_to(office, answer)
    changed = await known(office, BRENT)
    assert changed is not None
    assert (changed.key, changed.name, changed.email) == ("bre-lead", "Brenda Smith", "smith@brent.example")
    assert await office.service.dispatcher.log(office.code, 0, 1000) == before


async def test_a_name_that_somebody_changed_meanwhile_is_shown_before_it_is_overwritten(office: Rooms) -> None:
    await put(office, BRENT, "Brenda Brent", "brenda@brent.example")
    hidden = dict(HIDDEN.findall((await office.get(f"{of(BRENT)}/details")).text))
    await put(office, BRENT, "Brenda Smith", "smith@brent.example")
    mine = {"name": "Brenda Brent-Smith", "email": "brenda@brent.example"}
    # when
    late = await office.post(f"{of(BRENT)}/details", {**hidden, **mine})
    # then
    assert late.status == 412
    assert "The directory now has: Brenda Smith, smith@brent.example." in text_of(late.text)
    again = await office.post(f"{of(BRENT)}/details", {**dict(HIDDEN.findall(late.text)), **mine})
    assert again.status == 303


async def test_erasing_asks_first_and_says_what_goes_and_what_stays(office: Rooms) -> None:
    await put(office, BRENT, "Brenda Brent", "brenda@brent.example")
    asked = text_of(await office.read(f"{of(BRENT)}/erase"))
    assert "What goes" in asked
    assert "What stays" in asked
    assert "Lead for London Borough BRE. These do not end with the name" in asked
    # when
    unsure = await sent(office, f"{of(BRENT)}/erase")
    # then
    assert unsure.status == 422
    assert await known(office, BRENT) is not None
    # and when
    said = await led_to(office, await sent(office, f"{of(BRENT)}/erase", sure="yes"))
    # then
    assert "A former colleague (LAP-U002)" in said
    assert "Brenda" not in said
    erased = await known(office, BRENT)
    assert erased is not None
    assert (erased.name, erased.email) == (None, None)
    for form in ("details", "roles", "erase"):
        assert (await office.get(f"{of(BRENT)}/{form}")).status == 409


async def test_the_list_says_who_has_no_address_and_who_has_not_signed_in(office: Rooms) -> None:
    await put(office, BRENT, "Brenda Brent", "brenda@brent.example")
    await put(office, HACKNEY, "Henry Hackney", "henry@hackney.example")
    await office.read_by(HACKNEY)  # signs in
    unreached = text_of(await office.read(PEOPLE, show="no-address"))
    away = text_of(await office.read(PEOPLE, show="not-signed-in"))
    assert "LAP-U004" in unreached
    assert "Brenda" not in unreached
    assert "Brenda Brent" in away
    assert "Henry Hackney" not in away


async def secretary_too(office: Rooms, person: str, email: str | None) -> None:
    await put(office, person, "Second Secretary", email)
    await led_to(office, await sent(office, f"{of(person)}/roles", roles=["secretary"]))


LAST = "is the last secretary whom an e-mail reaches; make somebody else secretary first"


async def test_the_last_secretary_whom_an_e_mail_reaches_is_not_erased(office: Rooms) -> None:
    await called(office, SECRETARY, "Dora Office")
    await secretary_too(office, OBSERVER, None)
    # when
    refused = await sent(office, f"{of(SECRETARY)}/erase", sure="yes")
    # then
    assert refused.status == 422
    assert f"Dora Office {LAST}".lower() in text_of(refused.text).lower().replace(".", "")
    stays = await known(office, SECRETARY)
    assert stays is not None
    assert stays.name == "Dora Office"


async def test_the_last_secretary_keeps_an_address(office: Rooms) -> None:
    await called(office, SECRETARY, "Dora Office")
    refused = await sent(office, f"{of(SECRETARY)}/details", name="Dora Office", email="")
    assert refused.status == 422
    assert "the last secretary whom an e-mail reaches" in text_of(refused.text)


async def test_the_roles_of_the_last_secretary_do_not_end_and_are_not_replaced(office: Rooms) -> None:
    await secretary_too(office, OBSERVER, "second@office.example")
    second = await office.read_by(OBSERVER)
    await put(office, SECRETARY, "The office", None)
    # when
    ending = await ended(second, of(OBSERVER), roles=["secretary"], on="10 October 2014")
    replacing = await sent(second, f"{of(OBSERVER)}/roles", roles=["observer"])
    # then
    for refused in (ending, replacing):
        assert refused.status == 422
        assert "the last secretary whom an e-mail reaches" in text_of(refused.text)


async def test_a_secretary_goes_once_another_is_reached(office: Rooms) -> None:
    await called(office, SECRETARY, "Dora Office")
    await secretary_too(office, OBSERVER, "second@office.example")
    await led_to(office, await sent(office, f"{of(OBSERVER)}/roles", roles=["observer"]))
    await secretary_too(office, OBSERVER, "second@office.example")
    assert (await sent(office, f"{of(SECRETARY)}/erase", sure="yes")).status == 303


async def test_people_are_kept_by_the_secretary_alone(strangers: Rooms) -> None:
    lead = await strangers.read_by(BRENT)
    for path in (f"{PEOPLE}/add", f"{of(BRENT)}/roles", f"{of(BRENT)}/details", f"{of(BRENT)}/erase"):
        assert (await lead.get(path)).status == 403
        assert (await strangers.read_by_stranger().get(path)).status == 303
    assert lead.reader is not None
    typed = {**lead.reader.csrf, "name": "Eve", "email": "eve@x.example", "sure": "yes"}
    for path in (f"{of(BRENT)}/details", f"{of(HACKNEY)}/erase"):
        assert (await lead.post(path, typed)).status == 403
    assert await known(strangers, HACKNEY) is None


async def test_somebody_is_lead_for_one_partner_and_contributor_for_another_and_stays_so_when_saved_again(
    office: Rooms,
) -> None:
    # given
    roles, wanted = f"{of(BRENT)}/roles", {"roles": ["partner_lead", "contributor"], "partner1": "BRE"}
    differing = {**wanted, "partner2": "HAC", "only1": ["partner_lead"], "only2": ["contributor"]}
    # when
    said = await led_to(office, await sent(office, roles, **differing))
    # then it is so at once, and for nobody more
    assert "Contributor: London Borough BRE ended" in said
    assert "Contributor: London Borough HAC Change roles" in said
    assert [await held_by(office, BRENT, code) for code in ("BRE", "HAC")] == [{"partner_lead"}, {"contributor"}]
    # and when the form is sent again as it is shown
    again = (await office.get(roles)).text
    ticked = re.findall(r'name="(only\d|roles)" value="(\w+)"[^>]* checked', again)
    assert ticked == [
        ("roles", "partner_lead"),
        ("roles", "contributor"),
        ("only1", "partner_lead"),
        ("only2", "contributor"),
    ]
    await led_to(office, await sent(office, roles, **differing))
    assert [await held_by(office, BRENT, code) for code in ("BRE", "HAC")] == [{"partner_lead"}, {"contributor"}]


async def test_a_new_person_may_hold_other_roles_for_one_partner_than_for_another(office: Rooms) -> None:
    typed = {**ADA, "roles": ["partner_lead", "contributor"], "partner2": "HAC", "only1": ["partner_lead"]}
    await led_to(office, await sent(office, f"{PEOPLE}/add", **typed))
    found = [await held_by(office, "LAP-U007", code) for code in ("BRE", "HAC")]
    assert found == [{"partner_lead"}, {"partner_lead", "contributor"}]


@pytest.mark.parametrize(
    ("only", "fault"),
    [
        ({"only1": ["chair"]}, "Chair is none of the roles"),
        ({"only1": ["partner_lead"], "only2": ["partner_lead"]}, "Contributor is held for none of the partners"),
    ],
)
async def test_roles_for_one_partner_that_make_no_sense_are_refused(
    office: Rooms, only: dict[str, list[str]], fault: str
) -> None:
    typed = {"roles": ["partner_lead", "contributor"], "partner1": "BRE", "partner2": "HAC", **only}
    refused = await sent(office, f"{of(BRENT)}/roles", **typed)
    assert refused.status == 422
    assert fault in text_of(refused.text)
    assert await held_by(office, BRENT, "HAC") == set()


async def held_by(office: Rooms, person: str, partner: str) -> set[str]:
    """Return the roles that somebody holds today for a partner."""
    own, today = person.replace("LAP", office.code), at("2014-10-10").date()
    return await office.service.dispatcher.view(
        office.code,
        lambda register: {
            each.role.value for each in register.people[own].held if each.partner == partner and each.on(today)
        },
    )
