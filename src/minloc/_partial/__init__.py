"""Partial answers: chunk, merge, finish.

`Partial` is public. The rest of the package (adapters, streams, the command) works with what is
below it, and with nothing private of `Partial`:

- `question(name, ndim, keywords)` reads the keywords of a call, once, into a `Question`;
- `read(chunk, where)` makes a plain array and its mask of a chunk of any library, `Beside` has the
  mask and whatever else lies beside the elements, and `ask(question, array, beside, start, shape)`
  makes a `Part` of those;
- `merge(parts)` makes one `Part` of several, and `finish(part)` the function's answer;
- `Part` has the question, the region seen, and for each end the candidates: `values`, `places`,
  `found`;
- `Running` holds the answer for an array that is met box by box, and `complete(running)` is its
  `Part`;
- `at_virtual_offsets(part, axes)` marks the axes along which the chunk's offset is only an order;
- `part_of(partial)` and `partial_of(part)` lead from a `Partial` to its `Part`, and back.
"""

from minloc._partial.beside import Beside, cast, check_target
from minloc._partial.chunk import ask, read
from minloc._partial.finish import finish
from minloc._partial.labels import count_groups, laid_out, with_num_groups
from minloc._partial.merge import merge
from minloc._partial.part import Part
from minloc._partial.partial import Partial, part_of, partial_of
from minloc._partial.question import FUNCTIONS, Question, question
from minloc._partial.running import Running, can_run, complete
from minloc._partial.virtual import at_virtual_offsets

__all__ = [
    "FUNCTIONS",
    "Beside",
    "Part",
    "Partial",
    "Question",
    "Running",
    "ask",
    "at_virtual_offsets",
    "can_run",
    "cast",
    "check_target",
    "complete",
    "count_groups",
    "finish",
    "laid_out",
    "merge",
    "part_of",
    "partial_of",
    "question",
    "read",
    "with_num_groups",
]
