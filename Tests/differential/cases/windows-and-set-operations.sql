-- Set operations, recursive queries, joins with aliases, windows.
select id from t.n intersect all select id from t.s order by id
select g from t.n intersect all select g from t.s order by 1
select g from t.n except all select g from t.s order by 1
select g, b from t.n intersect all select g, b from t.n where id < 5 order by 1, 2
(select id from t.n order by id desc limit 2) union all (select id from t.s order by id limit 1) order by 1
((select 1 as x) union (select 2)) intersect (select 2) order by x
select 1 union select 2 intersect select 2
(select id from t.n order by id limit 3) order by id desc
(select id from t.n order by id limit 3) limit 1
values (3), (1), (2) order by 1
values (3), (1), (2) order by column1 desc limit 2
values (3, 'a'), (1, 'b') order by column1 + 1
select id, g from t.n order by g fetch first 1 row with ties
select g from t.n group by g order by count(*) desc fetch first 1 rows with ties
select id from t.n fetch first 1 row with ties
select id from t.n order by u fetch next 3 rows only
select id from t.n order by id limit all offset 6 rows
select id from t.n order by id limit null
select distinct g from t.n order by g fetch first 2 rows with ties
with recursive t(x) as (select 1.0 union select x / 2 from t where x > 0.2) select * from t
with recursive t(x, n) as (select 1.5, 1 union select case when n < 3 then 1.50 else 2.5 end, 3 from t) select * from t
with recursive t as (with b as (select 1 as n) select n from b union all select n + 1 from t where n < 3) select * from t
with recursive t(n) as (select 1 union all select n + 1 from t where n < 3 limit 2) select * from t
with recursive t(n) as (select 1 union all select n + 1 from t where n < 3 order by 1) select * from t
with recursive t(n) as (select 1 union all select a.n + b.n from t a, t b where a.n < 3) select * from t
with recursive t(n) as (select 1 union all select max(n) + 1 from t) select * from t
with recursive t(n) as (select 1 union all select n + 1 from (select * from t) q where n < 3) select * from t
with recursive t(n) as (select 1 union all select n + 1 from t left join t.n q on q.id = t.n where n < 3) select * from t
with recursive t(n, p) as (select 1, 'a' union all select n + 1, p || 'b' from t where n < 3) select * from t
with recursive t(n) as (select 1 union all select n + 1 from t where n < 5), u(m) as (select n from t where n > 2) select * from u order by m
with recursive a as (select 1 as x union all select x + 1 from a where x < 3), b as (select x * 10 as y from a union all select y + 1 from b where y < 12) select * from b order by y
with a as (select 1 as x), b as (with a as (select 2 as x) select * from a) select a.x, b.x from a, b
with a(x) as (values (1), (2)) select * from a where x in (with b as (select 2 as y) select y from b)
with recursive t(n) as (select 1 union all select n + 1 from t where n < 3) search depth first by n set o select n from t order by o
with recursive t(n) as (select 1 union all select n % 3 + 1 from t) cycle n set c using p select n, c from t
select j.a from (t.n x join t.s y on x.id = y.n_id) as j(a, b) order by 1
select x.id from (t.n x join t.s y on x.id = y.n_id) as j
select * from (t.n x join t.s y using (id)) as j order by id limit 2
select j.id, x.g from t.n x join t.s y using (id) as j order by 1
select j.g from t.n x join t.s y using (id) as j order by 1
select * from (t.n x join t.s y using (id)) order by id limit 2
select (select max(n.i4) from t.s s) from t.n n
select (select count(s.id) from t.s s where s.n_id = max(n.id)) from t.n n
select g, (select sum(n.id) + max(s.id) from t.s s) from t.n n group by g order by g
select g from t.n n group by g having exists (select 1 from t.s s having count(s.id) > sum(n.id)) order by g
select id, sum(id) over (order by id rows between (1 + 1) preceding and 1 following) from t.n order by id
select id, sum(id) over (order by id rows between (select 1) preceding and current row) from t.n order by id
select id, sum(id) over (order by id rows between -1 preceding and current row) from t.n order by id
select id, sum(id) over (order by id rows between null preceding and current row) from t.n order by id
select id, sum(id) over (order by id rows between id preceding and current row) from t.n order by id
select id, count(*) over (order by g groups between 1 preceding and current row) from t.n order by id
select id, count(*) over (order by g groups between 1 preceding and 1 following exclude group) from t.n order by id
select id, count(*) over (order by id range between 2 preceding and 1 following exclude current row) from t.n order by id
select id, count(*) over (order by d range between 100 preceding and current row) from t.n order by id
select id, count(*) over (order by f range between 1.5 preceding and 1.5 following) from t.n order by id
select id, count(*) over (order by u range between 1.5 preceding and 1.5 following) from t.n order by id
select id, count(*) over (order by dt range between interval '1 month' preceding and current row) from t.m order by id
select id, count(*) over (order by dt range between '1 day' preceding and '1 day' following) from t.m order by id
select id, count(*) over (order by tz desc range between interval '100 years' preceding and current row) from t.m order by id
select id, count(*) over (order by tz range between interval '1 day' preceding and current row) from t.m order by id
select id, sum(q) over (partition by g order by ts range between interval '1 year' preceding and interval '1 month' following) from t.m order by id
select id, sum(id) over w, count(*) over (w rows 1 preceding) from t.n window w as (order by id) order by id
select id, sum(id) over (w order by id), count(*) over w from t.n window w as (partition by g) order by id
select id, sum(id) over (w2 rows 1 preceding) from t.n window w as (partition by g), w2 as (w order by id) order by id
select id, sum(id) over (w order by id) from t.n window w as (order by g) order by id
select id, sum(id) over (w) from t.n window w as (order by g rows 1 preceding) order by id
select g, sum(count(*)) over (order by g), rank() over (order by count(*) desc) from t.n group by g order by g
select g, lag(count(*)) over (order by g), first_value(sum(id)) over (order by g) from t.n group by g order by g
select distinct count(*) over (partition by g) from t.n order by 1
select distinct g, count(*) over () from t.n order by 1
select count(*) over (), id from t.n order by id limit 2
select id from t.n order by row_number() over (order by id desc)
select sum(id) over (order by id) + 1 as x from t.n order by x desc limit 2
select lag(id, 2, 0) over (order by id), lead(g) over (order by id), nth_value(id, 2) over (order by id), ntile(3) over (order by id) from t.n order by id
select first_value(g) over (order by id range between unbounded preceding and unbounded following), last_value(g) over (order by id) from t.n order by id
select lag(id) ignore nulls over (order by id) from t.n
select row_number() over () from t.n where row_number() over () > 1
select sum(row_number() over ()) from t.n
select sum(sum(id)) from t.n
select sum(id) filter (where id > 3) over (order by id) from t.n order by id
select max(g) over (order by id rows between 1 preceding and 1 following) from t.n order by id
select string_agg(g, ',') over (order by id) from t.n order by id
