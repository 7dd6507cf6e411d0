"""One file a source: from what the outside sends to commands."""
