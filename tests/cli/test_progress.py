"""The progress bar."""

import io

from fyke.cli.progress import Progress


def test_it_waits_then_draws_and_goes_away():
    """Nothing in the first second; then a line that is taken away at the end."""
    now = iter([0.0, 0.5, 2.0, 2.01])
    stream = io.StringIO()
    progress = Progress(stream, 100, lambda: next(now))
    progress.tell(1, 10)
    assert stream.getvalue() == ""
    progress.tell(4, 40)
    assert "40%" in stream.getvalue()
    assert "2 a second, 3 s left" in stream.getvalue()
    drawn = len(stream.getvalue())
    progress.tell(5, 50)
    assert len(stream.getvalue()) == drawn
    progress.hide()
    assert stream.getvalue().endswith("\r\x1b[K")
