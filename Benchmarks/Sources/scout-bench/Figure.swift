import Foundation

/// One measured number, beside what it is to be compared with.
struct Figure: Encodable {
  /// The operation and the size of its input.
  var name: String
  var unit: String
  var median: Double
  var min: Double
  var max: Double
  var runs: Int
  /// What the same run measured to compare with: a floor or a peer.
  var peer: String?
  var peerMedian: Double?
  /// `median` by the peer's.
  var ratio: Double?
  /// What we want; a figure that misses it is still only printed.
  var aim: Double?
  /// Whether more is better: the aim is a floor then.
  var isRate = false
  /// Stands for the result of the work: equal work has equal digests.
  var digest: String?

  /// - Parameter samples: At least one.
  init(_ name: String, unit: String, _ samples: [Double], digest: String? = nil) {
    let sorted = samples.sorted()
    self.name = name
    self.unit = unit
    median = sorted[sorted.count / 2]
    min = sorted[0]
    max = sorted[sorted.count - 1]
    runs = samples.count
    self.digest = digest
  }

  /// This figure beside another one of the same unit.
  func compared(with other: Figure) -> Figure {
    var figure = self
    figure.peer = other.name
    figure.peerMedian = other.median
    figure.ratio = other.median == 0 ? nil : median / other.median
    return figure
  }

  func aiming(at aim: Double) -> Figure {
    var figure = self
    figure.aim = aim
    return figure
  }

  func aiming(above aim: Double) -> Figure {
    var figure = aiming(at: aim)
    figure.isRate = true
    return figure
  }
}

/// The figures of one run as text.
enum Report {
  static func json(_ figures: [Figure]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(figures), as: UTF8.self)
  }

  static func table(_ figures: [Figure]) -> String {
    let header = ["figure", "median", "min", "max", "unit", "runs", "of its peer", "aim", "digest"]
    let rows = figures.map { figure in
      [
        figure.name, number(figure.median), number(figure.min), number(figure.max), figure.unit, String(figure.runs),
        figure.ratio.map { "\(number($0)) × \(figure.peer ?? "")" } ?? "",
        figure.aim.map { "\(figure.isRate ? ">" : "<") \(number($0))" } ?? "",
        figure.digest ?? "",
      ]
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let numeric = 1...3
    return ([header] + rows).map { row in
      let cells = zip(row.indices, row).map { column, text in
        let padding = String(repeating: " ", count: widths[column] - text.count)
        return numeric.contains(column) ? padding + text : text + padding
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// Three significant digits, no exponent.
  private static func number(_ value: Double) -> String {
    let magnitude = abs(value)
    let places = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3
    return String(format: "%.\(places)f", value)
  }
}

/// How long `work` takes, in seconds, and its result.
func timed<Result>(_ work: () throws -> Result) rethrows -> (seconds: Double, result: Result) {
  let start = ContinuousClock.now
  let result = try work()
  return ((ContinuousClock.now - start) / .seconds(1), result)
}

/// FNV-1a of a text, in hexadecimal.
func digest(of text: String) -> String {
  let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  return String(hash >> 32, radix: 16)
}
