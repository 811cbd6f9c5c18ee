-- Set-returning functions, LATERAL, DISTINCT ON and grouping sets.
select * from generate_series(1,3)
select * from generate_series(1,3) as g(x)
select n from generate_series(3,1,-1) n
select x, y from generate_series(1,3) x, generate_series(x, x+1) y order by 1,2
select * from generate_series(1,3) with ordinality
select * from generate_series(5,7) with ordinality as t(a,b)
select * from rows from (generate_series(1,3), generate_series(1,2)) as t(a,b)
select * from rows from (generate_series(1,3), generate_series(1,2)) with ordinality
select * from generate_series(1.0, 2, 0.25)
select * from generate_series(1, 2, 0)
select * from generate_series(1::numeric, 2, 'NaN')
select * from generate_series('2025-01-31'::timestamp, '2025-08-31', '1 month') d
select * from generate_series('2025-03-08 00:00+00'::timestamptz, '2025-03-12', '1 day') d
select * from generate_series('2025-03-08'::date, '2025-03-12'::date, '12 hours') d
select * from generate_series('2025-03-12'::timestamp, '2025-03-08', '-1 day') d
select * from generate_series(null, 3)
select * from generate_series(9223372036854775806, 9223372036854775807)
select generate_series(1,3)
select generate_series(1,3), generate_series(1,2)
select id, generate_series(1,i2) from t.n order by 1,2
select g, count(*), generate_series(1,2) from t.n group by g order by 1,3
select count(*) over (), generate_series(1,2) from t.n order by 2 limit 3
select generate_series(1, generate_series(1,3)) 
select generate_series(1,3) as s, count(*) from t.n group by s order by 1
select distinct generate_series(1,2) from t.n order by 1
select case when true then generate_series(1,2) end
select coalesce(generate_series(1,2), 1)
select 1 where generate_series(1,2) > 1
select sum(generate_series(1,2))
select sum(q) from (select generate_series(1,4) as q) x
select n.id, l.x from t.n n, lateral (select s.a as x from t.s s where s.n_id = n.id) l order by 1,2
select n.id, l.* from t.n n left join lateral (select s.a, s.id from t.s s where s.n_id = n.id order by s.id limit 1) l on true order by 1
select n.id, l.* from t.n n cross join lateral (select n.u * 2 as du, n.f as ff, n.d as dd, n.b as bb) l order by 1
select n.id, l.tot from t.n n left join lateral (select sum(m.q) as tot from t.m m where m.g = n.g) l on true order by 1
select n.id, l.tot from t.n n left join lateral (select sum(m.q) as tot from t.m m where m.g = n.g) l on l.tot > 3 order by 1
select n.id, x.y from t.n n, upper(n.g) as x(y) order by 1
select * from upper('a')
select * from upper('a') with ordinality as t(u, o)
select distinct on (g) g, id from t.n order by g, id desc
select distinct on (g) g, id, d from t.n order by g desc nulls last, d nulls first
select distinct on (1) g, id from t.n order by 1, 2
select distinct on (g, b) g, b, id from t.n order by b, g, id
select distinct on (g) id from t.n order by id
select distinct on (i4 % 2) id from t.n order by i4 % 2, id
select distinct on (g) g, count(*) from t.n group by g, b order by g, count(*)
select distinct on (g) g, row_number() over (order by id) rn from t.n order by g, rn desc
select distinct on (u) u, id from t.n order by u, id
select g, b, count(*), sum(i4) from t.n group by grouping sets ((g), (b), ()) order by 1, 2, 3
select g, b, count(*), grouping(g), grouping(g, b) from t.n group by rollup (g, b) order by 1, 2, 4, 5
select g, b, count(*), grouping(g, b) gr from t.n group by cube (g, b) order by gr, g, b
select g, b, count(*) from t.n group by g, rollup (b) order by 1,2,3
select count(*) from t.n where false group by ()
select g, count(*) from t.n where false group by grouping sets ((g), ())
select g, sum(sum(i2)) over (order by grouping(g), g) from t.n group by rollup (g) having count(*) > 0 order by grouping(g), g
select grouping(g) from t.n group by g
select grouping(id) from t.n group by g
select coalesce(g, 'all') as gg, sum(d) from t.n group by rollup (g) order by gg, 2
select upper(g), (select max(s.id) from t.s s where s.g = n.g) from t.n n group by rollup (g) order by 1 nulls first, 2
select g || 'x', b, count(*) from t.n group by grouping sets ((g || 'x', b), (b), cube (b)) order by 1,2,3
select u, count(*) from t.n group by cube(u) order by u, 2
select distinct on (g) g, generate_series(1,2) s from t.n order by g, s desc
-- zone America/New_York
select * from generate_series('2025-01-31'::timestamp, '2025-08-31', '1 month') d
select * from generate_series('2025-03-08 00:00+00'::timestamptz, '2025-03-12', '1 day') d
select * from generate_series('2025-03-08'::date, '2025-03-12'::date, '12 hours') d
select * from generate_series('2025-03-12'::timestamp, '2025-03-08', '-1 day') d
