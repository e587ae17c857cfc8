"""What every room of the runtime stands on: settings, clock, logs, metrics, health."""
