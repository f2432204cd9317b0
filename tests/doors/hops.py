"""Mail servers behind the doors of SMTP and LMTP in tests."""

import socket
import threading
from contextlib import suppress


class NextHop:
    """A mail server that keeps what it takes, and refuses whom it is told to."""

    def __init__(self, end=b"250 2.0.0 taken", lmtp=False):
        self.taken, self._end, self._lmtp = [], end, lmtp
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._listener.getsockname())
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client):
        with suppress(OSError):  # whoever hangs up has had enough
            self._said(client)

    def _said(self, client):
        lines = client.makefile("rb")
        client.sendall(b"220 next\r\n")
        recipients, sender = [], b""
        for line in lines:
            verb = line[:4].upper()
            if verb in (b"EHLO", b"LHLO"):
                client.sendall(b"250-next\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE\r\n")
            elif verb == b"MAIL":
                sender, recipients = line, []
                client.sendall(b"250 ok\r\n")
            elif verb == b"RCPT":
                recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
                client.sendall(b"250 ok\r\n")
            elif verb == b"DATA":
                client.sendall(b"354 go on\r\n")
                body = []
                for each in lines:
                    if each == b".\r\n":
                        if not self._end:
                            client.close()
                            return
                        self.taken.append((sender, tuple(recipients), b"".join(body)))
                        client.sendall((self._end + b"\r\n") * (len(recipients) if self._lmtp else 1))
                        break
                    body.append(each[1:] if each.startswith(b".") else each)
            elif verb == b"QUIT":
                client.sendall(b"221 bye\r\n")
                return
            else:
                client.sendall(b"250 ok\r\n")

    def close(self):
        self._listener.close()
