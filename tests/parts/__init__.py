"""The real servers that tests run against: PostgreSQL, NATS, SMTP and a browser."""
