"""The partners' membership."""
