"""A return as a spreadsheet: out with what is known and what was typed, back as answers to its lines."""
