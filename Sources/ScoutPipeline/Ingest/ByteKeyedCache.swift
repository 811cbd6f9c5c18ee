import PostgresDialect

/// Remembers the values that short runs of bytes stand for, so that a name seen before costs a look-up and no
/// allocation.
///
/// Bounded: when it is full it starts again from empty. Belongs to one thread. Its memory is managed by hand because
/// every look-up in a stored array would pay for Swift's run-time check of exclusive access, a tenth of all decoding.
final class ByteKeyedCache<Value> {
  private struct Entry {
    var hash: UInt64
    var keyStart: Int
    var keyCount: Int
    var value: Value
  }

  private let limit: Int
  private let mask: Int
  private var entries: UnsafeMutablePointer<Entry>
  private var entryCount = 0
  private var entryCapacity = 64
  /// Positions in `entries`, from 1; 0 is free.
  private let table: UnsafeMutablePointer<Int32>
  private let keys = ByteSlab(capacity: 4096)

  /// Keys longer than this are not remembered.
  static var maximumKeyBytes: Int { 128 }

  /// - Parameter limit: The most entries; the table takes 8 to 16 bytes for each from the start.
  init(limit: Int) {
    self.limit = limit
    var size = 64
    while size < limit * 2 { size *= 2 }
    mask = size - 1
    table = .allocate(capacity: size)
    table.initialize(repeating: 0, count: size)
    entries = .allocate(capacity: entryCapacity)
  }

  deinit {
    entries.deinitialize(count: entryCount)
    entries.deallocate()
    table.deallocate()
  }

  /// The value of `key`, made by `make` the first time.
  @inline(__always)
  func value(
    _ key: UnsafePointer<UInt8>, _ count: Int, make: (UnsafeBufferPointer<UInt8>) -> Value
  ) -> Value {
    if count > ByteKeyedCache.maximumKeyBytes { return make(UnsafeBufferPointer(start: key, count: count)) }
    let hash = ByteHash.hash(key, count)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != 0 {
      let entry = entries + Int(table[slot] &- 1)
      if entry.pointee.hash == hash, entry.pointee.keyCount == count,
        ByteComparison.equal(keys.base + entry.pointee.keyStart, key, count)
      {
        return entry.pointee.value
      }
      slot = (slot &+ 1) & mask
    }
    return insert(key, count, hash: hash, make(UnsafeBufferPointer(start: key, count: count)))
  }

  @inline(never)
  private func insert(_ key: UnsafePointer<UInt8>, _ count: Int, hash: UInt64, _ value: Value) -> Value {
    if entryCount == limit {
      entries.deinitialize(count: entryCount)
      entryCount = 0
      table.update(repeating: 0, count: mask + 1)
      keys.count = 0
    }
    if entryCount == entryCapacity {
      let larger = UnsafeMutablePointer<Entry>.allocate(capacity: entryCapacity * 2)
      larger.moveInitialize(from: entries, count: entryCount)
      entries.deallocate()
      entries = larger
      entryCapacity *= 2
    }
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != 0 { slot = (slot &+ 1) & mask }
    (entries + entryCount).initialize(to: Entry(hash: hash, keyStart: keys.count, keyCount: count, value: value))
    entryCount += 1
    keys.append(key, count)
    table[slot] = Int32(entryCount)
    return value
  }
}

/// A fast hash of short runs of bytes, the same in every process. Collisions must cost no more than time.
enum ByteHash {
  @inline(__always)
  static func hash(_ key: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    let raw = UnsafeRawPointer(key)
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while offset &+ 8 <= count {
      hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset &+= 8
    }
    var tail: UInt64 = 0
    while offset < count {
      tail = tail << 8 | UInt64(raw.load(fromByteOffset: offset, as: UInt8.self))
      offset &+= 1
    }
    return mix(hash ^ tail)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let product = value &* 0xD6E8_FEB8_6659_FD93
    return product ^ (product >> 32)
  }
}
