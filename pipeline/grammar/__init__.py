"""Small grammars that rooms share: numbers of documents, dates, names of bodies. They know text, not documents."""
