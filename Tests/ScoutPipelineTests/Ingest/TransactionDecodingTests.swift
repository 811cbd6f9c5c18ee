import PostgresDialect
import ScoutTestSupport
import Testing

@testable import ScoutPipeline

@Suite struct TransactionDecodingTests {
  static let example =
    #"{"transaction_id":"TXN-00000001","store_id":"STR000012","ts":"2025-08-01T09:14:05+08:00","customer_id":"CUST00000042","#
    + #""region":"NCR","city":"Quezon City","barangay":"San Isidro","store_type":"sari-sari","economic_class":"C","#
    + #""payment_method":"gcash","request_mode":"verbal","request_type":"branded","suggestion_accepted":true,"#
    + #""gender":"female","age_bracket":"25-34","customer_type":"regular","duration_seconds":42,"#
    + #""campaign_influenced":false,"handshake_score":0.80,"#
    + #""items":[{"sku":"ALA-EVAP-370","product_name":"Alaska Evaporada 370ml","brand":"Alaska","category":"Dairy","#
    + #""qty":2,"unit_price":45.00,"discount":0.00,"promo":false,"requested_sku":null}]}"#

  private func one(_ text: String) throws -> DecodedTransaction {
    let records = try decodeLines(text)
    #expect(records.count == 1)
    return try #require(records.first?.accepted, "\(records)")
  }

  @Test func `the example of DOMAIN.md becomes every column of silver`() throws {
    let transaction = try one(Self.example)
    #expect(transaction.transactionID == "TXN-00000001")
    #expect(transaction.lineNumber == 1)
    #expect(transaction.issues.isEmpty)
    #expect(!transaction.isVoid)
    #expect(
      transaction.silver
        == SilverTransaction(
          storeID: "STR000012", tsMicroseconds: 1_754_010_845_000_000, businessDateDays: 20_301,
          // printf CUST00000042 | openssl dgst -sha256 -hmac 'test secret'
          customerHash: "8c5a75efb13f008d32541fb6cdefb3ab", region: "NCR", city: "Quezon City",
          barangay: "San Isidro", storeType: "sari-sari", economicClass: "C", paymentMethod: "gcash",
          requestMode: "verbal", requestType: "branded", suggestionAccepted: true, gender: "female",
          ageBracket: "25-34", customerType: "regular", durationSeconds: 42, campaignInfluenced: false,
          handshakeScoreHundredths: 80, basketSize: 1, units: 2, netAmountHundredths: 9000))
    #expect(
      transaction.items == [
        DecodedLineItem(
          sku: "ALA-EVAP-370", productName: "Alaska Evaporada 370ml", brand: "Alaska", category: "Dairy", qty: 2,
          packCount: 1, units: 2, unitPriceHundredths: 4500, discountHundredths: 0, netAmountHundredths: 9000,
          promoFlag: false, requestedSKU: nil, isSubstituted: false)
      ])
  }

  @Test func `the payload is the record as jsonb prints it, and its hash is SHA-256`() throws {
    let transaction = try one(Self.example)
    #expect(transaction.payloadText == (try JSONText.normalized(Self.example)))
    // psql -c "select left(encode(sha256(convert_to('…'::jsonb::text, 'UTF8')), 'hex'), 32)"
    #expect(transaction.payloadHash == "95954a016e2a4b56654980d355267fc5")
  }

  @Test func `keys in another order, unknown keys and repeats give the payload that jsonb gives`() throws {
    let text =
      #"{"zz_unknown":{"b":1,"a":[1e2]},"items":[{"unit_price":1.0,"qty":1,"x":null,"sku":"A","brand":"B","category":"C","#
      + #""a\"q":"\u00e9"}],"ts":"2025-08-01T09:14:05+08:00","store_id":"old","email":"x@example.ph","#
      + #""store_id":"S","transaction_id":"T","\u0063ity":"Cebu","a":1,"a":2}"#
    let transaction = try one(text)
    #expect(transaction.silver?.storeID == "S")
    #expect(transaction.silver?.city == "Cebu")
    #expect(transaction.payloadText == (try JSONText.normalized(text)))
  }

  @Test func `of two items members the last counts`() throws {
    let text =
      #"{"transaction_id":"T","store_id":"S","ts":0,"items":[{"sku":"X"},7],"#
      + #""items":[{"sku":"A","brand":"B","category":"C","qty":3,"unit_price":"1.50"}]}"#
    let transaction = try one(text)
    #expect(transaction.items.map(\.sku) == ["A"])
    #expect(transaction.silver?.netAmountHundredths == 450)
    #expect(transaction.payloadText == (try JSONText.normalized(text)))
  }

  @Test func `refuses with a reason`() throws {
    let rows = try TestFiles.table("records/refused.tsv")
    #expect(rows.count > 45)
    for row in rows {
      let rejected = try decodeLines(row[1]).first?.rejected
      #expect(rejected?.reason == row[2], "\(row[0])")
      #expect(rejected?.raw == row[1], "\(row[0])")
      #expect(rejected?.lineNumber == 1)
    }
  }

  /// Source and expected instant in microseconds; the project's zone is Asia/Manila.
  @Test(arguments: [
    (#""2025-08-01T09:14:05+08:00""#, 1_754_010_845_000_000), (#""2025-08-01T01:14:05Z""#, 1_754_010_845_000_000),
    (#""2025-08-01 09:14:05""#, 1_754_010_845_000_000), (#""2025-08-01T09:14:05.123456""#, 1_754_010_845_123_456),
    (#""2025-08-01T09:14:05.1234565+0800""#, 1_754_010_845_123_457),
    (#""2025-08-01T01:14:05+00""#, 1_754_010_845_000_000),
    (#""2025-08-01T09:14""#, 1_754_010_840_000_000), (#""2025-08-01""#, 1_753_977_600_000_000),
    ("1754010845", 1_754_010_845_000_000), ("1754010845.25", 1_754_010_845_250_000),
    ("1754010845123", 1_754_010_845_123_000), ("1.754010845e9", 1_754_010_845_000_000), ("0", 0),
    ("7258118399", 7_258_118_399_000_000), ("7258118400", 7_258_118_400_000),
  ])
  func `ts is read as an instant`(_ text: String, _ microseconds: Int64) throws {
    let line = #"{"transaction_id":"T","store_id":"S","ts":\#(text),"#
    let transaction = try one(line + #""items":[{"sku":"A","brand":"B","category":"C","qty":1,"unit_price":1}]}"#)
    #expect(transaction.silver?.tsMicroseconds == microseconds)
  }

  @Test func `the business date is the project's, not UTC's`() throws {
    func date(_ ts: String) throws -> Int32? {
      try one(
        #"{"transaction_id":"T","store_id":"S","ts":"\#(ts)","items":[{"sku":"A","brand":"B","category":"C","qty":1,"unit_price":1}]}"#
      ).silver?.businessDateDays
    }
    #expect(try date("2025-08-01T15:59:59Z") == 20_301)
    #expect(try date("2025-08-01T16:00:00Z") == 20_302)
    #expect(try date("1970-01-01T00:00:00Z") == 0)
  }

  /// qty, unit_price, discount; the line's net amount in hundredths.
  @Test(arguments: [
    ("2", "45.00", "0.00", 9000), ("3", "0.335", "0", 101), ("1", "0.005", "0", 1), ("-1", "0.005", "0", -1),
    ("1", "2.675", "0", 268), ("1", "1.005", "0", 101), ("-3", "45.10", "0", -13530), ("1", "10", "10", 0),
    ("1", "\"45.00\"", "\"5.5\"", 3950), ("\"2\"", "1e1", "0", 2000), ("2.0", "1.5", "0", 300),
    ("1", "-11062.06", "0", -1_106_206),
    ("1", "0", "0", 0), ("1", "9999999999.99", "0", 999_999_999_999), ("1000", "0.0044444", "0.0000001", 444),
    ("1", "45.10000000000000142", "0", 4510), ("1", "1.000", "0.004", 100), ("1", "0.004", "-0.001", 1),
  ])
  func `amounts are exact and rounded half away from zero`(
    _ qty: String, _ price: String, _ discount: String, _ net: Int64
  ) throws {
    let transaction = try one(
      record(
        items:
          #"[{"sku":"A","brand":"B","category":"C","qty":\#(qty),"unit_price":\#(price),"discount":\#(discount)}]"#))
    #expect(transaction.items.first?.netAmountHundredths == net)
    #expect(transaction.silver?.netAmountHundredths == net)
  }

  @Test func `the sum is of rounded lines`() throws {
    let line = #"{"sku":"A","brand":"B","category":"C","qty":1,"unit_price":0.005}"#
    let transaction = try one(record(items: "[\(line),\(line),\(line)]"))
    #expect(transaction.silver?.netAmountHundredths == 3)
    #expect(transaction.silver?.basketSize == 3)
  }

  /// A member, the issue it raises.
  @Test(arguments: [
    (#""payment_method":"paymaya""#, "unknown_enum", "paymaya", "cash|gcash|maya|credit|other"),
    (#""gender":"F""#, "unknown_enum", "F", "male|female|unknown"),
    (#""request_mode":"telepathy""#, "unknown_enum", "telepathy", "verbal|pointing|indirect"),
    (#""request_type":"Branded""#, "unknown_enum", "Branded", "branded|unbranded|point|indirect"),
    (#""age_bracket":"65+""#, "unknown_enum", "65+", "18-24|25-34|35-44|45-54|55+|unknown"),
    (#""gender":1"#, "wrong_type", "1", "male|female|unknown"),
    (#""handshake_score":1.7"#, "out_of_range", "1.7", "0..1"),
    (#""handshake_score":1.0000000000000000000001"#, "out_of_range", "1.0000000000000000000001", "0..1"),
    (#""handshake_score":-0.01"#, "out_of_range", "-0.01", "0..1"),
    (#""handshake_score":12345678901234567890123456"#, "out_of_range", "12345678901234567890123456", "0..1"),
    (#""handshake_score":"high""#, "wrong_type", "high", "0..1"),
    (#""duration_seconds":4.5"#, "wrong_type", "4.5", "integer"),
    (#""duration_seconds":-1"#, "out_of_range", "-1", "0..2147483647"),
    (#""suggestion_accepted":"maybe""#, "wrong_type", "maybe", "true|false"),
    (#""campaign_influenced":1"#, "wrong_type", "1", "true|false"),
    (#""region":["NCR"]"#, "wrong_type", "[\"NCR\"]", "text"),
  ])
  func `an odd optional value becomes null with an issue`(
    _ member: String, _ kind: String, _ value: String, _ expected: String
  ) throws {
    let odd = try one(record("T", "," + member))
    let plain = try one(record())
    let field = try #require(member.split(separator: "\"").first.map(String.init))
    #expect(
      odd.issues == [
        DataQualityIssue(
          kind: .init(rawValue: kind), fieldName: field, fieldValue: value, expectedValue: expected, severity: .warn)
      ])
    #expect(odd.silver == plain.silver)
    #expect(odd.payloadText.contains(try JSONText.normalized("{\(member)}").dropFirst().dropLast()))
  }

  @Test func `a customer id of a wrong type is reported without its value`() throws {
    let transaction = try one(record("T", #","customer_id":639171234567"#))
    #expect(transaction.silver?.customerHash == nil)
    #expect(transaction.issues.map(\.fieldValue) == [nil])
  }

  @Test func `an odd promo is false with an issue, texts are accepted`() throws {
    let items =
      #"[{"sku":"A","brand":"B","category":"C","qty":1,"unit_price":1,"promo":7},"#
      + #"{"sku":"A","brand":"B","category":"C","qty":1,"unit_price":1,"promo":"true"}]"#
    let transaction = try one(record(items: items))
    #expect(transaction.items.map(\.promoFlag) == [false, true])
    #expect(transaction.issues.map(\.fieldName) == ["items[0].promo"])
  }

  @Test func `a void needs nothing but its id`() throws {
    let transaction = try one(#"{"status":"void","transaction_id":"T-9","items":[{"qty":"?"}],"ts":"?"}"#)
    #expect(transaction.isVoid)
    #expect(transaction.transactionID == "T-9")
    #expect(transaction.items.isEmpty)
    #expect(
      transaction.payloadText == #"{"ts": "?", "items": [{"qty": "?"}], "status": "void", "transaction_id": "T-9"}"#)
    #expect(try one(record("T", #","status":"completed""#)).isVoid == false)
  }

  @Test func `a substitution is another code than the one asked for`() throws {
    let line = #"{"sku":"A","brand":"B","category":"C","qty":1,"unit_price":1,"requested_sku":"#
    let transaction = try one(record(items: #"[\#(line)"A"},\#(line)"B"},\#(line)null},\#(line)""}]"#))
    #expect(transaction.items.map(\.isSubstituted) == [false, true, false, false])
    #expect(transaction.items.map(\.requestedSKU) == ["A", "B", nil, nil])
  }

  @Test func `units are quantity times pack`() throws {
    let transaction = try one(
      record(
        items: #"[{"sku":"A","product_name":"Ridges 6-pack","brand":"B","category":"C","qty":-2,"unit_price":1}]"#))
    #expect(transaction.items.first?.packCount == 6)
    #expect(transaction.silver?.units == -12)
  }

  @Test func `the mask is HMAC-SHA-256 and hides its secret`() {
    // RFC 4231, test case 2.
    let mask = CustomerMask(secret: "Jefe")
    #expect(mask.hash("what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c7")
    #expect(!"\(mask)".contains("Jefe"))
  }

  @Test func `too many items are refused`() throws {
    let items = "[" + Array(repeating: "{}", count: 65_537).joined(separator: ",") + "]"
    let reason = try decodeLines(record(items: items)).first?.rejected?.reason
    #expect(reason?.hasSuffix("more than 65536 items") == true)
  }

  @Test func `mutations of a good record never trap`() throws {
    let seed: UInt64 = 42
    var random = SeededGenerator(seed: seed)
    let original = Array(Self.example.utf8)
    var input: [UInt8] = []
    for _ in 0..<3000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: at)
        default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: at)
        }
      }
      input += bytes.map { $0 == 0x0A ? 0x20 : $0 } + [0x0A]
    }
    let records = try RecordDecoder(BufferByteSource(input), format: .jsonLines, options: testOptions()).all(limit: 100)
    #expect(records.count == 3000, "seed \(seed)")
    for case .accepted(let transaction) in records {
      #expect(
        (try? JSONText.normalized(transaction.payload)) == transaction.payload,
        "seed \(seed): \(transaction.payloadText)")
    }
  }
}
