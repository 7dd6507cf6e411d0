"""What callers are shown: cases, deadlines, lives and pages of the board, masked and within their sight."""
