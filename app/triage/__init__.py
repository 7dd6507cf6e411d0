"""Proposals about a report: what it may be, and whether it is known already. A person decides."""
