/// One transaction that was read, checked and masked, ready to be stored.
public struct DecodedTransaction: Hashable, Sendable {
  /// The business key.
  public var transactionID: String
  /// The line of the file, from 1, on which the record starts; for CSV the line of its first row.
  public var lineNumber: Int64
  /// The columns of `scout.silver_transactions`; nil for a void, which removes the transaction and needs nothing but
  /// its id.
  public var silver: SilverTransaction?
  /// The rows of `scout.silver_line_items` in the record's order; `line_no` is the index plus 1. Empty for a void.
  public var items: [DecodedLineItem]
  /// What was odd but did not stop the record.
  public var issues: [DataQualityIssue]
  /// The whole record as received, in the form that PostgreSQL's `jsonb` prints, UTF-8. Personal data is not masked in
  /// it.
  public var payload: [UInt8]
  /// The first 32 hexadecimal digits of the SHA-256 of `payload`, lower case.
  public var payloadHash: String

  /// The record withdraws its transaction.
  public var isVoid: Bool { silver == nil }
}

/// The columns of `scout.silver_transactions` that a record determines.
public struct SilverTransaction: Hashable, Sendable {
  public var storeID: String
  /// `ts`, in microseconds since 1970-01-01 UTC.
  public var tsMicroseconds: Int64
  /// `business_date`: the date of `ts` in the project's time zone, in days since 1970-01-01.
  public var businessDateDays: Int32
  /// The first 32 hexadecimal digits of HMAC-SHA-256 of the customer's id; nil when the record names no customer.
  public var customerHash: String?
  public var region: String?
  public var city: String?
  public var barangay: String?
  public var storeType: String?
  public var economicClass: String?
  public var paymentMethod: String?
  public var requestMode: String?
  public var requestType: String?
  public var suggestionAccepted: Bool?
  public var gender: String?
  public var ageBracket: String?
  public var customerType: String?
  public var durationSeconds: Int32?
  public var campaignInfluenced: Bool?
  /// `handshake_score`, numeric(3,2), in hundredths: 0…100.
  public var handshakeScoreHundredths: Int32?
  /// The number of lines.
  public var basketSize: Int32
  /// The sum of the lines' units.
  public var units: Int64
  /// `net_amount`, numeric(12,2), in hundredths of the currency.
  public var netAmountHundredths: Int64
}

/// The columns of `scout.silver_line_items` that one line determines.
public struct DecodedLineItem: Hashable, Sendable {
  public var sku: String
  public var productName: String?
  public var brand: String
  public var category: String
  /// Never zero; negative for a return.
  public var qty: Int32
  /// See ``PackCount``.
  public var packCount: Int32
  /// `qty` × `pack_count`.
  public var units: Int64
  /// `unit_price`, numeric(12,2), in hundredths, rounded half away from zero.
  public var unitPriceHundredths: Int64
  /// `discount`, numeric(12,2), in hundredths, rounded half away from zero.
  public var discountHundredths: Int64
  /// `net_amount`, numeric(12,2), in hundredths, computed from the price and the discount before they were rounded.
  public var netAmountHundredths: Int64
  public var promoFlag: Bool
  public var requestedSKU: String?
  /// `requested_sku` is present and differs from `sku`.
  public var isSubstituted: Bool
}

/// A row for `scout.data_quality_issues`.
public struct DataQualityIssue: Hashable, Sendable {
  /// The kind of oddity, as stored.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A value outside of an enumeration; the column is null.
    public static let unknownEnum = Kind(rawValue: "unknown_enum")
    /// A value of another type than the field's; the column is null.
    public static let wrongType = Kind(rawValue: "wrong_type")
    /// A number outside of the field's range; the column is null.
    public static let outOfRange = Kind(rawValue: "out_of_range")
    /// Rows of one CSV transaction disagree; the first row's value stands.
    public static let conflictingValue = Kind(rawValue: "conflicting_value")
  }

  /// How much it matters.
  public enum Severity: String, Hashable, Sendable { case info, warn, error }

  public var kind: Kind
  /// The field's path in the record, such as `gender` or `items[0].promo`.
  public var fieldName: String
  /// What was there, at most 200 bytes of it. `customer_id` is never shown.
  public var fieldValue: String?
  /// What would have been accepted.
  public var expectedValue: String?
  public var severity: Severity
}

/// A record that could not be read or breaks a required rule: a row for `scout.bronze_rejects`.
public struct RejectedRecord: Hashable, Sendable {
  /// The line of the file, from 1, on which the record starts.
  public var lineNumber: Int64
  /// The record's bytes as text, invalid UTF-8 and NUL replaced by U+FFFD; the first 64 KiB when the record was too
  /// long to hold.
  public var raw: String
  /// What is wrong, for a person.
  public var reason: String
  /// The length of the record in bytes, which `raw` may show only a part of.
  public var byteCount: Int64
  /// SHA-256 in hexadecimal of the whole record, or of the CSV row that was too long, given when `raw` shows only a
  /// part.
  public var rawSHA256: String?
}

/// What one record became.
public enum DecodedRecord: Hashable, Sendable {
  case accepted(DecodedTransaction)
  case rejected(RejectedRecord)
}

/// A place between two records from which decoding can go on.
public struct DecodePosition: Hashable, Sendable {
  /// How many lines of the decoded (decompressed) stream lie before it.
  public var line: Int64
  /// How many bytes of the decoded stream lie before it.
  public var byteOffset: Int64

  public init(line: Int64, byteOffset: Int64) {
    self.line = line
    self.byteOffset = byteOffset
  }

  /// The beginning of a file.
  public static let start = DecodePosition(line: 0, byteOffset: 0)
}

/// A run of records with the place after the last one.
public struct DecodedBatch: Sendable {
  public var records: [DecodedRecord]
  /// Where to resume once these records are stored.
  public var end: DecodePosition
  /// Bytes of the underlying file taken so far (compressed bytes for gzip), for progress.
  public var bytesConsumed: Int64
  /// JSON objects or CSV rows read for this batch; blank lines and headers do not count.
  public var rowsRead: Int
  /// Of `records`, those accepted.
  public var acceptedCount: Int
  /// Of `records`, those rejected.
  public var rejectedCount: Int
}
