"""Floor 9: the staff's desk."""
