"""Runs scripts of several statements on PostgreSQL and on Scout, and compares rows, tags and errors with their details.

A file of scripts/ holds scripts under `-- name` lines; a statement ends with a semicolon at the end of a line. Every
script starts in an empty schema `d`. A statement that fails leaves the others as they are.
"""
import glob, json, os, re, sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(os.path.dirname(HERE), 'ScoutStorageTests/Fixtures/scripts')


def read(path):
    """[(name, [statement])]"""
    scripts = []
    for line in open(path, encoding='utf8'):
        if line.startswith('-- '):
            scripts.append((line[3:].strip(), ['']))
        elif scripts and line.strip():
            statements = scripts[-1][1]
            statements[-1] += line
            if line.rstrip().endswith(';'):
                statements[-1] = statements[-1].strip().removesuffix(';')
                statements.append('')
    return [(name, [each for each in statements if each]) for name, statements in scripts]


def answers(run, statements):
    run('drop schema if exists d cascade')
    run('create schema d')
    return [run(sql) for sql in statements]


def shown(answer):
    """What counts of an answer."""
    error = answer.get('error')
    if error:
        return {'error': {key: error.get(key) for key in ('sqlstate', 'message', 'detail', 'hint') if error.get(key)}}
    tag = answer.get('tag') or ''
    result = {'tag': tag}
    if answer['columns']:
        result['columns'] = [f'{name} {type}' for name, type in zip(answer['columns'], answer['types'])]
        result['rows'] = answer['rows']
    return result


def record(connection):
    os.makedirs(FIXTURES, exist_ok=True)
    for path in sorted(glob.glob(os.path.join(HERE, 'scripts', '*.sql'))):
        scripts = []
        for name, statements in read(path):
            results = [shown(answer) for answer in answers(connection.run, statements)]
            scripts.append({'name': name, 'steps': [{'sql': sql} | result for sql, result in zip(statements, results)]})
        with open(os.path.join(FIXTURES, os.path.basename(path).replace('.sql', '.json')), 'w', encoding='utf8') as file:
            json.dump(scripts, file, ensure_ascii=False, indent=1)
            file.write('\n')
        print(f"{os.path.basename(path)}: {len(scripts)} scripts")


def comparable(answer):
    """An answer without what Scout tells otherwise: the row or key that a constraint refused,
    and the order of dependents."""
    error = answer.get('error')
    if error and error['sqlstate'] == '23503':
        error['message'] = 'a foreign key is violated'  # SQLite does not tell which.
    if error and error.get('detail'):
        if error['detail'].startswith(('Failing row contains', 'Key (')):
            error.pop('detail')
        else:
            error['detail'] = '\n'.join(sorted(error['detail'].split('\n')))
    return answer


def compare(connection, probe, paths):
    different = 0
    for path in paths:
        for name, statements in read(path):
            expected, actual = answers(connection.run, statements), answers(probe.run, statements)
            for sql, a, b in zip(statements, expected, actual):
                if b.get('error'):
                    b['error']['message'] = b['error'].get('text', '')
                a, b = comparable(shown(a)), comparable(shown(b))
                if a.get('error') and b.get('error') and not a['error'].get('hint'):
                    b['error'].pop('hint', None)  # Scout names the nearest name where PostgreSQL gives no hint.
                if a != b:
                    different += 1
                    print(f'-- {name}\n{sql}\n   PostgreSQL: {json.dumps(a, ensure_ascii=False)}\n   Scout:      {json.dumps(b, ensure_ascii=False)}')
    print(f'scripts: {different} statements differ')
    return 1 if different else 0
