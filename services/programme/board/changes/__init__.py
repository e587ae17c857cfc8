"""What can be changed in place about meetings, their agendas and written procedures, and how that is told."""
