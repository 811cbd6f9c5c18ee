import GRDBSQLite
import Scout

/// The floor of ingest: prepared statements that insert rows which lie decoded in memory, ready to bind.
///
/// The same tables and indices, durability and batch size as ingest; no file is read, nothing is decoded, looked up,
/// copied or counted. What ingest takes longer is its own doing.
final class BareInsert {
  private static let tables = [
    (
      name: "scout.bronze_transactions",
      columns: ["source_id", "batch_id", "ingested_at", "payload_hash", "payload"]
    ),
    (
      name: "scout.silver_transactions",
      columns: [
        "source_id", "ingest_id", "transaction_id", "store_id", "ts", "business_date", "customer_hash", "region",
        "city",
        "barangay", "store_type", "economic_class", "payment_method", "request_mode", "request_type",
        "suggestion_accepted", "gender", "age_bracket", "customer_type", "duration_seconds", "campaign_influenced",
        "handshake_score", "basket_size", "units", "net_amount",
      ]
    ),
    (
      name: "scout.silver_line_items",
      columns: [
        "transaction_id", "line_no", "ts", "business_date", "store_id", "region", "sku", "product_name", "brand",
        "category", "qty", "pack_count", "units", "unit_price", "discount", "net_amount", "promo_flag", "requested_sku",
        "is_substituted",
      ]
    ),
  ]

  private enum Cell {
    case null
    case integer(Int64)
    case text(UnsafeBufferPointer<CChar>)
  }

  private struct Row {
    var table: Int
    var cells: Range<Int>
  }

  private var cells: [Cell] = []
  private var rows: [Row] = []
  private var allocations: [UnsafeMutableBufferPointer<CChar>] = []
  private let batchSize = Scout.IngestOptions().batchSize

  /// Decodes the whole file into memory.
  init(reading path: String) throws {
    let options = DecoderOptions(
      timeZone: try TimeZoneRules(identifier: "Asia/Manila"), customerMask: CustomerMask(secret: "bench"))
    let decoder = try RecordDecoder.open(.path(path), options: options)
    var transactions: [DecodedTransaction] = []
    var hashes: Set<String> = []
    var last: [String: Int] = [:]
    while let batch = try decoder.nextBatch(limit: 10_000) {
      for case .accepted(let transaction) in batch.records where hashes.insert(transaction.payloadHash).inserted {
        last[transaction.transactionID] = transactions.count
        transactions.append(transaction)
      }
    }
    // Bronze has every version; silver has the last one, unless that is a void.
    for (index, transaction) in transactions.enumerated() {
      addBronze(transaction)
      if last[transaction.transactionID] == index { addSilver(transaction, ingestID: Int64(index + 1)) }
    }
  }

  deinit { for allocation in allocations { allocation.deallocate() } }

  // MARK: Rows

  private func row(_ table: Int, _ add: () -> Void) {
    let start = cells.count
    add()
    rows.append(Row(table: table, cells: start..<cells.count))
  }

  private func add(_ value: Int64?) { cells.append(value.map { .integer($0) } ?? .null) }

  private func add(_ text: String?) {
    if let text { add(Array(text.utf8)) } else { cells.append(.null) }
  }

  private func add(_ bytes: [UInt8]) {
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
    _ = copy.initialize(from: bytes.map { CChar(bitPattern: $0) })
    allocations.append(copy)
    cells.append(.text(UnsafeBufferPointer(copy)))
  }

  private func addBronze(_ transaction: DecodedTransaction) {
    row(0) {
      add("bench")
      add("bench")
      add(Workspace.endOfData.microseconds)
      add(transaction.payloadHash)
      add(transaction.payload)
    }
  }

  private func addSilver(_ transaction: DecodedTransaction, ingestID: Int64) {
    guard let value = transaction.silver else { return }
    row(1) {
      add("bench")
      add(ingestID)
      add(transaction.transactionID)
      add(value.storeID)
      add(value.tsMicroseconds)
      add(Int64(value.businessDateDays))
      for text in [
        value.customerHash, value.region, value.city, value.barangay, value.storeType, value.economicClass,
        value.paymentMethod, value.requestMode, value.requestType,
      ] {
        add(text)
      }
      add(value.suggestionAccepted.map { $0 ? 1 : 0 })
      add(value.gender)
      add(value.ageBracket)
      add(value.customerType)
      add(value.durationSeconds.map(Int64.init))
      add(value.campaignInfluenced.map { $0 ? 1 : 0 })
      add(value.handshakeScoreHundredths.map(Int64.init))
      add(Int64(value.basketSize))
      add(value.units)
      add(value.netAmountHundredths)
    }
    for (index, line) in transaction.items.enumerated() {
      row(2) {
        add(transaction.transactionID)
        add(Int64(index + 1))
        add(value.tsMicroseconds)
        add(Int64(value.businessDateDays))
        for text in [value.storeID, value.region, line.sku, line.productName, line.brand, line.category] { add(text) }
        for number in [
          Int64(line.qty), Int64(line.packCount), line.units, line.unitPriceHundredths, line.discountHundredths,
          line.netAmountHundredths, line.promoFlag ? 1 : 0,
        ] {
          add(number)
        }
        add(line.requestedSKU)
        add(line.isSubstituted ? 1 : 0)
      }
    }
  }

  // MARK: Inserting

  /// Inserts all rows into the database at `path`, which has the tables and no rows.
  func run(_ path: String) throws {
    let session = try Session(path)
    let statements = try BareInsert.tables.map { try session.insert(into: $0.name, $0.columns) }
    try session.execute("begin immediate")
    var inBatch = 0
    for row in rows {
      if row.table == 0 {
        if inBatch == batchSize {
          try session.execute("commit; begin immediate")
          inBatch = 0
        }
        inBatch += 1
      }
      let statement = statements[row.table]
      for (position, cell) in zip(1..., cells[row.cells]) {
        switch cell {
        case .null: sqlite3_bind_null(statement, Int32(position))
        case .integer(let number): sqlite3_bind_int64(statement, Int32(position), number)
        case .text(let text): sqlite3_bind_text(statement, Int32(position), text.baseAddress, Int32(text.count), nil)
        }
      }
      guard sqlite3_step(statement) == SQLITE_DONE else { throw session.failure() }
      sqlite3_reset(statement)
    }
    try session.execute("commit")
    for statement in statements { sqlite3_finalize(statement) }
  }
}

/// One connection, set up as Scout sets up its own for an ingest batch.
private final class Session {
  private var handle: OpaquePointer?

  init(_ path: String) throws {
    guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK else {
      throw BenchmarkFailure("\(path) cannot be opened")
    }
    try execute("pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory")
    try execute("pragma cache_size = -16000")
  }

  deinit { sqlite3_close(handle) }

  func execute(_ sql: String) throws {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  func insert(into table: String, _ columns: [String]) throws -> OpaquePointer? {
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    let sql = "insert into \"\(table)\" (\(columns.joined(separator: ", "))) values (\(places))"
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failure() }
    return statement
  }

  func failure() -> BenchmarkFailure { BenchmarkFailure("bare insert: \(String(cString: sqlite3_errmsg(handle)))") }
}
