-- What analysts, dashboards and object mappers write, and the shapes of queries within each other.
select count(*) over () as total, id from t.n order by id limit 1
with a as (with b as (select 1 as x) select x + 1 as y from b) select * from a
select exists(select 1 from t.n where id > 100), exists(select from t.n)
select id from t.n where id in (values (1), (3)) order by id
select id from t.n where (id, g) in (values (1, 'a'), (3, 'x')) order by id
select id from t.n where id = any (select n_id from t.s) order by id
select id from t.n where id <> all (select n_id from t.s where n_id is not null) order by id
select case when id > (select avg(id) from t.n) then 'hi' else 'lo' end as c, count(*) from t.n group by c order by c
select case when exists (select 1 from t.s where s.n_id = n.id) then 1 else 0 end x from t.n order by id
select id from t.n order by id limit 1 for update
select id from t.n order by id for update of n skip locked
select id from t.n order by id for no key update nowait
select "t0"."id" as "t0_id", "t0"."g" as "t0_g" from "t"."n" as "t0" where "t0"."id" = 1
select "t"."n"."id" from "t"."n" where "t"."n"."id" = 1
select id as i from t.n order by i desc limit 2
select id as i from t.n order by i + 1 limit 2
select g as id, id as x from t.n order by id nulls last, x
select -id as id from t.n order by id
select g, count(*) as c from t.n group by 1 order by 2 desc, 1
select upper(g) as g from t.n group by upper(g) order by 1
select g as gg, count(*) from t.n group by gg having count(*) > 1 order by gg
select id from t.n limit all
select id from t.n order by id offset 6 rows
select id from t.n order by id offset 6 rows fetch next row only
select from t.n
select
select 1 where false
select id, g from t.n group by id order by id
select n.*, count(s.id) from t.n n left join t.s s on s.n_id = n.id group by n.id order by n.id
select n.g, s.a from t.n n join t.s s on s.n_id = n.id group by n.id, s.id order by n.id, s.id
select distinct on (g) * from t.n order by g, d desc
select * from (select *, row_number() over (partition by g order by id desc) rn from t.n) q where rn = 1 order by id
select t.* from (select 1 as a, 2 as b) t
select (select g from t.n where id = 1) || 'x'
select id from t.n n where exists (select 1 from t.s s where s.n_id = n.id and s.g = n.g) order by id
select id, (select string_agg(s.a, ',' order by s.id) from t.s s where s.n_id = n.id) from t.n n order by id
select n.id, x.c from t.n n, lateral (select count(*) as c from t.s s where s.n_id = n.id) x where x.c > 0 order by 1
select n.id, x.c, y.d from t.n n left join lateral (select count(*) as c from t.s s where s.n_id = n.id) x on true left join lateral (select x.c * 2 as d) y on true order by 1
select a.id from t.n a cross join lateral (select max(b.id) m from t.n b where b.g = a.g) l where a.id = l.m order by 1
with x as (select g, sum(id) s from t.n group by g) select g, s, round(100.0 * s / sum(s) over (), 2) from x order by g
select date_trunc('month', tz) m, count(*) from t.m group by 1 order by 1
select to_char(d, 'YYYY-MM') from generate_series(date '2025-01-01', date '2025-03-01', interval '1 month') d
select d::date, count(m.id) from generate_series(date '2025-08-21', date '2025-08-24', '1 day') d left join t.m m on m.dt = d group by 1 order by 1
select coalesce(sum(id), 0) from t.n where false
select sum(case when b then 1 else 0 end), count(*) filter (where b) from t.n
select g, sum(id) from t.n group by g union all select 'total', sum(id) from t.n order by 2, 1
select * from t.n a natural join t.s b order by 1
select * from t.n a join t.s b using (id, g) order by 1
select * from t.n a full join t.s b on a.id = b.id order by a.id, b.id
select * from (values (1, 'x'), (2, 'y')) as v (a, b) join t.n on n.id = v.a order by 1
select a from (select 1 a union select 2) q order by a
select max(id) - min(id) from t.n having count(*) > 2
select 1 from t.n having max(id) > 100
select 1 as "Weird Name", 2 as "select"
select id as "ID" from t.n order by "ID" limit 1
select nullif(g, 'a'), greatest(i2, i4) from t.n order by id
select id from t.n where g is not distinct from null
select id, row_number() over (order by g nulls first, id desc) from t.n order by id
select percentile_cont(0.5) within group (order by id) from (select id from t.n union all select id from t.s) q
select id from t.n order by (select count(*) from t.s where s.n_id = n.id) desc, id
select id from t.n where (select count(*) from t.s where s.n_id = n.id) = 2
select g from t.n group by g order by max(id)
select t1.id from t.n t1, t.n t2 where t1.id = t2.id + 1 order by 1
select count(*) from t.n, t.s
select count(*), count(distinct g), count(distinct b) from t.n
select sum(distinct i2), avg(distinct i2) from t.n
select g, rank() over (order by sum(id) desc) from t.n group by g order by 2, 1
select lead(id) over w - id from t.n window w as (order by id) order by id
select 1 from t.n having max(id) > 100
select 1 from t.n having max(id) > 1
select max(id) + 1, count(*) over () from t.n having max(id) > 1 order by min(id)
select count(*) from (select generate_series(1, 3), id from t.n) q
select * from (select distinct on (g) g, id from t.n order by g, id desc) q union all select 'z', 0 order by 2
select exists (select generate_series(1, 0))
select id from t.n where id in (select generate_series(2, 4)) order by id
select (select count(*) from generate_series(1, n.id)) from t.n n order by id
select n.id, (select sum(x) from generate_series(1, n.id) x) from t.n n order by id
select g, sub.* from (select distinct g from t.n) d cross join lateral (select id, d2.k from t.n x, lateral (select x.id * 10 as k) d2 where x.g = d.g order by id limit 1) sub order by 1
select a.id, l.y from t.n a left join lateral generate_series(1, a.id % 3) as l(y) on l.y > 1 order by 1, 2
select a.id, b.id from t.n a join lateral (select id from t.s where s.n_id = a.id) b using (id) order by 1
select l.* from t.n a, lateral (values (a.id, 'x'), (a.id + 1, 'y')) l(p, q) where a.id < 3 order by 1, 2
select l.* from t.n a, lateral (select a.id union all select a.i4) l(p) where a.id < 3 order by 1
select distinct g, count(*) from t.n group by rollup (g) order by 1, 2
select g, grouping(g) as gg from t.n group by rollup (g) order by gg desc, g limit 2
select g, b, sum(id) from t.n group by grouping sets ((g, b), (g)) having sum(id) > 3 order by 1 nulls first, 2, 3
select g, count(*), sum(count(*)) over () from t.n group by rollup (g) order by 1, 2
select max(c) from (select g, count(*) c from t.n group by cube (g)) q
select date_trunc('year', tz) y, g, count(*) from t.m group by rollup (1, 2) order by 1, 2, 3
select g, percentile_cont(0.5) within group (order by id) from t.n group by rollup (g) order by 1, 2
select g, string_agg(b::text, ',' order by id) from t.n group by grouping sets ((g), ()) order by 1, 2
select case when grouping(g) = 1 then 'total' else coalesce(g, '-') end as label, sum(id) from t.n group by rollup (g) order by grouping(g), label
select (select count(*) from t.s where s.g = n.g), n.g from t.n n group by grouping sets ((n.g), ()) order by 2, 1
select q.id, q.c from (select id, count(*) over (order by dt range between interval '1 month' preceding and current row) c from t.m) q where q.c > 1 order by 1
select n.id, (select max(c) from (select count(*) over (order by m.ts range between interval '1 year' preceding and current row) c from t.m where m.q <= n.id) z) from t.n n order by 1
select id, avg(q) filter (where q > 1) over (partition by g order by ts range between interval '10 years' preceding and interval '1 month' preceding) from t.m order by id
select id, sum(q) over (order by ts desc nulls last range between interval '1 month' preceding and unbounded following) from t.m order by id
select sum(q) over (order by ts range between '1 month' preceding and current row) + 1 as z, g from t.m order by 1, 2
select g, max(sum(q)) over (order by max(ts) range between interval '1 month' preceding and current row) from t.m group by g order by g
select id from t.n union select id from t.s order by id fetch first 3 rows with ties
select g, count(*) from t.n group by g order by 2 desc fetch first row with ties
select g from (select g from t.n intersect all select g from t.s) q order by g
(select g from t.n except all select g from t.s) union all select 'end' order by 1
with recursive r(id, depth) as (select id, 0 from t.n where id = 1 union all select n.id, r.depth + 1 from t.n n join r on n.id = r.id + 1) select * from r order by 1
with recursive r(id) as (select 1 union select (r.id * 2) % 7 from r) select * from r order by 1
with recursive r(iv) as (select interval '1 day' union select interval '24 hours' from r) select count(*) from r
with t1 as materialized (select id from t.n), t2 as not materialized (select id from t.s) select * from t1 intersect select * from t2 order by 1
select row_number() over (order by x) from (select distinct g as x from t.n) q
select string_agg(distinct upper(g), '|' order by upper(g) desc) from t.n
select count(distinct id) filter (where id > 2), string_agg(g, ',' order by g, id) filter (where id > 2) from t.n
select string_agg(x::text, ',' order by x) from generate_series(1, 5) x
select g, string_agg(id::text, ',' order by i4 desc nulls last, id) over_ from t.n group by g order by g
select max((select count(*) from t.s where s.n_id = n.id)) from t.n n
select sum((select s.id from t.s s where s.n_id = n.id limit 1)) from t.n n where id in (2,4)
select sum(x) from generate_series(1, 10) x where x % 2 = 0
select * from generate_series(1, 2) a, generate_series(1, 2) b order by 1, 2
select * from generate_series(1, 3) a full join generate_series(2, 4) b on a = b order by 1, 2
select * from generate_series(1, 3) a(x) join generate_series(2, 4) b(x) using (x) order by 1
select a, count(*) from generate_series(1, 3) a group by a order by a
select g.* from generate_series(1, 2) with ordinality g
select g from generate_series(1, 2) with ordinality g
select x from generate_series(1, 3) as x order by x desc limit 1
select (g).x from (select 1 as x, 2 as y) g
select count(*) filter (where t is not null) from t.s t
select distinct (id % 2, g) from t.n order by 1
select (select (1, 'a'::text))
select * from (select (id, g) as r from t.n) q where q.r = (1, 'a'::text)
select max(id) from t.n group by () having max(id) > 3
