import Testing

/// The SQL of production against PostgreSQL's own answers.
@Suite struct ConformanceTests {
  /// What cannot agree here, and why.
  private static let excluded = [
    "features/strings/009-default-collation": "texts compare by their bytes, not by the rules of English"
  ]

  /// Every case passes or is refused, and which are refused is written down: a refusal that disappears must be struck
  /// from the list, one that appears is a regression.
  @Test func `every statement gives PostgreSQL's answer or is refused`() throws {
    let database = try Conformance.database()
    let listed = Set(
      try Conformance.text("refused.txt").split(separator: "\n").filter { !$0.hasPrefix("#") }
        .compactMap { $0.split(separator: " ").first.map(String.init) })
    var passed = 0
    var refused: [String] = []
    var wrong: [String] = []
    for name in try Conformance.names() where Self.excluded[name] == nil {
      let (sql, expected) = try Conformance.load(name)
      switch expected.outcome(sql, on: database) {
      case .pass: passed += 1
      case .refused(let reason): refused.append("\(name) \(reason)")
      case .wrong(let problem): wrong.append("\(name): \(problem)")
      }
    }
    print("conformance: \(passed) pass, \(refused.count) refused, \(wrong.count) wrong")
    for line in refused { print("refused: \(line)") }
    for line in wrong { Issue.record("\(line)") }
    let names = Set(refused.compactMap { $0.split(separator: " ").first.map(String.init) })
    for line in refused where !listed.contains(String(line.prefix { $0 != " " })) {
      Issue.record("refused, and not in refused.txt: \(line)")
    }
    for name in listed.subtracting(names).sorted() {
      print("no longer refused, strike it from refused.txt: \(name)")
    }
  }
}
