"""The headless commands of `./muster`, one file for each group."""
