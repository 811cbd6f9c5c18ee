select corr(i4, i8), covar_pop(i4, i8), covar_samp(i4, i8), regr_avgx(i4, i8), regr_avgy(i4, i8), regr_count(i4, i8) from t.n
select regr_intercept(f, i4), regr_r2(f, i4), regr_slope(f, i4), regr_sxx(f, i4), regr_sxy(f, i4), regr_syy(f, i4) from t.n
select g, corr(y, x), regr_slope(y, x), regr_r2(y, x), regr_count(y, x) from (values ('a', 1, 2), ('a', 2, 4.1), ('a', 3, 5.9), ('b', 1, 1), ('b', 1, 2), ('c', 1, null), ('d', 1, 3), ('d', 2, 3)) v(g, x, y) group by g order by g
select corr(x, y) filter (where x > 1), corr(x, y), covar_pop(x, y) from (values (1, 2), (2, 3), (5, 1)) v(x, y)
select x, covar_samp(x, y) over (order by x rows between 1 preceding and 1 following), regr_count(x, y) over (order by x rows 1 preceding), bit_or(x) over (order by x rows 1 preceding) from (values (1, 2), (2, 3), (5, null), (7, 1)) v(x, y) order by x
select corr(distinct x, x), corr(1, 2), regr_slope(null::float8, 1) from (values (1), (1), (3)) v(x)
select bit_and(x), bit_or(x), bit_xor(x), bit_and(x::smallint), bit_or(x::bigint), bit_xor(distinct x) from (values (12), (10), (10), (null)) v(x)
select bit_and(x), bit_or(x), bit_xor(x) from (select 1 as x where false) v
select stddev(x), stddev_pop(x), variance(x), var_pop(x), stddev_samp(x::float8), var_pop(x::float8) from (values (1), (2), (4), (8)) v(x)
select variance(x), stddev(x), var_pop(x) from (values (1.5), (2.25), (100.125)) v(x)
select mode() within group (order by x), percentile_disc(0.5) within group (order by x), percentile_cont(0.5) within group (order by x) from (values (1), (2), (2), (8)) v(x)
select every(x > 0), bool_and(x > 1), bool_or(x > 7) from (values (1), (8)) v(x)
