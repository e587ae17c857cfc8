"""What can be changed in place about decisions and actions, and what a decision can bring about."""
