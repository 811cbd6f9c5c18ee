import Foundation
import Testing

@testable import PostgresDialect

/// What is rejected, in which words, and where the caret stands; recorded from PostgreSQL 15 in `syntax-errors.sql`.
@Suite struct SyntaxErrorTests {
  struct Rejection: Sendable, CustomTestStringConvertible {
    var id: String
    var sql: String
    var verdict: String
    var testDescription: String { id + " " + sql }
  }

  static let rejections: [Rejection] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("syntax-errors.sql")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.indices.dropFirst().compactMap { index in
      guard lines[index].hasPrefix("--> ") else { return nil }
      return Rejection(id: "line \(index)", sql: lines[index - 1], verdict: String(lines[index].dropFirst(4)))
    }
  }()

  @Test func `the recorded verdicts are found`() {
    #expect(Self.rejections.count > 400)
  }

  @Test(arguments: rejections) func `rejects in PostgreSQL's words and at its place`(_ rejection: Rejection) {
    #expect(verdict(on: rejection.sql) == rejection.verdict)
  }

  private func verdict(on sql: String) -> String {
    do {
      return "accepted: " + (try TreeDump.statements(sql))
    } catch {
      return "\(error.state) \(error.range.map { String($0.start) } ?? "-") \(error.message)"
    }
  }

  @Test func `a faulty token is underlined whole`() {
    let error = #expect(throws: SQLError.self) { try Parser.parse("select 1 group a") }
    #expect(error?.range == SourceRange(start: 15, end: 16))
    #expect(
      error?.rendered(in: "select 1 group a") == """
        ERROR:  42601: syntax error at or near "a"
        LINE 1: select 1 group a
                               ^
        """)
  }

  @Test func `the first fault counts, as PostgreSQL reads token by token`() {
    // The open quote behind it is never reached.
    #expect(verdict(on: "selec 'abc") == #"42601 0 syntax error at or near "selec""#)
    #expect(verdict(on: "select 'abc") == #"42601 7 unterminated quoted string at or near "'abc""#)
  }

  @Test func `faults that need the whole text come after syntax errors`() {
    #expect(verdict(on: "select 1::numeric(a)") == "42601 18 type modifiers must be simple constants or identifiers")
    #expect(verdict(on: "select 1::numeric(a) from from") == #"42601 26 syntax error at or near "from""#)
    #expect(verdict(on: "select b'12'") == #"22P02 7 "2" is not a valid binary digit"#)
    #expect(verdict(on: "create function f() language sql") == "42P13 16 no function body specified")
    #expect(
      verdict(on: "insert into t values (1) on conflict do update set a = 1")
        == "42601 25 ON CONFLICT DO UPDATE requires inference specification or constraint name")
  }

  @Test func `a zero byte cannot stand in a statement`() {
    #expect(verdict(on: "select '\0'") == #"22021 8 invalid byte sequence for encoding "UTF8": 0x00"#)
    #expect(verdict(on: #"select E'\xff'"#) == #"22021 7 invalid byte sequence for encoding "UTF8": 0xff"#)
  }

  static let refusals: [(sql: String, message: String)] = [
    ("vacuum t", "VACUUM is not supported"),
    ("copy t from stdin", "COPY is not supported"),
    ("alter domain d drop not null", "This ALTER DOMAIN is not supported"),
    ("alter function f() rename to g", "ALTER FUNCTION is not supported"),
    ("alter table t alter a add generated always as identity, inherit u", "ALTER TABLE INHERIT is not supported"),
    ("drop policy p on t", "DROP POLICY is not supported"),
    ("select 1 into t", "SELECT INTO is not supported"),
    ("select 1 from t tablesample system (1)", "TABLESAMPLE is not supported"),
    ("select xmlelement(name a)", "XMLELEMENT is not supported"),
    ("insert into t (a[1]) values (2)", "Assigning to an element or a field is not supported"),
    ("update t set a[1].b = 2", "Assigning to a field is not supported"),
    ("create table t (a int) partition by range (a)", "PARTITION BY is not supported"),
    ("create view v as select 1 with check option", "WITH CHECK OPTION is not supported"),
    ("delete from t where current of c", "WHERE CURRENT OF is not supported"),
    ("commit and chain", "AND CHAIN is not supported"),
  ]

  @Test(arguments: refusals) func `refuses by name what PostgreSQL has and we have not`(
    _ refusal: (sql: String, message: String)
  ) {
    let error = #expect(throws: SQLError.self) { try Parser.parse(refusal.sql) }
    #expect(error?.state == .featureNotSupported)
    #expect(error?.message == refusal.message)
    #expect(error?.range != nil)
  }
}
