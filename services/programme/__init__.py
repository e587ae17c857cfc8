"""The programme service: decides every command against the register, and keeps the log."""
