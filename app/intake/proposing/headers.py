"""What the trade calls its columns, in Chinese and English: the words by which a header is known."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[\s_\-—:：*（）()\[\]【】.@/]+")

# Whole words in the first pattern, parts of a longer header in the second. No header is known by one sign.
_WORDS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "external": (
        re.compile("编号|工单编号|工单号|案件编号|案卷号|受理编号|受理号|流水号|来源编号|事件编号|单号|id|msgid|"
                   "caseid|orderid|externalid|external|number|no|servicerequestnum"),
        re.compile("编号|单号|流水|工单号|案卷"),
    ),
    "channel": (
        re.compile("渠道|来源|来源渠道|问题来源|案件来源|受理渠道|诉求来源|channel|source|methodreceived"),
        re.compile("渠道|来源|channel"),
    ),
    "title": (re.compile("标题|主题|工单标题|诉求标题|title|subject|summary"), re.compile("标题|主题|title")),
    "what": (
        re.compile("内容|诉求内容|反映内容|问题描述|事件描述|案件描述|描述|详情|工单内容|what|detail|details|"
                   "description|content|text|complaint"),
        re.compile("内容|描述|诉求|详情|反映|descri|content|detail"),
    ),
    "received_at": (
        re.compile("接报时间|受理时间|来电时间|登记时间|上报时间|反映时间|创建时间|提交时间|留言时间|时间|receivedat|"
                   "createddate|createdat|created|received|time|opened|openedat"),
        re.compile("(?:受理|来电|登记|上报|反映|创建|提交|接报|留言|诉求).*(?:时间|日期)|creat|receiv|submitted"),
    ),
    "occurred_at": (
        re.compile("发生时间|事发时间|时间|来电时间|受理时间|上报时间|登记时间|occurredat|occurred|time|createddate|"
                   "createdat|created"),
        re.compile("(?:发生|事发|受理|来电|登记|上报|创建|提交|反映).*(?:时间|日期)|occur|creat"),
    ),
    "due_at": (
        re.compile("截止时间|办理期限|处置时限|到期时间|应办结时间|要求办结时间|dueat|duedate|due|deadline"),
        re.compile("截止|期限|时限|到期|应办|deadline|due"),
    ),
    "closed_at": (
        re.compile("办结时间|结案时间|完成时间|回复时间|答复时间|反馈时间|closedat|closedate|closeddate|closed|"
                   "replytime|finishedat|resolvedat"),
        re.compile("(?:办结|结案|完成|回复|答复|反馈).*(?:时间|日期)|close|reply.?time|resolv|finish"),
    ),
    "unit": (
        re.compile("承办单位|责任单位|办理单位|处置部门|责任部门|主办单位|承办部门|部门|单位|unit|agency|department"),
        re.compile("(?:承办|责任|办理|处置|主办).*(?:单位|部门)|agency|depart"),
    ),
    "source_category": (
        re.compile("问题类型|诉求类型|事件类型|案件类型|分类|类型|类别|一级分类|type|category|srtype|requesttype"),
        re.compile("类型|分类|类别|categor|type"),
    ),
    "category": (
        re.compile("类别代码|事项代码|问题类型|诉求类型|事件类型|案件类型|类别|类型|分类|小类|category|type|srtype"),
        re.compile("类别|类型|分类|小类|categor"),
    ),
    "area": (
        re.compile("区域代码|所属网格|网格|网格编号|社区|所属社区|街道|所属街道|区域|area|areacode|grid|community|street"),
        re.compile("网格|社区|街道|区域|辖区|area|grid"),
    ),
    "address": (
        re.compile("地址|详细地址|事发地址|事发地点|地点|位置|发生地点|address|location|place"),
        re.compile("地址|地点|位置|address|location"),
    ),
    "flat": (re.compile("门牌|门牌号|房号|flat|room|door"), re.compile("门牌|房号")),
    "urgent": (re.compile("紧急|是否紧急|加急|urgent|isurgent|priority"), re.compile("紧急|加急|urgent")),
    "life_danger": (re.compile("危及生命|是否危及生命|lifedanger"), re.compile("危及生命|人员伤亡")),
    "wants_answer": (
        re.compile("需要答复|是否回复|是否需要回复|是否回访|wantsanswer"),
        re.compile("是否.*(?:回复|答复|回访)"),
    ),
    "reporter_name": (
        re.compile("姓名|诉求人|反映人|来电人|联系人|市民姓名|群众姓名|举报人|上报人|reportername|name|caller|contact"),
        re.compile("姓名|诉求人|来电人|联系人|反映人|举报人|reporter.?name|caller.?name"),
    ),
    "reporter_phone": (
        re.compile("电话|联系电话|手机|手机号|手机号码|来电号码|联系方式|来电电话|reporterphone|phone|tel|mobile"),
        re.compile("电话|手机|来电号码|联系方式|phone|mobile"),
    ),
    "lon": (re.compile("经度|x坐标|坐标x|lon|lng|longitude|x"), re.compile("经度|longitude|lon$|lng")),
    "lat": (re.compile("纬度|y坐标|坐标y|lat|latitude|y"), re.compile("纬度|latitude|lat$")),
}  # fmt: skip

_PERSONAL = re.compile(
    "姓名|联系人|诉求人|来电人|反映人|举报人|电话|手机|联系方式|来电号码|身份证|证件号|微信|邮箱|银行卡|账号"
    "|phone|mobile|email|idcard|reporter"
)
_GCJ, _BD = re.compile("高德|火星|腾讯|gcj"), re.compile("百度|bd")


def plain(header: str) -> str:
    """The header without the signs that systems put around and between its words; the last of a path."""
    return _PLAIN.sub("", header.rpartition(".")[2]).casefold()


def header_fit(field: str, header: str) -> str:
    """How a header names a field: `is` it, `has` it in a longer name, or empty."""
    whole, part = _WORDS[field]
    name = plain(header)
    if whole.fullmatch(name):
        return "is"
    return "has" if part.search(name) else ""


def names_person(header: str) -> bool:
    """Whether a header says that personal data stand under it."""
    return _PERSONAL.search(plain(header)) is not None


def crs_of(header: str) -> str:
    """The coordinate system that a header names, else the nation's own."""
    name = header.casefold()
    if _GCJ.search(name):
        return "gcj02"
    return "bd09" if _BD.search(name) else "cgcs2000"
