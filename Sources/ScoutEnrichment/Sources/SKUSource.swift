import PostgresDialect

/// What a job asks a source for: `{"brand": "Alaska", "region": "PH", "urls": ["https://…"]}`.
public struct SKURequest: Hashable, Sendable {
  public var brand: String
  public var region: String
  /// Pages to read; empty leaves it to the source where to look.
  public var pages: [String]

  public init(brand: String, region: String = "PH", pages: [String] = []) {
    self.brand = brand
    self.region = region
    self.pages = pages
  }

  /// Reads a job's payload.
  ///
  /// - Returns: Nil when it names no brand.
  public init?(payload: String) {
    var payload = payload
    let parts = payload.withUTF8 { bytes -> (String?, String?, [String]) in
      func text(_ key: String) -> String? {
        let part = try? JSONText.part(of: bytes, at: .key(key))
        return part?.text
      }
      var pages = ["url", "page"].compactMap(text)
      if var list = (try? JSONText.part(of: bytes, at: .key("urls")))?.json {
        pages += list.withUTF8 { bytes -> [String] in
          guard let count = JSONText.elementCount(bytes) else { return [] }
          return (0..<min(count, 100)).compactMap { (try? JSONText.part(of: bytes, at: .index($0)))?.text }
        }
      }
      return (text("brand"), text("region"), pages)
    }
    guard let brand = parts.0?.collapsingWhitespace(), !brand.isEmpty else { return nil }
    self.init(brand: brand, region: parts.1 ?? "PH", pages: parts.2)
  }
}

/// What a source found.
public struct SourceAnswer: Hashable, Sendable {
  public var products: [ExtractedProduct]
  /// What was left out, and why.
  public var warnings: [String]

  public init(products: [ExtractedProduct], warnings: [String] = []) {
    self.products = products
    self.warnings = warnings
  }
}

/// Why a source gave no answer.
public enum SourceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No attempt can succeed.
  case permanent(String)
  /// Another attempt may succeed, not before that wait.
  case temporary(String, retryAfter: Duration)
  /// The host wants to be left alone for a while: the attempt does not count.
  case busy(host: String, retryAfter: Duration)

  public var description: String {
    switch self {
    case .permanent(let reason), .temporary(let reason, _): reason
    case .busy(let host, let wait): "\(host) asks to wait \(wait.components.seconds) s"
    }
  }
}

/// Where SKUs come from.
public protocol SKUSource: Sendable {
  /// Written into what was found: `catalogue`, `pages`, `live`.
  var name: String { get }

  /// The products of a brand.
  ///
  /// - Throws: ``SourceError``; anything else counts as temporary.
  func products(for request: SKURequest) async throws -> SourceAnswer
}
