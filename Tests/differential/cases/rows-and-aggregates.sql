-- Aggregates with ORDER BY, DISTINCT and WITHIN GROUP; row values, whole rows, ANY and ALL.
select string_agg(g, ',' order by id desc) from t.n
select g, string_agg(a, '-' order by a desc nulls last, id) from t.s group by g order by g
select string_agg(distinct g, ',') from t.n
select string_agg(distinct g, ',' order by g desc) from t.n
select string_agg(distinct g, ',' order by id) from t.n
select string_agg(g, g order by id) from t.n
select string_agg(g, null order by id) from t.n
select string_agg(i4::text, ',' order by u desc nulls last) filter (where b) from t.n
select string_agg(distinct u::text, ',') from t.n
select sum(i4 order by id), count(distinct g order by g), min(u order by id) from t.n
select sum(f order by id desc), avg(f order by f), sum(distinct f) from t.n where id <> 5
select string_agg(g, ',' order by id) over () from t.n
select count(distinct (g, b)), count(distinct row(g)) from t.n
select count(distinct (u, d)) from t.n
select percentile_cont(0.5) within group (order by i4), percentile_cont(0.25) within group (order by d desc) from t.n where id <> 5
select percentile_cont(0.5) within group (order by tz) from t.m
select percentile_disc(0.3) within group (order by tz), percentile_disc(0) within group (order by u), percentile_disc(1) within group (order by g desc) from t.m, t.n
select percentile_cont(1.5) within group (order by i4) from t.n
select percentile_cont(null) within group (order by i4) from t.n
select percentile_cont(0.5) within group (order by i4) from t.n where false
select percentile_cont(0.5) from t.n
select percentile_cont(0.5) within group (order by i4) over () from t.n
select sum(i4) within group (order by i4) from t.n
select g, percentile_cont(0.5) within group (order by i4) filter (where id < 8) from t.n group by g order by g
select rank(3) within group (order by id), dense_rank(3) within group (order by id desc), percent_rank(3) within group (order by id), cume_dist(3) within group (order by id) from t.n
select rank('b') within group (order by g), dense_rank('c') within group (order by g), percent_rank('b') within group (order by g), cume_dist('b') within group (order by g) from t.n
select rank('b', 3) within group (order by g, id desc), dense_rank(null) within group (order by g) from t.n
select g, rank(5) within group (order by i4 desc), cume_dist(7) within group (order by i4) filter (where b) from t.n group by g order by g
select rank(1, 2) within group (order by id) from t.n
select rank(2.5) within group (order by u), dense_rank(2.5) within group (order by u) from t.n
select row(1, 'a', null), (1, 2), row(), row(1.50, true, 2.5::float8)
select n from t.n n where id < 3
select n.*::text from t.n n where id = 1
select s::text, s from t.s order by id
select (n).id, (n).g from t.n n order by 1
select (n).* from t.n n order by id
select (n).zz from t.n n
select (1).a
select x, x.f1 from (select row(1, 'a') as x) q
select count(n), count(n.*), count(distinct n) from t.n n
select s, n.id from t.n n left join t.s s on s.n_id = n.id order by n.id, s.id
select n.id, s is null, s is not null, s.id is null from t.n n left join t.s s on s.n_id = n.id order by n.id, s.id
select (1, 2) = (1, 2), (1, 2) < (1, 3), (1, null) = (2, null), (1, null) = (1, 2), (1, 2) in ((1, 2), (3, 4)), (1, 2) is null
select row(1, null) is null, row(null, null) is null, row(1, 2) is not null, row(1, null) is not null
select (1, null) is distinct from (1, null), (1, 2) is not distinct from (1, 3)
select (1, 2) = (select 1, 2), (1, 2) = (select 1, 2 where false), (1, 3) > (select id, i4 from t.n where id = 1)
select (1, 2) = (select id, i4 from t.n)
select (1, 2) = (select 1)
select id from t.n where (id, g) in (select n_id, g from t.s) order by id
select id from t.n where (g, b) = any (select 'a', true) order by id
select a.id from t.n a, t.n b where a = b order by 1
select a.id from t.n a, t.n b where a < b order by 1
select n from t.n n order by n desc
select distinct s from (select g, b from t.n) s order by s
select s, count(*) from (select g, b from t.n) s group by s order by 1
select id from t.n where id > all (select n_id from t.s where n_id < 5) order by id
select id from t.n where id > all (select n_id from t.s) order by id
select id from t.n where id < any (select n_id from t.s) order by id
select id from t.n where id >= some (select n_id from t.s where false) order by id
select id from t.n where u > all (select d from t.n where id in (1, 2)) order by id
select g, sum(id) > all (select q from t.m where q < 3) from t.n group by g order by g
select id, 3 <> all (select n_id from t.s) from t.n where id = 1
select t from (values (1, 'x'), (2, 'y,z')) t(a, b) order by t
select * from (select n from t.n n) q order by (q.n).id
select row(n.*, 1) from t.n n where id = 1
select g from generate_series(1, 3) g
select g, (g).g from (select generate_series(1, 2) as g) g
select row('a b', 'q"x', '(', '', null, '\')
select (select n from t.n n where id = 1)
select coalesce(s, null) from t.s s where id = 1
select max(case when n.id = 1 then n end::text) from t.n n
select case when id = 1 then n end from t.n n order by id
select percentile_disc(0.3) within group (order by tz), percentile_disc(0) within group (order by u), percentile_disc(1) within group (order by n.g desc) from t.m, t.n
select mode() from t.n
