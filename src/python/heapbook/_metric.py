"""Numbers of the cell's own."""

import math

from heapbook._channel import send

_DIRECTIONS = ("lower", "higher", "neither")


def metric(name, value, unit=None, better=None):
    """Reports a number as a metric, with the statistics, tables and charts of the others.

    `unit` is ``B``, ``ms``, ``count`` (the default), ``%``, ``ratio`` or one of your own; `better`, which direction is an
    improvement, ``lower``, ``higher`` or ``neither`` (the default).

    Raises TypeError where the value is no number, ValueError where it is not finite.
    """
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
