"""What follows from the facts of a partnership, by computing alone: its register, its calendar and its figures."""
