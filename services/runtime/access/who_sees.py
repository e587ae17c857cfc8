"""Who sees what: the one table that pages and the API ask, at the door, before they look for anything.

What stands in no row is seen by nobody: an application that has a route beside these cannot be made. What somebody may
change, the grants of each command say; docs/who-may-do-what.md has both in words.
"""

from __future__ import annotations

from contracts.events.partnership import Role
from services.runtime.access.table import Beyond, Row, Table

EVERY_ROLE = frozenset(Role)
OFFICE = frozenset({Role.SECRETARY})
REPORTERS = frozenset({Role.SECRETARY, Role.PARTNER_LEAD, Role.CONTRIBUTOR})

WHO_SEES = Table(
    (
        Row(
            what="Signing in and out",
            why="Nobody is known before they have signed in.",
            seen_by=Beyond.EVERYBODY,
            at=("/sign-in", "/sign-out", "/signed-out"),
        ),
        Row(
            what="What says nothing of any partnership",
            why="Style sheets, accessibility, privacy, the description of the API, whether the process works, figures"
            " of its work, and the public keys with which anybody proves a pack that they were given.",
            seen_by=Beyond.EVERYBODY,
            at=(
                *("/", "/static", "/accessibility", "/privacy", "/health", "/metrics"),
                *("/api/docs", "/api/schemas", "/api/v1/openapi.json"),
                *("/reporting/api/docs", "/reporting/api/v1/openapi.json"),
                *("/notifications/api/docs", "/notifications/api/v1/openapi.json"),
                *("/keys", "/reporting/keys"),
            ),
        ),
        Row(
            what="One’s own account",
            why="Where somebody is signed in, and their tokens, belong to the address that they proved to hold.",
            seen_by=Beyond.SIGNED_IN,
            at=("/account",),
        ),
        Row(
            what="Which partnerships there are",
            why="Each reader is told of those in which they hold a role. A new one is set up by the operator.",
            seen_by=Beyond.SIGNED_IN,
            changed_by=Beyond.OPERATOR,
            at=("/home", "/reporting/", "/api/v1/partnerships", "/reporting/api/v1/partnerships"),
        ),
        Row(
            what="The partnership: projects, commitments, board, decisions, risks, partners, packs, figures, the log",
            why="Everyone with a role reads everything of the partnership but other partners’ drafts. People stand in"
            " it by an opaque id, and by name where a page says so; their addresses do not.",
            seen_by=EVERY_ROLE,
            at=(
                *("/home/{partnership}", "/projects/{partnership}", "/commitments/{partnership}"),
                *("/board/{partnership}", "/risks/{partnership}", "/partners/{partnership}", "/packs/{partnership}"),
                *("/api/v1/partnerships/{partnership}", "/reporting/api/v1/partnerships/{partnership}"),
                "/reporting/{partnership}",
                "/packs/{partnership}/{meeting}/supplements",
                "/packs/{partnership}/{meeting}/preview",
                "/reporting/{partnership}/packs/{meeting}/supplements",
                "/reporting/{partnership}/packs/{meeting}/preview",
            ),
        ),
        Row(
            what="A partner’s calendar",
            why="It has what stands on the partner’s page and the board’s. Its address holds a key of somebody who has"
            " a role here: it opens this calendar alone, and for as long as they may see it.",
            seen_by=EVERY_ROLE,
            at=("/partners/{partnership}/{code}/calendar.ics",),
        ),
        Row(
            what="The files of issued packs",
            why="Who reads the partnership reads its packs; the services fetch them for their e-mails.",
            seen_by=EVERY_ROLE,
            by_services=True,
            at=(
                "/packs/{partnership}/{meeting}/{name}",
                "/packs/{partnership}/{meeting}/supplements/{number}/{name}",
                "/reporting/{partnership}/packs/{meeting}/{name}",
                "/reporting/{partnership}/packs/{meeting}/supplements/{number}/{name}",
            ),
        ),
        Row(
            what="Supplements, and erasing a person",
            why="The secretary issues supplements and keeps the directory of people.",
            seen_by=EVERY_ROLE,
            changed_by=OFFICE,
            at=(
                "/reporting/api/v1/partnerships/{partnership}/packs/{meeting}/supplements",
                "/api/v1/partnerships/{partnership}/people/{reference}/directory-entry",
            ),
        ),
        Row(
            what="Which return is one’s own",
            why="Who fills in none is told so.",
            seen_by=EVERY_ROLE,
            at=("/return/{partnership}",),
        ),
        Row(
            what="A return and its draft",
            why="It is seen by the people of its partner and by the secretary; another partner’s is nobody else’s.",
            seen_by=REPORTERS,
            at=("/return/{partnership}/{quarter}",),
        ),
        Row(
            what="The link of a reminder",
            why="It names the return that it opens to whoever has the e-mail, and opens it by a button, for an hour.",
            seen_by=Beyond.EVERYBODY,
            at=("/return/{partnership}/{quarter}/{partner}/open",),
        ),
        Row(
            what="What a receipt lists, for its e-mail",
            why="The route itself asks for a seal that our services alone can make, for this receipt.",
            seen_by=Beyond.EVERYBODY,
            at=("/return/{partnership}/{quarter}/{partner}/receipt.json",),
        ),
        Row(
            what="What waits for everybody, for the digest by e-mail",
            why="The route itself asks for a seal that our services alone can make, for this partnership.",
            seen_by=Beyond.EVERYBODY,
            at=("/home/{partnership}/waiting.json",),
        ),
        Row(
            what="The office: returns that are missing, people with their addresses, what happened, e-mails",
            why="It is the secretary’s desk; addresses, and why an e-mail failed, are seen nowhere else.",
            seen_by=OFFICE,
            at=(
                *("/office/{partnership}", "/emails/{partnership}"),
                *("/notifications/api/v1/{partnership}", "/notifications/{partnership}"),
            ),
        ),
        Row(
            what="Which systems have a token of their own",
            why="A secretary makes it and ends it. With it a system reads what an observer reads, or sees and does what"
            " the secretary may, as the one who made it, for as long as that one is secretary.",
            seen_by=OFFICE,
            at=("/office/{partnership}/systems",),
        ),
        Row(
            what="Lists of the office",
            why="Each reader is told of the partnerships whose secretary they are.",
            seen_by=Beyond.SIGNED_IN,
            at=("/emails", "/notifications/"),
        ),
        Row(
            what="Setting a partnership up on the pages",
            why="The operator gives leave for it, for one session: nobody acts in a partnership that is yet to be.",
            seen_by=Beyond.SETTING_UP,
            at=("/office/set-up",),
        ),
        Row(
            what="Importing a programme file, dead letters, and blocked partnerships",
            why="A new partnership, and what no service could take in, are for who has the deployment’s token.",
            seen_by=Beyond.OPERATOR,
            at=(
                "/api/v1/imports",
                *(
                    f"/{service}/api/v1/{what}"
                    for service in ("programme", "reporting", "notifications")
                    for what in ("dead-letters", "blocked-partnerships")
                ),
            ),
        ),
        Row(
            what="The pages of dead letters and of blocked partnerships",
            why="They show nothing before the deployment’s token is typed into them.",
            seen_by=Beyond.EVERYBODY,
            at=(
                *("/office/dead-letters", "/packs/dead-letters", "/emails/dead-letters"),
                *("/office/blocked-partnerships", "/packs/blocked-partnerships", "/emails/blocked-partnerships"),
                *(f"/{service}/dead-letters" for service in ("programme", "reporting", "notifications")),
            ),
        ),
    )
)
