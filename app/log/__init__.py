"""The log: entries written once, numbered, chained, kept encrypted, and the vault beside it."""
