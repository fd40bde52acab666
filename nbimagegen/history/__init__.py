"""What users hold: live handles over the frozen records. PIL and NumPy when touched, not before."""

from nbimagegen.history.generation import Agent, Generation
from nbimagegen.history.history import History, Images
from nbimagegen.history.picture import Picture
from nbimagegen.history.progress import Progress
from nbimagegen.history.provenance import Leaving
from nbimagegen.history.reading import from_image, settings_of
from nbimagegen.history.settings import Settings

__all__ = [
    "Agent",
    "Generation",
    "History",
    "Images",
    "Leaving",
    "Picture",
    "Progress",
    "Settings",
    "from_image",
    "settings_of",
]
