// What strings in programs say. Programs that fetch, inject and hide have wanted kin (debuggers, installers), so the
// rules ask for combinations that these do not have; packers are notes.

rule Program_Ransom_Note {
    meta:
        description = "A program that deletes the copies Windows keeps, and speaks of encrypted files"
        family = "Win.Ransomware.Generic"
        bits = 6.0
    strings:
        $a = /vssadmin(\.exe)?[ \t]{1,4}delete[ \t]{1,4}shadows/ nocase ascii wide
        $b = /wmic(\.exe)?[ \t]{1,4}shadowcopy[ \t]{1,4}delete/ nocase ascii wide
        $c = /bcdedit(\.exe)?[ \t]{1,4}\/set[^\x00]{0,30}recoveryenabled[ \t]{1,4}no/ nocase ascii wide
        $d = /wbadmin(\.exe)?[ \t]{1,4}delete[ \t]{1,4}catalog/ nocase ascii wide
        $note = /your (important )?(files|data|documents|network)[^\x00]{0,40}encrypted/ nocase ascii wide
        $pay = /\b(bitcoin|monero|\.onion|tor browser)/ nocase ascii wide
    condition:
        uint16(0) == 0x5A4D and 1 of ($a, $b, $c, $d) and $note and $pay
}

rule Program_Stealer_Places {
    meta:
        description = "A program that knows where many browsers, wallets and messengers keep what they know"
        family = "Win.Stealer.Generic"
        bits = 5.0
    strings:
        $a = "\\Login Data" nocase ascii wide
        $b = "\\Cookies" nocase ascii wide
        $c = "logins.json" nocase ascii wide
        $d = "wallet.dat" nocase ascii wide
        $e = "\\Telegram Desktop\\tdata" nocase ascii wide
        $f = "\\discord\\Local Storage" nocase ascii wide
        $g = "nkbihfbeogaeaoehlefnkodbefgpgknn" ascii wide
        $h = "\\FileZilla\\recentservers.xml" nocase ascii wide
        $i = "\\Exodus\\exodus.wallet" nocase ascii wide
        $j = "SELECT origin_url" nocase ascii wide
    condition:
        uint16(0) == 0x5A4D and 6 of them
}

rule Program_Hollows_Another {
    meta:
        description = "A program that starts another, empties it and puts itself in its place"
        family = "Win.Injector.Hollowing"
        bits = 3.0
    strings:
        $a = "NtUnmapViewOfSection" ascii wide
        $b = "WriteProcessMemory" ascii wide
        $c = /SetThreadContext|NtSetContextThread/ ascii wide
        $d = "ResumeThread" ascii wide
        $e = /VirtualAllocEx|NtAllocateVirtualMemory/ ascii wide
    condition:
        uint16(0) == 0x5A4D and filesize < 8MB and all of them
}

rule Program_Reflective_Loader {
    meta:
        description = "A library that loads itself out of memory, as attack tools do"
        family = "Win.Loader.Reflective"
        bits = 5.0
    strings:
        $a = /_?ReflectiveLoader(@4)?/ ascii
        $b = "beacon." ascii
        $c = "VirtualAlloc" ascii
    condition:
        uint16(0) == 0x5A4D and filesize < 8MB and $a and ($b or $c)
}

rule Program_Sends_To_Bot {
    meta:
        description = "A program that reports what it finds to a chat of its maker"
        family = "Win.Stealer.Chat"
        bits = 4.0
    strings:
        $telegram = /api\.telegram\.org\/bot[\w:{}%]{0,60}/ ascii wide
        $discord = /discord(app)?\.com\/api\/webhooks\// ascii wide
        $loot = /(password|cookies|credentials|keylog|screenshot|clipboard)/ nocase ascii wide
        $place = /checkip\.|ipinfo\.io|api\.ipify\.org|ip-api\.com|icanhazip/ ascii wide
    condition:
        uint16(0) == 0x5A4D and filesize < 16MB and ($telegram or $discord) and #loot > 2 and $place
}

rule Program_Keyed_By_Debugger_And_Sandbox {
    meta:
        description = "A program that looks for many machines of analysts before it works"
        family = "Win.Evasion.Sandbox"
        bits = 3.0
    strings:
        $a = "SbieDll.dll" nocase ascii wide
        $b = "vmtoolsd" nocase ascii wide
        $c = "VBoxService" nocase ascii wide
        $d = "wireshark" nocase ascii wide
        $e = "procmon" nocase ascii wide
        $f = "ollydbg" nocase ascii wide
        $g = "x64dbg" nocase ascii wide
        $h = "fiddler" nocase ascii wide
        $i = "cuckoomon" nocase ascii wide
    condition:
        uint16(0) == 0x5A4D and filesize < 8MB and 6 of them
}

rule Program_Miner {
    meta:
        description = "A program that mines coins"
        family = "Multi.Miner.Generic"
        bits = 4.0
    strings:
        $a = "stratum+tcp://" ascii wide
        $b = "stratum+ssl://" ascii wide
        $c = /\brandomx?\b|cryptonight|rx\/0/ nocase ascii wide
        $d = "donate-level" ascii wide
        $e = "mining.subscribe" ascii
    condition:
        (uint16(0) == 0x5A4D or uint32(0) == 0x464C457F) and 3 of them
}

rule Program_Botnet_Device {
    meta:
        description = "A program for small devices that tries their default passwords and shuts out its rivals"
        family = "Linux.Botnet.Device"
        bits = 5.0
    strings:
        $a = "/bin/busybox" ascii
        $b = "/dev/watchdog" ascii
        $c = "/dev/misc/watchdog" ascii
        $d = "TSource Engine Query" ascii
        $e = "xc3511" ascii
        $f = "7ujMko0" ascii
        $g = "/proc/net/tcp" ascii
    condition:
        uint32(0) == 0x464C457F and filesize < 2MB and 4 of them
}

rule Packer_Upx {
    meta:
        description = "A program packed with UPX"
        bits = 0.5
    strings:
        $a = "UPX0" ascii
        $b = "UPX1" ascii
        $c = "UPX!" ascii
    condition:
        ((uint16(0) == 0x5A4D and $a in (0..1024) and $b in (0..1024)) or (uint32(0) == 0x464C457F and $c in (0..1024)))
}

rule Packer_Protector {
    meta:
        description = "A program in a packer that hides what it does"
        bits = 1.0
    strings:
        $a = ".vmp0" ascii
        $b = ".themida" ascii
        $c = ".enigma1" ascii
        $d = ".aspack" ascii
        $e = ".petite" ascii
        $f = ".MPRESS1" ascii
        $g = "PEC2" ascii
    condition:
        uint16(0) == 0x5A4D and any of ($a, $b, $c, $d, $e, $f, $g) in (0..1024)
}
