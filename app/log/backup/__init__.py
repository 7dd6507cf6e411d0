"""Backups of a hub's data directory: one file, encrypted, made while the hall runs, and restored from it."""
