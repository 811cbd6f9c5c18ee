/// The history of one time zone: when its offset changed, and the rule for all time after the last change.
///
/// Read from the TZif format, version 2 or later: <https://www.rfc-editor.org/rfc/rfc8536>
///
/// A class, so that a look-up copies and counts nothing.
final class TimeZoneTable: Sendable {
  /// The instants of the changes in ascending order, in seconds since 1970-01-01 UTC.
  let changes: [Int]
  /// For each change, which of ``periods`` begins there.
  let indices: [UInt8]
  let periods: [PosixTimeZone.Period]
  /// What holds from the last change on; nil when that is the last period itself.
  let rule: PosixTimeZone?

  /// The period in force at an instant.
  func period(atUTC seconds: Int) -> PosixTimeZone.Period {
    // Most data is recent, so the end of the table is asked first.
    guard let last = changes.last, seconds < last else {
      return rule?.period(atUTC: seconds) ?? periods[Int(indices.last ?? 0)]
    }
    let index = firstChange(after: seconds)
    return periods[index == 0 ? 0 : Int(indices[index - 1])]
  }

  /// The index of the first change after an instant, the number of changes when there is none.
  private func firstChange(after seconds: Int) -> Int {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func nextChange(after seconds: Int) -> Int? {
    let index = firstChange(after: seconds)
    return index < changes.count ? changes[index] : rule?.nextChange(after: seconds)
  }

  init(changes: [Int], indices: [UInt8], periods: [PosixTimeZone.Period], rule: PosixTimeZone?) {
    self.changes = changes
    self.indices = indices
    self.periods = periods
    self.rule = rule
  }

  /// Reads a zone file; nil when the bytes are not one, or one that counts leap seconds.
  convenience init?(tzif bytes: [UInt8]) {
    guard let first = Header(bytes, at: 0), first.version >= UInt8(ascii: "2") else { return nil }
    // The first block has 32-bit times for old readers; the second one is the file proper.
    let start = Header.size + first.bodySize(timeSize: 4)
    guard let header = Header(bytes, at: start), header.leapCount == 0, header.typeCount > 0 else { return nil }
    let times = start + Header.size
    let indices = times + header.timeCount * 8
    let types = indices + header.timeCount
    let names = types + header.typeCount * 6
    let end = start + Header.size + header.bodySize(timeSize: 8)
    guard end <= bytes.count else { return nil }

    let changes = (0..<header.timeCount).map { Self.integer(bytes, at: times + $0 * 8, size: 8) }
    let typeIndices = Array(bytes[indices..<types])
    var periods: [PosixTimeZone.Period] = []
    for index in 0..<header.typeCount {
      let nameIndex = names + Int(bytes[types + index * 6 + 5])
      guard nameIndex < names + header.nameSize else { return nil }
      let name = bytes[nameIndex..<(names + header.nameSize)].prefix { $0 != 0 }
      periods.append(
        PosixTimeZone.Period(
          abbreviation: String(decoding: name, as: UTF8.self),
          offset: Self.integer(bytes, at: types + index * 6, size: 4)))
    }
    guard typeIndices.allSatisfy({ $0 < periods.count }), zip(changes, changes.dropFirst()).allSatisfy(<),
      periods.allSatisfy({ abs($0.offset) < 7 * 86_400 })
    else { return nil }
    let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
    self.init(
      changes: changes, indices: typeIndices, periods: periods,
      rule: PosixTimeZone(String(decoding: footer, as: UTF8.self)))
  }

  private struct Header {
    static let size = 44
    var version: UInt8
    var isUTCount: Int
    var isStandardCount: Int
    var leapCount: Int
    var timeCount: Int
    var typeCount: Int
    var nameSize: Int

    init?(_ bytes: [UInt8], at start: Int) {
      guard start >= 0, start + Self.size <= bytes.count, bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else {
        return nil
      }
      version = bytes[start + 4]
      let counts = (0..<6).map { TimeZoneTable.integer(bytes, at: start + 20 + $0 * 4, size: 4) }
      guard counts.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
      (isUTCount, isStandardCount, leapCount) = (counts[0], counts[1], counts[2])
      (timeCount, typeCount, nameSize) = (counts[3], counts[4], counts[5])
    }

    func bodySize(timeSize: Int) -> Int {
      timeCount * (timeSize + 1) + typeCount * 6 + nameSize + leapCount * (timeSize + 4) + isStandardCount + isUTCount
    }
  }

  /// A big-endian signed integer.
  private static func integer(_ bytes: [UInt8], at start: Int, size: Int) -> Int {
    let value = bytes[start..<(start + size)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return size == 4 ? Int(Int32(truncatingIfNeeded: value)) : Int(Int64(bitPattern: value))
  }
}

extension TimeZoneTable: Hashable {
  static func == (left: TimeZoneTable, right: TimeZoneTable) -> Bool {
    left === right
      || left.changes == right.changes && left.indices == right.indices && left.periods == right.periods
        && left.rule == right.rule
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(changes.last)
    hasher.combine(periods)
  }
}

extension TimeZoneTable {
  /// Asia/Manila, the home of the data, for machines without a time zone database (release 2025b).
  static let manila: TimeZoneTable = {
    let standard = PosixTimeZone.Period(abbreviation: "PST", offset: 28_800)
    return TimeZoneTable(
      changes: [
        -3_944_621_032, -2_219_083_200, -1_046_678_400, -1_040_115_600, -885_024_000, -880_016_400, -783_594_000,
        -760_093_200, -496_224_000, -491_562_000, 228_326_400, 243_702_000, 643_219_200, 649_177_200,
      ],
      indices: [1, 2, 3, 2, 3, 4, 3, 2, 3, 2, 3, 2, 3, 2],
      periods: [
        PosixTimeZone.Period(abbreviation: "LMT", offset: -57_368),
        PosixTimeZone.Period(abbreviation: "LMT", offset: 29_032),
        standard,
        PosixTimeZone.Period(abbreviation: "PDT", offset: 32_400),
        PosixTimeZone.Period(abbreviation: "JST", offset: 32_400),
      ],
      rule: PosixTimeZone(standard: standard, daylight: nil))
  }()
}
