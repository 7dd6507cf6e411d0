"""Panels and windows of the hall: how what the view models say is arranged and touched."""
