"""What users hold: live handles over the frozen records. PIL and NumPy when touched, not before."""

from nbimagegen.history.generation import Agent, Generation
from nbimagegen.history.history import History, Images
from nbimagegen.history.mask import Mask, mask_given, mask_painted
from nbimagegen.history.picture import Picture
from nbimagegen.history.progress import Progress
from nbimagegen.history.provenance import Leaving
from nbimagegen.history.reading import from_image, settings_of
from nbimagegen.history.reference import Reference
from nbimagegen.history.settings import Settings

__all__ = [
    "Agent",
    "Generation",
    "History",
    "Images",
    "Leaving",
    "Mask",
    "Picture",
    "Progress",
    "Reference",
    "Settings",
    "from_image",
    "mask_given",
    "mask_painted",
    "settings_of",
]
