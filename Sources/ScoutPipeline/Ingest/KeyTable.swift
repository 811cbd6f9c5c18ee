import PostgresDialect

/// The keys that an object is expected to have, in `jsonb`'s order, and how to find one fast.
///
/// A field's number is its rank in that order, so visiting the fields that are present by ascending number prints the
/// object normalised without any sorting. Devices write their keys in one order; the table remembers which field
/// followed which and tries that first.
final class KeyTable {
  let count: Int
  /// `, "name": ` of every field, one after the other.
  private let text: UnsafeMutablePointer<UInt8>
  /// Where each field starts in `text`, one more than there are names.
  private let starts: UnsafeMutablePointer<Int>
  /// `,"name":` of every field, one after the other: how most devices write.
  private let compactText: UnsafeMutablePointer<UInt8>
  private let compactStarts: UnsafeMutablePointer<Int>
  /// The first field of each length; a run of equal lengths is contiguous because length comes first in the order.
  private let firstOfLength: [Int8]
  /// The field that followed field *i* last time, at *i* + 1.
  private let successors: UnsafeMutablePointer<Int>

  static let notFound = -1

  /// - Parameter names: Plain ASCII keys in `jsonb`'s order.
  init(_ names: [String]) {
    count = names.count
    (text, starts) = KeyTable.table(names.map { ", \"\($0)\": " })
    (compactText, compactStarts) = KeyTable.table(names.map { ",\"\($0)\":" })
    var firstOfLength = [Int8](repeating: -1, count: 33)
    for (index, name) in names.enumerated().reversed() { firstOfLength[name.utf8.count] = Int8(index) }
    self.firstOfLength = firstOfLength
    successors = .allocate(capacity: names.count + 1)
    for index in 0...names.count { successors[index] = Swift.min(index, names.count - 1) }
  }

  deinit {
    text.deallocate()
    starts.deallocate()
    compactText.deallocate()
    compactStarts.deallocate()
    successors.deallocate()
  }

  private static func table(_ labels: [String]) -> (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Int>) {
    let starts = UnsafeMutablePointer<Int>.allocate(capacity: labels.count + 1)
    starts[0] = 0
    for (index, label) in labels.enumerated() { starts[index + 1] = starts[index] + label.utf8.count }
    // ByteSlab.appendPadded reads up to seven bytes behind the last label.
    let text = UnsafeMutablePointer<UInt8>.allocate(capacity: starts[labels.count] + 8)
    text.initialize(repeating: 0, count: starts[labels.count] + 8)
    for (offset, byte) in labels.joined().utf8.enumerated() { text[offset] = byte }
    return (text, starts)
  }

  /// `, "name": ` as it is printed; eight bytes behind its end may be read.
  @inline(__always)
  func label(_ field: Int) -> (start: UnsafePointer<UInt8>, count: Int) {
    (UnsafePointer(text + starts[field]), starts[field + 1] - starts[field])
  }

  @inline(__always)
  func nameBytes(_ field: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text + starts[field] + 3, count: starts[field + 1] - starts[field] - 6)
  }

  /// Steps over the comma, the key and the colon of the member that is expected next, if exactly these bytes lie there.
  ///
  /// - Parameter previous: The field before it in the same object, -1 for the first, which has no comma.
  /// - Returns: The field, or ``notFound`` without having moved.
  @inline(__always)
  func follow(_ cursor: inout JSONCursor, after previous: Int, isFirst: Bool) -> Int {
    let guess = successors[previous &+ 1]
    let left = cursor.end &- cursor.at
    var start = compactStarts[guess] &+ (isFirst ? 1 : 0)
    var length = compactStarts[guess &+ 1] &- start
    if length <= left, ByteComparison.equal(compactText + start, cursor.base + cursor.at, length) {
      cursor.at &+= length
      return guess
    }
    start = starts[guess] &+ (isFirst ? 2 : 0)
    length = starts[guess &+ 1] &- start
    if length <= left, ByteComparison.equal(text + start, cursor.base + cursor.at, length) {
      cursor.at &+= length
      return guess
    }
    return KeyTable.notFound
  }

  @inline(__always)
  private func matches(_ field: Int, _ key: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    let start = starts[field]
    guard starts[field &+ 1] &- start &- 6 == length else { return false }
    return ByteComparison.equal(text + (start &+ 3), key, length)
  }

  /// The field of a key, or ``notFound``.
  ///
  /// - Parameter previous: The field before it in the same object, -1 for the first.
  @inline(__always)
  func field(_ key: UnsafePointer<UInt8>, _ length: Int, after previous: Int) -> Int {
    let guess = successors[previous + 1]
    if matches(guess, key, length) { return guess }
    return search(key, length, after: previous)
  }

  @inline(never)
  private func search(_ key: UnsafePointer<UInt8>, _ length: Int, after previous: Int) -> Int {
    guard length < firstOfLength.count else { return KeyTable.notFound }
    var field = Int(firstOfLength[length])
    guard field >= 0 else { return KeyTable.notFound }
    while field < count, starts[field + 1] - starts[field] - 6 == length {
      if ByteComparison.equal(text + starts[field] + 3, key, length) {
        successors[previous + 1] = field
        return field
      }
      field += 1
    }
    return KeyTable.notFound
  }
}

/// Comparing short runs of bytes without a call.
enum ByteComparison {
  @inline(__always)
  static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let left = UnsafeRawPointer(left)
    let right = UnsafeRawPointer(right)
    if count >= 8 {
      var offset = 0
      while offset &+ 8 <= count {
        if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        {
          return false
        }
        offset &+= 8
      }
      // The last eight bytes overlap what was compared before.
      return left.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        == right.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    }
    if count >= 4 {
      return left.loadUnaligned(as: UInt32.self) == right.loadUnaligned(as: UInt32.self)
        && left.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
          == right.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
    }
    for offset in 0..<count
    where left.load(fromByteOffset: offset, as: UInt8.self) != right.load(fromByteOffset: offset, as: UInt8.self) {
      return false
    }
    return true
  }
}
