/// Colours and weights for a terminal, or none of them; a value that each renderer is given.
public struct Style: Hashable, Sendable {
  /// Whether control sequences are written.
  public var isEnabled: Bool

  /// No control sequences: for files, pipes and tests.
  public static let plain = Style(isEnabled: false)
  /// Control sequences of ECMA-48, which every terminal in use understands.
  public static let ansi = Style(isEnabled: true)

  public init(isEnabled: Bool) { self.isEnabled = isEnabled }

  /// The style for an output, as its user wants it.
  ///
  /// It is plain when the output is no terminal, when `NO_COLOR` is set and not empty (<https://no-color.org>), and when
  /// `TERM` is `dumb`, empty or not set.
  public init(environment: [String: String], isTerminal: Bool) {
    let terminal = environment["TERM"] ?? ""
    isEnabled = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && !terminal.isEmpty && terminal != "dumb"
  }

  /// A colour or weight.
  public enum Attribute: Int, CaseIterable, Hashable, Sendable {
    // The raw values are the parameters of ECMA-48's "select graphic rendition".
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case magenta = 35
    case cyan = 36
  }

  /// `text` with `attributes`; without any, or when the style is plain, as it is.
  public func callAsFunction(_ text: String, _ attributes: Attribute...) -> String {
    guard isEnabled && !attributes.isEmpty && !text.isEmpty else { return text }
    let parameters = attributes.map { String($0.rawValue) }.joined(separator: ";")
    return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
  }
}
