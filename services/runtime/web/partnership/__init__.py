"""Pages about one partnership: what they are read from, their frame, and where each of them lies."""
