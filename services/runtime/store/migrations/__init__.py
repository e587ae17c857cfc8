"""How histories are run, and what their first revisions have in common."""
