"""Bringing in a workplan that exists: from a spreadsheet of any form, MS Project, Jira or Planner."""
