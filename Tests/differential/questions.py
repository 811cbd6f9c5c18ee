"""Runs the statements of questions/*.sql over the conformance corpus on PostgreSQL and on Scout.

A statement ends with a semicolon at the end of a line. Each runs alone, in a transaction that is rolled back, with
now() at 2025-08-23 09:00 UTC. Names, types, texts, and an error's SQLSTATE, message, detail, hint and place must be
the same. A line `-- known: reason` above a statement tells that Scout refuses it or answers otherwise, and why.
"""
import glob, json, os
import postgres

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(os.path.dirname(HERE), 'ScoutStorageTests/Fixtures/questions')
CORPUS = os.path.join(os.path.dirname(HERE), 'ScoutStorageTests/Fixtures/conformance')
NOW = 1755939600


def paths():
    return sorted(glob.glob(os.path.join(HERE, 'questions', '*.sql')))


def read(path):
    """[(statement, why it is known to differ)]"""
    statements, text, known = [], '', None
    for line in open(path, encoding='utf8'):
        if not text and line.startswith('-- known: '):
            known = line[10:].strip()
        elif text or line.strip() and not line.startswith('--'):
            text += line
            if line.rstrip().endswith(';'):
                statements.append((text.strip().removesuffix(';'), known))
                text, known = '', None
    return statements


def connect(folder):
    """A connection as the role that Scout has, to a database with the corpus's tables and rows."""
    postgres.Connection(folder).run('create role owner superuser createdb createrole replication bypassrls login')
    connection = postgres.Connection(folder, user='owner')
    load(connection)
    return connection


def load(connection):
    for name in ('schema.sql', 'fixture.sql'):
        answer = connection.run(open(os.path.join(CORPUS, name), encoding='utf8').read())
        if answer['error']:
            raise SystemExit(f"{name} on PostgreSQL: {answer['error']}")
    connection.run('analyze')


def expected(connection, sql):
    connection.run('rollback; begin')
    answer = connection.run(sql)
    connection.run('rollback; discard all')
    connection.run("set timezone = 'UTC'; set statement_timeout = '10s'")
    return answer


ERROR_PARTS = ('sqlstate', 'message', 'detail', 'hint', 'position')


def failure(answer):
    error = answer.get('error')
    return error and {key: error.get(key) for key in ERROR_PARTS} | ({'message': error['text']} if 'text' in error else {})


def difference(left, right, is_ordered, same_cell):
    """None, 'refused', 'place' for errors that differ in less than their code, or what differs."""
    a, b = failure(left), failure(right)
    if b and b['sqlstate'] == '0A000' and not (a and a['sqlstate'] == '0A000'):
        return 'refused'
    if a or b:
        if not (a and b) or a['sqlstate'] != b['sqlstate']:
            return 'error'
        # Scout may tell more: a hint or a place where PostgreSQL has none.
        parts = [key for key in ERROR_PARTS if a[key] is not None and a[key] != b[key]]
        return 'error ' + ', '.join(parts) if parts else None
    for part in ('columns', 'types'):
        if left[part] != right[part]:
            return part
    rows = [list(row) for row in left['rows']], [list(row) for row in right['rows']]
    if len(rows[0]) != len(rows[1]):
        return 'row count'
    key = lambda row: [(cell is None, cell or '') for cell in row]
    # Objects of users have other numbers in every database.
    of_user = lambda cell: cell is not None and cell.isdigit() and int(cell) >= 16384
    for each in rows:
        for row in each:
            for index, type in enumerate(left['types']):
                if type == 'oid' and of_user(row[index]):
                    row[index] = 'oid'
    same = lambda rows: all(same_cell(p, q, t) for x, y in zip(*rows) for p, q, t in zip(x, y, left['types']))
    if not is_ordered or not same(rows):
        order = same([sorted(each, key=key) for each in rows])
        return None if order and not is_ordered else 'order' if order else 'rows'
    return None


def record(connection, is_ordered):
    os.makedirs(FIXTURES, exist_ok=True)
    for path in paths():
        cases = []
        for sql, known in read(path):
            answer = expected(connection, sql)
            case = {'sql': sql, 'ordered': is_ordered(sql)}
            if known:
                case['known'] = known
            if answer['error']:
                case['error'] = {key: value for key, value in failure(answer).items() if value is not None}
            else:
                case |= {key: answer[key] for key in ('columns', 'types', 'rows')}
            cases.append(case)
        name = os.path.basename(path).replace('.sql', '.json')
        with open(os.path.join(FIXTURES, name), 'w', encoding='utf8') as file:
            file.write('[\n' + ',\n'.join(json.dumps(case, ensure_ascii=False) for case in cases) + '\n]\n')
        print(f'{name}: {len(cases)} questions')
