import GRDBSQLite
import PostgresDialect
import ScoutStorage

/// The append-only record of what was proposed, decided and done.
///
/// Entries are chained by their hashes and form a Merkle tree. Everything here runs on a connection inside the caller's
/// transaction, so that an entry is written with the change it tells of, or not at all.
public struct Ledger {
  let connection: Connection

  public init(_ connection: Connection) { self.connection = connection }

  /// What an entry is made of; the ledger adds number, time and hashes.
  public struct Draft: Hashable, Sendable {
    public var action: String
    public var kind: LedgerEntry.Kind
    public var actor: String
    public var policyHash: LedgerHash
    /// A JSON object in any form; it is stored in PostgreSQL's normal form.
    public var payload: String

    public init(
      action: String, kind: LedgerEntry.Kind, actor: String, policyHash: LedgerHash = .zero, payload: String = "{}"
    ) {
      self.action = action
      self.kind = kind
      self.actor = actor
      self.policyHash = policyHash
      self.payload = payload
    }
  }

  /// How many entries there are, and the right edge of their tree.
  struct State {
    var frontier: MerkleTree.Frontier
    var lastHash: LedgerHash
  }

  // MARK: Appending

  /// Appends entries in order, at the transaction's time.
  ///
  /// - Throws: ``SQLError``: 22P02 for a payload that is no JSON, XX001 when the ledger's state is damaged. Nothing is
  ///   stored then.
  /// - Complexity: Two rows for each entry, and one more for each sixteen.
  @discardableResult
  public func append(_ drafts: [Draft]) throws -> [LedgerEntry] {
    guard !drafts.isEmpty else { return [] }
    var state = try state()
    let insertEntry = try connection.prepare(LedgerSQL.insertEntry)
    let insertPayload = try connection.prepare(LedgerSQL.insertPayload)
    let insertNode = try connection.prepare(LedgerSQL.insertNode)
    var entries: [LedgerEntry] = []
    entries.reserveCapacity(drafts.count)
    for draft in drafts {
      let payload = LedgerPayload(salt: salt(), text: try JSONText.normalized(draft.payload))
      let entry = LedgerEntry(
        sequence: state.frontier.size + 1, action: draft.action, kind: draft.kind, recordedAt: connection.now,
        actor: draft.actor, policyHash: draft.policyHash, payloadHash: payload.hash, previousHash: state.lastHash)
      let hash = entry.hash
      insertEntry.bind([
        .integer(Int64(entry.sequence)), .text(entry.action), .text(entry.kind.rawValue), SQLValue(entry.recordedAt),
        .text(entry.actor), .blob(entry.policyHash.bytes), .blob(entry.payloadHash.bytes),
        .blob(entry.previousHash.bytes), .blob(hash.bytes),
      ])
      try insertEntry.runOnce()
      insertPayload.bind([.integer(Int64(entry.sequence)), .blob(payload.salt), .text(payload.text)])
      try insertPayload.runOnce()
      var completed: [(MerkleTree.Node, LedgerHash)] = []
      state.frontier.append(hash) { node, hash in
        if node.level % LedgerSQL.storedLevels == 0 { completed.append((node, hash)) }
      }
      for (node, hash) in completed {
        insertNode.bind([.integer(Int64(node.level)), .integer(Int64(node.index)), .blob(hash.bytes)])
        try insertNode.runOnce()
      }
      state.lastHash = hash
      entries.append(entry)
    }
    try connection.run(
      LedgerSQL.writeState,
      [
        .integer(Int64(state.frontier.size)), .blob(state.frontier.hashes.flatMap(\.bytes)),
        .blob(state.lastHash.bytes),
      ])
    return entries
  }

  private func salt() -> [UInt8] {
    let (high, low) = connection.identifiers.next()
    return [high, low].flatMap { word in withUnsafeBytes(of: word.bigEndian, Array.init) }
  }

  func state() throws -> State {
    guard let row = try connection.rows(LedgerSQL.readState).first else {
      return State(frontier: MerkleTree.Frontier(), lastHash: .zero)
    }
    guard let size = row[0].integer, case .blob(let bytes) = row[1], case .blob(let last) = row[2],
      let lastHash = LedgerHash(bytes: last),
      let frontier = MerkleTree.Frontier(size: Int(size), hashes: LedgerSQL.hashes(in: bytes))
    else {
      throw SQLError(.dataCorrupted, "the ledger's state is damaged", hint: "Run: scout ledger verify")
    }
    return State(frontier: frontier, lastHash: lastHash)
  }

  // MARK: Reading

  public var size: Int {
    get throws { try state().frontier.size }
  }

  /// An entry and what it says; the payload is nil when it was redacted.
  public struct Record: Sendable {
    public var entry: LedgerEntry
    public var payload: LedgerPayload?
    /// As stored; equal to the entry's own hash unless somebody changed one of them.
    public var storedHash: LedgerHash
  }

  /// Records in order.
  ///
  /// - Parameters:
  ///   - action: Only those of one action.
  ///   - first: The first sequence number.
  ///   - limit: At most so many.
  public func records(action: String? = nil, from first: Int = 1, limit: Int = .max) throws -> [Record] {
    let rows = try connection.rows(
      LedgerSQL.readRecords, [SQLValue(action), .integer(Int64(first)), .integer(Int64(clamping: limit))])
    return try rows.map(record)
  }

  /// The record with that number; nil when there is none.
  public func record(_ sequence: Int) throws -> Record? {
    try connection.rows(LedgerSQL.readRecord, [.integer(Int64(sequence))]).first.map(record)
  }

  private func record(_ row: [SQLValue]) throws -> Record {
    guard let record = Record(row) else {
      throw SQLError(
        .dataCorrupted, "ledger entry \(row[0].integer ?? 0) is damaged", hint: "Run: scout ledger verify")
    }
    return record
  }

  // MARK: Tree and proofs

  /// The hash of a complete subtree of the stored tree.
  func nodeHash(_ node: MerkleTree.Node) throws -> LedgerHash {
    let reader = NodeReader(
      leaf: try connection.prepare(LedgerSQL.readLeaf), node: try connection.prepare(LedgerSQL.readNode))
    return try reader.hash(node)
  }

  /// The root of the first `size` entries.
  public func root(size: Int) throws -> LedgerHash {
    try check(size: size)
    let reader = try nodeReader()
    return try MerkleTree.root(size: size) { try reader.hash($0) }
  }

  /// The proof that an entry is among the first `size`.
  ///
  /// - Throws: ``SQLError`` 22023 when it is not.
  public func inclusionProof(sequence: Int, size: Int) throws -> [LedgerHash] {
    try check(size: size)
    guard (1...Swift.max(size, 1)).contains(sequence), size > 0 else {
      throw SQLError(.invalidParameterValue, "there is no entry \(sequence) among the first \(size)")
    }
    let reader = try nodeReader()
    return try MerkleTree.inclusionProof(index: sequence - 1, size: size) { try reader.hash($0) }
  }

  /// The proof that the first `oldSize` entries are still the ones that they were when there were no more.
  public func consistencyProof(from oldSize: Int, to size: Int) throws -> [LedgerHash] {
    try check(size: size)
    guard oldSize > 0, oldSize <= size else {
      throw SQLError(.invalidParameterValue, "a tree of \(size) entries does not grow from one of \(oldSize)")
    }
    let reader = try nodeReader()
    return try MerkleTree.consistencyProof(from: oldSize, to: size) { try reader.hash($0) }
  }

  private func check(size: Int) throws {
    let available = try self.size
    guard size >= 0, size <= available else {
      throw SQLError(.invalidParameterValue, "the ledger has \(available) entries, not \(size)")
    }
  }

  private func nodeReader() throws -> NodeReader {
    NodeReader(leaf: try connection.prepare(LedgerSQL.readLeaf), node: try connection.prepare(LedgerSQL.readNode))
  }

  /// The checkpoint of the ledger as it is.
  public func checkpoint(origin: String) throws -> Checkpoint {
    let frontier = try state().frontier
    return Checkpoint(origin: origin, size: frontier.size, root: frontier.root, time: connection.now)
  }

  // MARK: Redaction

  /// Takes out what an entry says, for good, and notes that it was taken out and by whom.
  ///
  /// - Throws: ``SQLError`` 22023 when there is no such entry or its payload is gone already.
  @discardableResult
  public func redact(sequence: Int, by actor: String, reason: String) throws -> LedgerEntry {
    guard let record = try record(sequence) else {
      throw SQLError(.invalidParameterValue, "there is no ledger entry \(sequence)")
    }
    guard record.entry.kind != .approved, record.entry.kind != .redacted else {
      throw SQLError(
        .invalidParameterValue, "entry \(sequence) is \(record.entry.kind.rawValue): what it says decides on budgets",
        hint: "It holds no more than a rule, an amount and a hash.")
    }
    guard record.payload != nil else {
      throw SQLError(.invalidParameterValue, "the payload of ledger entry \(sequence) was taken out before")
    }
    let payload = "{\"reason\": \(JSONEscape.quoted(reason)), \"sequence\": \(sequence)}"
    let entries = try append([Draft(action: record.entry.action, kind: .redacted, actor: actor, payload: payload)])
    try connection.run(LedgerSQL.deletePayload, [.integer(Int64(sequence))])
    return entries[0]
  }
}

/// Reads hashes of the tree: leaves from the entries, and every fourth level from the stored nodes.
private struct NodeReader {
  let leaf: PreparedStatement
  let node: PreparedStatement

  /// - Throws: ``SQLError`` XX001 when a hash is missing or damaged.
  func hash(_ wanted: MerkleTree.Node) throws -> LedgerHash {
    if wanted.level == 0 {
      return try read(leaf, [.integer(Int64(wanted.index) + 1)], wanted)
    }
    if wanted.level % LedgerSQL.storedLevels == 0 {
      return try read(node, [.integer(Int64(wanted.level)), .integer(Int64(wanted.index))], wanted)
    }
    let left = MerkleTree.Node(level: wanted.level - 1, index: wanted.index * 2)
    let right = MerkleTree.Node(level: wanted.level - 1, index: wanted.index * 2 + 1)
    return MerkleTree.nodeHash(try hash(left), try hash(right))
  }

  private func read(_ statement: PreparedStatement, _ values: [SQLValue], _ node: MerkleTree.Node) throws -> LedgerHash
  {
    statement.bind(values)
    defer { sqlite3_reset(statement.handle) }
    guard try statement.step(), case .blob(let bytes)? = statement.row.first, let hash = LedgerHash(bytes: bytes) else {
      throw SQLError(
        .dataCorrupted, "the hash of level \(node.level), number \(node.index), of the ledger's tree is missing",
        hint: "Run: scout ledger verify")
    }
    return hash
  }
}

extension Ledger.Record {
  /// - Returns: Nil for a row that no entry can have.
  init?(_ row: [SQLValue]) {
    func hash(_ index: Int) -> LedgerHash? {
      if case .blob(let bytes) = row[index] { LedgerHash(bytes: bytes) } else { nil }
    }
    guard row.count == 11, let sequence = row[0].integer, let action = row[1].text,
      let kind = row[2].text.flatMap(LedgerEntry.Kind.init), let time = row[3].integer, let actor = row[4].text,
      let policy = hash(5), let payloadHash = hash(6), let previous = hash(7), let stored = hash(8)
    else { return nil }
    entry = LedgerEntry(
      sequence: Int(sequence), action: action, kind: kind, recordedAt: Timestamp(microseconds: time), actor: actor,
      policyHash: policy, payloadHash: payloadHash, previousHash: previous)
    storedHash = stored
    if case .blob(let salt) = row[9], let text = row[10].text { payload = LedgerPayload(salt: salt, text: text) }
  }
}
