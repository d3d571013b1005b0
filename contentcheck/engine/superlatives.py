"""Words that Chinese advertising law forbids, or that regulators take for such, where they are claims about goods.

Advertising Law of the PRC (2018 text): Article 9 item 3 forbids "国家级", "最高级", "最佳" and the like; Articles 16
and 17 forbid assertions and guarantees of effect or safety, cure rates, and claims to treat diseases.
"""

import re

from .excerpts import Excerpt, find_excerpts
from .normalise import plain

_GOODS = (
    r"(产品|品牌|商品|款|面料|材料|材质|原料|食材|用料|配方|成分|工艺|技术|科技|品质|质量|效果|功效|口感|服务|体验|性价比"
    r"|价格?|优惠|折扣|力度|活动|厂家|商家|店铺|平台|门店|产地|货源|享受|选择|设备|仪器|团队|师资|课程|茶|酒|米|油|奶|果)"
)
_RANKED = (
    r"(优质|优秀|先进|高端|高档|高品质|顶级|顶尖|尖端|权威|专业|畅销|热销|好卖|火爆|受欢迎|实惠|划算|优惠|低价|便宜|新科技"
    r"|安全|纯净|天然|健康|环保|有效|好用|好喝|舒适|奢华|正宗|地道|强效|具性价比)"
)
# Ways of life, not goods.
_LIFE = (
    r"(?!的?(活法|生活|人生|修养|教养|境界|善良|自律|浪漫|温柔|孤独|情商|审美|快乐|幸福|爱|关系|陪伴|友谊|朋友|婚姻|感情"
    r"|心态|智慧|礼物|年华|奢侈|自己))"
)
_CLAIMS = (
    # Article 9 item 3: ranks. "最好先", "最大的愿望", "最高气温" and "最佳食用期" are ordinary language.
    rf"最{_RANKED}{_LIFE}(?!(的|地)?(做法|办法|方法|方式|时候|时间|一次|一集|一天|那))",
    rf"最(好|大|高|强|低|优|棒|美)的?{_GOODS}(?!\w{{0,2}}(出问题|容易))",
    r"最(低价|优惠价|优价)",
    r"最佳(?!(时间|时机|时期|时段|状态|方法|办法|做法|温度|湿度|距离|位置|角度|季节|赏味|食用|品尝|饮用|观赏|拍摄|使用|保质"
    r"|采摘|拍档|搭档|导演|影片|电影|编剧|摄影|纪录|男|女|新人|球员|射手|阵容|教练|辩手|成绩|实践|人选|路线|窗口))",
    r"国家级(?!(自然|非物质|非遗|贫困|风景|森林|湿地|地质|海洋|公园|新区|经济|开发区|高新|期刊|教练|裁判|运动员|重点|文物|保护"
    r"|博物馆|实验室|奖|项目|标准|课题|传承人))",
    rf"最高级{_LIFE}(?!(别的?(人民法院|会议|警报|响应)|形容|的?(警报|响应|会议)))",
    r"(世界|宇宙|全球|国际)级(?!(难题|的?(难题|赛事|比赛|自然|文化|遗产|球员|球星|选手|湿地|地质)))|国际领先|世界领先|全球领先|行业领先|遥遥领先",
    rf"(顶级|顶尖){_LIFE}(?!(的?(赛事|联赛|期刊|会议|域名|高手|学府|名校|大学|俱乐部|球员|选手|专家|科学家|掠食者|捕食者|学者|目录)))",
    r"(第一|头号|no\.?\s?1)(品牌|名牌|大牌|厂家|选择)",
    r"(销量|销售额?|口碑|市场占有率|好评率?|回购率|复购率)(全国|全球|全网|行业|稳居|位居|连续\S{1,3}年|类目)*(第一|no\.?\s?1)"
    r"(?!(次|个|届|批|位|步|天|年|季|阶段))",
    r"(全国|全球|全网|中国|行业|业内)(销量|口碑|品质)第一(?!(次|个|届|批|位|步))|全网(最低|第一|独家)|史上最(低|强|优惠|划算|大力度)|(?<!历)史低",
    rf"极致{_LIFE}(?!的?(简洁|孤独|悲伤|浪漫主义))|至尊|极品(?!飞车)",
    r"绝无仅有|独一无二|史无前例|空前绝后|举世无双|无与伦比|无可比拟|首屈一指|独步天下|(?<!\w)独家秘方|祖传秘方|王者之选",
    r"(?<!多功能)万能(?!(钥匙|充电?器|胶|的?(神|上帝|主|朋友圈|网友|淘宝)|险|遥控|角|公式))",
    r"国家领导人(都在?)?(使?用|喝|吃|穿|推荐|指定|同款)|(特供|专供)(机关|人民大会堂|国宴|中南海)|(机关|国宴|人民大会堂)(特供|专供)|央视推荐|国家免检|免检产品",
    # Articles 16 and 17: guarantees of effect and safety, cures.
    r"(100%|百分之?百|百分百)(有效|见效|治愈|治好|根治|安全|成功|提分|通过|满意|好评|无害|吸收|不反弹|除菌|杀菌)",
    r"(零|无(任何)?|没有任何|毫无|0)(风险|毒?副作用|伤害)(?=[,。!?;、:]|$|的)",
    r"根治|根除(?!贫|腐|隐患)|药到病除|包治百病|包治|包好|药效神速|立竿见影|一(用|喝|吃|抹|贴)(就|见|即)(灵|好|效)|永不(反弹|复发)|绝不(反弹|复发)",
    r"(有效|治愈|成功|通过|提分)率(高)?达?到?(100|9\d(\.\d+)?)%|彻底(治愈|根治|告别|摆脱|消除|清除)\w{0,6}(病|痛|炎|癌|斑|痘|失眠|脱发|近视|皱纹)",
    r"(防癌|抗癌|治癌|降(血压|血糖|血脂)|治疗|预防)(功效|效果|神器|奇效)|(不打针|不吃药)\w{0,8}(好|降|治)",
)
_PATTERN = re.compile("|".join(f"(?:{claim})" for claim in _CLAIMS))
_DENIED_BEFORE = re.compile(
    r"(不是|不可能|不能|不会|不敢|不代表|不等于|不一定|没有?|无法|难以|并非|并不|未必|不存在|哪有|所谓|声称|号称|自称|宣称|吹嘘"
    r"|标榜|不要?信|别信|警惕|当心|谁说|要求|禁止|禁用|不得|不许|追求|没什么)[^,。!?;]{0,8}$"
    r"|一[个支只件条款种台双瓶盒张把杯袋位家]$"  # any one of them, not the goods on offer
)
_DENIED_AFTER = re.compile(
    r"""^["'”’」』]?(之类|等)?(的)?(字样|字眼|说法|宣传|广告|承诺|词|东西|药|办法|方法)?[^,。!?;]{0,6}?(\?|吗|骗|不可信|不存在|没有|违法|违规)"""
)
_ROUND = 16  # characters of the same passage in which a claim can be denied, asked about or reported


def find_superlatives(text: str, offset: int = 0) -> list[Excerpt]:
    """Forbidden claims in a passage that stands at `offset` of the original; denied or questioned ones are none."""
    return [
        span
        for span in find_excerpts(_PATTERN, text, offset)
        if not _is_denied(text, span.start - offset, span.end - offset)
    ]


def _is_denied(text: str, start: int, end: int) -> bool:
    before, after = plain(text[max(0, start - _ROUND) : start]), plain(text[end : end + _ROUND])
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.search(after))
