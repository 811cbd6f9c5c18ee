import Testing

@testable import PostgresDialect

@Suite struct IntervalTests {
  @Test(arguments: [
    ["interval"], ["fields", "precision"], ["*", "/"], ["+", "-", "negate", "cmp"],
    ["justify_hours", "justify_days", "justify_interval"], ["between", "age"], ["add_local", "add_instant"],
  ])
  func `answers as PostgreSQL 15 did`(_ operations: [String]) throws {
    try Recorded.check("intervals", where: { operations.contains($0.operation) }, Self.evaluate)
  }

  static func evaluate(_ recorded: Recorded) throws -> String? {
    let arguments = recorded.arguments
    func time(_ index: Int) throws -> Int64 { try DateTimeText.timestamp(arguments[index], in: fixtureSession) }
    switch recorded.operation {
    case "interval": return try Interval(arguments[0]).description
    case "fields": return try Interval(arguments[0], fields: fields(arguments[1])).description
    case "precision": return try Interval(arguments[0], precision: Int(arguments[1])).description
    case "between": return try Interval(from: time(0), to: time(1)).description
    case "age": return try Interval(ageOf: time(1), since: time(0)).description
    case "add_local": return DateTimeText.text(timestamp: try Interval(arguments[1]).added(toLocal: time(0)))
    case "add_instant":
      let zone = try TimeZoneRules(setting: arguments[0])
      return DateTimeText.text(timestamp: try Interval(arguments[2]).added(toInstant: time(1), in: zone))
    default: break
    }
    let a = try Interval(arguments[0])
    switch recorded.operation {
    case "+": return try a.adding(Interval(arguments[1])).description
    case "-": return try a.subtracting(Interval(arguments[1])).description
    case "*": return try a.multiplied(by: ValueText.double(arguments[1])).description
    case "/": return try a.divided(by: ValueText.double(arguments[1])).description
    case "negate": return try a.negated().description
    case "justify_hours": return try a.justifiedHours().description
    case "justify_days": return try a.justifiedDays().description
    case "justify_interval": return try a.justified().description
    case "cmp":
      let b = try Interval(arguments[1])
      return a < b ? "<" : a == b ? "=" : ">"
    default: return "no such operation"
    }
  }

  private static func fields(_ text: String) -> Interval.Fields {
    let names: [(String, Interval.Fields)] = [
      ("year", .year), ("month", .month), ("day", .day), ("hour", .hour), ("minute", .minute), ("second", .second),
    ]
    let words = text.split(separator: " ").map(String.init)
    let first = names.firstIndex { $0.0 == words[0] } ?? 0
    let last = names.firstIndex { $0.0 == words[words.count - 1] } ?? 0
    return names[first...last].reduce(into: []) { $0.formUnion($1.1) }
  }

  @Test func `equal lengths hash alike`() throws {
    #expect(Set([try Interval("1 mon"), try Interval("30 days"), try Interval("720:00")]).count == 1)
  }
}

@Suite struct DateTimeFieldTests {
  @Test(arguments: [
    ["extract_timestamp"], ["extract_instant"], ["extract_date"], ["extract_time"], ["extract_interval"],
    ["trunc_timestamp", "trunc_instant"], ["trunc_interval"], ["bin"],
  ])
  func `answers as PostgreSQL 15 did`(_ operations: [String]) throws {
    try Recorded.check("fields", where: { operations.contains($0.operation) }, Self.evaluate)
  }

  static func evaluate(_ recorded: Recorded) throws -> String? {
    let arguments = recorded.arguments
    let name = arguments[0]
    func local(_ index: Int) throws -> Int64 { try DateTimeText.timestamp(arguments[index], in: fixtureSession) }
    func instant() throws -> Int64 { try DateTimeText.timestampWithTimeZone(arguments[2], in: fixtureSession) }
    func zone() throws -> TimeZoneRules { try TimeZoneRules(identifier: arguments[1]) }
    switch recorded.operation {
    case "extract_timestamp":
      let unit = try DateTimeUnit.extraction(name, from: .timestamp)
      return try DateTimeExtraction.extract(unit, fromTimestamp: local(1))?.description
    case "extract_instant":
      let unit = try DateTimeUnit.extraction(name, from: .timestampWithTimeZone)
      return try DateTimeExtraction.extract(unit, fromInstant: instant(), in: zone())?.description
    case "extract_date":
      let unit = try DateTimeUnit.extraction(name, from: .date)
      let date = try DateTimeText.date(arguments[1], in: fixtureSession)
      return DateTimeExtraction.extract(unit, fromDate: date)?.description
    case "extract_time":
      let unit = try DateTimeUnit.extraction(name, from: .time)
      return DateTimeExtraction.extract(unit, fromTime: try DateTimeText.time(arguments[1], in: fixtureSession))?
        .description
    case "extract_interval":
      let unit = try DateTimeUnit.extraction(name, from: .interval)
      return DateTimeExtraction.extract(unit, from: try Interval(arguments[1]))?.description
    case "trunc_timestamp":
      let unit = try DateTimeUnit.truncation(name, of: .timestamp)
      return DateTimeText.text(timestamp: try DateTimeTruncation.truncate(local(1), to: unit))
    case "trunc_instant":
      let unit = try DateTimeUnit.truncation(name, of: .timestampWithTimeZone)
      return DateTimeText.text(timestamp: try DateTimeTruncation.truncate(instant(), to: unit, in: zone()))
    case "trunc_interval":
      let unit = try DateTimeUnit.truncation(name, of: .interval)
      return DateTimeTruncation.truncate(try Interval(arguments[1]), to: unit).description
    case "bin":
      let stride = try Interval(name)
      return DateTimeText.text(timestamp: try DateTimeTruncation.bin(local(1), stride: stride, origin: local(2)))
    default: return "no such operation"
    }
  }
}
