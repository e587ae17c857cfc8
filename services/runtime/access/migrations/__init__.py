"""The history of the directory's database."""
