"""Arrays larger than memory: read box after box, and answered meanwhile.

`stream(name, source, keywords, progress)` is all that adapters and the command call. A `Source`
says how it is cut into boxes, and reads them.
"""

from minloc._streams.grid import Box, boxes, grouped
from minloc._streams.source import Source
from minloc._streams.stream import stream

__all__ = ["Box", "Source", "boxes", "grouped", "stream"]
