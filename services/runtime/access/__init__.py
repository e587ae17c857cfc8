"""Who is asking, and who people are."""
