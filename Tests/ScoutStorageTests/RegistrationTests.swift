import Foundation
import PostgresDialect
import ScoutStorage
import Testing

@Suite struct RegistrationTests {
  /// Lowered statements call functions by name, in places that a test may not reach: the names are read from the
  /// compiler's source. Names put together from parts are covered by the recorded statements.
  @Test func `every function that the compiler names is registered`() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/PostgresDialect")
    var called: Set<String> = []
    for path in FileManager.default.enumerator(atPath: sources.path)?.compactMap({ $0 as? String }) ?? []
    where path.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
      for match in text.matches(of: /"(pg_[a-z0-9_]+)"/) { called.insert(String(match.1)) }
    }
    // Names of PostgreSQL's that the parser knows, not SQLite functions.
    called.subtract(["pg_catalog", "pg_collation_for", "pg_size_pretty", "pg_node_tree"])
    // Functions that the compiler itself turns into something else.
    called.subtract(
      FunctionReference.builtIn.filter { if case .call = $0.lower { false } else { true } }.map(\.name))
    let database = try Database(
      path: nil, configuration: Database.Configuration(clock: .fixed(Timestamp(microseconds: 0))))
    let registered = try database.read { connection in
      Set(try connection.rows("select name from pragma_function_list").compactMap { $0[0].text })
        .union(try connection.rows("select name from pragma_collation_list").compactMap { $0[0].text })
        .union(try connection.rows("select name from pragma_module_list").compactMap { $0[0].text })
    }
    #expect(called.count > 60)
    #expect(called.subtracting(registered).sorted() == [])
  }

  @Test func `every operation on every type of number is registered`() throws {
    let database = try Database(
      path: nil, configuration: Database.Configuration(clock: .fixed(Timestamp(microseconds: 0))))
    let registered = try database.read { connection in
      Set(try connection.rows("select name from pragma_function_list").compactMap { $0[0].text })
    }
    for type in ["int2", "int4", "int8", "float4", "float8", "numeric"] {
      for operation in ["add", "sub", "mul", "div"] { #expect(registered.contains("pg_\(operation)_\(type)")) }
      #expect(registered.contains("pg_jsonb_\(type)"))
      #expect(registered.contains("pg_\(type)_in"))
    }
    for type in ["date", "timestamp", "timestamptz", "interval"] {
      for suffix in ["", "_float8"] { #expect(registered.contains("pg_extract_\(type)\(suffix)")) }
    }
    for statistic in ["stddev_samp", "stddev_pop", "var_samp", "var_pop"] {
      for form in ["fixed", "numeric", "float8", "float8_frame"] {
        #expect(registered.contains("pg_\(statistic)_\(form)"))
      }
    }
  }
}
