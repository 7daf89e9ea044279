"""Floor 5: residents' ideas for a page, votes, stages, and what the municipality says to them."""
