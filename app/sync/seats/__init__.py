"""How an operator sits down at a PC of a hub: asked of the hub, or of what this PC kept."""
