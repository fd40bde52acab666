"""The embedded offline gateway: a request in, a status, headers and slices of bytes out.

It speaks the Images and the chat dialect and paints a picture from the prompt, plainly marked as a
sketch. It knows nothing of the rest of nbimagegen, of sockets or of clocks.
"""

from nbimagegen.sketch.gateway import Answer, answer

__all__ = ["Answer", "answer"]
