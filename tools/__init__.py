"""What makes published files: schemas, the page of settings, fonts."""
