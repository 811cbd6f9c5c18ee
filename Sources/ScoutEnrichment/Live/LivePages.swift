import PostgresDialect
import ScoutStorage

/// Pages of shops, fetched politely and carefully.
///
/// Only hosts of an allow-list; no address on a private network unless that is allowed; `robots.txt` obeyed; ETag and
/// Last-Modified sent back, so that an unchanged page costs nothing; a bounded number of redirects, each checked like the
/// first address, none from https to http; bounded in size and time; 429 and 503 honoured with their `Retry-After`; no
/// more pages a second of one host than it may be asked for.
public actor LivePages: SKUSource {
  public struct Configuration: Sendable {
    /// `shop.example` is this host, `.shop.example` every host below it too.
    public var allowedHosts: [String]
    public var allowsPrivateNetworks = false
    /// Pages of a job that names none; `{brand}` stands for the brand.
    public var templates: [String] = []
    /// The word by which `robots.txt` knows us, and how we call ourselves.
    public var agent = "scout"
    public var userAgent = "scout/0.1 (SKU enrichment)"
    public var maximumRedirects = 5
    public var maximumBytes = 8 << 20
    public var timeout: Duration = .seconds(20)
    /// How long to wait when a host asks for patience without saying how much.
    public var defaultRetryAfter: Duration = .seconds(60)
    /// A host that asks for more is asked again after this.
    public var maximumRetryAfter: Duration = .seconds(86_400)
    public var robotsLifetime: Duration = .seconds(86_400)
    /// How many pages of one host are fetched, whatever jobs ask for them; its `Crawl-delay` counts where that is
    /// slower. Nil: as many as there are jobs for.
    public var hostRate: RateLimit?
    /// A page whose turn is further off is left to a later attempt.
    public var longestWait: Duration = .seconds(10)
    /// Waits for a host's turn; tests inject one that does not.
    public var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// How many pages are remembered for conditional requests.
    public var rememberedPages = 10_000

    public init(allowedHosts: [String]) { self.allowedHosts = allowedHosts }
  }

  private struct Remembered {
    var etag: String?
    var lastModified: String?
    var products: [ExtractedProduct]
  }

  public nonisolated let name = "live"
  private let configuration: Configuration
  private let transport: any HTTPTransport
  private let extractor: PageExtractor
  private let clock: EngineClock
  private var robots: [String: (rules: RobotRules, until: Timestamp)] = [:]
  private var pages: [String: Remembered] = [:]
  private var busyUntil: [String: Timestamp] = [:]
  private var buckets: [String: TokenBucket] = [:]

  public init(
    configuration: Configuration, transport: any HTTPTransport, extractor: PageExtractor = PageExtractor(),
    clock: EngineClock
  ) {
    self.configuration = configuration
    self.transport = transport
    self.extractor = extractor
    self.clock = clock
  }

  /// The build's transport: with TLS under the trait `LivePages`, else without.
  public static var transport: any HTTPTransport {
    #if LivePages
      HTTPClientTransport()
    #else
      SocketTransport()
    #endif
  }

  public func products(for request: SKURequest) async throws -> SourceAnswer {
    let pages = request.pages.isEmpty ? configuration.templates.map { expand($0, request.brand) } : request.pages
    guard !pages.isEmpty else { throw SourceError.permanent("the job names no page, and there is no template for one") }
    var answer = SourceAnswer(products: [])
    for page in pages {
      let products = try await products(page: page)
      answer.products += request.pages.isEmpty ? products.filter { BrandKey.isOf(request.brand, $0) } : products
    }
    return answer
  }

  private func expand(_ template: String, _ brand: String) -> String {
    var encoded = ""
    for byte in brand.utf8 {
      if byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x2D || byte == 0x2E || byte == 0x5F {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return template.replacing("{brand}", with: encoded)
  }

  // MARK: One page

  private func products(page: String) async throws -> [ExtractedProduct] {
    guard var address = WebAddress(page) else { throw SourceError.permanent("\(page) is no address of a web page") }
    let key = address.description
    for _ in 0...configuration.maximumRedirects {
      let known = pages[key]
      try await checkRobots(address)
      try await awaitTurn(address)
      let response = try await fetch(address, known: known)
      switch response.status {
      case 200..<300:
        return try remember(key, response, at: address)
      case 304:
        guard let known else { throw SourceError.temporary("\(address): 304 without a request", retryAfter: .zero) }
        return known.products
      case 301, 302, 303, 307, 308:
        guard let location = response["location"], let next = address.resolving(location) else {
          throw SourceError.permanent("\(address): a redirect without an address")
        }
        if address.scheme == "https", next.scheme == "http" {
          throw SourceError.permanent("\(address): a redirect from https to http")
        }
        address = next
      default: throw failure(response, address)
      }
    }
    throw SourceError.permanent("\(page): more than \(configuration.maximumRedirects) redirects")
  }

  /// Waits until the host may be asked again. Turns are given out in the order of asking.
  private func awaitTurn(_ address: WebAddress) async throws {
    let delay = robots[address.origin]?.rules.delay ?? 0
    let limits = [configuration.hostRate, delay > 0 ? RateLimit(perSecond: 1 / Double(delay)) : nil].compactMap(\.self)
    guard let limit = limits.max(by: { $0.interval < $1.interval }) else { return }
    let now = clock.now()
    if buckets.count > 10_000 { buckets.removeAll() }
    var bucket = buckets[address.host] ?? TokenBucket(limit)
    let turn = max(bucket.nextToken, now)
    let wait = Duration.microseconds(turn.microseconds - now.microseconds)
    guard wait <= configuration.longestWait else { throw SourceError.busy(host: address.host, retryAfter: wait) }
    _ = bucket.take(at: turn)
    buckets[address.host] = bucket
    if wait > .zero { try await configuration.sleep(wait) }
  }

  private func remember(_ key: String, _ response: HTTPResponse, at address: WebAddress) throws(SourceError)
    -> [ExtractedProduct]
  {
    guard !response.isCut else {
      throw .permanent("\(address): the page has more than \(configuration.maximumBytes) bytes")
    }
    if let encoding = response["content-encoding"]?.lowercased(), encoding != "identity" {
      throw .permanent("\(address): the page is sent as \(encoding), although it was asked for as it is")
    }
    let type = response["content-type"]
    if let type = type?.lowercased(), !type.contains("html"), !type.contains("xml") {
      throw .permanent("\(address): \(type) is no page")
    }
    let products: [ExtractedProduct]
    do {
      products = try extractor.products(in: response.body, contentType: type, url: address.description)
    } catch {
      throw .permanent("\(address): \(error)")
    }
    let (etag, lastModified) = (response["etag"], response["last-modified"])
    if etag != nil || lastModified != nil {
      if pages.count >= configuration.rememberedPages { pages.removeAll() }
      pages[key] = Remembered(etag: etag, lastModified: lastModified, products: products)
    }
    return products
  }

  private func failure(_ response: HTTPResponse, _ address: WebAddress) -> SourceError {
    switch response.status {
    case 429, 503:
      let asked = response["retry-after"].flatMap { RetryAfter.wait($0, now: clock.now()) }
      let wait = min(asked ?? configuration.defaultRetryAfter, configuration.maximumRetryAfter)
      busyUntil[address.host] = clock.now().advanced(byMicroseconds: wait.microseconds)
      return .busy(host: address.host, retryAfter: wait)
    case 408, 425, 500...599: return .temporary("\(address): status \(response.status)", retryAfter: .zero)
    default: return .permanent("\(address): status \(response.status)")
    }
  }

  private func fetch(_ address: WebAddress, known: Remembered?, maximumBytes: Int? = nil) async throws -> HTTPResponse {
    let now = clock.now()
    if let until = busyUntil[address.host], until > now {
      throw SourceError.busy(host: address.host, retryAfter: .microseconds(until.microseconds - now.microseconds))
    }
    let target = try await checkedAddress(address)
    var headers = [
      (name: "User-Agent", value: configuration.userAgent), (name: "Accept", value: "text/html, application/xhtml+xml"),
      (name: "Accept-Encoding", value: "identity"),
    ]
    if let etag = known?.etag { headers.append((name: "If-None-Match", value: etag)) }
    if let date = known?.lastModified { headers.append((name: "If-Modified-Since", value: date)) }
    return try await transport.get(
      HTTPRequest(
        address: address, connectTo: target, headers: headers, timeout: configuration.timeout,
        maximumBytes: maximumBytes ?? configuration.maximumBytes))
  }

  /// The IP address to connect to.
  private func checkedAddress(_ address: WebAddress) async throws -> String {
    let isAllowed = configuration.allowedHosts.contains { host in
      let host = host.lowercased()
      return host.hasPrefix(".")
        ? address.host.hasSuffix(host) || address.host == host.dropFirst() : address.host == host
    }
    guard isAllowed else { throw SourceError.permanent("\(address): \(address.host) is not among the allowed hosts") }
    let found = try await transport.addresses(of: address.host)
    guard let first = found.first else {
      throw SourceError.temporary("\(address.host) has no address", retryAfter: .zero)
    }
    // One private address among several is enough: which one is used would be chance.
    if !configuration.allowsPrivateNetworks, let inner = found.first(where: PrivateNetworks.contains) {
      throw SourceError.permanent("\(address): \(inner) is on a private network")
    }
    return first
  }

  // MARK: Robots

  private func checkRobots(_ address: WebAddress) async throws {
    let now = clock.now()
    if let known = robots[address.origin], known.until > now {
      guard known.rules.allows(address.target) else { throw refusal(address) }
      return
    }
    let rules = try await robotRules(address)
    if robots.count > 10_000 { robots.removeAll() }
    robots[address.origin] = (rules, now.advanced(byMicroseconds: configuration.robotsLifetime.microseconds))
    guard rules.allows(address.target) else { throw refusal(address) }
  }

  private func refusal(_ address: WebAddress) -> SourceError {
    .permanent("\(address): the host's robots.txt does not allow it")
  }

  /// None allows all, one that cannot be had allows nothing for now.
  private func robotRules(_ address: WebAddress) async throws -> RobotRules {
    guard var place = WebAddress(address.origin + "/robots.txt") else { return .disallowAll }
    for _ in 0...configuration.maximumRedirects {
      let response = try await fetch(place, known: nil, maximumBytes: 512 << 10)
      switch response.status {
      case 200..<300: return RobotRules(response.body, agent: configuration.agent)
      case 301, 302, 303, 307, 308:
        guard let next = response["location"].flatMap(place.resolving) else { return .allowAll }
        place = next
      case 429, 503: throw failure(response, place)
      case 400..<500: return .allowAll
      default: throw SourceError.temporary("\(place): status \(response.status)", retryAfter: .zero)
      }
    }
    return .allowAll
  }
}

/// The wait that a `Retry-After` asks for: seconds, or a date.
/// Source: RFC 9110, 10.2.3, <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>
enum RetryAfter {
  static func wait(_ text: String, now: Timestamp) -> Duration? {
    let text = text.collapsingWhitespace()
    if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, 31_536_000)) : nil }
    // Sun, 06 Nov 1994 08:49:37 GMT
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT",
      let time = try? Timestamp("\(parts[1]) \(parts[2]) \(parts[3]) \(parts[4])+00")
    else { return nil }
    return .microseconds(max(0, time.microseconds - now.microseconds))
  }
}
