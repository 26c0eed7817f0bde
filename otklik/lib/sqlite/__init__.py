"""Django's SQLite for a house where several programs write: named as the ENGINE of a store in a file."""
