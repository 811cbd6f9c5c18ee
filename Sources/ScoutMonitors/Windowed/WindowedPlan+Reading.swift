import PostgresDialect

extension WindowedPlan {
  /// The plan of a row of `scout.platinum_monitors`, whose `window_minutes` is the width.
  ///
  /// - Throws: ``SQLError`` 22023 with what is wrong and where.
  init(_ node: PlanNode, windowMinutes: Int64) throws(SQLError) {
    do throws(PlanProblem) {
      try self.init(node)
    } catch {
      throw SQLError(
        .invalidParameterValue, "the monitor's definition cannot be used: \(error.message)",
        detail: "At windowed\(error.path.map { "." + $0 }.joined()).")
    }
    let width = windowMinutes * 60_000_000
    if width == self.width { return }
    switch shape {
    case .tumbling: shape = .tumbling(width: width)
    case .hopping(_, let step) where width % step == 0: shape = .hopping(width: width, step: step)
    case .sliding: shape = .sliding(width: width)
    case .session: shape = .session(gap: width)
    case .hopping(_, let step):
      throw SQLError(
        .invalidParameterValue,
        "window_minutes is \(windowMinutes), no multiple of the step of \(step / 60_000_000) minutes")
    }
    // The parts must still fit together.
    do throws(PlanProblem) {
      try check(try PlanReader(node, [], "windowed", Self.fields))
    } catch {
      throw SQLError(.invalidParameterValue, "window_minutes is \(windowMinutes): \(error.message)")
    }
  }

  /// What `window_minutes` is for the plan as it is written; at least one.
  var windowMinutes: Int32 { Int32(clamping: Swift.max(width / 60_000_000, 1)) }

  static let fields = [
    "source", "query", "time", "where", "by", "measures", "window", "baseline", "when", "lateness", "no_data",
    "severity_at",
  ]
  private static let aggregates = [
    "sum", "count", "mean", "ratio", "rate", "min", "max", "deviation", "distinct", "first", "last", "quantile",
  ]
  private static let quantities = [
    "value", "baseline", "ratio", "change", "percent", "deviations", "rise", "drop", "shift",
  ]

  /// - Throws: ``PlanProblem`` with the first thing that is wrong and its place.
  init(_ node: PlanNode) throws(PlanProblem) {
    let reader = try PlanReader(node, [], "windowed", Self.fields)
    switch (try reader.text("source"), try reader.text("query")) {
    case (let name?, nil): source = .relation(name)
    case (nil, let sql?): source = .query(sql)
    case (nil, nil): throw reader.problem("source", "source is missing: the name of a relation, or a query instead")
    case (_?, _?): throw reader.problem("query", "give a source or a query, not both")
    }
    time = try reader.required("time")
    filter = try reader.texts("where")
    by = try reader.list("by")
    measures = try Self.measures(reader)
    shape = try Self.shape(reader)
    (baseline, minimumBaseline, isRobust, missingIsZero) = try Self.baseline(reader, shape, measures)
    lateness = try reader.duration("lateness") ?? 0
    noData = try reader.choice("no_data", NoData.allCases) ?? .zero
    conditions = try Self.conditions(reader, measures)
    escalations = try Self.escalations(reader)
    try check(reader)
  }

  // MARK: Parts

  private static func measures(_ reader: PlanReader) throws(PlanProblem) -> [Measure] {
    var measures: [Measure] = []
    let members = try reader.mapping("measures")
    for name in members.keys.sorted() {
      guard let node = members[name] else { continue }
      let path = ["measures", name]
      guard case .mapping(let parts) = node, parts.count == 1, let (word, argument) = parts.first else {
        throw PlanProblem(path: path, message: "\(name) is one aggregate of a column, such as {sum: units}")
      }
      func column() throws(PlanProblem) -> String {
        guard case .scalar(let column) = argument, !column.isEmpty else {
          throw PlanProblem(path: path, message: "\(word) takes a column")
        }
        return column
      }
      func pair() throws(PlanProblem) -> (String, String) {
        guard case .list(let items) = argument, items.count == 2, case .scalar(let first) = items[0],
          case .scalar(let second) = items[1]
        else {
          throw PlanProblem(path: path, message: "\(word) takes two: [column, \(word == "ratio" ? "column" : "0.9")]")
        }
        return (first, second)
      }
      switch word {
      case "count":
        let name2 = try column()
        measures.append(Measure(name: name, aggregate: .count, column: name2 == "rows" ? nil : name2))
      case "ratio":
        let (first, second) = try pair()
        measures.append(Measure(name: name, aggregate: .ratio, column: first, divisor: second))
      case "quantile":
        let (first, second) = try pair()
        guard let share = Double(second), (0...1).contains(share) else {
          throw PlanProblem(path: path, message: "a quantile lies between 0 and 1, such as [unit_price, 0.9]")
        }
        measures.append(Measure(name: name, aggregate: .quantile(share), column: first))
      case "sum", "mean", "rate", "min", "max", "deviation", "distinct", "first", "last":
        let known: [String: Aggregate] = [
          "sum": .sum, "mean": .mean, "rate": .rate, "min": .min, "max": .max, "deviation": .deviation,
          "distinct": .distinct, "first": .first, "last": .last,
        ]
        measures.append(Measure(name: name, aggregate: known[word] ?? .sum, column: try column()))
      default:
        throw PlanProblem(
          path: path, message: "\"\(word)\" is no aggregate; expected \(aggregates.joined(separator: ", "))",
          suggestion: nearest(word, in: aggregates))
      }
    }
    guard !measures.isEmpty else { throw PlanProblem(path: ["measures"], message: "measures is empty") }
    return measures
  }

  private static func shape(_ reader: PlanReader) throws(PlanProblem) -> WindowShape {
    let window = try reader.member("window", ["tumbling", "hopping", "every", "sliding", "session"])
    var shapes: [WindowShape] = []
    if let width = try window.duration("tumbling") { shapes.append(.tumbling(width: width)) }
    if let width = try window.duration("hopping") {
      guard let step = try window.duration("every") else {
        throw window.problem("every", "a hopping window needs every")
      }
      shapes.append(.hopping(width: width, step: step))
    }
    if let width = try window.duration("sliding") { shapes.append(.sliding(width: width)) }
    if let gap = try window.duration("session") { shapes.append(.session(gap: gap)) }
    guard shapes.count == 1, let shape = shapes.first else {
      throw window.problem(
        nil, "a window is one of {tumbling: 1d}, {hopping: 1h, every: 15m}, {sliding: 1h}, {session: 30m}")
    }
    do throws(WindowError) {
      try shape.validate()
    } catch {
      throw window.problem(nil, error.description)
    }
    let length: Int64 =
      switch shape {
      case .tumbling(let width), .hopping(let width, _), .sliding(let width): width
      case .session(let gap): gap
      }
    if length % 60_000_000 != 0 { throw window.problem(nil, "a window is whole minutes long") }
    if case .hopping(let width, let step) = shape, width % step != 0 {
      throw window.problem("every", "the width of a hopping window is a multiple of its step")
    }
    return shape
  }

  private static func baseline(
    _ reader: PlanReader, _ shape: WindowShape, _ measures: [Measure]
  ) throws(PlanProblem) -> (Baseline?, Int, Bool, Bool) {
    let isSums = measures.allSatisfy(\.isCount)
    guard reader.has("baseline") else { return (nil, 0, false, isSums) }
    let part = try reader.member(
      "baseline",
      [
        "same_time_of_day", "same_time_of_week", "trailing", "exclude", "previous", "fixed", "at_least", "average",
        "missing",
      ])
    var found: [Baseline] = []
    var most = 1
    if let periods = try part.count("same_time_of_day", 1...400) {
      found.append(.sameTimeOfDay(periods: periods))
      most = periods
    }
    if let periods = try part.count("same_time_of_week", 1...60) {
      found.append(.sameTimeOfWeek(periods: periods))
      most = periods
    }
    if let length = try part.duration("trailing") {
      found.append(.trailing(length: length, exclude: try part.duration("exclude") ?? 0))
      let width: Int64 =
        switch shape {
        case .tumbling(let width), .hopping(let width, _), .sliding(let width): width
        case .session: 1
        }
      most = Int(clamping: Swift.max(length / width, 1))
    }
    if let period = try part.duration("previous") { found.append(.previous(period)) }
    if let value = try part.number("fixed") { found.append(.fixed(value)) }
    guard found.count == 1, let baseline = found.first else {
      throw part.problem(
        nil, "a baseline is one of same_time_of_day, same_time_of_week, trailing, previous, fixed")
    }
    let least = try part.count("at_least", 1...1_000_000) ?? (most + 1) / 2
    if least > most {
      throw part.problem("at_least", "the baseline has at most \(most) windows, fewer than at_least")
    }
    let average = try part.text("average") ?? "mean"
    guard ["mean", "median"].contains(average) else {
      throw part.problem("average", "average is mean or median, not \"\(average)\"")
    }
    let missing = try part.text("missing") ?? (isSums ? "zero" : "skip")
    guard ["zero", "skip"].contains(missing) else {
      throw part.problem("missing", "missing is zero or skip, not \"\(missing)\"")
    }
    return (baseline, least, average == "median", missing == "zero")
  }

  private static func conditions(_ reader: PlanReader, _ measures: [Measure]) throws(PlanProblem) -> [Condition] {
    let texts = try reader.list("when")
    guard !texts.isEmpty else {
      throw reader.problem("when", "when is missing: conditions such as [units ratio >= threshold]")
    }
    var conditions: [Condition] = []
    for (index, text) in texts.enumerated() {
      let path = ["when", String(index)]
      let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
      guard words.count == 4 else {
        throw PlanProblem(
          path: path,
          message: "\"\(text)\" is no condition; write: measure quantity comparison limit, such as units ratio >= 3")
      }
      guard let measure = measures.firstIndex(where: { $0.name == words[0] }) else {
        throw PlanProblem(
          path: path, message: "\"\(words[0])\" is no measure", suggestion: nearest(words[0], in: measures.map(\.name)))
      }
      guard let comparison = Comparison(rawValue: words[2]) else {
        throw PlanProblem(path: path, message: "\"\(words[2])\" is no comparison; expected >=, <=, > or <")
      }
      let limit = Double(words[3])
      guard words[3] == "threshold" || limit?.isFinite == true else {
        throw PlanProblem(path: path, message: "\"\(words[3])\" is no limit; expected a number or threshold")
      }
      conditions.append(
        Condition(measure: measure, quantity: try quantity(words[1], path), comparison: comparison, limit: limit))
    }
    return conditions
  }

  private static func quantity(_ word: String, _ path: [String]) throws(PlanProblem) -> Quantity {
    let known: [String: Quantity] = [
      "value": .value, "baseline": .baseline, "ratio": .ratio, "change": .change, "percent": .percent,
      "deviations": .deviations, "rise": .rise, "drop": .drop, "shift": .shift,
    ]
    if let quantity = known[word] { return quantity }
    if let kind = DetectorKind(rawValue: word), kind != .fixed { return .detector(kind) }
    let names = quantities + DetectorKind.allCases.filter { $0 != .fixed && $0 != .ratio }.map(\.rawValue)
    throw PlanProblem(
      path: path, message: "\"\(word)\" is no quantity; expected \(names.joined(separator: ", "))",
      suggestion: nearest(word, in: names))
  }

  private static func escalations(_ reader: PlanReader) throws(PlanProblem) -> [Escalation] {
    guard reader.has("severity_at") else { return [] }
    let part = try reader.member("severity_at", MonitorSeverity.allCases.map(\.rawValue))
    var escalations: [Escalation] = []
    for severity in MonitorSeverity.allCases {
      if let limit = try part.number(severity.rawValue) {
        escalations.append(Escalation(limit: limit, severity: severity))
      }
    }
    return escalations
  }

  /// What the parts say together.
  private func check(_ reader: PlanReader) throws(PlanProblem) {
    let day: Int64 = 86_400_000_000
    if baseline == nil, let condition = conditions.firstIndex(where: \.quantity.needsBaseline) {
      throw PlanProblem(
        path: ["when", String(condition)], message: "\"\(conditions[condition].quantity.name)\" needs a baseline")
    }
    if noData == .alert, baseline == nil {
      throw reader.problem("no_data", "alert needs a baseline: it tells which keys are expected")
    }
    func requireMultiple(_ length: Int64, _ of: String) throws(PlanProblem) {
      if length % step != 0 { throw reader.problem("baseline", "\(of) is a multiple of the window's step") }
    }
    switch baseline {
    case .sameTimeOfDay, .sameTimeOfWeek:
      guard isRegular else { throw reader.problem("baseline", "such windows have no same time; use trailing or fixed") }
      try requireMultiple(day, "a day")
    case .trailing(let length, let exclude) where isRegular:
      if length < width { throw reader.problem("baseline", "the baseline is shorter than the window") }
      try requireMultiple(exclude, "exclude")
    case .previous(let period):
      guard isRegular else {
        throw reader.problem("baseline", "such windows have no previous period; use trailing or fixed")
      }
      if period < width { throw reader.problem("baseline", "the previous period would overlap the tested window") }
      try requireMultiple(period, "the previous period")
    case .trailing, .fixed, nil: break
    }
    if !isRegular, !detectors.isEmpty {
      throw reader.problem("when", "detectors need tumbling or hopping windows")
    }
  }
}

/// Reads the members of one mapping.
struct PlanReader {
  private let members: [String: PlanNode]
  private let path: [String]

  init(_ node: PlanNode, _ path: [String], _ name: String, _ expected: [String]) throws(PlanProblem) {
    guard case .mapping(let members) = node else {
      throw PlanProblem(path: path, message: "\(name) is a mapping with \(expected.joined(separator: ", "))")
    }
    for key in members.keys.sorted() where !expected.contains(key) {
      throw PlanProblem(
        path: path + [key],
        message: "\"\(key)\" is no field of \(name); expected \(expected.joined(separator: ", "))",
        suggestion: nearest(key, in: expected))
    }
    self.members = members
    self.path = path
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func problem(_ name: String?, _ message: String) -> PlanProblem {
    PlanProblem(path: name.map { has($0) ? path + [$0] : path } ?? path, message: message)
  }

  func text(_ name: String) throws(PlanProblem) -> String? {
    guard let node = members[name] else { return nil }
    guard case .scalar(let text) = node, text.contains(where: { !$0.isWhitespace }) else {
      throw problem(name, "\(name) is a text")
    }
    return text
  }

  func required(_ name: String) throws(PlanProblem) -> String {
    guard let text = try text(name) else { throw problem(name, "\(name) is missing") }
    return text
  }

  func number(_ name: String) throws(PlanProblem) -> Double? {
    guard let text = try text(name) else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw problem(name, "\(name) is \"\(text)\"; expected a number")
    }
    return number
  }

  func count(_ name: String, _ range: ClosedRange<Int>) throws(PlanProblem) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let count = Int(text), range.contains(count) else {
      throw problem(name, "\(name) is \"\(text)\"; expected \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  func duration(_ name: String) throws(PlanProblem) -> Int64? {
    guard let text = try text(name) else { return nil }
    guard let length = PlanReader.duration(text) else {
      throw problem(name, "\(name) is \"\(text)\"; expected a length such as 15m, 1h or 7d")
    }
    return length
  }

  /// Microseconds of `15m`; at most four years.
  static func duration(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    if text == "0" { return 0 }
    guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
      (0...126_230_400).contains(count), count * unit <= 126_230_400
    else { return nil }
    return count * unit * 1_000_000
  }

  func choice<Value: RawRepresentable<String>>(_ name: String, _ all: [Value]) throws(PlanProblem) -> Value? {
    guard let text = try text(name) else { return nil }
    if let value = Value(rawValue: text) { return value }
    let names = all.map(\.rawValue)
    var found = problem(name, "\(name) is \"\(text)\"; expected \(names.joined(separator: ", "))")
    found.suggestion = nearest(text, in: names)
    throw found
  }

  /// The texts of a list; empty when it is missing.
  func list(_ name: String) throws(PlanProblem) -> [String] {
    guard let node = members[name] else { return [] }
    guard case .list(let items) = node else { throw problem(name, "\(name) is a list") }
    var texts: [String] = []
    for item in items {
      guard case .scalar(let text) = item, !text.isEmpty else { throw problem(name, "\(name) is a list of texts") }
      texts.append(text)
    }
    return texts
  }

  func texts(_ name: String) throws(PlanProblem) -> [String: String] {
    guard has(name) else { return [:] }
    var texts: [String: String] = [:]
    for (key, node) in try mapping(name) {
      guard case .scalar(let text) = node else { throw problem(name, "\(name) is a mapping of columns to texts") }
      texts[key] = text
    }
    return texts
  }

  func mapping(_ name: String) throws(PlanProblem) -> [String: PlanNode] {
    guard let node = members[name] else { throw problem(name, "\(name) is missing") }
    guard case .mapping(let parts) = node else { throw problem(name, "\(name) is a mapping") }
    return parts
  }

  func member(_ name: String, _ expected: [String]) throws(PlanProblem) -> PlanReader {
    guard let node = members[name] else { throw problem(name, "\(name) is missing") }
    return try PlanReader(node, path + [name], name, expected)
  }
}
