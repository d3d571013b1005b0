"""What users bring: one article, or the rows of a table or a folder."""
