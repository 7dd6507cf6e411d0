"""The hub's ends of all lines: which device calls, what it may be shown, what it brings."""
