"""The history of the reporting database."""
