"""Floor 5: residents' suggested edits of a page（修正案）, which staff accept, change or decline."""
