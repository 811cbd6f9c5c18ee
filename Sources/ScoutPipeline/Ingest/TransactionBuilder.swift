import PostgresDialect

/// Why a record that is well-formed JSON is refused all the same.
struct RecordProblem: Error {
  /// The field's path and what was expected there.
  var reason: String
  /// The line item concerned.
  var item: Int?
}

/// Turns a parsed record into typed, validated, masked values by the rules of DOMAIN.md, sections 1 and 3.
///
/// Texts that repeat (stores, products, places) are shared between records. Belongs to one thread.
///
/// Where the rules leave a choice:
/// - An empty or blank text counts as absent, so an empty `customer_id` is no customer and an empty `sku` is missing.
/// - A number may be given as text (`"45.00"`), a boolean as `"true"` or `"false"`; other types are not converted.
/// - An optional field of a wrong type becomes null with an issue, except `discount`: without it the amount would be
///   wrong.
/// - Prices and discounts may be zero or negative (refunds, bad debt); what must fit is numeric(12,2).
final class TransactionBuilder {
  private let zone: TimeZoneRules
  private let mask: CustomerMask
  private let texts = ByteKeyedCache<String>(limit: 16_384)
  private let customers = ByteKeyedCache<String>(limit: 65_536)
  private let packCounts = ByteKeyedCache<Int32>(limit: 16_384)
  private let decoded = ByteSlab(capacity: 256)

  // The record under construction; set by `build`.
  private var source = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var issues: [DataQualityIssue] = []

  init(zone: TimeZoneRules, mask: CustomerMask) {
    self.zone = zone
    self.mask = mask
  }

  /// - Parameter source: The bytes that `parser` has just read.
  func build(
    _ parser: TransactionParser, source: UnsafeBufferPointer<UInt8>, lineNumber: Int64
  ) throws(RecordProblem) -> DecodedTransaction {
    self.source = source
    if !issues.isEmpty { issues = [] }
    defer { self.source = UnsafeBufferPointer(start: nil, count: 0) }
    let slots = parser.slots
    let transactionID = try requiredText(
      slots[TransactionField.transactionID], "transaction_id", item: nil, cached: false)
    if try isVoid(slots[TransactionField.status]) {
      return finish(transactionID, parser, lineNumber, nil, [])
    }

    let storeID = try requiredText(slots[TransactionField.storeID], "store_id", item: nil, cached: true)
    let ts = try timestamp(slots[TransactionField.ts])
    let items = try lines(parser)
    var units: Int64 = 0
    var net: Int64 = 0
    for item in items {
      // At most 65,536 lines of numeric(12,2) and of Int32 × 999: neither sum can leave 64 bits.
      units += item.units
      net += item.netAmountHundredths
    }
    guard abs(net) < TransactionBuilder.amountLimit else {
      throw RecordProblem(reason: "the sum of the lines does not fit numeric(12,2)")
    }
    let seconds = Int64(zone.offsetSeconds(atUTC: ts))
    let localSeconds = TransactionBuilder.floorDivide(ts, 1_000_000) + seconds
    let silver = SilverTransaction(
      storeID: storeID,
      tsMicroseconds: ts,
      businessDateDays: Int32(truncatingIfNeeded: TransactionBuilder.floorDivide(localSeconds, 86_400)),
      customerHash: customerHash(slots[TransactionField.customerID]),
      region: optionalText(slots[TransactionField.region], "region"),
      city: optionalText(slots[TransactionField.city], "city"),
      barangay: optionalText(slots[TransactionField.barangay], "barangay"),
      storeType: optionalText(slots[TransactionField.storeType], "store_type"),
      economicClass: optionalText(slots[TransactionField.economicClass], "economic_class"),
      paymentMethod: enumeration(slots[TransactionField.paymentMethod], .paymentMethod),
      requestMode: enumeration(slots[TransactionField.requestMode], .requestMode),
      requestType: enumeration(slots[TransactionField.requestType], .requestType),
      suggestionAccepted: optionalBool(slots[TransactionField.suggestionAccepted], "suggestion_accepted"),
      gender: enumeration(slots[TransactionField.gender], .gender),
      ageBracket: enumeration(slots[TransactionField.ageBracket], .ageBracket),
      customerType: optionalText(slots[TransactionField.customerType], "customer_type"),
      durationSeconds: duration(slots[TransactionField.durationSeconds]),
      campaignInfluenced: optionalBool(slots[TransactionField.campaignInfluenced], "campaign_influenced"),
      handshakeScoreHundredths: handshake(slots[TransactionField.handshakeScore]),
      basketSize: Int32(items.count),
      units: units,
      netAmountHundredths: net)
    return finish(transactionID, parser, lineNumber, silver, items)
  }

  private func finish(
    _ transactionID: String, _ parser: TransactionParser, _ lineNumber: Int64, _ silver: SilverTransaction?,
    _ items: [DecodedLineItem]
  ) -> DecodedTransaction {
    DecodedTransaction(
      transactionID: transactionID, lineNumber: lineNumber, silver: silver, items: items, issues: issues,
      payload: parser.payload.array(), payloadHash: Digests.payloadHash(parser.payload.bytes))
  }

  /// Ten digits before the point and two after it, in hundredths.
  private static let amountLimit: Int64 = 1_000_000_000_000

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  // MARK: Required fields

  private func isVoid(_ slot: JSONSlot) throws(RecordProblem) -> Bool {
    if slot.kind == .absent || slot.kind == .null { return false }
    if slot.kind == .string, let text = characters(slot) {
      if text.elementsEqual("completed".utf8) { return false }
      if text.elementsEqual("void".utf8) { return true }
    }
    throw RecordProblem(reason: "status: expected \"completed\" or \"void\", got \(shown(slot))")
  }

  private func timestamp(_ slot: JSONSlot) throws(RecordProblem) -> Int64 {
    do throws(TimestampReader.Failure) {
      switch slot.kind {
      case .absent, .null: throw .unreadable
      case .number: return try TimestampReader.microseconds(number: raw(slot))
      case .string:
        guard let text = characters(slot) else { throw .unreadable }
        return try TimestampReader.microseconds(text: text, zone: zone)
      default: throw .unreadable
      }
    } catch {
      if slot.kind == .absent || slot.kind == .null { throw RecordProblem(reason: "ts: required, and missing") }
      switch error {
      case .unreadable:
        throw RecordProblem(
          reason: "ts: expected an ISO 8601 date and time or epoch seconds or milliseconds, got \(shown(slot))")
      case .outOfRange:
        throw RecordProblem(reason: "ts: expected an instant from 1970 to 2199, got \(shown(slot))")
      }
    }
  }

  private func requiredText(
    _ slot: JSONSlot, _ name: StaticString, item: Int?, cached: Bool
  ) throws(RecordProblem) -> String {
    switch slot.kind {
    case .absent, .null:
      throw RecordProblem(reason: "\(path(name, item)): required, and missing", item: item)
    case .string:
      guard let text = characters(slot) else {
        throw RecordProblem(reason: "\(path(name, item)): required, and empty", item: item)
      }
      return cached ? intern(text) : String(decoding: text, as: UTF8.self)
    default:
      throw RecordProblem(reason: "\(path(name, item)): expected a text, got \(shown(slot))", item: item)
    }
  }

  // MARK: Lines

  private func lines(_ parser: TransactionParser) throws(RecordProblem) -> [DecodedLineItem] {
    let slot = parser.slots[TransactionField.items]
    switch slot.kind {
    case .absent, .null: throw RecordProblem(reason: "items: required, and missing")
    case .array: break
    default: throw RecordProblem(reason: "items: expected an array of line items, got \(shown(slot))")
    }
    if let strange = parser.strangeItem {
      throw RecordProblem(reason: "items[\(strange.index)]: expected an object", item: strange.index)
    }
    guard parser.itemCount > 0 else { throw RecordProblem(reason: "items: expected at least one line item, got none") }
    var items: [DecodedLineItem] = []
    items.reserveCapacity(parser.itemCount)
    for index in 0..<parser.itemCount { items.append(try line(parser.item(index), index)) }
    return items
  }

  private func line(_ slots: UnsafeMutablePointer<JSONSlot>, _ index: Int) throws(RecordProblem) -> DecodedLineItem {
    let sku = try requiredText(slots[ItemField.sku], "sku", item: index, cached: true)
    let brand = try requiredText(slots[ItemField.brand], "brand", item: index, cached: true)
    let category = try requiredText(slots[ItemField.category], "category", item: index, cached: true)
    let qty = try quantity(slots[ItemField.qty], index)
    guard let price = try amount(slots[ItemField.unitPrice], "unit_price", index) else {
      throw RecordProblem(reason: "\(path("unit_price", index)): required, and missing", item: index)
    }
    let discount = try amount(slots[ItemField.discount], "discount", index) ?? ExactDecimal(digits: 0, scale: 0)
    guard let net = ExactDecimal.lineAmount(quantity: qty, price: price, discount: discount)?.rounded(places: 2),
      net.magnitude < UInt128(TransactionBuilder.amountLimit)
    else {
      throw RecordProblem(
        reason: "items[\(index)]: qty × unit_price − discount does not fit numeric(12,2)", item: index)
    }
    let nameSlot = slots[ItemField.productName]
    let productName = optionalText(nameSlot, "product_name", item: index)
    let requested = optionalText(slots[ItemField.requestedSKU], "requested_sku", item: index)
    var packCount: Int32 = 1
    if productName != nil, let name = characters(nameSlot), let start = name.baseAddress {
      packCount = packCounts.value(start, name.count) { PackCount.read(from: $0) }
    }
    return DecodedLineItem(
      sku: sku, productName: productName, brand: brand, category: category, qty: qty, packCount: packCount,
      units: Int64(qty) * Int64(packCount),
      unitPriceHundredths: Int64(price.rounded(places: 2)),
      discountHundredths: Int64(discount.rounded(places: 2)),
      netAmountHundredths: Int64(net),
      promoFlag: optionalBool(slots[ItemField.promo], "promo", item: index) ?? false,
      requestedSKU: requested,
      isSubstituted: requested.map { $0 != sku } ?? false)
  }

  private func quantity(_ slot: JSONSlot, _ index: Int) throws(RecordProblem) -> Int32 {
    if slot.kind == .absent || slot.kind == .null {
      throw RecordProblem(reason: "\(path("qty", index)): required, and missing", item: index)
    }
    guard let text = numberText(slot), let value = try? ExactDecimal(parsing: text), let whole = value.integer,
      whole != 0
    else {
      throw RecordProblem(
        reason: "\(path("qty", index)): expected an integer other than zero, got \(shown(slot))", item: index)
    }
    guard let qty = Int32(exactly: whole) else {
      throw RecordProblem(
        reason: "\(path("qty", index)): expected at most 2147483647, got \(shown(slot))", item: index)
    }
    return qty
  }

  private func amount(_ slot: JSONSlot, _ name: StaticString, _ index: Int) throws(RecordProblem) -> ExactDecimal? {
    if slot.kind == .absent || slot.kind == .null { return nil }
    do throws(ExactDecimal.Failure) {
      guard let text = numberText(slot) else { throw .notANumber }
      let value = try ExactDecimal(parsing: text)
      if value.rounded(places: 2).magnitude < UInt128(TransactionBuilder.amountLimit) { return value }
    } catch {
      switch error {
      case .notANumber:
        throw RecordProblem(reason: "\(path(name, index)): expected a number, got \(shown(slot))", item: index)
      case .tooManyDigits:
        throw RecordProblem(
          reason: "\(path(name, index)): more than \(ExactDecimal.maximumDigits) digits: \(shown(slot))", item: index)
      }
    }
    throw RecordProblem(
      reason: "\(path(name, index)): \(shown(slot)) does not fit numeric(12,2)", item: index)
  }

  // MARK: Optional fields

  private func customerHash(_ slot: JSONSlot) -> String? {
    switch slot.kind {
    case .absent, .null: return nil
    case .string:
      guard let text = characters(slot), let start = text.baseAddress else { return nil }
      return customers.value(start, text.count) { mask.hash($0) }
    default:
      // The value itself is personal and stays out of the issue.
      issues.append(
        DataQualityIssue(
          kind: .wrongType, fieldName: "customer_id", fieldValue: nil, expectedValue: "text", severity: .warn))
      return nil
    }
  }

  private func optionalText(_ slot: JSONSlot, _ name: StaticString, item: Int? = nil) -> String? {
    switch slot.kind {
    case .absent, .null: return nil
    case .string: return characters(slot).map { intern($0) }
    default:
      report(.wrongType, slot, path(name, item), expected: "text")
      return nil
    }
  }

  private func optionalBool(_ slot: JSONSlot, _ name: StaticString, item: Int? = nil) -> Bool? {
    switch slot.kind {
    case .absent, .null: return nil
    case .boolean: return slot.isTrue
    case .string:
      guard let text = characters(slot) else { return nil }
      if text.elementsEqual("true".utf8) { return true }
      if text.elementsEqual("false".utf8) { return false }
    default: break
    }
    report(.wrongType, slot, path(name, item), expected: "true|false")
    return nil
  }

  private func enumeration(_ slot: JSONSlot, _ domain: FieldDomain) -> String? {
    switch slot.kind {
    case .absent, .null: return nil
    case .string:
      guard let text = characters(slot) else { return nil }
      let value = intern(text)
      if domain.values.contains(value) { return value }
      report(.unknownEnum, slot, domain.field, expected: domain.expectation)
    default:
      report(.wrongType, slot, domain.field, expected: domain.expectation)
    }
    return nil
  }

  private func duration(_ slot: JSONSlot) -> Int32? {
    if slot.kind == .absent || slot.kind == .null || isBlank(slot) { return nil }
    guard let text = numberText(slot), let value = try? ExactDecimal(parsing: text), let whole = value.integer else {
      report(.wrongType, slot, "duration_seconds", expected: "integer")
      return nil
    }
    guard whole >= 0, let seconds = Int32(exactly: whole) else {
      report(.outOfRange, slot, "duration_seconds", expected: "0..2147483647")
      return nil
    }
    return seconds
  }

  private func handshake(_ slot: JSONSlot) -> Int32? {
    if slot.kind == .absent || slot.kind == .null || isBlank(slot) { return nil }
    guard let text = numberText(slot) else {
      report(.wrongType, slot, "handshake_score", expected: "0..1")
      return nil
    }
    do throws(ExactDecimal.Failure) {
      let value = try ExactDecimal(parsing: text)
      if value.isShare {
        return Int32(value.rounded(places: 2))
      }
      report(.outOfRange, slot, "handshake_score", expected: "0..1")
    } catch {
      switch error {
      case .notANumber: report(.wrongType, slot, "handshake_score", expected: "0..1")
      case .tooManyDigits: report(.outOfRange, slot, "handshake_score", expected: "0..1")
      }
    }
    return nil
  }

  // MARK: Slots

  private func raw(_ slot: JSONSlot) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: source[Int(slot.start)..<Int(slot.end)])
  }

  /// A string's characters; nil when it is empty or blank. Valid until the next call.
  @inline(__always)
  private func characters(_ slot: JSONSlot) -> UnsafeBufferPointer<UInt8>? {
    let text: UnsafeBufferPointer<UInt8>
    if slot.isVerbatim {
      text = raw(slot)
    } else {
      decoded.count = 0
      let token = JSONStringToken(start: Int(slot.start), end: Int(slot.end), isPlain: false)
      JSONCursor(source).appendDecoded(token, to: decoded)
      text = UnsafeBufferPointer(start: decoded.base, count: decoded.count)
    }
    guard let first = text.first else { return nil }
    if first > 0x20 { return text }
    return text.contains { $0 > 0x20 } ? text : nil
  }

  private func isBlank(_ slot: JSONSlot) -> Bool { slot.kind == .string && characters(slot) == nil }

  /// The text of a number, or of a string that may hold one.
  private func numberText(_ slot: JSONSlot) -> UnsafeBufferPointer<UInt8>? {
    switch slot.kind {
    case .number: raw(slot)
    case .string: characters(slot)
    default: nil
    }
  }

  @inline(__always)
  private func intern(_ text: UnsafeBufferPointer<UInt8>) -> String {
    guard let start = text.baseAddress else { return "" }
    return texts.value(start, text.count) { String(decoding: $0, as: UTF8.self) }
  }

  private func path(_ name: StaticString, _ item: Int?) -> String {
    item.map { "items[\($0)].\(name)" } ?? "\(name)"
  }

  /// A value as it stands in the record, shortened for a message.
  private func shown(_ slot: JSONSlot) -> String {
    let bytes = raw(slot)
    let text = Excerpt.text(bytes, limit: 80)
    return slot.kind == .string ? "\"\(text)\"" : text
  }

  private func report(_ kind: DataQualityIssue.Kind, _ slot: JSONSlot, _ field: String, expected: String) {
    let value = slot.kind == .string ? characters(slot) : raw(slot)
    issues.append(
      DataQualityIssue(
        kind: kind, fieldName: field, fieldValue: value.map { Excerpt.text($0, limit: 200) }, expectedValue: expected,
        severity: .warn))
  }
}
