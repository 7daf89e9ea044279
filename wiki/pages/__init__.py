"""Floor 4: pages and their revisions."""
