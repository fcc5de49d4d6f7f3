"""How the demo brand's hundred categories stand in the tree, who supplies them, and in which hue they are drawn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A branch of the tree. `hue` in degrees; `care` is printed on the parcel's card."""

    name: str
    supplier: str
    hue: int
    care: str
    categories: tuple[str, ...]


def _group(name: str, supplier: str, hue: int, care: str, categories: str) -> Group:
    return Group(name, supplier, hue, care, tuple(categories.split()))


FOOD, CARE, BABY = "XMF", "XMC", "XMB"
SUPPLIERS = ((FOOD, "小满食品"), (CARE, "禾芽日化"), (BABY, "木棉母婴"))
WAREHOUSES = (                           # supplier, code, name
    (FOOD, "SH-A", "上海嘉定仓"), (FOOD, "CD-A", "成都双流仓"), (CARE, "HZ-A", "杭州萧山仓"),
    (BABY, "SZ-A", "深圳龙岗仓"),
)
GROUPS = (
    _group("母婴护理", CARE, 345, "请放在阴凉干燥处，开封后尽快用完。",
           "纸尿裤 婴儿湿巾 婴儿护理 婴儿洗衣液 奶瓶清洁 儿童口腔 儿童洗发 儿童沐浴 家庭药箱"),
    _group("儿童食品", FOOD, 28, "适合 12 个月以上的孩子，请在大人看护下食用。",
           "婴儿辅食 儿童饮品 儿童奶酪 儿童零食 儿童糖果 儿童饼干 儿童肉松 儿童面食 儿童肉肠 果泥果汁 "
           "电解质水 酱油调味"),
    _group("乳品冷藏", FOOD, 205, "请在 2 到 6 ℃ 冷藏，开封后两天内喝完。",
           "鲜牛奶 酸奶 奶制品 进口奶酪 黄油 植物奶 冷藏果汁 鲜鸡蛋 豆制品"),
    _group("新鲜蔬果", FOOD, 120, "收到后请先检查，洗净再吃。",
           "热带水果 苹果 柑橘 莓果 葡萄提子 鲜切水果 番茄 时令蔬菜 椒类 根茎蔬菜 胡萝卜 薯类 葱姜蒜 "
           "即食沙拉"),
    _group("肉禽水产", FOOD, 8, "请在零下 18 ℃ 冷冻，解冻后不要再次冷冻。",
           "冷鲜牛肉 冷鲜鸡肉 冷鲜猪肉 冷冻肉禽 冷冻海鲜 火锅肉卷 低温火腿 烤肠 培根 熟食卤味"),
    _group("烘焙面包", FOOD, 38, "常温三天，冷冻一个月，吃前复烤更香。",
           "吐司面包 欧包 烘焙点心 甜甜圈 早餐饼 早餐三明治 曲奇 烘焙预拌粉 烘焙原料 冷冻面团 甜品粉"),
    _group("冷冻速食", FOOD, 225, "不用解冻，直接加热。",
           "速冻主食 冷冻披萨 冷冻蔬菜 冷冻甜点 冷冻早餐 冷冻薯条 冰淇淋 手抓饼 预制菜 轻食套餐 凉拌小菜 "
           "速食汤羹"),
    _group("粮油调味", FOOD, 48, "请密封保存，避免受潮。",
           "大米杂粮 挂面 食用油 风味调料 沙拉酱 拌饭酱 香料 糖 汤料 腌菜 果酱 罐装蔬菜 水果罐头 深海鱼罐"),
    _group("零食饮料", FOOD, 275, "请放在阴凉处，避免阳光直晒。",
           "坚果礼袋 果冻布丁 家庭零食 咖啡 冲饮粉 饮用水 早餐麦片"),
    _group("家居清洁", CARE, 180, "请放在孩子够不到的地方。",
           "家庭洗衣凝珠 卷纸 抽纸 厨房纸 家居清洁 保鲜收纳 一次性餐具"),
    _group("图书派对", BABY, 305, "纸张怕潮，看完请收好。",
           "绘本周刊 益智图书 生日派对"),
    _group("宠物用品", CARE, 75, "请密封保存，随时备足清水。",
           "狗粮 猫粮"),
)
DEVICES = Group("母婴电器", BABY, 160, "请先看说明书；湿手不要碰插头。请记下序列号，保修和维修都靠它。", ())


@dataclass(frozen=True)
class Device:
    """A serial-numbered article: its versions with prices in fen, an accessory, and a tutorial."""

    code: str
    name: str
    category: str
    option: str
    versions: tuple[tuple[str, int], ...]
    months: int
    accessory: tuple[str, int]
    tutorial: str


MACHINES = (
    Device("XMD1", "木棉 恒温调奶器", "调奶器", "颜色", (("米白", 39900), ("雾绿", 39900)), 24,
           ("木棉 调奶器玻璃壶", 8900), "三分钟学会调奶器除垢"),
    Device("XMD2", "木棉 智能吸奶器", "吸奶器", "款式", (("单边", 59900), ("双边", 89900)), 24,
           ("木棉 吸奶器硅胶配件包", 6900), "吸奶器的拆洗和安装"),
    Device("XMD3", "木棉 紫外线消毒柜", "消毒柜", "容量", (("10 升", 69900), ("18 升", 99900)), 36,
           ("木棉 消毒柜灯管", 5900), "消毒柜怎样摆放奶瓶"),
)
