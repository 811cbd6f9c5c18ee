import GRDBSQLite
import PostgresDialect
import ScoutStorage

/// Writes decoded records into bronze and silver.
///
/// A record whose content is in bronze already has no effect, wherever it came from. A new content of a known
/// transaction replaces its silver rows, and a void removes them: the version stored last wins.
///
/// One instance serves one write transaction; it must not outlive it.
final class TransactionStore {
  struct Counts {
    var accepted = 0
    var duplicates = 0
    var rejected = 0
  }

  private(set) var counts = Counts()
  private let sourceID: String
  private let batchID: String
  private let now: Int64
  private let insertBronze: RowStatement
  private let deleteSilver: RowStatement
  private let deleteItems: RowStatement
  private let insertSilver: RowStatement
  private let insertItem: RowStatement
  private let insertIssue: RowStatement
  private let connection: Connection
  private let dropped: DroppedRecords?
  /// Holds the texts of one transaction.
  private let texts = TextArena()

  init(connection: Connection, sourceID: String, batchID: String) throws {
    self.connection = connection
    self.sourceID = sourceID
    self.batchID = batchID
    now = connection.now.microseconds
    dropped = try DroppedRecords(connection)
    let texts = texts
    func statement(_ sql: String) throws -> RowStatement { try RowStatement(connection, texts, sql) }
    insertBronze = try statement(
      """
      insert into "scout.bronze_transactions" (source_id, batch_id, ingested_at, payload_hash, payload)
      values (?1, ?2, ?3, ?4, ?5) on conflict (payload_hash) do nothing
      """)
    deleteSilver = try statement("delete from \"scout.silver_transactions\" where transaction_id = ?1")
    deleteItems = try statement("delete from \"scout.silver_line_items\" where transaction_id = ?1")
    insertSilver = try statement(
      """
      insert into "scout.silver_transactions" (source_id, transaction_id, store_id, ts, business_date, customer_hash,
        region, city, barangay, store_type, economic_class, payment_method, request_mode, request_type,
        suggestion_accepted, gender, age_bracket, customer_type, duration_seconds, campaign_influenced, handshake_score,
        basket_size, units, net_amount, ingest_id)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
        ?24, ?25)
      on conflict (transaction_id) do nothing
      """)
    insertItem = try statement(
      """
      insert into "scout.silver_line_items" (transaction_id, ts, business_date, store_id, region, line_no, sku,
        product_name, brand, category, qty, pack_count, units, unit_price, discount, net_amount, promo_flag,
        requested_sku, is_substituted)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
      """)
    insertIssue = try statement(
      """
      insert into "scout.data_quality_issues" (ingest_id, transaction_id, issue_type, field_name, field_value,
        expected_value, severity, created_at)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """)
    // What is the same in every row is bound once.
    insertBronze.bindForever(sourceID, at: 1)
    insertBronze.bindForever(batchID, at: 2)
    var row = insertBronze.row(from: 3)
    row.bind(now)
    insertSilver.bindForever(sourceID, at: 1)
  }

  func store(_ record: DecodedRecord, fileName: String?) throws {
    switch record {
    case .accepted(let transaction): try store(transaction, fileName: fileName)
    case .rejected(let rejected): try store(rejected, fileName: fileName)
    }
  }

  private func store(_ transaction: DecodedTransaction, fileName: String?) throws {
    switch try dropped?.finding(transaction) {
    case .duplicate:
      counts.duplicates += 1
      return
    case .refused(let reason):
      counts.rejected += 1
      let raw = String(decoding: transaction.payload, as: UTF8.self)
      return try quarantine(raw, line: transaction.lineNumber, reason, fileName: fileName)
    case nil: break
    }
    texts.removeAll()
    var row = insertBronze.row(from: 4)
    row.bind(transaction.payloadHash)
    guard try insertBronze.run(with: transaction.payload, at: 5) > 0 else {
      counts.duplicates += 1
      return
    }
    counts.accepted += 1
    let ingestID = sqlite3_last_insert_rowid(connection.handle)
    if let silver = transaction.silver {
      try store(silver, transaction, ingestID)
    } else {
      _ = try removeSilver(transaction.transactionID)
    }
    for issue in transaction.issues { try store(issue, transaction.transactionID, ingestID) }
  }

  /// - Returns: Whether there was anything to remove.
  private func removeSilver(_ transactionID: String) throws -> Bool {
    var row = deleteSilver.row()
    row.bind(transactionID)
    guard try deleteSilver.run() > 0 else { return false }
    row = deleteItems.row()
    row.bind(transactionID)
    _ = try deleteItems.run()
    return true
  }

  private func store(_ silver: SilverTransaction, _ transaction: DecodedTransaction, _ ingestID: Int64) throws {
    bind(silver, transaction.transactionID, ingestID)
    // Nearly every transaction is new, so its insert is also the look-up: only a correction finds its place taken.
    if try insertSilver.run() == 0 {
      _ = try removeSilver(transaction.transactionID)
      _ = try insertSilver.run()
    }
    var row = insertItem.row()
    row.bind(transaction.transactionID)
    row.bind(silver.tsMicroseconds)
    row.bind(Int64(silver.businessDateDays))
    row.bind(silver.storeID)
    row.bind(silver.region)
    for index in transaction.items.indices {
      bind(transaction.items[index], line: index + 1)
      _ = try insertItem.run()
    }
  }

  private func bind(_ silver: SilverTransaction, _ transactionID: String, _ ingestID: Int64) {
    var row = insertSilver.row(from: 2)
    row.bind(transactionID)
    row.bind(silver.storeID)
    row.bind(silver.tsMicroseconds)
    row.bind(Int64(silver.businessDateDays))
    row.bind(silver.customerHash)
    row.bind(silver.region)
    row.bind(silver.city)
    row.bind(silver.barangay)
    row.bind(silver.storeType)
    row.bind(silver.economicClass)
    row.bind(silver.paymentMethod)
    row.bind(silver.requestMode)
    row.bind(silver.requestType)
    row.bind(silver.suggestionAccepted.map { $0 ? 1 : 0 })
    row.bind(silver.gender)
    row.bind(silver.ageBracket)
    row.bind(silver.customerType)
    row.bind(silver.durationSeconds.map(Int64.init))
    row.bind(silver.campaignInfluenced.map { $0 ? 1 : 0 })
    row.bind(silver.handshakeScoreHundredths.map(Int64.init))
    row.bind(Int64(silver.basketSize))
    row.bind(silver.units)
    row.bind(silver.netAmountHundredths)
    row.bind(ingestID)
  }

  /// Binds what differs between the lines of a transaction.
  private func bind(_ item: DecodedLineItem, line: Int) {
    var row = insertItem.row(from: 6)
    row.bind(Int64(line))
    row.bind(item.sku)
    row.bind(item.productName)
    row.bind(item.brand)
    row.bind(item.category)
    row.bind(Int64(item.qty))
    row.bind(Int64(item.packCount))
    row.bind(item.units)
    row.bind(item.unitPriceHundredths)
    row.bind(item.discountHundredths)
    row.bind(item.netAmountHundredths)
    row.bind(item.promoFlag ? 1 : 0)
    row.bind(item.requestedSKU)
    row.bind(item.isSubstituted ? 1 : 0)
  }

  private func store(_ issue: DataQualityIssue, _ transactionID: String, _ ingestID: Int64) throws {
    var row = insertIssue.row()
    row.bind(ingestID)
    row.bind(transactionID)
    row.bind(issue.kind.rawValue)
    row.bind(issue.fieldName)
    row.bind(issue.fieldValue)
    row.bind(issue.expectedValue)
    row.bind(issue.severity.rawValue)
    row.bind(now)
    _ = try insertIssue.run()
  }

  /// A refused record goes to quarantine once: the same line of the same file is not written again.
  private func store(_ rejected: RejectedRecord, fileName: String?) throws {
    counts.rejected += 1
    var reason = rejected.reason
    if let digest = rejected.rawSHA256 {
      reason += " (the raw text is cut; \(rejected.byteCount) bytes, SHA-256 \(digest))"
    }
    try quarantine(rejected.raw, line: rejected.lineNumber, reason, fileName: fileName)
  }

  private func quarantine(_ raw: String, line: Int64, _ reason: String, fileName: String?) throws {
    try connection.run(
      """
      insert into "scout.bronze_rejects" (source_id, batch_id, line_no, raw, reason, detected_at, file_name)
      select ?1, ?2, ?3, ?4, ?5, ?6, ?7
      where not exists (
        select 1 from "scout.bronze_rejects" where line_no = ?3 and raw = ?4
      )
      """,
      [
        .text(sourceID), .text(batchID), .integer(line), .text(raw), .text(reason),
        .integer(now), SQLValue(fileName),
      ])
  }
}
