"""Days of staff time, pledged and released."""
