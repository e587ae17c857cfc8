"""The office: the room of the secretary."""
