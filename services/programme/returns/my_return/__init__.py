"""My return: the pages on which a partner fills in its return of a quarter."""
