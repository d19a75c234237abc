"""The cell library of python cells: ``from heapbook import params, metric, display, table, markdown, chart``.

Its outputs and metrics appear in the report as those of other cells do.
"""

from heapbook._display import chart, display, markdown, table
from heapbook._metric import metric
from heapbook._params import params

__all__ = ["chart", "display", "markdown", "metric", "params", "table"]
