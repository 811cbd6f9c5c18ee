/// A growing run of bytes with an unchecked append.
///
/// `Array.append(contentsOf:)` costs several times a small `memcpy`; a record is built of about a hundred small pieces.
/// Internal, confined to one decoder.
final class ByteSlab {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int = 4096) {
    self.capacity = Swift.max(64, capacity)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  @inline(__always)
  func reserve(_ extra: Int) {
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

  @inline(__always)
  func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  @inline(__always)
  func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length)
    UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: length)
    count += length
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    append(start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  func append(_ text: StaticString) { append(text.utf8Start, text.utf8CodeUnitCount) }

  func append(text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Gives back memory that one huge record claimed.
  func shrink(to limit: Int) {
    guard capacity > limit, count <= limit else { return }
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: limit)
    copy.update(from: base, count: count)
    base.deallocate()
    base = copy
    capacity = limit
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  func array(from start: Int = 0) -> [UInt8] {
    Array(UnsafeBufferPointer(start: base + start, count: count - start))
  }
}
