"""What can be changed in place about projects and milestones: what is asked, and which command that is."""
