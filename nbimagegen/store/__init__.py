"""The only writer of a user's history: files are the truth, SQLite is an index that can be made again."""

from nbimagegen.store.naming import folder_name, home_folder, new_id
from nbimagegen.store.spool import Spool
from nbimagegen.store.store import FORMAT, Store

__all__ = ["FORMAT", "Spool", "Store", "folder_name", "home_folder", "new_id"]
