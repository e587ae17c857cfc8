"""Charts as SVG: pure functions of figures, the same drawing on pages and in packs."""
