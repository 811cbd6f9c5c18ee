import Scout
import ScoutTestSupport
import Testing

@testable import ScoutStorage

/// The engine's own tables come from numbered steps: from every earlier version, all of a step or nothing.
@Suite struct MigrationTests {
  private func configuration(_ migrations: [Migration]) -> Database.Configuration {
    var configuration = Database.Configuration(clock: .fixed(sampleEnd))
    configuration.migrations = migrations
    return configuration
  }

  private func schema(_ database: Database) throws -> [String] {
    try database.read { connection in
      try connection.rows("select type, name, sql from sqlite_schema order by type, name").map { row in
        row.map(\.shown).joined(separator: "|")
      }
    }
  }

  private func applied(_ database: Database) throws -> [String] {
    try database.read { connection in
      try connection.rows("select name from \"engine.migrations\" order by name").compactMap { $0[0].text }
    }
  }

  @Test(arguments: 1...Migrations.all.count) func `a database of any earlier version becomes a new one`(steps: Int)
    throws
  {
    let folder = try TemporaryFolder()
    let old = Array(Migrations.all.prefix(steps))
    #expect(try applied(Database(path: folder["old.db"], configuration: configuration(old))) == old.map(\.name))
    let upgraded = try Database(path: folder["old.db"], configuration: configuration(Migrations.all))
    let new = try Database(path: folder["new.db"], configuration: configuration(Migrations.all))
    #expect(try applied(upgraded) == Migrations.all.map(\.name))
    #expect(try schema(upgraded) == schema(new))
    // And again, with nothing left to do.
    let again = try Database(path: folder["old.db"], configuration: configuration(Migrations.all))
    #expect(try schema(again) == schema(new))
  }

  @Test func `names are numbered, unique and in order`() {
    let names = Migrations.all.map(\.name)
    #expect(names == names.sorted() && Set(names).count == names.count)
    #expect(names.enumerated().allSatisfy { $1.hasPrefix(String(1001 + $0).dropFirst() + "-") })
  }

  @Test func `a step that fails leaves nothing, and the next try does it`() throws {
    let folder = try TemporaryFolder()
    struct Broken: Error {}
    let failing = Migration(name: "900-late") { connection in
      try connection.run("create table \"scout.half\" (a integer) strict")
      try connection.execute("create table scout.other_half (a int)")
      throw Broken()
    }
    let before = try schema(Database(path: folder["a.db"], configuration: configuration(Migrations.all)))
    #expect(throws: Broken.self) {
      try Database(path: folder["a.db"], configuration: configuration(Migrations.all + [failing]))
    }
    let after = try Database(path: folder["a.db"], configuration: configuration(Migrations.all))
    #expect(try schema(after) == before)
    #expect(try applied(after) == Migrations.all.map(\.name))
    #expect(try after.relation("scout.other_half") == nil)
    let mended = Migration(name: "900-late") { try $0.execute("create table scout.other_half (a int)") }
    let done = try Database(path: folder["a.db"], configuration: configuration(Migrations.all + [mended]))
    #expect(try done.relation("scout.other_half") != nil)
  }

  @Test func `a step of a newer program is refused and nothing is touched`() throws {
    let folder = try TemporaryFolder()
    let newer = Migration(name: "900-late") { try $0.execute("create table scout.later (a int)") }
    _ = try Database(path: folder["a.db"], configuration: configuration(Migrations.all + [newer]))
    #expect {
      try Database(path: folder["a.db"], configuration: configuration(Migrations.all))
    } throws: { error in
      (error as? SQLError)?.state == .objectNotInPrerequisiteState
    }
    let kept = try Database(path: folder["a.db"], configuration: configuration(Migrations.all + [newer]))
    #expect(try kept.relation("scout.later") != nil)
  }
}
