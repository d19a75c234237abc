"""What a python cell can use of Heapbook: ``from heapbook import params, metric, display, table, markdown, chart``.

What is shown and measured with it reaches the report as that of other cells does.
"""

from heapbook._display import chart, display, markdown, table
from heapbook._metric import metric
from heapbook._params import params

__all__ = ["chart", "display", "markdown", "metric", "params", "table"]
