"""The parameters of the report and of the variant."""

from collections.abc import Mapping


class Params(Mapping):
    """Parameters by name, as ``params["blocks"]`` or ``params.blocks``. A variant's win over the report's."""

    def __init__(self):
        object.__setattr__(self, "_values", {})
        object.__setattr__(self, "_has_report", True)

    def _fill(self, report, variant):
        """`report` is None where Heapbook did not see that the cell asks for the report's parameters."""
        self._values.update(report or {})
        self._values.update(variant)
        object.__setattr__(self, "_has_report", report is not None)

    def _explain(self, name):
        if not self._has_report:
            return (
                "there is no parameter %r: that this cell uses the report's parameters was not seen; "
                "write `from heapbook import params` in the cell itself" % name
            )
        if not self._values:
            return "there is no parameter %r: the report has none" % name
        import difflib

        known = list(self._values)
        near = difflib.get_close_matches(str(name), known, 1)
        hint = "did you mean %r? " % near[0] if near else ""
        return "there is no parameter %r; %sThere are: %s" % (name, hint, ", ".join(known))

    def __getitem__(self, name):
        try:
            return self._values[name]
        except KeyError:
            raise KeyError(self._explain(name)) from None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(self._explain(name)) from None

    def __setattr__(self, name, value):
        raise AttributeError("parameters are set in the report, or with -P on the command line")

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def __repr__(self):
        return "params(%s)" % ", ".join("%s=%r" % pair for pair in self._values.items())


params = Params()
