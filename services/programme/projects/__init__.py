"""Projects and their workplans."""
