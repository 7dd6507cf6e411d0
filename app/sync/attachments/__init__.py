"""How the contents of attachments travel between a desk and its hub, beside the line."""
