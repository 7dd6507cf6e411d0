"""One file a panel; panels are islands and do not know each other."""
