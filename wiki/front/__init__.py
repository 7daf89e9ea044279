"""Floor 9: what is composed of several rooms for the public."""
