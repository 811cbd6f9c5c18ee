import Testing

@testable import ScoutPipeline

@Suite struct SourceMappingTests {
  private let minimal = """
    source: shop
    columns: {transaction_id: id, ts: when, sku: code, qty: n, unit_price: price}
    constants: {store_id: S1, brand: None, category: Goods}
    """

  private func message(_ yaml: String) -> String? {
    do {
      _ = try SourceMapping(yaml: yaml, fileName: "m.yaml")
      return nil
    } catch { return error.description }
  }

  @Test func `columns are renamed and constants are added`() throws {
    let mapping = try SourceMapping(yaml: minimal, fileName: "m.yaml")
    #expect(mapping.source == "shop")
    let text = "price;n;code;when;id;extra\n2,5;1;x;2025-08-01;A;?\n2.5;2; y ;2025-08-01;B;?\n"
    let records = try decodeCSV(text, mapping: mapping)
    #expect(records[0].rejected?.reason == "line 2: items[0].unit_price: expected a number, got \"2,5\"")
    #expect(
      records[1].accepted?.payloadText
        == #"{"ts": "2025-08-01", "items": [{"qty": 2, "sku": "y", "brand": "None", "category": "Goods", "unit_price": 2.5}], "store_id": "S1", "transaction_id": "B"}"#
    )
  }

  @Test func `every option of a field`() throws {
    let mapping = try SourceMapping(
      yaml: """
        source: shop
        time: {format: d/M/yyyy h:mm a, zone: Europe/London}
        columns:
          transaction_id: {column: id, strip_prefix: "#", strip_suffix: ".0", case: upper}
          ts: when
          sku: {column: code, trim: false}
          qty: n
          unit_price: {column: price, remove: ","}
          customer_type: {coalesce: [kind, type], default: walk-in}
        constants: {store_id: S1, brand: None}
        derived:
          category: {column: code, starts_with: {A: Apples, AB: Abaca}, default: Other}
          payment_method: {column: pay, map: {CASH: cash, GC: gcash}}
        """, fileName: "m.yaml")
    let text = """
      id,when,code,n,price,kind,type,pay
      #ab1.0,1/7/2011 12:05 AM,ABC,1,"1,234.50",,regular,GC
      #ab2.0,1/12/2011 1:05 PM, Z,1,2,,,CASH
      """
    let records = try decodeCSV(text, mapping: mapping).compactMap(\.accepted)
    #expect(records.map(\.transactionID) == ["AB1", "AB2"])
    // Summer time in July, none in December.
    #expect(records[0].payloadText.contains(#""ts": "2011-07-01T00:05:00+01:00""#))
    #expect(records[1].payloadText.contains(#""ts": "2011-12-01T13:05:00+00:00""#))
    #expect(records.map { $0.items[0].category } == ["Abaca", "Other"])
    #expect(records.map { $0.items[0].sku } == ["ABC", " Z"])
    #expect(records.map { $0.silver?.customerType } == ["regular", "walk-in"])
    #expect(records.map { $0.silver?.paymentMethod } == ["gcash", "cash"])
    #expect(records[0].items[0].unitPriceHundredths == 123_450)
  }

  @Test func `JSON Lines with other keys`() throws {
    let mapping = try SourceMapping(
      yaml: """
        source: pos
        format: jsonl
        items: order.lines
        time: {format: epoch_milliseconds}
        columns: {transaction_id: order.no, store_id: shop, ts: t, sku: c, qty: q, unit_price: p, brand: b, promo: sale}
        constants: {category: Goods}
        """, fileName: "m.yaml")
    let line =
      #"{"shop":7,"t":86400000,"order":{"no":"A\u00e9","lines":[{"c":"x","q":2,"p":1.50,"b":"B","sale":true}]},"other":1}"#
    let decoder = try RecordDecoder(
      BufferByteSource(line + "\nno\n{}"), format: .jsonLines, mapping: mapping, options: testOptions())
    let records = try decoder.all()
    #expect(
      records[0].accepted?.payloadText
        == #"{"ts": "1970-01-02T00:00:00Z", "items": [{"qty": 2, "sku": "x", "brand": "B", "promo": true, "category": "Goods", "unit_price": 1.50}], "store_id": "7", "transaction_id": "Aé"}"#
    )
    #expect(records[1].rejected?.reason == "column 1: expected a JSON value, got \"n\"")
    #expect(records[2].rejected?.reason == "transaction_id: required, and missing")
    #expect(records[2].rejected?.raw == "{}")
  }

  @Test(arguments: [("iso-8859-1", "\u{80}é"), ("windows-1252", "€é")])
  func `other encodings on request`(_ encoding: String, _ expected: String) throws {
    let mapping = try SourceMapping(yaml: minimal + "\nencoding: \(encoding)", fileName: "m.yaml")
    let bytes = Array("id,when,code,n,price\nA,2025-08-01,".utf8) + [0x80, 0xE9] + Array(",1,1\n".utf8)
    let decoder = try RecordDecoder(BufferByteSource(bytes), format: .csv, mapping: mapping, options: testOptions())
    #expect(try decoder.all().first?.accepted?.items.first?.sku == expected)
    let plain = try SourceMapping(yaml: minimal, fileName: "m.yaml")
    let refused = try RecordDecoder(BufferByteSource(bytes), format: .csv, mapping: plain, options: testOptions()).all()
    #expect(
      refused.first?.rejected?.reason
        == "line 2: column 14: invalid UTF-8; if the file has another encoding, name it in a source mapping")
  }

  @Test func `identical rows are lines, or repeats when the mapping says so`() throws {
    let text = "id,when,code,n,price\nA,2025-08-01,x,1,1\nA,2025-08-01,x,1,1\nA,2025-08-01,x,2,1\n"
    let keep = try SourceMapping(yaml: minimal, fileName: "m.yaml")
    #expect(try decodeCSV(text, mapping: keep).first?.accepted?.items.map(\.qty) == [1, 1, 2])
    let drop = try SourceMapping(yaml: minimal + "\nrepeats: drop", fileName: "m.yaml")
    #expect(try decodeCSV(text, mapping: drop).first?.accepted?.items.map(\.qty) == [1, 2])
  }

  @Test func `a mapping is reported whole, with places and near misses`() {
    let yaml = """
      sorce: shop
      format: cvs
      repeats: sometimes
      time: {format: dd.MM., zoen: UTC}
      columns:
        transaction_id: {colum: id}
        tz: when
        sku: {column: a, coalesce: [b]}
      constants: {qty: [1]}
      """
    #expect(
      message(yaml) == """
        m.yaml:1:1: unknown key "sorce"; did you mean "source"?
        m.yaml:1:1: source: required, and missing: the name under which the data are stored
        m.yaml:2:9: format: unknown value "cvs"; did you mean "csv"?
        m.yaml:3:10: repeats: unknown value "sometimes"; expected one of keep, drop
        m.yaml:4:16: time.format: expected iso, epoch_seconds, epoch_milliseconds or a pattern such as yyyy-MM-dd HH:mm:ss, got "dd.MM."
        m.yaml:4:24: unknown key of time "zoen"; did you mean "zone"?
        m.yaml:6:3: the required field "store_id" has no column, constant or derivation
        m.yaml:6:3: the required field "ts" has no column, constant or derivation
        m.yaml:6:3: the required field "brand" has no column, constant or derivation
        m.yaml:6:3: the required field "category" has no column, constant or derivation
        m.yaml:6:3: the required field "qty" has no column, constant or derivation
        m.yaml:6:3: the required field "unit_price" has no column, constant or derivation
        m.yaml:6:19: transaction_id: expected column or coalesce; a fixed value belongs under constants
        m.yaml:6:20: unknown option "colum"; did you mean "column"?
        m.yaml:7:3: unknown field "tz"; did you mean "ts"?
        m.yaml:8:30: sku: give either column or coalesce, not both
        m.yaml:9:18: qty: expected a value
        """)
  }

  @Test func `unreadable YAML, an unknown zone and a missing column are named`() throws {
    #expect(message("source: [") == "m.yaml:2:1: did not find expected node content")
    #expect(message("- a")?.hasPrefix("m.yaml:1:1: expected a mapping") == true)
    let zone = try SourceMapping(yaml: minimal + "\ntime: {zone: Europe/Lundon}", fileName: "m.yaml")
    let error = #expect(throws: IngestError.self) { try decodeCSV("id,when,code,n,price\n", mapping: zone) }
    #expect(error?.code == .invalidMapping)
    let plain = try SourceMapping(yaml: minimal, fileName: "m.yaml")
    let header = #expect(throws: IngestError.self) { try decodeCSV("id,when,cod,n,price\n", mapping: plain) }
    #expect(
      header?.description
        == "<memory>: there is no column \"code\"; did you mean \"cod\"?. The header has \"id\", \"when\", \"cod\", \"n\", \"price\""
    )
  }

  @Test(arguments: [
    ("yyyy-MM-dd HH:mm:ss", "2010-12-01 08:26:00", 1_291_191_960_000_000),
    ("dd/MM/yy H:mm", "01/12/10 8:26", 1_291_191_960_000_000), ("yyyyMMdd", "20101201", 1_291_161_600_000_000),
    ("M/d/yyyy hh:mm:ss.SSS a", "12/1/2010 08:26:00.250 am", 1_291_191_960_250_000),
  ])
  func `time patterns`(_ pattern: String, _ text: String, _ microseconds: Int64) throws {
    let pattern = try #require(TimePattern(pattern))
    let read = Array(text.utf8).withUnsafeBufferPointer { pattern.localMicroseconds($0) }
    #expect(read == microseconds)
    #expect(Array((text + "x").utf8).withUnsafeBufferPointer { pattern.localMicroseconds($0) } == nil)
  }

  @Test(arguments: ["yyyy-MM", "YYYY-MM-dd", "yyyy-MM-dd Q", ""])
  func `patterns without a date or with unknown letters are refused`(_ pattern: String) {
    #expect(TimePattern(pattern) == nil)
  }
}
