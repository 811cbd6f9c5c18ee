/// The rows that wait for the rest of their transactions.
///
/// Rows are kept in memory up to a limit; beyond it all of them move to a temporary file (already unlinked) and leave
/// 24 bytes each behind. Belongs to one thread.
final class RowStore {
  /// One transaction's rows, in file order.
  struct Group {
    fileprivate struct Row {
      var line: Int64
      var offset: Int64
      var count: Int
    }

    fileprivate var rows: [Row] = []
    /// How many of `rows` lie in the file; the others are in `bytes`.
    fileprivate var spilledCount = 0
    fileprivate var bytes: [UInt8] = []
    /// The first row that cannot be used, which spoils the transaction.
    var fault: String?
    /// The first row that was longer than the limit; of it only the beginning is here.
    var oversize: InputLine.Oversize?

    var lines: [Int64] { rows.map(\.line) }
  }

  private let limit: Int
  private var groups: [[UInt8]: Group] = [:]
  private var waitingBytes = 0
  private var file: SystemFile?
  private var fileSize: Int64 = 0

  init(limit: Int) { self.limit = limit }

  /// Whether rows were moved to a file.
  var hasSpilled: Bool { file != nil }

  func add(_ row: CSVRowReader.Row, fault: String?, to id: [UInt8]) throws(IngestError) {
    groups[id, default: Group()].add(row, fault: fault)
    waitingBytes += row.bytes.count
    if waitingBytes > limit { try spill() }
  }

  /// Takes a group out of the store.
  func take(_ id: [UInt8]) -> Group? {
    guard let group = groups.removeValue(forKey: id) else { return nil }
    waitingBytes -= group.bytes.count
    return group
  }

  /// Takes out what is left, in the order of first rows.
  func takeAll() -> [Group] {
    let left = groups.values.sorted { ($0.rows.first?.line ?? 0) < ($1.rows.first?.line ?? 0) }
    groups.removeAll()
    waitingBytes = 0
    return left
  }

  /// The bytes of a group's rows, one array per row.
  func rows(of group: Group) throws(IngestError) -> [[UInt8]] {
    var result: [[UInt8]] = []
    result.reserveCapacity(group.rows.count)
    for (index, row) in group.rows.enumerated() {
      if index >= group.spilledCount {
        result.append(Array(group.bytes[Int(row.offset)..<Int(row.offset) + row.count]))
      } else if let file {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: row.count, alignment: 1)
        defer { buffer.deallocate() }
        try file.readBytes(into: buffer, at: row.offset)
        result.append(Array(buffer))
      }
    }
    return result
  }

  private func spill() throws(IngestError) {
    let file: SystemFile
    if let opened = self.file {
      file = opened
    } else {
      file = try SystemFile(temporaryIn: SystemFile.temporaryFolder)
      self.file = file
    }
    for id in groups.keys {
      guard var group = groups[id], !group.bytes.isEmpty else { continue }
      let written: Result<Void, IngestError> = group.bytes.withUnsafeBytes { bytes in
        do throws(IngestError) { return .success(try file.writeBytes(bytes)) } catch { return .failure(error) }
      }
      try written.get()
      for index in group.spilledCount..<group.rows.count { group.rows[index].offset += fileSize }
      fileSize += Int64(group.bytes.count)
      group.spilledCount = group.rows.count
      group.bytes = []
      groups[id] = group
    }
    waitingBytes = 0
  }
}

extension RowStore.Group {
  fileprivate mutating func add(_ row: CSVRowReader.Row, fault: String?) {
    rows.append(Row(line: row.line, offset: Int64(bytes.count), count: row.bytes.count))
    bytes.append(contentsOf: row.bytes)
    if let fault, self.fault == nil { self.fault = "line \(row.line): \(fault)" }
    if oversize == nil { oversize = row.oversize }
  }
}

/// In which row each transaction of a file is complete: what lets rows that are not adjacent come together without
/// holding the whole file. About 32 bytes per distinct transaction.
struct LastRowIndex {
  /// By the hash of the id. Two ids with one hash share the later row: the earlier one waits longer than it must, and
  /// that is all.
  private var lastLine: [UInt64: Int64] = [:]
  private var previousHash: UInt64?
  private var previousLine: Int64 = 0

  mutating func note(_ hash: UInt64, line: Int64) {
    if let previousHash, previousHash != hash { lastLine[previousHash] = previousLine }
    previousHash = hash
    previousLine = line
  }

  /// - Parameter isWhole: false when the file breaks off; the transaction in which it does so is then never complete.
  mutating func finish(isWhole: Bool) {
    if let previousHash { lastLine[previousHash] = isWhole ? previousLine : .max }
    previousHash = nil
  }

  func line(of hash: UInt64) -> Int64? { lastLine[hash] }
}
