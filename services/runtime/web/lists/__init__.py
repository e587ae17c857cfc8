"""Lists over the API. Each has filters, pages that a cursor leads through, and the same rows as CSV."""
