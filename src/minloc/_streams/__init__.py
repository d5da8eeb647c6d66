"""Arrays larger than memory: read box after box, and answered meanwhile.

`stream(name, source, keywords, progress)` is all that adapters and the command call, and
`stream_windows` for the functions about windows. A `Source` says how it is cut into boxes, and
reads them.
"""

from minloc._streams.grid import Box, boxes, grouped
from minloc._streams.source import Source
from minloc._streams.stream import stream
from minloc._streams.windows import stream_windows

__all__ = ["Box", "Source", "boxes", "grouped", "stream", "stream_windows"]
