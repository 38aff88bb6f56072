"""Verifies letters with dkimpy. In: {"records": {name: value}, "letters":
[{"text": base64, "signatures": n}]}; out: [[bool, for each signature], ...]."""

import base64
import json
import sys

import dkim
import nacl  # without it dkimpy cannot verify Ed25519


def main():
    given = json.load(sys.stdin)
    records = {name.encode() + b".": value.encode() for name, value in given["records"].items()}

    def lookup(name, timeout=5):
        return records.get(name)

    def valid(text, index):
        try:
            return bool(dkim.DKIM(text, minkey=2048).verify(index, dnsfunc=lookup))
        except dkim.DKIMException:
            return False

    json.dump([[valid(base64.b64decode(letter["text"]), i) for i in range(letter["signatures"])]
               for letter in given["letters"]], sys.stdout)


main()
