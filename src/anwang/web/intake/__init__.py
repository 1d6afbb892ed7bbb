"""通報受理: the report form, the reports of a unit, one report with all that belongs to it."""
