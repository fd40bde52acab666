"""XMP packets: the note as one, put into one of somebody else's, and read out of any.

Packets come from strangers: they are searched as text, never parsed as XML with entities.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from nbimagegen.pixels.note import OWN, Note

NAMESPACE = "https://nbimagegen.invalid/ns/1.0/"
_BEGIN = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{OWN}">\n'
)
_RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
_OURS = f'<rdf:Description rdf:about="" xmlns:{OWN}="{NAMESPACE}">\n'
_RDF_END = "</rdf:RDF>"
_END = f'{_RDF_END}\n</x:xmpmeta>\n<?xpacket end="w"?>'
_LONGEST = 5000  # characters of a description; the facts hold it whole
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENT = re.compile(rf"(<{OWN}:facts>)([^<]*)(</{OWN}:facts>)")
_ATTRIBUTE = re.compile(rf"""(\s{OWN}:facts\s*=\s*)("[^"<]*"|'[^'<]*')""")
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def packet(note: Note) -> str:
    """Return a packet with the note alone in it."""
    return _BEGIN + _RDF + _description(note) + _ours(note.facts) + _END


def summary(note: Note, guid: str) -> str:
    """Return a packet that says where the facts go on: JPEG calls that extended XMP."""
    where = (
        '<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
        f'xmpNote:HasExtendedXMP="{guid}"/>\n'
    )
    return _BEGIN + _RDF + _description(note) + where + _END


def extension(note: Note) -> str:
    """Return what `summary` leaves out."""
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/">\n{_RDF}{_ours(note.facts)}{_RDF_END}\n</x:xmpmeta>'


def merged(packet_there: bytes, note: Note) -> str | None:
    """Return the packet that is there with the facts in it; None where it is odd, and could be harmed."""
    try:
        other = packet_there.decode()
    except UnicodeDecodeError:
        return None
    return _merged(other, note) if other and not is_ours(other) else packet(note)


def _merged(other: str, note: Note) -> str | None:
    text = escape(note.facts)
    if _ELEMENT.search(other):
        return _ELEMENT.sub(lambda found: found[1] + text + found[3], other)
    if _ATTRIBUTE.search(other):
        quoted = '"' + escape(note.facts, {'"': "&quot;"}) + '"'
        return _ATTRIBUTE.sub(lambda found: found[1] + quoted, other)
    head, end, tail = other.rpartition(_RDF_END)
    return head + _ours(note.facts) + end + tail if end else None


def is_ours(text: str) -> bool:
    """Return whether a packet was written here, and by nobody since."""
    return text.startswith(_BEGIN)


def facts(text: str) -> str:
    """Return the facts in a packet, empty where there are none."""
    if found := _ELEMENT.search(text):
        return _ENTITY.sub(_character, found[2])
    if found := _ATTRIBUTE.search(text):
        return _ENTITY.sub(_character, found[2][1:-1])
    return ""


def _description(note: Note) -> str:
    text = _clean(note.description[:_LONGEST])
    item = f'<rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt>'
    return (
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/">\n'
        + (f"<dc:description>{item}</dc:description>\n" if text else "")
        + f"<xmp:CreatorTool>{_clean(note.software)}</xmp:CreatorTool>\n</rdf:Description>\n"
    )


def _ours(text: str) -> str:
    return f"{_OURS}<{OWN}:facts>{_clean(text)}</{OWN}:facts>\n</rdf:Description>\n"


def _clean(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if code <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 - the last character of Unicode
