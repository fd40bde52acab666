"""A `Session` with a face: the only room that imports anywidget and traitlets."""

from nbimagegen.studio.widget import ImageStudio

__all__ = ["ImageStudio"]
