"""A desk of a hub elsewhere: its files, its first log, its line, its accounts."""
