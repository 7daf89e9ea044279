"""The text room: Markdown, sanitizing, normalizing, names, differences. Pure: no Flask, no database."""
