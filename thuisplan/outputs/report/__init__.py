"""What people look at: one page and one workbook with the same content, made from a published plan."""
