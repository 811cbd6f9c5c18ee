/// The content of one transaction, before it is written in any form.
struct Draft: Sendable {
  struct Line: Sendable {
    var product: Int
    var quantity: Int
    /// Centavos.
    var unitPrice: Int
    /// Centavos.
    var discount = 0
    var isPromotion = false
    /// The product that was asked for; `nil` when it is the one sold.
    var requested: Int?
    /// A line may come without its name, and then its pack size is unknown.
    var hasName = true

    /// Centavos; exact, since both factors are whole.
    var netAmount: Int { quantity * unitPrice - discount }
  }

  /// How the time is written.
  enum TimeForm: Sendable { case offset, utc, local, epochSeconds, epochMilliseconds, impossible }

  var number = 0
  var store = 0
  /// Seconds since 1970-01-01 UTC.
  var instant = 0
  var timeForm = TimeForm.offset
  var customer: Int?
  var customerType: Int?
  var economicClass: Int?
  var hasPlace = true
  var hasStoreType = true
  /// For the enumerations an index into the known values followed by the unknown ones; `nil` is absent.
  var payment: Int?
  var requestMode: Int?
  var requestType: Int?
  var gender: Int?
  var ageBracket: Int?
  var suggestionAccepted: Bool?
  var durationSeconds: Int?
  var campaignInfluenced: Bool?
  /// Hundredths.
  var handshake: Int?
  /// Leaves out what has its default value in the line items.
  var isCompact = false
  var unknownValues = 0
  var lines: [Line] = []
}

/// What can be wrong with a line that cannot be accepted.
enum Malformation: String, CaseIterable, Sendable {
  case truncated, notJSON, missingField, emptyItems, itemsNotArray, zeroQuantity, fractionalQuantity, quantityNotNumber
  case missingSKU, missingPrice, impossibleTime

  /// The name under which the truth counts it.
  var name: String {
    switch self {
    case .truncated: "truncated"
    case .notJSON: "not_json"
    case .missingField: "missing_field"
    case .emptyItems: "empty_items"
    case .itemsNotArray: "items_not_array"
    case .zeroQuantity: "zero_quantity"
    case .fractionalQuantity: "fractional_quantity"
    case .quantityNotNumber: "quantity_not_number"
    case .missingSKU: "missing_sku"
    case .missingPrice: "missing_price"
    case .impossibleTime: "impossible_time"
    }
  }
}
