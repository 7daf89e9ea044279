"""Floor 7: flags by residents, cases, and staff's decisions with their reasons."""
