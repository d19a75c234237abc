"""Outputs of a cell: representations by MIME type, as in IPython."""

import base64
import math
from collections.abc import Mapping

from heapbook import _streams
from heapbook._channel import plain, send

_TABLE = "application/vnd.heapbook.table+json"
_READY_CHART = "application/vnd.heapbook.chart+json"
_VEGA_LITE = "application/vnd.vegalite.v5+json"

# IPython's methods (https://ipython.readthedocs.io/en/stable/config/integrating.html).
_METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_latex_", "text/latex"),
    ("_repr_json_", "application/json"),
)


def _show(data, name=None):
    # The counts of printed bytes place this output between the lines of stdout and stderr.
    stdout_bytes, stderr_bytes = _streams.written()
    record = {"type": "display", "data": data, "stdoutBytes": stdout_bytes, "stderrBytes": stderr_bytes}
    if name is not None:
        record["name"] = name
    send(record)


def _content(value):
    """Returns the content of one representation. Bytes become base64, as in Jupyter's messages."""
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else plain(value)


def _represent(value):
    """Returns the MIME bundle of an object, from its IPython methods. The bundle always contains the object's repr."""
    bundle = {}
    # A class has these methods too, but only its instances can be asked.
    if not isinstance(value, type):
        for method, mime in _METHODS:
            _add(bundle, mime, getattr(value, method, None))
        mimebundle = getattr(value, "_repr_mimebundle_", None)
        given = mimebundle(include=None, exclude=None) if callable(mimebundle) else None
        if isinstance(given, tuple):  # with metadata, which pages do not show
            given = given[0]
        bundle.update({mime: _content(content) for mime, content in (given or {}).items()})
    bundle.setdefault("text/plain", repr(value))
    return bundle


def _add(bundle, mime, method):
    given = method() if callable(method) else None
    if isinstance(given, tuple):
        given = given[0]
    if given is not None:
        bundle[mime] = _content(given)


def display(*values, raw=False):
    """Shows values in the report, each in the richest representation that its IPython methods return (``_repr_html_``,
    …).

    With ``raw=True`` each value is a MIME bundle: a dict of representations by MIME type."""
    for value in values:
        if raw:
            _show({str(mime): _content(content) for mime, content in value.items()})
        else:
            _show(_represent(value))


def show_last(value):
    """Shows the value of a cell's last expression, unless it is None, as Jupyter does."""
    if value is not None:
        display(value)


def table(rows, name="table", columns=None):
    """Shows rows (mappings or named tuples) as a table.

    Other cells and ``vega-lite`` cells can read the rows under `name`. `columns` lists keys, or dicts with ``key``
    and any of ``label``, ``unit``, ``digits`` (significant) and ``align``.

    Raises TypeError for a row or a column of another type, and for a column that no row has."""
    listed = [_row(row) for row in rows]
    data = {"name": name, "rows": [plain(row) for row in listed]}
    special = [
        [index, str(key), text]
        for index, row in enumerate(listed)
        for key, text in ((key, _special(value)) for key, value in row.items())
        if text is not None
    ]
    if special:
        data["special"] = special
    if isinstance(columns, (str, bytes)) or isinstance(columns, Mapping):
        raise TypeError("table(): columns must be a list of columns, such as [%r], not %r" % ("key", columns))
    if columns is not None:
        data["columns"] = [_column(index, column, listed) for index, column in enumerate(columns)]
    _show({_TABLE: data}, name)


def _special(value):
    """Returns the text of a value that JSON lacks (NaN, infinity, integer beyond 2**53, None); None for any other
    value."""
    if value is None:
        return "None"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("\u221e" if value > 0 else "\u2212\u221e")
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    return None


_COLUMN_KEYS = ("key", "label", "unit", "digits", "align")


def _column(index, column, rows):
    where = "table(): columns[%d]" % index
    key = column.get("key") if isinstance(column, Mapping) else column
    if not isinstance(key, str):
        raise TypeError("%s must be a key of the rows, or a dict with `key`, not %r" % (where, column))
    if rows and not any(key in map(str, row) for row in rows):
        known = ", ".join(dict.fromkeys(str(each) for row in rows for each in row))
        raise TypeError("%s: no row has %r. Keys of the rows: %s" % (where, key, known))
    if not isinstance(column, Mapping):
        return key
    for name, value in column.items():
        if name not in _COLUMN_KEYS:
            raise TypeError("%s has an unknown %r. Available: %s" % (where, name, ", ".join(_COLUMN_KEYS)))
        if name in ("label", "unit") and not isinstance(value, str):
            raise TypeError("%s: %s must be a text, not %r" % (where, name, value))
    digits = column.get("digits")
    if digits is not None and not (isinstance(digits, int) and 1 <= digits <= 15):
        raise TypeError("%s: digits must be a whole number from 1 to 15, not %r" % (where, digits))
    if column.get("align") not in (None, "left", "right", "center"):
        raise TypeError("%s: align must be left, right or center, not %r" % (where, column.get("align")))
    return {name: value for name, value in column.items() if value is not None}


def _row(row):
    if isinstance(row, Mapping):
        return dict(row)
    as_dict = getattr(row, "_asdict", None)
    if callable(as_dict):
        return dict(as_dict())
    raise TypeError("table(): a row must be a mapping or a named tuple, not %r" % (row,))


def chart(spec):
    """Shows a chart: a Vega-Lite specification, as a dict or as an object with ``to_dict()`` (Altair's charts)."""
    to_dict = getattr(spec, "to_dict", None)
    data = plain(to_dict() if callable(to_dict) else spec)
    if not isinstance(data, dict):
        raise TypeError("chart(): a specification must be a dict, not %r" % (spec,))
    _show({_READY_CHART if isinstance(data.get("chart"), str) else _VEGA_LITE: data})


def markdown(text):
    """Shows Markdown as part of the report's text."""
    _show({"text/markdown": str(text)})
