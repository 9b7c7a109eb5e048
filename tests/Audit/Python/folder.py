"""Audits the folder of a consortium's audit log (docs/transparency-log.md, "What an audit covers"), without any of the product's code.

    python3 folder.py DIR [ENTRY.tlog-proof ...]

Python's standard library and python3-cryptography (Debian) only, written from the documents: RFC 6962 (tree), RFC 9162 (proofs), C2SP signed-note,
tlog-checkpoint, tlog-cosignature, tlog-tiles and tlog-proof, docs/formats.md (plans, models, sums), and the protocol's transcript H0 to H4.

Prints what it computed as one JSON object and ends with 0, or says at the first fault what is wrong and ends with 1. It verifies signatures, tree, plans,
approvals, rounds, sums and models. It does not count epsilon again (the charges of a round only have to be there), and it knows suite 1 only.
"""

import base64
import hashlib
import json
import math
import os
import struct
import sys

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Refused(Exception):
    """The folder does not hold what it says."""


def require(holds, why):
    if not holds:
        raise Refused(why)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Folder:
    """Remembers which files were read: a file that nobody reads is covered by nothing."""

    def __init__(self, path):
        self.path, self.read_names = path, set()

    def read(self, name):
        self.read_names.add(name)
        try:
            with open(os.path.join(self.path, *name.split("/")), "rb") as file:
                return file.read()
        except FileNotFoundError:
            raise Refused(name + " is missing") from None

    def has(self, name):
        return os.path.exists(os.path.join(self.path, *name.split("/")))

    def require_all_read(self):
        for folder, _, names in os.walk(self.path):
            for name in names:
                relative = os.path.relpath(os.path.join(folder, name), self.path).replace(os.sep, "/")
                require(relative in self.read_names, relative + " is covered by nothing")


# --- The tree: RFC 6962, section 2.1 -------------------------------------------------------------------------------------------------------------------


def leaf_hash(entry):
    return sha256(b"\x00", entry)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def split_at(count):
    """The largest power of two below count, for count of 2 or more."""
    return 1 << (count - 1).bit_length() - 1


def tree_hash(leaves):
    """MTH."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split_at(len(leaves))
    return node_hash(tree_hash(leaves[:k]), tree_hash(leaves[k:]))


def inclusion_path(index, leaves):
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split_at(len(leaves))
    if index < k:
        return inclusion_path(index, leaves[:k]) + [tree_hash(leaves[k:])]
    return inclusion_path(index - k, leaves[k:]) + [tree_hash(leaves[:k])]


def root_by_path(index, size, leaf, path):
    """RFC 9162, section 2.1.3.2: the root that a path leads to; None where it fits no tree of this size."""
    if index >= size:
        return None
    fn, sn, found = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return None
        if fn % 2 == 1 or fn == sn:
            found = node_hash(sibling, found)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, sibling)
        fn, sn = fn >> 1, sn >> 1
    return found if sn == 0 else None


# --- Tiles: C2SP tlog-tiles ------------------------------------------------------------------------------------------------------------------------------

WIDTH = 256


def tile_name(level, number, width):
    """tile/<L>/<N>[.p/<W>], N in groups of three digits of which all but the last begin with 'x'."""
    groups = ["%03d" % (number % 1000)]
    while number >= 1000:
        number //= 1000
        groups.insert(0, "x%03d" % (number % 1000))
    return "tile/%s/%s%s" % (level, "/".join(groups), "" if width == WIDTH else ".p/%d" % width)


def tiles_of(count):
    """(number, width) of the tiles over so many hashes."""
    for number in range(count // WIDTH):
        yield number, WIDTH
    if count % WIDTH:
        yield count // WIDTH, count % WIDTH


def read_entries(folder, size):
    """All entries: each with its length as 16 bits before it."""
    entries = []
    for number, width in tiles_of(size):
        name = tile_name("entries", number, width)
        bundle, at = folder.read(name), 0
        for _ in range(width):
            require(at + 2 <= len(bundle), name + " is cut short")
            length = int.from_bytes(bundle[at : at + 2], "big")
            entry = bundle[at + 2 : at + 2 + length]
            require(len(entry) == length, name + " is cut short")
            entries.append(entry)
            at += 2 + length
        require(at == len(bundle), name + " has more than its entries")
    return entries


def check_tiles(folder, leaves):
    """Every hash tile is the one that the entries give."""
    level, row = 0, leaves
    while row:
        for number, width in tiles_of(len(row)):
            name = tile_name(level, number, width)
            expected = b"".join(row[number * WIDTH : number * WIDTH + width])
            require(folder.read(name) == expected, name + " is not the tile of these entries")
        # Above stand the roots of full tiles only.
        row = [tree_hash(row[i : i + WIDTH]) for i in range(0, len(row) - WIDTH + 1, WIDTH)]
        level += 1


# --- Notes: C2SP signed-note, tlog-checkpoint, tlog-cosignature --------------------------------------------------------------------------------------------

ED25519, COSIGNATURE = 1, 4  # signature types


def key_id(name, kind, key):
    return sha256(name.encode(), b"\n", bytes([kind]), key)[:4]


def ed25519_verifies(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def decode64(text):
    value = base64.b64decode(text, validate=True)
    require(base64.b64encode(value).decode() == text, "base 64 with stray bits")
    return value


def split_note(note, what):
    """The text, and (name, id, signature) of each line below it."""
    at = note.rfind(b"\n\n")
    require(at >= 0 and note.endswith(b"\n"), what + " is no note")
    text, lines = note[: at + 1], note[at + 2 : -1].split(b"\n")
    signatures = []
    for line in lines:
        parts = line.decode().split(" ")
        require(len(parts) == 3 and parts[0] == "\u2014", what + " has a line that is no signature")
        value = decode64(parts[2])
        signatures.append((parts[1], value[:4], value[4:]))
    return text, signatures


def check_signature(name, key, text, signature, what):
    """A signature of type 0x01: over the text itself."""
    said, number, value = signature
    require(said == name and number == key_id(name, ED25519, key), "%s is signed by %s, not by %s" % (what, said, name))
    require(ed25519_verifies(key, text, value), "%s does not have the signature of %s" % (what, name))


def read_checkpoint(note):
    text, signatures = split_note(note, "checkpoint")
    lines = text.decode().split("\n")
    require(len(lines) == 4 and lines[3] == "", "checkpoint: not origin, size and root")
    require(lines[1].isdigit() and str(int(lines[1])) == lines[1], "checkpoint: its size is no number")
    return text, lines[0], int(lines[1]), decode64(lines[2]), signatures


def check_checkpoint(checkpoint, ring, roster, quorum):
    """Signed by the log, cosigned by a quorum of a study's sites, and by nobody unknown. Returns who cosigned."""
    text, origin, _, _, signatures = checkpoint
    require(signatures, "checkpoint: nobody signed it")
    check_signature(origin, ring.coordinator()["log_key"], text, signatures[0], "checkpoint")
    cosigned = []
    for name, number, value in signatures[1:]:
        member = ring.members.get(name)
        require(member is not None and name.startswith("site/"), "checkpoint: %s cosigned, whose key does not count" % name)
        key = member["witness_key"]
        require(number == key_id(name, COSIGNATURE, key) and name not in cosigned, "checkpoint: a line of %s is not its key's" % name)
        # 64 bits of POSIX time, then a signature over a line that says so and over the checkpoint's text.
        time = int.from_bytes(value[:8], "big")
        message = b"cosignature/v1\ntime %d\n" % time + text
        require(len(value) == 72 and ed25519_verifies(key, message, value[8:]), "checkpoint: the cosignature of " + name)
        cosigned.append(name)
    of_roster = sum("site/" + site in cosigned for site in roster)
    require(of_roster >= quorum, "checkpoint: %d sites of the last study cosigned; %d must" % (of_roster, quorum))
    return cosigned


# --- What the root signed: credentials, revocations, researchers' certificates ------------------------------------------------------------------------------


def p256_verifies(key, message, signature):
    """ECDSA with SHA-256; the signature is r || s, 32 bytes each."""
    if len(signature) != 64:
        return False
    pair = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(pair, message, ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


def canonical(document):
    """RFC 8785 for what occurs here: objects with ASCII keys, lists, texts, whole numbers, booleans."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signed_document(text, kind, root, what):
    document = json.loads(text)
    require(canonical(document) == text.encode() and sorted(document) == ["kind", "payload", "signature"], what + " is not canonical")
    require(document["kind"] == kind, "%s is a '%s', not a '%s'" % (what, document["kind"], kind))
    message = kind.encode() + b"\n" + document["payload"].encode()
    require(p256_verifies(root.public_key(), message, bytes.fromhex(document["signature"])), what + " was not signed by the root")
    return json.loads(document["payload"])


class Ring:
    """Whose keys count at a place of the log: a later credential replaces an earlier one, a revocation ends all of a member."""

    def __init__(self, root):
        self.root, self.members, self.revoked, self.number, self.serials = root, {}, set(), 0, set()

    def read(self, text, what):
        payload = signed_document(text, "federated-credential/2", self.root, what)
        name = payload["role"] + "/" + payload["name"]
        require(name not in self.revoked, what + " is of a member that was revoked")
        member = {key: bytes.fromhex(payload[key]) for key in ("identity_key", "identity_p256_key", "log_key", "witness_key")}
        others = {key for other, keys in self.members.items() if other != name for key in keys.values()}
        require(others.isdisjoint(member.values()), what + " has a key of another member")
        member["credential"] = sha256(text.encode())
        return name, member

    def revoke(self, text, what):
        payload = signed_document(text, "federated-revocations/2", self.root, what)
        require(payload["number"] > self.number, what + " is not newer than the list before")
        self.number = payload["number"]
        self.revoked = {one["role"] + "/" + one["name"] for one in payload["members"]}
        self.serials = {int(one["serial"], 16) for one in payload["serials"]}
        for name in self.revoked:
            self.members.pop(name, None)

    def coordinator(self):
        names = [name for name in self.members if name.startswith("coordinator/")]
        require(len(names) == 1, "the log has %d coordinators whose keys count" % len(names))
        return self.members[names[0]]


# --- Entries: fl-audit-entry/v1 --------------------------------------------------------------------------------------------------------------------------

COMMON = ["actor", "body", "plan", "study", "time", "type"]


def read_entry(bytes_, what):
    text, signatures = split_note(bytes_, what)
    lines = text.decode().split("\n")
    require(len(lines) == 3 and lines[0] == "fl-audit-entry/v1" and lines[2] == "", what + " is not of version 1")
    content = json.loads(lines[1])
    require(canonical(content) == lines[1].encode() and sorted(content) == COMMON, what + " is not canonical")
    require(len(signatures) == 1, what + " has another signature than its actor's")
    return text, content, signatures[0]


def walk(folder, entries, leaves, ring, root_hash, origin):
    """One pass: every entry is signed by a key that counts at its place, and says what is true of what stands before it."""
    first = None
    studies = {}
    last = None
    for index, bytes_ in enumerate(entries):
        what = "entry %d" % index
        text, said, signature = read_entry(bytes_, what)
        kind, body, actor = said["type"], said["body"], said["actor"]
        require((index == 0) == (kind == "log.genesis"), what + ": a log begins once, with entry 0")
        if index == 0:
            require(body["root_hash"] == root_hash.hex() and body["origin"] == origin, what + " is of another root or log")
            name = "federated/%s/%s" % (root_hash.hex()[:16], actor.removeprefix("coordinator/"))
            require(actor.startswith("coordinator/") and name == origin, what + ": the log's name is not made of root and coordinator")
            first = (text, signature, actor)
            continue  # its key is in entry 1
        registered = ring.read(body["credential"], what) if kind == "key.register" else None
        if index == 1:
            require(registered is not None and registered[0] == actor == first[2], what + " does not register the coordinator")
            check_signature(actor, registered[1]["log_key"], first[0], first[1], "entry 0")
        own = registered is not None and registered[0] == actor  # the root vouches for the key that signs
        member = registered[1] if own else ring.members.get(actor)
        require(member is not None, "%s: no key of %s counts here" % (what, actor))
        check_signature(actor, member["log_key"], text, signature, what)
        if registered is not None:
            ring.members[registered[0]] = registered[1]
        if kind == "key.revoke":
            ring.revoke(body["revocations"], what)
        if kind == "plan.registered":
            require(said["plan"] not in studies, what + " registers a plan again")
            studies[said["plan"]] = Study(folder, said, ring, what)
        if said["plan"]:
            study = studies.get(said["plan"])
            require(study is not None or kind in ("refusal", "misbehaviour"), what + " is of a plan that nobody registered")
            if study is not None:
                last = study
                study.take(index, said, ring, leaves, what)
    return studies, last


# --- Studies: plan, approvals, rounds -----------------------------------------------------------------------------------------------------------------------


class Study:
    """docs/formats.md: the plan; and what the log says of it."""

    def __init__(self, folder, said, ring, what):
        self.folder, self.hash = folder, said["plan"]
        where = "plans/%s/" % self.hash
        plan = folder.read(where + "plan.json")
        require(sha256(plan).hex() == self.hash, where + "plan.json is not the plan that %s registers" % what)
        self.plan = json.loads(plan)
        require(canonical(self.plan) == plan and self.plan["name"] == said["study"], where + "plan.json is not as registered")
        require(self.plan["format"] == "federated-plan/3", where + "plan.json is of another version")
        der = folder.read(where + "researcher.crt")
        certificate = x509.load_der_x509_certificate(der)
        require(certificate.public_bytes(Encoding.DER) == der, where + "researcher.crt is not one certificate")
        root = ring.root
        try:
            root.public_key().verify(
                certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(certificate.signature_hash_algorithm)
            )
        except InvalidSignature:
            raise Refused(where + "researcher.crt was not signed by the root") from None
        roles = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
        require([role.value for role in roles] == ["researcher"], where + "researcher.crt is of no researcher")
        require(certificate.serial_number not in ring.serials, where + "researcher.crt was revoked")
        message = b"federated-plan/3\n" + plan
        signed = p256_verifies(certificate.public_key(), message, folder.read(where + "signature"))
        require(signed, where + "signature is not the researcher's")
        self.roster = [site["name"] for site in self.plan["sites"]]
        roster_hash = sha256("".join(site + "\n" for site in self.roster).encode())
        require(said["body"]["roster_hash"] == roster_hash.hex(), what + ": its roster is not the plan's")
        aggregation = self.plan["aggregation"]
        require(aggregation["suite"] == 1, "the plan has suite %d; this program knows suite 1" % aggregation["suite"])
        self.colluders = aggregation["colluders"]
        self.decisions, self.cohorts, self.rounds, self.charged = {}, {}, [], set()
        self.initial = said["body"]["initial_model_hash"]
        self.model, self.previous, self.recomputed = None, bytes(32), 0

    def quorum(self):
        """The least q with 2q > n + c: how many fix the survivors of a round, and how many cosign the log."""
        return (len(self.roster) + self.colluders) // 2 + 1

    def take(self, index, said, ring, leaves, what):
        kind, body, site = said["type"], said["body"], said["actor"].removeprefix("site/")
        if kind in ("plan.approved", "plan.rejected", "plan.withdrawn"):
            require(site in self.roster, "%s: %s is not on the roster" % (what, site))
            self.decisions[site] = kind
        elif kind == "cohort.formed":
            self.form(index, body, ring, leaves, what)
        elif kind == "privacy.charged":
            formed = self.cohorts.get((body["round"], body["attempt"]))
            require(formed is not None and site in formed["body"]["u1"].split(" "), "%s: no cohort with %s before" % (what, site))
            self.charged.add((site, body["round"], body["attempt"], body["h2"]))
        elif kind == "round.committed":
            self.commit(body, what)
        elif kind == "model.released":
            models = [one["next_model_hash"] for one in self.rounds]
            require(body["artefact_hash"] in models, what + ": not the model after any round before")
        elif kind == "inputs.released":
            require(body["artefact_hash"] in [one["sum_hash"] for one in self.rounds], what + ": not the sum of any round before")
        elif kind == "evaluation.released":
            require(self.rounds and body["artefact_hash"] == self.rounds[-1]["sum_hash"], what + ": not the sum of the last round")

    def form(self, index, body, ring, leaves, what):
        members = body["u1"].split(" ")
        require(len(members) >= self.plan["aggregation"]["minimum_sites"], what + ": its cohort is too small")
        for site in members:
            require(self.decisions.get(site) == "plan.approved", "%s: %s had not approved the plan" % (what, site))
            require("site/" + site in ring.members, "%s: no key of %s counts here" % (what, site))
        # What sites saw as the log was this log, when it had so many entries.
        size = int(body["log_size"])
        require(size <= index and tree_hash(leaves[:size]).hex() == body["log_root"], what + ": its checkpoint is not of this log")
        self.cohorts[(body["round"], body["attempt"])] = {"body": body, "members": dict(ring.members), "coordinator": ring.coordinator()}

    def commit(self, body, what):
        number, attempt = body["round"], body["attempt"]
        formed = self.cohorts.get((number, attempt))
        require(formed is not None and number == len(self.rounds) + 1, what + ": no cohort was formed for it, or it is not the next round")
        name = "rounds/%s/%05d" % (self.hash, number)
        proof, lanes = self.folder.read(name + ".proof"), self.folder.read(name + ".sum")
        require(sha256(proof).hex() == body["proof_hash"], name + ".proof is not the one that %s commits" % what)
        require(sha256(lanes).hex() == body["sum_hash"], name + ".sum is not the one that %s commits" % what)
        if self.model is None:
            self.model = Model.initial(self.plan, len(lanes) // 8)
            require(self.model.hash().hex() == self.initial, what + ": the model before round 1 is not the plan's")
        found = Proof(proof, name + ".proof").check(self, formed, number, attempt, what)
        self.model = self.model.after(self.plan, lanes, found["u3"], number)
        found["next_model_hash"] = self.model.hash()
        # H4 binds what everybody computes: the sum, and the model that follows from it.
        found["h4"] = sha256(b"FLSA/1 H4", found["h3"], sha256(lanes), found["next_model_hash"])
        require(found["result"] == sha256(lanes) + found["h4"] + found["view"], name + ".proof: its result is of another sum or model")
        for key in ("h0", "h1", "h2", "h3", "h4", "acknowledgements_hash", "next_model_hash"):
            require(body[key] == found[key].hex(), "%s: its %s is not what %s.proof and .sum give" % (what, key, name))
        for key in ("u1", "u2", "u3"):
            require(body[key].split(" ") == found[key], "%s: its %s is not what %s.proof gives" % (what, key, name))
        inputs = "inputs/%s/%05d/" % (self.hash, number)
        if self.folder.has(inputs + "opening"):
            again = Opening(self.folder, inputs).sum(found, len(lanes) // 8)
            require(again == lanes, name + ".sum is not the sum of the inputs that the sites signed")
            self.recomputed += 1
        if self.plan["privacy"] != "none":
            for site in found["u3"]:
                require((site, number, attempt, body["h2"]) in self.charged, "%s: %s is in the sum and was not charged" % (what, site))
        self.previous = found["h4"]
        self.rounds.append(body)


# --- A round's proof: the signed bodies that H0 to H4 follow from ------------------------------------------------------------------------------------------


class Reader:
    def __init__(self, data, what):
        self.data, self.at, self.what = data, 0, what

    def take(self, length):
        part = self.data[self.at : self.at + length]
        require(len(part) == length, self.what + " is cut short")
        self.at += length
        return part

    def number(self, length):
        return int.from_bytes(self.take(length), "big")

    def with_length(self):
        return self.take(self.number(4))

    def end(self):
        require(self.at == len(self.data), self.what + " has bytes too many")


def members_of(bitmap, count):
    """Indices of a set over a cohort, least significant bit first; no bit beyond the cohort."""
    found = [i for i in range(8 * len(bitmap)) if bitmap[i // 8] >> i % 8 & 1]
    require(all(i < count for i in found), "a set has a member that is not in the cohort")
    return found


class Proof:
    def __init__(self, data, what):
        self.what = what
        reader = Reader(data, what)
        require(reader.number(2) == 1, what + " is of another version")
        self.invitation, self.invited = reader.with_length(), reader.take(64)
        self.count = reader.number(2)
        self.keys = [reader.with_length() for _ in range(self.count)]
        self.sharers = reader.take(-(-self.count // 8))
        self.headers = [reader.take(32) for _ in members_of(self.sharers, self.count)]
        self.survivors, self.acknowledged = reader.with_length(), reader.with_length()
        self.result, self.resulted = reader.with_length(), reader.take(64)
        reader.end()

    def check(self, study, formed, number, attempt, what):
        view = int(formed["body"]["log_size"]).to_bytes(8, "big") + bytes.fromhex(formed["body"]["log_root"])
        self.check_invitation(study, number, attempt, view)
        names, identities, mask_keys = zip(*[self.member(body, formed, view) for body in self.keys])
        require(list(names) == sorted(set(names)), self.what + ": its cohort is not in order")
        # The transcript: each hash binds everything said before it.
        h0 = sha256(b"FLSA/1 H0", sha256(self.invitation))
        h1 = sha256(b"FLSA/1 H1", h0, self.count.to_bytes(2, "big"), *[sha256(body) for body in self.keys])
        h2 = sha256(b"FLSA/1 H2", h1, self.sharers, *self.headers)
        width = len(self.sharers)
        bitmap, digests = self.survivors[:width], self.survivors[width:]
        survivors = members_of(bitmap, self.count)
        require(len(digests) == 32 * len(survivors), self.what + ": not one digest for each survivor")
        sharing = members_of(self.sharers, self.count)
        require(set(survivors) <= set(sharing), self.what + ": a survivor did not share")
        require(len(survivors) >= study.plan["aggregation"]["minimum_sites"], self.what + ": its sum is of too few sites")
        h3 = sha256(b"FLSA/1 H3", h2, bitmap, digests)
        self.check_acknowledgements(study, survivors, identities, h3)
        coordinator = formed["coordinator"]["identity_key"]
        require(signed(coordinator, 0, study.previous, self.invitation, self.invited), self.what + ": the coordinator did not invite")
        require(signed(coordinator, 10, h3, self.result, self.resulted), self.what + ": the coordinator did not sign the result")
        return {
            "h0": h0,
            "h1": h1,
            "h2": h2,
            "h3": h3,
            "u1": list(names),
            "u2": [names[i] for i in sharing],
            "u3": [names[i] for i in survivors],
            "names": names,
            "identities": identities,
            "mask_keys": mask_keys,
            "sharers": sharing,
            "headers": self.headers,
            "survivors": survivors,
            "digests": [digests[at : at + 32] for at in range(0, len(digests), 32)],
            "acknowledgements_hash": sha256(self.acknowledged),
            "result": self.result,
            "view": view,
        }

    def check_invitation(self, study, number, attempt, view):
        """M0: everything that the coordinator may vary."""
        reader = Reader(self.invitation, self.what)
        said = (
            reader.number(2),
            reader.with_length().decode(),
            reader.take(32).hex(),
            reader.number(4),
            reader.number(1),
            reader.take(32),
            reader.take(32),
        )
        expected = (1, study.plan["name"], study.hash, number, attempt, study.model.hash(), study.previous)
        require(said == expected, self.what + ": its invitation is to another round, or after another model or result")
        reader.take(32)  # nonce
        require(reader.take(40) == view, self.what + ": its invitation names another checkpoint than its cohort")
        reader.take(4)  # time-out
        reader.end()

    def member(self, body, formed, view):
        """M1: a site's credential, which the log had registered when the cohort was formed, and its keys."""
        reader = Reader(body, self.what)
        require((reader.number(2), reader.number(1)) == (1, 1), self.what + ": keys of another version or suite")
        name = reader.with_length().decode()
        credential = sha256(reader.with_length())
        _, mask_key, _ = reader.take(32), reader.take(32), reader.take(32)  # channel key, mask key, nonce
        require(reader.take(40) == view, "%s: %s saw another log" % (self.what, name))
        reader.end()
        member = formed["members"].get("site/" + name)
        require(member is not None and member["credential"] == credential, "%s: the credential of %s is not registered" % (self.what, name))
        return name, member["identity_key"], mask_key

    def check_acknowledgements(self, study, survivors, identities, h3):
        """M8: a quorum of the survivors signed who the survivors are, before anything was opened."""
        width = len(self.sharers)
        signers, signatures = members_of(self.acknowledged[:width], self.count), self.acknowledged[width:]
        require(set(signers) <= set(survivors) and len(signatures) == 64 * len(signers), self.what + ": not signatures of survivors")
        require(len(signers) >= study.quorum(), self.what + ": no quorum acknowledged the survivors")
        for place, i in enumerate(signers):
            own = signatures[64 * place : 64 * place + 64]
            require(signed(identities[i], 7, h3, b"", own), self.what + ": an acknowledgement is not its site's")


def signed(key, kind, previous, body, signature):
    return ed25519_verifies(key, b"FLSA/1 msg\x00" + bytes([kind]) + previous + sha256(body), signature)


# --- A sum, computed again from masked inputs: docs/secure-aggregation.md, "Is the announced sum the right one?" ---------------------------------------------


def derive(salt, secret, info):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def lanes_of(data):
    return struct.unpack("<%dI" % (len(data) // 4), data)


class Opening:
    """What the coordinator took the masks off with: the header of each sharer's M3, its opened secret, and the signature of each input."""

    def __init__(self, folder, where):
        self.folder, self.where, what = folder, where, where + "opening"
        reader = Reader(folder.read(what), what)
        require(reader.number(2) == 1, what + " is of another version")
        sharers, inputs = reader.number(2), reader.number(2)
        self.dealers = [(reader.with_length(), reader.take(32)) for _ in range(sharers)]
        self.signatures = [reader.take(64) for _ in range(inputs)]
        reader.end()

    def sum(self, found, dimension):
        """Centred, as 64-bit lanes. Every survivor signed its input, and every dealer committed to its secret: there is one sum."""
        total = [0] * dimension
        require(len(self.signatures) == len(found["survivors"]), self.where + "opening is of another number of inputs")
        for i, digest, signature in zip(found["survivors"], found["digests"], self.signatures):
            name = "%s%s.input" % (self.where, found["names"][i])
            data = self.folder.read(name)
            require(len(data) == 4 * dimension, name + " has another length than the round's inputs")
            chunks = [data[at : at + (1 << 20)] for at in range(0, len(data), 1 << 20)]
            require(tree_hash([leaf_hash(chunk) for chunk in chunks]) == digest, name + " is not the input that the survivors signed")
            header = struct.pack(">QBBI", dimension, 32, 32, 1 << 20) + digest
            require(signed(found["identities"][i], 5, found["h2"], header, signature), name + " is not signed by its site")
            total = [a + b for a, b in zip(total, lanes_of(data))]
        for key, sign in self.masks(found):
            counter = (1).to_bytes(8, "big") + bytes(8)
            stream = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor().update(bytes(4 * dimension))
            total = [a + sign * b for a, b in zip(total, lanes_of(stream))]
        return struct.pack("<%dq" % dimension, *[(lane + (1 << 31)) % (1 << 32) - (1 << 31) for lane in total])

    def masks(self, found):
        """What is still in the sum of the masked inputs, and the sign that takes it off."""
        h0, h1, h2 = found["h0"], found["h1"], found["h2"]
        require(len(self.dealers) == len(found["sharers"]), self.where + "opening is of another number of sharers")
        for i, expected, (header, secret) in zip(found["sharers"], found["headers"], self.dealers):
            what = "%sopening: what it says of %s is not what that site committed to" % (self.where, found["names"][i])
            index = i.to_bytes(2, "big")
            require(sha256(header) == expected, what)
            if i in found["survivors"]:
                require(sha256(b"FLSA/1 bcommit", h1, index, secret) == header[2:34], what)
                yield derive(h2, secret, b"FLSA/1 self" + index), -1
                continue
            # It shared and sent nothing: the survivors' masks with it are left over. Its key opens those alone.
            key = X25519PrivateKey.from_private_bytes(derive(h0, secret, b"FLSA/1 mask-x25519"))
            require(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) == found["mask_keys"][i], what)
            for j in found["survivors"]:
                low, high = min(i, j), max(i, j)
                agreed = key.exchange(X25519PublicKey.from_public_bytes(found["mask_keys"][j]))
                info = b"FLSA/1 pair" + struct.pack(">HH", low, high) + found["mask_keys"][low] + found["mask_keys"][high]
                yield derive(h2, agreed, info), -1 if j < i else 1


# --- Models: docs/formats.md, "Sum" and "Initial model" ---------------------------------------------------------------------------------------------------

# Python's floats are IEEE-754 doubles, and every operation below rounds once, as the product's does: the bits are the same.


def float32(value):
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        raise Refused("a model's parameter would not be finite") from None


def power(base, exponent):
    result = 1.0
    for _ in range(exponent):
        result *= base
    return result


def uniform(name):
    """The named stream of docs/formats.md: numbers in [0, 1), multiples of 2^-53."""
    seed, counter = sha256(name.encode()), 0
    while True:
        block = sha256(seed, counter.to_bytes(8, "little"))
        for at in range(0, 32, 8):
            yield (int.from_bytes(block[at : at + 8], "little") >> 11) * 2.0**-53
        counter += 1


class Model:
    def __init__(self, number, parameters, memory):
        self.number, self.parameters, self.memory = number, parameters, memory

    @staticmethod
    def initial(plan, dimension):
        hidden = plan["model"]["hidden"]
        if not hidden:
            return Model(0, [0.0] * dimension, [])
        # Parameters of the first layer are (inputs + 1) times its width; the rest follows from the widths.
        widths = hidden + [1]
        rest = sum((before + 1) * after for before, after in zip(widths, widths[1:]))
        inputs = (dimension - rest) // hidden[0] - 1
        draws, parameters = uniform("federated/initial-model/%d" % plan["model"]["seed"]), []
        for fan_in, width in zip([inputs] + hidden, widths):
            bound = 1.0 / math.sqrt(fan_in)
            parameters += [float32((2 * next(draws) - 1) * bound) for _ in range((fan_in + 1) * width)]
        require(len(parameters) == dimension, "the first sum has not the plan's number of parameters")
        return Model(0, parameters, [])

    def hash(self):
        d = len(self.parameters)
        head = b"federated-model/1\n" + struct.pack("<IIB", self.number, d, len(self.memory))
        return sha256(head, struct.pack("<%df" % d, *self.parameters), *[struct.pack("<%dd" % d, *slot) for slot in self.memory])

    def after(self, plan, lanes, survivors, number):
        """The step that every party takes alike."""
        privacy = plan["privacy"]
        if privacy != "none" and number > plan["training"]["rounds"]:
            require(len(lanes) == 8 * 2 * privacy["evaluation"]["bins"], "the evaluation's sum has another length")
            return Model(number, self.parameters, self.memory)
        d = len(self.parameters)
        require(len(lanes) == 8 * d, "a sum has another length than the model")
        unit, divisor = 2.0 ** -plan["aggregation"]["scale_bits"], divisor_of(plan, survivors)
        g = [lane * unit / divisor for lane in struct.unpack("<%dq" % d, lanes)]
        server = plan["server"]
        rate, start = float(server["learning_rate"]), server["average_from"]
        moments = self.memory if self.number == 0 or not (0 < start <= self.number) else self.memory[:-1]
        if server["optimizer"] == "sgd":
            momentum = float(server["momentum"])
            before = moments[0] if moments else [0.0] * d
            steps = g if momentum == 0 else [x + momentum * v for x, v in zip(g, before)]
            memory = [] if momentum == 0 else [steps]
            parameters = [float32(p + v * rate) for p, v in zip(self.parameters, steps)]
        else:
            b1, b2, epsilon = (float(server[key]) for key in ("beta1", "beta2", "epsilon"))
            m0, v0 = moments if moments else ([0.0] * d, [0.0] * d)
            m = [a * b1 + x * (1 - b1) for a, x in zip(m0, g)]
            v = [a * b2 + x * x * (1 - b2) for a, x in zip(v0, g)]
            bias1, bias2 = 1 - power(b1, number), 1 - power(b2, number)
            memory = [m, v]
            parameters = [
                float32(p + a / bias1 * rate / (math.sqrt(b / bias2) + epsilon)) for p, a, b in zip(self.parameters, m, v)
            ]
        if 0 < start <= number:
            mean = [0.0] * d if number == start else self.memory[-1]
            memory = memory + [[a + (p - a) / float(number - start + 1) for a, p in zip(mean, parameters)]]
        return Model(number, parameters, memory)


def divisor_of(plan, survivors):
    """A constant of the plan and of who survived: never a count of patients."""
    privacy = plan["privacy"]
    if privacy != "none" and privacy["unit"] == "site":
        return float(len(survivors))
    part = whole = 0.0
    for site in plan["sites"]:
        weight = float(site["weight"])
        whole += weight
        part += weight if site["name"] in survivors else 0
    share = part / whole
    if privacy != "none" and plan["training"]["mode"] == "fedsgd":
        return float(privacy["sampling_rate"]) * privacy["expected_patients"] * share
    return share


# --- One entry alone: C2SP tlog-proof -----------------------------------------------------------------------------------------------------------------------


def check_proof_file(path, checkpoint, entries):
    """The file's entry, path and checkpoint: they are of this very log."""
    with open(path, "rb") as file:
        head, _, note = file.read().partition(b"\n\n")
    lines = head.decode().split("\n")
    require(lines[0] == "c2sp.org/tlog-proof@v1" and lines[1].startswith("extra "), path + " is no proof with an entry in it")
    require(lines[2].startswith("index "), path + " has no index")
    entry, index = decode64(lines[1][len("extra ") :]), int(lines[2][len("index ") :])
    text, _, size, root, signatures = read_checkpoint(note)
    require((text, signatures) == (checkpoint[0], checkpoint[4]), path + " is under another checkpoint than the folder's")
    siblings = [decode64(line) for line in lines[3:]]
    require(root_by_path(index, size, leaf_hash(entry), siblings) == root, path + ": its entry is not in the tree")
    require(entries[index] == entry, path + ": its entry is not that of the folder")
    return index


def audit(path, proof_files):
    folder = Folder(path)
    pem = folder.read("root.crt")
    root = x509.load_pem_x509_certificate(pem)
    require(root.public_bytes(Encoding.PEM) == pem, "root.crt is not one certificate and nothing else")
    root_hash = sha256(root.public_bytes(Encoding.DER))
    checkpoint = read_checkpoint(folder.read("checkpoint"))
    _, origin, size, tree_root, _ = checkpoint
    entries = read_entries(folder, size)
    leaves = [leaf_hash(entry) for entry in entries]
    check_tiles(folder, leaves)
    require(tree_hash(leaves) == tree_root, "checkpoint: its root is not that of the entries")
    for index in {0, size // 2, size - 1}:
        require(root_by_path(index, size, leaves[index], inclusion_path(index, leaves)) == tree_root, "entry %d is not in the tree" % index)
    ring = Ring(root)
    studies, last = walk(folder, entries, leaves, ring, root_hash, origin)
    roster, quorum = (last.roster, last.quorum()) if last else ([], 0)
    cosigned = check_checkpoint(checkpoint, ring, roster, quorum)
    folder.require_all_read()
    proven = [check_proof_file(file, checkpoint, entries) for file in proof_files]
    keys = ("round", "attempt", "h0", "h1", "h2", "h3", "h4", "sum_hash", "next_model_hash")
    return {
        "entries": size,
        "root": root_hash.hex(),
        "tree": base64.b64encode(tree_root).decode(),
        "cosigned": sorted(cosigned),
        "proven": proven,
        "studies": {
            study.hash: {"name": study.plan["name"], "recomputed": study.recomputed, "rounds": [{key: body[key] for key in keys} for body in study.rounds]}
            for study in studies.values()
        },
    }


def main(arguments):
    if not arguments:
        raise SystemExit(__doc__)
    try:
        print(json.dumps(audit(arguments[0], arguments[1:]), indent=1, sort_keys=True))
    except Refused as fault:
        raise SystemExit("refused: %s" % fault)
    # Bytes that are not even of their format: the libraries say so each in their own way, and none of them may pass for "verified".
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error) as fault:
        raise SystemExit("refused: it cannot be read: %s: %s" % (type(fault).__name__, fault))


main(sys.argv[1:])
