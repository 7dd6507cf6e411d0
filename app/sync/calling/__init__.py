"""How an end calls a hub: the way there, the pauses between calls, a life of calls and lines."""
