"""The programme file: a whole partnership and its history in one YAML file, read with a line for every fault."""
