"""The only room that imports httpx. Moves bytes, guards addresses, and knows nothing of images."""

from nbimagegen.transport.client import Answer, Client, shared
from nbimagegen.transport.download import download

__all__ = ["Answer", "Client", "download", "shared"]
