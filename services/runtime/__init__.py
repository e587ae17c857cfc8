"""What every service stands on: clock, database, event log, relay, followers and handlers, broker, web shell, identity."""
