"""The hub's end of a desk's line: a core without I/O, what drives it, and the ring that feeds all lines."""
