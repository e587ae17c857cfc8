"""Everything at once: a schedule of faults from a seed, a house that suffers it, and the oracle afterwards."""
