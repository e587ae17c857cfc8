"""The registers that a process has in memory: folded when they are asked for, and let go of when memory is short."""
