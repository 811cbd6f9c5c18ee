-- Bit strings, bytes and character(n).
select B'101', x'1F', '101'::bit(3), '1'::bit(3), '1011'::bit(2), '10'::varbit, '1011'::varbit(2), bit '101', pg_typeof(B'1'), pg_typeof('1'::varbit)
select 5::bit(8), (-1)::bit(40), 5::bit, 300::bit(8), 5::bigint::bit(70), (-5)::bit(8)
select B'101'::int, B'11111111111111111111111111111111'::int, x'FFFFFFFFFFFFFFFF'::bigint, x'ff'::bigint
select x'1FFFFFFFF'::int
select ('x' || '7fffffff')::bit(32)::int, ('x' || 'ffffffff')::bit(32)::int, ('x' || 'ffff')::bit(32)::bigint, ('x' || substr('abcdef0123', 1, 8))::bit(32)::bigint
select B'1010' & B'0110', B'1010' | B'0110', B'1010' # B'0110', ~ B'1010', B'1010' << 1, B'1010' >> 2, B'10' || B'01', B'10' || '1'
select B'10' & B'1'
select length(B'1010'), bit_length(B'1010'), octet_length(B'101010101'), get_bit(B'1010', 0), set_bit(B'1010', 1, 1), substring(B'110010' from 2 for 3), position(B'01' in B'1001'), bit_count(B'1011')
select get_bit(B'1010', 4)
select B'10' < B'100', B'1' > B'01', B'10' = B'10', B'1010'::text, B'1' in (B'0', B'1')
select x from (values (B'10'), (B'1'), (B'0'), (B'100')) t(x) order by x
select '102'::bit(3)
select 'x1G'::varbit
select '\x48'::bytea, 'abc'::bytea, '\\x'::bytea, 'a\001b'::bytea, bytea '\xDEADBEEF', '\x de ad'::bytea, ''::bytea
select '\x4'::bytea
select '\xzz'::bytea
select 'a\9'::bytea
select '\x48'::bytea || '\x49', 'a'::bytea || 'b'::bytea, '\x48'::bytea || null
select get_byte('\x1234'::bytea, 1), set_byte('\x1234'::bytea, 0, 255), get_bit('\x1234'::bytea, 2), set_bit('\x1234'::bytea, 0, 1), substring('\x123456'::bytea from 2), substring('\x123456'::bytea from 1 for 2), substr('\x123456'::bytea, 3), position('\x34'::bytea in '\x1234'::bytea)
select get_byte('\x1234'::bytea, 2)
select '\x48'::bytea::text, '\x48'::bytea = 'H'::bytea, '\x48'::bytea < '\x4800'::bytea, array['\x48'::bytea], 'H'::text::bytea, '\x48'::bytea = '\x48'
select x from (values ('\x02'::bytea), ('\x01'), ('\x0102'), (null)) t(x) order by x
select 'ab'::char(4) || '|', 'ab'::char(4), 'abc'::char(2), 'a'::char, length('ab  '::char(4)), 'ab'::char(4) = 'ab', 'ab'::char(4) = 'ab  '::char(6), 'ab'::char(4)::text || '|', 'ab'::char(4) = 'ab '::text, upper('ab'::char(4)) || '|', pg_typeof('a'::char(3)), 'ab'::char(3)::varchar || '|', char 'abc'
select 'x' || 'ab'::char(4), concat('ab'::char(4), '|'), 'ab'::char(4) like 'ab', 'ab'::char(4) like 'ab  ', octet_length('ab'::char(4)), 'b'::char(3) > 'a', coalesce('a'::char(3), 'b'), position('b' in 'ab'::char(4))
select x, count(*) from (values ('a'::char(3)), ('a '), ('b')) t(x) group by x order by x
select case when true then 'a'::char(3) else 'b'::text end || '|'
select ' 42 '::int as i, '-7.5000'::numeric as n, '1e3'::float8 as f, '0012'::bigint as b, '{1,2,NULL}'::int[] as a, '{"x y",z}'::text[] as ta, '[1,2]'::jsonb as j, cast('2025-08-23' as date) as d, int4 '5' as prefix, '5'::int4::text || 'x' as chain, 'abc'::varchar(2) as v, 'ab'::char(4) || '|' as c, '3'::smallint as s, 3.7::int as r, '\x48'::bytea as by
select array[timetz '10:00+02'], array['\x48'::bytea, null]
select 5::int::bit(4)::text, B'0101'::bit(8), B'0101'::varbit::bit(2), B'101'::bit(3)::varbit
select '\x48' || 'a'
select 'ab'::bytea || 'c'::text
