"""Who the customers are, what they allow, and what was said to them."""

from dataclasses import dataclass

from liuke.timeline.facts.body import FactBody


@dataclass(frozen=True, kw_only=True)
class CustomerJoined(FactBody):
    """The customer became known to the brand."""

    label = "成为客户"
    source: str


@dataclass(frozen=True, kw_only=True)
class IdentityAdded(FactBody):
    """The customer can be recognised by one thing more; kind is phone, email, wechat_openid and so on."""

    label = "添加身份"
    identity_id: int
    kind: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class IdentityVerified(FactBody):
    """The customer has proved that an identity is theirs."""

    label = "验证身份"
    identity_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class IdentityRemoved(FactBody):
    """An identity was taken off; its value is gone."""

    label = "移除身份"
    identity_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(FactBody):
    """Two records turned out to be one person; written on the record that stays."""

    label = "合并客户档案"
    merge_id: int
    merged_customer_id: int


@dataclass(frozen=True, kw_only=True)
class CustomersUnmerged(FactBody):
    """A merge was undone; written on the record that stayed."""

    label = "撤销合并"
    merge_id: int
    merged_customer_id: int


@dataclass(frozen=True, kw_only=True)
class PersonalDataExported(FactBody):
    """Everything we know about the person was handed out."""

    label = "导出个人信息"
    export_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerForgotten(FactBody):
    """The person asked to be forgotten: names, phones and texts are blanked, facts and money stay."""

    label = "注销个人信息"


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(FactBody):
    """The customer allowed one purpose on one channel, reading one version of the text."""

    label = "同意接收"
    channel: str
    purpose: str
    text_version: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(FactBody):
    """The customer took a consent back; effective at once."""

    label = "撤回同意"
    channel: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class TagAdded(FactBody):
    """A tag was put on; source is staff, customer or rule."""

    label = "添加标签"
    tag_id: int
    source: str


@dataclass(frozen=True, kw_only=True)
class TagRemoved(FactBody):
    """A tag was taken off; source is staff, customer or rule."""

    label = "移除标签"
    tag_id: int
    source: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(FactBody):
    """The brand has spoken to the customer; what was not sent, and why, is in outreach alone."""

    label = "发送消息"
    message_id: int
    channel: str
    purpose: str
