"""Parameters of the report and of the variant."""

from collections.abc import Mapping


class Params(Mapping):
    """Parameters by name, as ``params["blocks"]`` or ``params.blocks``. The variant's take precedence over the report's."""

    # Without a `__dict__`, `vars(params)` shows no values that were not observed.
    __slots__ = ("_values", "_has_report", "_of_variant", "_report")

    def __init__(self):
        object.__setattr__(self, "_values", {})
        object.__setattr__(self, "_has_report", True)
        object.__setattr__(self, "_of_variant", ())
        object.__setattr__(self, "_report", None)

    def _observe(self, report):
        """Calls `report(kind, name)` for what the cell reads of the report's parameters."""
        object.__setattr__(self, "_report", report)

    def _note(self, name):
        if self._report is not None and name not in self._of_variant:
            self._report("param", str(name))

    def _note_names(self):
        if self._report is not None:
            self._report("param-names", "")

    def _fill(self, report, variant):
        """Sets the values. `report` is None if Heapbook found no use of the report's parameters in the cell's source."""
        self._values.update(report or {})
        self._values.update(variant)
        object.__setattr__(self, "_has_report", report is not None)
        object.__setattr__(self, "_of_variant", tuple(variant))

    def _explain(self, name):
        if not self._has_report:
            return (
                "Unknown parameter %r. Heapbook found no use of the report's parameters in the cell. "
                "Write `from heapbook import params` in the cell itself." % name
            )
        if not self._values:
            return "Unknown parameter %r. The report has no parameters." % name
        import difflib

        known = list(self._values)
        near = difflib.get_close_matches(str(name), known, 1)
        hint = "Did you mean %r? " % near[0] if near else ""
        return "Unknown parameter %r. %sAvailable: %s." % (name, hint, ", ".join(known))

    def __getitem__(self, name):
        self._note(name)
        try:
            return self._values[name]
        except KeyError:
            raise KeyError(self._explain(name)) from None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        self._note(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(self._explain(name)) from None

    def __setattr__(self, name, value):
        raise AttributeError("params is read-only. Set parameters in the report, or by -P on the command line.")

    def __iter__(self):
        self._note_names()
        return iter(self._values)

    def __len__(self):
        self._note_names()
        return len(self._values)

    def __reduce__(self):
        return _restore, (dict(self),)

    def __repr__(self):
        return "params(%s)" % ", ".join("%s=%r" % (name, self[name]) for name in self)


def _restore(values):
    """A copy, of which nothing is observed: copying read all of the values."""
    restored = Params()
    restored._fill(values, {})
    return restored


params = Params()
