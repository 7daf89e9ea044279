"""The text room: Markdown, sanitizing, normalizing, names, differences, merges. Pure: no Flask, no database."""
