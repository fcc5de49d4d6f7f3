"""What is new in an answer: everything before the first line by which a mail program begins to quote.

The programs that Chinese customers use each write a line of their own; the whole mail is kept beside it.
"""

import re

BEGINS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    r"^-{2,}\s*(原始邮件|原邮件|回复的原邮件|转发邮件信息|original( message)?|forwarded message)\s*-{2,}",  # QQ
    r"^(在|于)\s*.{4,80}(写道|寫道)\s*[:：]\s*$",                       # 163, Gmail in Chinese, Apple Mail
    r"^.{0,80}\s于\s*\d{4}.{4,60}(写道|寫道)\s*[:：]",
    r"^\d{4}[年/-]\d{1,2}[月/-]\d{1,2}.{0,60}(写道|寫道|wrote)\s*[:：]",
    r"^on\s.{6,120}\swrote\s*:\s*$",                                   # Gmail, Apple Mail
    r"^_{10,}\s*$",                                                    # Outlook
    r"^(发件人|寄件者|from)\s*[:：]\s*\S.*(@|<).*$",
    r"^\|?\s*-{4,}\s*回复的原邮件",
    r"^\s*(发自|发送自|來自)\s*(我的)?\s*(iphone|ipad|手机|网易|QQ|华为|小米).{0,20}$",
    r"^\s*(sent from|get outlook for)\s.{3,40}$",
    r"^>{1,3}\s?\S",
    r"^--\s?$",                                                        # a signature
))
CONTINUES = re.compile(r"^(on|在|于)\s.{6,200}$", re.IGNORECASE)        # its "wrote:" stands on the next line
ENDS = re.compile(r"(wrote|写道|寫道)\s*[:：]\s*$", re.IGNORECASE)


def fresh(text: str) -> str:
    """What the sender has written now; the whole text when all of it looks quoted."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        said = line.strip()
        broken = CONTINUES.match(said) and at + 1 < len(lines) and ENDS.search(lines[at + 1])
        if broken or any(pattern.match(said) for pattern in BEGINS):
            return "\n".join(lines[:at]).strip() or text.strip()
    return text.strip()
