"""Scripts to begin with: a blank one to write on, and customers of the demo brand.

Beside the usual files since it is data: what a simulated customer says is Chinese by nature and never translated.
"""

from typing import Any

BLANK: dict[str, Any] = {
    "title": "新的剧本", "brief": "要练什么。",
    "persona": {"name": "陈女士", "about": "第一次买，有点急。", "mood": 6,
                "facts": {"订单": "L20260601", "商品": "保温杯"}},
    "opening": "你好，在吗？杯子漏水。",
    "rules": [
        {"said": [["抱歉", "对不起"]], "say": "嗯，那你看怎么办？", "sets": ["安抚"], "mood": 1},
        {"said": [["照片", "拍"]], "say": "发你了，盖子这里。", "sets": ["问清"]},
        {"needs": ["问清"], "said": [["换", "退"]], "say": "好的，谢谢。", "sets": ["解决"], "ends": "satisfied"},
    ],
    "otherwise": ["你到底能不能处理？"],
    "goals": [{"name": "先道歉", "points": 20, "said": [["抱歉", "对不起"]], "within": 2},
              {"name": "问清情况", "points": 30, "flag": "问清"},
              {"name": "给出办法", "points": 50, "flag": "解决"}],
    "faults": [{"name": "推给客户", "points": 20, "said": [["你自己", "使用不当"]], "say": "你什么意思？"}],
    "turns": 10, "seconds": 120, "impatient": "还在吗？", "passes": 70,
}

RASH: dict[str, Any] = {
    "title": "宝宝起红疹", "brief": "险情先问人，再停用，最后才谈退款。不许推责任，不许下医学结论。",
    "persona": {"name": "王女士", "about": "老客户，宝宝四个月，语气很急。", "mood": 5,
                "facts": {"等级": "金卡", "最近订单": "L20261108 · 纸尿裤 M 码 × 2", "到货": "3 天前",
                          "以前的售后": "无"}},
    "opening": "你们的纸尿裤用了两天，宝宝屁股一片红疹！到底是不是质量问题？",
    "rules": [
        {"said": [["发烧", "发热", "破皮", "精神", "哭", "严重", "范围", "现在怎么样", "情况"]],
         "lacks": ["问人"],
         "say": "没发烧，就是红，洗澡的时候会哭。", "sets": ["问人"], "mood": 1},
        {"said": [["停用", "先不要用", "别再用", "停止使用"]], "lacks": ["停用"],
         "say": "嗯，我先换回以前那个牌子。", "sets": ["停用"], "mood": 1},
        {"said": [["医院", "医生", "就医", "就诊"]], "lacks": ["就医"],
         "say": "明天要是还不好我就带去看，费用你们管吗？", "sets": ["就医"], "mood": 1},
        {"said": [["批号", "生产日期", "包装", "照片", "拍"]], "lacks": ["批号"],
         "say": "包装上写的 B2611，照片发你了。", "sets": ["批号"]},
        {"said": [["退款", "全额", "退货", "退"]], "needs": ["问人", "停用"], "lacks": ["退款"],
         "say": "退款可以，那这批货你们要不要查一下？", "sets": ["退款"], "mood": 1},
        {"said": [["退款", "全额", "退货", "补偿", "优惠券"]], "lacks": ["问人", "退款"],
         "say": "我现在问的是孩子，你跟我谈钱？", "mood": -2, "repeats": True},
        {"said": [["品控", "检测", "质检", "研发", "核实", "上报"], ["小时", "今天", "明天", "天内", "回复", "答复"]],
         "needs": ["退款", "批号"], "say": "好，那我等你们消息。谢谢你还问孩子怎么样。", "sets": ["跟进"],
         "ends": "satisfied"},
    ],
    "otherwise": ["那孩子怎么办？", "你先告诉我现在该怎么做。", "我不想听套话。"],
    "goals": [
        {"name": "两句之内表达歉意", "points": 10, "said": [["抱歉", "对不起", "不好意思"]], "within": 2},
        {"name": "先问孩子的情况", "points": 25, "flag": "问人", "within": 3},
        {"name": "请客户停用", "points": 20, "flag": "停用"}, {"name": "提醒就医", "points": 10, "flag": "就医"},
        {"name": "要到批号", "points": 15, "flag": "批号"},
        {"name": "请品控核实，说好几时答复", "points": 20, "flag": "跟进"},
    ],
    "faults": [
        {"name": "推给客户", "points": 20, "said": [["使用不当", "你自己", "没有问题", "不可能"]], "mood": 3,
         "say": "你的意思是我没照顾好孩子？"},
        {"name": "下医学结论", "points": 15, "said": [["肯定不是过敏", "就是湿疹", "不用看医生", "没事的"]], "mood": 2,
         "say": "你是医生吗？"},
    ],
    "turns": 12, "seconds": 90, "impatient": "人呢？？", "slow_points": 5, "passes": 75,
}

LATE: dict[str, Any] = {
    "title": "快递三天没动", "brief": "查清在哪里，给出时间和退路，不要只说“请耐心等待”。",
    "persona": {"name": "李先生", "about": "周末要带孩子出门，等着用推车。", "mood": 6,
                "facts": {"最近订单": "L20261115 · 轻便推车", "物流": "11 月 18 日到达嘉兴分拨，此后没有更新"}},
    "opening": "推车三天没动了，周六要用，到底什么时候能到？",
    "rules": [
        {"said": [["查", "联系快递", "催"]], "lacks": ["查"], "say": "查到什么了？", "sets": ["查"]},
        {"said": [["嘉兴", "分拨", "积压", "滞留"]], "lacks": ["原因"], "say": "那周六之前能不能到？",
         "sets": ["原因"], "mood": 1},
        {"said": [["补发", "重新发", "另发", "换仓", "借用", "退款"]], "lacks": ["退路"],
         "say": "行，如果周五还没到就这么办。", "sets": ["退路"], "mood": 1},
        {"said": [["周五", "明天", "小时", "今天"], ["告诉", "回复", "答复", "联系", "通知"]], "needs": ["查", "退路"],
         "say": "好，麻烦你盯一下，谢谢。", "sets": ["时间"], "ends": "satisfied"},
        {"said": [["周五", "明天", "小时", "今天"]], "say": "你能保证吗？不能的话怎么办？", "repeats": True},
    ],
    "otherwise": ["所以呢？", "那到底哪天能到？"],
    "goals": [{"name": "表达歉意", "points": 10, "said": [["抱歉", "对不起", "不好意思"]], "within": 2},
              {"name": "说明去查", "points": 20, "flag": "查"}, {"name": "说出卡在哪里", "points": 20, "flag": "原因"},
              {"name": "给出退路", "points": 25, "flag": "退路"},
              {"name": "约好下一次答复的时间", "points": 25, "flag": "时间"}],
    "faults": [{"name": "空话", "points": 10, "said": [["耐心等待", "亲亲", "以物流为准"]], "mood": 2,
                "say": "别打官腔。"},
               {"name": "推给快递", "points": 15, "said": [["不归我们", "找快递", "快递的问题"]], "mood": 3,
                "say": "我是在你们家买的。"}],
    "turns": 10, "seconds": 120, "impatient": "还在查吗？", "slow_points": 5, "passes": 70,
}
