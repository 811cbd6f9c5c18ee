-- Shapes of queries in statements that write, in each other, and used wrongly.
insert into t.s (id, a) select 100 + x, 'n' || x from generate_series(1, 2) x returning id, a
update t.n set g = l.a from (select distinct on (n_id) n_id, a from t.s order by n_id, id) l where l.n_id = n.id returning n.id, n.g
update t.n set (i4, g) = (1, 'x') where id = 2 returning id, i4, g
update t.n set (i4, g) = row(1, 'x') where id = 2 returning id, i4, g
delete from t.s using t.n where n.id = s.n_id and n.id in (select generate_series(1, 2)) returning s.id
delete from t.s where (id, g) in (select id, g from t.s where id < 3) returning id
insert into t.s (id, a) values (200, 'q') returning s
insert into t.s (id, a) values (200, 'q') returning (id, a)
insert into t.s (id, a) select g, string_agg(a, ',' order by id) from (select 300 + n_id as g, a, id from t.s where n_id is not null) z group by g returning id, a
select x.* from t.n n, lateral (select s.* from t.s s where s.n_id = n.id order by s.id desc limit 1) x order by 1
select n.id, f.* from t.n n left join lateral (select u, f, d, b, tz, iv from t.m where m.id = n.id) f on true order by n.id
select n.id, x from t.n n, lateral (select n.f as x) q order by 1
select avg(x), sum(x) from t.n n, lateral (select n.f * 0.1 as x) q where id <> 5
select i, j from generate_series(1, 3) i, lateral generate_series(i, 3) j where i <> j order by 1, 2
select generate_series(1, 3) + 1 as x, 'a' || generate_series(1, 2)
select id, generate_series(1, 2) as s from t.n order by s desc, id limit 3
select id, generate_series(1, 2) from t.n where id < 3 order by generate_series(1, 2) desc, id
select distinct on (s) id, generate_series(1, 2) as s from t.n order by s, id desc
select generate_series(1, count(*)) from t.n where id < 3
select generate_series(min(id), max(id)), count(*) from t.n where id < 3
select generate_series(1, 2) limit 1
select generate_series(1, 4) offset 2
(select generate_series(1, 2)) union all select 9 order by 1
select * from (select generate_series(1, 3) as x) q where x > 1
select row_number() over (order by id), generate_series(1, 2) from t.n where id < 3 order by 1, 2
select sum(id) over (order by id) s, generate_series(1, 2) g from t.n where id < 3 order by s, g
select generate_series(1, id) from t.n where id < 3 group by id order by 1
select generate_series('2025-01-01'::date, '2025-01-03', '1 day')::date as d
select d::date, d from generate_series(timestamptz '2025-03-08', '2025-03-11', '1 day') d
select g from t.n order by generate_series(1, 2), g limit 3
select 1 from generate_series(1, 2) group by generate_series(1, 2)
select lower(x) from rows from (upper('a'), generate_series(1, 2)) as t(x, y)
select * from coalesce(1, 2) as c
select * from t.n n, n.g
select * from sum(1)
select * from generate_series(1, sum(2))
select * from generate_series(1, 2) as g(a, b)
select * from generate_series(1, 2) as g(a int)
select x.y from generate_series(1, 2) as x(y)
select generate_series from generate_series(1, 2)
select * from nosuch(1)
select s.* from t.n a right join lateral (select a.id) s on true
select n.id, (n.*) = (n.*) from t.n n where n.id < 3 order by 1
select row(1, 2.5) = row(1.0, 2.50), row(1, 'a') = row(1, null), row(1, 2) <> row(1, 3)
select (1, 2, 3) < (1, 2), 1
select row(1, 2) + 1
select (1, 2) is distinct from null
select id from t.n where (g, b) is not null order by id
select id from t.n where row(g, b) = row('a', true)
select count(*) from t.n group by g having (g, count(*)) in (('a', 2)) order by 1
select grouping(g), count(*) from t.n group by grouping sets (g, g) order by 1, 2
select count(*) from t.n group by distinct rollup (g), rollup (g) order by 1
select g, b, count(*) from t.n group by rollup ((g, b)) order by 1, 2, 3
select g, sum(d) filter (where b) from t.n group by cube (g) order by 1, 2
select u, sum(u) from t.n group by rollup (u) order by u nulls first, 2
select id, g from t.n group by rollup (id) order by 1
select g from t.n group by rollup (h)
select percentile_cont(d) within group (order by id) from t.n
select count(* order by id) from t.n
select id from t.n where id > all (select id, g from t.n)
select id = all (select 'x') from t.n
select max(distinct id), min(distinct d) from t.n
select id in (select '1') from t.n
select 1 in (select null)
select id = any (select null) from t.n
select 'a' in (select 'a')
select '1' in (select 1)
select null in (select 1)
select id from t.n where g in (select 'a') order by 1
select id not in (select '1') from t.n
select date '2025-01-01' in (select '2025-01-01')
select (1, 'a') in (select 1, 'a')
select (1, 2) in (select 1, '2')
select * from current_date d where false
select * from current_timestamp where false
select s.* from t.n a full join lateral (select a.id) s on true
select s.* from t.n a right join generate_series(1, a.id) s on true
select percentile_cont(d) within group (order by id) from t.n
select d, percentile_cont(id / 10.0) within group (order by i4) from t.n group by id order by id
select g, percentile_disc(0.5) within group (order by id) from t.n group by g having percentile_disc(0.5) within group (order by id) > 3 order by g
select rank(id) within group (order by id) from t.n
select g, false as k, count(*) from t.n group by rollup (1, 2)
select g, date '2025-01-01' + 1 as k, count(*) from t.n group by cube (1, 2)
select g, 7 as k, 7 as other, count(*) from t.n group by grouping sets ((1), (2))
select g, g as k, count(*) from t.n group by rollup (g)
select g, g as k, count(*) from t.n group by 1, 2
select g, count(*) from t.n group by grouping sets ((1), (g, b))
select 7 as a, 7 as k, count(*) from t.n group by grouping sets ((2), ())
