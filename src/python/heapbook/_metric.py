"""The function `metric`, with which a cell reports its own metrics."""

import math

from heapbook._channel import send

_DIRECTIONS = ("lower", "higher", "neither")


def metric(name, value, unit=None, better=None):
    """Reports a number as a metric of the cell, with the statistics, tables and charts of built-in metrics.

    `unit`: ``B``, ``ms``, ``count`` (default), ``%``, ``ratio`` or any other unit. `better`: direction of an
    improvement, ``lower``, ``higher`` or ``neither`` (default).

    Raises TypeError for a value that is not a number; ValueError for a value that is not finite or an unknown
    direction."""
    if isinstance(value, (str, bytes, bool)):
        raise TypeError("metric(%r): the value must be a number, not %r" % (name, value))
    try:
        number = value if isinstance(value, int) else float(value)
        finite = math.isfinite(number)
    except TypeError:
        raise TypeError("metric(%r): the value must be a number, not %r" % (name, value)) from None
    except OverflowError:  # an int beyond all floats
        finite = False
    if not finite:
        raise ValueError("metric(%r): the value must be finite, not %r" % (name, value))
    if better is not None and better not in _DIRECTIONS:
        raise ValueError("metric(%r): better must be one of %s, not %r" % (name, ", ".join(_DIRECTIONS), better))
    reading = {"id": str(name), "region": "", "value": number, "unit": unit or "count", "better": better or "neither"}
    send({"type": "metric", "reading": reading})
