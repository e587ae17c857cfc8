"""The twelve sections of a pack, one module each: from a briefing to blocks."""
