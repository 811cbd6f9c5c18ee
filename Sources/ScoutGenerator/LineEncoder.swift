/// Writes transactions as bytes. Whatever does not change from one to the next is encoded once, at the start.
struct LineEncoder: Sendable {
  private struct ProductText: Sendable {
    let sku: [UInt8]
    /// `"sku":"…","product_name":"…","brand":"…","category":"…","qty":`
    let head: [UInt8]
    let headWithoutName: [UInt8]
    let headWithoutSKU: [UInt8]
    /// `sku,product_name,brand,category,` and the same without the name.
    let csv: [UInt8]
    let csvWithoutName: [UInt8]
  }
  private struct PlaceText: Sendable {
    let json: [[UInt8]]
    let csv: [UInt8]
  }
  private struct EnumerationText: Sendable {
    /// `"key":"value"`
    let json: [[UInt8]]
    let csv: [[UInt8]]

    init(key: String, values: [String]) {
      json = values.map { value in
        var bytes: [UInt8] = []
        bytes.append(jsonString: key)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(jsonString: value)
        return bytes
      }
      csv = values.map { value in
        var bytes: [UInt8] = []
        bytes.append(csvField: value)
        return bytes
      }
    }

    init(_ field: Vocabulary.Field) { self.init(key: field.key, values: field.known + field.unknown) }
  }

  /// The columns of the CSV form, in order.
  static let csvHeader: StaticString = """
    transaction_id,store_id,ts,customer_id,region,city,barangay,store_type,economic_class,payment_method,request_mode,\
    request_type,suggestion_accepted,gender,age_bracket,customer_type,duration_seconds,campaign_influenced,\
    handshake_score,sku,product_name,brand,category,qty,unit_price,discount,promo,requested_sku
    """

  private let localOffset: Int
  private let stores: [StoreNetwork.Store]
  private let products: [ProductText]
  private let places: [PlaceText]
  private let storeTypes = EnumerationText(key: "store_type", values: Vocabulary.storeTypes)
  private let economicClasses = EnumerationText(key: "economic_class", values: Vocabulary.economicClasses)
  private let customerTypes = EnumerationText(key: "customer_type", values: Vocabulary.customerTypes)
  private let payments = EnumerationText(Vocabulary.paymentMethods)
  private let requestModes = EnumerationText(Vocabulary.requestModes)
  private let requestTypes = EnumerationText(Vocabulary.requestTypes)
  private let genders = EnumerationText(Vocabulary.genders)
  private let ageBrackets = EnumerationText(Vocabulary.ageBrackets)

  init(catalogue: Catalogue, network: StoreNetwork, localOffset: Int) {
    self.localOffset = localOffset
    stores = network.stores
    products = catalogue.products.map { product in
      func head(_ members: [(String, String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (key, value) in members {
          bytes.append(jsonString: key)
          bytes.append(UInt8(ascii: ":"))
          bytes.append(jsonString: value)
          bytes.append(UInt8(ascii: ","))
        }
        bytes.append("\"qty\":")
        return bytes
      }
      func csv(_ fields: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
          bytes.append(csvField: field)
          bytes.append(UInt8(ascii: ","))
        }
        return bytes
      }
      let brand = catalogue.brands[product.brand].name
      let category = catalogue.categories[product.category].name
      let rest = [("brand", brand), ("category", category)]
      return ProductText(
        sku: Array(product.sku.utf8),
        head: head([("sku", product.sku), ("product_name", product.name)] + rest),
        headWithoutName: head([("sku", product.sku)] + rest),
        headWithoutSKU: head([("product_name", product.name)] + rest),
        csv: csv([product.sku, product.name, brand, category]),
        csvWithoutName: csv([product.sku, "", brand, category]))
    }
    places = catalogue.places.map { place in
      let fields = [("region", place.region), ("city", place.city), ("barangay", place.barangay)]
      var csv: [UInt8] = []
      for (_, value) in fields {
        csv.append(csvField: value)
        csv.append(UInt8(ascii: ","))
      }
      return PlaceText(json: fields.map { EnumerationText(key: $0.0, values: [$0.1]).json[0] }, csv: csv)
    }
  }

  // MARK: JSON

  /// Appends the transaction as one JSON object, keys in the order of DOMAIN.md.
  ///
  /// - Parameters:
  ///   - fault: Makes the object break a rule; the kinds that cut or replace it are the caller's.
  ///   - members: Receives where each top-level member starts in `bytes`, to reorder or drop members later.
  func appendJSON(
    _ draft: Draft, fault: Malformation? = nil, to bytes: inout [UInt8], members: inout [Int]
  ) {
    members.removeAll(keepingCapacity: true)
    func begin() { beginMember(&bytes, &members) }
    func member(_ text: EnumerationText, _ index: Int?) {
      guard let index else { return }
      begin()
      bytes.append(contentsOf: text.json[index])
    }
    func flag(_ key: StaticString, _ value: Bool?) {
      guard let value else { return }
      begin()
      bytes.append(key)
      bytes.append(value ? "true" : "false")
    }
    let store = stores[draft.store]

    appendIdentity(draft, to: &bytes, members: &members)
    if let customer = draft.customer {
      begin()
      bytes.append("\"customer_id\":\"CUST")
      bytes.append(number: customer, width: 8)
      bytes.append(UInt8(ascii: "\""))
    }
    if draft.hasPlace {
      for text in places[store.place].json {
        begin()
        bytes.append(contentsOf: text)
      }
    }
    if draft.hasStoreType { member(storeTypes, store.type) }
    member(economicClasses, draft.economicClass)
    member(payments, draft.payment)
    member(requestModes, draft.requestMode)
    member(requestTypes, draft.requestType)
    flag("\"suggestion_accepted\":", draft.suggestionAccepted)
    member(genders, draft.gender)
    member(ageBrackets, draft.ageBracket)
    member(customerTypes, draft.customerType)
    if let duration = draft.durationSeconds {
      begin()
      bytes.append("\"duration_seconds\":")
      bytes.append(number: duration)
    }
    flag("\"campaign_influenced\":", draft.campaignInfluenced)
    if let handshake = draft.handshake {
      begin()
      bytes.append("\"handshake_score\":")
      bytes.append(hundredths: handshake)
    }
    begin()
    appendItems(draft, fault: fault, to: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }

  /// Appends the line that withdraws a transaction: what is required, and `status`.
  func appendVoid(_ draft: Draft, to bytes: inout [UInt8], members: inout [Int]) {
    members.removeAll(keepingCapacity: true)
    appendIdentity(draft, to: &bytes, members: &members)
    beginMember(&bytes, &members)
    bytes.append("\"status\":\"void\"")
    beginMember(&bytes, &members)
    appendItems(draft, fault: nil, to: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }

  private func beginMember(_ bytes: inout [UInt8], _ members: inout [Int]) {
    bytes.append(members.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
    members.append(bytes.count)
  }

  private func appendIdentity(_ draft: Draft, to bytes: inout [UInt8], members: inout [Int]) {
    beginMember(&bytes, &members)
    bytes.append("\"transaction_id\":\"")
    appendIdentifier(draft, to: &bytes)
    bytes.append("\"")
    beginMember(&bytes, &members)
    bytes.append("\"store_id\":\"")
    bytes.append(contentsOf: stores[draft.store].identifier)
    bytes.append("\"")
    beginMember(&bytes, &members)
    bytes.append("\"ts\":")
    let isNumber = draft.timeForm == .epochSeconds || draft.timeForm == .epochMilliseconds
    if !isNumber { bytes.append(UInt8(ascii: "\"")) }
    appendTime(draft, to: &bytes)
    if !isNumber { bytes.append(UInt8(ascii: "\"")) }
  }

  private func appendItems(_ draft: Draft, fault: Malformation?, to bytes: inout [UInt8]) {
    bytes.append("\"items\":")
    switch fault {
    case .emptyItems: return bytes.append("[]")
    case .itemsNotArray: return bytes.append("\"see receipt\"")
    default: break
    }
    for (index, line) in draft.lines.enumerated() {
      let product = products[line.product]
      bytes.append(index == 0 ? "[{" : ",{")
      let fault = index == 0 ? fault : nil
      if fault == .missingSKU {
        bytes.append(contentsOf: product.headWithoutSKU)
      } else {
        bytes.append(contentsOf: line.hasName ? product.head : product.headWithoutName)
      }
      switch fault {
      case .quantityNotNumber: bytes.append("\"two\"")
      case .zeroQuantity: bytes.append("0")
      case .fractionalQuantity: bytes.append("1.5")
      default: bytes.append(number: line.quantity)
      }
      if fault != .missingPrice {
        bytes.append(",\"unit_price\":")
        bytes.append(hundredths: line.unitPrice)
      }
      if line.discount != 0 || !draft.isCompact {
        bytes.append(",\"discount\":")
        bytes.append(hundredths: line.discount)
      }
      if line.isPromotion {
        bytes.append(",\"promo\":true")
      } else if !draft.isCompact {
        bytes.append(",\"promo\":false")
      }
      if let requested = line.requested {
        bytes.append(",\"requested_sku\":\"")
        bytes.append(contentsOf: products[requested].sku)
        bytes.append("\"")
      } else if !draft.isCompact {
        bytes.append(",\"requested_sku\":null")
      }
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: "]"))
  }

  // MARK: CSV

  /// Appends one row per line item, separated by line feeds and without one at the end.
  func appendCSV(_ draft: Draft, to bytes: inout [UInt8]) {
    let start = bytes.count
    let store = stores[draft.store]
    func text(_ text: EnumerationText, _ index: Int?) {
      if let index { bytes.append(contentsOf: text.csv[index]) }
      bytes.append(UInt8(ascii: ","))
    }
    func flag(_ value: Bool?) {
      if let value { bytes.append(value ? "true," : "false,") } else { bytes.append(",") }
    }
    appendIdentifier(draft, to: &bytes)
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: store.identifier)
    bytes.append(UInt8(ascii: ","))
    appendTime(draft, to: &bytes)
    bytes.append(UInt8(ascii: ","))
    if let customer = draft.customer {
      bytes.append("CUST")
      bytes.append(number: customer, width: 8)
    }
    bytes.append(UInt8(ascii: ","))
    if draft.hasPlace { bytes.append(contentsOf: places[store.place].csv) } else { bytes.append(",,,") }
    text(storeTypes, draft.hasStoreType ? store.type : nil)
    text(economicClasses, draft.economicClass)
    text(payments, draft.payment)
    text(requestModes, draft.requestMode)
    text(requestTypes, draft.requestType)
    flag(draft.suggestionAccepted)
    text(genders, draft.gender)
    text(ageBrackets, draft.ageBracket)
    text(customerTypes, draft.customerType)
    if let duration = draft.durationSeconds { bytes.append(number: duration) }
    bytes.append(UInt8(ascii: ","))
    flag(draft.campaignInfluenced)
    if let handshake = draft.handshake { bytes.append(hundredths: handshake) }
    bytes.append(UInt8(ascii: ","))
    let prefix = bytes[start...]
    for (index, line) in draft.lines.enumerated() {
      if index > 0 {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: prefix)
      }
      let product = products[line.product]
      bytes.append(contentsOf: line.hasName ? product.csv : product.csvWithoutName)
      bytes.append(number: line.quantity)
      bytes.append(UInt8(ascii: ","))
      bytes.append(hundredths: line.unitPrice)
      bytes.append(UInt8(ascii: ","))
      bytes.append(hundredths: line.discount)
      bytes.append(line.isPromotion ? ",true," : ",false,")
      if let requested = line.requested { bytes.append(contentsOf: products[requested].sku) }
    }
  }

  private func appendIdentifier(_ draft: Draft, to bytes: inout [UInt8]) {
    bytes.append("TXN-")
    bytes.append(number: draft.number, width: 8)
  }

  private func appendTime(_ draft: Draft, to bytes: inout [UInt8]) {
    switch draft.timeForm {
    case .offset: appendTimestamp(draft.instant, localOffset: localOffset, suffix: .offset, to: &bytes)
    case .utc: appendTimestamp(draft.instant, localOffset: localOffset, suffix: .utc, to: &bytes)
    case .local: appendTimestamp(draft.instant, localOffset: localOffset, suffix: .none, to: &bytes)
    case .epochSeconds: bytes.append(number: draft.instant)
    case .epochMilliseconds: bytes.append(number: draft.instant * 1000)
    case .impossible: bytes.append("2025-13-45T25:61:00+08:00")
    }
  }
}
