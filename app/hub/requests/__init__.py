"""A request on its way in: pace, who calls, limits, shape; and every error as a problem."""
