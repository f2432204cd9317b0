"""Options are written whole."""


def test_no_abbreviations(fyke, box):
    """`--js` may mean another option tomorrow."""
    ran = fyke("scan", "--js", box)
    assert ran.code == 2
    assert "has no option --js; did you mean --json?" in ran.err


def test_own_domain_reaches_the_config(fyke):
    """And may be repeated."""
    out = fyke("config", "--own-domain", "example.org", "--own-domain", "example.net").out
    assert '["example.org", "example.net"]  (command line)' in out


def test_too_many_processes(fyke, box):
    """A slip of the finger does not take the machine down."""
    ran = fyke("scan", "--jobs", "100000", box)
    assert ran.code == 2
    assert ran.err == "fyke: --jobs 100000: at most 256 processes\n"
