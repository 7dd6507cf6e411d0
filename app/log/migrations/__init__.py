"""How the log's tables came to be, a script a format; old databases are lifted by them, new ones agree."""
