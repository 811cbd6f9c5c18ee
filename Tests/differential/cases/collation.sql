select x from (values ('b'), ('a'), ('B'), ('A'), ('á'), ('Á'), ('ä'), ('z'), ('Z'), ('_'), ('-'), (' '), ('1'), ('10'), ('9'), (''), ('ß'), ('ss'), ('st'), ('æ'), ('ñ'), ('n'), ('o')) v(x) order by x
select x from (values ('Coca Cola'), ('Coca-Cola'), ('CocaCola'), ('coca cola'), ('Coca  Cola'), ('C2'), ('7-Eleven'), ('7 Eleven'), ('7Eleven'), ('Ñora'), ('Nora'), ('nora'), ('Nora B'), ('Nora-A'), ('del Monte'), ('Del Monte'), ('DEL MONTE'), ('O''Neil'), ('Oneil'), ('Oishi'), ('oishi'), ('Piattos'), ('₱100'), ('$100'), ('€5'), ('100%'), ('#1'), ('@home'), ('a.b'), ('a,b'), ('a/b'), ('a_b'), ('ab')) v(x) order by x desc
select 'a' < 'B', 'a' < 'A', 'A' < 'a', 'Z' < 'a', 'a b' < 'ab', 'a-b' < 'ab', '10' < '9', 'é' < 'f', 'e' < 'é', 'E' < 'é', '' < 'a', 'a' <= 'a', 'b' > 'A', 'B' >= 'b'
select min(x), max(x), least('b', 'A', 'a'), greatest('B', 'b', 'a') from (values ('b'), ('A'), ('a'), ('B')) v(x)
select x from (values ('b'), ('A'), ('a'), ('B'), ('_')) v(x) order by x collate "C"
select 'a' < 'B' collate "C", ('a' collate "C") < 'B', 'a' collate "C" between 'A' and 'Z', 'm' between 'A' and 'Z', 'a' collate "en-US-x-icu" < 'B', min(x collate "C"), max(x collate "C") from (values ('b'), ('A')) v(x)
select string_agg(x, '' order by x), string_agg(x, '' order by x collate "C"), string_agg(distinct x, ''), percentile_disc(0.5) within group (order by x), mode() within group (order by x) from (values ('b'), ('A'), ('a'), ('B'), ('a')) v(x)
select distinct x from (values ('b'), ('A'), ('a'), ('B'), ('a')) v(x) order by x
select x, row_number() over (order by x), rank() over (order by lower(x)) from (values ('b'), ('A'), ('a'), ('B')) v(x) order by 2
select x, count(*) from (values ('b'), ('A'), ('a'), ('B'), ('a')) v(x) group by x order by x
select x from (values ('b'), ('A')) v(x) union select y from (values ('a'), ('B'), ('A')) w(y) order by 1
select ('a', 1) < ('B', 0), ('a', 'b') < ('a', 'B'), row('a', 1) < row('B', 0), array['a', 'b'] < array['B'], array['a'] < array['A'], 'b' > any (array['A', 'c']), 'B' < all (array['c', 'd']), 'b' < any (select 'C')
select a from (values (array['b']), (array['A', 'z']), (array['a', 'b'])) v(a) order by a
select distinct on (lower(x)) x from (values ('b'), ('A'), ('a'), ('B')) v(x) order by lower(x), x
select x from (values ('b'::varchar(3)), ('A'), ('a ')) v(x) order by x
select id, x from (values (1, 'b'), (2, 'A'), (3, 'a'), (4, null)) v(id, x) where x > 'a' or x is null order by x nulls first
select rank('a') within group (order by x), dense_rank('B') within group (order by x) from (values ('b'), ('A'), ('B'), ('c')) v(x)
select array_agg(x order by x desc) from (values ('b'), ('A'), ('B'), ('c')) v(x)
select case when 'a' < 'B' then 'less' else 'more' end, 'a' collate "nowhere"
select 'abc' like 'ABC', 'ABC' ilike 'abc', 'É' ilike 'é', 'a' = 'A', 'a' <> 'A'
