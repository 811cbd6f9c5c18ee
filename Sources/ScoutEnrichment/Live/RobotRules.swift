/// What a host's `robots.txt` allows. The longest rule that fits decides; between equals the one that allows.
/// Source: RFC 9309, <https://www.rfc-editor.org/rfc/rfc9309>
public struct RobotRules: Hashable, Sendable {
  private struct Rule: Hashable {
    var isAllowed: Bool
    var pattern: [UInt8]
  }

  private var rules: [Rule] = []
  /// Seconds between two requests, where the file asks for that.
  public private(set) var delay: Int?

  public static let allowAll = RobotRules()
  public static let disallowAll: RobotRules = {
    var rules = RobotRules()
    rules.rules = [Rule(isAllowed: false, pattern: [0x2F])]
    return rules
  }()

  private init() {}

  /// Reads the groups of `agent`, or without one those of `*`; at most half a megabyte counts.
  public init(_ bytes: [UInt8], agent: String) {
    let text = String(decoding: bytes.prefix(512 << 10), as: UTF8.self)
    let agent = agent.lowercased()
    var own = RobotRules()
    var general = RobotRules()
    var (isOwn, isGeneral, wasAgent, hasOwn) = (false, false, false, false)
    for line in text.split(whereSeparator: \.isNewline).prefix(20_000) {
      let line = line.prefix { $0 != "#" }
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = String(line[..<colon]).collapsingWhitespace().lowercased()
      let value = String(line[line.index(after: colon)...]).collapsingWhitespace()
      switch key {
      case "user-agent":
        if !wasAgent { (isOwn, isGeneral) = (false, false) }
        wasAgent = true
        if value == "*" { isGeneral = true }
        if value.lowercased() == agent { (isOwn, hasOwn) = (true, true) }
      case "allow", "disallow":
        wasAgent = false
        // An empty rule says nothing.
        guard !value.isEmpty, value.utf8.count <= 2048 else { continue }
        let rule = Rule(isAllowed: key == "allow", pattern: Array(value.utf8))
        if isOwn { own.rules.append(rule) }
        if isGeneral { general.rules.append(rule) }
      case "crawl-delay":
        wasAgent = false
        guard let seconds = Int(value.prefix { $0 != "." }), (0...3600).contains(seconds) else { continue }
        if isOwn { own.delay = seconds }
        if isGeneral { general.delay = seconds }
      default: wasAgent = false
      }
    }
    self = hasOwn ? own : general
  }

  /// Whether a path with its query may be fetched.
  public func allows(_ target: String) -> Bool {
    let target = Array(target.utf8)
    if target == Array("/robots.txt".utf8) { return true }
    var best: Rule?
    for rule in rules where Self.fits(rule.pattern, target) {
      guard let known = best else {
        best = rule
        continue
      }
      if rule.pattern.count > known.pattern.count || rule.pattern.count == known.pattern.count && rule.isAllowed {
        best = rule
      }
    }
    return best?.isAllowed ?? true
  }

  /// `*` stands for anything, `$` at the end for the end.
  private static func fits(_ pattern: [UInt8], _ target: [UInt8]) -> Bool {
    let isAnchored = pattern.last == 0x24
    let pattern = isAnchored ? Array(pattern.dropLast()) : pattern
    var (p, t, star, mark) = (0, 0, -1, 0)
    // Going back only to the last star keeps this at pattern × target.
    while t < target.count {
      if p < pattern.count, pattern[p] == 0x2A {
        star = p
        mark = t
        p += 1
      } else if p < pattern.count, pattern[p] == target[t] {
        p += 1
        t += 1
      } else if p == pattern.count, !isAnchored {
        return true
      } else if star >= 0 {
        mark += 1
        p = star + 1
        t = mark
      } else {
        return false
      }
    }
    while p < pattern.count, pattern[p] == 0x2A { p += 1 }
    return p == pattern.count
  }
}
