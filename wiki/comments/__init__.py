"""Floor 6: what is said on pages and proposals."""
