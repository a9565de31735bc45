"""A report as a workbook, with a sheet per building region for the *woondeal*."""
