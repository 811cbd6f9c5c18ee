import GRDBSQLite
import ScoutStorage

/// The entry at which a statement over ``LedgerSQL/readAll`` stands, read where SQLite keeps it.
///
/// Verification hashes what is stored, byte for byte; values in between would be most of its time.
struct StoredEntry {
  struct Checked {
    var sequence: Int
    var isRedaction: Bool
    /// What the fields give.
    var hash: LedgerHash
    var payloadHash: LedgerHash
    var previousHash: LedgerHash
    /// As stored.
    var storedHash: LedgerHash
  }

  enum Payload {
    case hash(LedgerHash)
    case missing, damaged
  }

  private let statement: OpaquePointer
  /// Reused for every entry.
  private var bytes: [UInt8] = []
  private let kinds = Set(LedgerEntry.Kind.allCases.map(\.rawValue))

  init(_ statement: PreparedStatement) { self.statement = statement.handle }

  var sequence: Int? { integer(0).map { Int($0) } }

  /// - Returns: Nil for a row that no entry can have.
  mutating func read() -> Checked? {
    guard let sequence = integer(0), let action = text(1), let kindBytes = text(2), let time = integer(3),
      let actor = text(4), let policy = hash(5), let payload = hash(6), let previous = hash(7), let stored = hash(8)
    else { return nil }
    let kind = String(decoding: kindBytes, as: UTF8.self)
    guard kinds.contains(kind) else { return nil }
    LedgerEntry.encode(
      sequence: sequence, action: action, kind: kindBytes, microseconds: time, actor: actor, policyHash: policy,
      payloadHash: payload, previousHash: previous, into: &bytes)
    return Checked(
      sequence: Int(sequence), isRedaction: kind == LedgerEntry.Kind.redacted.rawValue,
      hash: MerkleTree.leafHash(bytes), payloadHash: payload, previousHash: previous, storedHash: stored)
  }

  mutating func payload() -> Payload {
    if sqlite3_column_type(statement, 9) == SQLITE_NULL && sqlite3_column_type(statement, 10) == SQLITE_NULL {
      return .missing
    }
    guard let salt = blob(9), let text = text(10) else { return .damaged }
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: salt)
    bytes.append(0)
    bytes.append(contentsOf: text)
    return .hash(LedgerHash(of: bytes))
  }

  var payloadText: String { text(10).map { String(decoding: $0, as: UTF8.self) } ?? "" }

  // MARK: Columns

  private func integer(_ column: Int32) -> Int64? {
    sqlite3_column_type(statement, column) == SQLITE_INTEGER ? sqlite3_column_int64(statement, column) : nil
  }

  private func text(_ column: Int32) -> UnsafeRawBufferPointer? {
    guard sqlite3_column_type(statement, column) == SQLITE_TEXT else { return nil }
    let start = sqlite3_column_text(statement, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  private func blob(_ column: Int32) -> UnsafeRawBufferPointer? {
    guard sqlite3_column_type(statement, column) == SQLITE_BLOB else { return nil }
    let start = sqlite3_column_blob(statement, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  private func hash(_ column: Int32) -> LedgerHash? { blob(column).flatMap { LedgerHash(raw: $0) } }
}
