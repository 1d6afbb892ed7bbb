"""Reports (通報): what was reported, about whom, by whom; screening and investigation."""
