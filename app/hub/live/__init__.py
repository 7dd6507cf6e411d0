"""The live feed: latest values and news of the board, for all who follow."""
