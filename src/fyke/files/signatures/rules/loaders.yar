// Scripts that fetch, unpack or start something. Each rule names a combination, for each part is common alone.

rule Loader_Powershell_Reflective {
    meta:
        description = "PowerShell loads a program out of text straight into memory"
        family = "Ps1.Loader.Reflective"
        bits = 5.0
    strings:
        $load = /\[(System\.)?Reflection\.Assembly\][ \t]{0,2}::[ \t]{0,2}Load[ \t]{0,2}\(/ nocase
        $unpack = /FromBase64String|GZipStream|DeflateStream|-bxor|DownloadData/ nocase
        $run = /EntryPoint\.Invoke|GetMethod\([^\n]{1,60}\.Invoke|\.Invoke\(\$null/ nocase
    condition:
        filesize < 8MB and $load and $unpack and $run
}

rule Loader_Powershell_Shellcode {
    meta:
        description = "PowerShell writes machine code into memory and starts it"
        family = "Ps1.Loader.Shellcode"
        bits = 6.0
    strings:
        $ps = /\$[a-z_]\w{0,30}[ \t]{0,2}=|Add-Type|param[ \t]{0,2}\(/ nocase
        $alloc = "VirtualAlloc" nocase
        $copy = /Marshal\]?[ \t]{0,2}(::|\.)[ \t]{0,2}Copy/ nocase
        $start = /CreateThread|GetDelegateForFunctionPointer|QueueUserAPC|EnumSystemLocales/ nocase
    condition:
        filesize < 8MB and uint16(0) != 0x5A4D and all of them
}

rule Loader_Powershell_Amsi {
    meta:
        description = "PowerShell switches off the scanner of Windows"
        family = "Ps1.Evasion.Amsi"
        bits = 6.0
    strings:
        $a = "System.Management.Automation.AmsiUtils" nocase
        $b = /amsiInitFailed|amsiContext|amsiSession/ nocase
        $c = /SetValue[ \t]{0,2}\([ \t]{0,2}\$null/ nocase
        $d = /AmsiScanBuffer/ nocase
        $e = /VirtualProtect/ nocase
    condition:
        filesize < 2MB and uint16(0) != 0x5A4D and uint32(0) != 0x464C457F and (($a and $b and $c) or ($d and $e and $c))
}

rule Loader_Powershell_Hidden_Download {
    meta:
        description = "A hidden PowerShell fetches text from the net and runs it"
        family = "Ps1.Downloader.Hidden"
        bits = 5.0
    strings:
        $hidden = /-w(in(dowstyle)?)?[ \t]{1,4}(hidden|1)\b/ nocase
        $fetch = /DownloadString|DownloadFile|Invoke-WebRequest|Invoke-RestMethod|\biwr\b|\birm\b/ nocase
        $run = /\biex\b|Invoke-Expression|Start-Process/ nocase
        $skip = /-e(xecutionpolicy|p)[ \t]{1,4}bypass|-nop(rofile)?\b/ nocase
        $net = /https?:\/\// nocase
    condition:
        filesize < 500KB and uint16(0) != 0x5A4D and uint32(0) != 0x464C457F and all of them
}

rule Loader_Script_Writes_Program {
    meta:
        description = "A script decodes text to bytes, saves them as a program and starts it"
        family = "Js.Dropper.Adodb"
        bits = 5.0
    strings:
        $stream = "ADODB.Stream" nocase
        $shell = /WScript\.Shell|Shell\.Application/ nocase
        $save = "SaveToFile" nocase
        $text = /bin\.base64|MSXML2?\.(DOMDocument|ServerXMLHTTP|XMLHTTP)/ nocase
        $name = /\.(exe|scr|dll|bat|vbs|js|hta)["']/ nocase
    condition:
        filesize < 4MB and uint16(0) != 0x5A4D and all of them
}

rule Loader_Script_Character_Codes {
    meta:
        description = "A script is put together out of hundreds of character codes and run"
        family = "Js.Obfuscated.Codes"
        bits = 4.0
    strings:
        $codes = /(String\.)?fromCharCode[ \t]{0,2}\([ \t]{0,2}\d{2,3}([ \t]{0,2},[ \t]{0,2}\d{2,3}){100}/ nocase
        $chr = /(chrw?[ \t]{0,2}\([ \t]{0,2}\d{2,3}[ \t]{0,2}\)[ \t]{0,2}&[ \t]{0,2}){60}/ nocase
        $run = /\b(eval|execute|executeglobal)[ \t]{0,2}\(?|new[ \t]{1,4}Function[ \t]{0,2}\(/ nocase
    condition:
        filesize < 4MB and $run and ($codes or $chr)
}

rule Loader_Batch_Spliced {
    meta:
        description = "A batch file is put together out of single letters of variables"
        family = "Bat.Obfuscated.Spliced"
        bits = 4.0
    strings:
        $cut = /(%\w{1,30}:~\d{1,3},1%){8}/
        $echo = /@?echo off|setlocal|^set /i
    condition:
        filesize < 8MB and $cut and $echo
}

rule Loader_Batch_Carries_Cabinet {
    meta:
        description = "A batch file carries a program as a certificate and decodes it"
        family = "Bat.Dropper.Certutil"
        bits = 5.0
    strings:
        $decode = /certutil(\.exe)?[ \t"]{1,4}(-f[ \t]{1,4})?[-\/]decode(hex)?\b/ nocase
        $pe = "\nTVqQAA"
        $pem = "-----BEGIN CERTIFICATE-----"
    condition:
        filesize < 16MB and $decode and ($pe or ($pem and #pem < 3)) and uint16(0) != 0x5A4D
}

rule Loader_Python_Packed {
    meta:
        description = "Python unpacks its own text and runs it"
        family = "Py.Obfuscated.Packed"
        bits = 4.0
    strings:
        $run = /\bexec[ \t]{0,2}\([ \t]{0,2}(\w{1,20}\.){0,2}(decompress|b64decode|unhexlify|loads|__import__\(['"](zlib|base64|marshal)['"]\)\.\w{1,20})[ \t]{0,2}\([^\n]{0,200}(b64decode|decompress|unhexlify|b85decode)[ \t]{0,2}\([^\n]{200}/
    condition:
        filesize < 8MB and $run
}

rule Loader_Shell_Pipe {
    meta:
        description = "A shell script fetches a program for several machines, starts it and removes it: as botnets spread"
        family = "Sh.Downloader.Botnet"
        bits = 6.0
    strings:
        $fetch = /(wget|curl|tftp)[ \t][^\n;|]{1,120}\.(mips|mpsl|arm[4-7]?|x86|sh4|ppc|m68k|spc)\b/ nocase
        $run = /chmod[ \t]{1,4}(\+x|7[0-7]{2})/
    condition:
        filesize < 100KB and #fetch >= 3 and $run
}

rule Loader_Hta_Window_Away {
    meta:
        description = "An application page hides its window and starts a program"
        family = "Html.Hta.Hidden"
        bits = 4.0
    strings:
        $hta = "<hta:application" nocase
        $away = /window\.(moveTo|resizeTo)[ \t]{0,2}\([ \t]{0,2}(-\d{3,5}|0)/ nocase
        $shell = /WScript\.Shell|Shell\.Application/ nocase
        $run = /\.(Run|ShellExecute|Exec)\b/ nocase
    condition:
        filesize < 4MB and all of them
}
