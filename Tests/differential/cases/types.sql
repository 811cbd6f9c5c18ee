-- NaN and the infinities, times with and without a zone, digits of seconds, the names of types, arrays of matches.
select concat(variadic '{a,b}'::text[]), concat_ws('-', variadic (select array[1,2]))
select regexp_match('abc', 'b(c)?'), regexp_match('abc', 'x'), (regexp_match('foobar', 'o(o)(b)'))[2]
select regexp_matches('a1b2', '([a-z])(\d)', 'g'), regexp_split_to_array('a, b', ',\s*')
select x[1] from regexp_matches('a1b2', '[a-z]', 'g') as x
select m[1] as k, m[2] as v from regexp_matches('a=1;b=2', '(\w)=(\d)', 'g') m
select 0.1::float8 + 0.2::float8 as a, 1e20::float8 as b, 'NaN'::float8 as i, '-Infinity'::float8 as j, 3.0::float4 / 7 as k, 1/3::float8 as e
select 'NaN'::float8 = 'NaN'::float8, 'NaN'::float8 > 'Infinity'::float8, 'NaN'::float8 > 1e300, -'NaN'::float8, abs('NaN'::float8), 'NaN'::float8 + 1, 'NaN'::float8 * 0, 'Infinity'::float8 - 'Infinity'::float8, sqrt('NaN'::float8), 'NaN'::float8::text, 'NaN'::float8::numeric, 'NaN'::numeric::float8
select x from (values ('NaN'::float8), (1), (null), ('Infinity'), ('-Infinity')) t(x) order by x
select x from (values ('NaN'::float8), (1), (null), ('Infinity'), ('-Infinity')) t(x) order by x desc
select max(x), min(x), sum(x), avg(x), count(x) from (values ('NaN'::float8), (1)) t(x)
select x from (values ('NaN'::numeric), (1), (null), ('Infinity'), ('-Infinity')) t(x) order by x
select max(x), min(x), sum(x), avg(x) from (values ('NaN'::numeric), (1), (2.5)) t(x)
select sum(x), max(x), min(x) from (values ('Infinity'::numeric), (1), (2.5)) t(x)
select 'NaN'::numeric = 'NaN', 'Infinity'::numeric > 1e10, 'Infinity'::numeric - 'Infinity', -'Infinity'::numeric, 'NaN'::numeric + 1, round('NaN'::numeric, 2), 'infinity'::numeric * 0
select 'NaN'::float8::int
select 'Infinity'::float8::numeric, 'inf'::float8, '-inf'::float8, 'Infinity'::float8::text
select greatest('NaN'::float8, 1), least('NaN'::float8, 1), coalesce('NaN'::float8, 1), nullif('NaN'::float8, 'NaN'), 'NaN'::float8 in (1, 'NaN'), case when 'NaN'::float8 <> 'NaN'::float8 then 1 else 2 end
select time '10:00' + interval '1 hour', time '23:30' + interval '1 hour', time '10:00' - time '09:30', time '10:00:00.5', '24:00'::time, time '10:00' < time '11:00', time '10:20:30'::interval, '2025-01-01 10:20:30'::timestamp::time, extract(hour from time '10:20:30'), extract(epoch from time '10:20:30'), extract(second from time '10:20:30.5'), date '2025-01-01' + time '10:00', time '04:05:06.789'::time(1)
select timetz '10:00+08', '10:00:00.5-03:30'::timetz, timetz '10:00+00' < timetz '10:00-01', timetz '10:00+08' = timetz '02:00+00', timetz '23:30+02' + interval '1 hour', timetz '10:00+08'::time, time '10:00'::timetz, timestamptz '2025-01-01 10:00+00'::timetz, date '2025-01-01' + timetz '10:00+02'
select x::timestamp(1) from (values (timestamp '2025-01-01 00:00:00.25')) t(x)
select pg_typeof(x::timestamp(0)), pg_typeof(current_time), pg_typeof(localtime), pg_typeof(time '10:00') from (select now() as x) t
select 'int'::regtype, 'text[]'::regtype, pg_typeof(1)::text = 'integer', pg_typeof(1) = 'integer'::regtype
select pg_typeof(null::int[]), pg_typeof('{}'::jsonb), pg_typeof('a'::varchar), pg_typeof(true), pg_typeof(interval '1 day'), pg_typeof('a'::name), pg_typeof(1::float4)
select min(x), max(x) from (values (time '10:00'), (time '09:00')) t(x)
select distinct x from (values (timetz '10:00+08'), (timetz '10:00+08'), (timetz '02:00+00')) t(x) order by x
select 'NaN'::float8 is distinct from 'NaN'::float8, array['NaN'::float8, 1], array[1.5, 'NaN'::numeric], to_jsonb('NaN'::float8)
select x, count(*) from (values ('NaN'::float8), ('NaN'), (1)) t(x) group by x order by x
select power('NaN'::float8, 0), power(1::float8, 'NaN'), exp('-Infinity'::float8), ln('NaN'::float8), round('NaN'::float8), floor('Infinity'::float8), sign('NaN'::float8)
select 1.0::float8 / 0
select 'NaN'::float8 / 0
select stddev(x), variance(x) from (values ('NaN'::float8), (1)) t(x)
select percentile_cont(0.5) within group (order by x) from (values ('NaN'::float8), (1), (2)) t(x)
select '-0'::float8, -0.0::float8, 0::float8 * -1
select 'Infinity'::float8 = any(array['Infinity'::float8]), 'NaN' = any('{NaN,1}'::float8[]), 'NaN' = any('{NaN,1}'::numeric[])
select date '2025-08-23' + time '09:00', timestamp '2025-08-23 10:00' - time '01:00'
