"""One a panel: plain rows and change signals, without Qt."""
