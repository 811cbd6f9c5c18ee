create schema t;
create table t.n (id int primary key, i2 smallint, i4 int, i8 bigint, d numeric(12,2), e numeric(6,3), u numeric, f double precision, b boolean, g text);
insert into t.n values
  (1, 1, 10, 100, 12.50, 1.250, 2.5, 0.5, true, 'a'), (2, -1, -10, -100, -12.50, -1.250, 2.50, -0.5, false, 'a'),
  (3, 0, 0, 0, 0.00, 0.000, 0, 0, null, 'b'), (4, null, null, null, null, null, null, null, true, 'b'),
  (5, 32767, 2147483647, 9223372036854775807, 9999999999.99, 999.999, 12345678901234567890.12345, 1e300, false, 'c'),
  (6, -32768, -2147483648, -9223372036854775808, -9999999999.99, -999.999, -0.000001, -1e-300, null, null),
  (7, 7, 42, 1000000007, 0.10, 0.333, 0.1, 0.1, true, 'c'), (8, 3, 7, 5, 100.00, 2.500, 1000, 3.25, false, 'zebra');
create table t.s (id int primary key, a text, v varchar(10), g text, n_id int);
insert into t.s values
  (1, 'abc', 'Abc', 'a', 1), (2, '', '', 'a', 2), (3, null, null, 'b', null), (4, ' pad ', 'x y', 'b', 4), (5, 'ñandú', 'Ñ', 'c', 5),
  (6, '100%', 'a_b', null, 1), (7, 'O''Neil', '12', 'zebra', 99), (9, 'ABC', '-2.5', 'c', 7), (10, 'back\slash', 'zz', 'd', 8);
create table t.m (id int primary key, tz timestamptz, ts timestamp, dt date, iv interval, g text, q int);
insert into t.m values
  (1, '2025-08-23 09:00:00+00', '2025-08-23 09:00:00', '2025-08-23', '1 day', 'a', 1), (2, '1969-12-31 23:59:59.999999+00', '1969-12-31 23:59:59.999999', '1969-12-31', '-1 day', 'a', 2),
  (3, '1970-01-01 00:00:00+00', '1970-01-01 00:00:00', '1970-01-01', '24:00:00', 'b', 3), (4, null, null, null, null, 'b', null),
  (5, '2024-02-29 12:34:56.789+00', '2024-02-29 12:34:56.789', '2024-02-29', '1 mon', 'c', 5), (6, '2025-03-09 07:30:00+00', '2025-03-09 02:30:00', '2025-03-09', '30 days', null, 6),
  (7, '2025-11-02 05:30:00+00', '2025-11-02 01:30:00', '2025-11-02', '1 year 2 mons 3 days 04:05:06.789', 'c', 7), (8, '1900-03-01 00:00:00+00', '1900-03-01 00:00:00', '1900-03-01', '00:00:00', 'zebra', 8);
