"""Opens a file as a table by looking at its content; its name says nothing.

The whole file is looked at once before the first row is taken (fingerprint, encoding, size after unpacking), so that
what is refused is refused as a whole.
"""

from pathlib import Path

from django.utils.translation import gettext as _

from liuke.intake.csvfile import look_at_csv
from liuke.intake.line import Table
from liuke.intake.rules import FILE_BYTES, MEGABYTE, FileRefused
from liuke.intake.xlsxfile import OLE_MAGIC, ZIP_MAGIC, look_at_xlsx


def open_table(path: Path, *, sheet: str = "", encoding: str = "") -> Table:
    """The file as a table. Raises FileRefused, with a sentence for the person, when it is none we read."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as error:
        raise FileRefused(_("没有这个文件: %(path)s") % {"path": path}) from error
    except IsADirectoryError as error:
        raise FileRefused(_("这是一个文件夹, 请写出里面的文件: %(path)s") % {"path": path}) from error
    except PermissionError as error:
        raise FileRefused(_("没有读取这个文件的权限: %(path)s") % {"path": path}) from error
    except OSError as error:
        raise FileRefused(_("打不开文件: %(why)s") % {"why": error.strerror}) from error
    if size > FILE_BYTES:
        raise FileRefused(_("文件超过 %(most)d MB, 请拆成几个较小的文件。") % {"most": FILE_BYTES // MEGABYTE})
    if head.startswith(OLE_MAGIC):
        raise FileRefused(_("这是旧的 XLS 格式或有密码的工作簿, 请在 Excel 里另存为 XLSX。"))
    if head.startswith(ZIP_MAGIC):
        return look_at_xlsx(path, sheet=sheet)
    return look_at_csv(path, encoding=encoding)
