"""Muster's headless half: facts, rules, log and read models, without any Qt."""
