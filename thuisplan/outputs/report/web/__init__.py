"""A report as one page for a browser: tables, charts, map."""
