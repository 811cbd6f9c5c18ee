extension NumberFormat {
  /// The number that `text` gives in this format.
  ///
  /// - Returns: Nil for an empty format.
  public func number(_ text: String) throws(SQLError) -> Numeric? {
    if isEmpty { return nil }
    if layout.flags.contains(.exponent) { throw SQLError(.featureNotSupported, "\"EEEE\" not supported for input") }
    if layout.flags.contains(.roman) { throw SQLError(.featureNotSupported, "\"RN\" not supported for input") }
    var reader = NumberFormatReader(layout: layout, bytes: Array(text.utf8))
    let digits = reader.read(pieces)
    let precision = layout.before + layout.shifted + reader.decimals
    var value = try Numeric(digits)
    if precision > 0 {
      value = try value.fitted(precision: precision, scale: reader.decimals)
    } else {
      value = try value.rounded(0)
      if !value.isZero { throw SQLError(.numericValueOutOfRange, "numeric field overflow") }
    }
    guard layout.flags.contains(.shift) else { return value }
    return try value.multiplied(by: Numeric(10).power(Numeric(-layout.shifted)))
  }
}

/// Collects the digits, the point and the sign of a text along the pieces of a format.
private struct NumberFormatReader {
  let layout: NumberFormat.Layout
  let bytes: [UInt8]
  private var position = 0
  private var sign = ASCII.space
  private var digits: [UInt8] = []
  private var wholeCount = 0
  private(set) var decimals = 0
  private var hasPoint = false

  init(layout: NumberFormat.Layout, bytes: [UInt8]) {
    self.layout = layout
    self.bytes = bytes
  }

  private var isAtEnd: Bool { position >= bytes.count }
  private var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// The number's text, as `numeric` reads it.
  mutating func read(_ pieces: [FormatPiece<NumberFormat.Field>]) -> String {
    for piece in pieces {
      if isAtEnd { break }
      guard let field = piece.field else {
        // One character of the input for each of the format, whatever they are.
        position += utf8Length(byte)
        continue
      }
      read(field)
    }
    if digits.last == ASCII.point { digits.removeLast() }
    return String(decoding: [sign] + digits, as: UTF8.self)
  }

  private mutating func read(_ field: NumberFormat.Field) {
    switch field {
    case .nine, .zero:
      readPlace(isDigit: true)
      position += 1
    case .point, .localPoint:
      readPlace(isDigit: false)
      position += 1
    case .comma, .localGroup:
      if byte == UInt8(ascii: ",") && !(layout.flags.contains(.fill)) { position += 1 }
    case .currency: skipText(1)
    case .ordinal:
      if sign == ASCII.minus || layout.flags.contains(.decimal) { return }
      skipText(2)
    case .minus:
      if byte == ASCII.minus {
        sign = byte
        position += 1
      } else {
        skipText(1)
      }
    case .plus:
      if byte == ASCII.plus {
        sign = byte
        position += 1
      } else {
        skipText(1)
      }
    case .plusMinus:
      if byte == ASCII.plus || byte == ASCII.minus {
        sign = byte
        position += 1
      } else {
        skipText(1)
      }
    case .sign, .brackets, .roman, .fill, .blank, .shift, .exponent, .spelled: break
    }
  }

  /// Passes over characters that cannot be part of a number.
  private mutating func skipText(_ count: Int) {
    for _ in 0..<count {
      if isAtEnd || Array("0123456789.,+-".utf8).contains(byte) { return }
      position += utf8Length(byte)
    }
  }

  private mutating func readPlace(isDigit: Bool) {
    if isAtEnd { return }
    if byte == ASCII.space { position += 1 }
    if isAtEnd { return }
    if sign == ASCII.space && isDigit && wholeCount + decimals == 0 {
      if layout.flags.contains(.sign) && layout.signPlace == .before {
        if byte == ASCII.minus || byte == ASCII.plus {
          sign = byte
          position += 1
        }
      } else if byte == ASCII.minus || (layout.flags.contains(.brackets) && byte == UInt8(ascii: "<")) {
        sign = ASCII.minus
        position += 1
      } else if byte == ASCII.plus {
        sign = ASCII.plus
        position += 1
      }
    }
    if isAtEnd { return }
    var isRead = false
    if ASCII.isDigit(byte) {
      if hasPoint && decimals == layout.after { return }
      digits.append(byte)
      if hasPoint { decimals += 1 } else { wholeCount += 1 }
      isRead = true
    } else if layout.flags.contains(.decimal) && !hasPoint && byte == ASCII.point {
      digits.append(ASCII.point)
      hasPoint = true
      isRead = true
    }
    guard sign == ASCII.space, wholeCount + decimals > 0 else { return }
    if layout.flags.contains(.sign) {
      // The sign is anchored behind the last digit.
      let following = position + 1
      if isRead, following < bytes.count, bytes[following] == ASCII.minus || bytes[following] == ASCII.plus {
        sign = bytes[following]
        position = following
      }
    } else if !isRead && !layout.flags.isDisjoint(with: [.plus, .minus]) {
      if byte == ASCII.minus || byte == ASCII.plus { sign = byte }
    }
  }
}
