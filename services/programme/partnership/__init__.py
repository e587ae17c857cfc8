"""The partnership itself and the people who act in it."""
