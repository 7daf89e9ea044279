"""Floor 5: 特集 and 連載."""
