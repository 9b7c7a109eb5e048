"""Audits one disclosed round of secure aggregation, suite 1: reads JSON from standard input, prints what it recomputed as JSON.

Shares no code with the product and uses Python's standard library alone. It follows the design note: transcript (2.3), messages (2.4), sharing (2.5), masking (2.6),
unmasking (2.7). Anything that does not hold ends it with an assertion.
"""

import hashlib
import hmac
import json
import sys

P25519 = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
P61 = 2**61 - 1


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u16(value):
    return value.to_bytes(2, "big")


# RFC 5869


def hkdf(salt, ikm, info, length=32):
    prk = hmac.new(salt, ikm, "sha256").digest()
    block, out = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.new(prk, block + info + bytes([counter]), "sha256").digest()
        out += block
    return out[:length]


# RFC 7748, section 5


def x25519(scalar, u):
    k = int.from_bytes(scalar, "little") & ~7 & (2**255 - 1) | 2**254
    x1 = int.from_bytes(u, "little") & (2**255 - 1)
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for bit in reversed(range(255)):
        now = k >> bit & 1
        if swap ^ now:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = now
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a, c * b, a * a, b * b
        e = aa - bb
        x3, z3 = pow(da + cb, 2, P25519), x1 * pow(da - cb, 2, P25519) % P25519
        x2, z2 = aa * bb % P25519, e * (aa + 121665 * e) % P25519
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, -1, P25519) % P25519).to_bytes(32, "little")


# RFC 8032, section 5.1, affine and slow

D = -121665 * pow(121666, -1, P25519) % P25519


def recover(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P25519) % P25519
    x = pow(xx, (P25519 + 3) // 8, P25519)
    if (x * x - xx) % P25519:
        x = x * pow(2, (P25519 - 1) // 4, P25519) % P25519
    assert (x * x - xx) % P25519 == 0, "no point of the curve"
    return P25519 - x if x & 1 != sign else x


def decode(point):
    number = int.from_bytes(point, "little")
    y = number & (2**255 - 1)
    assert y < P25519
    return extended(recover(y, number >> 255), y)


def extended(x, y):
    return (x, y, 1, x * y % P25519)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P25519, (p[1] + p[0]) * (q[1] + q[0]) % P25519
    c, d = 2 * p[3] * q[3] * D % P25519, 2 * p[2] * q[2] % P25519
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P25519, g * h % P25519, f * g % P25519, e * h % P25519)


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


BASE_Y = 4 * pow(5, -1, P25519) % P25519
BASE = extended(recover(BASE_Y, 0), BASE_Y)


def verify(key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    assert s < ORDER
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(decode(signature[:32]), times(k, decode(key)))
    assert (left[0] * right[2] - right[0] * left[2]) % P25519 == 0 and (left[1] * right[2] - right[1] * left[2]) % P25519 == 0


# FIPS 197, encryption with a key of 256 bits


def sbox():
    box, p, q = [0] * 256, 1, 1
    while True:
        p = p ^ (p << 1 & 0xFF) ^ (0x1B if p & 0x80 else 0)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        x = q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^ (q << 4 | q >> 4)
        box[p] = (x ^ 0x63) & 0xFF
        if p == 1:
            box[0] = 0x63
            return box


SBOX = sbox()


def double(a):
    return (a << 1 ^ (0x1B if a & 0x80 else 0)) & 0xFF


def schedule(key):
    words, constant = [key[i : i + 4] for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        word = words[i - 1]
        if i % 8 == 0:
            word = bytes(SBOX[b] for b in word[1:] + word[:1])
            word, constant = bytes([word[0] ^ constant]) + word[1:], double(constant)
        elif i % 8 == 4:
            word = bytes(SBOX[b] for b in word)
        words.append(bytes(a ^ b for a, b in zip(word, words[i - 8])))
    return [b"".join(words[i : i + 4]) for i in range(0, 60, 4)]


def encrypt(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number in range(1, 15):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if number < 14:
            mixed = []
            for column in range(0, 16, 4):
                c = state[column : column + 4]
                whole = c[0] ^ c[1] ^ c[2] ^ c[3]
                mixed += [c[i] ^ whole ^ double(c[i] ^ c[(i + 1) % 4]) for i in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[number])]
    return bytes(state)


def mask(key, d, lane_bits):
    keys, size = schedule(key), lane_bits // 8
    stream = b"".join(encrypt(keys, (1).to_bytes(8, "big") + i.to_bytes(8, "big")) for i in range(-(-d * size // 16)))
    return [int.from_bytes(stream[e * size : (e + 1) * size], "little") for e in range(d)]


# RFC 6962, section 2.1


def tree(leaves):
    if len(leaves) == 1:
        return sha(b"\0", leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1", tree(leaves[:split]), tree(leaves[split:]))


# Design, section 2.5

WIDTHS = (52, 52, 52, 52, 48)


def combine(shares):
    secret, at = 0, 0
    for limb, width in enumerate(WIDTHS):
        value = 0
        for x, share in shares:
            weight = 1
            for other, _ in shares:
                if other != x:
                    weight = weight * other * pow(other - x, -1, P61) % P61
            value += weight * int.from_bytes(share[8 * limb : 8 * limb + 8], "little")
        value %= P61
        assert value < 1 << width, "the shares give no secret"
        secret |= value << at
        at += width
    return secret.to_bytes(32, "little")


def signed(key, kind, previous, body, signature):
    verify(key, b"FLSA/1 msg\0" + bytes([kind]) + previous + sha(body), signature)


def members(bitmap, size):
    return [i for i in range(size) if bitmap[i // 8] >> i % 8 & 1]


def ephemeral(body):
    """Channel and mask key of an M1."""
    at = 3
    for _ in range(2):
        at += 4 + int.from_bytes(body[at : at + 4], "big")
    return body[at : at + 32], body[at + 32 : at + 64]


def audit(case):
    hexed = lambda message, field="body": bytes.fromhex(message[field])
    sign = lambda message: bytes.fromhex(message["signature"])
    coordinator = bytes.fromhex(case["coordinator"])
    identities = [bytes.fromhex(key) for key in case["identities"]]
    d, b, lanes, t, n = case["dimension"], case["bits"], case["lane_bits"], case["threshold"], len(identities)

    m0 = case["invitation"]
    signed(coordinator, 0, bytes.fromhex(case["previous"]), hexed(m0), sign(m0))
    h0 = sha(b"FLSA/1 H0", sha(hexed(m0)))

    for i, m1 in enumerate(case["keys"]):
        signed(identities[i], 1, h0, hexed(m1), sign(m1))
    h1 = sha(b"FLSA/1 H1", h0, u16(n), *(sha(hexed(m1)) for m1 in case["keys"]))
    mask_keys = [ephemeral(hexed(m1))[1] for m1 in case["keys"]]

    sharers = sorted(int(i) for i in case["shares"])
    commitments, items = {}, {}
    for i in sharers:
        m3 = case["shares"][str(i)]
        body, attached = hexed(m3), hexed(m3, "attachment")
        signed(identities[i], 3, h1, body, sign(m3))
        assert body[:2] == u16(1) and body[34:38] == bytes(4) and body[38:40] == u16(n)
        split = []
        while attached:
            length = int.from_bytes(attached[:4], "big")
            split.append(attached[4 : 4 + length])
            attached = attached[4 + length :]
        assert len(split) == n and tree(split) == body[40:]
        commitments[i] = body[2:34]
        items[i] = [(item[2:34], item[34:66]) for item in split]
    bitmap = lambda indices: bytes(sum(1 << i % 8 for i in indices if i // 8 == byte) for byte in range(-(-n // 8)))
    h2 = sha(b"FLSA/1 H2", h1, bitmap(sharers), *(sha(hexed(case["shares"][str(i)])) for i in sharers))

    total, digests = [0] * d, {}
    for name, m5 in case["inputs"].items():
        i, body, packed = int(name), hexed(m5), hexed(m5, "bytes")
        signed(identities[i], 5, h2, body, sign(m5))
        digest = tree([packed[at : at + 2**20] for at in range(0, len(packed), 2**20)])
        assert body == d.to_bytes(8, "big") + bytes([b, lanes]) + (2**20).to_bytes(4, "big") + digest
        digests[i] = digest
        bits = int.from_bytes(packed, "little")
        for e in range(d):
            total[e] += bits >> e * b & (1 << b) - 1

    m6 = case["survivors"]
    body = hexed(m6)
    signed(coordinator, 6, h2, body, sign(m6))
    survivors = members(body, n)
    assert survivors == sorted(digests) and body == bitmap(survivors) + b"".join(digests[i] for i in survivors)
    assert len(survivors) >= case["minimum"]
    h3 = sha(b"FLSA/1 H3", h2, body[: -(-n // 8)], *(digests[i] for i in survivors))

    m8 = hexed(case["acknowledgements"])
    acknowledged = members(m8, n)
    signatures = m8[-(-n // 8) :]
    assert set(acknowledged) <= set(survivors) and len(acknowledged) >= t and len(signatures) == 64 * len(acknowledged)
    for place, i in enumerate(acknowledged):
        signed(identities[i], 7, h3, b"", signatures[64 * place : 64 * place + 64])

    shown = {i: [] for i in sharers}
    for name, m9 in case["shown"].items():
        holder, body = int(name), hexed(m9)
        signed(identities[holder], 9, h3, body, sign(m9))
        assert body[:2] == u16(len(sharers)) and len(body) == 2 + 43 * len(sharers)
        for at in range(2, len(body), 43):
            owner, kind, share = int.from_bytes(body[at : at + 2], "big"), body[at + 2], body[at + 3 : at + 43]
            assert kind == (1 if owner in survivors else 2)
            committed = sha(b"FLSA/1 sc", h1, u16(owner), u16(holder), bytes([kind]), share)
            assert committed == items[owner][holder][kind - 1]
            shown[owner].append((holder + 1, share))

    for i in sharers:
        assert len(shown[i]) >= t
        secret = combine(shown[i][:t])
        assert combine(shown[i][-t:]) == secret, "two sets of holders differ"
        if i in survivors:
            assert sha(b"FLSA/1 bcommit", h1, u16(i), secret) == commitments[i]
            key = hkdf(h2, secret, b"FLSA/1 self" + u16(i))
            total = [x - g for x, g in zip(total, mask(key, d, lanes))]
            continue
        private = hkdf(h0, secret, b"FLSA/1 mask-x25519")
        assert x25519(private, (9).to_bytes(32, "little")) == mask_keys[i]
        for j in survivors:
            low, high = min(i, j), max(i, j)
            info = b"FLSA/1 pair" + u16(low) + u16(high) + mask_keys[low] + mask_keys[high]
            key = hkdf(h2, x25519(private, mask_keys[j]), info)
            sign_of = 1 if j < i else -1  # the smaller index added it
            total = [x - sign_of * g for x, g in zip(total, mask(key, d, lanes))]

    centred = [(x + (1 << b - 1)) % (1 << b) - (1 << b - 1) for x in total]
    sum_hash = sha(b"".join(x.to_bytes(8, "little", signed=True) for x in centred))
    h4 = sha(b"FLSA/1 H4", h3, sum_hash, bytes.fromhex(case["next_model"]))
    m10 = case["result"]
    signed(coordinator, 10, h3, hexed(m10), sign(m10))
    assert hexed(m10) == sum_hash + h4 + bytes(40)
    return {"transcript": [h.hex() for h in (h0, h1, h2, h3, h4)], "sum": centred, "sum_hash": sum_hash.hex()}


json.dump(audit(json.load(sys.stdin)), sys.stdout)
