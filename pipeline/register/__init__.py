"""Many documents as one corpus: the register of documents, who carries out whom, conflicts, search, and what is due.

The register stands beside the tables of an output folder and is made from them alone:

- `update_register(out)`: brings it up to the tables, and writes `documents`, `edges` and `conflicts` beside them;
- `search(out, words)`: documents and facts in which words stand;
- `calendar(out)`, `due(out, days)`: what is due, as a calendar and as a list;
- `cite(number, out)`: what is known of a document;
- `draw(out)`: the network as a picture;
- `compare(a, b)`: what changed between two versions of a plan.
"""
