"""The events of an XML file, safely: no document type, so no entities; any encoding of the trade."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from app.base.errors import WorldError

_CHUNK_BYTES = 64 * 1024
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_HEAD_BYTES = 200


class XmlText:
    """Feeds `file` to a handler, chunk by chunk. WorldError naming the line where it is no XML."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self.encoding = _encoding(file, path)
        self.bytes_done = 0

    def feed(self, handler: ContentHandler) -> Iterator[None]:
        """Walk the whole file, pausing after each chunk so that what was found can be taken."""
        parser = make_parser()
        parser.forbid_dtd = True
        parser.setContentHandler(handler)
        # Fed piece by piece it does not tell the handler by itself where it stands.
        handler.setDocumentLocator(parser)
        decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        self._file.seek(0)
        self.bytes_done = 0
        try:
            while raw := self._file.read(_CHUNK_BYTES):
                parser.feed(decoder.decode(raw))
                self.bytes_done += len(raw)
                yield
            parser.feed(decoder.decode(b"", final=True))
            parser.close()
            yield
        except OSError:
            raise WorldError("import_unreadable", path=str(self._path)) from None
        except UnicodeDecodeError:
            raise WorldError("import_xml_encoding", path=str(self._path), encoding=self.encoding) from None
        except DefusedXmlException:
            raise WorldError("import_xml_dtd", path=str(self._path)) from None
        except SAXParseException as error:
            raise WorldError("import_xml_syntax", path=str(self._path), line=error.getLineNumber()) from None
        except SAXException:
            raise WorldError("import_xml_syntax", path=str(self._path), line=0) from None


def _encoding(file: BinaryIO, path: Path) -> str:
    """Python's name of the encoding: by its mark, else as the file declares it, else UTF-8."""
    try:
        file.seek(0)
        head = file.read(_HEAD_BYTES)
    except OSError:
        raise WorldError("import_unreadable", path=str(path)) from None
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    declared = _DECLARED.match(head)
    if declared is None:
        return "utf-8"
    name = declared[1].decode("ascii").lower()
    if name in ("gb2312", "gbk", "gb18030"):
        # The largest of the three reads what the smaller two wrote.
        return "gb18030"
    try:
        # Only text: Python also knows codecs that turn bytes into bytes.
        "".encode(name)
        return codecs.lookup(name).name
    except LookupError:
        raise WorldError("import_xml_encoding", path=str(path), encoding=name) from None
