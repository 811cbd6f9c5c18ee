#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A hash table from keys of bytes to a fixed number of integers each. Belongs to one thread.
///
/// Keys lie one after the other in one piece of memory, and a key's number is its place in the order of arrival. All of
/// it is behind one pointer, because each change of a class's property would pay for Swift's run-time check of exclusive
/// access, which here would cost more than the work.
final class GroupTable {
  private struct Storage {
    var count = 0
    /// How many keys there is room for.
    var capacity: Int
    var hashes: UnsafeMutablePointer<UInt64>
    /// Where each key starts; one more than there are keys.
    var starts: UnsafeMutablePointer<Int>
    var numbers: UnsafeMutablePointer<Int64>
    var byteCapacity: Int
    var bytes: UnsafeMutablePointer<UInt8>
    /// A key's number plus one, or 0; twice as many as there is room for keys.
    var buckets: UnsafeMutablePointer<UInt32>
  }

  /// How many integers belong to a key.
  let width: Int
  private let storage: UnsafeMutablePointer<Storage>
  /// Differs from run to run, so that nobody can choose keys that collide.
  private let seed = UInt64.random(in: 1 ... .max)

  init(width: Int) {
    self.width = width
    storage = .allocate(capacity: 1)
    let capacity = 1024
    storage.initialize(
      to: Storage(
        capacity: capacity, hashes: .allocate(capacity: capacity), starts: .allocate(capacity: capacity + 1),
        numbers: .allocate(capacity: capacity * width), byteCapacity: 1 << 16, bytes: .allocate(capacity: 1 << 16),
        buckets: .allocate(capacity: 2 * capacity)))
    storage.pointee.starts[0] = 0
    storage.pointee.buckets.initialize(repeating: 0, count: 2 * capacity)
  }

  deinit {
    let table = storage.pointee
    table.hashes.deallocate()
    table.starts.deallocate()
    table.numbers.deallocate()
    table.bytes.deallocate()
    table.buckets.deallocate()
    storage.deallocate()
  }

  var count: Int { storage.pointee.count }

  /// About how many bytes the keys and their integers take.
  var memory: Int { count * (24 + 8 * width) + storage.pointee.starts[count] }

  /// The key of this number; valid until the next key is added.
  func key(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = storage.pointee.starts[index]
    return UnsafeBufferPointer(start: storage.pointee.bytes + start, count: storage.pointee.starts[index + 1] - start)
  }

  /// The integers of this key, 0 at first; valid until the next key is added.
  func numbers(_ index: Int) -> UnsafeMutablePointer<Int64> { storage.pointee.numbers + index * width }

  /// The number of this key, which is added where it is new.
  func index(of key: UnsafeBufferPointer<UInt8>) -> Int {
    let hash = hash(key)
    let mask = 2 * storage.pointee.capacity - 1
    var bucket = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = storage.pointee.buckets[bucket]
      if entry == 0 { break }
      let index = Int(entry) - 1
      if storage.pointee.hashes[index] == hash {
        let known = self.key(index)
        if known.count == key.count, let a = known.baseAddress, let b = key.baseAddress, memcmp(a, b, key.count) == 0 {
          return index
        }
      }
      bucket = (bucket + 1) & mask
    }
    return add(key, hash, at: bucket)
  }

  /// Empties the table and keeps its memory.
  func removeAll() {
    storage.pointee.count = 0
    storage.pointee.buckets.update(repeating: 0, count: 2 * storage.pointee.capacity)
  }

  private func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = seed ^ UInt64(key.count)
    let bytes = UnsafeRawBufferPointer(key)
    var offset = 0
    func mix(_ word: UInt64) {
      let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      hash = product.high ^ product.low
    }
    while offset + 8 <= bytes.count {
      mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    mix(rest)
    return hash
  }

  private func add(_ key: UnsafeBufferPointer<UInt8>, _ hash: UInt64, at bucket: Int) -> Int {
    let index = storage.pointee.count
    if index == storage.pointee.capacity {
      growEntries()
      return add(key, hash, at: freeBucket(hash))
    }
    let start = storage.pointee.starts[index]
    if start + key.count > storage.pointee.byteCapacity { growBytes(to: start + key.count) }
    if let source = key.baseAddress { (storage.pointee.bytes + start).update(from: source, count: key.count) }
    storage.pointee.starts[index + 1] = start + key.count
    storage.pointee.hashes[index] = hash
    numbers(index).update(repeating: 0, count: width)
    storage.pointee.buckets[bucket] = UInt32(index + 1)
    storage.pointee.count = index + 1
    return index
  }

  private func freeBucket(_ hash: UInt64) -> Int {
    let mask = 2 * storage.pointee.capacity - 1
    var bucket = Int(truncatingIfNeeded: hash) & mask
    while storage.pointee.buckets[bucket] != 0 { bucket = (bucket + 1) & mask }
    return bucket
  }

  private func growBytes(to needed: Int) {
    let capacity = max(needed, 2 * storage.pointee.byteCapacity)
    storage.pointee.bytes = Self.moved(storage.pointee.bytes, storage.pointee.starts[count], to: capacity)
    storage.pointee.byteCapacity = capacity
  }

  private func growEntries() {
    let capacity = 2 * storage.pointee.capacity
    storage.pointee.hashes = Self.moved(storage.pointee.hashes, count, to: capacity)
    storage.pointee.starts = Self.moved(storage.pointee.starts, count + 1, to: capacity + 1)
    storage.pointee.numbers = Self.moved(storage.pointee.numbers, count * width, to: capacity * width)
    storage.pointee.buckets.deallocate()
    storage.pointee.buckets = .allocate(capacity: 2 * capacity)
    storage.pointee.buckets.initialize(repeating: 0, count: 2 * capacity)
    storage.pointee.capacity = capacity
    for index in 0..<count { storage.pointee.buckets[freeBucket(storage.pointee.hashes[index])] = UInt32(index + 1) }
  }

  private static func moved<Element>(_ old: UnsafeMutablePointer<Element>, _ count: Int, to capacity: Int)
    -> UnsafeMutablePointer<Element>
  {
    let new = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    new.moveInitialize(from: old, count: count)
    old.deallocate()
    return new
  }
}
