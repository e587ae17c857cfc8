"""Signing in and out: who a browser belongs to, and for how long."""
