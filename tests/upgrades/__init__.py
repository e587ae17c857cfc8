"""Replicas of two versions at once: upgraded and put back one after another, while people work."""
