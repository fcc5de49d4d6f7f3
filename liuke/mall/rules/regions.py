"""Provinces by the two digits with which their region codes begin, as freight rows and addresses use them."""

from liuke.kit.errors import BadInput

EVERYWHERE = "全国"
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门",
}
ENDINGS = ("壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区", "自治区", "省", "市")     # data, not words


class UnknownRegion(BadInput):
    """A region is the name of a province, everywhere, or the first 2, 4 or 6 digits of a region code."""

    code = "unknown_region"


def code_of(text: str) -> str:
    """上海, 上海市, 31 or 310106 -> the code that addresses begin with; everywhere is the empty one.

    Raises UnknownRegion.
    """
    text = text.strip()
    if text in ("", EVERYWHERE):
        return ""
    if text.isascii() and text.isdigit():
        if len(text) in (2, 4, 6) and text[:2] in PROVINCES:
            return text
        raise UnknownRegion
    for ending in ENDINGS:
        if len(text) > len(ending) + 1:
            text = text.removesuffix(ending)
    for code, name in PROVINCES.items():
        if name == text:
            return code
    raise UnknownRegion


def name_of(code: str) -> str:
    """What a person calls it, in Chinese; a longer code keeps its digits."""
    return EVERYWHERE if not code else PROVINCES.get(code, code)
