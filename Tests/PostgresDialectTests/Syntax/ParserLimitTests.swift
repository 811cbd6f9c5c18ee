import Foundation
import Testing

@testable import PostgresDialect

/// Deep statements are refused, wide ones are not.
@Suite struct ParserLimitTests {
  /// Every way to nest, as what is repeated before, between and behind.
  static let nestings: [(before: String, inner: String, behind: String, prefix: String)] = [
    ("(", "1", ")", "select "), ("f(", "1", ")", "select "), ("- ", "1", "", "select "), ("not ", "a", "", "select "),
    ("select (", "select 1", ")", ""), ("select * from (", "select 1", ") t", ""), ("(", "select 1", ")", ""),
    ("case when ", "a", " then 1 end", "select "), ("array[", "1", "]", "select "), ("[", "1", "]", "select array"),
    ("a in (", "1", ")", "select "), ("select exists (", "select 1", ")", ""), ("a = any (", "1", ")", "select "),
    ("with a as (", "select 1", ") select 1", ""), ("with a as (insert into t ", "select 1", ") select 1", ""),
    ("(", "a join b on true", " join b on true)", "select * from "), ("a join ", "b", " on true", "select * from "),
    ("lateral (select * from ", "a", ") t", "select * from "), ("a ^ (", "1", ")", "select "),
    ("cast(", "1", " as int)", "select "), ("f() over (order by ", "1", ")", "select "),
    ("f() filter (where ", "a", ")", "select "), ("grouping sets (", "a", ")", "select 1 group by "),
    ("substring(", "a", " from 1 for 2)", "select "), ("trim(both from ", "a", ")", "select "),
    ("a[", "1", "]", "select "), ("a[1:", "1", "]", "select "), ("row(1, ", "1", ")", "select "),
    ("(1, ", "1", ")", "select "), ("a like (", "1", ")", "select "), ("a at time zone (", "1", ")", "select "),
    ("a between 1 and (", "1", ")", "select "),
    ("(a or b and not c = d between 1 and e || f + g * h ^ (", "1", "))", "select "),
  ]

  @Test(arguments: nestings) func `nesting ends in an error on a thread of 512 KiB`(
    _ nesting: (before: String, inner: String, behind: String, prefix: String)
  ) {
    func sql(_ depth: Int) -> String {
      nesting.prefix + String(repeating: nesting.before, count: depth) + nesting.inner
        + String(repeating: nesting.behind, count: depth)
    }
    #expect(verdict(sql(5_000)) == "54001 stack depth limit exceeded")
    #expect(verdict(sql(8)) == "accepted")
  }

  static let chains: [(first: String, next: String)] = [
    ("select 1", " + 1"), ("select 1", "::int"), ("select (a)", ".b"), ("select a", " is null"),
    ("select 1", " union all select 1"), ("select * from a", " cross join b"),
    ("select * from a", " join b on true"),
  ]

  @Test(arguments: chains) func `chains that lean to the left have a bound`(_ chain: (first: String, next: String)) {
    func sql(_ count: Int) -> String { chain.first + String(repeating: chain.next, count: count) }
    #expect(verdict(sql(500)) == "accepted")
    #expect(verdict(sql(100_000)) == "54001 stack depth limit exceeded")
  }

  @Test func `heights add up across parentheses`() {
    // Each pair of parentheses is shallow by itself; together they lean further than one chain may.
    let chain = String(repeating: " + 1", count: 100)
    var sql = "1"
    for _ in 0..<10 { sql = "(\(sql)\(chain))" }
    #expect(verdict("select " + sql) == "54001 stack depth limit exceeded")
  }

  @Test func `wide statements are fine`() throws {
    let list = (0..<100_000).map(String.init).joined(separator: ",")
    #expect(verdict("select a from t where b in (\(list))") == "accepted")
    let rows = (0..<50_000).map { "(\($0))" }.joined(separator: ",")
    #expect(verdict("insert into t values \(rows)") == "accepted")
    let condition = repeatElement("a = 1", count: 20_000).joined(separator: " or ")
    #expect(verdict("select a from t where \(condition)") == "accepted")
  }

  /// Parses, and frees the tree, on a small stack.
  private func verdict(_ sql: String) -> String {
    let done = DispatchSemaphore(value: 0)
    let result = Box()
    let thread = Thread {
      do throws(SQLError) {
        _ = try Parser.parse(sql)
        result.text = "accepted"
      } catch {
        result.text = "\(error.state) \(error.message)"
      }
      done.signal()
    }
    thread.stackSize = 512 * 1024
    thread.start()
    done.wait()
    return result.text
  }

  /// Written by one thread before the semaphore, read by another behind it.
  private final class Box: @unchecked Sendable {
    var text = ""
  }
}
