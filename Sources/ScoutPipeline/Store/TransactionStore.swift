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
  /// Whether silver differs from before.
  private(set) var changedSilver = false
  private let sourceID: String
  private let batchID: String
  private let now: Int64
  private let insertBronze: Statement
  private let findSilver: Statement
  private let deleteSilver: Statement
  private let deleteItems: Statement
  private let insertSilver: Statement
  private let insertItem: Statement
  private let insertIssue: Statement
  private let connection: Connection

  init(connection: Connection, sourceID: String, batchID: String) throws {
    self.connection = connection
    self.sourceID = sourceID
    self.batchID = batchID
    now = connection.now.microseconds
    insertBronze = try Statement(
      connection,
      """
      insert into "scout.bronze_transactions" (source_id, batch_id, payload, payload_hash, ingested_at)
      values (?1, ?2, ?3, ?4, ?5) on conflict (payload_hash) do nothing
      """)
    findSilver = try Statement(connection, "select 1 from \"scout.silver_transactions\" where transaction_id = ?1")
    deleteSilver = try Statement(connection, "delete from \"scout.silver_transactions\" where transaction_id = ?1")
    deleteItems = try Statement(connection, "delete from \"scout.silver_line_items\" where transaction_id = ?1")
    insertSilver = try Statement(
      connection,
      """
      insert into "scout.silver_transactions" (transaction_id, store_id, ts, business_date, customer_hash, region, city,
        barangay, store_type, economic_class, payment_method, request_mode, request_type, suggestion_accepted, gender,
        age_bracket, customer_type, duration_seconds, campaign_influenced, handshake_score, basket_size, units,
        net_amount, source_id, ingest_id)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
        ?24, ?25)
      """)
    insertItem = try Statement(
      connection,
      """
      insert into "scout.silver_line_items" (transaction_id, line_no, ts, business_date, store_id, region, sku,
        product_name, brand, category, qty, pack_count, units, unit_price, discount, net_amount, promo_flag,
        requested_sku, is_substituted)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
      """)
    insertIssue = try Statement(
      connection,
      """
      insert into "scout.data_quality_issues" (ingest_id, transaction_id, issue_type, field_name, field_value,
        expected_value, severity, created_at)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """)
  }

  func store(_ record: DecodedRecord, fileName: String?) throws {
    switch record {
    case .accepted(let transaction): try store(transaction)
    case .rejected(let rejected): try store(rejected, fileName: fileName)
    }
  }

  private func store(_ transaction: DecodedTransaction) throws {
    insertBronze.bind(sourceID)
    insertBronze.bind(batchID)
    insertBronze.bind(transaction.payload)
    insertBronze.bind(transaction.payloadHash)
    insertBronze.bind(now)
    try insertBronze.run()
    guard connection.changedRowCount > 0 else {
      counts.duplicates += 1
      return
    }
    counts.accepted += 1
    let ingestID = sqlite3_last_insert_rowid(connection.handle)

    findSilver.bind(transaction.transactionID)
    if try findSilver.exists() {
      changedSilver = true
      deleteSilver.bind(transaction.transactionID)
      try deleteSilver.run()
      deleteItems.bind(transaction.transactionID)
      try deleteItems.run()
    }
    if let silver = transaction.silver {
      changedSilver = true
      try store(silver, transaction, ingestID)
    }
    for issue in transaction.issues { try store(issue, transaction.transactionID, ingestID) }
  }

  private func store(_ silver: SilverTransaction, _ transaction: DecodedTransaction, _ ingestID: Int64) throws {
    let statement = insertSilver
    statement.bind(transaction.transactionID)
    statement.bind(silver.storeID)
    statement.bind(silver.tsMicroseconds)
    statement.bind(Int64(silver.businessDateDays))
    statement.bind(silver.customerHash)
    statement.bind(silver.region)
    statement.bind(silver.city)
    statement.bind(silver.barangay)
    statement.bind(silver.storeType)
    statement.bind(silver.economicClass)
    statement.bind(silver.paymentMethod)
    statement.bind(silver.requestMode)
    statement.bind(silver.requestType)
    statement.bind(silver.suggestionAccepted.map { $0 ? 1 : 0 })
    statement.bind(silver.gender)
    statement.bind(silver.ageBracket)
    statement.bind(silver.customerType)
    statement.bind(silver.durationSeconds.map(Int64.init))
    statement.bind(silver.campaignInfluenced.map { $0 ? 1 : 0 })
    statement.bind(silver.handshakeScoreHundredths.map(Int64.init))
    statement.bind(Int64(silver.basketSize))
    statement.bind(silver.units)
    statement.bind(silver.netAmountHundredths)
    statement.bind(sourceID)
    statement.bind(ingestID)
    try statement.run()
    for (index, item) in transaction.items.enumerated() {
      let statement = insertItem
      statement.bind(transaction.transactionID)
      statement.bind(Int64(index + 1))
      statement.bind(silver.tsMicroseconds)
      statement.bind(Int64(silver.businessDateDays))
      statement.bind(silver.storeID)
      statement.bind(silver.region)
      statement.bind(item.sku)
      statement.bind(item.productName)
      statement.bind(item.brand)
      statement.bind(item.category)
      statement.bind(Int64(item.qty))
      statement.bind(Int64(item.packCount))
      statement.bind(item.units)
      statement.bind(item.unitPriceHundredths)
      statement.bind(item.discountHundredths)
      statement.bind(item.netAmountHundredths)
      statement.bind(item.promoFlag ? 1 : 0)
      statement.bind(item.requestedSKU)
      statement.bind(item.isSubstituted ? 1 : 0)
      try statement.run()
    }
  }

  private func store(_ issue: DataQualityIssue, _ transactionID: String, _ ingestID: Int64) throws {
    insertIssue.bind(ingestID)
    insertIssue.bind(transactionID)
    insertIssue.bind(issue.kind.rawValue)
    insertIssue.bind(issue.fieldName)
    insertIssue.bind(issue.fieldValue)
    insertIssue.bind(issue.expectedValue)
    insertIssue.bind(issue.severity.rawValue)
    insertIssue.bind(now)
    try insertIssue.run()
  }

  /// A refused record goes to quarantine once: the same line of the same file is not written again.
  private func store(_ rejected: RejectedRecord, fileName: String?) throws {
    counts.rejected += 1
    var reason = rejected.reason
    if let digest = rejected.rawSHA256 {
      reason += " (the raw text is cut; \(rejected.byteCount) bytes, SHA-256 \(digest))"
    }
    try connection.run(
      """
      insert into "scout.bronze_rejects" (source_id, batch_id, line_no, raw, reason, detected_at, file_name)
      select ?1, ?2, ?3, ?4, ?5, ?6, ?7
      where not exists (
        select 1 from "scout.bronze_rejects" where source_id = ?1 and line_no = ?3 and raw = ?4 and file_name is ?7
      )
      """,
      [
        .text(sourceID), .text(batchID), .integer(rejected.lineNumber), .text(rejected.raw), .text(reason),
        .integer(now), SQLValue(fileName),
      ])
  }
}

/// A prepared statement whose values are bound one after the other, with no copies of texts.
private final class Statement {
  private let prepared: PreparedStatement
  private let handle: OpaquePointer
  private var position: Int32 = 0

  init(_ connection: Connection, _ sql: String) throws {
    prepared = try connection.prepare(sql)
    handle = prepared.handle
  }

  func bind(_ value: Int64?) {
    position += 1
    if let value { sqlite3_bind_int64(handle, position, value) } else { sqlite3_bind_null(handle, position) }
  }

  func bind(_ text: String?) {
    position += 1
    guard var text else {
      sqlite3_bind_null(handle, position)
      return
    }
    text.withUTF8 { bind($0) }
  }

  func bind(_ bytes: [UInt8]) {
    position += 1
    bytes.withUnsafeBufferPointer { bind($0) }
  }

  private func bind(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else {
      sqlite3_bind_text(handle, position, "", 0, nil)
      return
    }
    start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { chars in
      _ = sqlite3_bind_text64(
        handle, position, chars, UInt64(bytes.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self),
        UInt8(SQLITE_UTF8))
    }
  }

  func run() throws {
    position = 0
    try prepared.runOnce()
  }

  func exists() throws -> Bool {
    position = 0
    defer { sqlite3_reset(handle) }
    return try prepared.step()
  }
}
