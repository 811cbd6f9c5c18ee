-- Scales of decimals: every value keeps its own.
select coalesce(d, 0), coalesce(e, d), coalesce(null::numeric(12,2), 0) from t.n order by id
select case when id = 1 then d else 0 end, case when b then d else e end from t.n order by id
select d from t.n where id = 1 union all select 2.5 union all select 3
select x from (values (2.50), (2.5), (3)) as v(x) order by x
select greatest(2.50, 2.5), greatest(1, 2.5), least(d, 3), greatest(null, 2.50, null) from t.n where id < 4 order by id
select sum(d), avg(d), min(d), max(d), sum(e), avg(e), sum(u), avg(u) from t.n where id < 5 or id > 6
select sum(i2), sum(i4), sum(i8), avg(i2), avg(i4), avg(i8) from t.n
select stddev(d), variance(d), stddev_pop(i4), var_pop(i2), stddev(f), var_samp(f) from t.n where id not in (5, 6)
select stddev(i4), variance(i4), stddev(i8) from t.n
select round(2.5, 0), round(-2.5), round(2.675, 2), round(1234.567, -2), round(1.5, 4), round(d, 1), round(d, 3), round(d) from t.n where id = 1
select trunc(2.567, 1), trunc(-2.5), ceil(2.1), floor(-2.1), ceil(d), sign(d), abs(d), -d from t.n where id < 4 order by id
select 7 / 2, -7 / 2, 7 % -3, -7 % 3, 7.0 / 2, 1 / 3.0, 2 ^ 3, 2 ^ 0.5, 2.0 ^ 3, -2 ^ 2, - 2 ^ 2, (-2) ^ 2
select 0.1 + 0.2 = 0.3, 0.1::float8 + 0.2::float8, 1e400, 1e-400, 12345678901234567890 * 98765432109876543210
select count(distinct u), count(distinct d) from t.n
select distinct u from t.n where id in (1, 3, 4) order by 1
select count(*) from (select 2.50 union select 2.5) q
select count(*) from (select interval '1 day' union select interval '24 hours') q
select count(distinct iv), min(iv), max(iv) from t.m where id in (1, 2, 5)
select sum(distinct u), avg(distinct d) from t.n where id < 3
select i8 * 2 from t.n where id = 5
select i8 + 1 from t.n where id = 5
select d * d * d from t.n where id = 5
select i8 = u, i8 < u, i8 > d, i8 between d and u, i8 = 9223372036854775807.0 from t.n order by id
select i8 * 1.00, i8 + 0.5, u * i8 from t.n order by id
select abs(i2) from t.n where id = 6
select -i2 from t.n where id = 6
select 32767::smallint + 1::smallint
select 9223372036854775807 + 1
select -9223372036854775808, 9223372036854775808
select (-32768)::smallint / (-1)::smallint
select 5::bigint / 0
select 1.0 / 0
select 1 % 0
select 0.0::float8 / 0
select sqrt(-1)
select ln(0)
select 1e308::float8 * 10
select 40000::smallint
select 'abc'::int
select '12abc'::numeric
select ''::int
select ' 42 '::int, '-7'::smallint, '1e3'::numeric, '.5'::numeric, '5.'::numeric
select 2.5::int, 3.5::int, -2.5::int, 2.5::float8::int, 3.5::float8::int, 1234.565::numeric(10,2), (-1234.565)::numeric(10,2)
select 12345.678::numeric(5,2)
select 99.999::numeric(4,2)
select 1.20::numeric(12,2) * (-0.015)::numeric(8,4), (0.5)::numeric(6,3) + 1
select 'NaN'::numeric, 'NaN'::numeric = 'NaN'::numeric, 'NaN'::numeric > 1e100
select max(x), min(x), sum(x) from (values (1.0), ('NaN'::numeric)) v(x)
-- Texts.
select 'a' || 1, 1 || 'a', 'a' || null, 'a' || 2.50, 'a' || true, 'x' || date '2025-08-23', 'n' || interval '1 day'
select 1 || 2
select null || 'a' is null, concat('a', null, 1, true, 2.50), concat_ws(',', 'a', null, 'b'), concat()
select a = 1 from t.s
select 'abc' < 'abd', 'abc' = 'ABC', 'a' < 'B', '' = ' '
select length('ñandú'), octet_length('ñandú'), upper('ñandú'), lower('ÑANDÚ'), initcap('hello wORLD ñu'), reverse('ñab')
select substr('hello', 2, 3), substr('hello', 0, 3), substr('hello', -1, 3), substr('hello', 2), substring('ñandú' from 2 for 2), substring('hello', 10)
select substr('hello', 2, -1)
select left('hello', 2), left('hello', -2), right('hello', 2), right('hello', -2), left('hi', 10), right('hi', 0)
select trim('  a b  '), trim(both 'x' from 'xxaxx'), ltrim('  a'), rtrim('a  '), btrim('xyaxy', 'yx'), trim(leading from '  a'), ltrim('', 'x')
select replace('aaa', 'a', 'bb'), replace('abc', '', 'x'), replace('abc', 'b', ''), strpos('hello', 'l'), strpos('hello', ''), position('z' in 'a')
select lpad('5', 3, '0'), rpad('5', 3, 'ab'), lpad('hello', 3), lpad('a', 5, ''), lpad('x', -1, 'y'), repeat('ab', 3), repeat('ab', -1)
select split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), split_part('a,b,c', ',', 9), split_part('abc', '', 1), split_part('', ',', 1)
select split_part('a,b', ',', 0)
select 'abc' like 'a%', 'abc' like '_b_', 'abc' like 'ab', 'a%c' like 'a\%c', 'abc' like 'a\%c', 'a_c' like 'a#_c' escape '#', 'abc' like '%%%', '' like '%', 'ñ' like '_', 'abc' not like 'x%'
select 'a\c' like 'a\c' escape '', 'a\c' like 'a\\c', 'ABC' ilike 'a%', 'ÑA' ilike 'ña', null like 'a', 'a' like null
select 'abc' like 'ab\'
select 'abc' like 'abc' escape 'xy'
select 'abc'::varchar(2), 'abc'::char(5), 'abc'::char(5) = 'abc', length('abc  '::char(8)), 'ab '::char(3) || 'x'
select starts_with('abc', 'ab'), 'abc' ~~ 'a%', 'abc' !~~ 'a%', 'ABC' ~~* 'abc', chr(65), ascii('A'), md5('a')
-- Untyped literals.
select 'x' union select 'y' order by 1
select null union select 1 order by 1
select '1' union select 2 order by 1
select 'a' union select 2
select case when true then '1' else 2 end, coalesce('3', 4), nullif('a', 'a'), nullif(1, '1'), greatest('1', 2)
select case when true then 'a' else 2 end
select x, y from (values (1, 'a'), (null, null)) as v(x, y) order by x
select * from (values (1), (2.5), ('3')) as v(x)
select * from (values (1), ('a')) as v(x)
select '2025-01-01' < date '2025-01-02', date '2025-01-01' = '2025-01-01', '1' = 1, 'a' = 'a', 1 in ('1', '2')
select 1 = 'a'
select date '2025-01-01' = 'x'
select 'a' + 1
select '5' + '6'
select '1' + 2, '2.5' + 1.5, 3 * '4', - '5'
select pg_typeof(1)
select cast(null as int), null::text is null, (null) is null
-- Nulls and logic.
select 1 in (1, null), 2 in (1, null), 2 not in (1, null), 1 not in (1, null), null in (1), null = null, null <> 1, not null
select id from t.n where i4 not in (select n_id from t.s) order by id
select id from t.n where i4 not in (select n_id from t.s where n_id is not null) order by id
select null is distinct from null, 1 is distinct from null, 1 is not distinct from 1, 2.50 is distinct from 2.5, 'a' is distinct from 'b'
select 2 between 3 and 1, 2 between symmetric 3 and 1, 2 not between symmetric 3 and 1, null between 1 and 2, 1 between null and 0
select true and null, false and null, true or null, false or null, not null::boolean, null is unknown, true is not unknown
select true > false, true = 't', 'yes'::boolean, 'off'::bool, '1'::bool, 1::boolean, 0::boolean, true::int, true::text, false || 'x'
select 'maybe'::boolean
select 1 and true
select not 1
select case 1 when null then 'a' else 'b' end, case null when null then 'a' else 'b' end, case when null then 1 end
select nullif(2.50, 2.5), nullif(1, 2.5), coalesce(null, null, 3), coalesce(null)
select (1, 2) = (1, 2), (1, 2) < (1, 3), (1, null) = (2, null), (1, null) = (1, 2), (1, 2) in ((1, 2), (3, 4)), (1, 2) is null
-- LIMIT, ORDER BY, DISTINCT.
select id from t.n order by id limit null
select id from t.n order by id limit null offset 6
select id from t.n order by id limit 2 offset null
select id from t.n order by id limit -1
select id from t.n order by id offset -1
select id from t.n order by id limit '2'
select id from t.n order by id limit 1 + 1 offset 1
select id from t.n order by id fetch first 2 rows only
select g from t.n order by g nulls first, id limit 3
select g, id from t.n order by g desc, id desc
select g, id from t.n order by g desc nulls last, id
select id as x, i4 from t.n order by x desc limit 2
select id as i4, i4 as id from t.n order by i4 limit 3
select i4 as x from t.n order by x + 1
select i4 from t.n order by 2
select i4 from t.n order by -i4 limit 2
select distinct g from t.n order by g
select distinct g from t.n order by id
select distinct upper(g) from t.n order by upper(g)
select distinct g as k, count(*) from t.n group by g order by count(*) desc, 1
select id from t.n order by 'x'
select id from t.n order by null, id limit 1
select u from t.n where id < 4 order by u, id
select iv from t.m order by iv, id
-- GROUP BY.
select g as i4, count(*) from t.n group by i4
select g as k, count(*) from t.n group by k order by k
select g, i4 from t.n group by g
select id, i4, g from t.n group by id order by id
select upper(g), count(*) from t.n group by upper(g) order by 1
select upper(g), count(*) from t.n group by g order by 1
select id % 2 as odd, sum(i2) from t.n group by 1 order by 1
select count(*) from t.n having count(*) > 100
select 1 from t.n having true
select 'x' having 1 > 2
select g from t.n group by g having g > 'a' order by g
select count(*), count(i4), count(distinct g) from t.n where false
select sum(i4), max(g), avg(d), bool_and(b), stddev(i4) from t.n where false
select g, count(*) from t.n where false group by g
select sum(count(*)) from t.n
select count(*) from t.n where count(*) > 1
select max(b) from t.n
select sum(g) from t.n
select u, count(*) from t.n where id in (1, 2) group by u
select b, count(*) from t.n group by b order by b
select count(*) filter (where i4 > 0), sum(d) filter (where b), count(*) filter (where null) from t.n
select g, string_agg(a, ',') from t.s where id < 3 group by g
select bool_or(b), bool_and(b), every(b) from t.n
select sum(f), avg(f), min(f), max(f) from t.n where id not in (5, 6)
select sum(iv), avg(iv) from t.m
select (select max(n.i4) from t.s s) from t.n n
select g, (select count(*) from t.s s where s.g = n.g) from t.n n group by g order by g
select count(*) from t.n group by ()
-- Joins.
select * from t.n join t.s using (id) where id < 3
select n.id, s.id, id from t.n left join t.s using (id) order by id
select id from t.n full join t.s using (id) order by id
select id, n.g, s.g from t.n right join t.s using (id) order by id
select id from t.n join t.s on n.id = s.id
select count(*) from t.n natural join t.s
select * from (t.n n join t.s s on n.id = s.id) join t.m m on m.id = n.id where m.id = 1
select n.id, s.id, m.id from t.n n left join (t.s s join t.m m on s.id = m.id and m.id > 2) on n.id = s.id order by n.id
select count(*) from t.n, t.s where n.id = s.n_id
select count(*) from t.n cross join t.s
select n.id from t.n join t.n on true
select a.id, b.id from t.n a join t.n b on a.id = b.i2 order by 1
select x.id from t.n
select n.id from t.n x
select t.n.id from t.n order by 1 limit 1
select id, count(*) over () from t.n where i4 > 0 order by id
select x.* from (select 1 as a, 2 as a) x
select a from (select 1 as a, 2 as a) x
select * from t.n a, lateral (select a.id + 1 as y) b where a.id = 1
select * from (select 1)
select n.*, s.a from t.n n join t.s s on s.n_id = n.id where n.id = 1
-- Subqueries.
select (select id from t.n)
select (select id from t.n where id = 99), (select id, g from t.n)
select exists (select 1 from t.n where id = 99), exists (select from t.n)
select id from t.n where id in (select n_id from t.s) order by id
select id from t.n where (id, g) in (select n_id, g from t.s) order by id
select id from t.n n where exists (select 1 from t.s s where s.n_id = n.id and s.id > n.id) order by id
select id from t.n where id = any (select n_id from t.s) order by id
select id from t.n where id = any (array[1, 3]) order by id
select id from t.n where id > all (select n_id from t.s where n_id < 5) order by id
select id from t.n where d in (12.5, 0.10) order by id
select id from t.n where i4 in (10.0, 42) order by id
select id from t.n where u in (select d from t.n) order by id
-- WITH.
with a as (select 1 as x), b as (select x + 1 as y from a) select * from a, b
with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select n, n * 1.5 from r order by n
with recursive r(n) as (select 1 union all select n + 0.5 from r where n < 5) select n from r
with recursive r(n) as (select 1::numeric union all select n + 0.5 from r where n < 3) select n from r order by n
with recursive r(n, t) as (select 1, 'a'::text union select n + 1, t || 'b' from r where n < 3) select * from r order by n
with recursive r(n) as (select date '2025-01-30' union all select n + 1 from r where n < '2025-02-02') select n from r order by n
with a as (select 1) select * from a, a
with a(x, y) as (select 1) select * from a
-- Windows.
select id, row_number() over (order by g, id), rank() over (order by g), dense_rank() over (order by g), ntile(3) over (order by id) from t.n order by id
select id, sum(d) over (partition by g order by id), avg(i4) over (order by id rows between 1 preceding and 1 following) from t.n where id < 5 order by id
select id, sum(u) over (order by id rows between 1 preceding and current row) from t.n where id <> 5 order by id
select id, sum(f) over (order by id rows between 1 preceding and current row) from t.n where id not in (5, 6) order by id
select id, lag(d) over (order by id), lag(d, 2, 0) over (order by id), lead(g, 1, 'none') over (order by id) from t.n order by id
select id, first_value(g) over w, last_value(g) over w, nth_value(g, 2) over w from t.n window w as (order by id rows between unbounded preceding and unbounded following) order by id
select id, count(*) over (order by q range between 2 preceding and current row) from t.m order by id
select id, count(*) over (order by ts range between interval '1 day' preceding and current row) from t.m order by id
select id, count(*) over (order by tz desc range between interval '100 years' preceding and current row) from t.m order by id
select id, count(*) over (order by dt range between interval '1 month' preceding and current row) from t.m order by id
select id, sum(q) over (order by q groups between 1 preceding and 1 following exclude current row) from t.m order by id
select g, sum(i2), rank() over (order by sum(i2) desc nulls last), sum(sum(i2)) over () from t.n group by g order by g
select id, count(*) filter (where b) over (order by id) from t.n order by id
select id, sum(i4) over (order by g) from t.n order by id
select id, rank() over (order by g desc nulls last, id desc) from t.n order by id
select sum(row_number() over ()) from t.n
select id from t.n where row_number() over () = 1
select id, row_number() from t.n
select id, count(distinct g) over () from t.n
select id, sum(i4) over nope from t.n
select percent_rank() over (order by id), cume_dist() over (order by id) from t.n
select id, sum(i2) over (order by id rows between current row and 1 preceding) from t.n
select id, sum(i2) over (order by id rows between -1 preceding and current row) from t.n
-- Set operations.
select id from t.n union select id from t.s order by id
select id from t.n intersect select id from t.s order by id
select id from t.n except select id from t.s order by id
select id from t.n intersect all select id from t.s order by id
select 1 union all select 2 union select 2 order by 1
select 1 union (select 2 union all select 2) order by 1
select 1 as a union select 2 as b order by a
select 1 as a union select 2 as b order by b
select 1, 2 union select 1
(select id from t.n order by id limit 2) union all (select id from t.s order by id desc limit 1) order by id
select id, g from t.n where id < 3 union all select 1, null order by 1, 2 nulls first
select i4 from t.n where id = 1 union select f from t.n where id = 2 order by 1
select d from t.n where id = 1 intersect select u from t.n
-- Names.
select 1, 'a', true, null, 1 + 1, now() is null, current_date is null, case when true then 1 end, coalesce(1, 2), (select 1), (select 1 as x), exists (select 1), 1::bigint, cast('1' as int), interval '1 day', id::text, d::numeric(5,1), upper(g), -id, n.id from t.n where id = 1
select greatest(1, 2), nullif(1, 2), extract(year from date '2025-01-01'), date '2025-01-01', count(*), sum(id)::int, trim('a'), substring('abc' from 1), position('a' in 'b'), (1), array[1] is null from t.n
-- Dates.
select date '2025-08-23' + 1, date '2025-08-23' - 1, date '2025-08-23' - date '2024-02-29', date '2025-08-23' + interval '1 month', 1 + date '2025-01-01'
select date 'infinity', date 'infinity' + 1, date '-infinity' - 1, date 'infinity' > date '2025-01-01', timestamp 'infinity' + interval '1 day', timestamptz '-infinity' - interval '1 month'
select date 'infinity' - date '2025-01-01'
select timestamp 'infinity' - timestamp '2025-01-01'
select date_trunc('hour', timestamp 'infinity'), date_trunc('day', timestamptz '-infinity'), date 'infinity'::timestamp, timestamp '-infinity'::date
select date_trunc('hour', ts), date_trunc('day', tz), date_trunc('week', dt), date_trunc('month', ts) from t.m order by id
select date_bin('15 minutes', ts, timestamp '2001-01-01'), date_bin('1 day', tz, timestamptz '2025-08-23 06:00+00') from t.m order by id
select date_bin('1 month', ts, timestamp '2001-01-01') from t.m
select date_bin('0 days', ts, timestamp '2001-01-01') from t.m
select date_trunc('fortnight', ts) from t.m
select extract(fortnight from ts) from t.m
select extract(epoch from ts), extract(epoch from tz), extract(dow from dt), extract(isodow from ts), extract(week from dt), extract(doy from ts), extract(quarter from dt) from t.m order by id
select extract(second from ts), extract(milliseconds from ts), extract(minute from tz), date_part('second', ts), date_part('epoch', tz) from t.m order by id
select extract(hour from dt) from t.m
select extract(epoch from iv), extract(day from iv), extract(hour from iv), extract(month from iv) from t.m order by id
select ts - interval '1 month', ts + interval '1 day 2 hours', ts - ts, tz - timestamptz '2025-01-01', age(ts, timestamp '2000-02-29') from t.m order by id
select iv * 2, iv / 3, iv * 1.5, -iv, iv + interval '1 hour', iv = interval '24 hours', iv > interval '29 days' from t.m order by id
select interval '1 day' = interval '24 hours', interval '1 month' = interval '30 days', interval '1.5 days', interval '90 minutes', interval '-1 day 3 hours', interval 'P1DT2H', interval '1' day, interval '2:30'
select make_interval(days => 3), make_interval(hours => 2, mins => 30)
select timestamp '2025-02-30'
select date '2025-13-01'
select timestamp '294276-12-31 23:59:59' + interval '1 day'
select date '5874897-12-31' + 1
select date '2025-08-23' = timestamp '2025-08-23 00:00', date '2025-08-23' < timestamptz '2025-08-23 12:00+00', timestamp '2025-08-23 00:00' = timestamptz '2025-08-23 00:00+00'
select ts at time zone 'Asia/Manila', tz at time zone 'Asia/Manila', ts at time zone 'UTC' at time zone 'America/New_York' from t.m order by id
select timestamptz '2025-08-23 09:00' at time zone 'nowhere'
select '2025-08-23'::date::text, '2025-08-23 10:00'::timestamp::text, '2025-08-23 10:00+08'::timestamptz::text, '1 day'::interval::text, '10:30'::time, '10:30'::time + interval '1 hour'
select to_timestamp(0), to_timestamp(1755939600.123456), to_timestamp(-1.5), make_date(2025, 2, 28), justify_days('35 days'), justify_hours('27 hours'), justify_interval('1 mon -1 hour')
select make_date(2025, 2, 30)
select sum(q) from t.m where dt > '2000-01-01' and tz < '2025-08-23 10:00' and iv > '1 hour'
select timestamp '2025-08-23 10:00' + 1
select date '2025-08-23' + time '10:00'
select dt + q, dt - q from t.m order by id
-- Errors of names and types.
select nope from t.n
select n.nope from t.n
select nope.id from t.n
select * from t.nope
select * from nope.n
select nope(1)
select upper(1)
select length(1)
select sum() from t.n
select count() from t.n
select id from t.n where id
select id from t.n where g
select -g from t.n
select g + 1 from t.n
select b + 1 from t.n
select d || d from t.n
select id::date from t.n
select b::date from t.n
select dt::int from t.m
select cast(1 as nope)
select select
select 1 +
select * from
select id from t.n where
select 'abc
select id, from t.n
select 1 as from t.n
