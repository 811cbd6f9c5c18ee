/// How a file that names its columns in its own way becomes transactions: `schemas/sources/<name>.yaml` as a value.
///
/// ```yaml
/// source: online-retail            # required: the source_id
/// format: csv                      # csv (default) or jsonl
/// delimiter: ","                   # "," ";" "|" or tab; without it the header decides
/// encoding: utf-8                  # utf-8 (default), iso-8859-1, windows-1252; CSV only
/// repeats: keep                    # keep (default): identical rows are separate lines; drop: they are delivered twice
/// items: lines                     # jsonl only: the key of the array of line items (default: items)
/// time:
///   format: yyyy-MM-dd HH:mm:ss    # or iso (default), epoch_seconds, epoch_milliseconds
///   zone: Europe/London            # of times without an offset; default: the project's zone
/// columns:                         # field: column, or field: {column: …, options}
///   transaction_id: InvoiceNo
///   customer_id: {column: CustomerID, strip_suffix: ".0"}
/// constants:                       # field: value
///   store_id: UCI-UK
/// derived:                         # field: {options}
///   category: {column: StockCode, starts_with: {BANK: Fee}, default: Giftware}
/// ```
///
/// Options of a field, applied in this order: `column` or `coalesce` (a list of columns, the first that is not empty),
/// `trim` (true unless said otherwise), `strip_prefix`, `strip_suffix`, `remove` (a text taken out wherever it stands,
/// such as a thousands separator), `case` (`lower` or `upper`), `map` (whole value → value), `starts_with` (prefix →
/// value, the longest wins), `default` (for an empty value, and with `map` or `starts_with` for a value that they do
/// not know; without it such a value stays as it is).
///
/// Fields are those of DOMAIN.md, section 1: of the transaction, and of an item (`sku`, `qty` …). In JSON Lines a
/// column may be a path (`customer.id`).
public struct SourceMapping: Hashable, Sendable {
  public enum Format: String, Hashable, Sendable, CaseIterable { case csv, jsonl }
  public enum Repeats: String, Hashable, Sendable, CaseIterable { case keep, drop }
  public enum LetterCase: String, Hashable, Sendable, CaseIterable { case lower, upper }

  /// How the text of `ts` is read.
  public enum TimeFormat: Hashable, Sendable {
    /// ISO 8601, or a number as in JSON.
    case iso
    case epochSeconds
    case epochMilliseconds
    /// Letters as in Unicode Technical Standard 35: `yyyy yy MM M dd d HH H hh h mm m ss s S a`, other characters as
    /// they are.
    case pattern(TimePattern)
  }

  /// Where one field's value comes from.
  public struct Rule: Hashable, Sendable {
    /// The columns asked in turn; empty for a constant.
    public var columns: [String] = []
    public var trim = true
    public var stripPrefix: String?
    public var stripSuffix: String?
    public var remove: String?
    public var letterCase: LetterCase?
    public var map: [String: String]?
    public var startsWith: [String: String]?
    /// For a constant, the constant.
    public var defaultValue: String?

    public init(column: String) { columns = [column] }
    public init(constant: String) { defaultValue = constant }
  }

  /// The `source_id` of what is read.
  public var source: String
  public var format: Format = .csv
  /// The ASCII byte between fields; nil to let the header decide.
  public var delimiter: UInt8?
  public var encoding: TextEncoding = .utf8
  public var repeats: Repeats = .keep
  public var itemsKey = "items"
  public var timeFormat: TimeFormat = .iso
  /// The IANA name of the zone of times without an offset; nil for the project's.
  public var timeZone: String?
  /// By field name.
  public var rules: [String: Rule] = [:]
  /// A column that is absent from the header is no error: for the mapping that takes columns by the names of the
  /// fields.
  public var allowsMissingColumns = false

  public init(source: String) { self.source = source }

  /// The fields that a transaction may have, except `items`, in the order in which a payload is assembled.
  public static let transactionFields = [
    "transaction_id", "store_id", "ts", "status", "customer_id", "region", "city", "barangay", "store_type",
    "economic_class", "payment_method", "request_mode", "request_type", "suggestion_accepted", "gender", "age_bracket",
    "customer_type", "duration_seconds", "campaign_influenced", "handshake_score",
  ]

  /// The fields that a line item may have.
  public static let itemFields = [
    "sku", "product_name", "brand", "category", "qty", "unit_price", "discount", "promo", "requested_sku",
  ]

  /// The fields without which no transaction is accepted.
  public static let requiredFields = [
    "transaction_id", "store_id", "ts", "sku", "brand", "category", "qty", "unit_price",
  ]

  /// The mapping of a CSV file whose columns have the fields' names: transaction fields repeated on each row.
  public static func standard(source: String) -> SourceMapping {
    var mapping = SourceMapping(source: source)
    for field in transactionFields + itemFields { mapping.rules[field] = Rule(column: field) }
    mapping.allowsMissingColumns = true
    return mapping
  }
}

/// A date-time layout in the letters of Unicode Technical Standard 35, compiled.
public struct TimePattern: Hashable, Sendable {
  enum Element: Hashable, Sendable {
    case year, shortYear, month, day, hour, hour12, minute, second, fraction, meridiem
    case literal(UInt8)
  }

  /// The pattern as written.
  public let text: String
  /// Each element with its exact number of digits; 0 for one digit or two.
  private let elements: [(element: Element, digits: Int)]

  public static func == (left: TimePattern, right: TimePattern) -> Bool { left.text == right.text }
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// - Returns: nil with a letter that has no meaning, or without a year, month and day.
  public init?(_ text: String) {
    var elements: [(Element, Int)] = []
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      var run = 1
      while position + run < bytes.count, bytes[position + run] == byte { run += 1 }
      guard (byte | 0x20) &- 0x61 < 26, byte != UInt8(ascii: "T"), byte != UInt8(ascii: "Z") else {
        elements.append((.literal(byte), 1))
        position += 1
        continue
      }
      switch (byte, run) {
      case (UInt8(ascii: "y"), 4): elements.append((.year, 4))
      case (UInt8(ascii: "y"), 2): elements.append((.shortYear, 2))
      case (UInt8(ascii: "M"), 1...2): elements.append((.month, run == 2 ? 2 : 0))
      case (UInt8(ascii: "d"), 1...2): elements.append((.day, run == 2 ? 2 : 0))
      case (UInt8(ascii: "H"), 1...2): elements.append((.hour, run == 2 ? 2 : 0))
      case (UInt8(ascii: "h"), 1...2): elements.append((.hour12, run == 2 ? 2 : 0))
      case (UInt8(ascii: "m"), 1...2): elements.append((.minute, run == 2 ? 2 : 0))
      case (UInt8(ascii: "s"), 1...2): elements.append((.second, run == 2 ? 2 : 0))
      case (UInt8(ascii: "S"), 1...6): elements.append((.fraction, run))
      case (UInt8(ascii: "a"), 1): elements.append((.meridiem, 2))
      default: return nil
      }
      position += run
    }
    let kinds = elements.map(\.0)
    guard kinds.contains(.year) || kinds.contains(.shortYear), kinds.contains(.month), kinds.contains(.day) else {
      return nil
    }
    self.text = text
    self.elements = elements.map { ($0.0, $0.1) }
  }

  /// What the text says, in microseconds as if it were UTC; nil when it has another layout or is no date.
  func localMicroseconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var values = (year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, fraction: Int64(0))
    var isAfternoon: Bool?
    var usesTwelve = false
    var position = 0
    for (element, digits) in elements {
      switch element {
      case .literal(let byte):
        guard position < text.count, text[position] == byte else { return nil }
        position += 1
      case .meridiem:
        guard position + 1 < text.count, text[position + 1] | 0x20 == UInt8(ascii: "m") else { return nil }
        switch text[position] | 0x20 {
        case UInt8(ascii: "a"): isAfternoon = false
        case UInt8(ascii: "p"): isAfternoon = true
        default: return nil
        }
        position += 2
      default:
        var value = 0
        let start = position
        while position < text.count, position - start < (digits == 0 ? 2 : digits), text[position] &- 0x30 < 10 {
          value = value * 10 + Int(text[position] &- 0x30)
          position += 1
        }
        guard position > start, digits == 0 || position - start == digits else { return nil }
        switch element {
        case .year: values.year = value
        case .shortYear: values.year = value < 70 ? 2000 + value : 1900 + value
        case .month: values.month = value
        case .day: values.day = value
        case .hour: values.hour = value
        case .hour12:
          guard (1...12).contains(value) else { return nil }
          values.hour = value % 12
          usesTwelve = true
        case .minute: values.minute = value
        case .second: values.second = value
        default:
          var scaled = Int64(value)
          for _ in digits..<6 { scaled *= 10 }
          values.fraction = scaled
        }
      }
    }
    guard position == text.count, usesTwelve == (isAfternoon != nil) else { return nil }
    if isAfternoon == true { values.hour += 12 }
    return TimeOfRecord.microseconds(
      year: values.year, month: values.month, day: values.day, hour: values.hour, minute: values.minute,
      second: values.second, fraction: values.fraction)
  }
}
