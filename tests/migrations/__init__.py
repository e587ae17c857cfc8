"""The histories of the databases, and data directories of earlier versions that are upgraded for ever."""
