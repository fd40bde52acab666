"""`%imagine` and `%%imagine`: pictures from a line or a cell of a notebook, with or without a studio."""

from nbimagegen.magic.imagine import load_ipython_extension

__all__ = ["load_ipython_extension"]
