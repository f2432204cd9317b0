"""No test reads or writes what the user's own fyke keeps."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def _state(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield
