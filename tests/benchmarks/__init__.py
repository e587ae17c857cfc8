"""How fast Concordat is, measured beside the least that could do the same: ``make bench``."""
