"""The partnerships of a house: two small ones with a breach to come, recipients of packs and a meeting each quarter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import httpx

from tests.faults.house import TOKEN
from tests.parts.waiting import until

PARTNERSHIPS = ("NFA", "SFA")
_BY_OPERATOR = {"Authorization": f"Bearer {TOKEN}"}

#: With one clear day and one working day before it, each meeting's times in UTC: cut-off, then issue.
MEETINGS = {
    "B01": ("2015-07-16", datetime(2015, 7, 13, 16, 0, tzinfo=UTC), datetime(2015, 7, 14, 8, 0, tzinfo=UTC)),
    "B02": ("2015-10-15", datetime(2015, 10, 12, 16, 0, tzinfo=UTC), datetime(2015, 10, 13, 8, 0, tzinfo=UTC)),
}
#: The timetable acts so long after the hour.
SETTLED = timedelta(seconds=12)

_FILE = """\
format: concordat/1
partnership:
  code: {code}
  name: {code} Alliance
  formed_on: 2014-04-01
  board: {{clear_days: 1, cutoff_working_days: 1, quorum_count: 2, quorum_partners: 2}}
partners:
  - {{code: DUR, name: County Durham, kind: fire, joined_on: 2014-04-01}}
  - {{code: NOR, name: Northumberland, kind: fire, joined_on: 2014-04-01}}
people:
  - {{key: secretary, name: Secretary, email: secretary@{code}.example, roles: [secretary]}}
  - {{key: dur-lead, name: Lead for Durham, email: dur-lead@{code}.example, partner: DUR,
     roles: [board_member, chair, partner_lead]}}
  - {{key: nor-lead, name: Lead for Northumberland, email: nor-lead@{code}.example, partner: NOR,
     roles: [board_member, partner_lead]}}
  - {{key: watcher, name: Observer, email: watcher@{code}.example, roles: [observer]}}
commitments:
  - {{code: C1, title: Work together first, core: true, in_force_from: 2014-04-01, period: quarter,
     measure: {{kind: attestation}}}}
projects:
  - {{code: P01, title: Shared apparatus, lead: DUR, taking_part: [NOR], stage: in_delivery,
     milestones: [{{code: M01, title: Standard agreed, owner: NOR, due: 2015-12-19}}]}}
history:
  - {{at: 2015-07-01T10:00, by: secretary, do: schedule_meeting, code: B01, date: 2015-07-16, time: "14:00"}}
  - {{at: 2015-07-01T10:05, by: secretary, do: schedule_meeting, code: B02, date: 2015-10-15, time: "14:00"}}
"""


def programme_file(code: str) -> bytes:
    """Return the programme file of a partnership of this code."""
    return _FILE.format(code=code).encode()


async def found(url: str, codes: tuple[str, ...] = PARTNERSHIPS) -> None:
    """Bring the partnerships in, at the programme service that answers at ``url``: again where no answer comes."""
    for code in codes:
        await until(partial(_brought_in, url, code), what=f"the founding of {code}")


async def _brought_in(url: str, code: str) -> bool:
    """Say whether the partnership is there; it may be so since an earlier try that got no answer."""
    try:
        answer = await bring_in(url, code)
    except httpx.HTTPError:
        return False
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return False
    is_there = answer.status_code == httpx.codes.CREATED or f"there is a partnership {code} already" in answer.text
    assert is_there, answer.text
    return True


async def bring_in(url: str, code: str) -> httpx.Response:
    """Send the programme file of one partnership and return what was answered."""
    async with httpx.AsyncClient(headers=_BY_OPERATOR, trust_env=False, timeout=20) as client:
        return await client.post(
            f"{url}/api/v1/imports", content=programme_file(code), headers={"Content-Type": "application/yaml"}
        )


def packs(meeting: str, codes: tuple[str, ...] = PARTNERSHIPS) -> tuple[tuple[str, str], ...]:
    """Return partnership and meeting of the packs that a meeting such as ``B01`` has."""
    return tuple((code, f"{code}-{meeting}") for code in codes)
