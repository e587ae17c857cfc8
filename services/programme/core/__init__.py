"""From a command to events: deciding, appending and answering, the same for every capability."""
