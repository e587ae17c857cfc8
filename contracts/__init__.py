"""The language that all services of Concordat share: events, the register, references, the calendar."""
