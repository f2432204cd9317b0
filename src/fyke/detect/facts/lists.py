"""Whether a message came through a discussion list: then Reply-To and Sender are the list's, not the author's."""

from __future__ import annotations

from fyke.model import Message

_BESIDE = ("list-post", "mailing-list", "x-mailing-list", "x-beenthere", "list-help", "list-subscribe", "resent-sender")


def is_list(message: Message) -> bool:
    """Whether the message bears the marks of list software. Anyone can write them: no praise, only an excuse."""
    index = message.index
    if "list-id" in index:
        return any(key in index for key in _BESIDE) or message.first("precedence").lower() == "list"
    if "mailing-list" in index or "x-mailing-list" in index or "x-beenthere" in index:
        return True
    return message.return_path[:6].lower() == "owner-" or (
        "sender" in index and index["sender"][0].value[:6].lower() == "owner-"
    )
