/// Draws tables for people: aligned by display width, cut to the terminal, with nothing in them that a terminal obeys.
///
/// ```swift
/// let options = TerminalTable(width: Terminal.width(1), style: Style(environment: environment, isTerminal: true))
/// print(options.text(of: table), terminator: "")
/// ```
public struct TerminalTable: Hashable, Sendable {
  /// The lines around the cells.
  public enum Border: Hashable, Sendable {
    /// Box-drawing characters.
    case box
    /// `-`, `+` and `|` between cells only, as psql draws them.
    case ascii
  }

  /// When each row becomes a record of its own, one column per line (psql's `\x`).
  public enum Expansion: Hashable, Sendable {
    case never, always
    /// When the columns do not fit the width even in their shortest form.
    case whenTooWide
  }

  /// The lines around the cells.
  public var border: Border
  /// When each row becomes a record of its own.
  public var expansion: Expansion
  /// The columns of the terminal; nil means that nothing is cut.
  public var width: Int?
  /// What stands for null.
  public var nullText: String
  /// Whether the number of rows is told below the table.
  public var showsRowCount: Bool
  /// Colours and weights.
  public var style: Style

  public init(
    border: Border = .box, expansion: Expansion = .whenTooWide, width: Int? = nil, nullText: String = "∅",
    showsRowCount: Bool = true, style: Style = .plain
  ) {
    self.border = border
    self.expansion = expansion
    self.width = width
    self.nullText = nullText
    self.showsRowCount = showsRowCount
    self.style = style
  }

  /// `table` as lines of text, each ending in a newline.
  public func text(of table: Table) -> String {
    var lines: [String] = []
    if let caption = table.caption { lines += TerminalText.lines(of: caption).map { style(cut($0), .bold) } }
    if !table.columns.isEmpty {
      let grid = Grid(table, nullText: nullText)
      switch expansion {
      case .always: lines += records(grid)
      case .never: lines += rows(grid, widths: widths(of: grid) ?? grid.shortestWidths)
      case .whenTooWide:
        if let widths = widths(of: grid) { lines += rows(grid, widths: widths) } else { lines += records(grid) }
      }
    }
    if showsRowCount {
      lines.append(style("(\(humanCount(table.rows.count)) \(table.rows.count == 1 ? "row" : "rows"))", .dim))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func cut(_ line: String) -> String {
    width.map { DisplayWidth.truncated(line, to: $0) } ?? line
  }

  // MARK: - Widths

  /// The width of each column so that a row fits, or nil when none does.
  ///
  /// Text gives way before numbers: a number without its last digits misleads more than a shortened name.
  private func widths(of grid: Grid) -> [Int]? {
    guard let width else { return grid.naturalWidths }
    let frame = border == .box ? 3 * grid.columns.count + 1 : 3 * grid.columns.count - 1
    let room = width - frame
    let natural = grid.naturalWidths
    guard natural.reduce(0, +) > room else { return natural }
    let shortest = grid.shortestWidths
    let numbersKept = zip(grid.columns, zip(natural, shortest))
      .map { $0.alignment == .trailing ? $1.0 : $1.1 }
    return Self.fit(natural, notBelow: numbersKept, into: room) ?? Self.fit(natural, notBelow: shortest, into: room)
  }

  /// The natural widths with the largest common upper bound under which their sum fits `room`.
  ///
  /// - Returns: Nil when even `minimum` does not fit.
  static func fit(_ natural: [Int], notBelow minimum: [Int], into room: Int) -> [Int]? {
    func bounded(by bound: Int) -> [Int] { zip(natural, minimum).map { max($1, min($0, bound)) } }
    guard minimum.reduce(0, +) <= room else { return nil }
    var low = 0
    var high = natural.max() ?? 0
    while low < high {
      let middle = (low + high + 1) / 2
      if bounded(by: middle).reduce(0, +) <= room { low = middle } else { high = middle - 1 }
    }
    var widths = bounded(by: low)
    // What the last step of the bound left over goes to the first columns that can use it.
    var rest = room - widths.reduce(0, +)
    for column in widths.indices where rest > 0 && widths[column] < natural[column] {
      widths[column] += 1
      rest -= 1
    }
    return widths
  }

  // MARK: - Rows

  private func rows(_ grid: Grid, widths: [Int]) -> [String] {
    let headings = grid.columns.map { Cell(lines: [$0.name], isNull: false) }
    var lines: [String] = []
    if border == .box { lines.append(rule("┌─", "─┬─", "─┐", widths)) }
    lines += row(headings, grid.columns, widths) { style($0, .bold) }
    lines.append(border == .box ? rule("├─", "─┼─", "─┤", widths) : rule("-", "-+-", "-", widths))
    for cells in grid.rows { lines += row(cells, grid.columns, widths) { $0 } }
    if border == .box { lines.append(rule("└─", "─┴─", "─┘", widths)) }
    return lines
  }

  private func rule(_ start: String, _ middle: String, _ end: String, _ widths: [Int]) -> String {
    let dash = border == .box ? "─" : "-"
    return style(start + widths.map { String(repeating: dash, count: $0) }.joined(separator: middle) + end, .dim)
  }

  /// The lines of one row: as many as its tallest cell has.
  private func row(
    _ cells: [Cell], _ columns: [Grid.Column], _ widths: [Int], decorate: (String) -> String
  ) -> [String] {
    let height = cells.map(\.lines.count).max() ?? 1
    let bar = style(border == .box ? "│" : "|", .dim)
    return (0..<height).map { line in
      var parts: [String] = []
      for (column, cell) in cells.enumerated() {
        let text = line < cell.lines.count ? DisplayWidth.truncated(cell.lines[line], to: widths[column]) : ""
        let blanks = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(text)))
        let shown = cell.isNull ? style(text, .dim) : decorate(text)
        parts.append(columns[column].alignment == .leading ? shown + blanks : blanks + shown)
      }
      let content = parts.joined(separator: " \(bar) ")
      guard border == .ascii else { return "\(bar) \(content) \(bar)" }
      // Without a frame at the right, blanks there would only get in the way of copying and comparing.
      return " "
        + content.prefix(upTo: content.lastIndex { $0 != " " }.map(content.index(after:)) ?? content.startIndex)
    }
  }

  // MARK: - Records

  private func records(_ grid: Grid) -> [String] {
    // Half of the room at most goes to the names, and each side keeps something.
    let longestName = grid.columns.map { DisplayWidth.of($0.name) }.max() ?? 0
    let nameWidth = min(longestName, max(1, ((width ?? Int.max) - 3) / 2))
    let dash = border == .box ? "─" : "-"
    var lines: [String] = []
    for (position, cells) in grid.rows.enumerated() {
      let title = "\(dash)[ record \(humanCount(position + 1)) ]"
      let rule = title + String(repeating: dash, count: max(0, min(40, width ?? 40) - DisplayWidth.of(title)))
      lines.append(style(cut(rule), .dim))
      for (column, cell) in zip(grid.columns, cells) {
        lines += record(column.name, cell, nameWidth: nameWidth)
      }
    }
    return lines
  }

  /// One column of a record: its name beside the first line of its value.
  private func record(_ name: String, _ cell: Cell, nameWidth: Int) -> [String] {
    let bar = style(border == .box ? "│" : "|", .dim)
    let heading = DisplayWidth.truncated(name, to: nameWidth)
    let blanks = String(repeating: " ", count: max(0, nameWidth - DisplayWidth.of(heading)))
    return cell.lines.enumerated().map { line, text in
      let start = line == 0 ? style(heading, .bold) + blanks : String(repeating: " ", count: nameWidth)
      let shown = width.map { DisplayWidth.truncated(text, to: max(1, $0 - nameWidth - 3)) } ?? text
      guard !shown.isEmpty else { return "\(start) \(bar)" }
      return "\(start) \(bar) " + (cell.isNull ? style(shown, .dim) : shown)
    }
  }
}

/// One value as lines that a terminal may show.
struct Cell {
  var lines: [String]
  var isNull: Bool
}

/// A table's cells as lines, and how wide its columns want to be.
struct Grid {
  struct Column {
    var name: String
    var alignment: Table.Alignment
  }

  /// A column never gets narrower than this, so that `…` still has company.
  static let narrowestColumn = 4

  let columns: [Column]
  let rows: [[Cell]]
  /// The width of each column's widest line.
  let naturalWidths: [Int]

  /// The least each column can do with.
  var shortestWidths: [Int] { naturalWidths.map { min($0, Self.narrowestColumn) } }

  init(_ table: Table, nullText: String) {
    columns = table.columns.map { Column(name: TerminalText.line(of: $0.name), alignment: $0.alignment) }
    let null = Cell(lines: [TerminalText.line(of: nullText)], isNull: true)
    rows = table.rows.map { row in
      table.columns.indices.map { column in
        guard column < row.count, let text = row[column] else { return null }
        return Cell(lines: TerminalText.lines(of: text), isNull: false)
      }
    }
    var widths = columns.map { DisplayWidth.of($0.name) }
    for row in rows {
      for (column, cell) in row.enumerated() {
        for line in cell.lines { widths[column] = max(widths[column], DisplayWidth.of(line)) }
      }
    }
    naturalWidths = widths
  }
}
