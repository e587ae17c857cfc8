"""The domain once more: every figure counted the slow and plain way, from the bytes of the events and nothing else.

Written from the domain's rules without domain.register and without services.reporting, so that a rule that was
misread on one side shows as a difference. Nothing here is clever: where a rule says "on any day of the period", every
day is looked at.
"""
