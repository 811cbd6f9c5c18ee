/// Spans of time in lanes under a common axis, as a picture: the incidents of a backtest, for one.
///
/// ```swift
/// let chart = TimelineChart(title: "sales_drop", from: 0, to: 60, marks: [(0, "00:00")], lanes: [
///   .init(label: "NCR", spans: [.init(from: 10, to: 20, title: "0.4 of the usual")])
/// ])
/// try chart.svg().write(toFile: "sales_drop.svg", atomically: true, encoding: .utf8)
/// ```
///
/// The same value gives the same bytes. All texts are escaped. Times are of any unit and origin.
public struct TimelineChart: Sendable {
  public struct Span: Hashable, Sendable {
    public var from: Int64
    /// Nil: it goes on at the chart's end.
    public var to: Int64?
    /// What a reader sees who points at it.
    public var title: String

    public init(from: Int64, to: Int64?, title: String) {
      self.from = from
      self.to = to
      self.title = title
    }
  }

  public struct Lane: Hashable, Sendable {
    public var label: String
    public var spans: [Span]
    /// What is known to have happened: drawn behind the spans.
    public var expected: [Span]

    public init(label: String, spans: [Span], expected: [Span] = []) {
      self.label = label
      self.spans = spans
      self.expected = expected
    }
  }

  public var title: String
  public var from: Int64
  public var to: Int64
  /// Vertical lines with their labels.
  public var marks: [(time: Int64, label: String)]
  public var lanes: [Lane]

  public init(title: String, from: Int64, to: Int64, marks: [(time: Int64, label: String)], lanes: [Lane]) {
    self.title = title
    self.from = from
    self.to = to
    self.marks = marks
    self.lanes = lanes
  }

  private static let left = 220
  private static let plot = 720
  private static let laneHeight = 22
  private static let top = 34
  /// Further lanes are counted instead of drawn.
  public static let mostLanes = 200
  private static let mostLabels = 12

  /// An SVG document of its own, 960 wide, which a page may also hold inline.
  public func svg() -> String {
    let shown = lanes.prefix(Self.mostLanes)
    let bottom = Self.top + max(shown.count, 1) * Self.laneHeight
    let height = bottom + (lanes.count > shown.count ? 44 : 26)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="960" height="\(height)" viewBox="0 0 960 \(height)" role="img" \
      font-family="sans-serif" font-size="12">
      <title>\(escaped(title))</title>
      <text x="8" y="20" font-size="14">\(escaped(title))</text>

      """
    let every = max((marks.count + Self.mostLabels - 1) / Self.mostLabels, 1)
    for (index, mark) in marks.enumerated() where mark.time >= from && mark.time <= to {
      let x = place(mark.time)
      text += "<line x1=\"\(x)\" y1=\"\(Self.top)\" x2=\"\(x)\" y2=\"\(bottom)\" stroke=\"#ddd\"/>\n"
      if index % every == 0 {
        text += "<text x=\"\(x)\" y=\"\(bottom + 16)\" text-anchor=\"middle\">\(escaped(mark.label))</text>\n"
      }
    }
    for (index, lane) in shown.enumerated() {
      let y = Self.top + index * Self.laneHeight
      text += "<text x=\"8\" y=\"\(y + 15)\">\(escaped(shortened(lane.label)))</text>\n"
      for span in lane.expected { text += rectangle(span, y + 1, Self.laneHeight - 2, "#cfe3f7") }
      for span in lane.spans { text += rectangle(span, y + 5, Self.laneHeight - 10, "#c0392b") }
    }
    if shown.isEmpty { text += "<text x=\"\(Self.left)\" y=\"\(Self.top + 15)\">no incidents</text>\n" }
    if lanes.count > shown.count {
      text += "<text x=\"8\" y=\"\(bottom + 34)\">and \(lanes.count - shown.count) more</text>\n"
    }
    return text + "</svg>\n"
  }

  /// A page with the picture.
  public func html() -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head><meta charset="utf-8"><title>\(escaped(title))</title></head>
    <body>
    \(svg())</body>
    </html>

    """
  }

  private func rectangle(_ span: Span, _ y: Int, _ height: Int, _ color: String) -> String {
    let end = span.to ?? to
    guard end >= from, span.from <= to else { return "" }
    let x = place(max(span.from, from))
    let width = max(place(min(end, to)) - x, 2)
    return "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(color)\">"
      + "<title>\(escaped(span.title))</title></rect>\n"
  }

  private func place(_ time: Int64) -> Int {
    guard to > from else { return Self.left }
    return Self.left + Int((Double(time - from) / Double(to - from) * Double(Self.plot)).rounded())
  }

  private func shortened(_ label: String) -> String { label.count > 32 ? label.prefix(31) + "…" : label }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // XML has no other control characters.
      case _ where character.value < 0x20 || character.value == 0xFFFE || character.value == 0xFFFF: result += " "
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
