import PostgresDialect

/// A catalogue in a file: the source that needs no network.
///
/// CSV with a header row, or JSON Lines. The columns: `brand` and `product_name` (or `sku_name`, `name`) are needed;
/// `sku`, `category`, `subcategory`, `pack_size` (or `size`), `upc` (or `barcode`, `gtin`), `list_price` (or
/// `unit_price`, `price`), `price_min`, `price_max`, `currency`, `image_url`, `source_url` are read where they are.
/// Names of other columns are of no matter.
public struct OfflineCatalogue: SKUSource {
  public let name = "catalogue"
  private let products: [String: [ExtractedProduct]]
  /// The lines that could not be read, with their reasons; at most a hundred.
  public let problems: [String]

  /// The number of products.
  public var count: Int { products.values.reduce(0) { $0 + $1.count } }

  /// Reads a file; its name tells the form: `.jsonl` and `.ndjson` are JSON Lines, everything else is CSV.
  public init(path: String, maximumBytes: Int = 256 << 20) throws(SourceError) {
    self.init(records: try CatalogueRecord.read(path, maximumBytes: maximumBytes), file: path)
  }

  public init(text: String, isJSONLines: Bool, file: String) {
    self.init(records: isJSONLines ? JSONLinesRecords.records(text) : DelimitedText.records(text), file: file)
  }

  private init(records: [CatalogueRecord], file: String) {
    var products: [String: [ExtractedProduct]] = [:]
    var problems: [String] = []
    for record in records {
      guard let product = Self.product(record, file: file) else {
        if problems.count < 100 { problems.append("\(file):\(record.line): needs a brand and a product_name") }
        continue
      }
      products[BrandKey.key(product.brand ?? ""), default: []].append(product)
    }
    self.products = products
    self.problems = problems
  }

  public func products(for request: SKURequest) async throws -> SourceAnswer {
    SourceAnswer(products: products[BrandKey.key(request.brand)] ?? [], warnings: problems)
  }

  private static func product(_ record: CatalogueRecord, file: String) -> ExtractedProduct? {
    func field(_ names: String...) -> String? { record.first(names) }
    guard let brand = field("brand", "brand_name"), let name = field("product_name", "sku_name", "name") else {
      return nil
    }
    func price(_ text: String?) -> Numeric? { text.flatMap(PriceText.machineAmount) }
    let listed = price(field("list_price", "unit_price", "price"))
    let low = price(field("price_min")) ?? listed
    return ExtractedProduct(
      name: name, brand: brand, category: field("category", "category_name"),
      gtin: field("upc", "barcode", "gtin", "ean").flatMap(GTIN.init(machine:)), sku: field("sku"),
      size: field("pack_size", "size").flatMap(PackSize.init) ?? PackSize(name), priceMin: low,
      priceMax: price(field("price_max")) ?? low, currency: low == nil ? nil : field("currency") ?? "PHP",
      imageURL: field("image_url"), sourceURL: field("source_url") ?? "catalogue:\(file)", method: .catalogue)
  }
}

/// One row of a catalogue's file: values by column, the columns in lower case.
public struct CatalogueRecord: Hashable, Sendable {
  /// From 1.
  public var line: Int
  public var fields: [String: String]

  /// The rows of a file; its name tells the form: `.jsonl` and `.ndjson` are JSON Lines, everything else is CSV.
  public static func read(_ path: String, maximumBytes: Int = 256 << 20) throws(SourceError) -> [CatalogueRecord] {
    let text = String(decoding: try BoundedFile.read(path, maximumBytes: maximumBytes), as: UTF8.self)
    let isLines = path.lowercased().hasSuffix(".jsonl") || path.lowercased().hasSuffix(".ndjson")
    return isLines ? JSONLinesRecords.records(text) : DelimitedText.records(text)
  }

  /// The rows of CSV text.
  public static func read(csv text: String) -> [CatalogueRecord] { DelimitedText.records(text) }

  /// The first of the columns that has a value.
  public func first(_ names: [String]) -> String? {
    for name in names {
      if let value = fields[name]?.collapsingWhitespace(), !value.isEmpty { return value }
    }
    return nil
  }
}

/// Rows of CSV as RFC 4180 describes, with a header row; a `;` or a tab in the header is understood as the separator.
enum DelimitedText {
  static func records(_ text: String) -> [CatalogueRecord] {
    let bytes = Array(text.utf8)
    let header = bytes.prefix { $0 != 0x0A }
    let separator: UInt8 =
      [0x2C, 0x3B, 0x09].max { a, b in
        header.count { $0 == a } < header.count { $0 == b }
      } ?? 0x2C
    var rows = rows(bytes, separator: separator)
    guard !rows.isEmpty else { return [] }
    let columns = rows.removeFirst().fields.map { name in
      (name.hasPrefix("\u{FEFF}") ? String(name.dropFirst()) : name).collapsingWhitespace().lowercased()
    }
    return rows.map { row in
      CatalogueRecord(
        line: row.line, fields: Dictionary(zip(columns, row.fields), uniquingKeysWith: { first, _ in first }))
    }
  }

  private static func rows(_ bytes: [UInt8], separator: UInt8) -> [(line: Int, fields: [String])] {
    var rows: [(line: Int, fields: [String])] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var (line, start, isQuoted) = (1, 1, false)
    func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
    }
    func endRow() {
      endField()
      if fields.count > 1 || fields.first?.isEmpty == false { rows.append((start, fields)) }
      fields.removeAll(keepingCapacity: true)
    }
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == 0x0A { line += 1 }
      if isQuoted {
        if byte != 0x22 {
          field.append(byte)
        } else if at < bytes.count, bytes[at] == 0x22 {
          field.append(byte)
          at += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case 0x22 where field.isEmpty: isQuoted = true
      case separator: endField()
      case 0x0D: continue
      case 0x0A:
        endRow()
        start = line
      default: field.append(byte)
      }
    }
    if !field.isEmpty || !fields.isEmpty { endRow() }
    return rows
  }
}

/// Rows of JSON Lines: one object a line; values that are no text or number are left out.
enum JSONLinesRecords {
  static func records(_ text: String) -> [CatalogueRecord] {
    var records: [CatalogueRecord] = []
    for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { $0 > 0x20 }) else { continue }
      var data = LinkedData()
      let bytes = Array(line)
      bytes.withUnsafeBufferPointer { LenientJSON.read($0, into: &data) }
      var fields: [String: String] = [:]
      if let root = data.roots.first {
        for (name, value) in data.things[root].properties where fields[name] == nil {
          fields[name] = data.plain(value)
        }
      }
      records.append(CatalogueRecord(line: index + 1, fields: fields))
    }
    return records
  }
}
