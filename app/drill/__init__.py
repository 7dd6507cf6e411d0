"""The made-up district and its simulated life: names, places, reports, and operators who act by the rules."""
