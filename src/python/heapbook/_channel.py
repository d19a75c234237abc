"""Sends records to the parent: one JSON object a line on file descriptor 3. Pyodide has no such descriptor, so its host
writes the records (src/python/pyodide.ts)."""

import json
import math
import os
import select

try:
    from _heapbook_host import send as _send_to_host
except ImportError:
    _send_to_host = None

_CHANNEL = 3

# Copied before the cell runs, which may replace them.
_dumps = json.dumps
_fstat, _write_bytes, _exit, _select = os.fstat, os.write, os._exit, select.select


def _identify():
    """Returns device and inode of the channel; None if the descriptor is closed."""
    try:
        status = _fstat(_CHANNEL)
    except OSError:
        return None
    return status.st_dev, status.st_ino


# Compared before each record: if the cell closes the channel, the next file that it opens gets the same descriptor.
_channel = None if _send_to_host is not None else _identify()


def _write(data):
    """Writes all bytes synchronously, so that records sent before a crash arrive."""
    view = memoryview(data)
    while view:
        try:
            view = view[_write_bytes(_CHANNEL, view) :]
        except BlockingIOError:
            _select([], [_CHANNEL], [])
        except OSError:
            _exit(1)  # the parent is gone


def plain(value):
    """Converts a value to JSON's types. A non-finite float becomes None, a NumPy scalar its number, any other object
    its text."""
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
    """Sends one record, synchronously."""
    line = _dumps(record, separators=(",", ":"))
    if _send_to_host is not None:
        _send_to_host(line)
    elif _channel is None or _identify() != _channel:
        _write_bytes(2, b"heapbook: file descriptor 3 was closed, which Heapbook reserves for its records\n")
        _exit(1)
    else:
        _write(line.encode("ascii") + b"\n")
