/// A text with places for values: `Demand for {brand} is {value} times the usual`.
///
/// A brace that is meant as such is doubled.
public struct MessageTemplate: Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case text(String)
    case place(String)
  }

  /// The template as it is written.
  public let source: String
  private let pieces: [Piece]

  /// - Throws: ``MessageTemplateError`` for a brace without its partner, and for braces around nothing.
  public init(_ source: String) throws(MessageTemplateError) {
    self.source = source
    var pieces: [Piece] = []
    var text = ""
    var index = source.startIndex
    while index < source.endIndex {
      let character = source[index]
      let next = source.index(after: index)
      guard character == "{" || character == "}" else {
        text.append(character)
        index = next
        continue
      }
      if next < source.endIndex, source[next] == character {
        text.append(character)
        index = source.index(after: next)
        continue
      }
      let offset = source.distance(from: source.startIndex, to: index)
      guard character == "{", let end = source[next...].firstIndex(where: { $0 == "}" || $0 == "{" }),
        source[end] == "}"
      else { throw MessageTemplateError(offset: offset, kind: .unpaired(character)) }
      guard next < end else { throw MessageTemplateError(offset: offset, kind: .empty) }
      if !text.isEmpty { pieces.append(.text(text)) }
      text = ""
      pieces.append(.place(String(source[next..<end])))
      index = source.index(after: end)
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    self.pieces = pieces
  }

  /// The names between braces in order, with the offset of each in characters.
  public var places: [(name: String, offset: Int)] {
    var places: [(name: String, offset: Int)] = []
    var start = source.startIndex
    for case .place(let name) in pieces {
      guard let brace = source[start...].firstRange(of: "{\(name)}") else { continue }
      places.append((name, source.distance(from: source.startIndex, to: brace.lowerBound) + 1))
      start = brace.upperBound
    }
    return places
  }

  /// The text with its values; a place without a value keeps its braces, so that the slip is seen.
  public func rendered(_ value: (String) -> String?) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .place(let name): value(name) ?? "{\(name)}"
      }
    }.joined()
  }
}

/// Why a text is no template.
public struct MessageTemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    case unpaired(Character)
    case empty
  }

  /// Where, in characters from the start.
  public var offset: Int
  public var kind: Kind

  public var description: String {
    switch kind {
    case .unpaired(let brace):
      "the brace \"\(brace)\" has no partner; write \"\(brace)\(brace)\" for the character itself"
    case .empty: "the braces hold no column name"
    }
  }
}
