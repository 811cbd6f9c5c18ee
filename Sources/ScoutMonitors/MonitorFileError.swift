/// One thing that is wrong in a monitor's file.
public struct MonitorFileProblem: Hashable, Sendable, CustomStringConvertible {
  public var file: String
  /// From 1.
  public var line: Int
  /// From 1, in characters.
  public var column: Int
  public var message: String
  /// What the author may have meant.
  public var suggestion: String?

  public var description: String {
    let place = "\(file):\(line):\(column): \(message)"
    return suggestion.map { "\(place); did you mean \"\($0)\"?" } ?? place
  }
}

/// Everything that is wrong in the monitors' files, in their order.
public struct MonitorFileError: Error, Hashable, Sendable, CustomStringConvertible {
  public var problems: [MonitorFileProblem]

  /// How many problems the text names; the rest is counted.
  static let shownProblems = 20

  public var description: String {
    var lines = problems.prefix(Self.shownProblems).map(\.description)
    if problems.count > Self.shownProblems { lines.append("… and \(problems.count - Self.shownProblems) more") }
    return lines.joined(separator: "\n")
  }
}
