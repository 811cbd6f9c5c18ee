import ScoutReport
import Testing

@Suite struct MachineFormatTests {
  static let table = Table(
    columns: [
      .init("id", type: "bigint"), .init("ok", type: "boolean"), .init("doc", type: "jsonb"), .init("text"),
      .init("x", type: "double precision"),
    ],
    rows: [
      ["1", "t", "{\"b\" : [1, 2.50],\n \"a\":\"\\u00f1\\/\"}", "a,\"b\"\n", "NaN"],
      [nil, nil, nil, nil, nil],
      ["-7", "f", "not json", "", "1e+20"],
    ], caption: "not for machines")

  @Test func `csv follows RFC 4180 and tells null from empty`() {
    #expect(
      Self.table.rendered(as: .csv)
        == "id,ok,doc,text,x\r\n"
        + "1,t,\"{\"\"b\"\" : [1, 2.50],\n \"\"a\"\":\"\"\\u00f1\\/\"\"}\",\"a,\"\"b\"\"\n\",NaN\r\n"
        + ",,,,\r\n-7,f,not json,\"\",1e+20\r\n")
    #expect(Table(columns: [.init("a\rb")], rows: [["c\rd"]]).rendered(as: .csv) == "\"a\rb\"\r\n\"c\rd\"\r\n")
  }

  @Test func `json has columns and rows with values of their types`() {
    #expect(
      Self.table.rendered(as: .json)
        == #"{"columns":[{"name":"id","type":"bigint"},{"name":"ok","type":"boolean"},{"name":"doc","type":"jsonb"},"#
        + #"{"name":"text","type":"text"},{"name":"x","type":"double precision"}],"#
        + #""rows":[[1,true,{"b":[1,2.50],"a":"ñ/"},"a,\"b\"\n","NaN"],[null,null,null,null,null],"#
        + #"[-7,false,"not json","",1e+20]]}"# + "\n")
  }

  @Test func `ndjson has one object per line`() {
    #expect(
      Self.table.rendered(as: .ndjson)
        == #"{"id":1,"ok":true,"doc":{"b":[1,2.50],"a":"ñ/"},"text":"a,\"b\"\n","x":"NaN"}"# + "\n"
        + #"{"id":null,"ok":null,"doc":null,"text":null,"x":null}"# + "\n"
        + #"{"id":-7,"ok":false,"doc":"not json","text":"","x":1e+20}"# + "\n")
  }

  @Test func `columns of one name get keys of their own`() {
    let table = Table(columns: ["a", "a", "a_2", "a"].map { .init($0) }, rows: [["1", "2", "3", "4"]])
    #expect(table.rendered(as: .ndjson) == #"{"a":"1","a_3":"2","a_2":"3","a_4":"4"}"# + "\n")
  }

  @Test func `markdown escapes what it would act on`() {
    let table = Table(
      columns: [.init("a|b"), .init("n", type: "integer")],
      rows: [["x|y\nz\r\nw", "1"], ["<b>&`*_i_ snake_case", nil], ["", "\u{1B}"]])
    #expect(
      table.rendered(as: .markdown) == #"""
        | a\|b | n |
        | --- | ---: |
        | x\|y<br>z<br>w | 1 |
        | &lt;b&gt;&amp;\`\*\_i\_ snake_case | |
        | | \\x1b |

        """#)
  }

  @Test func `tables without rows or columns are still documents`() {
    let noRows = Table(columns: [.init("a")], rows: [])
    #expect(noRows.rendered(as: .csv) == "a\r\n")
    #expect(noRows.rendered(as: .json) == #"{"columns":[{"name":"a","type":"text"}],"rows":[]}"# + "\n")
    #expect(noRows.rendered(as: .ndjson) == "")
    #expect(noRows.rendered(as: .markdown) == "| a |\n| --- |\n")
    let noColumns = Table(columns: [], rows: [[], []])
    #expect(noColumns.rendered(as: .json) == #"{"columns":[],"rows":[[],[]]}"# + "\n")
    #expect(noColumns.rendered(as: .ndjson) == "{}\n{}\n")
    #expect(noColumns.rendered(as: .csv) == "\r\n\r\n\r\n")
    #expect(noColumns.rendered(as: .markdown) == "")
  }

  @Test(arguments: [
    ("0", "0"), ("-0.50", "-0.50"), ("12345678901234567890", "12345678901234567890"), ("1e5", "1e5"), ("1E-5", "1E-5"),
    ("007", "\"007\""), (".5", "\".5\""), ("1.", "\"1.\""), ("+1", "\"+1\""), ("", "\"\""), ("-", "\"-\""),
    ("1e", "\"1e\""), ("Infinity", "\"Infinity\""), ("-Infinity", "\"-Infinity\""), ("1 ", "\"1 \""), ("٣", "\"٣\""),
  ])
  func `a number stays a number only where JSON has such numbers`(text: String, json: String) {
    let table = Table(columns: [.init("n", type: "NUMERIC(20,2)")], rows: [[text]])
    #expect(table.rendered(as: .ndjson) == "{\"n\":\(json)}\n")
  }

  @Test(arguments: [
    (#" [ ] "#, "[]"), (#"{ }"#, "{}"), (#"[1 , {"a" : null}]"#, #"[1,{"a":null}]"#), (#""\ud83d\ude00""#, "\"😀\""),
    (#""\u001f\b\f\n\r\t\"\\\/""#, #""\u001f\b\f\n\r\t\"\\/""#), ("true", "true"),
    (#"{"k":1,"k":2}"#, #"{"k":1,"k":2}"#),
  ])
  func `an embedded document is written in one canonical way`(text: String, json: String) {
    let table = Table(columns: [.init("d", type: "json")], rows: [[text]])
    #expect(table.rendered(as: .ndjson) == "{\"d\":\(json)}\n")
  }

  @Test(arguments: [
    "", "[1,]", "[,1]", "{\"a\"}", "{a:1}", "[1] 2", "\"a", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\u12\"", "tru",
    "\"\n\"", "[1", "{\"a\":1,}", String(repeating: "[", count: 100_000),
  ])
  func `a broken document becomes a string`(text: String) {
    let table = Table(columns: [.init("d", type: "jsonb")], rows: [[text]])
    #expect(table.rendered(as: .ndjson) == "{\"d\":\(JSONFormat.string(text))}\n")
  }

  @Test func `strings have one form`() {
    #expect(
      JSONFormat.string("\u{0}\u{8}\t\n\u{C}\r\u{1F}\u{7F} \"\\/é\u{2028}😀") == #""\u0000\b\t\n\f\r\u001f"#
        + "\u{7F} \\\"\\\\/é\u{2028}😀\"")
  }

  @Test func `array types are text and modifiers do not matter`() {
    let table = Table(
      columns: [.init("a", type: "integer[]"), .init("b", type: "BOOL"), .init("c", type: "varchar(3)")],
      rows: [["{1,2}", "true", "1"]])
    #expect(table.rendered(as: .ndjson) == #"{"a":"{1,2}","b":true,"c":"1"}"# + "\n")
    #expect(table.columns.map(\.alignment) == [.leading, .leading, .leading])
  }
}

@Suite struct RowWriterTests {
  final class Chunks {
    var chunks: [[UInt8]] = []
    var text: String { String(decoding: chunks.joined(), as: UTF8.self) }
  }

  @Test(arguments: OutputFormat.allCases.compactMap { format in RowWriter.Format(format).map { (format, $0) } })
  func `rows one by one give the bytes of the whole table`(format: OutputFormat, streamed: RowWriter.Format) throws {
    let table = MachineFormatTests.table
    for bufferSize in [0, 7, 65_536] {
      let output = Chunks()
      var writer = RowWriter(streamed, columns: table.columns, bufferSize: bufferSize) { output.chunks.append($0) }
      for row in table.rows { try writer.write(row) }
      #expect(writer.rowCount == 3)
      try writer.finish()
      try writer.finish()
      try writer.write(["after the end"])
      #expect(output.text == table.rendered(as: format))
    }
  }

  @Test func `the buffer stays bounded`() throws {
    let output = Chunks()
    var writer = RowWriter(.csv, columns: [.init("a")], bufferSize: 100) { output.chunks.append($0) }
    for _ in 0..<1000 { try writer.write(["0123456789"]) }
    try writer.finish()
    #expect(output.chunks.allSatisfy { !$0.isEmpty && $0.count < 112 })
    #expect(output.text.utf8.count == 3 + 12_000)
  }

  @Test func `an error of the sink reaches the caller`() {
    struct Full: Error {}
    var writer = RowWriter(.ndjson, columns: [.init("a")], bufferSize: 0) { _ in throw Full() }
    #expect(throws: Full.self) { try writer.write(["1"]) }
  }

  @Test func `a terminal table cannot be streamed`() {
    #expect(RowWriter.Format(.table) == nil)
    #expect(OutputFormat.allCases.map(\.rawValue) == ["table", "json", "ndjson", "csv", "markdown"])
  }
}
