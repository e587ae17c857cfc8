"""The board's decisions, their effects, and the actions that follow."""
