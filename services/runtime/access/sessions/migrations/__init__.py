"""The history of the access database."""
