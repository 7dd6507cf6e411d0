"""One script a format, in order; a script that has left the house never changes."""
