"""From the register to an auditor's bag: documents, figures, workbook, bag, archive."""
