"""Charts as SVG, by pure functions: the same drawing in HTML and in PDF, each beside its table.

Colour never stands alone: a shape, a pattern or a word says the same.
"""
