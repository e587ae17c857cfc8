"""A simulation of partnerships over many years, which hunts for faults in the functional core.

``world`` drives the real core under a clock of its own; ``oracle`` computes the same figures once more, the slow and
plain way; ``watching`` holds what must be true at every step.
"""
