"""Lines around an article are told from the article's own sentences."""

import pytest

from contentcheck.engine.boilerplate import boilerplate_kind
from contentcheck.engine.normalise import plain

BOILERPLATE = {
    "follow": """
        点击上方蓝字关注我们
        点击蓝字，关注我们
        戳上方蓝字关注
        点击标题下方“健康生活”关注我们
        点击上方“轻食研选”关注
        點擊下方名片，關注我們
        ↑↑↑点击关注我们
        👆点上方名片关注
        把我们设为星标，不错过每一篇
        关注公众号，回复“食谱”领取资料
        微信公众号：qingshiyanxuan
        微信号：qingshi123
        长按关注我们
        欢迎关注本公众号
    """,
    "qr_code": """
        长按识别二维码
        长按识别图中二维码
        扫描下方二维码加入读者群
        扫一扫二维码，进群领取福利
        识别图中二维码购买
        扫码进群
        扫码加入
        长按识别下方小程序码下单
        長按識別二維碼
    """,
    "share": """
        点个在看你最好看
        点亮在看
        点击阅读原文
        阅读原文
        点击“阅读原文”购买
        往期推荐
        往期精选
        推荐阅读
        END
        — THE END —
        欢迎转发分享
        分享到朋友圈
        喜欢就点赞转发
        觉得不错，请转发给朋友
        转发朋友圈
    """,
    "credit": """
        文/张三
        （文/张三）
        文｜李四
        编辑丨小王
        作者 | 小李
        图 / 小陈
        编辑：王五
        责任编辑：赵六
        来源：新华社
        图片来源：视觉中国
        图源：网络
        作者：张三
        排版：小周 审核：小吴
        記者：林美華
        摄影：小张
    """,
    "notice": """
        免责声明：本文仅供参考，不构成投资建议。
        版权声明：本文版权归作者所有。
        【免责声明】本文内容仅供参考
        本文仅代表作者观点，不代表本号立场。
        图片来源于网络，如有侵权请联系删除
        图片来自网络，侵删请联系我们
        转载请注明出处
        转载请联系授权
        未经授权不得转载
        部分图片来源网络，版权归原作者所有，如有侵权请联系我们删除。
    """,
}

CONTENT = """
    扫描二维码时要留意网址，陌生来源的二维码可能带有木马。
    二维码支付在县城的菜市场已经普及，摊主不再找零。
    这家店用二维码点餐，老人常常不会用。
    街头的二维码其实很容易被人替换。
    小程序码和二维码有什么区别？
    骗子让老人扫描二维码。
    扫描二维码进入页面后填写收货地址，三天内可以收到滤芯。
    用手机扫码就能看到每一箱苹果的产地和采摘日期。
    他扫码付款后发现多付了十元。
    他关注的是孩子的视力，而不是成绩。
    家长应关注孩子每天的用眼时间。
    这件事引起了全社会的关注。
    请持续关注血压变化，出现头晕时及时就医。
    关注我们的身体发出的信号，比吃保健品更重要。
    关注我们身边的空巢老人，从一次探访开始。
    他从不关注公众号里的广告。
    点击关注按钮之后，系统会弹出一个确认框，这是产品经理反复修改的设计。
    公众号运营者需要每周写三篇文章。
    微信号可以每年修改一次。
    长按开机键三秒，指示灯亮起后松手。
    膳食纤维的来源：燕麦、糙米、豆类和蔬菜。
    蛋白质的主要来源是肉、蛋、奶和豆制品。
    来源可靠的食材要看产地标签。
    文章来源于生活，这是他常说的一句话。
    这位编辑每天要看三十篇稿子。
    编辑部的灯亮到了凌晨。
    作者在书里写道，慢跑比快走更伤膝盖。
    摄影是他退休后的爱好。
    记者：您每天几点起床？
    图书馆：每周一闭馆。
    她把这个消息分享给了邻居，大家都很高兴。
    朋友圈里的照片多半修过。
    他转发了一条关于暴雨的消息。
    这件裙子有点好看
    点赞数最高的是一位外科医生的回答。
    阅读原文能帮助学生提高英语水平。
    推荐阅读时间为每天三十分钟。
    声明发出后，公司股价下跌了三成。
    未经加热的豆浆不能喝。
    法院认为，未经许可不得使用他人肖像。
    平台发现内容侵权后，应当联系作者并删除。
    侵权行为发生后，可以向法院起诉。
    侵权投诉可以联系平台客服。
    图片里的狗已经十二岁了。
    今天我们一起去公园看花。
"""


def lines(block: str) -> list[str]:
    return [line.strip() for line in block.strip().splitlines()]


@pytest.mark.parametrize(("kind", "line"), [(k, x) for k, block in BOILERPLATE.items() for x in lines(block)])
def test_boilerplate_is_recognised(kind: str, line: str) -> None:
    assert boilerplate_kind(plain(line)) == kind


@pytest.mark.parametrize("line", lines(CONTENT))
def test_an_articles_own_sentences_are_content(line: str) -> None:
    assert boilerplate_kind(plain(line)) is None


@pytest.mark.parametrize("kind", ["follow", "qr_code", "share"])
def test_a_line_that_says_more_is_content(kind: str) -> None:
    more = "睡前两小时不喝咖啡，房间保持凉爽。"
    for line in lines(BOILERPLATE[kind]):
        assert boilerplate_kind(plain(more + line)) is None, line
        assert boilerplate_kind(plain(line + "，" + more * 4)) is None, line


def test_a_long_notice_is_still_a_notice_and_a_longer_line_is_content() -> None:
    sentence = "本文内容仅供读者参考，请以实际情况为准。"
    assert boilerplate_kind(plain("免责声明：" + sentence * 10)) == "notice"
    assert boilerplate_kind(plain("免责声明：" + sentence * 25)) is None


@pytest.mark.parametrize(
    "line",
    [
        "记者：洪水漫过了三道堤坝",
        "作者：这本书写了整整十年",
        "编辑：今天的早餐是豆浆油条",
        "点赞的人最后都去哪儿了",
        "转载后要注明出处的三种情形",
    ],
)
def test_an_answer_or_a_headline_is_content(line: str) -> None:
    assert boilerplate_kind(plain(line)) is None


def test_a_long_paragraph_about_infringement_is_content() -> None:
    line = "法院认为，未经许可不得使用他人肖像。" + "判决书写明了赔偿的计算方法，双方都没有上诉。" * 10
    assert boilerplate_kind(plain(line)) is None


@pytest.mark.parametrize("line", ["", "   ", "\n"])
def test_an_empty_line_is_no_boilerplate(line: str) -> None:
    assert boilerplate_kind(line) is None
