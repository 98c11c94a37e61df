"""Finding: passages become vectors and words, and a query becomes a ranking of records."""
