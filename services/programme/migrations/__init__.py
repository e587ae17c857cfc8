"""The history of the programme database."""
