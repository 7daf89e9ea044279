"""Proposals: their life, votes, orders, and who is told."""
