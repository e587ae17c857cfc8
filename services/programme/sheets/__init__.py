"""Spreadsheets in and out, whatever is in them: files into plain tables of cells, and tables into files."""
