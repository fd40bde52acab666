"""The only writer of a user's history: files are the truth, SQLite is an index that can be made again."""

from nbimagegen.records import Marks
from nbimagegen.store.about import FORMAT
from nbimagegen.store.fingerprint import fingerprint
from nbimagegen.store.naming import folder_name, home_folder, new_id, shown_name
from nbimagegen.store.query import Query
from nbimagegen.store.repair import Repaired
from nbimagegen.store.spool import Spool
from nbimagegen.store.store import Store
from nbimagegen.store.unsaved import Unsaved, save_again

__all__ = [
    "FORMAT",
    "Marks",
    "Query",
    "Repaired",
    "Spool",
    "Store",
    "Unsaved",
    "fingerprint",
    "folder_name",
    "home_folder",
    "new_id",
    "save_again",
    "shown_name",
]
