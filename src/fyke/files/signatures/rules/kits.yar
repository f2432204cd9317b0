// Pages that ask for passwords and send them away, and the archives such kits are sold as.

rule Kit_Php_Mails_Password {
    meta:
        description = "PHP mails the password that a page asked for"
        family = "Php.Phishing.Kit"
        bits = 5.0
    strings:
        $php = "<?php" nocase
        $word = /\$_(POST|REQUEST)[ \t]{0,2}\[[ \t]{0,2}['"](pass|passwd|password|pwd|passwrd|upass|cvv|pin)['"]/ nocase
        $mail = /\bmail[ \t]{0,2}\([ \t]{0,2}\$/ nocase
        $who = /REMOTE_ADDR|HTTP_CLIENT_IP|getenv\(/ nocase
        $away = /header[ \t]{0,2}\([ \t]{0,2}['"]Location:/ nocase
        $boast = /(result|log|rezult|fullz|victim|scam|spam)[s]?[ \t_-]{0,2}(from|box|info|log|\||:|\$ip)/ nocase
    condition:
        filesize < 200KB and $php in (0..2048) and $word and $mail and $who and ($away or $boast)
}

rule Kit_Php_Sends_To_Chat {
    meta:
        description = "PHP sends the password that a page asked for to a chat"
        family = "Php.Phishing.Chat"
        bits = 6.0
    strings:
        $php = "<?php" nocase
        $word = /\$_(POST|REQUEST)[ \t]{0,2}\[[ \t]{0,2}['"](pass|passwd|password|pwd|passwrd|cvv|pin|otp)['"]/ nocase
        $chat = /api\.telegram\.org\/bot|discord(app)?\.com\/api\/webhooks/ nocase
    condition:
        filesize < 200KB and $php in (0..2048) and $word and $chat
}

rule Kit_Page_Sends_To_Chat {
    meta:
        description = "A page asks for a password and sends it to a chat"
        family = "Html.Phishing.Chat"
        bits = 6.0
    strings:
        $ask = /type[ \t]{0,2}=[ \t]{0,2}["']?password/ nocase
        $chat = /api\.telegram\.org\/bot|discord(app)?\.com\/api\/webhooks/ nocase
        $send = /\bfetch[ \t]{0,2}\(|XMLHttpRequest|\$\.(ajax|post)|sendMessage/ nocase
    condition:
        filesize < 4MB and all of them
}

rule Kit_Blocks_Watchers {
    meta:
        description = "A kit's list of the networks of searchers and scanners that shall not see it"
        family = "Php.Phishing.Antibot"
        bits = 4.0
    strings:
        $php = "<?php" nocase
        $a = "phishtank" nocase
        $b = "netcraft" nocase
        $c = "googlebot" nocase
        $d = "kaspersky" nocase
        $e = "messagelabs" nocase
        $f = "fortinet" nocase
        $g = "avast" nocase
        $h = "virustotal" nocase
        $out = /HTTP\/1\.[01] 404|header[ \t]{0,2}\(|exit[ \t]{0,2}\(|die[ \t]{0,2}\(/ nocase
        $host = /gethostbyaddr|HTTP_USER_AGENT|REMOTE_ADDR/
    condition:
        filesize < 1MB and $php in (0..2048) and 4 of ($a, $b, $c, $d, $e, $f, $g, $h) and $out and $host
}

rule Kit_Archive {
    meta:
        description = "An archive laid out as phishing kits are: pages of a brand with what blocks watchers"
        family = "Zip.Phishing.Kit"
        bits = 4.0
    strings:
        $a = /antibots?[0-9]?\.php/ nocase
        $b = /blocker\.php|block(ed)?_?bots?\.php|bots\.php/ nocase
        $c = /(result|rezult|telegram|tele|config|mail)s?\.php/ nocase
        $d = /(login|signin|verify|otp|card|billing|password)[a-z0-9_-]{0,12}\.(php|html)/ nocase
    condition:
        uint32(0) == 0x04034B50 and filesize < 32MB and $a and ($b or $c) and $d
}
