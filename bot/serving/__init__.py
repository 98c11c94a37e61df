"""``danhoi serve``: everything that runs while the office is open to questions."""
