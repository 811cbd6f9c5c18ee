@_exported import PostgresDialect
@_exported import ScoutPipeline
@_exported import ScoutStorage
@_exported import ScoutMonitors
@_exported import ScoutLedger
@_exported import ScoutContracts
@_exported import ScoutYAML
@_exported import ScoutSchemas
@_exported import ScoutEnrichment

import Synchronization

/// The engine over one database file: ingest, refresh, monitors, feed, SQL.
///
/// ```swift
/// let scout = try Scout.create(at: nil, configuration: Scout.Configuration(clock: .fixed(now)))
/// _ = try await scout.ingest(.path("sales.jsonl"))
/// _ = try scout.tick()
/// for item in try scout.feed() { print(item.title) }
/// ```
///
/// Sendable; calls from several threads and processes are safe.
public final class Scout: Sendable {
  public struct Configuration: Sendable {
    public var clock: EngineClock
    /// Nil: random under a running clock, and under a set one a sequence that follows from the time and the run.
    public var identifiers: IdentifierSource?
    public var definitions: Definitions?
    /// Layered over the built-in definitions, and kept in the database once it is opened for writing with it.
    public var project: Project?
    /// Measures how long work takes; separate from the clock, which may stand still.
    public var stopwatch: @Sendable () -> Duration
    public var busyTimeout: Double
    public var isReadOnly: Bool
    /// The role under whose rights SQL runs; the owner may do everything.
    public var role = "owner"

    public init(
      clock: EngineClock = .system, identifiers: IdentifierSource? = nil, definitions: Definitions? = nil,
      stopwatch: @escaping @Sendable () -> Duration = systemStopwatch, busyTimeout: Double = 10,
      isReadOnly: Bool = false
    ) {
      self.clock = clock
      self.identifiers = identifiers
      self.definitions = definitions
      self.stopwatch = stopwatch
      self.busyTimeout = busyTimeout
      self.isReadOnly = isReadOnly
    }
  }

  public let database: Database
  public let configuration: Configuration
  private let sequence: RepeatableIdentifiers?
  /// The policy among the definitions, once somebody has asked for it.
  let parsedPolicy = Mutex<Policy?>(nil)
  /// The definitions of the project with these files, once somebody has asked for them.
  let parsedProject = Mutex<(files: [SchemaFile], definitions: Definitions)?>(nil)

  private init(path: String?, configuration: Configuration) throws {
    self.configuration = configuration
    sequence = configuration.identifiers == nil && configuration.clock.isSet ? RepeatableIdentifiers() : nil
    var settings = Database.Configuration(
      clock: configuration.clock, identifiers: configuration.identifiers ?? sequence?.source ?? .random,
      functions: [MonitorRunner().function, ContractFunction.function, ActionProjection.function],
      busyTimeout: configuration.busyTimeout,
      isReadOnly: configuration.isReadOnly)
    settings.role = configuration.role
    settings.refreshModel = { connection, relation in
      try Self.refreshModels(for: relation, configuration: configuration, on: connection)
    }
    database = try Database(path: path, configuration: settings)
  }

  // MARK: Opening

  /// Creates a database with the built-in definitions.
  ///
  /// - Parameters:
  ///   - path: Nil for a database in memory.
  ///   - timeZone: The project's: of `business_date`, and of times without an offset.
  ///   - secret: Keys `customer_hash`; a random one when nil.
  /// - Throws: ``ScoutError`` `exists` when the file is there already.
  public static func create(
    at path: String?, timeZone: String = "Asia/Manila", secret: String? = nil,
    configuration: Configuration = Configuration()
  ) throws -> Scout {
    try create(at: path, timeZone: timeZone, secret: secret, configuration: configuration, isBare: false)
  }

  static func create(
    at path: String?, timeZone: String, secret: String?, configuration: Configuration, isBare: Bool
  ) throws -> Scout {
    if let path, FileStatus.exists(path) { throw ScoutError.exists(path) }
    _ = try TimeZoneRules(setting: timeZone)
    let scout = try Scout(path: path, configuration: configuration)
    try scout.startRun()
    let random =
      secret ?? scout.database.configuration.identifiers.uuid() + scout.database.configuration.identifiers.uuid()
    do { if isBare { try scout.installBare() } else { try scout.install() } } catch {
      // A mistake in a definition is found before there is a database.
      if let path, error is DefinitionError || error is YAMLFileError || error is MonitorFileError {
        for ending in ["", "-wal", "-shm"] { FileStatus.remove(path + ending) }
      }
      throw error
    }
    // Last, because these tell that the database is whole.
    try scout.database.write(isDurable: true) { connection in
      for (name, value) in [("time_zone", timeZone), ("customer_secret", random)] {
        try connection.run(
          "insert into \"engine.settings\" (name, value) values (?1, ?2)", [.text(name), .text(value)])
      }
    }
    return scout
  }

  /// Opens a database that ``create(at:timeZone:secret:configuration:)`` made.
  ///
  /// - Throws: ``ScoutError`` `missing` when there is no file, `unfinished` when its creation was interrupted;
  ///   ``SQLError`` when it is no database of Scout's.
  public static func open(_ path: String, configuration: Configuration = Configuration()) throws -> Scout {
    guard FileStatus.exists(path) else { throw ScoutError.missing(path) }
    if FileStatus.isDirectory(path) { throw ScoutError.isDirectory(path) }
    // An empty file would pass for a database without settings: without a secret, for one.
    if FileStatus.isEmpty(path) { throw ScoutError.unfinished(path) }
    let scout = try Scout(path: path, configuration: configuration)
    guard try scout.setting("time_zone") != nil else { throw ScoutError.unfinished(path) }
    if !configuration.isReadOnly { try scout.applyProject() }
    try scout.completeAccess()
    return scout
  }

  /// Puts the definitions into the database: tables of models, monitors, master data.
  private func install() throws {
    try database.write(isDurable: true) { connection in
      let definitions = try definitions(connection)
      try install(definitions, connection)
      try MasterData.install(definitions, on: connection)
      try ActionProjection(connection).installTriggers()
      if let project = configuration.project { try keep(project, connection) }
      try installAccess(connection)
    }
  }

  /// What computes these models in this database.
  public func refresher(_ graph: ModelGraph) -> Refresh {
    // Durations are stored, and a run under a fixed clock stores the same each time.
    let still: @Sendable () -> Duration = { .zero }
    return Refresh(
      database: database, graph: graph,
      stopwatch: configuration.clock.isSet ? still : configuration.stopwatch,
      gate: { model, connection in try PublishingGate(connection).failure(of: model.qualifiedName) })
  }

  /// Under a fixed clock, starts the identifiers of this run: the same file and time give the same identifiers.
  func startRun() throws {
    guard sequence != nil else { return }
    try database.write(startRun(on:))
  }

  /// ``startRun()`` in the transaction of a connection.
  func startRun(on connection: Connection) throws {
    guard let sequence else { return }
    try connection.run(
      """
      insert into "engine.settings" (name, value) values ('run', '1')
      on conflict (name) do update set value = cast(cast(value as integer) + 1 as text)
      """)
    let run = try connection.value("select cast(value as integer) from \"engine.settings\" where name = 'run'")
    sequence.start(
      UInt64(bitPattern: connection.now.microseconds) ^ UInt64(bitPattern: run.integer ?? 0) &* 0x9E37_79B9_7F4A_7C15)
  }

  func setting(_ name: String) throws -> String? {
    try database.read { connection in
      try connection.value("select value from \"engine.settings\" where name = ?1", [.text(name)]).text
    }
  }

  /// The project's time zone.
  public func timeZone() throws -> TimeZoneRules { try TimeZoneRules(setting: try setting("time_zone") ?? "UTC") }

  // MARK: Ingest

  public struct IngestOptions: Sendable {
    public var format: RecordFormat?
    public var mapping: SourceMapping?
    public var source: String?
    public var batchSize: Int
    public var maximumRecordBytes: Int

    public init(
      format: RecordFormat? = nil, mapping: SourceMapping? = nil, source: String? = nil, batchSize: Int = 5000,
      maximumRecordBytes: Int = 16 << 20
    ) {
      self.format = format
      self.mapping = mapping
      self.source = source
      self.batchSize = batchSize
      self.maximumRecordBytes = maximumRecordBytes
    }
  }

  /// Ingests one file or standard input into bronze and silver.
  ///
  /// - Throws: ``IngestError`` when the input cannot be opened, ``SQLError`` when the database refuses.
  public func ingest(
    _ file: InputFile, options: IngestOptions = IngestOptions(), progress: (IngestProgress) -> Void = { _ in }
  ) async throws -> IngestReport {
    try startRun()
    var decoding = DecoderOptions(
      timeZone: try timeZone(), customerMask: CustomerMask(secret: try setting("customer_secret") ?? ""))
    decoding.maximumRecordBytes = options.maximumRecordBytes
    let ingestion = Ingestion(database: database, options: decoding, batchSize: options.batchSize)
    return try await ingestion.ingest(
      file, format: options.format, mapping: options.mapping, source: options.source, progress: progress)
  }

  /// The source mapping of that name among the definitions, or in the file of that path.
  public func sourceMapping(_ nameOrPath: String) throws -> SourceMapping {
    let sources = try definitions().sources
    if let known = sources[nameOrPath] { return known }
    if nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml") || nameOrPath.contains("/") {
      return try SourceMapping.load(path: nameOrPath)
    }
    throw ScoutError.unknownMapping(nameOrPath, known: sources.keys.sorted())
  }

  // MARK: Refresh, monitors, sweep

  /// Brings gold up to date with silver.
  public func refresh(isFull: Bool = false) throws -> RefreshReport { try refresh(RefreshOptions(isFull: isFull)) }

  /// Brings gold up to date with silver: all of it or a part, or only says what it would do.
  public func refresh(_ options: RefreshOptions) throws -> RefreshReport {
    try startRun()
    return try refresher(models()).run(options)
  }

  /// Runs the enabled monitors, or those named.
  public func runMonitors(only names: [String]? = nil) throws -> MonitorSweep {
    try startRun()
    return try database.write(isDurable: true) { connection in try MonitorRunner().run(on: connection, only: names) }
  }
}

/// What can be wrong with a request, beside SQL and input files.
public enum ScoutError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(String)
  case exists(String)
  case isDirectory(String)
  /// Created, but not to the end.
  case unfinished(String)
  case unknownMapping(String, known: [String])
  case unknownMonitor(String, known: [String])
  case badContract(String, reason: String)
  case unknownModel(String, known: [String])
  case unknownColumn(String, relation: String, known: [String])
  case noProject(String)
  case unreadable(String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path): "there is no database at \(path); create it with: scout init --db \(path)"
    case .exists(let path): "\(path) exists already; choose another path, or remove it first"
    case .isDirectory(let path): "\(path) is a folder, not a database; name a file in it"
    case .unfinished(let path):
      "\(path) is empty or its creation was interrupted; remove it, then: scout init --db \(path)"
    case .unknownMapping(let name, let known):
      "there is no source mapping \"\(name)\"; known are \(known.joined(separator: ", ")), or give a path to a YAML file"
    case .unknownMonitor(let name, let known):
      "there is no monitor \"\(name)\"; known are \(known.joined(separator: ", "))"
    case .unknownModel(let name, let known):
      "there is no model \"\(name)\"; known are \(known.joined(separator: ", "))"
    case .unknownColumn(let name, let relation, let known):
      "\(relation) has no column \"\(name)\"; its columns are \(known.joined(separator: ", "))"
    case .noProject(let path):
      "there is no project at \(path): it has no \(Project.fileName); make one with: scout init \(path)"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .badContract(let label, let reason): "the contract \(label) cannot be checked: \(reason)"
    }
  }
}
