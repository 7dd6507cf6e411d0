"""Read models: each a fold of the log, kept with its position and version in the same transaction."""
