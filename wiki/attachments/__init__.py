"""Floor 5: pictures and other files of pages."""
