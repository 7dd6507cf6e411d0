"""A lower hub and the hub above it: both ends of their line."""
