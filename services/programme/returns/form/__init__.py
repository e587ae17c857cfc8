"""The form of a return: pure functions of a register, a partner, a quarter and an instant."""
