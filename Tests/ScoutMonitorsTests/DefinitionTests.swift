import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Testing

@Suite struct DefinitionTests {
  let database: Database

  init() throws { database = try goldDatabase(clock: TestClock("2025-08-23 09:00:00+00")) }

  /// A correct file; every case below changes one text in it.
  static let file = """
    name: x
    description: Watches brands.
    severity: warn
    threshold: 2.5
    window_minutes: 60
    key: [brand]
    event:
      title: "{brand} sold {units}"
      description: The limit is {threshold}.
    sql: |
      -- a comment
      select s.brand, s.units
      from scout.gold_sales_15min s
      where s.units > :threshold
    """

  private func problems(_ text: String, file: String = "monitors/x.yaml") throws -> [String] {
    try database.read { connection in
      let compiler = try connection.compiler()
      do throws(MonitorFileError) {
        _ = try MonitorDefinition.read(text, file: file, compiler: compiler)
        return []
      } catch {
        return error.problems.map(\.description)
      }
    }
  }

  @Test func `a correct file is read`() throws {
    let definition = try database.read { connection in
      try MonitorDefinition.read(Self.file, file: "monitors/x.yaml", compiler: connection.compiler())
    }
    #expect(definition.name == "x" && definition.severity == .warn && definition.key == ["brand"])
    #expect(definition.threshold.description == "2.5" && definition.windowMinutes == 60)
    #expect(definition.sql.hasPrefix("-- a comment\nselect s.brand"))
  }

  static let slips: [(from: String, to: String, problem: String)] = [
    (
      "select s.brand,", "select s.brnd,",
      "12:10: column s.brnd does not exist; Perhaps you meant to reference the column \"s.brand\"."
    ),
    ("where s.units", "where where s.units", "14:9: "),
    ("gold_sales_15min", "gold_sales_15mn", "13:8: relation \"scout.gold_sales_15mn\" does not exist"),
    (":threshold", ":limit", "14:19: there is no parameter :limit"),
    ("select s.brand", "delete from scout.agent_feed; select s.brand", "12:33: "),
    (
      "key: [brand]", "key: [brands]",
      "6:7: the query returns no column \"brands\", but key names it; did you mean \"brand\"?"
    ),
    ("key: [brand]", "key: []", "6:6: key is an empty list; expected a list of columns such as [brand]"),
    ("key: [brand]", "key: brand", "6:6: key is a single value; expected a list of columns such as [brand]"),
    ("key: [brand]", "key: [brand, brand]", "6:14: key names the column \"brand\" twice"),
    (
      "{brand} sold", "{brnd} sold",
      "8:12: the query returns no column \"brnd\", but event.title shows it; did you mean \"brand\"?"
    ),
    ("{units}\"", "{units\"", "8:24: the brace \"{\" has no partner; write \"{{\" for the character itself"),
    ("is {threshold}", "is {}", "9:29: the braces hold no column name"),
    (
      "severity: warn", "severity: warm",
      "3:11: severity is \"warm\"; expected info, warn, error, success; did you mean \"warn\"?"
    ),
    ("severity: warn\n", "", "1:1: severity is missing"),
    (
      "severity: warn", "severty: warn",
      "3:1: \"severty\" is no field of the file; expected name, description, severity, threshold, window_minutes, key, event, sql; did you mean \"severity\"?"
    ),
    ("threshold: 2.5", "threshold: much", "4:12: threshold is \"much\"; expected a number such as 2.5"),
    ("threshold: 2.5", "threshold: NaN", "4:12: threshold is \"NaN\"; expected a number such as 2.5"),
    (
      "window_minutes: 60", "window_minutes: 1h",
      "5:17: window_minutes is \"1h\"; expected whole minutes from 1 to 527040"
    ),
    (
      "window_minutes: 60", "window_minutes: 0",
      "5:17: window_minutes is \"0\"; expected whole minutes from 1 to 527040"
    ),
    ("name: x", "name: y", "1:7: the monitor \"y\" belongs into a file named y.yaml"),
    ("name: x", "name: X y", "1:7: \"X y\" is no name; expected small letters, digits and underscores, a letter first"),
    ("description: Watches brands.", "description: ''", "2:14: description is empty"),
    ("description: Watches brands.", "description: [a]", "2:14: description is a list; expected a text"),
    ("event:\n", "event: [\n", "9:3: this is not YAML: "),
    ("severity: warn\n", "severity: warn\nname: x\n", "\"name\" is given twice"),
  ]

  @Test(arguments: slips) func `a slip is named with its place`(_ slip: (from: String, to: String, problem: String))
    throws
  {
    let text = Self.file.replacing(slip.from, with: slip.to, maxReplacements: 1)
    try #require(text != Self.file)
    let problems = try problems(text)
    #expect(problems.contains { $0.contains(slip.problem) }, "\(problems)")
    #expect(problems.allSatisfy { $0.hasPrefix("monitors/x.yaml:") })
  }

  @Test func `everything that is wrong is said at once, in the order of the file`() throws {
    var text = Self.file
    for (from, to) in [
      ("severity: warn", "severity: loud"), ("2.5", "x"), ("[brand]", "[brnd]"), ("{units}", "{unit}"),
    ] {
      text = text.replacing(from, with: to, maxReplacements: 1)
    }
    #expect(try problems(text).map { $0.split(separator: ":")[1] } == ["3", "4", "6", "8"])
  }

  @Test func `no file, no mapping and too many problems are outcomes too`() throws {
    #expect(try problems("")[0].hasPrefix("monitors/x.yaml:1:1: the file is empty"))
    #expect(try problems("- a\n- b")[0].hasPrefix("monitors/x.yaml:1:1: the file is a list; expected a mapping"))
    let fields = (1...30).map { "field\($0): 1" }.joined(separator: "\n")
    let error = #expect(throws: MonitorFileError.self) {
      try database.read { connection in
        try MonitorDefinition.read(fields, file: "monitors/x.yaml", compiler: connection.compiler())
      }
    }
    #expect(error?.problems.count == 38)
    #expect(error?.description.hasSuffix("… and 18 more") == true)
  }

  @Test func `a query in another form than a block keeps its place`() throws {
    let text = Self.file.replacing(
      /sql: \|[\s\S]*/, with: "sql: select s.brnd as brand, 1 as units from scout.gold_sales_15min s")
    #expect(try problems(text)[0].hasPrefix("monitors/x.yaml:10:13: column s.brnd"))
  }

  @Test func `problems of several files come together, a second file of a name among them`() throws {
    let error = #expect(throws: MonitorFileError.self) {
      try database.read { connection in
        try MonitorDefinition.read(
          [
            ("a/x.yaml", Self.file), ("b/x.yaml", Self.file), ("c/x.yaml", Self.file.replacing("2.5", with: "x")),
          ], compiler: connection.compiler())
      }
    }
    #expect(
      error?.problems.map(\.description) == [
        "b/x.yaml:1:1: the monitor \"x\" is defined in another file already",
        "c/x.yaml:4:12: threshold is \"x\"; expected a number such as 2.5",
      ])
  }

  @Test(arguments: [
    ("{{literal}} {a}", "{literal} 1"), ("{a}{a}", "11"), ("no place", "no place"), ("{b}", "{b}"), ("", ""),
  ])
  func `a template is filled`(_ source: String, _ expected: String) throws {
    #expect(try MessageTemplate(source).rendered { $0 == "a" ? "1" : nil } == expected)
  }
}
