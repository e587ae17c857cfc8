"""How a letter reaches a person: e-mail and calendar files."""
