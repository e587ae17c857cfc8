"""The web shell that every service's pages and API stand in."""
