"""The mapping assistant: which column of a foreign table is which field, proposed with its reasons."""
