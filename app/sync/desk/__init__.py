"""The desk's end of the line: a core without I/O, and what drives it."""
