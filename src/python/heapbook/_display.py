"""Outputs of a cell: representations by MIME type, as in IPython."""

import base64
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
    # The bytes printed so far place this output between the lines of stdout and stderr.
    stdout_bytes, stderr_bytes = _streams.written()
    record = {"type": "display", "data": data, "stdoutBytes": stdout_bytes, "stderrBytes": stderr_bytes}
    if name is not None:
        record["name"] = name
    send(record)


def _content(value):
    """The content of one representation. Bytes are encoded as base64, as in Jupyter's messages."""
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else plain(value)


def _represent(value):
    """The MIME bundle of an object, from its IPython methods. It always contains the object's repr."""
    bundle = {}
    # A class has the methods too, but they can be called on its instances only.
    if not isinstance(value, type):
        for method, mime in _METHODS:
            _add(bundle, mime, getattr(value, method, None))
        mimebundle = getattr(value, "_repr_mimebundle_", None)
        given = mimebundle(include=None, exclude=None) if callable(mimebundle) else None
        if isinstance(given, tuple):  # with metadata, which no page shows
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
    """Shows values in the report, each in the richest representation that its IPython methods (``_repr_html_`` …) return.

    With ``raw=True`` each value is a MIME bundle: a dict of representations by MIME type.
    """
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

    The rows become part of the cell's result, under `name`, for other cells and for ``vega-lite`` cells.

    Raises TypeError for a row of another type.
    """
    data = {"name": name, "rows": [plain(_row(row)) for row in rows]}
    if columns is not None:
        data["columns"] = [str(column) for column in columns]
    _show({_TABLE: data}, name)


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
