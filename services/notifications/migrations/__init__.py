"""The history of the notifications database."""
