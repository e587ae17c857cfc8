"""What the partners commit to."""
