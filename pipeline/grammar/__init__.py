"""The small grammars that several rooms share: document numbers, dates, names of bodies. They know text, not documents."""
