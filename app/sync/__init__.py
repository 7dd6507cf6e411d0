"""Syncing with a hub: what is said on the line, the desk's side of it, the hub's clock as a desk sees it."""
