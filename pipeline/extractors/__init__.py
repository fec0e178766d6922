"""Facts from a segmented document: one module a kind of fact.

An extractor is a function from `Segments` to records; it knows nothing of the others.
"""
