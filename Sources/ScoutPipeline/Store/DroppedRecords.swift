import PostgresDialect
import ScoutStorage

/// Tells of a record that arrives after retention dropped what it belongs to.
final class DroppedRecords {
  enum Finding {
    /// Bronze had this content.
    case duplicate
    /// Why the record cannot be taken in.
    case refused(String)
  }

  private let connection: Connection
  private let range: DroppedRange?

  /// Nil when nothing was ever dropped.
  init?(_ connection: Connection) throws {
    guard try connection.value("select 1 from \"engine.retention\" limit 1") != .null else { return nil }
    self.connection = connection
    range = try DroppedRange.read(connection)
  }

  func finding(_ record: DecodedTransaction) throws -> Finding? {
    if try connection.value(
      "select 1 from \"engine.dropped_payloads\" where payload_hash = ?1", [.text(record.payloadHash)]) != .null
    {
      return .duplicate
    }
    guard let range else { return nil }
    let known = try connection.value(
      "select business_date from \"engine.dropped_transactions\" where transaction_id = ?1",
      [.text(record.transactionID)]
    ).integer
    var reason: String?
    if let known {
      reason =
        "retention dropped an earlier version of this transaction, of \(DateTimeText.text(date: Int(known))); silver is "
        + "kept from \(range.beforeText) on"
    } else if let silver = record.silver, Int64(silver.businessDateDays) < range.before {
      reason =
        "its business date \(DateTimeText.text(date: Int(silver.businessDateDays))) lies in a range that retention "
        + "dropped; silver is kept from \(range.beforeText) on"
    }
    guard let reason else { return nil }
    let isDuplicate =
      try connection.value(
        "select 1 from \"scout.bronze_transactions\" where payload_hash = ?1", [.text(record.payloadHash)]) != .null
    return isDuplicate ? .duplicate : .refused(reason)
  }
}
