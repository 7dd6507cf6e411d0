"""Places on the earth: coordinate systems of the trade."""
