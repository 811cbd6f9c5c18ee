/// Tells how far a long piece of work has come: one line redrawn in place on a terminal, now and then a line elsewhere.
///
/// ```swift
/// var progress = ProgressReporter("ingest", totalBytes: fileSize, display: .redrawn(width: 80), clock: clock) { text in
///   standardError.write(text)
/// }
/// progress.update(rows: 10_000, bytes: 1_200_000)
/// progress.finish()
/// ```
///
/// The last line is the same in both displays, and depends only on the last update and the time of ``finish(_:)``.
public struct ProgressReporter: Sendable {
  /// Where the lines go.
  public enum Display: Hashable, Sendable {
    /// A terminal of `width` columns that knows the ECMA-48 sequence to erase a line.
    case redrawn(width: Int)
    /// A file, a pipe or a simple terminal: at most one line every so many seconds.
    case lines(everySeconds: Double)
    /// Nothing is written.
    case silent
  }

  /// How the work ended.
  public enum Outcome: Hashable, Sendable {
    case completed, stopped
  }

  /// How often a terminal line is drawn anew at most, in seconds: faster than that nobody reads.
  private static let redrawSeconds = 0.1
  private static let barWidth = 20

  private let label: String
  private let unit: String
  private let totalRows: Int?
  private let totalBytes: Int?
  private let display: Display
  private let style: Style
  private let clock: @Sendable () -> Double
  private let sink: @Sendable (String) -> Void

  private let start: Double
  private var lastShown: Double?
  private var rows = 0
  private var bytes = 0
  private var isFinished = false

  /// Starts the clock; nothing is written yet.
  ///
  /// - Parameters:
  ///   - label: What is being done.
  ///   - unit: What a row is called: one of them.
  ///   - totalRows: How many rows there will be, when that is known and `totalBytes` is not.
  ///   - totalBytes: How many bytes there will be; nil for a pipe, whose length nobody knows. A total of zero or less
  ///     counts as unknown.
  ///   - display: Where the lines go.
  ///   - style: Colours of the bar.
  ///   - clock: Seconds since any fixed moment.
  ///   - sink: Takes the text to write, with its line ends and control sequences.
  public init(
    _ label: String, unit: String = "row", totalRows: Int? = nil, totalBytes: Int? = nil, display: Display,
    style: Style = .plain,
    clock: @escaping @Sendable () -> Double, sink: @escaping @Sendable (String) -> Void
  ) {
    self.label = TerminalText.line(of: label)
    self.unit = unit
    self.totalRows = totalRows.flatMap { $0 > 0 ? $0 : nil }
    self.totalBytes = totalBytes.flatMap { $0 > 0 ? $0 : nil }
    self.display = display
    self.style = style
    self.clock = clock
    self.sink = sink
    self.start = clock()
  }

  /// Notes how much has been done since the start, and shows it if the last line is old enough.
  ///
  /// - Parameters:
  ///   - rows: All rows so far.
  ///   - bytes: All bytes so far; 0 when the work is not measured in bytes.
  public mutating func update(rows: Int, bytes: Int = 0) {
    guard !isFinished else { return }
    self.rows = max(0, rows)
    self.bytes = max(0, bytes)
    let now = clock()
    switch display {
    case .silent: break
    case .redrawn(let width):
      guard lastShown.map({ now - $0 >= Self.redrawSeconds }) ?? true else { return }
      lastShown = now
      // The last column stays free, since some terminals wrap as soon as it is filled.
      sink("\r\u{1B}[2K" + line(at: now, width: max(0, width - 1)))
    case .lines(let seconds):
      guard now - (lastShown ?? start) >= seconds else { return }
      lastShown = now
      sink(line(at: now, width: nil) + "\n")
    }
  }

  /// Writes the last line; later calls do nothing.
  public mutating func finish(_ outcome: Outcome = .completed) {
    guard !isFinished else { return }
    isFinished = true
    let elapsed = max(0, clock() - start)
    var parts = amounts
    let verb = outcome == .completed ? "" : "stopped after "
    parts[0] = verb + parts[0]
    parts[parts.count - 1] += " in \(duration(elapsed))"
    let text = ([label] + parts + rates(over: elapsed)).joined(separator: "  ") + "\n"
    switch display {
    case .silent: break
    case .redrawn: sink("\r\u{1B}[2K" + text)
    case .lines: sink(text)
    }
  }

  // MARK: - Parts of a line

  /// How much is done, from 0 to 1, or nil when the total is unknown.
  private var fraction: Double? {
    if let totalBytes { return min(1, Double(bytes) / Double(totalBytes)) }
    if let totalRows { return min(1, Double(rows) / Double(totalRows)) }
    return nil
  }

  private var amounts: [String] {
    let rowText = "\(humanCount(rows)) \(unit)\(rows == 1 ? "" : "s")"
    return bytes > 0 ? [rowText, humanBytes(bytes)] : [rowText]
  }

  private func rates(over elapsed: Double) -> [String] {
    // Over less than a millisecond a rate is noise.
    guard elapsed >= 0.001 else { return [] }
    func perSecond(_ amount: Int) -> Int { Int(exactly: (Double(amount) / elapsed).rounded()) ?? Int.max }
    let rowRate = "\(humanCount(perSecond(rows))) \(unit)s/s"
    return bytes > 0 ? [rowRate, "\(humanBytes(perSecond(bytes)))/s"] : [rowRate]
  }

  private func duration(_ seconds: Double) -> String {
    // A hundred years are further off than any estimate deserves, and well inside what Duration can hold.
    humanDuration(.seconds(min(seconds, 3.2e9)))
  }

  private func line(at now: Double, width: Int?) -> String {
    let elapsed = max(0, now - start)
    var parts = [label]
    var bar = ""
    if let fraction {
      let filled = Int(fraction * Double(Self.barWidth))
      bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barWidth - filled)
      if case .redrawn = display { parts.append(bar) }
      parts.append("\(Int(fraction * 100))%")
    }
    parts += amounts + rates(over: elapsed)
    if let fraction, fraction > 0, fraction < 1, elapsed >= 1 {
      parts.append("\(duration(elapsed / fraction - elapsed)) left")
    } else if fraction == nil {
      parts.append(duration(elapsed))
    }
    let text = parts.joined(separator: "  ")
    guard let width else { return text }
    let cut = DisplayWidth.truncated(text, to: width)
    guard !bar.isEmpty, let place = cut.firstRange(of: bar) else { return cut }
    return cut[..<place.lowerBound] + style(bar, .green) + cut[place.upperBound...]
  }
}
