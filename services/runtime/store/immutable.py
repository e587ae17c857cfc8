"""Tables whose rows never change: the database itself refuses to alter or remove one."""

from __future__ import annotations

from sqlalchemy import DDL, Table, event


def refuse_changes(table: Table, sentence: str) -> None:
    """Have the database refuse to alter or remove a row of ``table``, with ``sentence`` as its reason.

    Holds for a table that is created from now on. ``sentence`` has no apostrophe: it goes into SQL as it is.
    """
    for change in ("UPDATE", "DELETE"):
        in_sqlite = f"""
            CREATE TRIGGER IF NOT EXISTS {table.name}_refuse_{change.lower()} BEFORE {change} ON {table.name}
            BEGIN SELECT RAISE(ABORT, '{sentence}'); END"""
        _when_created(table, "sqlite", in_sqlite)
    function = f"""
        CREATE OR REPLACE FUNCTION refuse_change_of_{table.name}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{sentence}'; END $$"""
    trigger = f"""
        CREATE TRIGGER {table.name}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{table.name}()"""
    _when_created(table, "postgresql", function)
    _when_created(table, "postgresql", trigger)


def _when_created(table: Table, dialect: str, statement: str) -> None:
    definition = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", definition.execute_if(dialect=dialect))
