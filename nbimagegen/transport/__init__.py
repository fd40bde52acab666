"""The only room that imports httpx. Moves bytes, guards addresses, and knows nothing of images."""

from nbimagegen.transport.client import Answer, Client, shared
from nbimagegen.transport.download import download
from nbimagegen.transport.quiet import IO_THREAD, hush
from nbimagegen.transport.sending import Body

hush()

__all__ = ["IO_THREAD", "Answer", "Body", "Client", "download", "shared"]
