"""What tables look like in each format, and the one stream of records all of them give."""
