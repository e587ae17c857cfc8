"""Every figure that a page or a pack shows: pure functions of a register and an instant."""
