-- json and jsonb: input and normal form, hostile texts.
select '{"bb": 1, "a": 2, "c": 3, "a": 4}'::jsonb, '{"bb": 1,  "a": 2, "a": 4}'::json, ' [ 1 ,  "x" , null ] '::jsonb, 'true'::jsonb, '""'::jsonb
select '{"n": 1.50, "e": 1e3, "neg": -0.0, "big": 12345678901234567890.123, "s": 1E-7, "z": -0}'::jsonb
select '{"aa":1,"b":2,"A":3,"":4,"é":5,"zz":6}'::jsonb
select '"\u00f1 \u20b1 \ud83d\ude00 \" \\ \/ \b\f\n\r\t \u001f \u007f"'::jsonb
select '"\u0000"'::json
select '"\u0000"'::jsonb
select '{"a": "\u0000"}'::json -> 'b'
select '{"a": "\u0000"}'::json ->> 'a'
select '"\ud800"'::json
select '"\ud800"'::jsonb
select '"\ud800\ud800"'::jsonb
select '"\udc00"'::jsonb
select '"\ud800x"'::jsonb
select '"\ud800\n"'::jsonb
select '"\u00"'::json
select '"\u00zz"'::jsonb
select '"\x"'::json
select '"\'::json
select '"abc'::jsonb
select '"a	b"'::json
select ''::json
select ' '::jsonb
select '{'::jsonb
select '{"a"'::jsonb
select '{"a":'::jsonb
select '{"a":1'::jsonb
select '{"a":1,'::jsonb
select '{"a":1,}'::jsonb
select '{a:1}'::jsonb
select '{1:1}'::jsonb
select '{"a" 1}'::jsonb
select '{"a":1 "b":2}'::jsonb
select '[1,]'::jsonb
select '[,1]'::jsonb
select '[1 2]'::jsonb
select '[1'::jsonb
select ']'::jsonb
select '1 2'::jsonb
select 'nul'::jsonb
select 'nullx'::jsonb
select 'True'::jsonb
select 'NaN'::jsonb
select '01'::jsonb
select '1.'::jsonb
select '.5'::jsonb
select '+1'::jsonb
select '1e'::jsonb
select '-'::jsonb
select '1x'::jsonb
select '''a'''::jsonb
select '1e131071'::jsonb is not null
select '1e131072'::jsonb
select '1e999999'::json
select '1e-16383'::jsonb is not null
select '1e-16384'::jsonb
select 1e400::text::jsonb = '1e400'::jsonb
select length(('[' || repeat('[', 99) || repeat(']', 99) || ']')::jsonb::text)
select length((repeat('{"a":', 400) || '1' || repeat('}', 400))::jsonb::text), length((repeat('[', 400) || repeat(']', 400))::json::text)
select repeat('[', 100000)::jsonb
select repeat('[', 100000)::json
select repeat('{"a":', 20000)::jsonb
select (repeat('[', 300) || repeat(']', 300))::jsonb = (repeat('[', 300) || repeat(']', 300))::jsonb
-- Access.
select '{"a": [1, {"b": "x"}], "n": null}'::jsonb -> 'a' -> 1 ->> 'b', '{"a": null}'::jsonb -> 'a', '{"a": null}'::jsonb ->> 'a', '{"a": 1}'::jsonb -> 'z'
select '[1, 2, 3]'::jsonb -> 0, '[1, 2, 3]'::jsonb -> -1, '[1, 2, 3]'::jsonb -> 3, '[1, 2, 3]'::jsonb -> -4, '[1, 2]'::jsonb -> 'a', '{"0": 1}'::jsonb -> 0
select '1'::jsonb -> 0, '1'::json -> 0, '"x"'::jsonb ->> 0, '"x"'::jsonb -> -1, '1'::jsonb -> 1, '1'::jsonb -> 'a'
select '{"a":  [1,  2], "a":  {"x" : 1} }'::json -> 'a', '{"a": "x\u0041\n"}'::json -> 'a', '{"a": "x\u0041\n"}'::json ->> 'a', '{"\u0061": 1}'::json -> 'a'
select '{"a": {"b": [1, {"c": 5}]}}'::jsonb #> '{a,b,1,c}', '{"a": {"b": [1, 2]}}'::jsonb #>> '{a,b,-1}', '{"a": 1}'::jsonb #> '{}', '{"a": 1}'::jsonb #>> '{a,b}', '{"a": [1]}'::jsonb #> '{a,x}'
select '{"a": 1}'::jsonb #> '{a,NULL}', '{"NULL": 1}'::jsonb #> '{"NULL"}', '{"a b": {"c,d": 1}}'::json #>> '{"a b","c,d"}', '"x"'::jsonb #> '{0}', '"x"'::jsonb #>> '{}', '"x"'::json #>> '{}'
select '{"a": 1}'::jsonb #> 'a'
select '{"a": 1}'::jsonb #> '{a'
select '{"a": 1}' -> 'a'
select '{"a": 1}'::jsonb -> 1.5
select ('{"a": {"b": [10, 20]}}'::jsonb)['a']['b'][1], ('[1, 2]'::jsonb)[-1], ('{"a": 1}'::jsonb)['x'], ('{"1": 5}'::jsonb)[1]
select ('[1, 2]'::jsonb)[0:1]
select ('[1, 2]'::jsonb)[1.5]
select jsonb_extract_path('{"a": [1, {"b": 2}]}', 'a', '1', 'b'), jsonb_extract_path_text('{"a": "x"}', 'a'), json_extract_path('{"a": [1,  2]}', 'a'), json_extract_path_text('{"a": "\u0041"}', 'a'), jsonb_extract_path('{"a": 1}', null)
-- Operators.
select '{"a": 1, "b": [1, 2]}'::jsonb ? 'a', '["a", "b"]'::jsonb ? 'b', '[1]'::jsonb ? '1', '"a"'::jsonb ? 'a', '1'::jsonb ? '1', '{"a": {"b": 1}}'::jsonb ? 'b'
select '{"a": 1, "b": 2}'::jsonb ?| '{c,b}', '{"a": 1}'::jsonb ?& '{a,b}', '["a", "b"]'::jsonb ?& '{a,b}', '{"a": 1}'::jsonb ?| '{}', '{"a": 1}'::jsonb ?& '{}', '{"a": 1}'::jsonb ?& '{a,NULL}'
select '[1, [2, 3], {"a": 1}]'::jsonb @> '2', '[1, [2, 3]]'::jsonb @> '[[3]]', '1'::jsonb @> '[1]', '[1]'::jsonb @> '1', '{"a": [1]}'::jsonb @> '{"a": 1}', '{"a": {"b": 1, "c": 2}}'::jsonb @> '{"a": {"c": 2}}', '[1, 1]'::jsonb @> '[1, 1, 1]', '[]'::jsonb @> '{}', '{}'::jsonb @> '[]', '{"a": null}'::jsonb @> '{}', '1.0'::jsonb @> '1', '"a"'::jsonb @> '"a"'
select '{"a": 1}'::jsonb <@ '{"a": 1, "b": 2}', '[]'::jsonb <@ '[1]', '{"a": []}'::jsonb <@ '{"a": [1]}', '{"a": {}}'::jsonb <@ '{"a": []}'
select '{"a": 1}'::jsonb || '{"a": 2, "b": {"c": 1}}', '{"a": 1}'::jsonb || '[2]', '[1]'::jsonb || '{"a": 1}', '1'::jsonb || '2', '[]'::jsonb || '1', '{}'::jsonb || '[]', '{"a": 1}'::jsonb || '1', 'null'::jsonb || 'null', '[1]'::jsonb || null
select '{"a": 1}'::jsonb || 'x'
select '{"a": 1}'::jsonb || 'x'::text, 'x'::text || '{"a": 1}'::jsonb
select 'x' || '{"a": 1}'::jsonb
select '{"a": 1, "b": 2}'::jsonb - 'a', '["a", "b", "a"]'::jsonb - 'a', '[1, 2, 3]'::jsonb - 1, '[1, 2, 3]'::jsonb - -1, '[1]'::jsonb - 7, '{"a": 1, "b": 2}'::jsonb - '{a,b,c}'::text[], '["a", 1]'::jsonb - '{a,NULL}'::text[]
select '{"a": 1}'::jsonb - 1
select '"a"'::jsonb - 'a'
select '1'::jsonb - 1
select '1'::jsonb - '{a}'::text[]
select '{"a": {"b": 1, "c": [1, 2]}}'::jsonb #- '{a,c,-1}', '{"a": 1}'::jsonb #- '{a,b}', '{"a": 1}'::jsonb #- '{}', '[1, 2]'::jsonb #- '{9}', '{"a": [1]}'::jsonb #- '{a,0}'
select '[1]'::jsonb #- '{a}'
select '1'::jsonb #- '{a}'
select '{"a": 1}'::jsonb #- '{NULL}'
select '1'::json = '1'::json
select '1'::json < '2'
select 1 where '{"a":1}'::json in ('{"a":1}')
select distinct '1'::json
select '1'::json as a order by a
select '1'::json as a group by a
select '1'::jsonb = '1.0', '{"a": 1, "b": 2}'::jsonb = '{"b": 2.00, "a": 1}', '"a"'::jsonb = '"A"', '[1, 2]'::jsonb = '[2, 1]', 'null'::jsonb = 'null', '{"a": 1}'::jsonb <> '{"a": 2}'
select v from (values ('1'::jsonb), ('null'), ('"b"'), ('"a"'), ('true'), ('false'), ('[]'), ('[1]'), ('[0, 0]'), ('{}'), ('{"a": 1}'), ('{"b": 0}'), ('{"a": 1, "b": 2}'), ('-1'), ('1.5'), ('[[]]'), ('[{}]'), ('["a"]'), ('{"aa": 1}'), ('{"a": null}'), ('{"a": [1]}'), ('"ab"'), ('""')) t(v) order by v
select v from (values ('[]'::jsonb), ('null'), ('[[]]'), ('[1]'), ('[null]'), ('[true]'), ('[{}]')) t(v) order by v desc
select v, count(*) from (values ('1'::jsonb), ('1'), ('2'), ('[1]'), ('[1]')) t(v) group by v order by v
select count(distinct v) from (values ('1'::jsonb), ('1.0'), ('2')) t(v)
select '1'::jsonb in ('2', '1.00'), '[1]'::jsonb between '[0]' and '[2]', coalesce(null::jsonb, '1'), nullif('1'::jsonb, '1.0'), greatest('1'::jsonb, '[]', '"a"')
select max('1'::jsonb)
-- Casts.
select '1.5'::jsonb::int, '1.5'::jsonb::numeric, '2.5'::jsonb::bigint, '1e2'::jsonb::float8, 'true'::jsonb::boolean, '1'::jsonb::smallint, '0.1'::jsonb::real, '1.255'::jsonb::numeric(4,2)
select '"1"'::jsonb::int
select '[1]'::jsonb::int
select '{}'::jsonb::boolean
select 'null'::jsonb::numeric
select '1'::jsonb::boolean
select 'true'::jsonb::int
select '99999'::jsonb::smallint
select '{"a":  1}'::json::jsonb, '{"b": 1, "a": 2}'::jsonb::json, '{"a": 1}'::jsonb::text, '{"a":  1}'::json::text, '"x"'::jsonb::text, '{"a":1}'::text::jsonb
select 1::jsonb
select '1'::json::int
select ('{"a": "5"}'::jsonb ->> 'a')::int + 1, ('{"a": 5}'::jsonb -> 'a')::int + 1
select length('{"a": 1}'::jsonb)
-- Construction.
select to_json('a'::text), to_json(1.50), to_json(1.5::float8), to_json('NaN'::numeric), to_json(true), to_json(date '2025-08-23'), to_json(timestamp '2025-08-23 09:00:00.5'), to_json(timestamptz '2025-08-23 09:00+00'), to_json(interval '1 day 02:00'), to_json(time '10:00'), to_json('{"a":  1}'::json), to_json('{"a":  1}'::jsonb), to_json(1e30::float8), to_json('infinity'::timestamp)
select to_jsonb('a"b'::text), to_jsonb(1.50), to_jsonb(1e30::float8), to_jsonb(true), to_jsonb(date '2025-08-23'), to_jsonb(timestamptz '2025-08-23 09:00+00'), to_jsonb('{"b": 1,"a":2}'::json), to_jsonb('{"a": 1}'::jsonb), to_jsonb(null::int), to_jsonb('f81d4fae-7dec-11d0-a765-00a0c91e6bf6'::uuid), to_jsonb('-infinity'::float8 > 0)
select to_json('a')
select json_build_object('a', 1, 'b', 'x', 'c', null, 'd', true, 'e', 1.50, 'f', '{"z": 1}'::jsonb, 'g', '{"z":1}'::json, 'a', 2), json_build_object()
select jsonb_build_object('b', 1, 'a', 'x', 'b', 2, 1, 2, true, 3, 1.50, 4, date '2025-01-01', 5, timestamp '2025-01-01 10:00', 6), jsonb_build_object()
select json_build_object(null, 1)
select jsonb_build_object(null, 1)
select json_build_object('a')
select jsonb_build_object('a', 1, 'b')
select json_build_object('{}'::json, 1)
select jsonb_build_object(row(1, 2), 1)
select json_build_array(1, 'a', null, true, 1.50, '{"a": 1}'::json, row(1, 'x')), json_build_array()
select jsonb_build_array(1, 'a', null, '{"b":1,"a":2}'::json, row(1, 'x')), jsonb_build_array()
select json_object('{a,1,b,"d ef",c,NULL}'), jsonb_object('{b,1,a,2}'), json_object('{a,b}', '{1,NULL}'), jsonb_object('{a,a}', '{1,2}'), json_object('{}'), json_object('{}', '{}')
select json_object('{a,b,c}')
select json_object('{a,b}', '{1}')
select json_object('{a,NULL}', '{1,2}')
select jsonb_object('{NULL,1}')
select row_to_json(row(1, 'a', null)), row_to_json(row(1, row(2, 3)), true), row_to_json(row(1, 2), false), to_jsonb(row(1, 'a', null)), row_to_json(row())
select row_to_json(s), to_jsonb(s) from t.s s where id < 4 order by id
select row_to_json(x) from (select id, i4 as "B b", d, e, u, f, b from t.n where id in (1, 3, 4) order by id) x
select to_jsonb(m) from t.m m where id in (1, 4, 5) order by id
select n.id, to_jsonb(s), row_to_json(s) from t.n n left join t.s s on s.n_id = n.id where n.id in (1, 3) order by n.id
select jsonb_agg(i4 order by id), json_agg(g order by id desc), jsonb_agg(d), json_agg(b) from t.n where id < 5
select json_agg(x) from (select id, g from t.n where id < 3 order by id) x
select jsonb_agg(x) from (select id, g from t.n where id < 3 order by id) x
select jsonb_agg(distinct g), json_agg(distinct i2), jsonb_agg(distinct g order by g desc) from t.n
select json_agg(distinct '1'::json)
select json_agg(id) filter (where id > 100), jsonb_agg(id) filter (where id < 3) from t.n
select g, jsonb_object_agg(id, i4), json_object_agg(id, f order by id desc) from t.n where id < 5 group by g order by g
select json_object_agg(k, v), jsonb_object_agg(k, v) from (values ('a', 1), ('a', 2), ('b', null)) t(k, v)
select json_object_agg(null, 1)
select jsonb_object_agg(k, 1) from (values (null::text)) t(k)
select jsonb_object_agg(true, 1), json_object_agg(1.50, 2), json_object_agg(1, 1) filter (where false)
select id, jsonb_agg(id) over (order by id rows between 1 preceding and current row), json_object_agg(id, g) over (order by id rows 1 preceding) from t.n where id < 4
select jsonb_build_object('total', count(*), 'by', jsonb_object_agg(g, c)) from (select g, count(*) as c from t.n where g is not null group by g) x
-- Taking apart.
select json_array_length('[1, [2, 3], {}]'), jsonb_array_length('[]'), json_typeof('1'), jsonb_typeof('null'), jsonb_typeof('"x"'), json_typeof(' [1]'), jsonb_typeof('{}'), json_typeof('false')
select jsonb_array_length('{}')
select json_array_length('1')
select * from jsonb_each('{"b": [1, 2], "a": null, "c": "x"}')
select * from json_each('{"b": [1,  2], "a": null, "a": "x\u0041"}')
select * from jsonb_each_text('{"b": [1, 2], "a": null, "c": "x"}')
select * from json_each_text('{"b": [1,  2], "a": null, "a": "x\u0041"}') as e(k, v) where v is not null
select jsonb_each('{"a": 1}'), jsonb_object_keys('{"a": 1}'), json_array_elements('[1, "x"]')
select jsonb_each('1')
select jsonb_each_text('[]')
select json_each('1')
select json_each('[]')
select * from jsonb_array_elements('[1, "a", null, [2]]')
select * from jsonb_array_elements_text('[1, "a", null, [2]]') with ordinality
select * from json_array_elements('[1,  {"a" : 1}, "a"]') with ordinality as t(e, n)
select x ->> 'a' as a, x from jsonb_array_elements('[{"a": 1}, {"a": 2}]') as x
select n.id, e.value from t.n n, jsonb_array_elements(jsonb_build_array(n.id, n.g)) e where n.id < 3 order by n.id
select jsonb_array_elements('1')
select jsonb_array_elements_text('{}')
select json_array_elements('1')
select json_array_elements_text('{}')
select * from jsonb_object_keys('{"bb": 1, "a": 2}') k
select json_object_keys('{"bb": 1, "a": 2, "a": 3}')
select jsonb_object_keys('[]')
select json_object_keys('1')
select jsonb_array_elements(null), 1
select * from jsonb_each(null)
select * from rows from (jsonb_array_elements('[1, 2]'), jsonb_object_keys('{"a": 1}')) with ordinality
select json_strip_nulls('{"a": [1,  null, {"x":null, "y":1e3}], "b":"x\u0041", "a":null}'), json_strip_nulls(' "\u0041"'), jsonb_strip_nulls('{"a": null, "b": [null, {"c": null}], "d": {"e": null}}'), jsonb_strip_nulls('null')
select jsonb_pretty('{"a": [], "b": {"c": [1, {"d": null}]}, "e": {}}'), jsonb_pretty('1')
select jsonb_set('{"a": {"b": 1}, "c": [1, 2]}', '{a,b}', '99'), jsonb_set('{"a": 1}', '{x}', '"new"'), jsonb_set('{"a": 1}', '{x}', '"new"', false), jsonb_set('{"c": [1, 2]}', '{c,-1}', 'null'), jsonb_set('[1, 2]', '{5}', '9'), jsonb_set('[1, 2]', '{-5}', '9'), jsonb_set('{"a": 1}', '{a,b}', '1'), jsonb_set('{}', '{a,b}', '1'), jsonb_set('[]', '{0}', '1'), jsonb_set('{"a": 1}', '{}', '2'), jsonb_set('{"a": 1}', null, '2')
select jsonb_set('[]', '{a}', '1')
select jsonb_set('[1]', '{a}', '1')
select jsonb_set('1', '{a}', '1')
select jsonb_set('{"a": 1}', '{NULL}', '1')
select jsonb_set('{"a": {}}', '{a,NULL}', '1')
select jsonb_insert('{"c": [1, 2]}', '{c,1}', '"x"'), jsonb_insert('{"c": [1, 2]}', '{c,1}', '"x"', true), jsonb_insert('[1, 2]', '{-1}', '9', true), jsonb_insert('{"a": 1}', '{b}', '2'), jsonb_insert('[1, 2]', '{-9}', '0'), jsonb_insert('[1, 2]', '{9}', '0')
select jsonb_insert('{"a": 1}', '{a}', '2')
select jsonb_set_lax('{"a": 1}', '{a}', null), jsonb_set_lax('{"a": 1}', '{b}', null, true, 'delete_key'), jsonb_set_lax('{"a": 1}', '{a}', null, true, 'delete_key'), jsonb_set_lax('{"a": 1}', '{a}', null, true, 'return_target'), jsonb_set_lax('{"a": 1}', '{b}', '2', false), jsonb_set_lax(null, '{a}', '1')
select jsonb_set_lax('{"a": 1}', '{a}', null, true, 'raise_exception')
select jsonb_set_lax('{"a": 1}', '{a}', null, true, 'x')
-- Records.
select * from json_to_record('{"a":1,"b":"x","d":{"x":1}, "e":null}') as x(a int, b text, d json, e int, f text)
select * from jsonb_to_record('{"a": "1", "b": {"c":  1}, "d": true, "t": "2025-08-23T09:00:00Z", "n": 1.255, "v": 12}') as x(a int, b text, d boolean, t timestamptz, n numeric(4,2), v varchar(3))
select * from jsonb_to_recordset('[{"a": 1.5, "b": true}, {"a": "2", "b": {"x": "y"}}, {"b": "z"}]') as x(a numeric, b text)
select x.a + 1, x.b from t.n n, jsonb_to_recordset(jsonb_build_array(jsonb_build_object('a', n.id, 'b', n.g))) as x(a int, b text) where n.id < 3 order by 1
select * from json_to_recordset('[{"a":1,"a":2,"b":[1,  2]},{"b":"x"}]') as x(a int, b json) where a is not null
select * from jsonb_to_recordset('{"a": 1}') as x(a int)
select * from jsonb_to_recordset('[1]') as x(a int)
select * from jsonb_to_recordset('[null]') as x(a int)
select * from json_to_recordset('{"a":1}') as x(a int)
select * from json_to_recordset('1') as x(a int)
select * from json_to_recordset('[1]') as x(a int)
select * from jsonb_to_record('[1]') as x(a int)
select * from json_to_record('1') as x(a int)
select * from jsonb_to_record('{"a": "x"}') as x(a int)
select * from jsonb_to_record('{"a": 1.5}') as x(a int)
select * from jsonb_to_record('{"a": {"b": 1}}') as x(a int)
select * from jsonb_to_record('{"a": "abc"}') as x(a varchar(2))
select * from jsonb_to_record('{"a": 99999}') as x(a smallint)
select * from jsonb_to_record('{"a": "yes", "b": "x"}') as x(a boolean, b jsonb)
select * from jsonb_to_record(null) as x(a int)
select * from jsonb_to_recordset(null) as x(a int)
select * from jsonb_to_record('{"a": 1}')
select * from jsonb_populate_record(null::t.s, '{"id": 1, "a": "x", "zz": 1}')
select * from jsonb_populate_record(row(1, 'b', 'c', 'd', 5)::t.s, '{"a": null, "v": "w"}')
select * from json_populate_recordset(null::t.s, '[{"id":1},{"a":"z"}]')
select (jsonb_populate_record(n, '{"d": 1.2, "b": false, "u": 7.50, "f": 1e3}')).* from t.n n where id in (1, 3) order by id
select jsonb_populate_record(null::t.s, '{"id": 1}'), jsonb_populate_record(null::t.s, null)
select jsonb_populate_record(1, '{}')
select row(1, 2)::t.s
-- Arrays, assignments to elements, and json among other clauses.
select to_jsonb(array[1,2]), to_json(array['a',null]), jsonb_build_object('a', array[1.50,2]), json_agg(array[1,2]), row_to_json(row(array[1,2])), array_to_json(array[[1,2],[3,4]]), array_to_json(array[1,2], true), to_jsonb(array[now()]) is not null
select '{"a": 1}'::jsonb - array['a'], '{"a": {"b": 1}}'::jsonb #- array['a','b'], '{"a": {"b": 1}}'::jsonb #> array['a','b'], '{"a":1}'::jsonb ?| array['a','z']
select json_object(array['a','1']), json_object('{{a,1},{b,2}}'), jsonb_object(array[['a','1'],['b','2']])
select json_object('{{a,1,2},{b,2,3}}')
select json_object('{{{a,1},{b,2}}}')
select jsonb_set('{"a":1}', array['b'], '2'), jsonb_extract_path('{"a":1}', variadic array['a']), json_build_array(variadic array[1,2]), json_build_object(variadic array['a','b']), jsonb_build_object(variadic array['a','b','c','d'])
select * from json_to_record('{"a":[1,2],"b":["x",null],"c":[[1,2],[3,4]],"d":"{5,6}"}') as x(a int[], b text[], c int[], d int[])
select * from jsonb_to_record('{"a":1}') as x(a int[])
select * from jsonb_to_record('{"a":{"b":1}}') as x(a int[])
select * from jsonb_to_record('{"a":[[1],2]}') as x(a int[])
select * from jsonb_to_record('{"a":[[1],[2,3]]}') as x(a int[])
select * from jsonb_to_record('{"a":["x"]}') as x(a int[])
select * from jsonb_to_recordset('[{"a":["2025-08-23"],"n":[1.255]}]') as x(a date[], n numeric(4,2)[])
select array(select jsonb_array_elements_text('["a","b"]')), array_agg(x) from jsonb_array_elements('[1,{"a":2}]') x
select array['{"a": 1}'::jsonb, '[1]'], array['{"a":  1}'::json], '{"{\"a\": 1}",NULL}'::jsonb[]
select to_jsonb(array['{"a": 1}'::jsonb]), to_json(array['{"b":  1}'::json]), to_jsonb(array['1'::json])
select '{"a": [1,2]}'::jsonb @> '{"a": [2]}', jsonb_build_object('a', null::int[]), to_jsonb('{}'::int[])
select unnest(array['{"a": 1}'::jsonb]) -> 'a', ('{"a": 1}'::jsonb = any(array['{"a": 1.0}'::jsonb, '2']))
select jsonb_agg(row(1, 'a')), jsonb_agg(s) from (select 1 as x, array[1] as y) s
select to_jsonb('NaN'::float8), jsonb_build_array('NaN'::numeric, 'Infinity'::float8), to_json('-Infinity'::float4), to_jsonb(1.1::float4)
create table t.z1 (id int, m jsonb); insert into t.z1 values (1,'{"a":1}'); update t.z1 set m['b'] = '5', m['c']['d'] = '"x"' returning m
create table t.z2 (id int, m jsonb); insert into t.z2 values (1,'[1]'); update t.z2 set m[3] = '5' returning m
create table t.z3 (id int, m jsonb); insert into t.z3 values (1,null); update t.z3 set m['a'][1] = '5' returning m
create table t.z4 (id int, m jsonb); insert into t.z4 values (1,'{"a":1}'); update t.z4 set m['a']['b'] = '5' returning m
create table t.z5 (id int, m jsonb); insert into t.z5 values (1,'[1]'); update t.z5 set m[-2] = '5' returning m
create table t.z6 (id int, m jsonb); insert into t.z6 values (1,'[1]'); update t.z6 set m['x'] = '5' returning m
create table t.z7 (id int, m jsonb); insert into t.z7 values (1,'{}'); update t.z7 set m['x'] = 5 returning m
create table t.z8 (id int, m jsonb); insert into t.z8 values (1,'{}'); update t.z8 set m['x'] = null, m['y'] = to_jsonb(id) returning m
create table t.z9 (id int, m jsonb); insert into t.z9 values (1,'3'); update t.z9 set m['x'] = '5' returning m
create table t.z10 (id int, m jsonb); insert into t.z10 values (1,null); update t.z10 set m[2] = '5' returning m
create table t.z11 (id int, m jsonb); insert into t.z11 values (1,'{"a":[]}'); update t.z11 set m['a'][1]['b'] = '5', m['1'] = '{}' returning m
create table t.z12 (id int, m jsonb); insert into t.z12 values (1,'{}'); update t.z12 set m['x'] = '1', m = '{}' returning m
create table t.z13 (id int, m jsonb); insert into t.z13 values (1,'{}'); update t.z13 set m[null] = '1' returning m
select json_build_array(1, 'a', null), jsonb_build_array('x', '{"a":1}'::jsonb, 2), json_build_array(array[1,2], 'int4', 'UTC')
create table t.z (id int, m jsonb, c text); insert into t.z values (1,'{"a":1}','x'); update t.z set m = jsonb_set(z.m,'{company}', to_jsonb(s.a)) from t.s s where s.id = z.id returning z.id, z.m
create table t.z (id int, m jsonb unique)
create table t.z (id int primary key, m jsonb default '{"b":1,"a":2}', j json); insert into t.z (id, j) values (1, '{"b":1,  "a":2}') returning *
create table t.z (m jsonb); insert into t.z values ('{bad'); select 1
create table t.z (m jsonb); create index on t.z using gin (m); insert into t.z values ('{"a":1}'); select * from t.z where m @> '{"a":1}'
create table t.z (m jsonb); create index on t.z ((m ->> 'a')); create index on t.z ((m #>> '{a,b}')); insert into t.z values ('{"a":1}'); select * from t.z where m ->> 'a' = '1'
create table t.z (m jsonb check (jsonb_typeof(m) = 'object')); insert into t.z values ('[]')
create table t.z (m jsonb generated always as ('{"a":1}'::jsonb || '{"b":2}') stored, id int); insert into t.z (id) values (1) returning m
create view t.v as select id, to_jsonb(n) as j from t.n n where id < 2; select j ->> 'g', j -> 'i4' from t.v
select distinct j from (values ('1'::jsonb), ('1.0'), ('"a"')) t(j) order by j
select j, count(*) from (values ('{"a":1}'::jsonb), ('{"a":1.0}')) t(j) group by j having count(*) > 1
select a.j from (values ('1'::jsonb)) a(j) join (values ('1.0'::jsonb)) b(j) on a.j = b.j
select a.j from (values ('1'::jsonb)) a(j) join (values ('1.0'::jsonb)) b(j) using (j)
select row_number() over (partition by j order by j) from (values ('1'::jsonb), ('1.0')) t(j)
select j from (values ('{"p": 10.50}'::jsonb), ('{"p": 9}')) t(j) order by (j ->> 'p')::numeric, j -> 'p'
select sum((j ->> 'p')::numeric), avg((j -> 'p')::numeric), max(j ->> 'p') from (values ('{"p": 10.50}'::jsonb), ('{"p": 9}')) t(j)
select case when true then '1'::jsonb else '{}' end, coalesce('{"a":1}'::jsonb -> 'b', '[]'), nullif('{}'::jsonb, '{}')
select '{"a": 1}'::jsonb is distinct from '{"a": 1.0}', '1'::jsonb in (select '1.0'::jsonb), '1'::jsonb = any (select '1.0'::jsonb)
select lag(j) over (order by j), first_value(j) over (order by j desc) from (values ('1'::jsonb), ('[2]')) t(j)
select string_agg(e ->> 'n', ',' order by (e ->> 'o')::int) from jsonb_array_elements('[{"n":"b","o":2},{"n":"a","o":1}]') e
select k, v from jsonb_each_text('{"a":1}') as t(k, v) union all select key, value from jsonb_each_text('{"b":2}') order by 1
select (jsonb_each('{"a":1}')).key, (jsonb_each_text('{"a":1}')).*
select e.key, e.value ->> 0 from jsonb_each('{"a":[1],"b":[2]}') as e where e.value @> '[2]'
select jsonb_object_agg(key, value) from jsonb_each('{"a":1,"b":null}') where value <> 'null'
select exists (select 1 from jsonb_array_elements('[1,2]') x where x = '2'), array(select x::int from jsonb_array_elements('[1,2]') x)
select count(*) from t.n, lateral jsonb_array_elements_text(case when id = 1 then '["a"]'::jsonb else '[]' end) x
select n.id, x from t.n n left join lateral jsonb_array_elements_text(case when id = 1 then '["a","b"]'::jsonb else '[]' end) x on true where id < 3 order by 1, 2
select jsonb_build_object('rows', (select jsonb_agg(x) from (select id, g from t.n where id < 3 order by id) x), 'n', (select count(*) from t.n))
with recursive r(k, v) as (select key, value from jsonb_each('{"a":{"b":{"c":1}}}') union all select r.k || '.' || e.key, e.value from r, jsonb_each(case when jsonb_typeof(r.v) = 'object' then r.v else '{}' end) e) select * from r
select jsonb_array_elements('[3,1,2]') as x order by x
select x from jsonb_array_elements('[3,1,2]') x order by x desc limit 2
select jsonb_typeof(to_jsonb(g)) as t, count(*) from t.n group by 1 order by 1
select pg_typeof('{"a":1}'::jsonb -> 'a'), pg_typeof('{"a":1}'::json ->> 'a'), pg_typeof(jsonb_agg(1)), pg_typeof('$'::jsonpath)
select '[1,2]'::jsonb -> 1::bigint
select '{"a":1}'::jsonb -> null, '{"a":1}'::jsonb #> null, '{"a":1}'::jsonb ? null
select '{"a":1}'::json ? 'a'
select '{"a":1}'::json || '{}'
select '{"a":1}'::json @> '{}'
select '{"a":1}'::json - 'a'
select jsonb_array_length('[1]'::json)
select json_array_length('[1]'::jsonb)
select jsonb_array_length('x'::text)
select jsonb_nosuch('1')
select jsonb_set('{}', '{a}', 5)
select jsonb_set('{}'::jsonb, '{a}', '5'::text)
select * from jsonb_to_record('{"a":1}') as x(a nosuch)
select * from jsonb_array_elements('[1]') as x(a int)
select * from jsonb_each('{"a":1}') as x(a)
select * from jsonb_each('{"a":1}') as x(a, b, c)
select jsonb_agg(id order by id) over () from t.n
select jsonb_agg() from t.n
select jsonb_agg(*) from t.n
