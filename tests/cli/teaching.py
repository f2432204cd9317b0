"""A mail that the rules take for wanted, and what the commands that teach say of it."""

import json

ANN, BOB = "ann@example.org", "bob@example.net"
PITCH = "Your exclusive voucher for the spring fair, dear reader: twelve stalls, one ticket, free soup.\n" * 4


def lines(ran):
    return [json.loads(line) for line in ran.out.splitlines()]


def bits(fyke, path, user=""):
    words = ["--rcpt", user] if user else []
    return lines(fyke("scan", "--json", path, *words))[0]["bits"]
