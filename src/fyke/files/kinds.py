"""The kinds of files there are, and under which names honest ones go. What bytes are of which kind says `identify`."""

from __future__ import annotations

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One kind of file."""

    text: str  # what it is called
    extensions: frozenset[str]  # names under which honest files of the kind go; none where any name will do
    family: (
        str  # "archive", "disk", "installer", "document", "program", "script", "page", "picture", "mail", "media"...
    )


def _kind(text: str, family: str, extensions: str = "") -> Kind:
    return Kind(text, frozenset(extensions.split()), family)


KINDS: dict[str, Kind] = {
    # archives
    "zip": _kind("ZIP archive", "archive", "zip zipx jar war ear cbz kmz crx xpi nupkg whl egg xap appx msix vsix oxt"),
    "7z": _kind("7-Zip archive", "archive", "7z cb7 001"),
    "rar": _kind("RAR archive", "archive", "rar cbr r00 rev 001"),
    "gzip": _kind("gzip file", "archive", "gz tgz svgz taz dia emz wmz adz gzip"),
    "bzip2": _kind("bzip2 file", "archive", "bz2 bz tbz tbz2"),
    "xz": _kind("xz file", "archive", "xz txz"),
    "lzma": _kind("lzma file", "archive", "lzma tlz"),
    "lzip": _kind("lzip file", "archive", "lz"),
    "zstd": _kind("Zstandard file", "archive", "zst tzst"),
    "compress": _kind("compress file", "archive", "z taz"),
    "szdd": _kind("MS-DOS compressed file", "archive"),
    "tar": _kind("tar archive", "archive", "tar ova gem"),
    "cpio": _kind("cpio archive", "archive", "cpio"),
    "ar": _kind("ar archive", "archive", "a lib deb ar"),
    "arj": _kind("ARJ archive", "archive", "arj"),
    "lha": _kind("LHA archive", "archive", "lha lzh lzs"),
    "ace": _kind("ACE archive", "archive", "ace"),
    "arc": _kind("ARC archive", "archive", "arc"),
    "zoo": _kind("ZOO archive", "archive", "zoo"),
    "xar": _kind("xar archive", "archive", "xar pkg"),
    "cab": _kind("cabinet", "installer", "cab msu"),
    "iscab": _kind("InstallShield cabinet", "installer", "cab hdr"),
    "chm": _kind("compiled help", "installer", "chm chi"),
    "msi": _kind("Windows installer", "installer", "msi msp mst"),
    "sis": _kind("Symbian installer", "installer", "sis sisx"),
    "rpm": _kind("RPM package", "installer", "rpm"),
    # disks
    "iso": _kind("ISO 9660 image", "disk", "iso img"),
    "udf": _kind("UDF image", "disk", "udf iso img"),
    "vhd": _kind("virtual disk (VHD)", "disk", "vhd"),
    "vhdx": _kind("virtual disk (VHDX)", "disk", "vhdx avhdx"),
    "disk": _kind("disk with partitions or a file system", "disk", "img ima bin raw"),
    "dmg": _kind("Apple disk image", "disk", "dmg"),
    "wim": _kind("Windows image", "disk", "wim esd swm"),
    # documents
    "pdf": _kind("PDF document", "document", "pdf ai"),
    "ole": _kind("OLE2 file", "document", "doc xls ppt msi msg db mpp vsd pub one thumbs"),
    "doc": _kind("Word document (97-2003)", "document", "doc dot wiz"),
    "xls": _kind("Excel workbook (97-2003)", "document", "xls xlt xla xlm xlw"),
    "ppt": _kind("PowerPoint file (97-2003)", "document", "ppt pps pot ppa"),
    "docx": _kind("Word document", "document", "docx docm dotx dotm"),
    "xlsx": _kind("Excel workbook", "document", "xlsx xlsm xltx xltm xlsb xlam"),
    "pptx": _kind("PowerPoint file", "document", "pptx pptm potx potm ppsx ppsm sldx sldm ppam"),
    "ooxml": _kind("Office Open XML file", "document", "vsdx vsdm xps oxps 3mf thmx"),
    "odf": _kind("OpenDocument file", "document", "odt ods odp odg odb odf ott ots otp sxw sxc sxi"),
    "rtf": _kind("RTF document", "document", "rtf doc"),
    "onenote": _kind("OneNote file", "document", "one onepkg onetoc2"),
    "slk": _kind("SYLK sheet", "document", "slk"),
    "csv": _kind("table as text", "document", "csv tsv"),
    "vba": _kind("macro source", "document"),
    "xlm": _kind("Excel 4 macros as text", "document"),
    "activemime": _kind("packed macros of Office", "document", "mso"),
    # mail
    "tnef": _kind("TNEF attachment", "mail", "dat tnef"),
    "msg": _kind("Outlook message", "mail", "msg oft"),
    "mail": _kind("mail", "mail", "eml mht mhtml mbox msg nws"),
    "mbox": _kind("mailbox", "mail", "mbox mbx"),
    "uuencode": _kind("uuencoded text", "mail", "uu uue"),
    "yenc": _kind("yEnc-encoded text", "mail", "yenc ync"),
    "binhex": _kind("BinHex text", "mail", "hqx"),
    "base64": _kind("base64 text", "mail", "b64"),
    "calendar": _kind("calendar", "mail", "ics ical ifb vcs"),
    # programs
    "pe": _kind("Windows program", "program", "exe dll scr ocx cpl sys drv pif com mui ax efi xll msstyles"),
    "dos": _kind("DOS program", "program", "exe com"),
    "elf": _kind("Linux program", "program", "so o ko bin elf"),
    "macho": _kind("macOS program", "program", "dylib bundle o"),
    "dex": _kind("Android code", "program", "dex"),
    "apk": _kind("Android app", "program", "apk apks xapk aab"),
    "jar": _kind("Java archive", "program", "jar war ear"),
    "class": _kind("Java class", "program", "class"),
    "wasm": _kind("WebAssembly", "program", "wasm"),
    "lnk": _kind("Windows shortcut", "program", "lnk"),
    "url": _kind("internet shortcut", "program", "url website"),
    "swf": _kind("Flash movie", "program", "swf"),
    # scripts
    "js": _kind("JavaScript", "script", "js jse mjs cjs"),
    "vbs": _kind("VBScript", "script", "vbs vbe vb"),
    "wsf": _kind("Windows script file", "script", "wsf wsc sct"),
    "hta": _kind("HTML application", "script", "hta"),
    "powershell": _kind("PowerShell script", "script", "ps1 psm1 psd1"),
    "batch": _kind("batch file", "script", "bat cmd"),
    "shell": _kind("shell script", "script", "sh bash zsh command"),
    "python": _kind("Python script", "script", "py pyw"),
    "php": _kind("PHP script", "script", "php phtml"),
    "perl": _kind("Perl script", "script", "pl pm"),
    "reg": _kind("registry file", "script", "reg"),
    "inf": _kind("setup information", "script", "inf"),
    # pages
    "html": _kind("web page", "page", "html htm xhtml xht shtml hta asp aspx php jsp mht"),
    "svg": _kind("SVG drawing", "page", "svg"),
    "xml": _kind("XML", "page", "xml xsl xslt rels rdf rss atom plist svg xaml config manifest kml gpx vcxproj"),
    # pictures
    "png": _kind("PNG picture", "picture", "png apng jpg jpeg gif"),
    "jpeg": _kind("JPEG picture", "picture", "jpg jpeg jpe jfif png gif"),
    "gif": _kind("GIF picture", "picture", "gif png jpg jpeg"),
    "bmp": _kind("BMP picture", "picture", "bmp dib"),
    "tiff": _kind("TIFF picture", "picture", "tif tiff dng nef cr2 arw"),
    "webp": _kind("WebP picture", "picture", "webp png jpg jpeg gif"),
    "ico": _kind("icon", "picture", "ico cur"),
    "heif": _kind("HEIF picture", "picture", "heic heif avif"),
    "emf": _kind("Windows metafile", "picture", "emf wmf"),
    # the rest
    "media": _kind(
        "sound or film", "media", "mp3 mp4 m4a m4v mov avi wav ogg oga ogv flac mkv webm 3gp aac wma wmv mid"
    ),
    "font": _kind("font", "media", "ttf otf woff woff2 eot ttc"),
    "sqlite": _kind("SQLite database", "data", "db sqlite sqlite3"),
    "pem": _kind("key or certificate", "data", "pem crt cer key asc p7s p7m p7c sig"),
    "text": _kind("text", "text"),
    "data": _kind("unknown bytes", "data"),
    "empty": _kind("nothing", "data"),
}

ZIPS = frozenset({"zip", "docx", "xlsx", "pptx", "ooxml", "odf", "apk", "jar"})  # all of them are opened as ZIP
OLES = frozenset({"ole", "doc", "xls", "ppt", "msi", "msg"})  # and these as OLE2
STREAMS = frozenset({"gzip", "bzip2", "xz", "lzma", "lzip", "zstd", "compress"})  # one file made smaller
