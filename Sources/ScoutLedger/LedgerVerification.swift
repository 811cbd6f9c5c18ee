import GRDBSQLite
import PostgresDialect
import ScoutStorage

/// What a check of the whole ledger found.
public struct LedgerVerification: Hashable, Sendable {
  public enum Problem: Hashable, Sendable {
    /// A field of the entry, or its stored hash, was changed.
    case changed(sequence: Int)
    /// The entry does not follow the one before it: one of them was put in, taken out, or exchanged.
    case broken(sequence: Int)
    /// The number is missing.
    case missing(sequence: Int)
    /// The payload is another than the one that was written.
    case payloadChanged(sequence: Int)
    /// The payload is gone and no entry says that it was taken out.
    case payloadMissing(sequence: Int)
    /// A payload belongs to no entry.
    case payloadOrphaned(sequence: Int)
    /// A stored node of the tree is wrong.
    case node(level: Int, index: Int)
    /// The stored size or right edge of the tree does not fit the entries: the end was cut off or replaced.
    case state(storedSize: Int, size: Int)
    /// The ledger is shorter than it was at the checkpoint.
    case shorterThanCheckpoint(size: Int, checkpointSize: Int)
    /// The entries that the checkpoint counted are not the same any more.
    case differsFromCheckpoint(checkpointSize: Int)
    /// A trigger that refuses changes is gone or another: the way to change entries was open.
    case unsealed(trigger: String)
    /// The current state that the relation of actions shows does not follow from the entries.
    case action(id: String, reason: String)
  }

  public var size: Int
  public var root: LedgerHash
  /// The first of each kind, in the order in which they were found; empty for an intact ledger.
  public var problems: [Problem]

  public var isIntact: Bool { problems.isEmpty }
}

extension LedgerVerification.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .changed(let sequence): "entry \(sequence) was changed"
    case .broken(let sequence): "entry \(sequence) does not follow the one before it"
    case .missing(let sequence): "entry \(sequence) is missing"
    case .payloadChanged(let sequence): "the payload of entry \(sequence) was changed"
    case .payloadMissing(let sequence): "the payload of entry \(sequence) is missing, and no entry says why"
    case .payloadOrphaned(let sequence): "there is a payload of an entry \(sequence) that does not exist"
    case .node(let level, let index): "the node \(index) of level \(level) of the tree was changed"
    case .state(let storedSize, let size): "the ledger should have \(storedSize) entries and has \(size), or others"
    case .shorterThanCheckpoint(let size, let checkpointSize):
      "the ledger has \(size) entries, fewer than the checkpoint's \(checkpointSize): it was cut or is an older copy"
    case .differsFromCheckpoint(let checkpointSize):
      "the first \(checkpointSize) entries are not those that the checkpoint was made of"
    case .unsealed(let trigger): "the trigger \(trigger), which refuses changes, is missing or was replaced"
    case .action(let id, let reason): "action \(id) shows a state that its entries do not give: \(reason)"
    }
  }
}

extension Ledger {
  /// Recomputes every hash and compares.
  ///
  /// Trusts nothing that is stored beside the entries, and no trigger. What it cannot notice without a checkpoint is an
  /// end that was cut off, or written anew, together with all that is derived from it.
  ///
  /// - Parameter checkpoint: One that was made earlier and kept elsewhere, its signature checked.
  /// - Complexity: One pass over the entries, in memory that does not grow with them but for redactions.
  public func verify(checkpoint: Checkpoint? = nil) throws -> LedgerVerification {
    var frontier = MerkleTree.Frontier()
    var previous = LedgerHash.zero
    var problems: [LedgerVerification.Problem] = []
    var kinds: Set<Int> = []
    /// Keeps the first problem of a kind: those after it often follow from it.
    func note(_ kind: Int, _ problem: LedgerVerification.Problem) {
      if kinds.insert(kind).inserted { problems.append(problem) }
    }
    var withoutPayload: Set<Int> = []
    var rootAtCheckpoint: LedgerHash?
    if checkpoint?.size == 0 { rootAtCheckpoint = MerkleTree.emptyRoot }
    let storedNodes = try connection.prepare(LedgerSQL.readNode)
    var storedNodeCount = 0

    let statement = try connection.prepare(LedgerSQL.readAll)
    var row = StoredEntry(statement)
    while try statement.step() {
      let expected = frontier.size + 1
      guard let entry = row.read() else {
        note(0, .changed(sequence: row.sequence ?? expected))
        break
      }
      if entry.sequence != expected {
        note(1, entry.sequence > expected ? .missing(sequence: expected) : .broken(sequence: expected))
      }
      let hash = entry.hash
      if hash != entry.storedHash { note(0, .changed(sequence: entry.sequence)) }
      if entry.previousHash != previous { note(2, .broken(sequence: entry.sequence)) }
      switch row.payload() {
      case .hash(let payloadHash):
        if payloadHash != entry.payloadHash { note(3, .payloadChanged(sequence: entry.sequence)) }
        if entry.isRedaction, let target = Self.redactedSequence(row.payloadText) { withoutPayload.remove(target) }
      case .damaged: note(3, .payloadChanged(sequence: entry.sequence))
      case .missing: withoutPayload.insert(entry.sequence)
      }
      var completed: [(MerkleTree.Node, LedgerHash)] = []
      frontier.append(hash) { node, hash in
        if node.level % LedgerSQL.storedLevels == 0 { completed.append((node, hash)) }
      }
      for (node, hash) in completed {
        storedNodeCount += 1
        storedNodes.bind([.integer(Int64(node.level)), .integer(Int64(node.index))])
        let isRight = try storedNodes.step() && storedNodes.row.first == .blob(hash.bytes)
        sqlite3_reset(storedNodes.handle)
        if !isRight { note(4, .node(level: node.level, index: node.index)) }
      }
      previous = hash
      if frontier.size == checkpoint?.size { rootAtCheckpoint = frontier.root }
    }
    if let first = withoutPayload.min() { note(5, .payloadMissing(sequence: first)) }
    if let orphan = try connection.rows(LedgerSQL.readOrphans).first?[0].integer {
      note(6, .payloadOrphaned(sequence: Int(orphan)))
    }
    let nodeCount = try connection.value("select count(*) from \"engine.ledger_nodes\"").integer ?? 0
    if nodeCount != Int64(storedNodeCount) { note(4, .node(level: 0, index: Int(nodeCount))) }
    let stored = try? state()
    if stored?.frontier != frontier || stored?.lastHash != previous {
      note(7, .state(storedSize: stored?.frontier.size ?? 0, size: frontier.size))
    }
    if let checkpoint {
      if checkpoint.size > frontier.size {
        note(8, .shorterThanCheckpoint(size: frontier.size, checkpointSize: checkpoint.size))
      } else if rootAtCheckpoint != checkpoint.root {
        note(9, .differsFromCheckpoint(checkpointSize: checkpoint.size))
      }
    }
    return LedgerVerification(size: frontier.size, root: frontier.root, problems: problems)
  }

  /// The triggers that should refuse changes and are gone or do something else; the proof does not rest on them.
  public func brokenSeals() throws -> [LedgerVerification.Problem] {
    try Migrations.ledgerSeals.filter { seal in
      let stored = try connection.value(
        "select sql from sqlite_schema where type = 'trigger' and name = ?1", [.text(seal.name)])
      // SQLite keeps the text but for the case of its first words.
      return stored.text?.lowercased() != seal.sql.lowercased()
    }.map { .unsealed(trigger: $0.name) }
  }

  /// The entry whose payload a redaction took out.
  private static func redactedSequence(_ payload: String) -> Int? {
    guard let start = payload.firstRange(of: "\"sequence\": ") else { return nil }
    return Int(payload[start.upperBound...].prefix { $0.isNumber })
  }
}
