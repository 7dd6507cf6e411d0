"""Contents of attachments beside the log: found by their hash, in pieces, encrypted, whole or not shown."""
