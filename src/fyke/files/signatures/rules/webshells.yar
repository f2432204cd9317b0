// Web shells: scripts that give whoever asks the server a command line. Each rule asks for input and use together.

rule Shell_Php_Eval_Input {
    meta:
        description = "PHP runs what the request holds"
        family = "Php.Webshell.Eval"
        bits = 6.0
    strings:
        $php = "<?php" nocase
        $run = /\b(eval|assert|system|passthru|shell_exec|popen|proc_open)[ \t]{0,4}\([ \t]{0,4}(base64_decode|gzinflate|str_rot13|stripslashes|urldecode)?[ \t(]{0,4}\$_(GET|POST|REQUEST|COOKIE)[ \t]{0,2}\[/ nocase
    condition:
        filesize < 500KB and $php in (0..1024) and $run
}

rule Shell_Php_Variable_Function {
    meta:
        description = "PHP calls a function that the request names, on what the request holds"
        family = "Php.Webshell.Variable"
        bits = 6.0
    strings:
        $php = "<?" 
        $call = /[^\w>:]\$_(GET|POST|REQUEST|COOKIE)[ \t]{0,2}\[[^\]\n]{1,20}\][ \t]{0,2}\([ \t@]{0,2}\$_(GET|POST|REQUEST|COOKIE)/
    condition:
        filesize < 500KB and $php in (0..1024) and $call
}

rule Shell_Php_Packed {
    meta:
        description = "PHP unpacks its own text and runs it"
        family = "Php.Obfuscated.Packed"
        bits = 4.0
    strings:
        $php = "<?php" nocase
        $run = /\beval[ \t]{0,4}\([ \t@]{0,4}(gzinflate|gzuncompress|str_rot13|strrev)[ \t]{0,4}\([ \t]{0,4}(base64_decode|str_rot13|gzinflate|strrev)[ \t]{0,4}\([ \t]{0,4}['"]/ nocase
    condition:
        filesize < 2MB and $php in (0..1024) and $run
}

rule Shell_Asp_Eval_Request {
    meta:
        description = "ASP runs what the request holds"
        family = "Asp.Webshell.Eval"
        bits = 6.0
    strings:
        $run = /\b(eval|execute|executeglobal)[ \t]{0,4}\(?[ \t]{0,4}request[ \t]{0,4}(\.(item|form|querystring))?[ \t]{0,4}[\[(][ \t]{0,4}["'][^"'\n]{1,30}["']/ nocase
        $page = "<%"
    condition:
        filesize < 200KB and $page and $run
}

rule Shell_Jsp_Exec_Parameter {
    meta:
        description = "JSP starts the program that the request names"
        family = "Jsp.Webshell.Exec"
        bits = 6.0
    strings:
        $page = "<%"
        $run = /getRuntime\(\)[ \t\r\n]{0,4}\.[ \t\r\n]{0,4}exec[ \t]{0,4}\([ \t]{0,4}request[ \t]{0,4}\.[ \t]{0,4}getParameter[ \t]{0,4}\(/
    condition:
        filesize < 200KB and $page and $run
}

rule Shell_Php_Console {
    meta:
        description = "A page of a server that offers files, commands and databases to whoever logs in"
        family = "Php.Webshell.Console"
        bits = 5.0
    strings:
        $php = "<?php" nocase
        $a = "safe_mode" nocase
        $b = "disable_functions" nocase
        $c = /shell_exec|passthru|proc_open/
        $d = "move_uploaded_file"
        $e = "posix_getpwuid"
        $f = /(back|bind)[ _-]?connect/ nocase
        $g = "/etc/passwd"
    condition:
        filesize < 1MB and $php in (0..1024) and 6 of ($a, $b, $c, $d, $e, $f, $g)
}
