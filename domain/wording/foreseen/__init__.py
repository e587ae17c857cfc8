"""What facts would change that are not recorded yet, one module per capability."""
