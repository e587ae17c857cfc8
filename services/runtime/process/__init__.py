"""From nothing to a running process and back."""
