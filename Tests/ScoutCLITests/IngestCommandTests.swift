import Foundation
import ScoutTestSupport
import Testing

/// `scout ingest` with every kind of input: what comes in, what is said, which exit code.
@Suite struct IngestCommandTests {
  /// The columns outcome, rows_read, accepted, duplicates, rejected of each file.
  private func ingest(_ shop: Shop, _ arguments: String..., input: [UInt8]? = nil) throws -> (
    rows: [String], error: String, status: Int32?
  ) {
    let outcome = try ScoutProgram.run(
      ["ingest", "--format", "csv", "--now", testNow] + arguments, input: input, in: shop.folder.path)
    let rows = outcome.output.split(whereSeparator: \.isNewline).dropFirst().map { line in
      line.split(separator: ",").dropFirst().joined(separator: "|")
    }
    return (rows, outcome.error, outcome.status)
  }

  private let silver = "select transaction_id, units, net_amount from scout.silver_transactions order by 1"
  private let rejects = "select line_no, reason from scout.bronze_rejects order by 1"

  // MARK: Forms

  @Test func `JSON Lines, CSV, gzip, standard input and a folder give the same`() throws {
    let shop = try Shop()
    let lines = [saleLine("T1"), saleLine("T2", quantity: 3)].joined(separator: "\n") + "\n"
    let csv = """
      transaction_id,store_id,ts,sku,brand,category,qty,unit_price
      T3,S1,2025-08-01T09:00:00+08:00,A,B,C,1,2.50
      T4,S1,2025-08-01T09:00:00+08:00,A,B,C,3,2.50

      """
    let folder = try shop.folder.makeFolder("exports")
    try shop.folder.write(gzip(Array(lines.utf8)), as: "exports/a.jsonl.gz")
    try shop.folder.write(csv, as: "exports/b.csv")
    try shop.folder.write("not for us", as: "exports/readme.txt")
    let first = try ingest(shop, folder)
    #expect(first.rows == ["complete|2|2|0|0", "complete|2|2|0|0"])
    #expect(first.status == 0)
    #expect(first.error.contains("exports/readme.txt: left out"))
    #expect(try shop.rows(silver) == ["T1|1|2.50", "T2|3|7.50", "T3|1|2.50", "T4|3|7.50"])
    // The same content another way is a repeat of each transaction.
    let plain = try ingest(shop, "-", input: Array(lines.utf8))
    #expect(plain.rows == ["complete|2|0|2|0"] && plain.status == 0)
    let zipped = try ingest(shop, "-", "--input-format", "csv", input: gzip(Array(csv.utf8)))
    #expect(zipped.rows == ["complete|2|0|2|0"] && zipped.status == 0)
  }

  @Test func `CRLF, a byte order mark, semicolons and quoted line breaks are read`() throws {
    let shop = try Shop()
    let crlf = "\u{FEFF}" + saleLine("T1") + "\r\n" + saleLine("T2") + "\r\n"
    try shop.folder.write(crlf, as: "a.jsonl")
    let csv =
      "\u{FEFF}transaction_id;store_id;ts;sku;product_name;brand;category;qty;unit_price\r\n"
      + "T3;S1;2025-08-01T09:00:00+08:00;A;\"Milk;\r\n\"\"fresh\"\" 6-pack\";B;C;2;1.25\r\n"
    try shop.folder.write(csv, as: "b.csv")
    #expect(try ingest(shop, "a.jsonl", "b.csv").rows == ["complete|2|2|0|0", "complete|1|1|0|0"])
    #expect(try shop.rows(silver) == ["T1|1|2.50", "T2|1|2.50", "T3|12|2.50"])
    #expect(
      try shop.scout(
        "sql", "--format", "json",
        "select product_name from scout.silver_line_items where brand = 'B' and pack_count = 6"
      )
      .output.contains(#"[["Milk;\r\n\"fresh\" 6-pack"]]"#))
  }

  @Test(arguments: [
    ("iso-8859-1", [0x50, 0x69, 0xF1, 0x61] as [UInt8], "Piña"), ("windows-1252", [0x80, 0x39, 0x93], "€9“"),
  ]) func `text in another encoding comes in as UTF-8`(encoding: String, name: [UInt8], shown: String) throws {
    let shop = try Shop()
    try shop.folder.write(
      """
      source: counter
      format: csv
      encoding: \(encoding)
      delimiter: "|"
      columns: {transaction_id: id, ts: at, sku: code, product_name: what, qty: n, unit_price: each}
      constants: {store_id: S9, brand: B, category: C}

      """, as: "counter.yaml")
    let csv = Array("id|at|code|what|n|each\nT1|2025-08-01T09:00:00|A|".utf8) + name + Array("|2|1.25\n".utf8)
    try shop.folder.write(csv, as: "day.txt")
    let outcome = try ingest(shop, "day.txt", "--mapping", "./counter.yaml")
    #expect(outcome.rows == ["complete|1|1|0|0"], "\(outcome)")
    #expect(
      try shop.rows(
        "select product_name, store_id, source_id, l.ts from scout.silver_line_items l join scout.silver_transactions t using (transaction_id, store_id)"
      )
        == ["\(shown)|S9|counter|2025-08-01 01:00:00+00"])
  }

  // MARK: Damage

  @Test func `a truncated last line and a NUL byte are refused with line and reason, the rest comes in`() throws {
    let shop = try Shop()
    var bytes = Array((saleLine("T1") + "\n" + saleLine("T2") + "\n").utf8)
    bytes[20] = 0
    bytes += Array(saleLine("T3").utf8.prefix(40))
    try shop.folder.write(bytes, as: "a.jsonl")
    #expect(try ingest(shop, "a.jsonl").rows == ["complete|3|1|0|2"])
    let refused = try shop.rows(rejects)
    #expect(refused.count == 2)
    #expect(refused.first == "1|column 21: a NUL byte in the line")
    #expect(refused.last == "3|column 40: the string that starts here is not closed")
    #expect(try shop.rows(silver) == ["T2|1|2.50"])
    #expect(try shop.rows("select distinct file_name from scout.bronze_rejects") == ["a.jsonl"])
    // The same file again: no second copy of its rejects.
    #expect(try ingest(shop, "a.jsonl").rows == ["ingested before|0|0|0|0"])
    #expect(try shop.rows(rejects) == refused)
  }

  @Test func `a line of 100 MB is refused in little memory`() throws {
    let shop = try Shop()
    let path = shop.folder["huge.jsonl"]
    try shop.folder.write(saleLine("T1") + "\n", as: "huge.jsonl")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("{\"transaction_id\":\"".utf8))
    let piece = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<100 { try file.write(contentsOf: piece) }
    try file.write(contentsOf: Data(("\"}\n" + saleLine("T2") + "\n").utf8))
    try file.close()
    let (outcome, peak) = try ScoutProgram.start(["ingest", "huge.jsonl", "--format", "csv"], in: shop.folder.path)
      .waitMeasuringMemory()
    #expect(outcome.output.hasSuffix("huge.jsonl,complete,3,2,0,1\r\n"), "\(outcome)")
    #if os(Linux)
      #expect(try #require(peak) < 150_000_000)
    #endif
    let refused = try shop.rows(rejects)
    #expect(refused.count == 1)
    #expect(refused.first?.hasPrefix("2|") == true && refused.first?.contains("104857621 bytes") == true, "\(refused)")
    #expect(try shop.rows("select length(raw) < 100000 as cut from scout.bronze_rejects") == ["t"])
  }

  @Test func `a truncated gzip keeps what came before and goes on with the whole file`() throws {
    let shop = try Shop()
    let whole = gzip((1...2000).reduce(into: []) { $0 += Array((saleLine("T\($1)", quantity: $1) + "\n").utf8) })
    try shop.folder.write(Array(whole.prefix(whole.count / 2)), as: "a.jsonl.gz")
    let broken = try ingest(shop, "a.jsonl.gz", "--batch-size", "100")
    #expect(broken.status == 3)
    #expect(broken.rows.first?.hasPrefix("broke off|") == true)
    #expect(broken.error.contains("a.jsonl.gz: the gzip data ends in the middle"))
    let kept = try shop.rows("select count(*) from scout.silver_transactions")
    #expect(kept != ["0"] && kept != ["2000"])
    try shop.folder.write(whole, as: "a.jsonl.gz")
    #expect(try ingest(shop, "a.jsonl.gz").status == 0)
    #expect(try shop.rows("select count(*), sum(units) from scout.silver_transactions") == ["2000|2001000"])
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    var arguments: [String]
    var status: Int32
    var message: String
    var testDescription: String { name }
  }

  static let refusals = [
    Refusal(
      name: "missing file", arguments: ["nothing.jsonl"], status: 3,
      message: "scout: nothing.jsonl: no such file; check the path\n"),
    Refusal(
      name: "missing CSV", arguments: ["nothing.csv"], status: 3,
      message: "scout: nothing.csv: no such file; check the path\n"),
    Refusal(
      name: "folder without data", arguments: ["empty-folder"], status: 3,
      message:
        "scout: empty-folder: holds no file whose name ends in .jsonl, .ndjson, .json, .csv or .tsv, or one of these with .gz\n"
    ),
    Refusal(
      name: "folder named as a file", arguments: ["folder.jsonl"], status: 3,
      message:
        "scout: folder.jsonl: holds no file whose name ends in .jsonl, .ndjson, .json, .csv or .tsv, or one of these with .gz\n"
    ),
    Refusal(
      name: "unknown ending", arguments: ["sale.dat"], status: 3,
      message:
        "scout: sale.dat: its name does not end in .jsonl, .ndjson, .json, .csv or .tsv, or one of these with .gz; name the format or use a source mapping\n"
    ),
    Refusal(
      name: "unknown mapping", arguments: ["sale.jsonl", "--mapping", "nope"], status: 2,
      message: "scout: there is no source mapping \"nope\"; known are online-retail, or give a path to a YAML file\n"),
    Refusal(
      name: "missing mapping file", arguments: ["sale.jsonl", "--mapping", "./nope.yaml"], status: 3,
      message: "scout: ./nope.yaml: no such file; check the path\n"),
    Refusal(
      name: "broken mapping file", arguments: ["sale.jsonl", "--mapping", "./broken.yaml"], status: 3,
      message: "scout: ./broken.yaml:2:1: did not find expected node content\n"),
    Refusal(
      name: "batch size", arguments: ["sale.jsonl", "--batch-size", "0"], status: 2,
      message: "scout: --batch-size is 1 to 100000\n"),
  ]

  @Test(arguments: refusals) func `what cannot be read says so`(_ refusal: Refusal) throws {
    let shop = try Shop()
    _ = try shop.folder.makeFolder("empty-folder")
    _ = try shop.folder.makeFolder("folder.jsonl")
    try shop.folder.write(saleLine("T1"), as: "sale.dat")
    try shop.folder.write(saleLine("T1"), as: "sale.jsonl")
    try shop.folder.write("a: [\n", as: "broken.yaml")
    let outcome = try ScoutProgram.run(["ingest", "--now", testNow] + refusal.arguments, in: shop.folder.path)
    #expect(outcome.status == refusal.status, "\(outcome)")
    #expect(outcome.error.hasPrefix(refusal.message), "\(outcome.error)")
    #expect(outcome.output == "")
    #expect(try shop.rows("select count(*) from scout.bronze_transactions") == ["0"])
  }

  @Test func `a CSV file without the columns names them`() throws {
    let shop = try Shop()
    try shop.folder.write("transaction_id,store_id,ts,sku,brand,category,Qty\nT,S,1,A,B,C,1\n", as: "bare.csv")
    let outcome = try ingest(shop, "bare.csv")
    #expect(outcome.status == 3 && outcome.rows == ["broke off|0|0|0|0"])
    #expect(
      outcome.error.contains(
        "scout: bare.csv: there is no column \"qty\"; did you mean \"Qty\"?; there is no column \"unit_price\". "),
      "\(outcome)"
    )
  }

  @Test func `one bad input does not keep the others out`() throws {
    let shop = try Shop()
    try shop.folder.write(saleLine("T1"), as: "a.jsonl")
    try shop.folder.write(saleLine("T2"), as: "b.jsonl")
    let outcome = try ingest(shop, "a.jsonl", "nothing.jsonl", "b.jsonl")
    #expect(outcome.status == 3)
    #expect(outcome.rows == ["complete|1|1|0|0", "complete|1|1|0|0"])
  }

  @Test func `an empty file is read, with a remark`() throws {
    let shop = try Shop()
    try shop.folder.write("", as: "a.jsonl")
    try shop.folder.write("transaction_id,store_id,ts,sku,brand,category,qty,unit_price\n", as: "b.csv")
    let outcome = try ingest(shop, "a.jsonl", "b.csv")
    #expect(outcome.status == 0)
    #expect(outcome.rows == ["complete|0|0|0|0", "complete|0|0|0|0"])
    #expect(outcome.error == "a.jsonl: holds no records\nb.csv: holds no rows\n")
  }

  @Test func `quiet says nothing but results and errors`() throws {
    let shop = try Shop()
    try shop.folder.write(saleLine("T1"), as: "a.jsonl")
    let outcome = try ingest(shop, "a.jsonl", "--quiet")
    #expect(outcome.error == "" && outcome.rows == ["complete|1|1|0|0"])
  }

  // MARK: Again

  @Test func `the same file is a no-op, overlapping files add what is new`() throws {
    let shop = try Shop()
    let lines = (1...10).map { saleLine("T\($0)", quantity: $0) }
    try shop.folder.write(lines[..<6].joined(separator: "\n") + "\nbroken\n", as: "a.jsonl")
    try shop.folder.write(lines[3...].joined(separator: "\n") + "\n", as: "b.jsonl")
    #expect(try ingest(shop, "a.jsonl").rows == ["complete|7|6|0|1"])
    let content = try shop.content()
    #expect(try ingest(shop, "a.jsonl").rows == ["ingested before|0|0|0|0"])
    #expect(firstDifference(content, try shop.content()) == nil)
    #expect(try ingest(shop, "b.jsonl").rows == ["complete|7|4|3|0"])
    #expect(try shop.rows("select count(*), sum(units) from scout.silver_transactions") == ["10|55"])
    // The same bytes under another name are the same file, whatever it is called.
    try shop.folder.write(lines[3...].joined(separator: "\n") + "\n", as: "c.jsonl")
    #expect(try ingest(shop, "c.jsonl", "--source", "b").rows == ["ingested before|0|0|0|0"])
  }
}
