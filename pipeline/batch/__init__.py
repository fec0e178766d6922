"""Many files to tables, losing nothing: what was done is kept as the run goes, and what is published is always whole.

The output folder holds the tables, and a hidden folder `.vnplan` with two things that only this room touches: the
*ledger* (`ledger.sqlite`: what was done to which content, made with what, and where its rows are) and the *parts*
(`parts/*.arrow`: the rows themselves, a row a document, as `vnplan.tables.parts` packs them). A run

1. holds the folder, so that a second run on it refuses, and finishes what a killed one was about to publish;
2. *plans*: compares the files with the ledger. A file is unchanged if its size, time and inode are (or, if only its
   content is), and if the same settings, code and engines would read it. Files of equal content are one item;
3. hands the items to an *engine* in tasks. An engine is whatever yields a `Done` for them, in any order: the local pool
   (`pool.LocalPool`) here, others elsewhere. The function that an engine calls is `work.do`, which needs no disk but
   the file itself, and gives the rows as the bytes of a part: nobody who passes them on needs to look into them;
4. for each `Done`, writes the part (beside its place, to the disk, then renamed) and only then enters it in the
   ledger, in one transaction. Killed between the two, it leaves a part that nobody knows of, which the next run
   removes: at most the documents in flight are lost;
5. *publishes* when all is done: streams the rows in order of the files from the parts into new tables, which then take
   the place of the old ones at once. If nothing changed there is nothing to publish; if little did, most of the new
   tables is copied from the old ones, piece by piece (`vnplan.tables.pieces`), and those rows stay packed.

Rows stand in the order of the files, whichever process or run read them, so a run that was killed and resumed gives the
same tables as one that was not. Paths to parts and ledger go through `storage.Storage` alone.

A document that kills its process, or hangs, or takes too much memory, is tried once more, alone, and then put in
*quarantine*: a row of `errors`, which stays until the content, the settings or the code change, or the user asks for
another try. The limits hold with one job too: there is always a process between the documents and the run.
"""

from __future__ import annotations

from .run import extract_folder
from .summary import Progress, RunSummary
from .watching import watch

__all__ = ["Progress", "RunSummary", "extract_folder", "watch"]
