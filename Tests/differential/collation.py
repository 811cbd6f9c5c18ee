#!/usr/bin/env python3
"""Writes Sources/PostgresDialect/Collation/CollationTable.swift: the order of texts under ICU's en_US.

The facts are those of CLDR's root collation, which en_US does not tailor, asked from the ICU 72 that Debian's
PostgreSQL 15 uses. Before writing, the comparison by this table is checked against ICU's own over random texts.
"""
import ctypes, os, random, sys, unicodedata

i18n, error = ctypes.CDLL('libicui18n.so.72'), ctypes.c_int(0)
i18n.ucol_open_72.restype = i18n.ucol_openElements_72.restype = ctypes.c_void_p
i18n.ucol_openElements_72.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
i18n.ucol_next_72.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
i18n.ucol_closeElements_72.argtypes = [ctypes.c_void_p]
i18n.ucol_strcollUTF8_72.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int,
                                     ctypes.c_void_p]
COLLATOR = i18n.ucol_open_72(b'en_US', ctypes.byref(error))
RANGES = [(0, 0x52f), (0x1e00, 0x1fff), (0x2000, 0x2bff), (0x3000, 0x30ff), (0xfe00, 0xfe2f), (0xff00, 0xffef),
          (0x1f000, 0x1faff)]
DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'


def compare_by_icu(a, b):
    a, b = a.encode(), b.encode()
    return i18n.ucol_strcollUTF8_72(COLLATOR, a, len(a), b, len(b), ctypes.byref(error))


def elements_by_icu(text):
    """The text's collation elements: primary, secondary and tertiary weight, without case bits."""
    units = text.encode('utf-16le')
    iterator = i18n.ucol_openElements_72(COLLATOR, units, len(units) // 2, ctypes.byref(error))
    result = []
    while (element := i18n.ucol_next_72(iterator, ctypes.byref(error))) != -1:
        element &= 0xffffffff
        primary, secondary, tertiary = element >> 16, element >> 8 & 255, element & 255
        if secondary == 0 and tertiary == 0xc0 and result:  # the second half of a long primary weight
            result[-1] = (result[-1][0] | primary, *result[-1][1:])
        elif element:
            result.append((primary << 16, secondary, tertiary & 0x3f))
    i18n.ucol_closeElements_72(iterator)
    return result


def table():
    result = {}
    for code in (code for low, high in RANGES for code in range(low, high + 1)):
        character = chr(code)
        if unicodedata.category(character) in ('Cn', 'Cs', 'Co'):
            continue
        result[code] = elements_by_icu(character)
    return result


def compare_by(table, a, b):
    def elements(text):
        for character in text:
            yield from table[ord(character)]
    a, b = list(elements(a)), list(elements(b))
    for level in range(3):
        x, y = [e[level] for e in a if e[level]], [e[level] for e in b if e[level]]
        if x != y:
            return -1 if x < y else 1
    return 0


def check(table, seed=1):
    pick, differing = random.Random(seed), 0
    letters = [chr(code) for low, high in RANGES for code in range(low, high + 1)
               if unicodedata.category(chr(code)) not in ('Cn', 'Cs', 'Co')]
    common = [chr(code) for code in range(0x20, 0x180)]
    for number in range(200_000):
        alphabet = common if number % 4 else letters
        few = [pick.choice(alphabet) for _ in range(4)] + ['a', 'A', ' ']
        a, b = (''.join(pick.choice(few) for _ in range(pick.randint(0, 5))) for _ in range(2))
        if compare_by_icu(a, b) != compare_by(table, a, b):
            differing += 1
            if differing <= 10:
                print('differs:', ascii(a), ascii(b), elements_by_icu(a), elements_by_icu(b))
    print(f'collation: {differing} of 200000 comparisons differ')


def base36(number):
    return (base36(number // 36) if number >= 36 else '') + DIGITS[number % 36]


def words(table):
    ranks = {weight: rank + 1 for rank, weight in
             enumerate(sorted({e[0] for elements in table.values() for e in elements if e[0]}))}
    last_code, last_rank, run = None, None, 0
    for code, elements in sorted(table.items()):
        values = [(ranks.get(p, 0), s, t) for p, s, t in elements]
        plain = len(values) == 1 and values[0][1:] == (5, 5)
        if code - 1 == last_code and plain and last_rank is not None and values[0][0] == last_rank + 1:
            run, last_code, last_rank = run + 1, code, last_rank + 1
            continue
        if run:
            yield '+' + base36(run)
        run = 0
        if code - 1 != last_code:
            yield f'{code:X}:'
        yield ','.join('.'.join([base36(p)] + ([base36(s)] if (s, t) != (5, 5) else []) + ([base36(t)] if t != 5 else []))
                       for p, s, t in values) or '_'
        last_code, last_rank = code, values[0][0] if plain else None
    if run:
        yield '+' + base36(run)


def main():
    weights = table()
    check(weights)
    lines, line = [], ''
    for word in words(weights):
        if len(line) + len(word) + 1 > 112:
            lines.append(line)
            line = ''
        line += (' ' if line else '') + word
    lines.append(line)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        '../../Sources/PostgresDialect/Collation/CollationTable.swift')
    with open(path, 'w') as file:
        file.write('''/// The collation elements of characters in CLDR's root order, which en_US does not tailor; made by
/// Tests/differential/collation.py with ICU 72.
///
/// Words between blanks: `41:` sets the code point of the next one. Each other word holds one code point's elements,
/// with commas between: the rank of the primary weight, the secondary and the tertiary weight in base 36; left out they
/// are 5. `_` has no elements, and `+n` stands for n code points whose ranks follow one upon the other. Other
/// code points sort by their numbers behind these.
/// Source: <https://www.unicode.org/reports/tr35/tr35-collation.html#Root_Collation>
enum CollationTable {
  static let words = """
''')
        file.writelines(f'    {line}\n' for line in lines)
        file.write('    """\n}\n')
    print(f'collation: {len(weights)} code points in {len(lines)} lines')


sys.exit(main())
