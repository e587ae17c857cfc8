"""What the board and its secretary ask for: meetings, agendas, decisions with their effects, written procedures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from contracts.events.board import InterestFollows, ItemKind
from contracts.events.decisions import Outcome
from domain.register.board import Meeting, MeetingState
from domain.register.decisions import Decision
from domain.register.projects import Project
from services.programme.projects.stages import NEXT
from tests.simulation.chance import near, next_code, perhaps, several, some, soon, spelt
from tests.simulation.founding import commitment as new_commitment
from tests.simulation.partners_at_work import actor_for, partner_of, quarter_for
from tests.simulation.world import Wish, World

TIMES = ("14:00", "09:00", "10:30", "00:00", "23:59")


def scheduled(world: World) -> list[Meeting]:
    """Return the meetings that are still to be held."""
    return [each for each in world.register.meetings.values() if each.state is MeetingState.SCHEDULED]


def schedule_meeting(world: World) -> Wish | None:
    """Keep one to three meetings ahead; some are entered so late that their cut-off has passed."""
    ahead = [each for each in scheduled(world) if each.date >= world.today]
    if len(ahead) > world.rng.choice((0, 0, 1, 2)):
        return None
    on = soon(world.rng, world.today, 2, 15) if world.rng.random() < 0.25 else soon(world.rng, world.today, -25, 150)
    fields = {"code": next_code(world.rng, "B", list(world.register.meetings)), "date": on}
    return Wish("schedule_meeting", fields | {"time": world.rng.choice(TIMES)}, world.secretary)


def move_meeting(world: World) -> Wish | None:
    meeting = some(world.rng, scheduled(world) or world.register.meetings.values())
    if meeting is None:
        return None
    to = meeting.date + timedelta(days=world.rng.choice((0, 1, -1, 7, -7, 30, -30, 100)))
    fields = {"meeting": meeting.reference, "date": to.isoformat(), "time": world.rng.choice(TIMES)}
    return Wish("move_meeting", fields, actor_for(world))


def cancel_meeting(world: World) -> Wish | None:
    meeting = some(world.rng, scheduled(world) or world.register.meetings.values())
    if meeting is None:
        return None
    return Wish("cancel_meeting", {"meeting": meeting.reference, "reason": "Snow."}, actor_for(world))


def add_agenda_item(world: World) -> Wish | None:
    meeting = some(world.rng, scheduled(world) or world.register.meetings.values())
    if meeting is None:
        return None
    rng = world.rng
    free = max((each for each in meeting.items if each < 101), default=0) + 1
    register = world.register
    recommended = [each.reference for each in register.decisions.values() if each.is_recommended]
    others = [*register.projects, *register.commitments, *register.risks, *register.decisions, *register.partners]
    about = some(rng, recommended) if recommended and rng.random() < 0.7 else some(rng, others)
    fields = {
        "meeting": meeting.reference,
        "item": free if rng.random() < 0.95 else rng.choice((1, 101, 9999, 0)),
        "kind": rng.choice(list(ItemKind)).value,
        "title": "Something to resolve",
    }
    owner = perhaps(rng, 0.3, {"owner": partner_of(world)})
    return Wish("add_agenda_item", fields | ({"about": about} if about else {}) | owner, actor_for(world))


def open_meeting(world: World, meeting: Meeting) -> Wish:
    """Open a meeting with whoever comes, some of them in another's place."""
    rng, people = world.rng, world.register.people
    board = [each for each in people if _on_board(world, each)]
    here = several(rng, board, len(board)) if rng.random() < 0.5 else board
    away = [each for each in board if each not in here]
    stand_ins = [each for each in people if each not in board]
    rng.shuffle(stand_ins)
    substitutes = dict(zip(several(rng, away, 3), stand_ins, strict=False))
    guests = several(rng, stand_ins[3:], 1)
    sorry = [each for each in away if each not in substitutes.values()]
    fields = {"meeting": meeting.reference, "present": here + guests, "apologies": several(rng, sorry, 2)}
    return Wish("open_meeting", fields | {"substitutes": substitutes}, _chair_or_secretary(world))


def declare_interest(world: World, meeting: Meeting) -> Wish | None:
    here = meeting.attendance.present if meeting.attendance and world.rng.random() < 0.8 else ()
    item, person = some(world.rng, meeting.items), some(world.rng, here or world.register.people)
    if item is None or person is None:
        return None
    fields = {"meeting": meeting.reference, "item": item, "person": person, "nature": "A contract."}
    follows = {"follows": world.rng.choice(list(InterestFollows)).value}
    return Wish("declare_interest", fields | follows, world.rng.choice((person, world.secretary, actor_for(world))))


def record_decision(world: World, meeting: Meeting, item: int) -> Wish:
    """Record a decision, with or without a vote, an effect, ratification by partners, something superseded."""
    rng = world.rng
    fields: dict[str, Any] = {
        "meeting": meeting.reference,
        "item": item,
        "code": next_code(rng, "D", list(world.register.decisions)),
        "outcome": rng.choice(("agreed",) * 9 + tuple(outcome.value for outcome in Outcome)),
        "text": "Resolved.",
    }
    if rng.random() < 0.35:
        fields["vote"] = _votes(world, meeting)
        is_carried = len(fields["vote"]["for"]) > len(fields["vote"]["against"])
        fields["outcome"] = fields["outcome"] if rng.random() < 0.1 else "agreed" if is_carried else "not_agreed"
    if rng.random() < 0.7:
        fields["effect"] = effect(world)
    if rng.random() < 0.3:
        partners = several(rng, sorted(world.register.partners), 4) or [partner_of(world)]
        fields["ratified_by"] = {"partners": partners, "needed": rng.randint(1, len(partners) + (rng.random() < 0.1))}
    earlier = some(rng, list(world.register.decisions)[-6:])
    if earlier is not None and rng.random() < 0.25:
        fields["supersedes"] = spelt(rng, world.code, earlier)
    about = meeting.items[item].about
    if about in world.register.decisions and rng.random() < 0.5:
        fields["effect"] = _same_effect(world.register.decisions[about]) or effect(world)
    return Wish("record_decision", fields, _chair_or_secretary(world))


def _same_effect(decision: Decision) -> dict[str, Any] | None:
    if decision.effect is None or decision.effect.adopt_commitment or decision.effect.set_baseline:
        return None
    return decision.effect.model_dump(mode="json", exclude_none=True)


def _votes(world: World, meeting: Meeting) -> dict[str, Any]:
    attendance, people = meeting.attendance, world.register.people
    sitting = set(attendance.substitutes.values()) if attendance else set()
    voters = [each for each in attendance.present if _on_board(world, each) or each in sitting] if attendance else []
    if world.rng.random() < 0.1:
        voters.append(world.rng.choice(list(people)))
    votes: dict[str, Any] = {"for": [], "against": [], "abstained": []}
    for each in voters:
        if world.rng.random() < 0.9:
            votes[world.rng.choice(("for", "for", "for", "against", "abstained"))].append(each)
    return votes


def effect(world: World) -> dict[str, Any]:
    """Return an effect that a decision may have; not every one can be carried out."""
    rng, register = world.rng, world.register
    open_projects = [each for each in register.projects.values() if each.is_open or rng.random() < 0.05]
    project, today = some(rng, open_projects), world.today
    of = some(rng, register.commitments.values())
    partners = sorted(register.partners)
    makers: list[Callable[[], dict[str, Any]]] = [
        lambda: {"admit_partner": {"code": f"N{len(partners) + rng.randint(0, 1)}", "name": "A new one", "kind": "fire",
                                   "joined_on": near(rng, quarter_for(world))}},
        lambda: {"adopt_commitment": new_commitment(
            rng, next_code(rng, "C", list(register.commitments)), today, partners)},
    ]  # fmt: skip
    if project is not None:
        makers += [lambda: _moved(world, project)] * 5 + [lambda: _baseline(world, project)] * 2
        makers += [lambda: _dropped(world, project)] if project.milestones else []
    if of is not None:
        labels = [of.period_of(register.calendar, quarter_for(world).last_day).label for _ in range(rng.randint(1, 3))]
        makers += [
            lambda: {"grant_derogation": {"commitment": of.reference, "partner": partner_of(world), "periods": labels}}
        ] * 3
        if rng.random() < 0.6:
            on = near(rng, quarter_for(world))
            makers.append(lambda: {"withdraw_commitment": {"commitment": of.reference, "on": on}})
    if len(partners) > 2 and rng.random() < 0.3:
        left_on = near(rng, quarter_for(world))
        makers.append(lambda: {"record_partner_leaving": {"partner": partner_of(world), "left_on": left_on}})
    return rng.choice(makers)()


def _moved(world: World, project: Project) -> dict[str, Any]:
    stages = (NEXT.get(project.stage, project.stage_before_pause), project.stage_before_pause, "paused", "stopped")
    stage = world.rng.choices(stages, (10, 3, 3, 1))[0]
    return {"move_project": {"project": project.reference, "stage": str(stage)}}


def _baseline(world: World, project: Project) -> dict[str, Any]:
    dates = {each: soon(world.rng, world.today, 30, 200) for each in several(world.rng, project.milestones, 3)}
    return {"set_baseline": {"project": project.reference} | ({"milestones": dates} if dates else {})}


def _dropped(world: World, project: Project) -> dict[str, Any]:
    return {"drop_milestone": {"milestone": world.rng.choice(project.milestones), "reason": "Needless."}}


def hold(world: World, meeting: Meeting) -> Iterator[Wish | None]:
    """Yield what is asked for in the course of a meeting, mostly in order."""
    rng = world.rng
    yield open_meeting(world, meeting)
    for item in list(meeting.items):
        if rng.random() < 0.4:
            yield declare_interest(world, meeting)
        if rng.random() < 0.85:
            yield record_decision(world, meeting, item)
        if rng.random() < 0.4:
            yield assign_action(world)
    if rng.random() < 0.9:
        yield Wish("close_meeting", {"meeting": meeting.reference}, _chair_or_secretary(world))


def assign_action(world: World) -> Wish | None:
    decision = some(world.rng, list(world.register.decisions)[-4:])
    if decision is None:
        return None
    fields = {
        "decision": decision,
        "code": next_code(world.rng, "A", list(world.register.actions)),
        "text": "Write to them.",
        "owner": partner_of(world),
        "due": soon(world.rng, world.today, 5, 90),
    }
    person = perhaps(world.rng, 0.5, {"person": world.rng.choice(list(world.register.people))})
    return Wish("assign_action", fields | person, _chair_or_secretary(world))


def ratify_decision(world: World) -> Wish | None:
    rng = world.rng
    waiting = [each for each in world.register.decisions.values() if each.awaits_partners]
    if not waiting and rng.random() < 0.9:
        return None
    decision = some(rng, waiting or world.register.decisions.values())
    if decision is None:
        return None
    partner = partner_of(world)
    if decision.rule and rng.random() < 0.95:
        partner = some(rng, [each for each in decision.rule.partners if each not in decision.ratifications]) or partner
    fields = {"decision": decision.reference, "partner": partner, "on": soon(rng, world.today, 60, 3)}
    return Wish("ratify_decision", fields, world.secretary if rng.random() < 0.9 else actor_for(world))


def open_written_procedure(world: World) -> Wish:
    rng = world.rng
    closes = f"{soon(rng, world.today, 0, 20)}T{rng.choice(('17:00', '00:00', '12:30'))}"
    fields: dict[str, Any] = {
        "code": next_code(rng, "W", list(world.register.procedures)),
        "title": "Between meetings",
        "text": "Do we agree?",
        "closes": closes,
    }
    recommended = [each.reference for each in world.register.decisions.values() if each.is_recommended]
    if recommended and rng.random() < 0.6:
        fields["about"] = rng.choice(recommended)
    elif rng.random() < 0.8:
        fields["effect"] = effect(world)
    return Wish("open_written_procedure", fields, world.secretary)


def answer_written_procedure(world: World) -> Wish | None:
    rng, people = world.rng, world.register.people
    waiting = [each.reference for each in world.register.procedures.values() if each.closes_at > world.now]
    if not waiting and rng.random() < 0.9:
        return None
    procedure = some(rng, waiting or world.register.procedures)
    person = some(rng, [each for each in people if _on_board(world, each)] if rng.random() < 0.7 else people)
    if procedure is None or person is None:
        return None
    fields = {"procedure": procedure, "answer": rng.choice(("for", "for", "for", "against", "abstain"))}
    if rng.random() < 0.5:
        return Wish("answer_written_procedure", fields | {"person": person}, world.secretary)
    return Wish("answer_written_procedure", fields, person)


def close_written_procedure(world: World) -> Wish | None:
    over = [each for each in world.register.procedures.values() if each.closed_at is None]
    over = [each for each in over if each.closes_at <= world.now or world.rng.random() < 0.05]
    procedure = some(world.rng, over)
    if procedure is None:
        return None
    code = {"decision": next_code(world.rng, "D", list(world.register.decisions))}
    chance = 0.1 if procedure.about else 0.5
    return Wish(
        "close_written_procedure",
        {"procedure": procedure.reference} | perhaps(world.rng, chance, code),
        world.secretary,
    )


def _on_board(world: World, person: str) -> bool:
    return world.register.people[person].is_on_board_on(world.today)


def _chair_or_secretary(world: World) -> str:
    chairs = [each for each in world.register.people if "chair" in world.register.people[each].roles_on(world.today)]
    return some(world.rng, chairs) if chairs and world.rng.random() < 0.5 else actor_for(world)  # type: ignore[return-value]


def add_holiday(world: World) -> Wish | None:
    return Wish("add_holiday", {"on": soon(world.rng, world.today, 2, 60), "name": "Closure"}, actor_for(world))


def remove_holiday(world: World) -> Wish | None:
    days = (world.today + timedelta(days=count) for count in range(120))
    holidays = [each for each in days if world.register.calendar.is_holiday(each)]
    on = some(world.rng, holidays, world.today)
    assert on is not None
    return Wish("remove_holiday", {"on": on.isoformat(), "reason": "We are open."}, actor_for(world))


def amend_partnership(world: World) -> Wish | None:
    rng = world.rng
    board = {
        **perhaps(rng, 0.5, {"clear_days": rng.randint(0, 8)}),
        **perhaps(rng, 0.4, {"cutoff_working_days": rng.randint(0, 5)}),
        **perhaps(rng, 0.3, {"quorum_count": rng.randint(1, 4)}),
        **perhaps(rng, 0.3, {"must_attend": several(rng, world.register.partners, 1)}),
    }
    fields = {
        **perhaps(rng, 0.8, {"board": board}),
        **perhaps(rng, 0.2, {"holidays": rng.choice(("GB-ENG", "GB-SCT", "IE", "none"))}),
        **perhaps(rng, 0.2, {"name": f"Partnership {rng.randint(1, 9)}"}),
    }
    return Wish(
        "amend_partnership", fields | {"from": soon(rng, world.today, 2, 90), "reason": "Agreed."}, actor_for(world)
    )


BETWEEN_MEETINGS: tuple[tuple[Callable[[World], Wish | None], int], ...] = (
    (schedule_meeting, 8),
    (move_meeting, 2),
    (cancel_meeting, 1),
    (add_agenda_item, 9),
    (add_holiday, 1),
    (remove_holiday, 1),
    (amend_partnership, 1),
    (ratify_decision, 7),
    (open_written_procedure, 2),
    (answer_written_procedure, 16),
    (close_written_procedure, 4),
)
