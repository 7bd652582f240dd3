# Prints the two orders that tests/data/batches.cpp and tests/data/split.cpp expect, from a Philox4x32-10 of its own.
# Usage: python3 orders.py
# SPDX-License-Identifier: Apache-2.0
MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(q >> 32) ^ c[1] ^ k[0], q & MASK, (p >> 32) ^ c[3] ^ k[1], p & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]  # the authors' test vectors
assert philox([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0]) == [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


def shuffled(n, seed, stream, substream):
    def words():
        block = 0
        while True:
            yield from philox([block, stream, substream & MASK, substream >> 32], [seed & MASK, seed >> 32])
            block += 1

    draw, order = words(), list(range(n))
    for i in range(n, 1, -1):  # 64 bits, high word first; rejecting what would bias the remainder never happens for numbers this small
        j = (next(draw) << 32 | next(draw)) % i
        order[i - 1], order[j] = order[j], order[i - 1]
    return order


print("epoch 0 of five texts, seed 0:", shuffled(5, 0, 2, 0))
print("three of ten set aside, seed 0:", sorted(shuffled(10, 0, 4, 0)[:3]))
