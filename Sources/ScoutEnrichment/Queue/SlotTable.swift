/// Where each job is kept: from an identifier to a place among the scheduler's jobs.
///
/// An open-addressing hash table of eight bytes an entry, because a dictionary of a million identifiers took more of a
/// claim's time than all else: it keeps the identifiers a second time and hashes them several times per job. Here an
/// entry is 32 bits of the hash and 32 of the place; the identifier itself is looked up among the jobs. Removal moves
/// later entries up (Knuth, *The Art of Computer Programming*, volume 3, 6.4, algorithm R), so that there are no
/// tombstones.
struct SlotTable: Sendable {
  /// The hash in the upper half, the place plus one in the lower; 0 is empty.
  private var entries = [UInt64](repeating: 0, count: 16)
  private(set) var count = 0

  private var mask: Int { entries.count - 1 }

  /// Identifiers have random bits, but a caller's own may have none: both halves are mixed.
  private static func hash(_ id: JobID) -> UInt64 {
    var value = id.low ^ (id.high &* 0xBF58_476D_1CE4_E5B9)
    value = (value ^ (value >> 32)) &* 0xD6E8_FEB8_6659_FD93
    value = (value ^ (value >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return value >> 32
  }

  private static func slot(_ entry: UInt64) -> Int { Int(entry & 0xFFFF_FFFF) - 1 }

  /// The place of a job; nil when it is not known.
  func find(_ id: JobID, in jobs: [Scheduler.Job]) -> Int? {
    place(id, in: jobs).map { Self.slot(entries[$0]) }
  }

  private func place(_ id: JobID, in jobs: [Scheduler.Job]) -> Int? {
    let hash = Self.hash(id)
    var place = Int(hash) & mask
    while entries[place] != 0 {
      if entries[place] >> 32 == hash, jobs[Self.slot(entries[place])].id == id { return place }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Adds a job that is not known.
  mutating func insert(_ id: JobID, at slot: Int) {
    if count * 8 >= entries.count * 5 { grow() }
    put(Self.hash(id) << 32 | UInt64(slot + 1))
    count += 1
  }

  private mutating func put(_ entry: UInt64) {
    var place = Int(entry >> 32) & mask
    while entries[place] != 0 { place = (place + 1) & mask }
    entries[place] = entry
  }

  private mutating func grow() {
    let old = entries
    entries = [UInt64](repeating: 0, count: 2 * old.count)
    for entry in old where entry != 0 { put(entry) }
  }

  /// Takes a job out; nothing happens when it is not known.
  mutating func remove(_ id: JobID, in jobs: [Scheduler.Job]) {
    guard var hole = place(id, in: jobs) else { return }
    count -= 1
    var next = (hole + 1) & mask
    while entries[next] != 0 {
      // An entry may move up into the hole unless its own place lies behind the hole.
      let home = Int(entries[next] >> 32) & mask
      if (next - home) & mask >= (next - hole) & mask {
        entries[hole] = entries[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    entries[hole] = 0
  }
}
