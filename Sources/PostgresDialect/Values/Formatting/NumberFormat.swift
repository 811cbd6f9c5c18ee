/// A format of numbers, such as `FM9,990.00`, read and checked once and used for many values.
///
/// Source: <https://www.postgresql.org/docs/15/functions-formatting.html#FUNCTIONS-FORMATTING-NUMERIC-TABLE>
public struct NumberFormat: Sendable {
  enum Field: Sendable {
    case nine, zero, point, localPoint, comma, localGroup, currency
    case sign, minus, plus, plusMinus, brackets
    case roman(isUpper: Bool), ordinal(isUpper: Bool)
    case fill, blank, shift, exponent, spelled
  }

  struct Flags: OptionSet, Sendable {
    var rawValue: UInt16
    static let decimal = Flags(rawValue: 1)
    static let zero = Flags(rawValue: 2)
    static let fill = Flags(rawValue: 4)
    static let sign = Flags(rawValue: 8)
    static let brackets = Flags(rawValue: 16)
    static let minus = Flags(rawValue: 32)
    static let plus = Flags(rawValue: 64)
    static let roman = Flags(rawValue: 128)
    static let shift = Flags(rawValue: 256)
    static let exponent = Flags(rawValue: 512)
    static let blank = Flags(rawValue: 1024)
  }

  enum SignPlace: Sendable { case none, before, after }

  /// What the keywords say together.
  struct Layout: Sendable {
    var flags: Flags = []
    /// How many digits stand before the point, after it, and behind `V`.
    var before = 0, after = 0, shifted = 0
    var signPlace = SignPlace.none
    var digitsBeforeSign = 0
    var zeroStart = 0, zeroEnd = 0
  }

  let pieces: [FormatPiece<Field>]
  let layout: Layout
  public let isEmpty: Bool

  /// - Throws: 42601 for patterns that contradict each other.
  public init(_ format: String) throws(SQLError) {
    pieces = Self.reader.pieces(of: format)
    isEmpty = format.isEmpty
    var layout = Layout()
    for piece in pieces { if let field = piece.field { try layout.add(field) } }
    self.layout = layout
  }

  private static let reader: FormatReader<Field> = {
    let upper: [(String, Field)] = [
      ("B", .blank), ("C", .spelled), ("D", .localPoint), ("EEEE", .exponent), ("FM", .fill), ("G", .localGroup),
      ("L", .currency), ("MI", .minus), ("PL", .plus), ("PR", .brackets), ("SG", .plusMinus), ("SP", .spelled),
      ("S", .sign), ("V", .shift),
    ]
    let own: [(String, Field)] = [
      (",", .comma), (".", .point), ("0", .zero), ("9", .nine), ("RN", .roman(isUpper: true)),
      ("rn", .roman(isUpper: false)), ("TH", .ordinal(isUpper: true)), ("th", .ordinal(isUpper: false)),
    ]
    return FormatReader(upper + own + upper.map { ($0.0.lowercased(), $0.1) }, isTime: false)
  }()
}

extension NumberFormat.Layout {
  fileprivate mutating func add(_ field: NumberFormat.Field) throws(SQLError) {
    func fail(_ message: String, detail: String? = nil) -> SQLError {
      SQLError(.syntaxError, message, detail: detail)
    }
    if flags.contains(.exponent) {
      if case .exponent = field { throw fail("cannot use \"EEEE\" twice") }
      throw fail("\"EEEE\" must be the last pattern used")
    }
    switch field {
    case .nine:
      if flags.contains(.brackets) { throw fail("\"9\" must be ahead of \"PR\"") }
      if flags.contains(.shift) {
        shifted += 1
      } else if flags.contains(.decimal) {
        after += 1
      } else {
        before += 1
      }
    case .zero:
      if flags.contains(.brackets) { throw fail("\"0\" must be ahead of \"PR\"") }
      if flags.isDisjoint(with: [.zero, .decimal]) {
        flags.insert(.zero)
        zeroStart = before + 1
      }
      if flags.contains(.decimal) { after += 1 } else { before += 1 }
      zeroEnd = before + after
    case .blank:
      if before == 0 && after == 0 && !flags.contains(.zero) { flags.insert(.blank) }
    case .point, .localPoint:
      if flags.contains(.decimal) { throw fail("multiple decimal points") }
      if flags.contains(.shift) { throw fail("cannot use \"V\" and decimal point together") }
      flags.insert(.decimal)
    case .fill: flags.insert(.fill)
    case .sign:
      if flags.contains(.sign) { throw fail("cannot use \"S\" twice") }
      if !flags.isDisjoint(with: [.plus, .minus, .brackets]) {
        throw fail("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together")
      }
      if !flags.contains(.decimal) {
        signPlace = .before
        digitsBeforeSign = before
      } else {
        signPlace = .after
      }
      flags.insert(.sign)
    case .minus:
      if flags.contains(.sign) { throw fail("cannot use \"S\" and \"MI\" together") }
      flags.insert(.minus)
    case .plus:
      if flags.contains(.sign) { throw fail("cannot use \"S\" and \"PL\" together") }
      flags.insert(.plus)
    case .plusMinus:
      if flags.contains(.sign) { throw fail("cannot use \"S\" and \"SG\" together") }
      flags.formUnion([.minus, .plus])
    case .brackets:
      if !flags.isDisjoint(with: [.sign, .plus, .minus]) {
        throw fail("cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together")
      }
      flags.insert(.brackets)
    case .roman: flags.insert(.roman)
    case .shift:
      if flags.contains(.decimal) { throw fail("cannot use \"V\" and decimal point together") }
      flags.insert(.shift)
    case .exponent:
      if !flags.isDisjoint(with: [.blank, .fill, .sign, .brackets, .minus, .plus, .roman, .shift]) {
        throw fail(
          "\"EEEE\" is incompatible with other formats",
          detail: "\"EEEE\" may only be used together with digit and decimal point patterns.")
      }
      flags.insert(.exponent)
    case .comma, .localGroup, .currency, .ordinal, .spelled: break
    }
  }
}
