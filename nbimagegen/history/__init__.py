"""What users hold: live handles over the frozen records. PIL and NumPy when touched, not before."""

from nbimagegen.history.generation import Agent, Generation
from nbimagegen.history.history import History, Images
from nbimagegen.history.picture import Picture
from nbimagegen.history.progress import Progress

__all__ = ["Agent", "Generation", "History", "Images", "Picture", "Progress"]
