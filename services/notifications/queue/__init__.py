"""The delivery queue: claimed, sent, written down."""
