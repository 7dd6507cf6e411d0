"""The map canvas: a view of the unit square, areas under it, signs that move on it; knows no incident."""
