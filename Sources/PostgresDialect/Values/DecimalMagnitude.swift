/// A natural number of any size in base 1 000 000 000: what `Numeric` uses when 38 digits are not enough.
///
/// A decimal base, because scaling by powers of ten, counting digits and printing are what numerics do most.
struct DecimalMagnitude: Hashable, Sendable {
  static let base: UInt64 = 1_000_000_000
  static let digitsPerLimb = 9

  /// The limbs, lowest first; the highest is never zero, and zero has none.
  private(set) var limbs: [UInt32]

  static let zero = DecimalMagnitude(limbs: [])

  /// Takes limbs that may have zeros at the top.
  init(limbs: [UInt32]) {
    self.limbs = limbs
    trim()
  }

  init(_ value: UInt128) {
    limbs = []
    var rest = value
    while rest != 0 {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 1_000_000_000)
      limbs.append(UInt32(truncatingIfNeeded: remainder))
      rest = quotient
    }
  }

  /// Takes ASCII digits only.
  init(asciiDigits digits: some BidirectionalCollection<UInt8>) {
    limbs = []
    limbs.reserveCapacity(digits.count / Self.digitsPerLimb + 1)
    var limb: UInt32 = 0
    var weight: UInt32 = 1
    for digit in digits.reversed() {
      limb += UInt32(digit &- UInt8(ascii: "0")) * weight
      if weight == 100_000_000 {
        limbs.append(limb)
        limb = 0
        weight = 1
      } else {
        weight *= 10
      }
    }
    limbs.append(limb)
    trim()
  }

  private mutating func trim() {
    while limbs.last == 0 { limbs.removeLast() }
  }

  var isZero: Bool { limbs.isEmpty }

  var isOdd: Bool { (limbs.first ?? 0) & 1 == 1 }

  /// The value, or nil when it needs more than 128 bits.
  var uint128: UInt128? {
    if limbs.count > 5 { return nil }
    var value: UInt128 = 0
    for limb in limbs.reversed() {
      let (product, overflow) = value.multipliedReportingOverflow(by: 1_000_000_000)
      let (sum, carry) = product.addingReportingOverflow(UInt128(limb))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// The number of decimal digits; 0 for zero.
  var digitCount: Int {
    guard let top = limbs.last else { return 0 }
    return (limbs.count - 1) * Self.digitsPerLimb + PowersOfTen.digitCount(UInt128(top))
  }

  /// The number of zeros at the end; 0 for zero.
  var trailingZeroCount: Int {
    guard let index = limbs.firstIndex(where: { $0 != 0 }) else { return 0 }
    var limb = limbs[index]
    var count = index * Self.digitsPerLimb
    while limb % 10 == 0 {
      limb /= 10
      count += 1
    }
    return count
  }

  /// The leading decimal digits as ASCII, all of them.
  var asciiDigits: [UInt8] {
    guard let top = limbs.last else { return [UInt8(ascii: "0")] }
    var digits = Array(String(top).utf8)
    digits.reserveCapacity(limbs.count * Self.digitsPerLimb)
    for limb in limbs.dropLast().reversed() {
      var weight: UInt32 = 100_000_000
      while weight > 0 {
        digits.append(UInt8(ascii: "0") + UInt8(limb / weight % 10))
        weight /= 10
      }
    }
    return digits
  }

  static func < (left: Self, right: Self) -> Bool { left.compare(right) < 0 }

  /// Negative, zero or positive as the value is less than, equal to or greater than `other`.
  func compare(_ other: Self) -> Int {
    if limbs.count != other.limbs.count { return limbs.count - other.limbs.count }
    for index in limbs.indices.reversed() where limbs[index] != other.limbs[index] {
      return limbs[index] < other.limbs[index] ? -1 : 1
    }
    return 0
  }

  static func + (left: Self, right: Self) -> Self {
    let (long, short) = left.limbs.count >= right.limbs.count ? (left.limbs, right.limbs) : (right.limbs, left.limbs)
    var result = long
    var carry: UInt32 = 0
    for index in long.indices {
      if index >= short.count && carry == 0 { break }
      var sum = long[index] + (index < short.count ? short[index] : 0) + carry
      carry = sum >= 1_000_000_000 ? 1 : 0
      if carry == 1 { sum -= 1_000_000_000 }
      result[index] = sum
    }
    if carry == 1 { result.append(1) }
    return Self(limbs: result)
  }

  /// The difference; `right` must not be greater than `left`.
  static func - (left: Self, right: Self) -> Self {
    var result = left.limbs
    var borrow: UInt32 = 0
    for index in result.indices {
      if index >= right.limbs.count && borrow == 0 { break }
      let subtrahend = (index < right.limbs.count ? right.limbs[index] : 0) + borrow
      borrow = result[index] < subtrahend ? 1 : 0
      result[index] = borrow == 1 ? result[index] + 1_000_000_000 - subtrahend : result[index] - subtrahend
    }
    return Self(limbs: result)
  }

  /// The product, digit by digit: O(*n* × *m*), which numerics of at most 147 455 digits can afford.
  static func * (left: Self, right: Self) -> Self {
    if left.isZero || right.isZero { return zero }
    var result = [UInt32](repeating: 0, count: left.limbs.count + right.limbs.count)
    left.limbs.withUnsafeBufferPointer { left in
      right.limbs.withUnsafeBufferPointer { right in
        result.withUnsafeMutableBufferPointer { result in
          for i in left.indices where left[i] != 0 {
            var carry: UInt64 = 0
            let factor = UInt64(left[i])
            for j in right.indices {
              let sum = UInt64(result[i + j]) + factor * UInt64(right[j]) + carry
              carry = sum / base
              result[i + j] = UInt32(truncatingIfNeeded: sum - carry * base)
            }
            result[i + right.count] = UInt32(truncatingIfNeeded: carry)
          }
        }
      }
    }
    return Self(limbs: result)
  }

  func multiplied(by factor: UInt32) -> Self {
    if factor == 0 { return .zero }
    var result = limbs
    var carry: UInt64 = 0
    for index in result.indices {
      let sum = UInt64(result[index]) * UInt64(factor) + carry
      carry = sum / Self.base
      result[index] = UInt32(truncatingIfNeeded: sum - carry * Self.base)
    }
    while carry > 0 {
      result.append(UInt32(truncatingIfNeeded: carry % Self.base))
      carry /= Self.base
    }
    return Self(limbs: result)
  }

  func dividedBy(_ divisor: UInt32) -> (quotient: Self, remainder: UInt32) {
    var result = limbs
    var remainder: UInt64 = 0
    for index in result.indices.reversed() {
      let value = remainder * Self.base + UInt64(result[index])
      result[index] = UInt32(truncatingIfNeeded: value / UInt64(divisor))
      remainder = value % UInt64(divisor)
    }
    return (Self(limbs: result), UInt32(truncatingIfNeeded: remainder))
  }

  /// The value times 10 to the power of `count`, which is not negative.
  func scaledUp(by count: Int) -> Self {
    if isZero || count == 0 { return self }
    let (wholeLimbs, digits) = count.quotientAndRemainder(dividingBy: Self.digitsPerLimb)
    let shifted = digits == 0 ? self : multiplied(by: UInt32(PowersOfTen.small(digits)))
    return Self(limbs: [UInt32](repeating: 0, count: wholeLimbs) + shifted.limbs)
  }

  /// The value divided by 10 to the power of `count`, truncated, and what the cut digits were like.
  func scaledDown(by count: Int) -> (quotient: Self, cut: CutDigits) {
    if count == 0 || isZero { return (self, .none) }
    let (wholeLimbs, digits) = count.quotientAndRemainder(dividingBy: Self.digitsPerLimb)
    if wholeLimbs > limbs.count || (wholeLimbs == limbs.count && digits > 0) { return (.zero, .belowHalf) }
    let lowIsZero: Bool
    let (quotient, remainder): (Self, UInt32)
    let unit: UInt32
    if digits == 0 {
      // The highest cut limb tells; those below only whether something is left.
      lowIsZero = limbs[..<(wholeLimbs - 1)].allSatisfy { $0 == 0 }
      (quotient, remainder) = (Self(limbs: Array(limbs[wholeLimbs...])), limbs[wholeLimbs - 1])
      unit = 1_000_000_000
    } else {
      lowIsZero = limbs[..<wholeLimbs].allSatisfy { $0 == 0 }
      unit = UInt32(PowersOfTen.small(digits))
      (quotient, remainder) = Self(limbs: Array(limbs[wholeLimbs...])).dividedBy(unit)
    }
    if remainder == 0 && lowIsZero { return (quotient, .none) }
    if remainder == unit / 2 { return (quotient, lowIsZero ? .half : .aboveHalf) }
    return (quotient, remainder < unit / 2 ? .belowHalf : .aboveHalf)
  }

  /// What was cut off a number compared with half a unit of its last digit.
  enum CutDigits {
    case none, belowHalf, half, aboveHalf
  }

  static let one = DecimalMagnitude(limbs: [1])

  /// The quotient and the remainder; `divisor` is not zero.
  ///
  /// Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D.
  func quotientAndRemainder(dividingBy divisor: Self) -> (quotient: Self, remainder: Self) {
    if compare(divisor) < 0 { return (.zero, self) }
    if divisor.limbs.count == 1 {
      let (quotient, remainder) = dividedBy(divisor.limbs[0])
      return (quotient, Self(limbs: [remainder]))
    }
    let base = Self.base
    let factor = UInt32(base / (UInt64(divisor.limbs[divisor.limbs.count - 1]) + 1))
    let v = divisor.multiplied(by: factor).limbs
    var u = multiplied(by: factor).limbs
    while u.count <= limbs.count { u.append(0) }
    let n = v.count
    let m = u.count - n - 1
    var quotient = [UInt32](repeating: 0, count: m + 1)
    let (high, next) = (UInt64(v[n - 1]), UInt64(v[n - 2]))
    u.withUnsafeMutableBufferPointer { u in
      for j in (0...m).reversed() {
        let top = UInt64(u[j + n]) * base + UInt64(u[j + n - 1])
        var estimate = top / high
        var rest = top % high
        while estimate >= base || estimate * next > rest * base + UInt64(u[j + n - 2]) {
          estimate -= 1
          rest += high
          if rest >= base { break }
        }
        var borrow: Int64 = 0
        var carry: UInt64 = 0
        for i in 0..<n {
          let product = estimate * UInt64(v[i]) + carry
          carry = product / base
          var difference = Int64(u[i + j]) - borrow - Int64(product - carry * base)
          borrow = difference < 0 ? 1 : 0
          if difference < 0 { difference += Int64(base) }
          u[i + j] = UInt32(truncatingIfNeeded: difference)
        }
        let last = Int64(u[j + n]) - borrow - Int64(carry)
        if last < 0 {
          // The estimate was one too high, which is rare: add the divisor back.
          estimate -= 1
          var addCarry: UInt32 = 0
          for i in 0..<n {
            var sum = u[i + j] + v[i] + addCarry
            addCarry = sum >= 1_000_000_000 ? 1 : 0
            if addCarry == 1 { sum -= 1_000_000_000 }
            u[i + j] = sum
          }
          u[j + n] = 0
        } else {
          u[j + n] = UInt32(truncatingIfNeeded: last)
        }
        quotient[j] = UInt32(truncatingIfNeeded: estimate)
      }
    }
    return (Self(limbs: quotient), Self(limbs: u).dividedBy(factor).quotient)
  }

  /// The integer part of the square root, by Newton's iteration from above.
  ///
  /// The root of the upper half of the digits is the first guess, so that one or two steps are left at full size.
  var squareRoot: Self {
    if isZero { return .zero }
    let lower = digitCount / 4
    var root =
      digitCount <= 36
      ? Self.one.scaledUp(by: (digitCount + 1) / 2)
      : (scaledDown(by: 2 * lower).quotient.squareRoot + .one).scaledUp(by: lower)
    while true {
      let next = (root + quotientAndRemainder(dividingBy: root).quotient).dividedBy(2).quotient
      if next.compare(root) >= 0 { return root }
      root = next
    }
  }
}
