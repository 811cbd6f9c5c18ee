import Foundation
import PostgresDialect
import ScoutReport
import ScoutShell
import ScoutStorage
import ScoutTestSupport
import Testing

/// The interpreter of `scout shell`, its keys, its completion and its history.
@Suite struct ShellTests {
  /// A shell on a database in memory whose words are collected.
  private final class Recorder {
    var output = ""
    var errors = ""
    var files: [String: String] = [:]
    let database: Database
    private(set) var shell: Shell!

    init() throws {
      database = try Database(
        path: nil,
        configuration: Database.Configuration(clock: .fixed(Timestamp(microseconds: 0)), identifiers: .seeded(1)))
      let console = ShellConsole(
        output: { self.output += $0 }, errors: { self.errors += $0 },
        readFile: { path in
          guard let text = self.files[path] else { throw SQLError(.undefinedObject, "\(path): no such file") }
          return text
        }, writeFile: { path, text, appends in self.files[path] = (appends ? self.files[path] ?? "" : "") + text },
        measure: { body in
          try body()
          return .microseconds(1500)
        })
      shell = Shell(session: try database.makeSession(), console: console)
    }

    @discardableResult
    func type(_ lines: String...) throws -> Shell.Outcome {
      output = ""
      errors = ""
      var outcome = Shell.Outcome.proceed
      for line in lines where outcome == .proceed { outcome = try shell.accept(line) }
      return outcome
    }
  }

  @Test func `a statement runs when its semicolon is there, and the prompt says what is missing`() throws {
    let recorder = try Recorder()
    #expect(recorder.shell.prompt == "scout=> ")
    try recorder.type("select 1 as a,")
    #expect(recorder.output == "" && recorder.shell.prompt == "scout-> ")
    try recorder.type("'x")
    #expect(recorder.shell.prompt == "scout'> ")
    try recorder.type("y' as b;")
    #expect(recorder.output.contains("│ 1 │ x │") && recorder.output.contains("│   │ y │"))
    try recorder.type("begin;")
    #expect(recorder.shell.prompt == "scout=*> " && recorder.errors == "BEGIN\n")
    try recorder.type("selec 1;")
    #expect(recorder.errors.hasPrefix("ERROR:  42601: syntax error at or near \"selec\"\nLINE 1: selec 1;\n        ^"))
    #expect(recorder.shell.hasFailed)
    try recorder.type("rollback;", "select 1", "\\r", "select 2 as two", "\\g")
    #expect(recorder.output.contains("two") && !recorder.output.contains("│ 1"))
    #expect(try recorder.type("\\q") == .quit)
    #expect(try recorder.type("quit") == .quit)
  }

  @Test func `relations are described with their keys, checks and references`() throws {
    let recorder = try Recorder()
    try recorder.type(
      "create schema app; create table app.t (id int primary key, name text default 'x', n numeric(8,2) unique,"
        + " check (id > 0)); create index by_name on app.t (lower(name)) where id > 5;"
        + " create table app.u (t_id int not null references app.t on delete cascade); create view app.v as select 1 as one;"
        + " comment on column app.t.name is 'what it is called';")
    #expect(!recorder.shell.hasFailed, "\(recorder.errors)")
    try recorder.type("\\d app.t")
    #expect(
      recorder.output == """
        Table "app.t"
        ┌────────┬──────────────┬──────────┬───────────┬───────────────────┐
        │ Column │ Type         │ Nullable │ Default   │ Description       │
        ├────────┼──────────────┼──────────┼───────────┼───────────────────┤
        │ id     │ integer      │ not null │           │                   │
        │ name   │ text         │          │ 'x'::text │ what it is called │
        │ n      │ numeric(8,2) │          │           │                   │
        └────────┴──────────────┴──────────┴───────────┴───────────────────┘
        Indexes:
            "t_pkey" PRIMARY KEY, btree (id)
            "by_name" btree (lower(name)) WHERE (id > 5)
            "t_n_key" UNIQUE CONSTRAINT, btree (n)
        Check constraints:
            "t_id_check" CHECK ((id > 0))
        Referenced by:
            TABLE "app.u" CONSTRAINT "u_t_id_fkey" FOREIGN KEY (t_id) REFERENCES app.t(id) ON DELETE CASCADE

        """)
    try recorder.type("\\d app.v")
    #expect(recorder.output.contains("View definition:\n     select 1 as one;"))
    for (command, words) in [
      ("\\dt app.*", ["│ app    │ t    │ table", "│ app    │ u    │ table"]), ("\\dv", ["│ v    │ view"]),
      ("\\di app.by*", ["by_name", "│ t "]), ("\\dn app", ["app"]), ("\\du", ["owner", "Superuser"]),
      ("\\d", ["│ t ", "│ u ", "│ v "]), ("\\dt t?", []), ("\\df lower", ["pg_catalog", "text"]),
    ] {
      try recorder.type(command)
      for word in words { #expect(recorder.output.contains(word), "\(command): \(recorder.output)\(recorder.errors)") }
      if words.isEmpty { #expect(recorder.errors == "Did not find any tables.\n") }
    }
    try recorder.type("\\d nope")
    #expect(recorder.errors == "Did not find any relation named \"nope\".\n")
    try recorder.type("\\frob")
    #expect(recorder.errors == "invalid command \\frob\nTry \\? for help.\n")
  }

  @Test func `output is expanded, timed, redirected and shown in other forms`() throws {
    let recorder = try Recorder()
    try recorder.type("\\x on", "select 1 as a, null as b;")
    #expect(recorder.output.contains("record 1") && recorder.output.contains("a │ 1\nb │ ∅\n"))
    try recorder.type("\\x", "\\pset null (none)", "\\pset format csv", "\\timing", "select 1 as a, null as b;")
    #expect(recorder.output == "a,b\r\n1,\r\n" && recorder.errors.hasSuffix("Time: 1.500 ms\n"))
    try recorder.type("\\o out.csv", "select 2 as c;", "\\o", "\\echo done")
    #expect(recorder.files["out.csv"] == "c\r\n2\r\n" && recorder.output == "done\n")
  }

  @Test func `copies write and read files, and a faulty file leaves nothing`() throws {
    let recorder = try Recorder()
    try recorder.type("create table t (id int, name text);", "insert into t values (1, 'a,\"b'), (2, null), (3, '');")
    try recorder.type("\\copy t to 'all.csv' csv header")
    #expect(recorder.files["all.csv"] == "id,name\n1,\"a,\"\"b\"\n2,\n3,\"\"\n" && recorder.errors == "COPY 3\n")
    try recorder.type("\\copy t (name, id) to 'all.txt'")
    #expect(recorder.files["all.txt"] == "a,\"b\t1\n\\N\t2\n\t3\n")
    try recorder.type("create table u (id int, name text);", "\\copy u from 'all.csv' with (format csv, header true)")
    #expect(recorder.errors.hasSuffix("COPY 3\n"), "\(recorder.errors)")
    try recorder.type("\\copy u (name, id) from 'all.txt'", "\\pset format csv")
    try recorder.type("select id, name is null as n, count(*) from u group by 1, 2, name order by 1;")
    #expect(recorder.output == "id,n,count\r\n1,f,2\r\n2,t,2\r\n3,f,2\r\n")
    recorder.files["bad.csv"] = "7,x\nseven,y\n"
    try recorder.type("\\copy u from 'bad.csv' csv", "select count(*) from u where id = 7;")
    #expect(recorder.errors.contains("invalid input syntax for type integer: \"seven\""))
    #expect(recorder.output == "count\r\n0\r\n")
  }

  @Test func `a file runs inside, and can include itself only so far`() throws {
    let recorder = try Recorder()
    recorder.files["a.sql"] = "create table t (a int);\ninsert into t values (1),\n(2);\n\\i b.sql"
    recorder.files["b.sql"] = "\\pset format csv\nselect sum(a) as total from t"
    try recorder.type("\\i a.sql")
    #expect(recorder.output == "total\r\n3\r\n")
    recorder.files["loop.sql"] = "\\i loop.sql"
    try recorder.type("\\i loop.sql")
    #expect(recorder.errors == "\\i: files include each other too deeply\n")
    recorder.shell.stopsOnError = true
    #expect(try recorder.type("select 1/0;") == .quit)
  }

  @Test func `Tab offers relations, columns and words that fit`() {
    let names = CompletionNames(
      columns: ["scout.agent_feed": ["id", "severity", "status"], "scout.gold_sales_daily": ["date", "sales"]],
      functions: ["date_trunc", "sum"])
    for (text, prefix, candidates) in [
      ("select * from scout.a", "scout.a", ["scout.agent_feed"]),
      ("select * from s", "s", ["scout.", "scout.agent_feed", "scout.gold_sales_daily"]),
      ("select f.s from scout.agent_feed f where f.s", "f.s", ["f.severity", "f.status"]),
      ("select * from scout.agent_feed where se", "se", ["select", "set", "severity"]),
      ("SEL", "SEL", ["SELECT"]), ("\\d scout.g", "scout.g", ["scout.gold_sales_daily"]),
      ("\\tim", "\\tim", ["\\timing"]),
      ("select dat", "dat", ["date_trunc"]), ("select zzz", "zzz", []), ("select ", "", []),
    ] {
      let completion = names.completion(of: text)
      #expect(completion.prefix == prefix && completion.candidates == candidates, "\(text): \(completion)")
    }
    #expect(names.completion(of: "select * from s").common == "scout.")
  }

  @Test func `keys edit the line and walk through the history`() {
    func keys(_ bytes: [UInt8]) -> [LineEditor.Key] {
      var rest = bytes[...]
      var keys: [LineEditor.Key] = []
      while let key = KeyReader.key({ rest.popFirst() }) { keys.append(key) }
      return keys
    }
    func typed(_ text: String, history: [String] = []) -> LineEditor {
      var editor = LineEditor(history: history)
      for key in keys(Array(text.utf8)) { _ = editor.press(key) }
      return editor
    }
    for (text, result, cursor) in [
      ("abc", "abc", 3), ("abc\u{1B}[D\u{1B}[DX", "aXbc", 2), ("abc\u{7F}\u{7F}", "a", 1), ("ab cd\u{17}", "ab ", 3),
      ("abc\u{1}x\u{5}y", "xabcy", 5), ("abc\u{1B}[D\u{B}", "ab", 2), ("abc\u{15}", "", 0),
      ("añ₱\u{1B}[D\u{7F}", "a₱", 1),
      ("ab cd\u{1B}[1;5D\u{1B}[3~", "ab d", 3), ("x\u{1B}[99z", "x", 1),
    ] {
      let editor = typed(text)
      #expect(
        editor.text == result && editor.cursor == cursor, "\(text.debugDescription): \(editor.text) \(editor.cursor)")
    }
    #expect(typed("new\u{1B}[A\u{1B}[A", history: ["one", "two"]).text == "one")
    #expect(typed("new\u{1B}[A\u{1B}[B", history: ["one", "two"]).text == "new")
    var editor = typed("select from")
    editor.replace(last: 4, with: "FROM ")
    #expect(editor.text == "select FROM ")
    #expect(editor.press(.enter) == .accept && editor.press(.interrupt) == .cancel && editor.press(.tab) == .complete)
    #expect(LineEditor().drawing(prompt: "> ", width: 20) == "\r> \u{1B}[K")
    #expect(typed("0123456789abcdef").drawing(prompt: "> ", width: 12) == "\r> 789abcdef\u{1B}[K")
  }

  @Test func `the history keeps statements of several lines`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/state/scout/history"
    let history = ShellHistory(path: path)
    for entry in ["select 1;", "select 1;", "  ", "select 'a\\n',\n2;"] { history.add(entry) }
    #expect(ShellHistory(path: path).entries == ["select 1;", "select 'a\\n',\n2;"])
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(ShellHistory.defaultPath(environment: ["HOME": "/h"]) == "/h/.local/state/scout/history")
    #expect(ShellHistory.defaultPath(environment: ["HOME": "/h", "XDG_STATE_HOME": "/s"]) == "/s/scout/history")
  }

  @Test func `without a terminal, standard input is a script`() throws {
    let shop = try Shop()
    let script = "\\pset format csv\nselect 1 as a;\nselect 1/0;\n\\dn masterdata\nselect 2 as b"
    let outcome = try shop.scout("shell", input: Array(script.utf8))
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix("a\r\n1\r\nName,") && outcome.output.hasSuffix("b\r\n2\r\n"), "\(outcome.output)")
    #expect(outcome.error.contains("ERROR:  22012: division by zero"))
    let stopped = try shop.scout("shell", "--stop-on-error", input: Array(script.utf8))
    #expect(stopped.status == 1 && stopped.output == "a\r\n1\r\n")
    let refused = try shop.scout("shell", "--read-only", input: Array("create table x (a int);".utf8))
    #expect(refused.status == 1 && refused.error.contains("25006"))
  }
}
