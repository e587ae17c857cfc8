"""From the two logs to deliveries: what is known, and who is told what."""
