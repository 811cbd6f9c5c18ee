import GRDBSQLite
import PostgresDialect

/// How rows sort inside an aggregate, as the compiler writes it into the first argument of `…_ordered` functions.
///
/// Words between spaces: the number of the aggregate's own arguments; `all` or `distinct`; then one word for each key,
/// `a` or `d` for its direction, `f` or `l` for nulls first or last, and the name of its collation, if it has one.
struct AggregateOrdering {
  struct Key {
    var isDescending: Bool
    var nullsFirst: Bool
    var collation: SessionState.Comparison?
  }

  var argumentCount: Int
  var isDistinct: Bool
  var keys: [Key]

  init(_ text: String, _ session: SessionState) throws(SQLError) {
    let words = text.split(separator: " ")
    guard words.count >= 2, let count = Int(words[0]) else {
      throw SQLError(.internalError, "an aggregate's order cannot be read")
    }
    argumentCount = count
    isDistinct = words[1] == "distinct"
    keys = words.dropFirst(2).map { word in
      Key(
        isDescending: word.first == "d", nullsFirst: word.dropFirst().first == "f",
        collation: session.collations[String(word.dropFirst(2))])
    }
  }

  /// Below zero when the first row comes before the second.
  func compare(_ left: [SQLValue], _ right: [SQLValue]) -> Int {
    for (index, key) in keys.enumerated() {
      let (a, b) = (left[index], right[index])
      switch (a.isNull, b.isNull) {
      case (true, true): continue
      case (true, false): return key.nullsFirst ? -1 : 1
      case (false, true): return key.nullsFirst ? 1 : -1
      case (false, false):
        let order = a.compare(b, key.collation)
        if order != 0 { return key.isDescending ? -order : order }
      }
    }
    return 0
  }
}

extension SQLValue {
  /// The order of two values of one type, neither of them null.
  func compare(_ other: SQLValue, _ collation: SessionState.Comparison? = nil) -> Int {
    switch (self, other) {
    case (.integer(let a), .integer(let b)): return a < b ? -1 : a == b ? 0 : 1
    case (.text(var a), .text(var b)):
      return a.withUTF8 { left in
        b.withUTF8 { right in
          if let collation { return collation(left, right) }
          return left.elementsEqual(right) ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        }
      }
    case (.blob(let a), .blob(let b)): return a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
    case (.real(let a), .real(let b)): return a < b ? -1 : a == b ? 0 : 1
    default: return SQLValue.isOrdered(self, other) ? -1 : SQLValue.isOrdered(other, self) ? 1 : 0
    }
  }
}

/// `aggregate(distinct x order by y)`: keeps the rows of a group, sorts them and gives them to the aggregate itself.
final class OrderedAggregate: AggregateState {
  private final class Row {
    let keys: [SQLValue]
    let arguments: UnsafeMutablePointer<OpaquePointer?>
    let count: Int

    init(_ call: FunctionContext, argumentCount: Int) {
      count = argumentCount
      arguments = .allocate(capacity: Swift.max(argumentCount, 1))
      for index in 0..<argumentCount { arguments[index] = sqlite3_value_dup(call.arguments[index + 1]) }
      keys = (argumentCount + 1..<call.count).map(call.value)
    }

    deinit {
      for index in 0..<count { sqlite3_value_free(arguments[index]) }
      arguments.deallocate()
    }
  }

  private let inner: any AggregateState
  private let ignoresNulls: Bool
  private var ordering: AggregateOrdering?
  private var rows: [Row] = []
  private var last: FunctionContext?

  init(_ inner: any AggregateState, ignoresNulls: Bool) {
    self.inner = inner
    self.ignoresNulls = ignoresNulls
  }

  func step(_ call: FunctionContext) throws(SQLError) {
    let ordering: AggregateOrdering
    if let known = self.ordering {
      ordering = known
    } else {
      ordering = try AggregateOrdering(call.text(0), call.session)
    }
    self.ordering = ordering
    if ignoresNulls, ordering.argumentCount > 0, call.isNull(1) { return }
    rows.append(Row(call, argumentCount: ordering.argumentCount))
    last = call
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    throw SQLError(.featureNotSupported, "aggregate ORDER BY is not implemented for window functions")
  }

  func value() throws(SQLError) -> SQLValue {
    guard let ordering, let last else { return try inner.value() }
    // Rows that are equal keep the order of their arrival.
    let order = rows.indices.sorted { a, b in
      let order = ordering.compare(rows[a].keys, rows[b].keys)
      return order == 0 ? a < b : order < 0
    }
    var previous: Row?
    for index in order {
      let row = rows[index]
      if ordering.isDistinct, let previous, ordering.compare(previous.keys, row.keys) == 0 { continue }
      previous = row
      try inner.step(
        FunctionContext(context: last.context, arguments: row.arguments, count: row.count, session: last.session))
    }
    rows = []
    return try inner.value()
  }
}

/// Texts with what stands between them: every text but the first is preceded by its own row's delimiter.
final class StringAggregate: AggregateState {
  private var text: [UInt8]?

  func step(_ call: FunctionContext) throws(SQLError) {
    if text == nil {
      text = Array(call.utf8(0))
    } else {
      if !call.isNull(1) { text?.append(contentsOf: call.utf8(1)) }
      text?.append(contentsOf: call.utf8(0))
    }
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    throw SQLError(.internalError, "texts are not taken out again")
  }

  func value() throws(SQLError) -> SQLValue { text.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .null }
}
