/// An `http` or `https` address, as far as fetching needs its parts.
/// Source: RFC 3986, <https://www.rfc-editor.org/rfc/rfc3986>
public struct WebAddress: Hashable, Sendable, CustomStringConvertible {
  public var scheme: String
  /// In lower case; an IPv6 address without its brackets.
  public var host: String
  /// Nil: the scheme's own.
  public var port: Int?
  /// Path and query, beginning with a slash.
  public var target: String

  /// - Returns: Nil for anything but `http` and `https`, for one with a user name in it, and for control characters.
  public init?(_ text: String) {
    let text = text.collapsingWhitespace()
    guard text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
      let colon = text.firstRange(of: "://")
    else { return nil }
    scheme = text[..<colon.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = text[colon.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" || $0 == "\\" } ?? rest.endIndex
    var authority = rest[..<end]
    // A user name is how one address is made to look like another.
    guard !authority.contains("@") else { return nil }
    port = nil
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<close].lowercased()
      authority = authority[authority.index(after: close)...]
    } else {
      let stop = authority.firstIndex(of: ":") ?? authority.endIndex
      host = authority[..<stop].lowercased()
      authority = authority[stop...]
    }
    if authority.hasPrefix(":") {
      guard let number = Int(authority.dropFirst()), (1...65_535).contains(number) else { return nil }
      port = number
    } else if !authority.isEmpty {
      return nil
    }
    while host.hasSuffix(".") { host.removeLast() }
    guard !host.isEmpty else { return nil }
    let tail = rest[end...].prefix { $0 != "#" }
    target = tail.isEmpty ? "/" : tail.hasPrefix("/") ? String(tail) : "/" + tail
  }

  public var effectivePort: Int { port ?? (scheme == "https" ? 443 : 80) }

  /// Scheme, host and port.
  public var origin: String {
    "\(scheme)://\(host.contains(":") ? "[\(host)]" : host)\(port.map { ":\($0)" } ?? "")"
  }

  public var description: String { origin + target }

  /// The address that a `Location` on this page leads to.
  public func resolving(_ location: String) -> WebAddress? {
    let location = location.collapsingWhitespace()
    if location.contains("://") { return WebAddress(location) }
    if location.hasPrefix("//") { return WebAddress(scheme + ":" + location) }
    if location.hasPrefix("/") { return WebAddress(origin + location) }
    if location.hasPrefix("?") { return WebAddress(origin + String(target.prefix { $0 != "?" }) + location) }
    // `javascript:` and the like have a colon before any slash.
    if let colon = location.firstIndex(of: ":"), !location[..<colon].contains("/") { return nil }
    let path = target.prefix { $0 != "?" }
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return WebAddress(origin + path[...slash] + location)
  }
}
