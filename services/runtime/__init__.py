"""What every service stands on: clock, database, event log, relay, followers, handlers, web shell, identity."""
