"""A history leaves as a folder or a zip that others can read, and comes back from one."""

from nbimagegen.history.portable.reading import Imported, bring_in
from nbimagegen.history.portable.writing import Exported, export

__all__ = ["Exported", "Imported", "bring_in", "export"]
