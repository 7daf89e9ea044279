"""Floor 3: people, their roles and departments, and how they sign in."""
