"""Reporting: what the facts of a partnership add up to, live and in the packs that its board receives."""
