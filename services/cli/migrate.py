"""``concordat migrate``: the databases of a deployment, brought to a schema that this version works with."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from services.cli.databases import SCHEMAS, is_there, made_ready, url_of
from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.runtime.base.settings import Settings
from services.runtime.base.trouble import in_words
from services.runtime.process.embedded_nats import EmbeddedNats
from services.runtime.store.database import Database
from services.runtime.store.engines import looking_engine, parse
from services.runtime.store.history import Kind, Revision
from services.runtime.store.preparing import upgrade_at_start
from services.runtime.store.schema import Migrated, Schema, SchemaState, UnfitSchema, Upgrade, revision_of

_MEANING = {
    Kind.EXPANDS: "expands: services of the version before go on working",
    Kind.CONTRACTS: "contracts: with --contract, once no service runs whose code is older than {oldest}",
    Kind.BREAKS: "breaks: with --contract, once all services are stopped",
}


class _Look(NamedTuple):
    """What was found in a database: its revision, what it lacks, and why this version does not work with it."""

    schema: Schema
    revision: str | None
    standing: SchemaState
    pending: tuple[Revision, ...]
    unfit: str | None


def run(options: argparse.Namespace) -> int:
    """Migrate every database that is there, or only look whether that is needed; say what was done or found."""
    settings = settings_of_deployment()
    names = [name for name in SCHEMAS if is_there(url_of(settings, name))]
    if not names:
        raise CommandError(f"there is no database in {settings.data_dir}; CONCORDAT_DATA_DIR names another folder")
    looks = [_look(settings, name) for name in names]
    if options.check:
        return _checked(looks)
    lacks = any(look.unfit is not None or look.pending for look in looks)
    if lacks and EmbeddedNats.beside(settings.data_dir / "nats") is not None:
        raise CommandError(f"services run in {settings.data_dir}; stop them before their databases are migrated")
    for look in looks:
        with closing(Database(url_of(settings, look.schema.name))) as database:
            upgrade = Upgrade.ALL if options.contract else upgrade_at_start(database, allowed=True)
            print(_told(look, made_ready(look.schema.name, database, upgrade)))
    return 0


def _look(settings: Settings, name: str) -> _Look:
    schema, unfit = SCHEMAS[name], None
    engine = looking_engine(parse(url_of(settings, name)))
    try:
        with engine.connect() as connection:
            try:
                schema.check(connection)
            except UnfitSchema as why:
                unfit = str(why)
            return _Look(
                schema, revision_of(connection), schema.standing(connection), schema.pending(connection), unfit
            )
    except DBAPIError as error:
        raise CommandError(f"the {name} database cannot be used at present ({in_words(error)})") from None
    finally:
        engine.dispose()


def _checked(looks: list[_Look]) -> int:
    """Say what is pending. Raises CommandError where services of this version would not start."""
    for look in looks:
        for line in _of_pending(look):
            print(line)
    if unfit := [look.unfit for look in looks if look.unfit is not None]:
        raise CommandError("; ".join(unfit))
    if not any(look.pending for look in looks):
        print(f"Nothing to migrate: {', '.join(str(look.revision) for look in looks)}.")
    return 0


def _of_pending(look: _Look) -> Iterator[str]:
    for each in look.pending:
        meaning = _MEANING[look.schema.history.kind_of(each)].format(oldest=each.oldest)
        yield f"{look.schema.name}: {each.name} {meaning}."


def _told(look: _Look, migrated: Migrated | None) -> str:
    name = look.schema.name
    if migrated is not None and migrated.standing is SchemaState.EMPTY:
        return f"{name}: its tables were made, with the schema {migrated.after}."
    if migrated is not None:
        left = look.schema.history.pending(Revision.read(migrated.after))
        return (
            f"{name}: migrated from {migrated.before or 'a schema without a number'} to {migrated.after}{_left(left)}."
        )
    if look.standing is SchemaState.NEWER:
        return f"{name}: nothing to do, this version works with its newer schema {look.revision}."
    return f"{name}: nothing to do, it has the schema {look.revision}{_left(look.pending)}."


def _left(pending: tuple[Revision, ...]) -> str:
    if not pending:
        return ""
    return f"; {', '.join(each.name for each in pending)} can wait for concordat migrate --contract"
