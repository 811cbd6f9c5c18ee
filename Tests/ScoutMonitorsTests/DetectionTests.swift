import ScoutMonitors
import ScoutTestSupport
import Testing

private let hour: Int64 = 3_600_000_000

@Suite struct DetectionTests {
  /// An hourly series with a daily rhythm and a little noise.
  private func series(_ rows: Int, seed: UInt64, plant: [Int: Double] = [:]) -> [(Double, Int64)] {
    var random = SeededGenerator(seed: seed)
    return (0..<rows).map { row in
      let rhythm = [10.0, 12, 20, 45, 60, 50, 30, 15][row % 24 / 3]
      let value = plant[row] ?? rhythm + Double.random(in: -4...4, using: &random)
      return (value, Int64(row) * hour)
    }
  }

  private func scores(_ kind: DetectorKind, _ series: [(Double, Int64)], threshold: Double? = nil) -> [Double] {
    var detector = kind.make(threshold: threshold)
    return series.map { detector.score($0.0, at: $0.1) }
  }

  @Test(arguments: DetectorKind.allCases)
  func `a score never depends on what comes later`(_ kind: DetectorKind) {
    let whole = series(600, seed: 7, plant: [450: 200])
    let all = scores(kind, whole, threshold: 50)
    #expect(scores(kind, Array(whole.prefix(460)), threshold: 50) == Array(all.prefix(460)))
    #expect(all.allSatisfy { $0 >= 0 && $0.isFinite })
  }

  @Test(arguments: DetectorKind.allCases)
  func `constant, repeated, backward and extreme input gives finite scores`(_ kind: DetectorKind) {
    var input = (0..<300).map { (5.0, Int64($0) * hour) }
    input += [(5, 0), (5, 0), (1e300, 400 * hour), (-1e300, 3 * hour), (.nan, 4 * hour), (.infinity, 5 * hour)]
    input += (0..<200).map { (Double($0 % 7), Int64.min / 4 + Int64($0) * hour) }
    let result = scores(kind, input, threshold: 6)
    #expect(result.count == input.count)
    #expect(result.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(result[..<300].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [DetectorKind.adaptive, .ewma, .seasonal], [UInt64(1), 2, 3])
  func `a spike is the most surprising row`(_ kind: DetectorKind, _ seed: UInt64) {
    let result = scores(kind, series(700, seed: seed, plant: [610: 240]))
    let later = result[200...]
    #expect(later.firstIndex(of: later.max() ?? 0) == 610, "seed \(seed)")
    #expect(AnomalyScale().score(result[610]) > 0.5)
  }

  /// 60 is ordinary at noon and never seen at night.
  @Test func `the seasonal and the adaptive detector know the time of day`() {
    for kind in [DetectorKind.adaptive, .seasonal] {
      let result = scores(kind, series(700, seed: 5, plant: [624: 60]))
      let later = result[400...]
      #expect(later.firstIndex(of: later.max() ?? 0) == 624, "\(kind)")
    }
  }

  @Test(arguments: [DetectorKind.cusum, .pageHinkley])
  func `a small shift that lasts is found, and none without it`(_ kind: DetectorKind) {
    var random = SeededGenerator(seed: 11)
    let flat = (0..<1500).map { (Double.random(in: -1...1, using: &random), Int64($0) * hour) }
    let shifted = flat.enumerated().map { ($0.offset < 800 ? $0.element.0 : $0.element.0 + 1, $0.element.1) }
    #expect(scores(kind, flat).max() ?? 0 < AnomalyScale.normalSensitivity)
    let found = scores(kind, shifted).firstIndex { $0 >= AnomalyScale.normalSensitivity }
    #expect(found.map { (800..<840).contains($0) } == true, "\(String(describing: found))")
  }

  @Test func `a ratio and a fixed limit say what they are told`() {
    #expect(scores(.fixed, [(1, 0), (2, 1), (3, 2)], threshold: 2).map { $0 >= 5.5 } == [false, true, true])
    let ratio = scores(.ratio, (0..<20).map { (10, Int64($0)) } + [(19, 20), (21, 21)], threshold: 2)
    #expect(ratio.suffix(2).map { $0 >= 5.5 } == [false, true])
  }

  /// A long incident counts once.
  @Test func `only a record keeps its score`() {
    var plant: [Int: Double] = [:]
    for row in 610..<640 { plant[row] = 240 }
    let result = scores(.adaptive, series(700, seed: 1, plant: plant))
    #expect(result[610] > 5.5)
    #expect(result[611..<640].allSatisfy { $0 == 0 })
  }

  @Test func `the scale is half at the sensitivity and never leaves 0 to 1`() {
    let scale = AnomalyScale(sensitivity: 4)
    #expect(scale.score(0) == 0 && scale.score(4) == 0.5)
    #expect(scale.score(8) > scale.score(7.9) && scale.score(1e300) == 1)
  }

  // MARK: Series in files

  private func run(_ csv: String, _ kind: DetectorKind = .adaptive, warmup: Int = 0) throws -> String {
    var scorer = SeriesScorer(
      file: "s.csv", timeColumn: "timestamp", valueColumn: "value", detector: kind.make(threshold: 5), warmup: warmup)
    var output: [UInt8] = []
    // One byte at a time: no row may depend on where a block ends.
    for byte in Array(csv.utf8) { try scorer.feed([byte]) { output += $0 } }
    try scorer.finish { output += $0 }
    return String(decoding: output, as: UTF8.self)
  }

  @Test func `each row comes out as it came in, with a score`() throws {
    let output = try run(
      "\u{FEFF}value,\"timestamp\",x\r\n1,2014-02-14 14:30:00,\r\n,2014-02-14 14:30:00,\n10,\"2014-02-13\",\n5,1392388200,9",
      .fixed)
    #expect(
      output == """
        timestamp,value,anomaly_score
        2014-02-14 14:30:00,1,0.0
        2014-02-14 14:30:00,,0.0
        2014-02-13,10,0.8
        1392388200,5,0.5

        """)
  }

  @Test func `rows of the warm-up score nothing`() throws {
    let lines = try run("timestamp,value\n1,9\n2,9\n", .fixed, warmup: 1).split(separator: "\n")
    #expect(lines[1] == "1,9,0.0" && !lines[2].hasSuffix(",0.0"))
  }

  static let refusals: [(String, String)] = [
    ("", "s.csv:1: there is no header row"),
    ("time,value\n", "s.csv:1: there is no column \"timestamp\" among time, value"),
    ("timestamp,vale\n", "s.csv:1: there is no column \"value\" among timestamp, vale; did you mean \"vale\"?"),
    (
      "timestamp,value\n1,2\nx,3\n",
      "s.csv:3: \"x\" in column \"timestamp\" is no time; expected one like 2025-08-23 09:00:00"
    ),
    ("timestamp,value\n1,2\n2,lots\n", "s.csv:3: \"lots\" in column \"value\" is no number"),
    ("timestamp,value\n1\n", "s.csv:2: the row has 1 fields; column 2 is needed"),
    ("timestamp,value\n\"1,2\n", "s.csv:2: a quoted field has no end"),
  ]

  @Test(arguments: refusals) func `what cannot be read is refused with its line`(csv: String, message: String) {
    #expect { try run(csv) } throws: { ($0 as? SeriesError)?.description == message }
  }
}
