import FoundationEssentials
import ScoutStorage

/// What a backup left behind.
public struct BackupReport: Hashable, Sendable {
  public var path: String
  public var bytes: Int
  /// SHA-256 of the file, which also lies in `PATH.sha256`.
  public var checksum: String
}

/// Backup, restore, and the proof that one gives back what the other took.
extension Scout {
  /// Copies the database while others go on writing, and notes the copy's checksum beside it.
  ///
  /// - Parameters:
  ///   - database: The file of the database.
  ///   - path: Where the copy goes; must not exist.
  ///   - isCompressed: As gzip.
  /// - Throws: ``ScoutError`` `missing`, `isDirectory`, `unfinished`, `exists`; ``SQLError`` 55000 when the file is no
  ///   database of Scout's, 53100 when the disk is full, 58030 when a file cannot be written. Nothing remains then.
  public static func backUp(_ database: String, to path: String, isCompressed: Bool = false) throws -> BackupReport {
    guard FileStatus.exists(database) else { throw ScoutError.missing(database) }
    if FileStatus.isDirectory(database) { throw ScoutError.isDirectory(database) }
    if FileStatus.isEmpty(database) { throw ScoutError.unfinished(database) }
    guard try BackupCopy.isScout(database) else {
      throw SQLError(.objectNotInPrerequisiteState, "\(database) is a SQLite database, but not one of Scout")
    }
    if FileStatus.exists(path) { throw ScoutError.exists(path) }
    if isCompressed {
      let plain = path + ".plain"
      FileStatus.remove(plain)
      defer { FileStatus.remove(plain) }
      try BackupCopy.make(of: database, at: plain)
      try Gzip.compress(plain, to: path)
    } else {
      try BackupCopy.make(of: database, at: path)
    }
    let checksum = try BackupCopy.checksum(of: path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    try FileSync.write("\(checksum)  \(name)\n", to: path + ".sha256")
    return BackupReport(path: path, bytes: FileStatus.size(path) ?? 0, checksum: checksum)
  }

  /// Replaces a database by a backup, after verifying the backup; creates the database when there is none.
  ///
  /// - Parameters:
  ///   - backup: A file of ``backUp(_:to:isCompressed:)``, compressed or not.
  ///   - mayReplace: Whether an existing database is replaced.
  /// - Returns: Where the replaced file lies, when it was damaged or no database; nil when its content was replaced.
  /// - Throws: ``BackupError`` for a backup that is damaged or not there, ``ScoutError`` `exists` and `isDirectory`,
  ///   ``SQLError`` 55P03 when another process writes, 53100 when the disk is full: nothing is replaced then.
  @discardableResult
  public static func restore(_ backup: String, to database: String, mayReplace: Bool = false, busyTimeout: Double = 10)
    throws -> String?
  {
    guard FileStatus.exists(backup) else { throw BackupError(path: backup, reason: "there is no such file") }
    if FileStatus.isDirectory(database) { throw ScoutError.isDirectory(database) }
    if FileStatus.exists(database) && !mayReplace { throw ScoutError.exists(database) }
    return try withVerified(backup, beside: database) { plain in
      try BackupCopy.restore(plain, to: database, busyTimeout: busyTimeout)
    }
  }

  /// Verifies a backup: checksum, SQLite's own check, whether it is a database of Scout's, its ledger.
  public static func verify(backup: String) throws { try withVerified(backup, beside: backup) { _ in } }

  private static func withVerified<Result>(
    _ backup: String, beside place: String, _ body: (String) throws -> Result
  ) throws -> Result {
    guard FileStatus.exists(backup) else { throw BackupError(path: backup, reason: "there is no such file") }
    if FileStatus.isDirectory(backup) { throw BackupError(path: backup, reason: "it is a folder") }
    if FileStatus.isEmpty(backup) { throw BackupError(path: backup, reason: "it is empty") }
    if let noted = LedgerFiles.read(backup + ".sha256") {
      let expected = noted.prefix { $0 != " " }
      guard try BackupCopy.checksum(of: backup) == expected else {
        throw BackupError(path: backup, reason: "its checksum is not the one in \(backup).sha256")
      }
    }
    var plain = backup
    let unpacked = place + ".restore-\(UInt32.random(in: 0 ... .max))"
    defer { FileStatus.remove(unpacked) }
    if try Gzip.isCompressed(backup) {
      try Gzip.decompress(backup, to: unpacked)
      plain = unpacked
    }
    let problems: [String]
    do {
      guard try BackupCopy.isScout(plain) else {
        throw BackupError(path: backup, reason: "it is a SQLite database, but not one of Scout")
      }
      problems = try BackupCopy.problems(of: plain)
    } catch let error as SQLError {
      throw BackupError(path: backup, reason: error.message)
    }
    if let problem = problems.first { throw BackupError(path: backup, reason: "SQLite finds it damaged: \(problem)") }
    // A backup stays as it is: an older one would be brought up to date by opening it.
    let newer = place + ".verify-\(UInt32.random(in: 0 ... .max))"
    defer { for ending in ["", "-wal", "-shm"] { FileStatus.remove(newer + ending) } }
    let isOlder = try BackupCopy.isOlder(plain)
    if isOlder { try BackupCopy.make(of: plain, at: newer) }
    let scout: Scout
    do { scout = try open(isOlder ? newer : plain, configuration: Configuration(isReadOnly: true)) } catch {
      throw BackupError(path: backup, reason: "\(error)")
    }
    if try !scout.isBare(), let problem = try scout.verifyLedger().problems.first {
      throw BackupError(path: backup, reason: "its ledger is not intact: \(problem)")
    }
    return try body(plain)
  }

  /// The disaster-recovery drill: backs up, restores into another file, and compares every row of every table.
  ///
  /// The files lie in a folder beside the database, which goes afterwards.
  ///
  /// - Returns: The tables whose content differs; empty when the backup gives back all that was there.
  public static func drill(_ database: String) throws -> [String] {
    let folder = "\(database).drill-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let backup = folder + "/drill.backup"
    let restored = folder + "/drill.db"
    _ = try backUp(database, to: backup, isCompressed: true)
    try restore(backup, to: restored)
    // A writer may have gone on: what counts is what the backup holds.
    let plain = folder + "/drill.plain"
    try Gzip.decompress(backup, to: plain)
    let (wanted, found) = (try BackupCopy.contentDigest(of: plain), try BackupCopy.contentDigest(of: restored))
    return Set(wanted.keys).union(found.keys).filter { wanted[$0] != found[$0] }.sorted()
  }
}

/// A backup that cannot be restored.
public struct BackupError: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "the backup \(path) cannot be used: \(reason); nothing was replaced" }
}
