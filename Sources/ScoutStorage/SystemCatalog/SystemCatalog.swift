import PostgresDialect
import Synchronization

/// The engine's catalog as PostgreSQL's catalogs number and list it.
///
/// Numbers of objects that the engine's users make follow from their kinds and names, so that every process and every
/// connection has the same ones, and they outlive a restart. What PostgreSQL itself brings has PostgreSQL's numbers.
struct SystemCatalog: Sendable {
  struct Namespace: Sendable {
    var oid: Int64
    var name: String
  }

  /// An index with what it belongs to; those behind constraints included.
  struct Index: Sendable {
    var keys: [RelationIndex.Key]
    var isUnique: Bool
    var condition: String?
    var constraint: RelationConstraint?
    var table: Relation
    var tableOID: Int64
  }

  /// An entry of `pg_class`.
  struct Class: Sendable {
    enum Content: Sendable {
      case relation(Relation)
      case index(Index)
      case sequence(SequenceDefinition)
    }

    var oid: Int64
    var schema: String
    var name: String
    var content: Content
    /// The composite type of a relation's rows.
    var rowType: Int64 = 0

    /// `relkind`.
    var kind: String {
      switch content {
      case .index: return "i"
      case .sequence: return "S"
      case .relation(let relation):
        if relation.isSystem { return SystemRelation.numbers[relation.name] == nil ? "v" : "r" }
        switch relation.kind {
        case .table: return "r"
        case .view: return "v"
        case .materializedView: return "m"
        }
      }
    }

    var relation: Relation? { if case .relation(let relation) = content { relation } else { nil } }
    var qualifiedName: String { "\(schema).\(name)" }
  }

  /// An entry of `pg_proc`.
  struct Procedure: Sendable {
    var oid: Int64
    var schema: String
    var name: String
    var routine: Routine?
    var definition: FunctionDefinition?
  }

  struct Constraint: Sendable {
    var oid: Int64
    var constraint: RelationConstraint
    var table: Relation
    var tableOID: Int64
    var indexOID: Int64
    var targetOID: Int64
  }

  struct Trigger: Sendable {
    var oid: Int64
    var trigger: StoredTrigger
    var table: Relation
    var tableOID: Int64
    var functionOID: Int64
  }

  struct Role: Sendable {
    var oid: Int64
    var name: String
    var options: [String]
    var isSuperuser: Bool
  }

  let catalog: StorageCatalog
  private(set) var namespaces: [Namespace] = []
  private(set) var classes: [Class] = []
  private(set) var procedures: [Procedure] = []
  private(set) var constraints: [Constraint] = []
  private(set) var triggers: [Trigger] = []
  private(set) var roles: [Role] = []
  private(set) var namespaceOIDs: [String: Int64] = [:]
  private var classPlaces: [Int64: Int] = [:]
  private var classNames: [String: Int] = [:]
  private var procedurePlaces: [Int64: Int] = [:]
  private var constraintPlaces: [Int64: Int] = [:]

  static let databaseName = "postgres"
  static let databaseOID: Int64 = 5
  static let ownerOID: Int64 = 10

  init(_ catalog: StorageCatalog) {
    self.catalog = catalog
    var numbers = ObjectNumbers()
    for name in catalog.schemas.sorted() {
      let known: [String: Int64] = ["pg_catalog": 11, "public": 2200, "information_schema": 13207]
      namespaces.append(Namespace(oid: known[name] ?? numbers.next("schema", name), name: name))
    }
    namespaceOIDs = Dictionary(uniqueKeysWithValues: namespaces.map { ($0.name, $0.oid) })
    addRoles(&numbers)
    addClasses(&numbers)
    addProcedures(&numbers)
    addTriggers(&numbers)
  }

  private mutating func add(_ entry: Class) {
    classPlaces[entry.oid] = classes.count
    if classNames[entry.qualifiedName] == nil { classNames[entry.qualifiedName] = classes.count }
    classes.append(entry)
  }

  private mutating func addRoles(_ numbers: inout ObjectNumbers) {
    roles.append(
      Role(oid: Self.ownerOID, name: Privileges.owner, options: ["createrole", "createdb", "login"], isSuperuser: true))
    for (name, options) in catalog.privileges.roles.sorted(by: { $0.key < $1.key }) {
      roles.append(
        Role(
          oid: numbers.next("role", name), name: name, options: options, isSuperuser: options.contains("superuser")))
    }
  }

  private mutating func addClasses(_ numbers: inout ObjectNumbers) {
    for system in SystemRelation.sorted {
      let relation = system.relation
      let oid =
        (relation.schema == "pg_catalog" ? SystemRelation.numbers[relation.name] : nil)
        ?? numbers.next("class", relation.qualifiedName)
      add(Class(oid: oid, schema: relation.schema, name: relation.name, content: .relation(relation)))
    }
    let relations = catalog.relations.values.sorted { $0.qualifiedName < $1.qualifiedName }
    for relation in relations {
      let oid = numbers.next("class", relation.qualifiedName)
      add(
        Class(
          oid: oid, schema: relation.schema, name: relation.name, content: .relation(relation),
          rowType: numbers.next("type", relation.qualifiedName)))
      for index in relation.indexes {
        let content = Index(
          keys: index.keys, isUnique: index.isUnique, condition: index.condition, constraint: nil, table: relation,
          tableOID: oid)
        add(
          Class(
            oid: numbers.next("class", index.qualifiedName), schema: index.schema, name: index.name,
            content: .index(content)))
      }
      for constraint in relation.constraints where constraint.isUniqueKey {
        let content = Index(
          keys: constraint.columns.map { RelationIndex.Key(expression: $0, column: $0) }, isUnique: true,
          condition: nil, constraint: constraint, table: relation, tableOID: oid)
        let name = "\(relation.schema).\(constraint.name)"
        add(
          Class(
            oid: numbers.next("class", name), schema: relation.schema, name: constraint.name, content: .index(content)))
      }
    }
    for sequence in catalog.sequences.values.sorted(by: { $0.qualifiedName < $1.qualifiedName }) {
      add(
        Class(
          oid: numbers.next("class", sequence.qualifiedName), schema: sequence.schema, name: sequence.name,
          content: .sequence(sequence)))
    }
    for relation in relations {
      guard let table = find(relation.schema, relation.name) else { continue }
      for constraint in relation.constraints {
        let target = constraint.reference.flatMap { find($0.schema, $0.relation) }
        let index =
          constraint.kind == .foreignKey
          ? target.flatMap { target in
            target.relation?.constraints.first {
              $0.isUniqueKey && Set($0.columns) == Set(constraint.reference?.columns ?? [])
            }.flatMap { find(target.schema, $0.name) }
          } : constraint.isUniqueKey ? find(relation.schema, constraint.name) : nil
        let oid = numbers.next("constraint", "\(relation.qualifiedName).\(constraint.name)")
        constraintPlaces[oid] = constraints.count
        constraints.append(
          Constraint(
            oid: oid, constraint: constraint, table: relation, tableOID: table.oid, indexOID: index?.oid ?? 0,
            targetOID: target?.oid ?? 0))
      }
    }
  }

  private mutating func addProcedures(_ numbers: inout ObjectNumbers) {
    func add(_ schema: String, _ name: String, _ routine: Routine?, _ definition: FunctionDefinition?, _ key: String) {
      let oid = numbers.next("procedure", key)
      procedurePlaces[oid] = procedures.count
      procedures.append(
        Procedure(oid: oid, schema: schema, name: name, routine: routine, definition: definition))
    }
    for routine in catalog.allRoutines {
      add(routine.schema, routine.name, routine, nil, "\(routine.schema).\(routine.signature)")
    }
    for (name, functions) in catalog.applicationFunctions.sorted(by: { $0.key < $1.key }) {
      let schema = String(name.prefix { $0 != "." })
      for function in functions
      where !procedures.contains(where: { $0.schema == schema && $0.name == function.name && $0.definition == nil }) {
        add(schema, function.name, nil, function, "\(schema).\(function.signature)")
      }
    }
    for function in FunctionReference.builtIn {
      add("pg_catalog", function.name, nil, function, "pg_catalog.\(function.signature)")
    }
  }

  private mutating func addTriggers(_ numbers: inout ObjectNumbers) {
    for (name, list) in catalog.triggers.sorted(by: { $0.key < $1.key }) {
      guard let relation = catalog.relations[name], let table = find(relation.schema, relation.name) else { continue }
      for trigger in list {
        let function = procedures.first {
          $0.schema == trigger.functionSchema && $0.name == trigger.definition.function.name
        }
        triggers.append(
          Trigger(
            oid: numbers.next("trigger", "\(name).\(trigger.name)"), trigger: trigger, table: relation,
            tableOID: table.oid, functionOID: function?.oid ?? 0))
      }
    }
  }

  // MARK: Looking up

  func find(_ schema: String, _ name: String) -> Class? { classNames["\(schema).\(name)"].map { classes[$0] } }
  func find(_ oid: Int64) -> Class? { classPlaces[oid].map { classes[$0] } }
  func procedure(_ oid: Int64) -> Procedure? { procedurePlaces[oid].map { procedures[$0] } }
  func constraint(_ oid: Int64) -> Constraint? { constraintPlaces[oid].map { constraints[$0] } }
  func trigger(_ oid: Int64) -> Trigger? { triggers.first { $0.oid == oid } }
  func namespace(_ oid: Int64) -> Namespace? { namespaces.first { $0.oid == oid } }
  func role(_ oid: Int64) -> Role? { roles.first { $0.oid == oid } }
  func role(_ name: String) -> Role? { roles.first { $0.name == name } }

  /// The relation whose row type has that number.
  func relation(ofType oid: Int64) -> Class? {
    guard oid != 0 else { return nil }
    return classes.first { $0.rowType == oid || $0.rowType != 0 && ObjectNumbers.arrayNumber($0.rowType) == oid }
  }

  /// The number of a column in its relation, from 1; 0 for none.
  static func number(of column: String, in relation: Relation) -> Int64 {
    Int64((relation.columns.firstIndex { $0.name == column } ?? -1) + 1)
  }
}

/// Gives each object a number that follows from its kind and name.
struct ObjectNumbers {
  private var taken: Set<Int64> = []

  /// From PostgreSQL's first number for users' objects to 2^30.
  mutating func next(_ kind: String, _ name: String) -> Int64 {
    // FNV-1a: stable over processes, which Swift's own hashes are not.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(kind) \(name)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var number = 16_384 + Int64(hash % (1 << 30 - 16_384))
    while !taken.insert(number).inserted { number += 1 }
    return number
  }

  /// The number of the array type over a row type: beyond all others.
  static func arrayNumber(_ type: Int64) -> Int64 { type + 1 << 30 }
}

/// The catalog of one version with its tables, made when they are first asked for.
final class SystemCatalogCache: Sendable {
  private let system = Mutex<SystemCatalog?>(nil)
  private let tables = Mutex<[String: SystemTable.Rows]>([:])

  func system(_ catalog: StorageCatalog) -> SystemCatalog {
    system.withLock { system in
      if let system { return system }
      let made = SystemCatalog(catalog)
      system = made
      return made
    }
  }

  func rows(_ key: String) -> SystemTable.Rows? { tables.withLock { $0[key] } }

  func keep(_ rows: SystemTable.Rows, _ key: String) { tables.withLock { $0[key] = rows } }
}
