"""Floor 8: watches, digests, feeds; today only feeds."""
