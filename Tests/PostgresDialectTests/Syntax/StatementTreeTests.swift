import Testing

@testable import PostgresDialect

/// What each kind of statement becomes.
@Suite struct StatementTreeTests {
  static let trees: [(sql: String, tree: String)] = [
    ("select", "(select)"),
    (#"select 1 as a, 2 b, 3 "C""#, "(select 1:a 2:b 3:C)"),
    ("select *, t.* from t", "(select * t.* (from t))"),
    ("select 1 is from t", "(select 1:is (from t))"),
    ("select distinct a from t", "(select distinct a (from t))"),
    ("select distinct on (a, b) c from t", "(select (distinct-on a b) c (from t))"),
    ("select a from t, only u as v (x), w y", "(select a (from t only u:v(x) w:y))"),
    (
      "select 1 from a join b on x = y left join c using (d, e) as f cross join g natural full join h",
      "(select 1 (from (full (cross (left (inner a b (= x y)) c (using d e):f) g) h natural)))"
    ),
    ("select 1 from a join b join c on x on y", "(select 1 (from (inner a (inner b c x) y)))"),
    ("select 1 from (a join b on x) as t join c on y", "(select 1 (from (inner (inner a b x):t c y)))"),
    ("select 1 from (select 1) t (a), lateral (select 2) u", "(select 1 (from (select 1):t(a) lateral (select 2):u))"),
    ("select 1 from ((select 1) union (select 2)) t", "(select 1 (from (union (select 1) (select 2)):t))"),
    (
      "select 1 from f(1) with ordinality as t (a, n), rows from (f(1), g(2)) u, h() as (a int, b text[]), "
        + "lateral k(3)",
      "(select 1 (from (f 1)#:t(a,n) (f 1)+(g 2):u (h):h(a int4,b text[]) lateral (k 3)))"
    ),
    (
      "select 1 from t where a group by a, (b, c), (), rollup (a, (b, c)), cube (a), grouping sets ((a), "
        + "(), rollup (b)) having c window w as (partition by d)",
      "(select 1 (from t) (where a) (group a (group b c) () (rollup a (group b c)) (cube a) (sets a () "
        + "(rollup b))) (having c) (windows (w (window (by d)))))"
    ),
    ("select 1 group by distinct a", "(select 1 (group-distinct a))"),
    (
      "select 1 order by a, b desc, c nulls first, d using > limit 5 offset 2",
      "((select 1) (order a b- c^ d-) (limit 5) (offset 2))"
    ),
    ("select 1 order by a fetch first 3 rows with ties", "((select 1) (order a) (limit 3) ties)"),
    ("select 1 fetch first row only", "((select 1) (limit 1))"),
    ("select 1 limit all offset 3 rows", "((select 1) (offset 3))"),
    ("select 1 for update of t nowait", "((select 1) locking)"),
    ("values (1, 'a'), (default, null)", "(values (1 'a') (default null))"),
    ("table t", "(select * (from t))"),
    (
      "select 1 union all select 2 intersect select 3 except select 4",
      "(except (union-all (select 1) (intersect (select 2) (select 3))) (select 4))"
    ),
    (
      "select 1 union (select 2 order by 1 limit 1) order by 1",
      "((union (select 1) ((select 2) (order 1) (limit 1))) (order 1))"
    ),
    ("(select 1 limit 2) order by 1", "((select 1) (order 1) (limit 2))"),
    ("((select 1))", "(select 1)"),
    (
      "with a as (select 1), b (x) as materialized (values (2)), c as not materialized (table t) select 3",
      "((with (a (select 1)) (b (columns x) materialized (values (2))) (c not-materialized (select * (from "
        + "t)))) (select 3))"
    ),
    (
      "with recursive r as (select 1 union all select n + 1 from r) select 4",
      "((with-recursive (r (union-all (select 1) (select (+ n 1) (from r))))) (select 4))"
    ),
    (
      "with gone as (delete from t where a returning *) insert into u select * from gone",
      "((with (gone (delete t (where a) (returning *)))) insert u (select * (from gone)))"
    ),
    (
      "insert into s.t as x (a, b) values (1, default) on conflict (a, lower(b)) where c do update set a = "
        + "excluded.a, (b, c) = (select 1, 2) where x.d returning *, a as z",
      "(insert s.t:x (columns a b) (values (1 default)) (conflict (a (lower b) (where c)) a=excluded.a "
        + "b,c=(query (select 1 2)) (where x.d)) (returning * a:z))"
    ),
    ("insert into t default values", "(insert t default-values)"),
    (
      "insert into t overriding system value select 1 on conflict on constraint k do nothing",
      "(insert t overriding-system (select 1) (conflict constraint k nothing))"
    ),
    ("insert into t (select 1)", "(insert t (select 1))"),
    (
      "update only t as x set a = 1, b = default from u where c returning d",
      "(update t:x a=1 b=default (from u) (where c) (returning d))"
    ),
    ("delete from t x using u, v where a", "(delete t:x (using u v) (where a))"),
    (
      "merge into t as x using (select 1) s on a when matched and b then update set c = 1 when matched then "
        + "delete when not matched then insert (d) values (2) when not matched then do nothing",
      "(merge t:x (select 1):s a (matched b update c=1) (matched delete) (not-matched insert (columns d) "
        + "(2)) (not-matched nothing))"
    ),
    ("truncate t, u restart identity cascade", "(truncate t u restart cascade)"),
    ("explain (analyze, format json) select 1", "(explain [analyze, format json] (select 1))"),
    ("explain analyze verbose select 1", "(explain [analyze, verbose] (select 1))"),
    (#"set search_path to a, "B", 'c'"#, "(set search_path a, B, c)"),
    ("set local timezone = 'UTC'", "(set local timezone UTC)"),
    ("set time zone default", "(set timezone default)"),
    (
      "set transaction isolation level serializable, read only",
      "(set transaction isolation level serializable, read only)"
    ),
    ("reset all", "(set all default)"),
    ("show transaction isolation level", "(show transaction_isolation)"),
    ("begin read only", "(transaction begin-read-only)"),
    ("start transaction", "(transaction begin)"),
    ("commit", "(transaction commit)"),
    ("end", "(transaction commit)"),
    ("rollback", "(transaction rollback)"),
    ("abort", "(transaction rollback)"),
    ("savepoint a", "(transaction savepoint a)"),
    ("release a", "(transaction release a)"),
    ("rollback to savepoint a", "(transaction rollback-to a)"),
    (
      #"create table if not exists s.t (a int not null default 1 + 2 primary key, b varchar(10) collate "C" "#
        + "constraint u unique, c int references x (y) on delete set null on update cascade deferrable "
        + "initially deferred, d bigint generated always as identity (start 5 increment 2), e int generated "
        + "always as (a * 2) stored, check (a > 0), constraint k foreign key (b, c) references z, unique (a, "
        + "b))",
      "(create-table if-not-exists s.t (a int4 not-null (default (+ 1 2)) (primary-key a)) (b varchar(10) "
        + "collate C (u: unique b)) (c int4 (foreign-key c x y delete:set null update:cascade deferrable "
        + "deferred)) (d int8 identity-always[start 5 by 2]) (e int4 (stored (* a 2))) (check (> a 0)) (k: "
        + "foreign-key b,c z) (unique a b))"
    ),
    (
      "create temp table t (like u including all excluding indexes)",
      "(create-table temporary t (like u including all excluding indexes))"
    ),
    ("create table t (a, b) as select 1, 2 with no data", "(create-table-as t (columns a b) (select 1 2) no-data)"),
    ("create or replace view v (a) as select 1", "(create-view or-replace v (columns a) (select 1))"),
    ("create materialized view m as select 1 with no data", "(create-materialized-view m (select 1) no-data)"),
    ("refresh materialized view concurrently m", "(refresh concurrently m)"),
    (
      "create unique index concurrently i on s.t using btree (a desc nulls last, lower(b), (c || d)) "
        + "include (e) where f",
      "(create-index unique concurrently i s.t btree a-_ (lower b) (|| c d) (include e) (where f))"
    ),
    ("create schema if not exists s", "(create-schema if-not-exists s)"),
    (
      "create sequence s as int start with 1 increment by -2 minvalue 1 no maxvalue cache 5 cycle owned by t.a",
      "(create-sequence s [int4 start 1 by -2 min 1 cache 5 cycle owned t.a])"
    ),
    ("create type mood as enum ('sad', 'ok')", "(create-enum mood sad ok)"),
    ("create extension if not exists pgcrypto with schema s", "(create-extension pgcrypto)"),
    ("create role analyst with login connection limit 5", "(create-role analyst login connection limit 5)"),
    ("create user u", "(create-role u login)"),
    (
      "create or replace function s.f(a int, b text default 'x', out c int, variadic d int[]) returns setof "
        + "t language sql immutable security definer as $$ select 1 $$",
      "(create-function or-replace s.f (a int4) (b text ='x') (out c int4) (variadic d int4[]) returns "
        + "setof t sql ' select 1 ' immutable security definer)"
    ),
    (
      "create function f(int) returns table (a int, b text) as 'x' language plpgsql",
      "(create-function f (int4) (table a int4) (table b text) plpgsql 'x')"
    ),
    ("create procedure p() language sql as ''", "(create-procedure p sql '')"),
    (
      "create trigger g after insert or update of a, b on s.t for each row when (new.a > 1) execute function f('x', 1)",
      "(create-trigger g after insert|update(a,b) s.t row (when (> new.a 1)) f (arguments x 1))"
    ),
    (
      "alter table t add column a int, drop column if exists b cascade, alter c set default 1, alter d drop "
        + "default, alter e set not null, alter f type text using f::text, add constraint k check (g), drop "
        + "constraint h, enable row level security, owner to x",
      "(alter-table t (add (a int4)) (drop b if-exists cascade) (default c 1) (default d none) (not-null e) "
        + "(type f text (cast f text)) (add (k: check g)) (drop-constraint h) enable-rls (owner x))"
    ),
    ("alter table if exists t rename a to b", "(alter-table t (rename a b))"),
    ("alter table t rename to u", "(alter-table t (rename-to u))"),
    ("alter table t set schema s", "(alter-table t (schema s))"),
    ("alter table t rename constraint k to l", "(alter-table t (rename-constraint k l))"),
    (
      "alter table t add check (a) not valid, validate constraint k, alter a drop identity if exists, alter b drop "
        + "expression, alter c set statistics 5, set (fillfactor = 70), drop constraint k cascade",
      "(alter-table t (add (check a)) (validate k) (drop-identity a) (drop-expression b) storage storage "
        + "(drop-constraint k cascade))"
    ),
    ("alter view v rename to w", "(alter-view v (rename-to w))"),
    ("alter materialized view v rename a to b", "(alter-materialized view v (rename a b))"),
    ("alter index i rename to j", "(alter-index i (rename-to j))"),
    ("alter sequence s restart with 5 no maxvalue owned by none", "(alter-sequence s [owned none])"),
    ("alter schema s rename to t", "(alter-schema s t)"),
    ("create domain d as int not null check (value > 0)", "(create-domain d int4 not-null (check (> value 0)))"),
    ("prepare p (int, text) as select $1", "(prepare p int4 text (select $1))"),
    ("execute p (1, 'x')", "(execute p 1 'x')"),
    ("drop table if exists a, s.b cascade", "(drop table if-exists a s.b cascade)"),
    ("drop function f(int, out text), g", "(drop function f(int4) g)"),
    ("drop trigger g on s.t", "(drop trigger g on s.t)"),
    ("drop materialized view v", "(drop materialized view v)"),
    (
      "grant select, update (a, b) on table t, u to x, public with grant option",
      "(grant select update(a,b) (tables t u) x public option)"
    ),
    ("grant all on all tables in schema s to x", "(grant all (all-tables s) x)"),
    ("grant execute on function f(int) to x", "(grant execute (functions f(int4)) x)"),
    ("grant usage on schema a, b to x", "(grant usage (schemas a b) x)"),
    ("grant a, b to c", "(grant (roles a b) c)"),
    ("revoke grant option for select on t from x cascade", "(revoke select (tables t) x option cascade)"),
    ("comment on column s.t.a is 'x'", "(comment column s.t.a 'x')"),
    ("comment on materialized view v is null", "(comment materialized view v null)"),
    ("comment on function f(int) is 'y'", "(comment function f 'y')"),
    ("do $$ begin end $$", "(do plpgsql ' begin end ')"),
    ("call s.p(1, a => 2)", "(call (s.p 1 a=>2))"),
    ("select 1; ; select 2;", "(select 1); (select 2)"),
  ]

  @Test(arguments: trees) func `becomes this tree`(_ example: (sql: String, tree: String)) throws {
    #expect(try TreeDump.statements(example.sql) == example.tree)
  }
}
