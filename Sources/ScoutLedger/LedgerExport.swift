import ScoutStorage

extension Ledger {
  /// The whole ledger as JSON lines that a stranger can verify with this page's rules and nothing else.
  ///
  /// The first line: `format` (`scout-ledger/1`), `origin`, `size`, `root` in hexadecimal. Then one line per entry:
  /// `sequence`, `action_id`, `kind`, `recorded_at` in microseconds, `actor`, and in hexadecimal `policy_hash`,
  /// `payload_hash`, `previous_hash`, `entry_hash`; `salt` in hexadecimal and `payload` as text, both null where the
  /// payload was redacted. Fields may be added, none changes its meaning.
  public func export(origin: String, line: (String) throws -> Void) throws {
    let size = try self.size
    var header = JSONObjectText()
    header.set("format", "scout-ledger/1")
    header.set("origin", origin)
    header.set("size", Int64(size))
    header.set("root", try root(size: size).description)
    try line(header.text)
    var next = 1
    while true {
      let records = try records(from: next, limit: 1000)
      for record in records { try line(record.json) }
      guard let last = records.last else { return }
      next = last.entry.sequence + 1
    }
  }
}

extension Ledger.Record {
  /// The line of the export.
  public var json: String {
    var object = JSONObjectText()
    object.set("sequence", Int64(entry.sequence))
    object.set("action_id", entry.action)
    object.set("kind", entry.kind.rawValue)
    object.set("recorded_at", entry.recordedAt.microseconds)
    object.set("actor", entry.actor)
    object.set("policy_hash", entry.policyHash.description)
    object.set("payload_hash", entry.payloadHash.description)
    object.set("previous_hash", entry.previousHash.description)
    object.set("entry_hash", storedHash.description)
    object.set("salt", raw: payload.map { "\"\(LedgerHash.hexadecimal($0.salt))\"" } ?? "null")
    if let payload { object.set("payload", payload.text) } else { object.set("payload", raw: "null") }
    return object.text
  }
}
