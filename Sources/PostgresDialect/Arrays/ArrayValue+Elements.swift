extension ArrayValue {
  /// Reads an array from PostgreSQL's text, each element as the type's input function does.
  ///
  /// - Parameters:
  ///   - element: The element type; with a length, longer texts are cut when `isExplicit`, else refused.
  ///   - session: What times without a zone and words such as `today` refer to.
  /// - Throws: 22P02 for a malformed array, and the element type's own errors.
  package init(
    literal text: String, element: SQLType, isExplicit: Bool, in session: DateTimeText.Session
  ) throws(SQLError) {
    let literal = try ArrayLiteral(text)
    var elements: [Element] = []
    elements.reserveCapacity(literal.elements.count)
    for text in literal.elements {
      elements.append(
        try text.map { text throws(SQLError) in
          try Element(text, element, isExplicit: isExplicit, in: session)
        } ?? .null)
    }
    self.init(dimensions: literal.dimensions, elements: elements)
  }

  /// An array of texts from its text.
  package init(textLiteral text: String) throws(SQLError) {
    try self.init(
      literal: text, element: .text, isExplicit: false, in: DateTimeText.Session(zone: .utc, now: 0))
  }

  /// The array of the same shape with every element changed; nulls stay.
  package func mapped(_ body: (Element) throws(SQLError) -> Element) throws(SQLError) -> ArrayValue {
    var result: [Element] = []
    result.reserveCapacity(elements.count)
    for element in elements { result.append(element.isNull ? .null : try body(element)) }
    return ArrayValue(dimensions: dimensions, elements: result)
  }
}

extension ArrayValue.Element {
  /// Reads one element with its type's input function.
  package init(_ text: String, _ type: SQLType, isExplicit: Bool, in session: DateTimeText.Session) throws(SQLError) {
    switch type.base {
    case .boolean: self = .boolean(try ValueText.boolean(text))
    case .int2: self = .number(String(try ValueText.int16(text)))
    case .int4: self = .number(String(try ValueText.int32(text)))
    case .int8, .oid, .xid: self = .number(String(try ValueText.int64(text)))
    case .float4: self.init(Double(try ValueText.real(text)))
    case .float8: self.init(try ValueText.double(text))
    case .numeric:
      var value = try Numeric(text)
      if let precision = type.precision { value = try value.fitted(precision: precision, scale: type.scale ?? 0) }
      self.init(decimal: value.description)
    case .uuid: self = .string(try ValueText.uuid(text))
    case .interval: self = .string(try Interval(text).description)
    case .date: self = .number(String(try DateTimeText.date(text, in: session)))
    case .timestamp: self = .number(String(try DateTimeText.timestamp(text, in: session)))
    case .timestamptz: self = .number(String(try DateTimeText.timestampWithTimeZone(text, in: session)))
    case .time: self = .number(String(try DateTimeText.time(text, in: session)))
    case .json:
      try JSONSyntax.check(text, escapes: .kept)
      self = .string(text)
    case .jsonb: self = .string(try JSONText.jsonb(text))
    case .text, .name, .aclitem, .regtype: self = .string(text)
    case .char: self = .string(String(text.prefix(1)))
    case .bytea: self = .string(ValueText.bytea(try ValueText.bytes(text)))
    case .timetz: self = .string(try TimeWithZone(text, in: session).text)
    case .varchar:
      guard let length = type.precision, text.unicodeScalars.count > length else {
        self = .string(text)
        return
      }
      let kept = String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
      let isBlank = text.unicodeScalars.dropFirst(length).allSatisfy { $0 == " " }
      guard isExplicit || isBlank else {
        throw SQLError(.stringDataRightTruncation, "value too long for type character varying(\(length))")
      }
      self = .string(kept)
    default:
      throw SQLError(.featureNotSupported, "arrays of type \(type.displayName) are not supported yet")
    }
  }

  /// A decimal's text; NaN and the infinities are no numbers in JSON.
  package init(decimal text: String) {
    let isDigits = text.utf8.last.map(ASCII.isDigit) ?? false
    self = isDigits ? .number(text) : .string(text)
  }

  /// A float, so written that it reads back the same.
  package init(_ value: Double) {
    self = value.isFinite ? .number("\(value)") : .string(ValueText.text(value))
  }
}

extension SQLType {
  /// How SQLite holds the elements of an array of this element type, as the array functions are told.
  var elementKind: SQLiteExpression {
    switch base {
    case .boolean: .text("b")
    case .int2, .int4, .int8, .date, .timestamp, .timestamptz, .time, .oid, .xid: .text("i")
    case .float4, .float8: .text("r")
    case .numeric: .text("n")
    case .bytea: .text("y")
    default: .text("t")
    }
  }

  /// The array whose elements have this type.
  public var array: SQLType { SQLType(base, isArray: true, precision: precision, scale: scale) }

  /// Whether arrays of the type can be made: composite elements are not supported.
  var isElementType: Bool {
    switch base {
    case .record, .void, .any, .anyelement, .anyarray, .unknown, .bpchar, .bit, .varbit: false
    default: true
    }
  }
}
