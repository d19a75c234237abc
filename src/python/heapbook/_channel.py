"""Records to the parent: one JSON object a line on file descriptor 3. In Pyodide, which has no such descriptor, the host
writes them (src/python/pyodide.ts)."""

import json
import math
import os
import select

try:
    from _heapbook_host import send as _send_to_host
except ImportError:
    _send_to_host = None

_CHANNEL = 3


def _write(data):
    """Writes all of it. What was sent before a crash has arrived."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(_CHANNEL, view) :]
        except BlockingIOError:
            select.select([], [_CHANNEL], [])
        except OSError:
            os._exit(1)  # the parent is gone: nobody is left to measure for


def plain(value):
    """The value as JSON can say it: what is not finite becomes null, NumPy's scalars numbers, anything strange its text."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    item = getattr(value, "item", None)
    if callable(item):
        return plain(item())
    return str(value)


def send(record):
    """Sends one record, at once."""
    line = json.dumps(record, separators=(",", ":"))
    if _send_to_host is not None:
        _send_to_host(line)
    else:
        _write(line.encode("ascii") + b"\n")
