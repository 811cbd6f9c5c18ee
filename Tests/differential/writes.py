"""Random commands that write: MERGE, common tables that write, RETURNING over several tables.

Each runs in a transaction of its own over the same small tables; compared are its rows, its tag or SQLSTATE, and what
the tables hold afterwards. Where several parts of a command write one table, PostgreSQL lets its plan decide which comes
first: a difference there is counted, not compared.
"""
import collections, random, re

SETUP = '''
drop schema if exists w cascade;
create schema w;
create table w.t (id int primary key, a int, b text default 'new', u int unique);
create table w.s (id int primary key, a int, b text);
create table w.log (n int, k text);
create view w.v as select id, a from w.t where a > 2;
insert into w.t select g, g % 5, 'r' || g, g * 10 from generate_series(1, 8) g;
insert into w.s select g, g % 3, case when g % 2 = 0 then 's' || g end from generate_series(5, 12) g;
'''
# With an odd seed: rows that triggers change, refuse and follow up, and rows that hang on others.
TRIGGERS = '''
create table w.c (id int primary key, t int references w.t on delete cascade);
insert into w.c select g, g from generate_series(1, 8) g;
create function w.before() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then if old.a = 1 then return null; end if; return old; end if;
  if new.a = 3 then return null; end if;
  if new.a > 6 then new.b := coalesce(new.b, '-') || '*'; end if;
  return new; end $$;
create function w.after() returns trigger language plpgsql as $$ begin
  insert into w.log values ((select count(*) from w.t), tg_op || coalesce(old.a, -1) || '>' || coalesce(new.a, -1));
  return null; end $$;
create function w.whole() returns trigger language plpgsql as $$ begin
  insert into w.log values (0, tg_when || ' ' || tg_op); return null; end $$;
create trigger b before insert or update or delete on w.t for each row execute function w.before();
create trigger a after insert or update or delete on w.t for each row execute function w.after();
create trigger c after delete on w.s for each row execute function w.after();
create trigger d before update of b on w.t for each statement execute function w.whole();
create trigger e after insert or delete or update of a on w.t for each statement execute function w.whole();
'''
CONTENT = '''
select 't' as r, id, a, b, u from w.t union all select 's', id, a, b, null from w.s
union all select 'log', n, null, k, null from w.log{} order by 1, 2, 3, 4, 5
'''


class Writes:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *options):
        return self.random.choice(options)

    def maybe(self, text, chance=0.5):
        return text if self.random.random() < chance else ''

    def number(self):
        return self.random.randint(0, 13)

    def value(self, *columns):
        """An integer over the columns in sight."""
        column = self.pick(*columns) if columns else str(self.number())
        return self.pick(
            column, column, str(self.number()), f'{column} + {self.number()}', f'coalesce({column}, 0) * 2',
            f'(select count(*)::int from w.{self.pick("t", "s", "v")} q where q.id <= {self.number()})',
            f'(select max(q.a) from w.{self.pick("t", "s", "v")} q)', f'case when {column} > 4 then {column} end')

    def condition(self, *columns):
        column = self.pick(*columns)
        return self.pick(
            f'{column} > {self.number()}', f'{column} <= {self.number()}', f'{column} % 2 = {self.pick(0, 1)}',
            f'{column} in (select q.a from w.{self.pick("t", "s", "v")} q)',
            f'exists (select 1 from w.{self.pick("t", "s")} q where q.id = {column} + {self.pick(0, 1)})',
            f'{column} is not null', 'true')

    def returning(self, own, *others):
        options = [f'{own}.*', '*', f'{own}.id', f'{own}.id, {own}.a',
                   f'{own}.id as k, (select count(*) from w.{self.pick("t", "s", "v")})',
                   f'{own}.id, {own}.a + 1 as more']
        options += [f'{own}.id, {other}.a' for other in others] + [f'{other}.*, {own}.b' for other in others]
        return ' returning ' + self.pick(*options)

    def insert(self, source=None):
        rows = source or self.pick(
            f'values ({self.number()}, {self.value()})', f'values ({self.number()}, 1), ({self.number()}, 2)',
            f'select q.id + {self.pick(0, 5, 20)}, {self.value("q.a")} from w.{self.pick("t", "s", "v")} q'
            f' where {self.condition("q.id", "q.a")}')
        table = self.pick('t', 's')
        conflict = self.pick(
            '', ' on conflict do nothing', ' on conflict (id) do nothing',
            f' on conflict (id) do update set a = {self.value("excluded.a", f"{table}.a")}',
            f' on conflict (id) do update set a = excluded.a where {self.condition(f"{table}.a")}')
        return f'insert into w.{table} (id, a) {rows}{conflict}', table, ()

    def update(self, source=None):
        table = self.pick('t', 's')
        others, from_ = (), ''
        if source or self.random.random() < 0.5:
            other = source or f'w.{self.pick("t", "s", "v")}'
            from_, others = f' from {other} o', ('o',)
        columns = [f'{table}.a', f'{table}.id'] + [f'{o}.a' for o in others]
        where = [self.condition(*columns)] + [f'{o}.id = {table}.id' for o in others]
        return (f'update w.{table} set a = {self.value(*columns)}{self.maybe(", b = upper(" + table + ".b)", 0.3)}'
                f'{from_} where {" and ".join(where)}'), table, others

    def delete(self, source=None):
        table = self.pick('t', 's')
        others, using = (), ''
        if source or self.random.random() < 0.4:
            other = source or f'w.{self.pick("t", "s", "v")}'
            using, others = f' using {other} o', ('o',)
        where = [self.condition(f'{table}.a', f'{table}.id')] + [f'o.id = {table}.id' for _ in others]
        return f'delete from w.{table}{using} where {" and ".join(where)}', table, others

    def merge(self, source=None):
        table = self.pick('t', 's')
        other = source or self.pick(
            f'w.{self.pick("t", "s", "v")}', f'(select id, max(a) as a from w.s group by id)',
            f'(values ({self.number()}, 1), ({self.number()}, 2))')
        alias = 'o(id, a)' if 'values' in other else 'o'
        branches = []
        for _ in range(self.random.randint(1, 3)):
            if self.random.random() < 0.6:
                action = self.pick(
                    f'update set a = {self.value(f"{table}.a", "o.a")}', 'delete', 'do nothing',
                    f"update set b = 'm', a = {self.value(f'{table}.a', 'o.a')}")
                branches.append(f' when matched and {self.condition(f"{table}.a", "o.a", "o.id")} then {action}')
            else:
                action = self.pick(
                    f'insert (id, a) values (o.id + {self.pick(0, 0, 30)}, {self.value("o.a")})',
                    'insert (a, id) values (default, o.id)', 'do nothing')
                branches.append(f' when not matched and {self.condition("o.a", "o.id")} then {action}')
        on = self.pick(f'{table}.id = o.id', f'o.id = {table}.id and {self.condition(f"{table}.a")}')
        return f'merge into w.{table} using {other} {alias} on {on}{"".join(branches)}', table, ()

    def part(self, source=None, kinds=('insert', 'update', 'delete')):
        return getattr(self, self.pick(*kinds))(source)

    def command(self):
        shape = self.random.random()
        if shape < 0.25:
            return self.merge()[0]
        if shape < 0.5:
            text, table, others = self.part()
            return text + self.returning(table, *others)
        tables, names = [], []
        for number in range(self.random.randint(1, 3)):
            name = f'c{number}'
            source = self.pick(None, *names)
            if self.random.random() < 0.2:
                tables.append(f'{name} as (select id, a from {source or "w.t"} where {self.condition("a", "id")})')
                names.append(name)
                continue
            text, table, _ = self.part(
                source and self.pick(source, f'(select id, max(a) as a from {source} group by id)'),
                ('update', 'delete') if source else ('insert', 'update', 'delete'))
            if self.random.random() < 0.8:
                tables.append(f'{name} as ({text} returning {table}.id, {table}.a)')
                names.append(name)
            else:
                tables.append(f'{name} as ({text})')
        with_ = 'with ' + ', '.join(tables) + ' '
        source = self.pick(None, *names)
        end = self.random.random()
        if end < 0.4 or not names:
            reads = [f'select count(*), sum(a) from {name}' for name in names + ['w.t', 'w.v']]
            return with_ + ' union all '.join(self.random.sample(reads, self.random.randint(1, len(reads))))
        if end < 0.55:
            return with_ + f'insert into w.log select id, \'x\' from {source or "w.s"} returning *'
        if end < 0.7:
            return with_ + self.merge(source)[0]
        text, table, others = self.part(source, ('update', 'delete'))
        return with_ + text + self.returning(table, *others)


def compare(connection, probe, difference, seed, count, shown):
    """How many commands differ."""
    source, differing, answered, refused, open_order = Writes(seed), 0, 0, 0, 0
    setup, content_sql = SETUP, CONTENT.format('')
    if seed % 2:
        setup, content_sql = SETUP + TRIGGERS, CONTENT.format(" union all select 'c', id, t, null, null from w.c")
    for run in (connection.run, probe.run):
        made = run(setup)
        if made.get('error'):
            raise SystemExit(f"writes: {made['error']}")
    for number in range(count):
        sql = source.command()
        sides = []
        for run in (connection.run, probe.run):
            run('begin')
            answer = run(sql)
            content = None if answer['error'] else run(content_sql)
            run('rollback')
            sides.append((answer, content))
        (expected, before), (actual, after) = sides
        what = difference(expected, actual, sql)
        if what is None and not expected['error']:
            what = difference(before, after, content_sql) and 'content'
            if what is None and expected['tag'] != actual['tag']:
                what = 'tag'
        if what == 'refused':
            refused += 1
        elif what in (None, 'evaluation', 'beyond'):
            answered += not expected['error']
        elif max(collections.Counter(re.findall(r'(?:insert into|update|delete from|merge into) w\.(\w+)', sql)).values()) > 1:
            open_order += 1
        else:
            differing += 1
            if differing <= shown:
                print(f'{number} {what}: {sql}')
                for label, (answer, content) in (('PostgreSQL', sides[0]), ('Scout', sides[1])):
                    print(f"   {label}: {answer['error'] or (answer['tag'], answer['rows'])}")
                if what == 'content':
                    rows = [set(map(tuple, content['rows'])) for _, content in sides]
                    print('   only PostgreSQL:', rows[0] - rows[1], '\n   only Scout:', rows[1] - rows[0])
    print(f'writes, seed {seed}: {count} commands, {answered} done by both, {refused} refused, {open_order} of open order, {differing} differ')
    return differing
