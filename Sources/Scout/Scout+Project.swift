import PostgresDialect
import ScoutContracts
import ScoutMonitors
import ScoutPipeline
import ScoutStorage

/// A project's definitions in a database.
extension Scout {
  /// What the engine works with: the configuration's definitions or project, else the project that the database
  /// keeps, else the built-in definitions.
  func definitions() throws -> Definitions {
    if let given = try givenDefinitions() { return given }
    return try database.read { connection in try definitions(connection) }
  }

  /// ``definitions()`` in the transaction of a connection.
  func definitions(_ connection: Connection) throws -> Definitions {
    if let given = try givenDefinitions() { return given }
    guard let project = try Self.storedProject(connection) else { return try Definitions.builtIn() }
    return try parsed(project)
  }

  /// REFRESH MATERIALIZED VIEW of a model: all models are brought up to date, because they read each other.
  ///
  /// - Throws: ``SQLError`` 55000 when a model is held back, or no longer among the definitions.
  static func refreshModels(for relation: Relation, configuration: Configuration, on connection: Connection) throws {
    let project = try configuration.project ?? storedProject(connection)
    let definitions = try configuration.definitions ?? project.map { try Definitions(project: $0) } ?? .builtIn()
    guard definitions.models.models.contains(where: { $0.qualifiedName == relation.qualifiedName }) else {
      throw SQLError(
        .objectNotInPrerequisiteState, "\"\(relation.qualifiedName)\" is computed by no model",
        hint: "It was switched off, or its file is gone; its rows stay as they are.")
    }
    let still: @Sendable () -> Duration = { .zero }
    let refresh = Refresh(
      database: connection.database, graph: definitions.models,
      stopwatch: configuration.clock.isSet ? still : configuration.stopwatch,
      gate: { model, connection in try PublishingGate(connection).failure(of: model.qualifiedName) })
    let report = try refresh.run(RefreshOptions(), on: connection)
    if let held = report.held.first(where: { $0.relation == relation.qualifiedName }) {
      throw SQLError(.objectNotInPrerequisiteState, "\(held.relation): \(held.reason)")
    }
  }

  private func parsed(_ project: Project) throws -> Definitions {
    try parsedProject.withLock { parsed in
      if let parsed, parsed.files == project.files { return parsed.definitions }
      let definitions = try Definitions(project: project)
      parsed = (project.files, definitions)
      return definitions
    }
  }

  private func givenDefinitions() throws -> Definitions? {
    if let definitions = configuration.definitions { return definitions }
    return try configuration.project.map(parsed)
  }

  /// The project that the database was last opened with for writing; nil when there was none.
  public func project() throws -> Project? {
    try configuration.project ?? database.read { connection in try Self.storedProject(connection) }
  }

  static func storedProject(_ connection: Connection) throws -> Project? {
    let files = try connection.rows("select path, text from \"engine.project_files\" order by path").map {
      SchemaFile(path: $0[0].text ?? "", text: $0[1].text ?? "")
    }
    guard !files.isEmpty else { return nil }
    let folder = try connection.value("select value from \"engine.settings\" where name = 'project'").text
    return try Project(folder: folder ?? ".", files: files)
  }

  /// Remembers the project's files.
  func keep(_ project: Project, _ connection: Connection) throws {
    try connection.run("delete from \"engine.project_files\"")
    for file in project.files {
      try connection.run(
        "insert into \"engine.project_files\" (path, text) values (?1, ?2)", [.text(file.path), .text(file.text)])
    }
    try connection.run(
      """
      insert into "engine.settings" (name, value) values ('project', ?1)
      on conflict (name) do update set value = excluded.value
      """, [.text(project.folder)])
  }

  /// Makes the models' tables, and installs monitors and contracts, after checking that all of them fit together.
  ///
  /// - Throws: ``DefinitionError``, ``MonitorFileError`` or ``YAMLFileError`` with the place; the transaction is to be
  ///   undone then.
  func install(_ definitions: Definitions, _ connection: Connection) throws {
    let refresher = refresher(definitions.models)
    try refresher.prepare(connection)
    try refresher.check(connection)
    let compiler = try connection.compiler(parameters: MonitorDefinition.parameterTypes)
    let monitors = try MonitorDefinition.read(
      definitions.monitorFiles.map { ($0.label, $0.text) }, compiler: compiler)
    _ = try MonitorStore.install(monitors, on: connection)
    for row in definitions.storedMonitors { try row.install(connection) }
    _ = try ContractStore(connection).install(try definitions.contracts())
  }

  /// Brings the database to the configuration's project when that is not what it has.
  ///
  /// What the project switches off, or no longer has, is disabled and keeps its history; tables of models keep their
  /// rows. What a person disabled stays so.
  func applyProject() throws {
    guard let project = configuration.project, try !isBare() else { return }
    let isCurrent = try database.read { connection in
      try Self.storedProject(connection)?.files == project.files
    }
    if isCurrent { return }
    let new = try Definitions(project: project)
    try startRun()
    try database.write(isDurable: true) { connection in
      let old = try Self.storedProject(connection).map { try Definitions(project: $0) } ?? Definitions.builtIn()
      try install(new, connection)
      // A model that was off is computed anew: nobody followed what it reads.
      let known = Set(old.models.models.map(\.qualifiedName))
      try refresher(new.models).forget(new.models.models.filter { !known.contains($0.qualifiedName) }, connection)
      try Self.switchMonitors(from: old, to: new, connection)
      try Self.switchContracts(from: old, to: new, connection)
      try keep(project, connection)
    }
  }

  private static func switchMonitors(from old: Definitions, to new: Definitions, _ connection: Connection) throws {
    func names(_ definitions: Definitions) -> Set<String> {
      Set(definitions.monitorFiles.map { String($0.path.dropFirst("monitors/".count).dropLast(".yaml".count)) })
        .union(definitions.storedMonitors.map(\.name))
    }
    let isEnabled: [(Set<String>, Int64)] = [
      (names(old).subtracting(names(new)).union(new.disabled.monitors.map(\.name)), 0),
      (names(new).intersection(old.disabled.monitors.map(\.name)), 1),
    ]
    for (names, value) in isEnabled {
      for name in names.sorted() {
        try connection.run(
          "update \"scout.platinum_monitors\" set is_enabled = ?2 where name = ?1", [.text(name), .integer(value)])
      }
    }
  }

  private static func switchContracts(from old: Definitions, to new: Definitions, _ connection: Connection) throws {
    let (before, now) = (Set(try old.contracts()), Set(try new.contracts()))
    let returned = now.intersection(try old.allContracts().filter(old.isDisabled))
    let gone = before.subtracting(now)
    let store = ContractStore(connection)
    for stored in try store.contracts() {
      guard case .success(let contract) = stored.contract else { continue }
      if gone.contains(contract) { _ = try store.setActive(stored.id, false) }
      if returned.contains(contract) { _ = try store.setActive(stored.id, true) }
    }
  }
}
