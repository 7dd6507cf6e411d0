"""The files of a log: where they lie, how they are opened, which tables stand in them."""
