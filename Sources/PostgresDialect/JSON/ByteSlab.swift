/// A growing run of bytes with an unchecked append.
///
/// `Array.append(contentsOf:)` costs several times a small `memcpy`; a record is built of about a hundred small pieces.
/// Internal, confined to one decoder.
package final class ByteSlab {
  package private(set) var base: UnsafeMutablePointer<UInt8>
  package private(set) var capacity: Int
  package var count = 0

  package init(capacity: Int = 4096) {
    self.capacity = Swift.max(64, capacity)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  @inlinable @inline(__always)
  package func reserve(_ extra: Int) {
    if capacity - count < extra { grow(extra) }
  }

  @inline(never)
  private func grow(_ extra: Int) {
    let larger = Swift.max(capacity * 2, count + extra)
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    copy.update(from: base, count: count)
    base.deallocate()
    base = copy
    capacity = larger
  }

  @inlinable @inline(__always)
  package func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  @inlinable @inline(__always)
  package func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length)
    UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: length)
    count += length
  }

  /// Appends in steps of eight bytes, which reads (and overwrites unused memory) up to seven bytes too far: for short
  /// texts in memory that is known to be padded, where a call of `memcpy` would cost more than the copy.
  @inlinable @inline(__always)
  package func appendPadded(_ start: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length &+ 8)
    let target = UnsafeMutableRawPointer(base + count)
    let source = UnsafeRawPointer(start)
    var offset = 0
    while offset < length {
      target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: offset, as: UInt64.self), toByteOffset: offset, as: UInt64.self)
      offset &+= 8
    }
    count &+= length
  }

  package func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    append(start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  package func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  package func append(_ text: StaticString) { append(text.utf8Start, text.utf8CodeUnitCount) }

  package func append(text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Gives back memory that one huge record claimed.
  package func shrink(to limit: Int) {
    guard capacity > limit, count <= limit else { return }
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: limit)
    copy.update(from: base, count: count)
    base.deallocate()
    base = copy
    capacity = limit
  }

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  package func array(from start: Int = 0) -> [UInt8] {
    Array(UnsafeBufferPointer(start: base + start, count: count - start))
  }
}
