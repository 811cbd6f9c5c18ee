import Testing

@testable import PostgresDialect

/// Each pair was shown to PostgreSQL 15, which gives both sides the same view definition.
@Suite struct PrecedenceTests {
  static let pairs: [(String, String)] = [
    ("a + b * c", "a + (b * c)"),
    ("a * b + c", "(a * b) + c"),
    ("a - b - c", "(a - b) - c"),
    ("a / b * c % d", "((a / b) * c) % d"),
    ("a ^ b ^ c", "(a ^ b) ^ c"),
    ("- a ^ b", "(- a) ^ b"),
    ("a ^ - b", "a ^ (- b)"),
    ("- a * b", "(- a) * b"),
    ("- a::bigint", "- (a::bigint)"),
    ("@ a + b", "@ (a + b)"),
    ("@ - a", "@ (- a)"),
    ("a + @ b * c", "a + (@ (b * c))"),
    ("a << b + c", "a << (b + c)"),
    ("a << b << c", "(a << b) << c"),
    ("a # b & c", "(a # b) & c"),
    ("a + b << c * d", "(a + b) << (c * d)"),
    ("s || u || s", "(s || u) || s"),
    ("s || a + b", "s || (a + b)"),
    ("a + b = c", "(a + b) = c"),
    ("a << b < c", "(a << b) < c"),
    ("a < b is true", "(a < b) is true"),
    ("a < b is null", "(a < b) is null"),
    ("a = b is not distinct from p", "(a = b) is not distinct from p"),
    ("not a = b", "not (a = b)"),
    ("not p and q", "(not p) and q"),
    ("not p is null", "not (p is null)"),
    ("not not p", "not (not p)"),
    ("p or q and r", "p or (q and r)"),
    ("p and q or r", "(p and q) or r"),
    ("p = not q", "p = (not q)"),
    ("p = not q and r", "(p = (not q)) and r"),
    ("p or not q or r", "p or (not q) or r"),
    ("a between b and c and p", "(a between b and c) and p"),
    ("a between b + 1 and c * 2 or p", "(a between (b + 1) and (c * 2)) or p"),
    ("a between b and c = p", "(a between b and c) = p"),
    ("not a between b and c", "not (a between b and c)"),
    ("a + b between c and d", "(a + b) between c and d"),
    ("a + b in (c, d)", "(a + b) in (c, d)"),
    ("a in (b, c) = p", "(a in (b, c)) = p"),
    ("a in (b, c) is null", "(a in (b, c)) is null"),
    ("s || u like s || 'x'", "(s || u) like (s || 'x')"),
    ("s like u = p", "(s like u) = p"),
    ("s like u || 'x' escape '!'", "s like (u || 'x') escape '!'"),
    ("s not ilike u and p", "(s not ilike u) and p"),
    ("s similar to u or p", "(s similar to u) or p"),
    ("s ~ u || 'x'", "(s ~ u) || 'x'"),
    ("a + b is null", "(a + b) is null"),
    ("a is null = p", "(a is null) = p"),
    ("a is null is null", "(a is null) is null"),
    ("a is null::text = s", "((a is null)::text) = s"),
    ("p is distinct from a = b", "p is distinct from (a = b)"),
    ("a isnull and b notnull", "(a isnull) and (b notnull)"),
    (#"s || s collate "C""#, #"s || (s collate "C")"#),
    (#"s < s collate "C""#, #"s < (s collate "C")"#),
    ("ts at time zone 'utc' = ts2", "(ts at time zone 'utc') = ts2"),
    ("ts at time zone s || u", "(ts at time zone s) || u"),
    ("ts at time zone 'utc' at time zone 'utc'", "(ts at time zone 'utc') at time zone 'utc'"),
    ("ts2 - ts at time zone 'utc'", "ts2 - (ts at time zone 'utc')"),
    ("a::text || b::text", "(a::text) || (b::text)"),
    ("a::bigint::text", "(a::bigint)::text"),
    ("arr[1] + 1", "(arr[1]) + 1"),
    ("arr[a + 1]::text", "(arr[a + 1])::text"),
    ("a operator(pg_catalog.*) b + c", "a operator(pg_catalog.*) (b + c)"),
    ("a operator(pg_catalog.+) b operator(pg_catalog.*) c", "(a operator(pg_catalog.+) b) operator(pg_catalog.*) c"),
    ("a = any (arr) and p", "(a = any (arr)) and p"),
    ("a + 1 = any (arr)", "(a + 1) = any (arr)"),
    ("a = any (arr) = p", "(a = any (arr)) = p"),
    ("a in (b) in (p)", "(a in (b)) in (p)"),
    ("case when p then a else b + c end + d", "(case when p then a else (b + c) end) + d"),
    ("case a when b + c then d end", "case a when (b + c) then d end"),
    ("a >= b and c <= d or a <> b", "((a >= b) and (c <= d)) or (a <> b)"),
    ("a != b", "a <> b"),
    ("j->'a'->>'b'", "(j->'a')->>'b'"),
    ("j->'a' = j", "(j->'a') = j"),
    ("j->>'a' || s", "(j->>'a') || s"),
    ("a + 1 in (select b + 1 from t)", "(a + 1) in (select (b + 1) from t)"),
    ("a is distinct from b and p", "(a is distinct from b) and p"),
    ("p and a is not null and q", "p and (a is not null) and q"),
    ("a % b - c", "(a % b) - c"),
    ("- - a", "- (- a)"),
    ("+ a - - b", "(+ a) - (- b)"),
    ("a - -1", "a - (-1)"),
    ("- a is null", "(- a) is null"),
    ("- arr[1]", "- (arr[1])"),
  ]

  @Test(arguments: pairs) func `binds as the parentheses show`(_ pair: (String, String)) throws {
    #expect(try TreeDump.expression(pair.0) == TreeDump.expression(pair.1))
  }

  @Test(arguments: [
    "a < b = p",
    "a < b < c",
    "a = b <> p",
    "a between b and c between b and c",
    "s like u like s",
  ]) func `comparisons and memberships do not chain`(_ sql: String) {
    #expect(throws: SQLError.self) { try Parser.parseExpression(sql) }
  }

  @Test func `chains of AND and OR are flat`() throws {
    #expect(try TreeDump.expression("a and b and c or d or e and f") == "(or (and a b c) d (and e f))")
    #expect(try TreeDump.expression("(a and b) and c") == "(and (and a b) c)")
  }
}
