"""Databases: engines, the one writer, the log of events, leases."""
