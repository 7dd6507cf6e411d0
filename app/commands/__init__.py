"""From what a person wants to what the log holds: load, authorise, decide, append, outcome."""
