"""Floor 9: bringing pages in from files, and taking the whole site's pages out as files."""
