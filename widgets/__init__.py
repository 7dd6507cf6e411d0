"""Generic Qt widgets: they know no incident and own no strings; finished text or a formatter comes in."""
