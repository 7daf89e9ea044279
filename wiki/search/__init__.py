"""Floor 8: finding pages, comments and proposals by what they say."""
