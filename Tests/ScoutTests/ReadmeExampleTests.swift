import Foundation
import Scout
import Testing

@Suite struct ReadmeExampleTests {
  /// The README's Swift, line for line; the test below compares the two.
  private func example() async throws -> [[String?]] {
    // example begins
    let morning = try Timestamp("2025-08-01 10:00:00+08")
    let scout = try Scout.create(at: nil, configuration: Scout.Configuration(clock: .fixed(morning)))
    let sale = """
      {"transaction_id": "T1", "store_id": "S1", "ts": "2025-08-01T09:14:05+08:00", "items": [
       {"sku": "A1", "brand": "Alaska", "category": "Dairy", "qty": 2, "unit_price": 45.00}]}
      """.split(separator: "\n").joined()
    _ = try await scout.ingest(.text(sale, name: "till"))
    _ = try scout.tick()
    let sales = try scout.query("select date, brand, net_amount from scout.gold_sales_daily")
    print(sales.texts)  // [["2025-08-01", "Alaska", "90.00"]]
    // example ends
    return sales.texts
  }

  @Test func `the example gives what its comment says`() async throws {
    #expect(try await example() == [["2025-08-01", "Alaska", "90.00"]])
  }

  @Test func `the README shows the code that runs here`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let shown = try #require(readme.components(separatedBy: "```swift\nimport Scout\n\n").last)
      .components(separatedBy: "```")[0]
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let run = source.components(separatedBy: "// example begins\n")[1].components(separatedBy: "    // example ends")[0]
    let unindented = run.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }.joined(separator: "\n")
    #expect(unindented == shown)
  }
}
