"""A project's workplan as a spreadsheet, and what changes when it comes back."""
