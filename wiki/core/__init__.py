"""Floor 1: what every room stands on — database, clock, web answers, cache, jobs, mail, language."""
