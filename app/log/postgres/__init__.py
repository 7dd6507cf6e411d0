"""A hub's log on PostgreSQL: numbered there by any number of hub processes, folded by each for itself."""
