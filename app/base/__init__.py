"""What every package may lean on: clock, ids, errors, language, paths, logs."""
