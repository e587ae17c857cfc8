"""Events over NATS: relay, follower, handlers, seals, dead letters."""
