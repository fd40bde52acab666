"""What a prompt is about, by a few plain words: which compositions suit it, and which colours."""

import re

# Each line: a subject, then the words that mean it. Words in Chinese are found anywhere in the
# prompt, the others only as words of their own, with or without a plural s.
_WORDS = """
sea: sea ocean wave surf beach coast harbor harbour ship boat sail whale fish shark island 海 浪 洋 船 鱼
lake: lake river pond water otter reflection 湖 河 江 水
mountain: mountain hill alps peak valley volcano fuji canyon landscape 山 峰 谷 风景
desert: desert dune sahara camel 沙漠 沙丘
forest: forest wood tree pine jungle fox bear deer wolf owl cabin 森 林 树 狐 熊 鹿
city: city town skyline street tower building tokyo york paris london shanghai cyberpunk 城 街 楼 都市
flower: flower sunflower daisy lily rose tulip poppy blossom meadow garden bouquet bee butterfly 花 玫瑰 牡丹
plant: leaf leaves plant branch fern botanical herb ivy bamboo 叶 草 竹 植物
space: space planet galaxy astronaut rocket orbit universe mars saturn solar alien 宇宙 太空 行星 火箭 银河
stars: star constellation zodiac astronomy 星
cat: cat kitten kitty 猫
geometry: geometric geometry bauhaus shape 几何
shapes: abstract logo icon poster pattern 抽象 图案 标志
weave: fabric textile weave woven weaving cloth knitting ribbon quilt carpet knit 织 布
music: music sound jazz song radio signal 音乐 声
wind: wind flow hair smoke dance dream 风 烟 舞 梦
night: night midnight moon moonlit dark starry 夜 月
sunset: sunset sundown evening 日落 夕阳 晚霞 黄昏
dusk: dusk twilight neon 暮 霓虹
dawn: dawn sunrise morning mist misty fog 日出 晨 雾
winter: winter snow ice frost 冬 雪 冰
autumn: autumn fall october pumpkin 秋
spring: spring april 春
summer: summer sunny tropical 夏
japan: japan japanese ukiyo hokusai kyoto 日本 浮世绘
ink: ink sumi monochrome charcoal pencil 墨 黑白
red: red crimson scarlet ruby 红
orange: orange amber copper 橙 橘
yellow: yellow gold golden lemon 黄 金色
green: green emerald jade olive 绿 翠
teal: teal turquoise cyan 青
blue: blue azure cobalt navy indigo 蓝
purple: purple violet lilac lavender magenta 紫
pink: pink 粉
black: black grey gray 黑 灰
white: white 白
"""

# Compositions for a subject, the likeliest first; those in one string are equally likely.
_SUITED = {
    "sea": ("waves",),
    "lake": ("lake",),
    "mountain": ("hills lake", "ridges"),
    "desert": ("dunes",),
    "forest": ("forest",),
    "city": ("skyline",),
    "flower": ("flowers", "botanical"),
    "plant": ("botanical", "flowers"),
    "space": ("orbits", "constellations"),
    "stars": ("constellations", "orbits"),
    "cat": ("cat",),
    "geometry": ("bauhaus", "weave ribbons"),
    "shapes": ("bauhaus ribbons weave flow",),
    "weave": ("weave", "ribbons"),
    "music": ("ridges", "ribbons flow"),
    "wind": ("flow", "ribbons"),
    "night": ("constellations lake skyline hills",),
    "japan": ("waves hills",),
    "sunset": ("lake waves hills dunes",),
    "dusk": ("skyline", "hills"),
    "dawn": ("hills forest lake",),
    "winter": ("forest hills",),
    "ink": ("flow hills botanical",),
}

# Subjects that colour a print only when no mood or colour word does.
_TINTS = {
    "sea": "sea",
    "desert": "desert",
    "forest": "forest",
    "city": "city",
    "flower": "flower",
    "plant": "green",
    "space": "space",
    "stars": "night",
    "cat": "dusk",
    "geometry": "bold",
    "shapes": "bold",
}
_COLOURS = frozenset(("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "black", "white"))
_MOODS = frozenset(
    ("night", "sunset", "dusk", "dawn", "winter", "autumn", "spring", "summer", "japan", "ink")
)
_READ = 2_000  # letters of a prompt that are looked at


def _table() -> tuple[dict[str, str], dict[str, str]]:
    words: dict[str, str] = {}
    signs: dict[str, str] = {}
    for line in _WORDS.strip().splitlines():
        subject, _, listed = line.partition(": ")
        for word in listed.split():
            (words if word.isascii() else signs)[word] = subject
    return words, signs


WORDS, SIGNS = _table()


def subjects(prompt: str) -> list[str]:
    """The subjects that a prompt names, in the order in which it names them."""
    text = prompt[:_READ].lower()
    found = [(match.start(), _meant(match[0])) for match in re.finditer(r"[a-z]+", text)]
    found += [(text.find(sign), subject) for sign, subject in SIGNS.items() if sign in text]
    return list(dict.fromkeys(subject for _, subject in sorted(found) if subject))


def compositions(named: list[str]) -> list[tuple[str, ...]]:
    """Groups of compositions for these subjects, the likeliest first; none if none is known.

    What a prompt shows comes before its light and its season: a city at night is a city.
    """
    things = [subject for subject in named if subject not in _MOODS]
    things.sort(key=lambda subject: subject != "cat")  # a cat is never in the background
    shown = [subject for subject in things if subject in _SUITED]
    chosen = (equal for subject in shown or named for equal in _SUITED.get(subject, ()))
    return [tuple(equal.split()) for equal in chosen]


def moods(named: list[str]) -> list[str]:
    """Words for palettes, the strongest first: light, then colours, else the subject's own."""
    light = [subject for subject in named if subject in _MOODS]
    colours = [subject for subject in named if subject in _COLOURS]
    return light + colours or [_TINTS[subject] for subject in named if subject in _TINTS]


def _meant(word: str) -> str:
    return WORDS.get(word) or WORDS.get(word.removesuffix("s")) or WORDS.get(word.removesuffix("es"), "")
