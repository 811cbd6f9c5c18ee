extension DateTimeText {
  /// Reads the common form of a timestamp without allocating: `YYYY-MM-DD[T ]hh:mm[:ss[.ffffff]][Z|±hh[[:]mm]]`.
  ///
  /// Everything else, also what PostgreSQL would accept, gives nil and is for ``timestampWithTimeZone(_:in:)``: more
  /// than six digits of a fraction, a field out of range, 24:00, years below 1000 or above 9999, blanks around.
  ///
  /// - Returns: The local time, and the offset in seconds east of UTC when there is one.
  public static func parseISO(_ bytes: UnsafeRawBufferPointer) -> (localMicroseconds: Int64, offsetSeconds: Int?)? {
    let count = bytes.count
    guard count >= 16, let bytes = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), let days = isoDate(bytes)
    else { return nil }
    let mark = bytes[10]
    guard mark == ASCII.space || mark | 0x20 == UInt8(ascii: "t"), bytes[13] == ASCII.colon else { return nil }
    let (hour, minute) = (twoDigits(bytes, 11), twoDigits(bytes, 14))
    guard hour < 24, minute < 60 else { return nil }
    var index = 16
    var second = 0
    var fraction = 0
    if index < count, bytes[index] == ASCII.colon {
      guard count >= 19 else { return nil }
      second = twoDigits(bytes, 17)
      guard second < 60 else { return nil }
      index = 19
      if index < count, bytes[index] == ASCII.point {
        index = 20
        while index < count {
          let digit = bytes[index] &- ASCII.zero
          if digit >= 10 { break }
          fraction = fraction &* 10 &+ Int(digit)
          index &+= 1
        }
        guard index > 20, index <= 26 else { return nil }
        fraction &*= Int(PowersOfTen.small(26 &- index))
      }
    }
    let seconds = days &* 86_400 &+ hour &* 3600 &+ minute &* 60 &+ second
    let local = Int64(seconds &* 1_000_000 &+ fraction)
    if index == count { return (local, nil) }
    guard let offset = isoOffset(bytes, from: index, to: count) else { return nil }
    return (local, offset)
  }

  /// Reads `YYYY-MM-DD` and nothing else.
  static func parseISODate(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count == 10, let bytes = bytes.baseAddress else { return nil }
    return isoDate(bytes.assumingMemoryBound(to: UInt8.self))
  }

  /// Two digits as a number; something above 99 when they are not digits.
  @inline(__always)
  private static func twoDigits(_ bytes: UnsafePointer<UInt8>, _ index: Int) -> Int {
    let (tens, ones) = (bytes[index] &- ASCII.zero, bytes[index + 1] &- ASCII.zero)
    return tens < 10 && ones < 10 ? Int(tens) &* 10 &+ Int(ones) : 1000
  }

  @inline(__always)
  private static func isoDate(_ bytes: UnsafePointer<UInt8>) -> Int? {
    guard bytes[4] == ASCII.minus, bytes[7] == ASCII.minus else { return nil }
    let (century, yearOfCentury) = (twoDigits(bytes, 0), twoDigits(bytes, 2))
    let (month, day) = (twoDigits(bytes, 5), twoDigits(bytes, 8))
    guard century >= 10, century < 100, yearOfCentury < 100, month &- 1 < 12, month > 0, day > 0 else { return nil }
    let year = century &* 100 &+ yearOfCentury
    guard day <= 28 || day <= CivilCalendar.daysInMonth(year: year, month: month) else { return nil }
    return CivilCalendar.days(year: year, month: month, day: day)
  }

  /// `Z`, `±hh`, `±hh:mm` or `±hhmm` up to the end.
  @inline(__always)
  private static func isoOffset(_ bytes: UnsafePointer<UInt8>, from index: Int, to count: Int) -> Int? {
    let sign = bytes[index]
    if sign | 0x20 == UInt8(ascii: "z") { return index + 1 == count ? 0 : nil }
    guard sign == ASCII.plus || sign == ASCII.minus, index + 3 <= count else { return nil }
    let hours = twoDigits(bytes, index + 1)
    var minutes = 0
    switch count - index {
    case 3: break
    case 5: minutes = twoDigits(bytes, index + 3)
    case 6 where bytes[index + 3] == ASCII.colon: minutes = twoDigits(bytes, index + 4)
    default: return nil
    }
    guard hours <= 15, minutes < 60 else { return nil }
    let offset = hours &* 3600 &+ minutes &* 60
    return sign == ASCII.minus ? -offset : offset
  }
}
