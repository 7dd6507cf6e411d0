"""What guards the hall, kept beside the log and never in it: accounts, bearer tokens, one-time codes."""
