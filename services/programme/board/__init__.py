"""The board's meetings and written procedures."""
