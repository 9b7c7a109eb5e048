"""A second implementation of what an auditor checks offline, from the specifications alone: RFC 6962, C2SP signed-note, tlog-checkpoint,
tlog-cosignature, tlog-proof, tlog-tiles, and the design of entries. Standard library and python3-cryptography only.

Reads one JSON document: origin, log (a verifier key), witnesses (verifier keys), quorum, proof (a .tlog-proof file), actors (verifier keys),
bundle (an entry bundle, base 64), tile (of level 0, of the same entries, base 64), checkpoint. Prints what it found.
"""

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def fail(why):
    raise SystemExit("refused: " + why)


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def root_of(hashes):
    """MTH of RFC 6962, section 2.1."""
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha256(b"\x01" + root_of(hashes[:k]) + root_of(hashes[k:]))


def verifier(vkey):
    """(name, key id, type, public key) of name+id+base64(type || key)."""
    name, key_id, material = vkey.split("+", 2)
    material = base64.b64decode(material, validate=True)
    expected = sha256(name.encode() + b"\n" + material)[:4]
    if expected.hex() != key_id or len(material) != 33:
        fail("a verifier key does not have the id that it says")
    return name, expected, material[0], Ed25519PublicKey.from_public_bytes(material[1:])


def open_note(note, vkeys):
    """The text of a note, and who of these keys signed it (name, time or None)."""
    split = note.rindex("\n\n")
    text, lines = note[: split + 1], note[split + 2 :].splitlines()
    signed = []
    for line in lines:
        dash, name, value = line.split(" ")
        value = base64.b64decode(value, validate=True)
        if dash != "\u2014":
            fail("a signature line without its dash")
        for key_name, key_id, kind, key in map(verifier, vkeys):
            if (name, value[:4]) != (key_name, key_id):
                continue
            try:
                if kind == 1:
                    key.verify(value[4:], text.encode())
                    signed.append((name, None))
                elif kind == 4:
                    time = int.from_bytes(value[4:12], "big")
                    key.verify(value[12:], b"cosignature/v1\ntime %d\n" % time + text.encode())
                    signed.append((name, time))
            except InvalidSignature:
                fail("the signature of " + name)
    return text, signed


def open_checkpoint(note, given):
    text, signed = open_note(note, [given["log"]] + given["witnesses"])
    origin, size, root = text.splitlines()[:3]
    if origin != given["origin"] or (given["log"].split("+")[0], None) not in signed:
        fail("not this log's checkpoint")
    cosigned = dict(who for who in signed if who[1] is not None)
    if len(cosigned) < given["quorum"]:
        fail("no quorum")
    return int(size), base64.b64decode(root, validate=True), cosigned


def includes(index, size, leaf, path, root):
    """Section 2.1.1 read backwards: where the leaf lies on the way from the root tells left from right."""
    sides = []
    low, high = 0, size
    while high - low > 1:
        k = 1
        while 2 * k < high - low:
            k *= 2
        sides.append(index < low + k)
        low, high = (low, low + k) if sides[-1] else (low + k, high)
    if len(sides) != len(path):
        return False
    for is_left, sibling in zip(reversed(sides), path):
        leaf = sha256(b"\x01" + (leaf + sibling if is_left else sibling + leaf))
    return leaf == root


def open_proof(file, given):
    header, rest = file.split("\n", 1)
    if header != "c2sp.org/tlog-proof@v1":
        fail("not a proof")
    head, note = rest.split("\n\n", 1)
    lines = head.split("\n")
    extra = base64.b64decode(lines.pop(0)[6:], validate=True) if lines[0].startswith("extra ") else b""
    index = int(lines.pop(0).removeprefix("index "))
    size, root, cosigned = open_checkpoint(note, given)
    path = [base64.b64decode(line, validate=True) for line in lines]
    if not includes(index, size, leaf_hash(extra), path, root):
        fail("the entry is not in the tree")
    return index, size, extra, cosigned


def split_bundle(bundle):
    entries = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        if len(bundle) < 2 + length:
            fail("a bundle that is cut short")
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return entries


def open_entry(entry, given):
    text, signed = open_note(entry.decode(), given["actors"])
    version, line = text.splitlines()
    content = json.loads(line)
    again = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if version != "fl-audit-entry/v1" or again != line or (content["actor"], None) not in signed:
        fail("not a signed entry in canonical form")
    if list(content) != ["actor", "body", "plan", "study", "time", "type"] or bool(content["plan"]) != bool(content["study"]):
        fail("not the common fields of an entry")
    return content


def main():
    given = json.load(sys.stdin)
    index, size, entry, cosigned = open_proof(given["proof"], given)
    entries = split_bundle(base64.b64decode(given["bundle"]))
    hashes = [leaf_hash(one) for one in entries]
    if b"".join(hashes) != base64.b64decode(given["tile"]):
        fail("the tile is not of these entries")
    whole, root, _ = open_checkpoint(given["checkpoint"], given)
    if whole != len(entries) or root_of(hashes) != root:
        fail("the entries do not have the checkpoint's root")
    json.dump(
        {
            "index": index,
            "size": size,
            "type": open_entry(entry, given)["type"],
            "witnesses": sorted(cosigned),
            "times": sorted(set(cosigned.values())),
            "types": [open_entry(one, given)["type"] for one in entries],
        },
        sys.stdout,
    )


main()
