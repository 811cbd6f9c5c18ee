-- Statements that PostgreSQL 15.18 rejects, with its SQLSTATE, the offset of its caret in UTF-8 bytes, and its message.
-- A line of SQL and the verdict below it belong together. `differential/compare.py` compared them with the server.
select from
--> 42601 11 syntax error at end of input
select order
--> 42601 12 syntax error at end of input
select (1 is)
--> 42601 12 syntax error at or near ")"
select array[1,2,3][1]
--> 42601 19 syntax error at or near "["
select 1a
--> 42601 7 trailing junk after numeric literal at or near "1a"
select 1e
--> 42601 7 trailing junk after numeric literal at or near "1e"
select 1e+
--> 42601 7 trailing junk after numeric literal at or near "1e+"
select 1.5x
--> 42601 7 trailing junk after numeric literal at or near "1.5x"
select $1a
--> 42601 7 trailing junk after parameter at or near "$1a"
select 0x1f
--> 42601 7 trailing junk after numeric literal at or near "0x1f"
select 1_000
--> 42601 7 trailing junk after numeric literal at or near "1_000"
select 1..2
--> 42601 8 syntax error at or near ".."
select .
--> 42601 7 syntax error at or near "."
select 'abc
--> 42601 7 unterminated quoted string at or near "'abc"
select "abc
--> 42601 7 unterminated quoted identifier at or near ""abc"
select /* abc
--> 42601 7 unterminated /* comment at or near "/* abc"
select $$abc
--> 42601 7 unterminated dollar-quoted string at or near "$$abc"
select $a
--> 42601 7 syntax error at or near "$"
select $
--> 42601 7 syntax error at or near "$"
select b'1
--> 42601 7 unterminated bit string literal at or near "b'1"
select x'1
--> 42601 7 unterminated hexadecimal string literal at or near "x'1"
select 'a' 'b'
--> 42601 11 syntax error at or near "'b'"
select E'\u12'
--> 22025 9 invalid Unicode escape
select U&'x' uescape 'a'
--> 42601 21 invalid Unicode escape character at or near "'a'"
select ""
--> 42601 7 zero-length delimited identifier at or near """"
select a."" from t
--> 42601 9 zero-length delimited identifier at or near """"
select a < b < c
--> 42601 13 syntax error at or near "<"
select a = b = c
--> 42601 13 syntax error at or near "="
select a between 1 and 2 between 3 and 4
--> 42601 25 syntax error at or near "between"
select a like b like c
--> 42601 16 syntax error at or near "like"
select a like 'x' escape '!' like 'y'
--> 42601 29 syntax error at or near "like"
select a not b
--> 42601 13 syntax error at or near "b"
select a similar b
--> 42601 17 syntax error at or near "b"
select 1 where a similar b
--> 42601 25 syntax error at or near "b"
select a is distinct from b is null
--> 42601 28 syntax error at or near "is"
select a = any(1, 2)
--> 42601 16 syntax error at or near ","
select a = any
--> 42601 14 syntax error at end of input
select any(1)
--> 42601 7 syntax error at or near "any"
select ()
--> 42601 8 syntax error at or near ")"
select (1,)
--> 42601 10 syntax error at or near ")"
select (1, 2), row(1), row(), row(1,2).a
--> 42601 38 syntax error at or near "."
select a[]
--> 42601 9 syntax error at or near "]"
select a[1
--> 42601 10 syntax error at end of input
select a[1:2:3]
--> 42601 12 syntax error at or near ":"
select f(distinct variadic a)
--> 42601 18 syntax error at or near "variadic"
select f(variadic a, b)
--> 42601 19 syntax error at or near ","
select f(distinct)
--> 42601 17 syntax error at or near ")"
select f(,)
--> 42601 9 syntax error at or near ","
select f(a)[1]
--> 42601 11 syntax error at or near "["
select f(a).b
--> 42601 11 syntax error at or near "."
select coalesce()
--> 42601 16 syntax error at or near ")"
select nullif(a)
--> 42601 15 syntax error at or near ")"
select left from t
--> 42601 12 syntax error at or near "from"
select left
--> 42601 11 syntax error at end of input
select left.a from t
--> 42601 11 syntax error at or near "."
select int(5)
--> 42601 10 syntax error at or near "("
select double precision from t
--> 42601 24 syntax error at or near "from"
select interval '1' month to year
--> 42601 26 syntax error at or near "to"
select interval '1' day to year
--> 42601 27 syntax error at or near "year"
select interval '1' day to
--> 42601 26 syntax error at end of input
select mytype(a => 3) 'x'
--> 42601 14 type modifier cannot have parameter name
select float(0) '1'
--> 22023 13 precision for type float must be at least 1 bit
select float(54) '1'
--> 22023 13 precision for type float must be less than 54 bits
select 1::
--> 42601 10 syntax error at end of input
select 1::int[a]
--> 42601 14 syntax error at or near "a"
select 1::select
--> 42601 10 syntax error at or near "select"
select cast(1 as int), cast(a as text[]), cast(1)
--> 42601 48 syntax error at or near ")"
select cast(1 as)
--> 42601 16 syntax error at or near ")"
select extract(year, a)
--> 42601 19 syntax error at or near ","
select extract(select from a)
--> 42601 15 syntax error at or near "select"
select position('a', b)
--> 42601 19 syntax error at or near ","
select substring(a similar b)
--> 42601 28 syntax error at or near ")"
select normalize(a, xyz)
--> 42601 20 syntax error at or near "xyz"
select current_user()
--> 42601 19 syntax error at or near "("
select current_date(1)
--> 42601 19 syntax error at or near "("
select current_timestamp()
--> 42601 25 syntax error at or near ")"
select current_time(a)
--> 42601 20 syntax error at or near "a"
select case end
--> 42601 12 syntax error at or near "end"
select case a end
--> 42601 14 syntax error at or near "end"
select case when a end
--> 42601 19 syntax error at or near "end"
select case when a then b else end
--> 42601 31 syntax error at or near "end"
select array[[1],2]
--> 42601 17 syntax error at or near "2"
select array[1,[2]]
--> 42601 15 syntax error at or near "["
select array
--> 42601 12 syntax error at end of input
select exists (1)
--> 42601 15 syntax error at or near "1"
select (a, b) overlaps (c)
--> 42601 25 syntax error at or near ")"
select (a, b, c) overlaps (c, d)
--> 42601 7 wrong number of parameters on left side of OVERLAPS expression
select a, from t
--> 42601 10 syntax error at or near "from"
select , a
--> 42601 7 syntax error at or near ","
select a b c from t
--> 42601 11 syntax error at or near "c"
select a as from t
--> 42601 17 syntax error at or near "t"
select a as 1
--> 42601 12 syntax error at or near "1"
select distinct from t
--> 42601 16 syntax error at or near "from"
select distinct on () a
--> 42601 20 syntax error at or near ")"
select distinct all a
--> 42601 16 syntax error at or near "all"
select * a from t
--> 42601 9 syntax error at or near "a"
select a.*.b from t
--> 42601 13 improper use of "*" at or near "from"
select 1 limit 1 limit 2
--> 42601 17 syntax error at or near "limit"
select 1 limit 1, 2
--> 42601 9 LIMIT #,# syntax is not supported
select 1 fetch first 5 rows with ties
--> 42601 - WITH TIES cannot be specified without ORDER BY clause
select 1 fetch first 5 + 1 rows only
--> 42601 23 syntax error at or near "+"
select 1 fetch first 5
--> 42601 22 syntax error at end of input
select 1 fetch 5 rows only
--> 42601 15 syntax error at or near "5"
select 1 offset 5 + 1 rows
--> 42601 22 syntax error at or near "rows"
select 1 limit
--> 42601 14 syntax error at end of input
select 1 order by
--> 42601 17 syntax error at end of input
select 1 order by a nulls
--> 42601 20 syntax error at or near "nulls"
select 1 order by a asc desc
--> 42601 24 syntax error at or near "desc"
select 1 order by a using
--> 42601 25 syntax error at end of input
select 1 group by
--> 42601 17 syntax error at end of input
select 1 group by rollup()
--> 42601 25 syntax error at or near ")"
select 1 group by grouping sets
--> 42601 31 syntax error at end of input
select 1 group by grouping sets ()
--> 42601 33 syntax error at or near ")"
select 1 where
--> 42601 14 syntax error at end of input
select 1 window w as
--> 42601 20 syntax error at end of input
select 1 window w
--> 42601 17 syntax error at end of input
select f() over (rows 1 preceding), f() over (rows between 1 preceding and current row), f() over (range between unbounded preceding and unbounded following exclude ties), f() over (groups between current row and 1 + 1 following exclude current row), f() over (order by a rows current row exclude no others exclude group)
--> 42601 307 syntax error at or near "exclude"
select f() over (rows between unbounded following and current row)
--> 42P20 30 frame start cannot be UNBOUNDED FOLLOWING
select f() over (rows unbounded following)
--> 42P20 22 frame start cannot be UNBOUNDED FOLLOWING
select f() over (rows 1 following)
--> 42P20 22 frame starting from following row cannot end with current row
select f() over (rows between current row and 1 preceding)
--> 42P20 46 frame starting from current row cannot have preceding rows
select f() over (rows between 1 following and current row)
--> 42P20 46 frame starting from following row cannot have preceding rows
select f() over (rows between 1 preceding and unbounded preceding)
--> 42P20 46 frame end cannot be UNBOUNDED PRECEDING
select f() over (rows between 1 preceding)
--> 42601 41 syntax error at or near ")"
select f() over (rows)
--> 42601 21 syntax error at or near ")"
select f() over
--> 42601 15 syntax error at end of input
select f() over (partition)
--> 42601 26 syntax error at or near ")"
select f() over (partition by)
--> 42601 29 syntax error at or near ")"
select f() filter (a)
--> 42601 19 syntax error at or near "a"
select f() filter where a
--> 42601 18 syntax error at or near "where"
select f(distinct a) within group (order by a)
--> 42601 21 cannot use DISTINCT with WITHIN GROUP
select f(a order by b) within group (order by a)
--> 42601 23 cannot use multiple ORDER BY clauses with WITHIN GROUP
select f(variadic a) within group (order by a)
--> 42601 21 cannot use VARIADIC with WITHIN GROUP
select f(a) within group ()
--> 42601 26 syntax error at or near ")"
select f(a) within (order by b)
--> 42601 19 syntax error at or near "("
select coalesce(a) over ()
--> 42601 19 syntax error at or near "over"
select f() over w over w
--> 42601 18 syntax error at or near "over"
select 1 from t a b
--> 42601 18 syntax error at or near "b"
select 1 from
--> 42601 13 syntax error at end of input
select 1 from t,
--> 42601 16 syntax error at end of input
select 1 from t as
--> 42601 18 syntax error at end of input
select 1 from 1
--> 42601 14 syntax error at or near "1"
select 1 from t where
--> 42601 21 syntax error at end of input
select 1 from only (u) *
--> 42601 23 syntax error at or near "*"
select 1 from a.b.c.d
--> 42601 14 improper qualified name (too many dotted names): a.b.c.d
select 1 from a.*
--> 42601 17 syntax error at end of input
select 1 from t join u using (a) x
--> 42601 33 syntax error at or near "x"
select 1 from a join b
--> 42601 22 syntax error at end of input
select 1 from a join b natural join c
--> 42601 37 syntax error at end of input
select 1 from a join b left join c on x
--> 42601 39 syntax error at end of input
select 1 from a left b
--> 42601 21 syntax error at or near "b"
select 1 from a cross join b on x
--> 42601 29 syntax error at or near "on"
select 1 from (a)
--> 42601 16 syntax error at or near ")"
select 1 from ((a join b on x) as t)
--> 42601 35 syntax error at or near ")"
select 1 from (select 1)
--> 42601 14 subquery in FROM must have an alias
select 1 from (values (1))
--> 42601 14 VALUES in FROM must have an alias
select 1 from ((select 1) t)
--> 42601 27 syntax error at or near ")"
select 1 from lateral t
--> 42601 23 syntax error at end of input
select 1 from f(1) t (a int, b)
--> 42601 30 syntax error at or near ")"
select 1 from f(1) t ()
--> 42601 22 syntax error at or near ")"
select 1 from left
--> 42601 18 syntax error at end of input
select 1 from f(1) 'x'
--> 42601 19 syntax error at or near "'x'"
select 1 from t.f(1).g
--> 42601 20 syntax error at or near "."
select 1 from t limit 1 for update offset 1
--> 42601 35 syntax error at or near "offset"
select 1 for update of
--> 42601 22 syntax error at end of input
select 1 union
--> 42601 14 syntax error at end of input
select 1 union order by 1
--> 42601 15 syntax error at or near "order"
select 1 order by 1 union select 2
--> 42601 20 syntax error at or near "union"
select 1 limit 1 union select 2
--> 42601 17 syntax error at or near "union"
(select 1 order by 1) order by 1
--> 42601 31 multiple ORDER BY clauses not allowed
(select 1 limit 1) limit 1
--> 42601 25 multiple LIMIT clauses not allowed
(select 1 offset 1) offset 1
--> 42601 27 multiple OFFSET clauses not allowed
(select 1) + 1
--> 42601 11 syntax error at or near "+"
((select 1) + 1)
--> 42601 12 syntax error at or near "+"
(1)
--> 42601 1 syntax error at or near "1"
()
--> 42601 1 syntax error at or near ")"
values
--> 42601 6 syntax error at end of input
values ()
--> 42601 8 syntax error at or near ")"
values (1), 
--> 42601 12 syntax error at end of input
values 1
--> 42601 7 syntax error at or near "1"
table
--> 42601 5 syntax error at end of input
with a as select 1 select 1
--> 42601 10 syntax error at or near "select"
with a as (select 1) (with b as (select 2) select 3)
--> 42601 0 multiple WITH clauses not allowed
with a as (select 1)
--> 42601 20 syntax error at end of input
with a select 1
--> 42601 7 syntax error at or near "select"
with select 1
--> 42601 5 syntax error at or near "select"
with a as (create table t()) select 1
--> 42601 11 syntax error at or near "create"
select 1 where a in ()
--> 42601 21 syntax error at or near ")"
select 1 where a in 1
--> 42601 20 syntax error at or near "1"
select 1 where a between 1 and
--> 42601 30 syntax error at end of input
select 1 where a between b is null and c
--> 42601 30 syntax error at or near "null"
select 1 where a between b at time zone 'x' and c
--> 42601 27 syntax error at or near "at"
select 1 where a between not b and c
--> 42601 25 syntax error at or near "not"
select 1 where a is
--> 42601 19 syntax error at end of input
select 1 where a is not
--> 42601 23 syntax error at end of input
select 1 where a is 5
--> 42601 20 syntax error at or near "5"
select 1 where a and
--> 42601 20 syntax error at end of input
select 1 where and
--> 42601 15 syntax error at or near "and"
select 1 where a or or b
--> 42601 20 syntax error at or near "or"
select 1 where a at time
--> 42601 24 syntax error at end of input
select 1 where a collate
--> 42601 24 syntax error at end of input
select 1 where a collate 1
--> 42601 25 syntax error at or near "1"
select a <<= b, a >= -1, a => b
--> 42601 27 syntax error at or near "=>"
select a := b
--> 42601 9 syntax error at or near ":="
select a : b
--> 42601 9 syntax error at or near ":"
select a ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ b
--> 42601 9 operator too long at or near "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"
select a ! from t
--> 42601 11 syntax error at or near "from"
select {
--> 42601 7 syntax error at or near "{"
select \d
--> 42601 7 syntax error at or near "\"
select 1 from t where (a > 1
--> 42601 28 syntax error at end of input
select 1 from t where a > 1)
--> 42601 27 syntax error at or near ")"
select f(a b)
--> 42601 11 syntax error at or near "b"
select f((a)
--> 42601 12 syntax error at end of input
select f(a))
--> 42601 11 syntax error at or near ")"
foo
--> 42601 0 syntax error at or near "foo"
foo bar
--> 42601 0 syntax error at or near "foo"
'abc'
--> 42601 0 syntax error at or near "'abc'"
1
--> 42601 0 syntax error at or near "1"
"select"
--> 42601 0 syntax error at or near ""select""
( 
--> 42601 2 syntax error at end of input
select select
--> 42601 7 syntax error at or near "select"
from t
--> 42601 0 syntax error at or near "from"
select 1 select 2
--> 42601 16 syntax error at or near "2"
select 1 from t group a
--> 42601 22 syntax error at or near "a"
select 1 from t order a
--> 42601 22 syntax error at or near "a"
select 1 from t order by a by
--> 42601 27 syntax error at or near "by"
select 1 from t where a = 1 and group by b
--> 42601 32 syntax error at or near "group"
insert into t x values (1)
--> 42601 14 syntax error at or near "x"
insert into t (a) default values
--> 42601 18 syntax error at or near "default"
insert into t () values (1)
--> 42601 15 syntax error at or near ")"
insert into t
--> 42601 13 syntax error at end of input
insert into t values
--> 42601 20 syntax error at end of input
insert into t (a)
--> 42601 17 syntax error at end of input
insert t values (1)
--> 42601 7 syntax error at or near "t"
insert into t values (1) on conflict do update
--> 42601 46 syntax error at end of input
insert into t values (1) on conflict
--> 42601 36 syntax error at end of input
insert into t values (1) on conflict do
--> 42601 39 syntax error at end of input
insert into t values (1) on conflict (a) nothing
--> 42601 41 syntax error at or near "nothing"
insert into t values (1) returning
--> 42601 34 syntax error at end of input
insert into t select * from u join v on conflict do nothing
--> 42601 49 syntax error at or near "do"
insert into t (a, b values (1)
--> 42601 20 syntax error at or near "values"
insert into t values (1) where a
--> 42601 25 syntax error at or near "where"
update t set set a = 1
--> 42601 17 syntax error at or near "a"
update t set
--> 42601 12 syntax error at end of input
update t set a
--> 42601 14 syntax error at end of input
update t set a = 
--> 42601 17 syntax error at end of input
update t set a = 1,
--> 42601 19 syntax error at end of input
update t set a == 1
--> 42601 15 syntax error at or near "=="
update t set () = 1
--> 42601 14 syntax error at or near ")"
update t where a
--> 42601 9 syntax error at or near "where"
update t set a = 1 where
--> 42601 24 syntax error at end of input
update t set a = 1 order by b
--> 42601 19 syntax error at or near "order"
update set a = 1
--> 42601 13 syntax error at or near "="
update t, u set a = 1
--> 42601 8 syntax error at or near ","
delete from only t * as x using u, v where x.a = u.a
--> 42601 19 syntax error at or near "*"
delete t
--> 42601 7 syntax error at or near "t"
delete from
--> 42601 11 syntax error at end of input
delete from t where
--> 42601 19 syntax error at end of input
delete from t u v
--> 42601 16 syntax error at or near "v"
delete from t using
--> 42601 19 syntax error at end of input
delete from t limit 1
--> 42601 14 syntax error at or near "limit"
merge into t using s on true
--> 42601 28 syntax error at end of input
merge into t using s when matched then delete
--> 42601 21 syntax error at or near "when"
merge into t using s on true when matched then insert values (1)
--> 42601 47 syntax error at or near "insert"
merge into t using s on true when not matched then delete
--> 42601 51 syntax error at or near "delete"
merge into t using s on true when not matched then update set a = 1
--> 42601 51 syntax error at or near "update"
merge into t using s on true when matched then
--> 42601 46 syntax error at end of input
merge t using s on true when matched then delete
--> 42601 6 syntax error at or near "t"
merge into t using s on true when matched then delete returning *
--> 42601 54 syntax error at or near "returning"
truncate
--> 42601 8 syntax error at end of input
truncate t restart
--> 42601 18 syntax error at end of input
truncate table t u
--> 42601 17 syntax error at or near "u"
explain verbose analyze select 1
--> 42601 16 syntax error at or near "analyze"
explain ()
--> 42601 9 syntax error at or near ")"
explain
--> 42601 7 syntax error at end of input
explain analyze
--> 42601 15 syntax error at end of input
explain create table t (a int)
--> 42601 26 syntax error at or near "int"
explain create view v as select 1
--> 42601 15 syntax error at or near "view"
explain explain select 1
--> 42601 8 syntax error at or near "explain"
explain truncate t
--> 42601 8 syntax error at or near "truncate"
set time zone
--> 42601 13 syntax error at end of input
set transaction isolation level read
--> 42601 36 syntax error at end of input
set transaction
--> 42601 15 syntax error at end of input
set a
--> 42601 5 syntax error at end of input
set a 1
--> 42601 6 syntax error at or near "1"
set
--> 42601 3 syntax error at end of input
set a = b c
--> 42601 10 syntax error at or near "c"
set a = 1 +
--> 42601 10 syntax error at or near "+"
set local
--> 42601 9 syntax error at end of input
reset
--> 42601 5 syntax error at end of input
reset a b
--> 42601 8 syntax error at or near "b"
show
--> 42601 4 syntax error at end of input
show a b
--> 42601 7 syntax error at or near "b"
begin isolation
--> 42601 15 syntax error at end of input
begin foo
--> 42601 6 syntax error at or near "foo"
start
--> 42601 5 syntax error at end of input
commit foo
--> 42601 7 syntax error at or near "foo"
rollback to
--> 42601 11 syntax error at end of input
savepoint
--> 42601 9 syntax error at end of input
release
--> 42601 7 syntax error at end of input
create table t (a int,)
--> 42601 22 syntax error at or near ")"
create table t (a)
--> 42601 18 syntax error at end of input
create table t (a, b)
--> 42601 21 syntax error at end of input
create table t (a int b)
--> 42601 22 syntax error at or near "b"
create table t a int
--> 42601 15 syntax error at or near "a"
create table t
--> 42601 14 syntax error at end of input
create table
--> 42601 12 syntax error at end of input
create table t (a int default a between 1 and 2)
--> 42601 32 syntax error at or near "between"
create table t (a int default (1), b bool default not true)
--> 42601 50 syntax error at or near "not"
create table t (a int generated by default as (1) stored)
--> 42601 32 for a generated column, GENERATED ALWAYS must be specified
create table t (a int generated always)
--> 42601 38 syntax error at or near ")"
create table t (a int generated always as identity ())
--> 42601 52 syntax error at or near ")"
create table t (a int not)
--> 42601 25 syntax error at or near ")"
create table t (a int references u on delete)
--> 42601 44 syntax error at or near ")"
create table t (a int references u on delete cascade on delete cascade)
--> 42601 56 syntax error at or near "delete"
create table t (a int references u on update cascade on update cascade)
--> 42601 56 syntax error at or near "update"
create table t (a int check a > 1)
--> 42601 28 syntax error at or near "a"
create table t (like u including foo)
--> 42601 33 syntax error at or near "foo"
create table t (constraint x)
--> 42601 28 syntax error at or near ")"
create table t (constraint x a int)
--> 42601 29 syntax error at or near "a"
create table t (unique a)
--> 42601 23 syntax error at or near "a"
create table t (primary key)
--> 42601 27 syntax error at or near ")"
create table t (foreign key (a) references)
--> 42601 42 syntax error at or near ")"
create table t (a int) as select 1
--> 42601 23 syntax error at or near "as"
create table t as
--> 42601 17 syntax error at end of input
create table t as insert into u values (1)
--> 42601 18 syntax error at or near "insert"
create table a.b.c.d (a int)
--> 42601 13 improper qualified name (too many dotted names): a.b.c.d
create table select (a int)
--> 42601 13 syntax error at or near "select"
create table t (select int)
--> 42601 16 syntax error at or near "select"
create view v
--> 42601 13 syntax error at end of input
create view v as
--> 42601 16 syntax error at end of input
create view if not exists v as select 1
--> 42601 15 syntax error at or near "not"
create view v () as select 1
--> 42601 15 syntax error at or near ")"
create or replace table t (a int)
--> 42601 18 syntax error at or near "table"
create or replace materialized view v as select 1
--> 42601 18 syntax error at or near "materialized"
create materialized v as select 1
--> 42601 20 syntax error at or near "v"
refresh materialized view
--> 42601 25 syntax error at end of input
refresh view v
--> 42601 8 syntax error at or near "view"
create index if not exists on t (a)
--> 42601 27 syntax error at or near "on"
create index i on t
--> 42601 19 syntax error at end of input
create index i on t ()
--> 42601 21 syntax error at or near ")"
create index i t (a)
--> 42601 15 syntax error at or near "t"
create index i on t (a + 1)
--> 42601 23 syntax error at or near "+"
create index i on t (a where b)
--> 42601 23 syntax error at or near "where"
create index i on t (a) where
--> 42601 29 syntax error at end of input
create schema
--> 42601 13 syntax error at end of input
create schema if not exists s.t
--> 42601 29 syntax error at or near "."
create sequence s start
--> 42601 23 syntax error at end of input
create sequence s start 'a'
--> 42601 24 syntax error at or near "'a'"
create sequence s foo
--> 42601 18 syntax error at or near "foo"
create type t as enum (a)
--> 42601 23 syntax error at or near "a"
create type t as enum
--> 42601 21 syntax error at end of input
create type t as enum ('a',)
--> 42601 27 syntax error at or near ")"
create type t as
--> 42601 16 syntax error at end of input
create type t foo
--> 42601 14 syntax error at or near "foo"
create extension
--> 42601 16 syntax error at end of input
create role x foo
--> 42601 14 unrecognized role option "foo"
create role public
--> 42939 12 role name "public" is reserved
create role none
--> 42939 12 role name "none" is reserved
create role current_user
--> 42939 12 CURRENT_USER cannot be used as a role name here
create role
--> 42601 11 syntax error at end of input
create role x password
--> 42601 22 syntax error at end of input
create role x login, createdb
--> 42601 19 syntax error at or near ","
create function f returns int language sql as ''
--> 42601 18 syntax error at or near "returns"
create function f() returns
--> 42601 27 syntax error at end of input
create function f(a int,) returns int language sql as ''
--> 42601 24 syntax error at or near ")"
create function f(a int default) returns int language sql as ''
--> 42601 31 syntax error at or near ")"
create function f() returns int language sql foo as ''
--> 42601 45 syntax error at or near "foo"
create function f() returns int language select as ''
--> 42601 41 syntax error at or near "select"
create function int() returns int language sql as ''
--> 42601 19 syntax error at or near "("
create procedure p(a int) returns int language sql as 'select 1'
--> 42601 34 syntax error at or near "int"
create trigger t before insert on u execute function f
--> 42601 54 syntax error at end of input
create trigger t before on u execute function f()
--> 42601 24 syntax error at or near "on"
create trigger t insert on u execute function f()
--> 42601 17 syntax error at or near "insert"
create trigger t after insert on u for each row
--> 42601 47 syntax error at end of input
create trigger t after insert, update on u for each row execute function f()
--> 42601 29 syntax error at or near ","
create trigger t after insert on u for each row when new.a execute function f()
--> 42601 53 syntax error at or near "new"
create foo
--> 42601 7 syntax error at or near "foo"
create
--> 42601 6 syntax error at end of input
create or replace
--> 42601 17 syntax error at end of input
create or
--> 42601 9 syntax error at end of input
create temp index i on t (a)
--> 42601 12 syntax error at or near "index"
create unique table t (a int)
--> 42601 14 syntax error at or near "table"
alter table t
--> 42601 13 syntax error at end of input
alter table
--> 42601 11 syntax error at end of input
alter table t foo
--> 42601 14 syntax error at or near "foo"
alter table t add
--> 42601 17 syntax error at end of input
alter table t add column
--> 42601 24 syntax error at end of input
alter table t add column a
--> 42601 26 syntax error at end of input
alter table t drop
--> 42601 18 syntax error at end of input
alter table t drop column
--> 42601 25 syntax error at end of input
alter table t drop a b
--> 42601 21 syntax error at or near "b"
alter table t alter
--> 42601 19 syntax error at end of input
alter table t alter a
--> 42601 21 syntax error at end of input
alter table t alter a set
--> 42601 25 syntax error at end of input
alter table t alter a set default
--> 42601 33 syntax error at end of input
alter table t alter a type
--> 42601 26 syntax error at end of input
alter table t rename a b
--> 42601 23 syntax error at or near "b"
alter table t rename
--> 42601 20 syntax error at end of input
alter table t rename a to
--> 42601 25 syntax error at end of input
alter table t rename to u, add a int
--> 42601 25 syntax error at or near ","
alter table t add a int, rename to u
--> 42601 25 syntax error at or near "rename"
alter table t add a int drop b
--> 42601 24 syntax error at or near "drop"
alter foo
--> 42601 6 syntax error at or near "foo"
alter
--> 42601 5 syntax error at end of input
drop role x cascade
--> 42601 12 syntax error at or near "cascade"
drop function f(int
--> 42601 19 syntax error at end of input
drop function f(1)
--> 42601 16 syntax error at or near "1"
drop trigger t
--> 42601 14 syntax error at end of input
drop
--> 42601 4 syntax error at end of input
drop table
--> 42601 10 syntax error at end of input
drop table t u
--> 42601 13 syntax error at or near "u"
drop table if t
--> 42601 14 syntax error at or near "t"
drop table t,
--> 42601 13 syntax error at end of input
drop materialized v
--> 42601 18 syntax error at or near "v"
drop foo x
--> 42601 5 syntax error at or near "foo"
drop schema s.t
--> 42601 13 syntax error at or near "."
grant x to y with grant option
--> 42601 18 syntax error at or near "grant"
grant select on to x
--> 42601 16 syntax error at or near "to"
grant select on t x
--> 42601 18 syntax error at or near "x"
grant on t to x
--> 42601 6 syntax error at or near "on"
grant
--> 42601 5 syntax error at end of input
grant select on t to
--> 42601 20 syntax error at end of input
grant select on all in schema s to x
--> 42601 20 syntax error at or near "in"
grant all to x
--> 42601 10 syntax error at or near "to"
revoke select on t to x
--> 42601 19 syntax error at or near "to"
revoke
--> 42601 6 syntax error at end of input
revoke grant option for x from y
--> 42601 26 syntax error at or near "from"
comment on foo is 'x'
--> 42601 11 syntax error at or near "foo"
comment on table t is 5
--> 42601 22 syntax error at or near "5"
comment on table t 'x'
--> 42601 19 syntax error at or near "'x'"
comment on table is 'x'
--> 42601 17 syntax error at or near "is"
comment table t is 'x'
--> 42601 8 syntax error at or near "table"
do
--> 42601 2 syntax error at end of input
do x
--> 42601 3 syntax error at or near "x"
call p
--> 42601 6 syntax error at end of input
call p(1) x
--> 42601 10 syntax error at or near "x"
call
--> 42601 4 syntax error at end of input
select 1; insert into t values (1); foo
--> 42601 36 syntax error at or near "foo"
select 1; select from from
--> 42601 22 syntax error at or near "from"
selec 1
--> 42601 0 syntax error at or near "selec"
insrt into t values (1)
--> 42601 0 syntax error at or near "insrt"
create table t (a int); create table u (b int) x
--> 42601 47 syntax error at or near "x"
