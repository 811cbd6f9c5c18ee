"""Random, well-typed statements over the tables of setup.sql, from a seed."""
import random

INTEGERS = {'i2': ['0', '1', '-1', '7', '32767', '-32768'],
            'i4': ['0', '1', '2', '-3', '10', '100', '2147483647', '-2147483647'],
            'i8': ['0', '5', '-8', '1000000007', '9223372036854775807', '-9223372036854775807']}
TEXTS = ["''", "'a'", "'abc'", "'Abc'", "' pad '", "'x_y%z'", "'ñandú'", "'10'", "'-2.50'", "'zebra zebra'", "'O''Neil'"]
TYPE = {'i2': 'smallint', 'i4': 'integer', 'i8': 'bigint', 'num': 'numeric', 'f8': 'float8', 'bool': 'boolean',
        'text': 'text', 'date': 'date', 'ts': 'timestamp', 'tz': 'timestamptz', 'iv': 'interval'}
COLUMNS = {'n': {'id': 'i4', 'i2': 'i2', 'i4': 'i4', 'i8': 'i8', 'd': 'num', 'e': 'num', 'u': 'num', 'f': 'f8', 'b': 'bool',
                 'g': 'text'},
           's': {'id': 'i4', 'a': 'text', 'v': 'text', 'g': 'text', 'n_id': 'i4'},
           'm': {'id': 'i4', 'tz': 'tz', 'ts': 'ts', 'dt': 'date', 'iv': 'iv', 'g': 'text', 'q': 'i4'}}
NUMBERS = ['i2', 'i4', 'i8', 'num', 'f8']
DATES = ["1969-12-31", "1970-01-01", "2024-02-29", "2025-08-23", "2025-03-09", "1900-03-01", "2000-12-31"]
CLOCKS = ["00:00:00", "23:59:59.999999", "12:34:56.789", "02:30:00", "09:00:00"]
INTERVALS = ["1 day", "15 minutes", "1 month", "-1 mon 3 days", "36 hours", "1 year 2 mons 3 days 04:05:06.789",
             "0", "2 days -03:00:00", "1.5 hours", "7 days", "-1 day +02:00", "30 days"]
UNITS = ['microseconds', 'milliseconds', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'decade',
         'century', 'millennium']
FIELDS = ['second', 'minute', 'hour', 'day', 'month', 'year', 'dow', 'isodow', 'doy', 'week', 'quarter', 'epoch', 'isoyear',
          'decade', 'century', 'millennium', 'microseconds', 'milliseconds', 'julian']
ZONES = ['UTC', 'Asia/Manila', 'America/New_York']


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.scopes = [{}]

    def pick(self, options):
        return options[self.random.randrange(len(options))]

    def chance(self, p):
        return self.random.random() < p

    # Values ------------------------------------------------------------------------------------------------------

    def column(self, kind):
        names = [f'{alias}.{name}' for scope in self.scopes for alias, table in scope.items()
                 for name, type in table.items() if type == kind]
        return self.pick(names) if names else None

    def literal(self, kind):
        if self.chance(0.06):
            return f'null::{TYPE[kind]}'
        if kind in INTEGERS:
            value = self.pick(INTEGERS[kind][:4] if self.chance(0.85) else INTEGERS[kind])
            return f'({value})' if kind == 'i4' else f'({value})::{TYPE[kind]}'
        if kind == 'num':
            return self.pick(['0', '0.5', '2.50', '2.5', '-1.005', '100.00', '1e3', '0.1', '12345678901234567890.123',
                              '3.14159', '99.995']) + ('' if self.chance(0.8) else '::numeric') if self.chance(0.7) \
                else self.pick(["1.20::numeric(12,2)", "7::numeric", "7::numeric(6,3)", "(-0.015)::numeric(8,4)"])
        if kind == 'f8':
            return self.pick(['0', '0.5', '-2.5', '1e10', '3.3333', '1e-7', '123456.789']) + '::float8'
        if kind == 'bool':
            return self.pick(['true', 'false'])
        if kind == 'text':
            return self.pick(TEXTS) + ('::text' if self.chance(0.3) else '')
        if kind == 'date':
            return f"date '{self.pick(DATES)}'"
        if kind == 'ts':
            return f"timestamp '{self.pick(DATES)} {self.pick(CLOCKS)}'"
        if kind == 'tz':
            return f"timestamptz '{self.pick(DATES)} {self.pick(CLOCKS)}{self.pick(['', '+00', '+08'])}'"
        return f"interval '{self.pick(INTERVALS)}'"

    def value(self, kind, depth):
        if depth <= 0 or self.chance(0.15):
            column = self.column(kind) if self.chance(0.75) else None
            return column or self.literal(kind)
        make = getattr(self, 'make_' + ('integer' if kind in INTEGERS else kind))
        return make(kind, depth - 1)

    def any(self, depth, kinds=None):
        kind = self.pick(kinds or list(TYPE))
        return kind, self.value(kind, depth)

    def shared(self, kind, d):
        """Constructs that every type has."""
        v = lambda: self.value(kind, d)
        choice = self.random.randrange(6)
        if choice == 0:
            return f'coalesce({v()}, {v()})'
        if choice == 1:
            return f'nullif({v()}, {v()})'
        if choice == 2 and kind != 'bool':
            return f"{self.pick(['greatest', 'least'])}({v()}, {v()}, {v()})"
        if choice == 3:
            return f"case when {self.value('bool', d)} then {v()} when {self.value('bool', d)} then {v()} else {v()} end"
        if choice == 4:
            return f'case when {self.value("bool", d)} then {v()} end'
        subject = self.pick(['i4', 'text'])
        return (f'case {self.value(subject, d)} when {self.literal(subject)} then {v()} '
                f'when {self.literal(subject)} then {v()} else {v()} end')

    def make_integer(self, kind, d):
        v = lambda k=kind: self.value(k, d)
        if self.chance(0.25):
            return self.shared(kind, d)
        options = [lambda: f"({v()} {self.pick('+-*')} {v()})", lambda: f'({v()} / nullif({v()}, 0))',
                   lambda: f'({v()} % nullif({v()}, 0))', lambda: f'(- {v()})', lambda: f'abs({v()})',
                   lambda: f'({self.value("num", d)})::{TYPE[kind]}', lambda: f'({v("f8")})::{TYPE[kind]}']
        if kind == 'i4':
            options += [lambda: f'length({v("text")})', lambda: f'strpos({v("text")}, {v("text")})',
                        lambda: f'({v("date")} - {v("date")})', lambda: f"position({v('text')} in {v('text')})",
                        lambda: f'({v("bool")})::int', lambda: f'({v("i2")} + {v("i4")})',
                        lambda: f"octet_length({v('text')})", lambda: f'mod({v()}, nullif({v()}, 0))']
        if kind == 'i8':
            options += [lambda: f'({v("i4")} * {v("i8")})', lambda: f'({v("i4")})::bigint']
        return self.pick(options)()

    def make_num(self, kind, d):
        v = lambda k='num': self.value(k, d)
        if self.chance(0.25):
            return self.shared(kind, d)
        return self.pick([
            lambda: f"({v()} {self.pick('+-*')} {v()})", lambda: f'({v()} / nullif({v()}, 0))',
            lambda: f'({v()} % nullif({v()}, 0))', lambda: f'(- {v()})', lambda: f'abs({v()})', lambda: f'round({v()})',
            lambda: f"round({v()}, {self.pick(['0', '1', '2', '4', '-1'])})", lambda: f'trunc({v()}, 1)',
            lambda: f"{self.pick(['ceil', 'floor', 'sign', 'trunc'])}({v()})", lambda: f"({v(self.pick(['i2', 'i4', 'i8']))})::numeric",
            lambda: f"({v()})::numeric({self.pick(['20,4', '30,6', '25,0'])})", lambda: f"({v('f8')})::numeric",
            lambda: f"({v('i4')} {self.pick('+-*')} {v()})", lambda: f"({v()} {self.pick('+-*')} {v('i8')})",
            lambda: f"extract({self.pick(FIELDS)} from {v(self.pick(['date', 'ts', 'tz']))})".replace('julian', 'day'),
            lambda: f"extract({self.pick(['epoch', 'hour', 'day', 'second', 'month', 'year'])} from {v('iv')})",
            lambda: f"sqrt(abs({v()}))", lambda: f"mod({v()}, nullif({v()}, 0))", lambda: f"power({v()}, 2)"])()

    def make_f8(self, kind, d):
        v = lambda k='f8': self.value(k, d)
        if self.chance(0.25):
            return self.shared(kind, d)
        return self.pick([
            lambda: f"({v()} {self.pick('+-*')} {v()})", lambda: f'({v()} / nullif({v()}, 0))', lambda: f'(- {v()})',
            lambda: f'abs({v()})', lambda: f"({v('num')})::float8", lambda: f"({v('i8')})::float8", lambda: f"({v()} + {v('num')})",
            lambda: f"({v('i4')} * {v()})", lambda: f"{self.pick(['round', 'ceil', 'floor', 'trunc', 'sign'])}({v()})",
            lambda: f'sqrt(abs({v()}))', lambda: f"date_part('{self.pick(FIELDS[:9])}', {v('ts')})"])()

    def make_bool(self, kind, d):
        v = lambda k: self.value(k, d)
        b = lambda: v('bool')
        if self.chance(0.1):
            return self.shared(kind, d)
        k = self.pick(list(TYPE))
        number = lambda: v(self.pick(NUMBERS))
        symbol = self.pick(['=', '<>', '<', '<=', '>', '>='])
        time = lambda: v(self.pick(['date', 'ts', 'tz']))
        return self.pick([
            lambda: f'({number()} {symbol} {number()})', lambda: f'({v(k)} {symbol} {v(k)})',
            lambda: f'({time()} {symbol} {time()})', lambda: f'({b()} and {b()})', lambda: f'({b()} or {b()})',
            lambda: f'(not {b()})', lambda: f'({v(k)} is null)', lambda: f'({v(k)} is not null)',
            lambda: f"({b()} is {self.pick(['true', 'false', 'unknown', 'not true', 'not false', 'not unknown'])})",
            lambda: f"({v(k)} is {self.pick(['', 'not '])}distinct from {v(k)})",
            lambda: f"({number()} {self.pick(['', 'not '])}between {self.pick(['', 'symmetric '])}{number()} and {number()})",
            lambda: f"({v(k)} {self.pick(['', 'not '])}in ({v(k)}, {v(k)}, {self.literal(k)}))",
            lambda: f"({number()} {self.pick(['', 'not '])}in ({number()}, {number()}))",
            lambda: f"({v('text')} {self.pick(['like', 'not like', 'ilike', 'not ilike'])} "
                    + self.pick(["'a%'", "'%b%'", "'_bc'", "'%\\_%'", "'A%C'", "''", "'%'", "v('text')"]).replace("v('text')", v('text')) + ')',
            lambda: f"starts_with({v('text')}, {v('text')})", lambda: f"(({v('i4')}, {v('text')}) = ({v('i4')}, {v('text')}))",
            lambda: f"(({number()}, {v('date')}) < ({number()}, {v('date')}))"])()

    def make_text(self, kind, d):
        v = lambda k='text': self.value(k, d)
        if self.chance(0.2):
            return self.shared(kind, d)
        small = lambda: self.pick(['0', '1', '2', '3', '-1', '5', v('i4') if self.chance(0.2) else '4'])
        k = self.pick(list(TYPE))
        return self.pick([
            lambda: f'({v()} || {v()})', lambda: f"({v('text')}::text || {v(k)})", lambda: f"({v(k)} || {v()}::text)",
            lambda: f"{self.pick(['lower', 'upper', 'initcap', 'reverse', 'btrim', 'ltrim', 'rtrim'])}({v()})",
            lambda: f'({v(k)})::text', lambda: f'cast({v(k)} as text)', lambda: f'substr({v()}, {small()})',
            lambda: f'substring({v()} from {small()} for {self.pick(["0", "1", "2", "5"])})',
            lambda: f"{self.pick(['left', 'right'])}({v()}, {small()})", lambda: f"replace({v()}, {v()}, {v()})",
            lambda: f"{self.pick(['lpad', 'rpad'])}({v()}, {self.pick(['0', '3', '8', '-1'])}{self.pick(['', chr(44) + ' ' + chr(39) + 'xy' + chr(39)])})",
            lambda: f"split_part({v()}, {self.pick(['chr(32)', chr(39) + 'b' + chr(39), chr(39) + chr(39)]).replace('chr(32)', chr(39) + ' ' + chr(39))}, {self.pick(['1', '2', '-1', '3'])})",
            lambda: f"trim({self.pick(['both', 'leading', 'trailing'])} ' a' from {v()})", lambda: f"repeat({v()}, {self.pick(['0', '2', '-1'])})",
            lambda: f"concat({v()}, {v(k)}, {v()})", lambda: f"concat_ws('-', {v()}, {v(k)}, {v()})",
            lambda: f"({v()})::varchar({self.pick(['1', '3', '20'])})::text"])()

    def make_date(self, kind, d):
        v = lambda k='date': self.value(k, d)
        if self.chance(0.3):
            return self.shared(kind, d)
        return self.pick([
            lambda: f"({v()} {self.pick('+-')} {self.pick(['1', '30', '-400', v('i2') + '::int'])})", lambda: f"({v('ts')})::date",
            lambda: f"({v('tz')})::date"])()

    def make_ts(self, kind, d):
        v = lambda k='ts': self.value(k, d)
        if self.chance(0.25):
            return self.shared(kind, d)
        return self.pick([
            lambda: f"({v()} {self.pick('+-')} {v('iv')})", lambda: f"({v('date')} {self.pick('+-')} {v('iv')})",
            lambda: f"({v('tz')} at time zone '{self.pick(ZONES)}')", lambda: f"date_trunc('{self.pick(UNITS)}', {v()})",
            lambda: f"({v('tz')})::timestamp", lambda: f"({v('date')})::timestamp",
            lambda: f"date_bin({self.pick(['interval ' + repr(i) for i in INTERVALS[:2] + INTERVALS[8:10]])}, {v()}, {self.literal('ts')})"])()

    def make_tz(self, kind, d):
        v = lambda k='tz': self.value(k, d)
        if self.chance(0.25):
            return self.shared(kind, d)
        return self.pick([
            lambda: f"({v()} {self.pick('+-')} {v('iv')})", lambda: f"({v('ts')} at time zone '{self.pick(ZONES)}')",
            lambda: f"date_trunc('{self.pick(UNITS)}', {v()})", lambda: f"date_trunc('{self.pick(UNITS)}', {v()}, '{self.pick(ZONES)}')",
            lambda: f"({v('ts')})::timestamptz", lambda: f"({v('date')})::timestamptz", lambda: f"to_timestamp({v('i2')})",
            lambda: f"date_bin({self.pick(['interval ' + repr(i) for i in INTERVALS[:2] + INTERVALS[8:10]])}, {v()}, {self.literal('tz')})"])()

    def make_iv(self, kind, d):
        v = lambda k='iv': self.value(k, d)
        if self.chance(0.25):
            return self.shared(kind, d)
        return self.pick([
            lambda: f"({v()} {self.pick('+-')} {v()})", lambda: f"({v('ts')} - {v('ts')})", lambda: f"({v('tz')} - {v('tz')})",
            lambda: f"({v()} * {self.pick(['2', '0.5', '-1', '1.5'])})", lambda: f"({v()} / {self.pick(['2', '3', '0.5'])})", lambda: f'(- {v()})',
            lambda: f"age({v('ts')}, {v('ts')})", lambda: f"age({v('tz')}, {v('tz')})",
            lambda: f"justify_{self.pick(['days', 'hours', 'interval'])}({v()})", lambda: f"date_trunc('{self.pick(UNITS[:9])}', {v()})"])()

    # Statements --------------------------------------------------------------------------------------------------

    def within(self, scope, body):
        self.scopes.insert(0, scope)
        try:
            return body()
        finally:
            self.scopes.pop(0)

    def statement(self):
        return self.pick([self.plain, self.plain, self.plain, self.grouped, self.grouped, self.joined, self.nested,
                          self.compound, self.windowed, self.distinct, self.constants, self.shaped, self.shaped])()

    def table(self):
        return self.pick(list(COLUMNS))

    def condition(self, p=0.5):
        return f" where {self.value('bool', 2)}" if self.chance(p) else ''

    def items(self, count, depth):
        return ', '.join(self.any(depth)[1] + (f' as c{i}' if self.chance(0.3) else '') for i in range(count))

    def constants(self):
        return self.within({}, lambda: 'select ' + self.items(2, 3))

    def plain(self):
        t = self.table()
        return self.within({t: COLUMNS[t]}, lambda: (
            f'select {t}.id, {self.items(self.pick([1, 2, 3]), 3)} from t.{t}{self.condition()} order by {t}.id'))

    def aggregate(self, depth=1, window=False):
        kind = self.pick(NUMBERS)
        v = lambda k=kind: self.value(k, depth)
        orderable = self.pick(['i4', 'num', 'text', 'date', 'tz', 'iv', 'f8', 'ts'])
        call = self.pick([
            lambda: 'count(*)', lambda: f'count({v()})', lambda: f'sum({v()})', lambda: f'avg({v()})',
            lambda: f"min({v(orderable)})", lambda: f"max({v(orderable)})", lambda: f"sum({v('num')})", lambda: f"avg({v('num')})",
            lambda: f"{self.pick(['stddev', 'variance', 'stddev_pop', 'var_pop', 'stddev_samp'])}({v(self.pick(['i4', 'num', 'i2']))})",
            lambda: f"bool_and({v('bool')})", lambda: f"bool_or({v('bool')})", lambda: f"sum({v('iv')})", lambda: f"avg({v('iv')})",
            lambda: f"count(distinct {v(orderable)})" if not window else 'count(*)',
            lambda: f"sum(distinct {v('num')})" if not window else 'count(*)'])()
        return call + (f" filter (where {self.value('bool', 1)})" if self.chance(0.25) else '')

    def grouped(self):
        t = self.table()

        def body():
            keys = [self.pick([f'{t}.g', f"{t}.g, {self.value('bool', 1)}", self.any(1)[1], 'x.k'])]
            aggregates = ', '.join(self.aggregate() for _ in range(self.pick([1, 2, 3])))
            if self.chance(0.25):
                return f'select {aggregates} from t.{t}{self.condition()}'
            key = self.pick([f'{t}.g', self.any(1, ['num', 'bool', 'i2', 'text', 'date'])[1]])
            having = f' having {self.aggregate()} is not null' if self.chance(0.2) else ''
            group = self.pick(['1', 'k'])
            return f'select {key} as k, {aggregates} from t.{t}{self.condition(0.3)} group by {group}{having}'
        return self.within({t: COLUMNS[t]}, body)

    def joined(self):
        a, b = self.pick([('n', 's'), ('n', 'm'), ('s', 'm'), ('s', 'n')])
        kind = self.pick(['join', 'left join', 'right join', 'full join'])
        if self.chance(0.3):
            using = self.pick(['using (id)', 'using (g)', 'using (id, g)'])
            if self.chance(0.5):
                return f'select * from t.{a} {kind} t.{b} {using}'
            return f'select count(*), count(id) from t.{a} natural {kind} t.{b}' if 'using (id, g)' == using else \
                f'select {using[7:-1]}, {a}.id, {b}.g from t.{a} {kind} t.{b} {using}'
        on = self.pick([f'{a}.id = {b}.id', f'{a}.g = {b}.g', f'{a}.id < {b}.id', f'{a}.id = {b}.id and {a}.g <> {b}.g'])
        return self.within({a: COLUMNS[a], b: COLUMNS[b]}, lambda: (
            f'select {a}.id, {b}.id, {self.items(2, 2)} from t.{a} {kind} t.{b} on {on}{self.condition(0.3)}'))

    def nested(self):
        t, o = self.table(), self.table()

        def body():
            inner = {'o': COLUMNS[o]}
            choice = self.random.randrange(6)
            kind = self.pick(['i4', 'text', 'num', 'date', 'i8', 'tz', 'iv'])
            if choice == 0:
                sub = self.within(inner, lambda: f'select {self.value(kind, 1)} from t.{o} o{self.condition()}')
                return f"select id from t.{t} where {self.value(kind, 1)} {self.pick(['in', 'not in'])} ({sub}) order by id"
            if choice == 1:
                sub = self.within(inner, lambda: f"select 1 from t.{o} o where o.id = {t}.id and {self.value('bool', 2)}")
                return f"select id from t.{t} where {self.pick(['', 'not '])}exists ({sub}) order by id"
            if choice == 2:
                sub = self.within(inner, lambda: f'select {self.aggregate()} from t.{o} o where o.g = {t}.g')
                return f'select id, ({sub}) as x from t.{t} order by id'
            if choice == 3:
                sub = self.within(inner, lambda: f'select {self.value(kind, 1)} from t.{o} o order by o.id limit 1')
                return f'select id, ({sub}) from t.{t} order by id'
            if choice == 4:
                sub = f'select {self.any(2)[1]} as x, {self.any(2)[1]} as y, id from t.{t}{self.condition()}'
                return f'with w as ({sub}) select w.x, w.y from w order by w.id limit {self.pick(["3", "null", "100"])} offset {self.pick(["0", "2"])}'
            sub = f"select {self.value(kind, 2)} as x, {self.value('num', 2)} as y, g from t.{t}"
            return f'select q.g, max(q.x), sum(q.y), count(*) from ({sub}) q group by q.g'
        return self.within({t: COLUMNS[t]}, body)

    def compound(self):
        kinds = [self.pick(list(TYPE)) for _ in range(2)]
        operator = self.pick(['union', 'union all', 'intersect', 'except'])

        def side(kinds):
            t = self.table()
            return self.within({t: COLUMNS[t]}, lambda: (
                f"select {', '.join(self.value(k, 2) for k in kinds)} from t.{t}{self.condition(0.3)}"))
        other = [self.pick(NUMBERS) if k in NUMBERS else self.pick(['date', 'ts', 'tz']) if k in ('date', 'ts', 'tz') else k
                 for k in kinds]
        return f'{side(kinds)} {operator} {side(other)}'

    def windowed(self):
        t = self.table()

        def body():
            order = f"{self.any(1, ['i4', 'num', 'text', 'tz'])[1]} {self.pick(['', 'desc'])} {self.pick(['', 'nulls first', 'nulls last'])}, id"
            partition = self.pick(['', 'partition by g '])
            frame = self.pick(['', '', 'rows between 1 preceding and current row', 'rows between unbounded preceding and unbounded following',
                               'rows between 2 preceding and 1 following', 'groups between 1 preceding and current row',
                               'range between unbounded preceding and current row', 'rows between current row and unbounded following exclude current row'])
            call = self.pick([lambda: self.aggregate(1, True), lambda: self.aggregate(1, True), lambda: 'row_number()', lambda: 'rank()',
                              lambda: 'dense_rank()', lambda: 'ntile(3)', lambda: 'percent_rank()', lambda: 'cume_dist()',
                              lambda: f'lag({self.any(1)[1]})', lambda: f"lead({self.value('num', 1)}, 2, {self.value('num', 1)})",
                              lambda: f'first_value({self.any(1)[1]})', lambda: f'last_value({self.any(1)[1]})',
                              lambda: f'nth_value({self.any(1)[1]}, 2)'])()
            if ' filter ' not in call and self.chance(0.2):
                return f"select id, {call} over w from t.{t} window w as ({partition}order by {order} {frame}) order by id"
            return f'select id, {call} over ({partition}order by {order} {frame}) from t.{t} order by id'
        return self.within({t: COLUMNS[t]}, body)

    def distinct(self):
        t = self.table()
        return self.within({t: COLUMNS[t]}, lambda: (
            f"select distinct {self.any(2, ['num', 'text', 'iv', 'tz', 'i4', 'bool', 'date'])[1]} as x from t.{t} "
            f"order by {self.pick(['1', 'x'])} {self.pick(['', 'desc', 'nulls first', 'desc nulls last'])} "
            f"limit {self.pick(['5', 'null', '2 + 1', '0'])} offset {self.pick(['0', '1', 'null'])}"))

    def shaped(self):
        """LATERAL, DISTINCT ON, grouping sets, ordered aggregates, set-returning functions, rows."""
        t, o = self.table(), self.table()
        direction = lambda: self.pick(['', ' desc', ' nulls first', ' desc nulls last'])

        def lateral():
            kind = self.pick(['i4', 'num', 'text', 'tz', 'f8', 'bool', 'iv'])
            inner = self.within({'o': COLUMNS[o]}, lambda: (
                f"select {self.value(kind, 1)} as v, o.id from t.{o} o where o.g = {t}.g{self.pick(['', ' and ' + self.value('bool', 1)])}"
                f" order by o.id{self.pick(['', ' desc'])} limit {self.pick([1, 2])}"))
            join = self.pick(['cross join lateral ({}) l', 'left join lateral ({}) l on true', 'left join lateral ({}) l on l.v is not null'])
            return f"select {t}.id, l.v, {self.any(1)[1]} from t.{t} {join.format(inner)} order by {t}.id, l.id"

        def distinct_on():
            key = self.any(1, ['text', 'num', 'bool', 'date', 'i4'])[1]
            return f"select distinct on (k) {key} as k, id, {self.any(2)[1]} as v from t.{t} order by k{direction()}, id{self.pick(['', ' desc'])}"

        def sets():
            key = self.any(1, ['bool', 'date', 'i2', 'text'])[1]
            form = self.pick(['rollup (1, 2)', 'cube (1, 2)', 'grouping sets ((1), (2), ())', 'grouping sets ((1, 2), (1))', 'rollup ((1, 2))', '1, rollup (2)'])
            return f"select g, {key} as k, {self.aggregate()}, {self.aggregate()}, grouping(g) from t.{t}{self.condition(0.3)} group by {form}"

        def ordered():
            value, key = self.value('text', 1), self.any(1)[1]
            call = self.pick([
                f"string_agg({value}, ',' order by {key}{direction()}, id)", f"string_agg(distinct {value}, '|')",
                f"percentile_cont({self.pick([0, 0.25, 0.5, 1])}) within group (order by {self.value(self.pick(['i4', 'num', 'f8']), 1)}{self.pick(['', ' desc'])})",
                f"percentile_disc({self.pick([0.1, 0.5, 0.9])}) within group (order by {self.value(self.pick(['i4', 'text', 'tz', 'date']), 1)}{direction()})",
                f"rank({self.literal('i4')}) within group (order by {self.value('i4', 1)}{direction()})",
                f"cume_dist({self.literal('i4')}) within group (order by {self.value('i4', 1)}{direction()})"])
            return f"select g, {call} as x from t.{t}{self.condition(0.3)} group by g"

        def series():
            return self.pick([
                f"select id, generate_series(1, id % {self.pick([2, 3])}), {self.any(1)[1]} from t.{t} order by 1, 2",
                f"select s, {self.aggregate()} from t.{t}, generate_series(1, id % 3) with ordinality as x(v, s) group by s",
                f"select x from generate_series({self.value('ts', 0)}, {self.value('ts', 0)}, interval '40 years 1 month') as x order by x"])

        def rows():
            a, b = self.any(1)[0], self.any(1)[0]
            row = lambda: f"({self.value(a, 1)}, {self.value(b, 1)})"
            return f"select id, {row()} {self.pick(['=', '<>', '<', '>=', 'is distinct from'])} {row()}, row({self.value(a, 1)}) is null from t.{t} order by id"

        def quantified():
            kind = self.pick(['i4', 'num', 'text', 'date', 'iv'])
            inner = self.within({'o': COLUMNS[o]}, lambda: f"select {self.value(kind, 1)} from t.{o} o{self.condition(0.5)}")
            return f"select id, {self.value(kind, 1)} {self.pick(['<', '<=', '>', '=', '<>'])} {self.pick(['any', 'all'])} ({inner}) from t.{t} order by id"

        def counted():
            kind = self.pick(['i4', 'text', 'bool', 'date'])
            side = lambda: self.within({t: COLUMNS[t]}, lambda: f"select {self.value(kind, 1)} as x from t.{t}")
            return f"{side()} {self.pick(['intersect all', 'except all'])} {side()}"

        choice = self.pick([lateral, distinct_on, sets, ordered, series, rows, quantified, counted])
        return self.within({t: COLUMNS[t]}, choice)
