"""Service programmes as data: population, stages, forms, clocks, outcomes, one file each."""
