"""Five years of the demo county before its first roster: reports, what became of them, cases, visits, closures."""
