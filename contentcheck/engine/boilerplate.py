"""Lines around an article that are nobody's content: follow-us lines, QR codes, credits, disclaimers.

A line counts only when it is short and says little else, so that an article *about* QR codes keeps its
sentences.
"""

import re

_LONGEST_LINE = 60  # characters; a longer line says something of its own
_LONGEST_NOTICE = 400  # a disclaimer or copyright notice that starts with its own heading

_MARKS = r"[\s\-—–_~*=·.…|>»→↓↑▲▼△👆👇☝!！。,，:：(（)）\[\]【】「」『』“”\"']*"
_ME = r"(我们|本号|本公众号|公众号|[“「【\"].{1,14}[”」】\"](公众号)?)"

_ROLES = (
    r"(文|图|图文|文字|编辑|责任编辑|责编|美编|排版|校对|审核|审校|监制|作者|撰文|摄影|记者|策划|主编|值班编辑|编审|出品|本文作者"
    r"|实习编辑|通讯员)"
)
_SEPARATOR = r"\s*(/|\||:|丨|·|\s-\s)\s*"
_PERSON = r"[\w·.@-]{1,6}?"

# Each pattern describes a whole sentence of a line, so that a sentence about the same thing stays content.
_KINDS: dict[str, re.Pattern[str]] = {
    "follow": re.compile(
        rf"{_MARKS}(?=.*(蓝字|蓝色字|名片|关注|订阅))(点击?|戳|轻触|长按)(一下)?(上方|下方|上面|下面|标题下方?|顶部|这里)?的?"
        rf"(蓝字|蓝色字|名片|{_ME})?,?(一键)?(关注|订阅)?{_ME}?(关注|订阅)?(哦|吧|我们)?"
        rf"|{_MARKS}(快来|欢迎|记得|请|别忘了)?(关注|订阅|置顶|星标){_ME}(吧|哦)?(,.{{0,4}}回复.{{1,14}})?"
        rf"|{_MARKS}(把|将)?{_ME}?(设为|加为|加个)?星标(我们|公众号)?(,.{{0,20}})?"
        r"|.{0,6}微信(公众)?号\s*(:|id).{1,20}"
    ),
    "qr_code": re.compile(
        r"(.{0,12}(请|可以?|就|快|立即|微信|欢迎|点击|并|,))?(长按|扫描?|识别|扫一扫)(识别)?"
        r"(上方|下方|上面|下面|图中|文末|海报)?的?(二维码|小程序码).{0,2}"
        r"((即可|就可以?|可以)?(关注|加入|进群|购买|下单|领取|报名|咨询|添加|了解|识别|进入)[^的]{0,8})?"
        r"|.{0,8}扫码(关注|进群|加入|领取|咨询|报名)[^的]{0,10}"
    ),
    "share": re.compile(
        rf"{_MARKS}(喜欢|觉得不错|觉得有用|如果.{{0,10}})?(的话)?,?(就|请|记得|欢迎)?"
        r"(点|点个|点亮|戳|右下角)(一?个|一下)?[「“\"【]?(在看|赞|好看)[」”\"】]?((和|与|、).{1,4})?(再走|支持一下|鼓励一下|转发|你最好看|哦|吧|呀)?"
        rf"|{_MARKS}欢迎((转发|分享|点赞|收藏)(本文|文章|给.{{1,6}})?、?)+(哦|吧)?"
        rf"|{_MARKS}.{{0,10}}(分享到|转发给|分享给|转发到|转发|分享)(朋友圈|更多人|身边的人|朋友|家人|好友).{{0,6}}"
        rf"|{_MARKS}(点击)?.{{0,6}}[“「\"]?阅读原文[”」\"]?((即可|就可以?)?(购买|下单|报名|查看|了解|领取).{{0,8}})?"
        rf"|往期(推荐|精选|回顾|好文).{{0,20}}|{_MARKS}推荐阅读|{_MARKS}(the end|end|完|全文完)"
    ),
    "credit": re.compile(
        rf"[(（\[【]?\s*({_ROLES}{_SEPARATOR}{_PERSON}([、,\s&]+{_PERSON})*[\s,|]*)+[)）\]】]?"
        rf"|[(（\[【]?\s*(来源|图源|图片来源|文章来源|素材来源|本文来源){_SEPARATOR}[^,;!您你我的了]{{1,20}}[)）\]】]?"
    ),
    "notice": re.compile(
        r"[(（\[【*※\s]*(免责声明|版权声明|法律声明|版权归|风险提示|特别声明|郑重声明)\s*[:】)）\]].*"
        r"|[(（\[【*※\s]*声明\s*[:】)）\]].*(本文|本号|公众号|图片|版权|内容仅).*"
        r"|本文(仅代表|不代表|不构成).{0,20}(观点|立场|建议).{0,40}"
        r"|.{0,12}(图片|文章|素材|内容|图文).{0,6}(来源于?网络|来自网络|源自网络).{0,60}"
        r"|.{0,8}(如有|若有|如涉及)?侵权?,?(请|必|立即)?(联系|告知).{0,6}(我们|本号|后台|小编|删除|作者).{0,12}"
        r"|(如需)?转载,?(请|须|务必)?(注明|联系|获得授权)(出处|来源|作者|后台|我们|本号|本公众号)?.{0,6}"
        r"|未经(许可|授权|允许),?.{0,6}(不得|禁止|严禁|谢绝)(转载|使用|复制).{0,6}"
    ),
}
_HEADED_NOTICE = re.compile(r"[(（\[【*※\s]*(免责声明|版权声明|法律声明|风险提示|特别声明|郑重声明)\s*[:】)）\]]")


def boilerplate_kind(line: str) -> str | None:
    """`follow`, `qr_code`, `share`, `credit`, `notice`, or None for content; `line` is normalised.

    Every sentence of the line has to be of one of the kinds; the first one's is the line's.
    """
    line = line.strip()
    if len(line) <= _LONGEST_NOTICE and _HEADED_NOTICE.match(line):
        return "notice"
    if len(line) > _LONGEST_LINE or "?" in line:  # a question is the article speaking
        return None
    sentences = [s.strip() for s in re.split(r"[。!?;\n]", line) if s.strip()]
    kinds = [_sentence_kind(s) for s in sentences]
    return kinds[0] if kinds and all(kinds) else None


def _sentence_kind(sentence: str) -> str | None:
    bare = sentence.strip(" -—–_~*=·.…|")
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(bare)), None)
