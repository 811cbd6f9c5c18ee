-- Arrays: literals, constructors, subscripts, operators, functions, quantifiers, aggregates and rows.
select array[1, 2, 3] as a, array['a', 'b c', null, ''] as t, (array[10, 20, 30])[2] as second, (array[10, 20, 30])[5] as missing, (array[1, 2, 3, 4])[2:3] as slice, array[1, 2] || 3 as app, 0 || array[1] as pre, array[1, 2] || array[3] as cat
select array_length(array[1, 2], 1) as len, array_length('{}'::int[], 1) as len0, cardinality('{}'::int[]) as card0, array[1, 2, 3] @> array[3, 1] as contains, array[1, 2] && array[2, 9] as overlaps, array[[1, 2], [3, 4]] as matrix
select array_to_string(array['a', null, 'c'], ',', '?') as str, string_to_array('a,,b', ',') as split, array_position(array['x', 'y'], 'y') as pos, array(select tier from (values (3), (1), (2)) v(tier) order by tier) as sub
select '{1,2,NULL}'::int[] as a, '{"x y",z}'::text[] as ta
select array[1, 2.5, 3.00] as a, array[1.0, 2] || 7 as b
select 'arr' || array[1, 2]::text as arr
select i::text as txt from unnest(array['30 days', '1 mon', '720:00:00']::interval[]) i order by i, txt
select u.a, u.b, u.n from unnest(array[1, 2, 3], array['x', 'y']) with ordinality as u(a, b, n) order by u.n
select 3 = any(array[1,2,3]), 4 = any('{1,2,null}'), 3 <> all('{1,2}'::int[]), 'a' like any(array['b%','a%']), 5 > all(array[1,2]), 5 > any(array[7,null]), 1 = any(null::int[]), null = any('{}'::int[]), 1.5 = any(array[1,2]), 2 = any(array[1.5, 2.0])
select array_agg(x order by x desc) as a, array_agg(distinct x % 2) as b, array_agg(x) filter (where x > 2) as c, array_agg(x) filter (where x > 20) as d, (array_agg(x order by x desc))[1] as e from generate_series(1,5) x
select percentile_cont(array[0.25, 0.5]) within group (order by x), percentile_disc(array[0.25, 0.5, null]) within group (order by x) from generate_series(1,7) x
select array[true,false,null], array[date '2025-01-01', null], array[timestamptz '2025-01-01 10:00+00'], array[1.5::float8, 'Infinity'], array['1 day'::interval]
select array[true,false]::text[], array[1,2]::text[], array['1','2']::int[], array[1.5,2.5]::int[], array[1,2]::numeric[], array[1,2]::float8[], '{1,2}'::text::int[], array[1.456]::numeric(4,1)[], array['abc']::varchar(2)[]
select array[1,2] = array[1,2], array[1,2] < array[1,3], array[1] < array[1,0], array[null::int] = array[null::int], array[1.0] = array[1.00], array[1,2] = '{1,2}', '{1,2}' = array[1,2], array[[1]] = array[1]
select array[1,2] = array[1::bigint]
select array_dims(array[[1,2],[3,4]]), array_ndims(array[[1,2],[3,4]]), array_lower(array[1],1), array_upper(array[1,2],1), array_length(array[[1,2,3]],2), (array[[1,2],[3,4]])[2][1], (array[[1,2],[3,4]])[2], (array[[1,2],[3,4]])[1:1], (array[[1,2],[3,4]])[1:2][2:2], (array[1,2,3])[:2], (array[1,2,3])[2:], (array[1,2,3])[:]
select array_append(array[1],2), array_prepend(0,array[1]), array_cat(array[1],array[2,3]), array_remove(array[1,2,1],1), array_replace(array[1,2,1],1,9), array_fill(7,array[2,2]), trim_array(array[1,2,3],2), array_positions(array['a','b','a'],'a'), array_position(array[1,2,1],1,2)
select array_append(null::int[],2), array_cat(null::int[], array[1]), null || array[1], array[1] || null, array[1] || null::int, array_remove(array[1,null],null), array_position(array[1,null],null)
select generate_subscripts(array['a','b'],1), generate_subscripts(array['a','b'],1,true)
select string_to_array('abc',null), string_to_array('',','), string_to_array('a,b,c',',','b'), string_to_array(null,','), array_to_string(array[1,null,3],','), array_to_string(array[1.50,2],'|'), array_to_string(array[true,false],','), array_to_string(array[date '2025-01-02'],','), array_to_string(array[[1,2],[3,4]],',')
select unnest(array[1,2]) as x, unnest('{a,b,c}'::text[]) as y
select * from unnest(array[1,2]) as t(x) where x in (select unnest(array[2,3]))
select array[]
select array[]::int[], '{}'::text[], array[null], array[null]::int[]
select array['a',1]
select array[1,'2']
select '{1,a}'::int[]
select '{1,2'::int[]
select '{{1,2},{3}}'::int[]
select array[[1,2],[3]]
select array[array[1,2],array[3,4]], array[array[1,2]] || array[3,4], array[1,2] || array[[3,4]]
select array[1,2] || array[[3],[4]]
select array_agg(a) from (values (array[1,2]),(array[3,4])) t(a)
select max(a), min(a) from (values (array[1,2]),(array[3,4]),(array[1])) t(a)
select a from (values (array[2]),(array[1,5]),(array[1]),(null)) t(a) order by a
select distinct a from (values (array[1.0]),(array[1.00])) t(a)
select count(*) from (values (array[1.0]),(array[1.00]),(array[2])) t(a) group by a order by 1
select array_length(null,1)
select width_bucket(5, array[1,3,5,7]), width_bucket(0.5, array[1.0,2.0]), width_bucket(now(), array['yesterday','today','tomorrow']::timestamptz[])
select (array['a','b'])[1::bigint], (array['a','b'])['1']
select (1)[1]
select 1 = any(2)
select 1 = any('abc')
select array_fill(1, null), array_fill(null::int, array[2])
select array_fill(1, array[0])
select array(select 1 where false), array(select null::text), array(select array[x,x] from generate_series(1,2) x)
select x, array(select y from generate_series(1,x) y) from generate_series(1,3) x order by 1
select array[1,2,3] <@ array[1,2,3,4], array['a'] @> '{a}', '{a}' <@ array['a','b'], array[1.5] @> array[1.50], array[null::int] @> array[null::int], array[]::int[] <@ array[1]
select array[1] @> array['a']
select array_to_string('{a,b}', ','), cardinality('{{1,2},{3,4}}'::int[])
select array_dims('{}'::int[]), array_ndims('{}'::int[]), array_lower('{}'::int[],1), array_position('{}'::int[], 1)
select coalesce(array_agg(x), '{}') from generate_series(1,0) x
select case when true then array[1] else '{2}' end, coalesce(null, array['a']), nullif(array[1],array[1]), greatest(array[1],array[2])
select array[1,2]::text, array['a b']::varchar, cast(array[1] as text)
select x.a[1], x.a[2:3] from (select array[1,2,3] as a) x
select a[i], i from (select array['x','y'] a) s, generate_subscripts(a, 1) i order by i
select t.id, u from (values (1, array['a','b']), (2, null), (3, '{}')) t(id, tags), unnest(tags) u order by 1, 2
select t.id, u from (values (1, array['a','b']), (2, null), (3, '{}')) t(id, tags) left join lateral unnest(tags) u on true order by 1, 2
select t.id, u, o from (values (1, array['a','b'])) t(id, tags) cross join unnest(tags) with ordinality as x(u, o) order by 3
select array_agg(x)::text[], array_agg(x)::float8[] from generate_series(1,3) x
select 2 = any(array_agg(x)), array_agg(x) @> array[2], cardinality(array_agg(x)) from generate_series(1,3) x
select array_length(string_to_array('a b c', ' '), 1), unnest(string_to_array('b a', ' ')) order by 2
select to_jsonb(array[1,2]), to_jsonb(array['a',null]), to_json(array[[1,2],[3,4]]), jsonb_build_object('a', array[1.50, null], 'b', array[true])
select to_jsonb(array[timestamptz '2025-01-01 10:00+00']), to_jsonb(array[date '2025-01-01']), array_to_json(array[1,2]), jsonb_agg(array[x]) from generate_series(1,2) x
select to_jsonb(t) from (select 1 as a, array['x'] as b) t
select '["a","b"]'::jsonb ?| array['b','c'], '{"a":{"b":1}}'::jsonb #>> array['a','b'], '{"a":1,"b":2}'::jsonb - array['a']
select array(select jsonb_array_elements_text('["a","b"]'))
select pg_typeof(1) as a, pg_typeof(1.0) as b, pg_typeof(9999999999) as c, pg_typeof('x') as d, pg_typeof(null) as e, pg_typeof(1 + 1.5) as f, pg_typeof(1 / 2) as g, pg_typeof(array[1, 2.5]) as h, pg_typeof(now() - now()) as i, pg_typeof(current_date + 1) as j, pg_typeof(current_date + interval '1 day') as k
select pg_typeof(array[1])::text, pg_typeof(row(1,2)), pg_typeof(x) from generate_series(1,2) x
select concat_ws(',', array['a','b']), concat(array[1,2])
select array_agg(x order by x) over (partition by x % 2) from generate_series(1,4) x order by 1
select array_agg(x) over (order by x rows between 1 preceding and current row) as a from generate_series(1,4) x order by 1
select (array_agg(x order by x desc))[1:2] from generate_series(1,4) x
select k, array_agg(v order by v) from (values (1,'b'),(1,'a'),(2,null)) t(k,v) group by k having array_length(array_agg(v),1) > 0 order by k
select count(distinct a) from (values (array[1]),(array[1]),(array[2])) t(a)
select array_agg(distinct v order by v desc) from (values (1.0),(1.00),(2)) t(v)
select string_agg(x::text, ',' order by x) from unnest('{3,1,2}'::int[]) as x
select 'a' = any(string_to_array('a,b', ',')), 'c' <> all(string_to_array('a,b', ','))
with recursive c as (select 1 as id, array[1] as path union all select id + 1, path || (id + 1) from c where id < 3) select * from c order by id
select array_cat(array[1], '{2,3}'), array['a'] || '{b,c}', 'x' || array['a'], array['a'] || 'b'::text
select array[1,2] || 3.5
select array['1'] || 2
select array[1,2] is distinct from array[1,2], array[1,2] in (array[1,2], array[3]), array[1] between array[0] and array[2]
select case array[1] when '{1}' then 'y' else 'n' end
select x[1] from (values (array[10,20])) v(x) where x[2] = 20 and 10 = any(x)
select (string_to_array('a.b.c', '.'))[2], split_part('a.b', '.', 1), (regexp_match('abc', 'b(c)'))[1], regexp_split_to_array('a1b2', '\d')
select array_to_string(array(select g from generate_series(1,3) g), '-')
select array_length(array_agg(distinct x % 3), 1) from generate_series(1, 9) x
select t.* from unnest(array['a','b'], array[1,2,3]) with ordinality as t(x,y,o) order by o
select array_ndims(array[[1],[2]]), array[[1,2],[3,4]] @> array[4], array[1,2,2] <@ array[2,1]
select min(x), max(x) from unnest(array['b','a']) x
select '{1,2}'::int[] || '{3}'::int[], cardinality(null::int[]), array_length(null::int[], 1)
select array[1,2,3]::text[] && '{2}', array[1,2]::bigint[] @> array[1]::bigint[]
select exists (select 1 from unnest(array[1,2]) u where u = 2)
select array['2025-01-01'::date, '2025-02-01'] @> array['2025-02-01'::date], '2025-01-01' = any(array['2025-01-01'::date])
select unnest(array[[1,2],[3,4]])
select any_value from (select 1 as any_value) t where 1 = some(array[1])
select ('{a,b}'::text[])[1], ('{1.50,2}'::numeric[])[1] + 1, ('{1.5}'::float8[])[1] * 2, ('{t,f}'::bool[])[2]
select not (1 = any(array[2,3])), 1 != any(array[1,1]), 1 <> any(array[1,2])
select array_replace(array['a',null],null,'z'), array_remove('{}'::text[], 'a'), array_position(array['a','b','a'], 'a', 2)
select jsonb_array_length(to_jsonb(array[1,2]))
select json_agg(array[1,2])
select array[1.10, 2]::text, array[1e3::float8, 0.1]::text, array['a"b', 'c\d', '{x}', 'null', ' y']::text
select sum(u) from unnest(array[1.5,2.5]) u
select avg(u), count(*) from unnest(array[1,2,null]) u
select row_number() over (order by u) as n, u from unnest(array['b','a']) u order by n
