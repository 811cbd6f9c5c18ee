-- jsonpath: the type and its text.
select '$.a[*] ? (@.b > 1 && !(@.c == "x")).type()'::jsonpath, 'strict $.**{2 to last}."x y"[last, 0 to 1]'::jsonpath, '$x + -1 * (2 + 3).abs()'::jsonpath
select '1 .type()'::jsonpath, '(1).type()'::jsonpath, '+1'::jsonpath, '+$'::jsonpath, '- -1'::jsonpath, '-(1).abs()'::jsonpath, 'true'::jsonpath, 'null'::jsonpath, '"x"'::jsonpath
select '1.5e3'::jsonpath, '-.5'::jsonpath, '1.'::jsonpath, '$.a.*.b[*]'::jsonpath, '$.type'::jsonpath, '$.TRUE'::jsonpath, '$.datetime("YYYY")'::jsonpath, '$.**{last}'::jsonpath, '$.**{0}'::jsonpath, '$.**{1 to 2}.a'::jsonpath, '$.**{last to 3}'::jsonpath
select '-$.a.abs()'::jsonpath, '-($.a + 1)'::jsonpath, '(-1).abs()'::jsonpath, '1 - (2 - 3)'::jsonpath, '(1 - 2) - 3'::jsonpath, '2 * (3 + 4) / 5 % 6'::jsonpath
select '$[1 + 2 to $.b - 1, last - 1]'::jsonpath, '$ ? (exists (@.a ? (@ > 1)))'::jsonpath, '$ ? (@ starts with $x)'::jsonpath, '$ ? ((@.a == 1) is unknown)'::jsonpath, '!($ == 1)'::jsonpath, '($ == 1).type()'::jsonpath, '($.a > 1) is unknown'::jsonpath, '$.a == 1 || $.b == 2 && $.c starts with "x"'::jsonpath, 'exists($.a)'::jsonpath
select '$.a == -1'::jsonpath, '$.a * -$.b'::jsonpath, '$ ? (@ like_regex "a" flag "smi")'::jsonpath, '$.a <> 1'::jsonpath, 'lax $'::jsonpath, 'STRICT $'::jsonpath, '$."a\"b"'::jsonpath, '$ /* c */ . a'::jsonpath, '$."\u0041\x42\u{43}\q\v"'::jsonpath
select '$ ? (1 == 1 && (2 == 2 || 3 == 3))'::jsonpath, '$ ? (!(1 == 1) || exists($.a))'::jsonpath, '$.a'::jsonpath::text, '$.a'::text::jsonpath
select ''::jsonpath
select '$.'::jsonpath
select '$ a'::jsonpath
select '$.a.b()'::jsonpath
select '$.a ? (@.b like_regex "^a" flag "ix")'::jsonpath
select '$.a ? (@.b like_regex "^a" flag "z")'::jsonpath
select '$.a ? (@.b like_regex "(")'::jsonpath
select '@.a'::jsonpath
select 'last'::jsonpath
select '1a'::jsonpath
select '1.type()'::jsonpath
select '01'::jsonpath
select '$.a ? (@ > 1) is unknown'::jsonpath
select '"abc'::jsonpath
select '1 < 2 < 3'::jsonpath
select '($.a == 1) + 1'::jsonpath
select '!$.a'::jsonpath
select 'True'::jsonpath
select '$."\u0000"'::jsonpath
select '$ ? (@.a)'::jsonpath
select '$[1'::jsonpath
select '$[]'::jsonpath
select '$.a = 1'::jsonpath
select '$ /* x'::jsonpath
select '$'::jsonpath = '$'
select ('$' || repeat('.a', 100))::jsonpath is not null
-- Accessors.
select jsonb_path_query('{"a": [1, 2, {"b": 3}]}', '$.a[*]'), jsonb_path_query_array('{"a": [1, 2, {"b": 3}]}', '$.a[*].b'), jsonb_path_query_first('[1, 2]', '$[last]')
select jsonb_path_query_array('{"a": {"x": 1}, "b": [1, 2]}', '$.*'), jsonb_path_query_array('[{"a": 1}, {"a": 2}, 3]', '$.a'), jsonb_path_query_array('[[1, 2], [3]]', '$[*][*]'), jsonb_path_query_array('[1, 2, 3, 4]', '$[0, 2 to 3]'), jsonb_path_query_array('[1, 2, 3]', '$[last - 1 to last]'), jsonb_path_query_array('[1, 2, 3]', '$[5]'), jsonb_path_query_array('[1, 2]', '$[1.9]'), jsonb_path_query_array('5', '$[0]'), jsonb_path_query_array('5', '$[*]'), jsonb_path_query_array('[1, 2, 3]', '$[2 to 0]')
select jsonb_path_query('[1]', 'strict $.a')
select jsonb_path_query('{"a": 1}', 'strict $.b')
select jsonb_path_query('{"a": 1}', 'strict $[0]')
select jsonb_path_query('{"a": 1}', 'strict $[*]')
select jsonb_path_query('[1]', 'strict $[1]')
select jsonb_path_query('[1]', 'strict $.*')
select jsonb_path_query('[1]', '$["a"]')
select jsonb_path_query('[1]', '$[99999999999]')
select jsonb_path_query_array('[1]', 'strict $.a', '{}', true), jsonb_path_query_array('[1, {"a": 2}]', 'strict $[*].a', '{}', true)
select jsonb_path_query_array('{"a": {"b": [1, {"c": 2}]}, "d": 3}', '$.**'), jsonb_path_query_array('{"a": {"b": [1, {"c": 2}]}, "d": 3}', '$.**{1}'), jsonb_path_query_array('{"a": {"b": [1, {"c": 2}]}, "d": 3}', '$.**{2 to last}'), jsonb_path_query_array('{"a": {"b": [1, {"c": 2}]}, "d": 3}', '$.**{last}'), jsonb_path_query_array('{"a": {"c": [1, {"c": 2}]}, "c": 3}', '$.**.c'), jsonb_path_query_array('{"a": {"c": [1, {"c": 2}]}, "c": 3}', 'strict $.**.c')
select jsonb_path_query_array('{"a": 1, "b": "x"}', '$.a, $.b')
-- Filters and conditions.
select jsonb_path_query_array('[{"a": 1, "b": "x"}, {"a": 5, "b": "y"}, {"a": "5"}]', '$[*] ? (@.a > 1)'), jsonb_path_query_array('[1, 2, 3, 4]', '$[*] ? (@ > 1 && @ < 4)'), jsonb_path_query_array('[1, "a", null, true, [1], {"x": 1}]', '$[*] ? (@ == 1 || @ == "a" || @ == null || @ == true)'), jsonb_path_query_array('[1, 2, null]', '$[*] ? (@ != null)'), jsonb_path_query_array('["a", "b"]', '$[*] ? (!(@ == "a"))')
select jsonb_path_query_array('["abc", "ABC", "b\nc", 1]', '$[*] ? (@ like_regex "^a")'), jsonb_path_query_array('["abc", "ABC", "b\nc"]', '$[*] ? (@ like_regex "^a" flag "i")'), jsonb_path_query_array('["b\nc"]', '$[*] ? (@ like_regex "b.c")'), jsonb_path_query_array('["b\nc"]', '$[*] ? (@ like_regex "b.c" flag "s")'), jsonb_path_query_array('["b\nc"]', '$[*] ? (@ like_regex "^c" flag "m")'), jsonb_path_query_array('["a.c", "abc"]', '$[*] ? (@ like_regex "a.c" flag "q")')
select jsonb_path_query_array('["abc", "xbc", 1]', '$[*] ? (@ starts with "a")'), jsonb_path_query_array('["abc", "xbc"]', '$[*] ? (@ starts with $p)', '{"p": "x"}'), jsonb_path_query_array('[{"a": 1}, {"b": 1}]', '$[*] ? (exists (@.a))'), jsonb_path_query_array('[{"a": 1}, {"b": 1}]', 'strict $[*] ? (exists (@.a))'), jsonb_path_query_array('[1, "x"]', '$[*] ? ((@ > 0) is unknown)')
select jsonb_path_query_array('{"a": [1, 5]}', '$.a > 3'), jsonb_path_query_array('{"a": [1, 5]}', 'strict $.a > 3'), jsonb_path_query_array('{"a": [1, 5]}', 'strict $.a[*] > 3'), jsonb_path_query_array('[1, 2]', '$[*] == 2'), jsonb_path_query_array('{}', '$.a == 1'), jsonb_path_query_array('{}', 'exists($.a)'), jsonb_path_query_array('["a", 1]', '$[*] > 0'), jsonb_path_query_array('["a", 1]', 'strict $[*] > 0'), jsonb_path_query_array('[1, "a"]', 'strict $[*] > 0')
select jsonb_path_query_array('[{"v": 3}, {"v": 7}]', '$[*].v ? (@ > $min && @ <= $max)', '{"min": 2, "max": 5}'), jsonb_path_query_array('{"a": [{"b": 1}, {"b": 2}], "c": 2}', '$.a[*] ? (@.b == $.c)'), jsonb_path_query_array('[1]', '$v', '{"v": {"x": [1]}}')
select jsonb_path_query('1', '$x')
select jsonb_path_query('1', '$x', '[1]')
select jsonb_path_query('1', '$ ? (@ == $x)', '{}', true)
-- Arithmetic and methods.
select jsonb_path_query('{"a": 7, "b": 2}', '$.a + $.b'), jsonb_path_query('{"a": 7, "b": 2}', '$.a - $.b * 2'), jsonb_path_query('{"a": 7, "b": 2}', '$.a / $.b'), jsonb_path_query('{"a": 7, "b": 2}', '$.a % $.b'), jsonb_path_query('{"a": 7}', '-$.a'), jsonb_path_query('[1, 2]', '-$[*]'), jsonb_path_query('[5]', '$ + 1'), jsonb_path_query('1.50', '$ * 2.0')
select jsonb_path_query('{"a": "x"}', '$.a + 1')
select jsonb_path_query('[1, 2]', '$[*] + 1')
select jsonb_path_query('[1, 2]', '1 + $')
select jsonb_path_query('1', '$ / 0')
select jsonb_path_query('"a"', '-$')
select jsonb_path_query_array('1', '$ / 0', '{}', true), jsonb_path_query_array('[1, 0]', '$[*] ? (10 / @ > 1)')
select jsonb_path_query_array('[1, "a", null, true, [], {}]', '$[*].type()'), jsonb_path_query('[1, 2]', '$.size()'), jsonb_path_query('5', '$.size()'), jsonb_path_query_array('[-1.5, 2]', '$[*].abs()'), jsonb_path_query_array('[-1.5, 2.3]', '$.floor()'), jsonb_path_query_array('[-1.5, 2.3]', '$[*].ceiling()'), jsonb_path_query_array('["1.5", 2, "1e3"]', '$.double()'), jsonb_path_query('[[1], [2]]', '$[*].size()')
select jsonb_path_query('5', 'strict $.size()')
select jsonb_path_query('"x"', '$.abs()')
select jsonb_path_query('"x"', '$.double()')
select jsonb_path_query('"nan"', '$.double()')
select jsonb_path_query('true', '$.double()')
select jsonb_path_query('1', '$.keyvalue()')
select jsonb_path_query('{"a": 1, "b": [1, 2]}', '$.keyvalue()'), jsonb_path_query_array('{"a": 1, "b": [1, 2]}', '$.keyvalue().key')
select jsonb_path_query('[{"a":1},{"b":2.5, "c": "xyz"}]', '$[*].keyvalue().keyvalue()')
select jsonb_path_query('{"aa": {"b": 12345.678, "cc": "xyz"}, "z": [{"q": -100000000}, {"w": [1]}]}', '$.* ? (@.type() == "object").keyvalue()'), jsonb_path_query('{"aa": "x", "z": [{"q": 10000.0001}, {"w": [1]}, {"x": true}]}', '$.z[*].keyvalue()')
select jsonb_path_query('{}', '$v.keyvalue()', '{"v": {"a": 1}, "u": "xyz"}')
-- Times.
select jsonb_path_query('"2025-08-23"', '$.datetime()'), jsonb_path_query('"2025-08-23T10:00:00.5+02"', '$.datetime().type()'), jsonb_path_query('"10:00:00"', '$.datetime()'), jsonb_path_query('"2025-08-23 10:00:00+05:30"', '$.datetime()'), jsonb_path_query('"10:00:00-03:00"', '$.datetime()'), jsonb_path_query('"2025-8-3 1:2:3.25"', '$.datetime()')
select jsonb_path_query('"2025-08-32"', '$.datetime()')
select jsonb_path_query('1', '$.datetime()')
select jsonb_path_query_array('["2025-08-23", "2025-08-24", "2025-08-23 12:00:00", "10:00:00"]', '$[*].datetime() ? (@ > "2025-08-23 06:00:00".datetime())'), jsonb_path_query_array('["10:00:00", "11:00:00"]', '$[*].datetime() ? (@ < "10:30:00".datetime())'), jsonb_path_query_array('["2025-08-23 10:00:00+02", "2025-08-23 09:00:00+00"]', '$[*].datetime() ? (@ <= "2025-08-23 08:00:00+00".datetime())')
select jsonb_path_query_array('["2025-08-23"]', '$[*].datetime() ? (@ > "2025-08-23T12:00:00+00".datetime())')
select jsonb_path_query_array_tz('["2025-08-23", "2025-08-24"]', '$[*].datetime() ? (@ > "2025-08-23T12:00:00+00".datetime())'), jsonb_path_exists_tz('["2025-08-23"]', '$[*].datetime() ? (@ == "2025-08-23T00:00:00+00".datetime())')
-- Functions and operators.
select jsonb_path_exists('[1, 2]', '$[*] ? (@ > 1)'), jsonb_path_exists('[1]', '$[*] ? (@ > 1)'), jsonb_path_exists('[1]', 'strict $.a', '{}', true), jsonb_path_match('{"a": 1}', '$.a == 1'), jsonb_path_match('{"a": 1}', '$.a == "x"'), jsonb_path_match('1', '$', '{}', true), jsonb_path_match('true', '$')
select jsonb_path_match('1', '$')
select jsonb_path_match('[true, true]', '$[*]')
select jsonb_path_exists('[1]', 'strict $.a')
select '[1, 2]'::jsonb @? '$[*] ? (@ > 1)', '[1]'::jsonb @? 'strict $.a', '{"a": 5}'::jsonb @@ '$.a > 3', '{"a": "x"}'::jsonb @@ '$.a > 3', '1'::jsonb @@ '$', '[]'::jsonb @? '$[*]'
select jsonb_path_query_first('[]', '$[*]'), jsonb_path_query_array(null, '$'), jsonb_path_exists('1', null)
select * from jsonb_path_query('[{"x": 1}, {"x": 2}]', '$[*].x') with ordinality as t(v, n)
select n.id, v from t.n n, jsonb_path_query(to_jsonb(n), '$.* ? (@.type() == "string")') v where n.id < 3 order by 1, 2
select jsonb_path_query_array('[1, 2, 3]', ('$[' || 1 || ']')::jsonpath)
select jsonb_path_query_array('[1]', '$', vars => '{}', silent => true), jsonb_path_exists('[1]', 'strict $.a', silent => true), jsonb_set('{"a": 1}', '{b}', '2', create_if_missing => false), jsonb_insert('[1]', '{0}', '2', insert_after => true)
select jsonb_set(target => '{"a":1}', path => '{a}', new_value => '2')
select * from jsonb_path_query('[1, 2]', '$[*] ? (@ > $x)', vars => '{"x": 1}')
