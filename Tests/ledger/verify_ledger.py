#!/usr/bin/env python3
"""Verifies an exported ledger with nothing but this file: python3 verify_ledger.py EXPORT.ndjson [CHECKPOINT].

Written from docs/ledger.md alone, as a second opinion on the program. Standard library only. A checkpoint's size and
root are compared; its Ed25519 signature needs a library and is left to others. Exit code 1 when something is wrong.
"""
import base64, hashlib, json, sys


def sha(*parts):
    return hashlib.sha256(b''.join(parts)).digest()


def encoded(entry):
    fields = [
        entry['sequence'].to_bytes(8, 'big'), entry['action_id'].encode(), entry['kind'].encode(),
        entry['recorded_at'].to_bytes(8, 'big', signed=True), entry['actor'].encode(),
        bytes.fromhex(entry['policy_hash']), bytes.fromhex(entry['payload_hash']), bytes.fromhex(entry['previous_hash'])]
    return b'scout-ledger/1\0' + b''.join(len(field).to_bytes(4, 'big') + field for field in fields)


def root(leaves):
    """RFC 6962, section 2.1, word by word but for the slices, which are kept as bounds."""
    def of(start, end):
        if end == start:
            return sha()
        if end - start == 1:
            return leaves[start]
        half = 1 << ((end - start - 1).bit_length() - 1)
        return sha(b'\1', of(start, start + half), of(start + half, end))
    return of(0, len(leaves))


def problems(lines, checkpoint=None):
    header, entries = json.loads(lines[0]), [json.loads(line) for line in lines[1:] if line.strip()]
    previous, leaves, redacted = bytes(32), [], set()
    for entry in entries:
        if entry['kind'] == 'redacted' and entry['payload']:
            redacted.add(json.loads(entry['payload'])['sequence'])
    for number, entry in enumerate(entries, 1):
        if entry['sequence'] != number:
            yield f"entry {number} is missing or out of place"
        leaf = sha(b'\0', encoded(entry))
        if leaf.hex() != entry['entry_hash']:
            yield f"entry {number} was changed"
        if bytes.fromhex(entry['previous_hash']) != previous:
            yield f"entry {number} does not follow the one before it"
        if entry['payload'] is None:
            if number not in redacted:
                yield f"the payload of entry {number} is missing, and no entry says why"
        elif sha(bytes.fromhex(entry['salt']), b'\0', entry['payload'].encode()).hex() != entry['payload_hash']:
            yield f"the payload of entry {number} was changed"
        previous = leaf
        leaves.append(leaf)
    if header['size'] != len(leaves) or header['root'] != root(leaves).hex():
        yield "size or root is not that of the entries"
    if checkpoint:
        text = checkpoint.split('\n')
        size, wanted = int(text[1]), base64.b64decode(text[2])
        if text[0] != header['origin']:
            yield "the checkpoint is of another ledger"
        elif size > len(leaves):
            yield "the ledger is shorter than at the checkpoint"
        elif root(leaves[:size]) != wanted:
            yield "the entries that the checkpoint counted are not the same"


def main():
    with open(sys.argv[1], encoding='utf8') as file:
        lines = file.read().split('\n')
    checkpoint = open(sys.argv[2], encoding='utf8').read() if len(sys.argv) > 2 else None
    found = list(problems([line for line in lines if line], checkpoint))
    print('\n'.join(found) if found else f"{json.loads(lines[0])['size']} entries, intact")
    sys.exit(1 if found else 0)


if __name__ == '__main__':
    main()
