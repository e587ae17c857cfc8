"""Home: what needs whoever reads, what comes next, and how their partnership stands."""
