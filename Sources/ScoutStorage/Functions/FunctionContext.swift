import GRDBSQLite
import PostgresDialect

/// One call of a registered function: its arguments and its result.
struct FunctionContext {
  let context: OpaquePointer
  let arguments: UnsafeMutablePointer<OpaquePointer?>
  let count: Int
  let session: SessionState

  func isNull(_ index: Int) -> Bool { sqlite3_value_type(arguments[index]) == SQLITE_NULL }

  func integer(_ index: Int) -> Int64 { sqlite3_value_int64(arguments[index]) }

  /// A float; NaN, which SQLite has not, is the text that says so.
  func real(_ index: Int) -> Double {
    if isText(index), utf8(index).first == UInt8(ascii: "N") { return .nan }
    return sqlite3_value_double(arguments[index])
  }

  func isText(_ index: Int) -> Bool { sqlite3_value_type(arguments[index]) == SQLITE_TEXT }

  /// The bytes of a text argument; valid until the argument is converted to another type.
  func utf8(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_value_text(arguments[index])
    return UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(arguments[index])))
  }

  func text(_ index: Int) -> String { String(decoding: utf8(index), as: UTF8.self) }

  /// A decimal argument: text, or an integer that stands for itself.
  func numeric(_ index: Int) throws(SQLError) -> Numeric {
    if sqlite3_value_type(arguments[index]) == SQLITE_INTEGER { return Numeric(integer(index)) }
    guard let value = Numeric(utf8: utf8(index)) else { return try Numeric(text(index)) }
    return value
  }

  func interval(_ index: Int) throws(SQLError) -> Interval { try Interval(text(index)) }

  func zone(_ index: Int) throws(SQLError) -> TimeZoneRules { try session.zone(text(index)) }

  func value(_ index: Int) -> SQLValue { SQLValue(arguments[index]) }

  func result(_ value: Int64) { sqlite3_result_int64(context, value) }

  /// SQLite has no NaN and would make it null: it becomes a text.
  func result(_ value: Double) {
    if value.isNaN { result("NaN") } else { sqlite3_result_double(context, value) }
  }

  func result(_ value: Bool) { sqlite3_result_int(context, value ? 1 : 0) }

  func result(_ value: Numeric) { result(value.description) }

  func result(_ value: Interval) { result(value.description) }

  func resultNull() { sqlite3_result_null(context) }

  func result(_ value: String) { SQLValue.text(value).give(to: context) }

  func result(_ value: SQLValue) {
    if case .real(let number) = value { result(number) } else { value.give(to: context) }
  }

  /// Ends the call with an error that keeps its SQLSTATE on the way through SQLite.
  func fail(_ error: SQLError) {
    session.pendingError = error
    sqlite3_result_error(context, error.message, -1)
  }
}

/// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
nonisolated(unsafe) let transientDestructor = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

nonisolated(unsafe) private let emptyText: UnsafePointer<CChar> = {
  let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
  pointer.initialize(to: 0)
  return UnsafePointer(pointer)
}()

extension SQLValue {
  /// Makes the value the result of a function or a column.
  func give(to context: OpaquePointer) {
    switch self {
    case .null: sqlite3_result_null(context)
    case .integer(let number): sqlite3_result_int64(context, number)
    case .real(let number): sqlite3_result_double(context, number)
    case .text(var text):
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { chars in
          // An empty text has no address, which SQLite would take for null.
          sqlite3_result_text64(
            context, chars.baseAddress ?? emptyText, UInt64(chars.count), transientDestructor, UInt8(SQLITE_UTF8))
        }
      }
    case .blob(let bytes):
      bytes.withUnsafeBytes { sqlite3_result_blob64(context, $0.baseAddress, UInt64($0.count), transientDestructor) }
    }
  }

  /// A copy of a value that SQLite owns.
  init(_ value: OpaquePointer?) {
    switch sqlite3_value_type(value) {
    case SQLITE_INTEGER: self = .integer(sqlite3_value_int64(value))
    case SQLITE_FLOAT: self = .real(sqlite3_value_double(value))
    case SQLITE_TEXT:
      let start = sqlite3_value_text(value)
      let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
      self = .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      let start = sqlite3_value_blob(value)
      self = .blob(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))))
    default: self = .null
    }
  }
}

/// What functions may know of the session they run in.
///
/// `@unchecked Sendable`: there is one per connection, and it is used only while that connection runs a statement.
final class SessionState: @unchecked Sendable {
  var pendingError: SQLError?
  var transactionTime = Timestamp(microseconds: 0)
  var statementTime = Timestamp(microseconds: 0)
  var clock: EngineClock
  var identifiers: IdentifierSource
  /// The role whose privileges count; SET ROLE changes it.
  var role = "owner"
  let routines = RoutineState()
  let triggers = TriggerState()
  /// The rows of the running command, where it asks for them; and how many commands around each other do.
  var writtenRows: WrittenRows?
  var trackingDepth = 0
  /// How many snapshots of tables the connection has made, for their names.
  var snapshotCount = 0
  /// Receives what RAISE below EXCEPTION says: the level in capitals, and the message with its details.
  var onNotice: (@Sendable (String, SQLError) -> Void)?

  /// What `currval` gives, by the sequence's qualified name.
  private(set) var sequenceValues: [String: Int64] = [:]
  private(set) var lastSequenceValue: Int64?
  func notice(_ level: String, _ message: SQLError) {
    onNotice?(level, message)
    notices.append(
      SQLNotice(
        SQLNotice.Severity(rawValue: level) ?? .notice, message.state, message.message, detail: message.detail,
        hint: message.hint))
  }
  /// The role that the session began with.
  var sessionRole = "owner"
  /// The configuration parameters of the session that the connection works for now.
  var settings = SessionSettings()
  /// What the statement has to say beside its result.
  var notices: [SQLNotice] = []
  /// The statement's text and its command, for `current_query()` and messages.
  var statementText = ""
  var commandName = ""
  /// Whether the transaction refuses to write.
  var isReadOnly = false
  /// Whether a ``Session`` has the connection, and keeps the settings; not a single read or transaction.
  var belongsToSession = false
  /// Whether nothing may end that.
  var mustNotWrite = false
  /// Whether SET LOCAL and savepoints have a transaction to belong to.
  var isInTransactionBlock = false
  /// When the statement is cancelled, on the session's stopwatch; nil for never.
  var deadline: ContinuousClock.Instant?
  var isTimedOut = false
  /// The session's own catalog cache, whose uncommitted changes nobody else sees.
  var catalogCache: CatalogCache?
  private var zones: [String: TimeZoneRules] = [:]
  /// The types of declarations that functions were given.
  var types: [String: SQLType] = [:]
  typealias Comparison = (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Int
  /// The registered collations by name, for functions that compare values themselves.
  var collations: [String: Comparison] = [:]
  /// The database of the connection, for application functions.
  var database: (@Sendable () -> Database?)?

  init(clock: EngineClock, identifiers: IdentifierSource) {
    self.clock = clock
    self.identifiers = identifiers
  }

  func noteSequence(_ name: String, _ value: Int64) {
    sequenceValues[name] = value
    lastSequenceValue = value
  }

  /// Keeps what `currval` gives when the sequence gets another name.
  func renameSequence(_ old: String, to new: String) {
    if let value = sequenceValues.removeValue(forKey: old) { sequenceValues[new] = value }
  }

  func zone(_ name: String) throws(SQLError) -> TimeZoneRules {
    if let known = zones[name] { return known }
    let zone = try TimeZoneRules(identifier: name)
    zones[name] = zone
    return zone
  }
}

/// A scalar function under registration.
final class ScalarFunction {
  let body: (FunctionContext) throws(SQLError) -> Void
  let isStrict: Bool
  let session: SessionState

  init(session: SessionState, isStrict: Bool, body: @escaping (FunctionContext) throws(SQLError) -> Void) {
    self.session = session
    self.isStrict = isStrict
    self.body = body
  }
}

/// Registers functions on one connection.
struct FunctionRegistrar {
  let handle: OpaquePointer
  let session: SessionState

  /// A function of `arity` arguments (-1: any number).
  ///
  /// - Parameters:
  ///   - isStrict: Null in, null out, as most of PostgreSQL's functions are.
  ///   - isPure: The result depends on the arguments alone, so that SQLite may compute it once.
  func scalar(
    _ name: String, _ arity: Int, isStrict: Bool = true, isPure: Bool = true,
    _ body: @escaping (FunctionContext) throws(SQLError) -> Void
  ) {
    let function = ScalarFunction(session: session, isStrict: isStrict, body: body)
    let flags = SQLITE_UTF8 | (isPure ? SQLITE_DETERMINISTIC : 0)
    sqlite3_create_function_v2(
      handle, name, Int32(arity), flags, Unmanaged.passRetained(function).toOpaque(),
      { context, count, arguments in
        guard let context, let arguments, let data = sqlite3_user_data(context) else { return }
        let function = Unmanaged<ScalarFunction>.fromOpaque(data).takeUnretainedValue()
        let call = FunctionContext(
          context: context, arguments: arguments, count: Int(count), session: function.session)
        if function.isStrict {
          for index in 0..<Int(count) where sqlite3_value_type(arguments[index]) == SQLITE_NULL {
            sqlite3_result_null(context)
            return
          }
        }
        do throws(SQLError) {
          try function.body(call)
        } catch {
          call.fail(error)
        }
      }, nil, nil,
      { data in
        if let data { Unmanaged<ScalarFunction>.fromOpaque(data).release() }
      })
  }

  /// An aggregate that also works over window frames, and under `name_ordered` over sorted or distinct rows.
  ///
  /// - Parameter ignoresNulls: Whether rows whose first argument is null are left out, as most aggregates do.
  func aggregate(
    _ name: String, _ arity: Int, ignoresNulls: Bool = true, _ make: @escaping () -> any AggregateState
  ) {
    register(name, arity, AggregateFunction(session: session, ignoresNulls: ignoresNulls, make: make))
    let ordered = AggregateFunction(
      session: session, ignoresNulls: false, make: { OrderedAggregate(make(), ignoresNulls: ignoresNulls) })
    register(name + "_ordered", -1, ordered)
  }

  private func register(_ name: String, _ arity: Int, _ definition: AggregateFunction) {
    sqlite3_create_window_function(
      handle, name, Int32(arity), SQLITE_UTF8 | SQLITE_DETERMINISTIC, Unmanaged.passRetained(definition).toOpaque(),
      { context, count, arguments in AggregateFunction.step(context, count, arguments, isInverse: false) },
      { context in AggregateFunction.finish(context, isFinal: true) },
      { context in AggregateFunction.finish(context, isFinal: false) },
      { context, count, arguments in AggregateFunction.step(context, count, arguments, isInverse: true) },
      { data in
        if let data { Unmanaged<AggregateFunction>.fromOpaque(data).release() }
      })
  }

  func collation(_ name: String, _ compare: @escaping (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Int) {
    session.collations[name] = compare
    let box = Collation(compare: compare)
    sqlite3_create_collation_v2(
      handle, name, SQLITE_UTF8, Unmanaged.passRetained(box).toOpaque(),
      { data, leftCount, left, rightCount, right in
        guard let data else { return 0 }
        let collation = Unmanaged<Collation>.fromOpaque(data).takeUnretainedValue()
        func bytes(_ start: UnsafeRawPointer?, _ count: Int32) -> UnsafeBufferPointer<UInt8> {
          UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: Int(count))
        }
        return Int32(collation.compare(bytes(left, leftCount), bytes(right, rightCount)).signum())
      },
      { data in
        if let data { Unmanaged<Collation>.fromOpaque(data).release() }
      })
  }
}

private final class Collation {
  let compare: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Int

  init(compare: @escaping (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Int) { self.compare = compare }
}

/// The running state of an aggregate over one group or window frame.
protocol AggregateState: AnyObject {
  func step(_ call: FunctionContext) throws(SQLError)
  /// Takes out a row that leaves the frame.
  func inverse(_ call: FunctionContext) throws(SQLError)
  func value() throws(SQLError) -> SQLValue
}

private final class AggregateFunction {
  let session: SessionState
  let ignoresNulls: Bool
  let make: () -> any AggregateState

  init(session: SessionState, ignoresNulls: Bool, make: @escaping () -> any AggregateState) {
    self.session = session
    self.ignoresNulls = ignoresNulls
    self.make = make
  }

  private final class Box {
    let state: any AggregateState
    init(_ state: any AggregateState) { self.state = state }
  }

  /// SQLite gives each group eight bytes, zero at first: the address of the box.
  private static func slot(_ context: OpaquePointer?, create: Bool) -> UnsafeMutablePointer<UnsafeMutableRawPointer?>? {
    let size = create ? Int32(MemoryLayout<UnsafeMutableRawPointer?>.size) : 0
    return sqlite3_aggregate_context(context, size)?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
  }

  static func step(
    _ context: OpaquePointer?, _ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?, isInverse: Bool
  ) {
    guard let context, let arguments, let data = sqlite3_user_data(context), let slot = slot(context, create: true)
    else { return }
    let function = Unmanaged<AggregateFunction>.fromOpaque(data).takeUnretainedValue()
    if slot.pointee == nil { slot.pointee = Unmanaged.passRetained(Box(function.make())).toOpaque() }
    guard let address = slot.pointee else { return }
    let state = Unmanaged<Box>.fromOpaque(address).takeUnretainedValue().state
    let call = FunctionContext(context: context, arguments: arguments, count: Int(count), session: function.session)
    if function.ignoresNulls, call.count > 0, call.isNull(0) { return }
    do throws(SQLError) {
      if isInverse { try state.inverse(call) } else { try state.step(call) }
    } catch {
      call.fail(error)
    }
  }

  static func finish(_ context: OpaquePointer?, isFinal: Bool) {
    guard let context, let data = sqlite3_user_data(context) else { return }
    let function = Unmanaged<AggregateFunction>.fromOpaque(data).takeUnretainedValue()
    let slot = slot(context, create: false)
    let address = slot?.pointee
    let state = address.map { Unmanaged<Box>.fromOpaque($0).takeUnretainedValue().state } ?? function.make()
    var empty: OpaquePointer?
    withUnsafeMutablePointer(to: &empty) { arguments in
      let call = FunctionContext(context: context, arguments: arguments, count: 0, session: function.session)
      do throws(SQLError) {
        call.result(try state.value())
      } catch {
        call.fail(error)
      }
    }
    if isFinal, let address {
      Unmanaged<Box>.fromOpaque(address).release()
      slot?.pointee = nil
    }
  }
}
