"""個案: opening, assessment, plan, visits, closure."""
