"""Colours that agree with one another, and the moods they suit."""

from dataclasses import dataclass

Colour = tuple[int, int, int]

_NIGHT = 370  # of the 1530 that two white colours add up to


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one print.

    Args:
        name: what it is called.
        paper: the sheet around the picture.
        ink: the letters on the sheet.
        high: the sky, far up.
        low: the sky at the horizon.
        light: sun, moon, or whatever shines.
        tones: five, from the palest and farthest to the deepest and nearest.
        accents: three that may stand out.
        moods: words that it suits.
    """

    name: str
    paper: Colour
    ink: Colour
    high: Colour
    low: Colour
    light: Colour
    tones: tuple[Colour, ...]
    accents: tuple[Colour, ...]
    moods: frozenset[str]

    @property
    def is_dark(self) -> bool:
        """Whether the sky is a night sky."""
        return sum(self.high) + sum(self.low) < _NIGHT


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """The colour `share` of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _colour(code: str) -> Colour:
    red, green, blue = bytes.fromhex(code)
    return red, green, blue


def _palette(name: str, base: str, tones: str, accents: str, moods: str) -> Palette:
    paper, ink, high, low, light = (_colour(code) for code in base.split())
    return Palette(
        name=name,
        paper=paper,
        ink=ink,
        high=high,
        low=low,
        light=light,
        tones=tuple(_colour(code) for code in tones.split()),
        accents=tuple(_colour(code) for code in accents.split()),
        moods=frozenset(moods.split()),
    )


# name, (paper ink high low light), tones from far to near, accents, moods
PALETTES = (
    _palette(
        "dawn",
        "F7F1E6 37323E 86AEC0 F8D9BA FFF4DC",
        "DDC3B4 BD9FA2 8C7F93 5A5D79 333D56",
        "E2725B F0B67F 5E8C8A",
        "dawn calm",
    ),
    _palette(
        "sunset",
        "FBF0E3 3A1F2E 4F2E63 FB9A5B FFE2A6",
        "E8745A C34F5A 8E3B5E 5A2A55 2E1A3B",
        "FFC15E F25C54 7B3E70",
        "sunset warm orange",
    ),
    _palette(
        "ember",
        "FAF0E0 3F241C F0BD7C FAE6C6 D8472B",
        "E9A56B D67C4A B4532F 7F3524 47211C",
        "2F6B6B E8B04B C8402F",
        "desert warm orange autumn",
    ),
    _palette(
        "tide",
        "F5F1E7 12304A 9CC7D4 F5E8CF F3703F",
        "8FC1C9 4F97AC 27708F 164E6F 0D3049",
        "F3703F F7C66B FFF8E8",
        "sea blue day",
    ),
    _palette(
        "indigo",
        "F2EAD6 1D2B4A D9D3BC F2E7CB C8402F",
        "A9BCC4 6F93AE 3F6A97 264876 182B52",
        "C8402F E3B55B F7F3E4",
        "sea blue japan",
    ),
    _palette(
        "night",
        "F1EEE4 1A2442 0B1334 3A4A80 FBF1CB",
        "4F5E93 3B4A7A 293660 1B2547 0F172E",
        "F2C46D E58F7B 8FB8DE",
        "night blue space",
    ),
    _palette(
        "aurora",
        "EFF2EA 12333F 071626 1F6662 EDF9D8",
        "2F7F73 256563 1B4B53 133541 0A212C",
        "7CE0A8 B58CF0 F2E58A",
        "night green space sea",
    ),
    _palette(
        "cosmos",
        "F4EEF3 2A1A48 130B26 4A2463 FFE3B8",
        "8A58A8 643D8B 45296B 2D1B4C 190F30",
        "F59E6B 7FC8D8 E66F9B",
        "night purple space pink",
    ),
    _palette(
        "pine",
        "F3F0E2 1F3329 BFD3C6 F6EDD2 F8DC92",
        "A9C2AC 7FA387 527F66 2F5C4A 173B32",
        "D9713C E9B44C 7A9E7E",
        "forest green day",
    ),
    _palette(
        "moss",
        "F5F0E1 2C3324 D3DCC0 F7EED4 E8944A",
        "C4C79B 98A36F 6B7D4C 455A38 263A2A",
        "C0583B E0A458 6C8FA0",
        "forest green autumn spring",
    ),
    _palette(
        "rose",
        "FAF1EE 4A2336 EFC6C6 FDEEDF F2856F",
        "E9B8B8 D98A98 B55B77 7D3A5C 46233F",
        "D6455D F2A65A 5D8A66",
        "pink flower spring",
    ),
    _palette(
        "lilac",
        "F5F1F7 2F2745 A99FD4 F8DDE2 FFF2D0",
        "C3B5DA 9D8CC2 7466A3 4E447F 2D2856",
        "E87EA1 F3C969 5FA8A0",
        "purple flower dawn",
    ),
    _palette(
        "primary",
        "F3ECDC 1E1D1B EFE2C6 F8F1DF E0402A",
        "D9C9A5 E3AE35 D6492F 26548F 1B1F2A",
        "D6402B E8B223 1F4E8C",
        "bold red yellow",
    ),
    _palette(
        "sumi",
        "F6F4EE 1B1B1D DEDBD1 F7F4EC C8372D",
        "C9C6BD 9C9A94 6C6B69 414143 1D1D20",
        "C8372D 8A8880 1D1D20",
        "black grey japan ink",
    ),
    _palette(
        "snow",
        "F7F8F8 22324A A9C4DB F2F4F1 FFFDF2",
        "D6E2E8 AFC4D3 7D9BB4 4C6D8E 2A4462",
        "E0654F F1C27B 5A93B5",
        "winter white blue day",
    ),
    _palette(
        "lemon",
        "FBF6E2 3B3420 F6D468 FDF3C8 F28C28",
        "F0CF6B DDAE3B B4812B 6E5A2E 3C3A2A",
        "2E7F86 E4572E F7E08A",
        "yellow warm day summer",
    ),
    _palette(
        "lacquer",
        "F8EDE3 34151A E7A583 F9E2C8 FFF1D6",
        "E58A6F D4503F A82A2F 701C2A 3A121F",
        "E8B04B 23606B F6DCC0",
        "red warm",
    ),
    _palette(
        "dusk",
        "F3EEEB 26203D 332C63 F5A58A FFE9C2",
        "B37A93 81598A 57447A 372F60 1D1B3F",
        "FFC96B F2796B 6FC3C9",
        "city purple dusk sunset",
    ),
    _palette(
        "lagoon",
        "F4F3E8 133B3C 7CC6C0 F8EBCB FFF3D0",
        "9AD0C6 5DB0AB 2F8A8C 1B6068 103C45",
        "F07F5A F6C863 FFF6E0",
        "sea green teal summer",
    ),
)
