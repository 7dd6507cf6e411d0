"""Windows: arrangement of panels only."""
