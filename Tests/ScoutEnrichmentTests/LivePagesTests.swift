import PostgresDialect
import ScoutStorage
import Synchronization
import Testing

@testable import ScoutEnrichment

@Suite struct LivePagesTests {
  private let server: LoopbackServer
  private let clock = TestClock()

  init() throws { server = try LoopbackServer() }

  private func source(_ change: (inout LivePages.Configuration) -> Void = { _ in }) -> LivePages {
    var configuration = LivePages.Configuration(allowedHosts: ["127.0.0.1"])
    configuration.allowsPrivateNetworks = true
    configuration.timeout = .seconds(10)
    change(&configuration)
    return LivePages(configuration: configuration, transport: SocketTransport(), clock: clock.clock)
  }

  private func names(_ source: LivePages, _ path: String) async throws -> [String] {
    try await source.products(for: SKURequest(brand: "Alaska", pages: [server.origin + path])).products.map(\.name)
  }

  private func failure(_ source: LivePages, _ path: String) async -> String {
    do {
      return "\(try await names(source, path))"
    } catch {
      return "\(error)".replacing(server.origin, with: "")
    }
  }

  private func product(_ name: String) -> String {
    """
    <script type="application/ld+json">{"@type":"Product","name":"\(name)","offers":{"price":1,"priceCurrency":"PHP"}}\
    </script>
    """
  }

  @Test func `a page is read, once its robots.txt has been`() async throws {
    defer { server.stop() }
    server.page("/a", product("A"))
    let source = source()
    let answer = try await source.products(for: SKURequest(brand: "x", pages: [server.origin + "/a"]))
    #expect(answer.products.map(\.name) == ["A"])
    #expect(answer.products[0].sourceURL == server.origin + "/a")
    _ = try await names(source, "/a")
    #expect(server.paths == ["/robots.txt", "/a", "/a"])
    #expect(server.requests[1].contains("\r\nUser-Agent: scout/"))
  }

  @Test func `what robots.txt forbids is not asked for`() async throws {
    defer { server.stop() }
    server.page("/robots.txt", "User-agent: *\nDisallow: /private\nAllow: /private/ok\n")
    server.page("/private/ok", product("A"))
    #expect(try await names(source(), "/private/ok") == ["A"])
    #expect(await failure(source(), "/private/x") == "/private/x: the host's robots.txt does not allow it")
    #expect(!server.paths.contains("/private/x"))
  }

  @Test func `a robots.txt that cannot be had lets nothing through for now`() async throws {
    defer { server.stop() }
    server.page("/robots.txt", "", status: "500 Oops")
    await #expect(throws: SourceError.temporary("\(server.origin)/robots.txt: status 500", retryAfter: .zero)) {
      try await names(source(), "/a")
    }
  }

  @Test func `an unchanged page is not sent again`() async throws {
    defer { server.stop() }
    server.answer(
      "/a",
      .bytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n" + product("A")),
      .bytes("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n"))
    let source = source()
    #expect(try await names(source, "/a") == ["A"])
    #expect(try await names(source, "/a") == ["A"])
    #expect(server.requests.last?.contains("\r\nIf-None-Match: \"v1\"\r\n") ?? false)
  }

  @Test func `redirects are followed as far as they may`() async throws {
    defer { server.stop() }
    server.page("/a", "", status: "302 Found", headers: ["Location: b?x=1"])
    server.page("/b?x=1", "", status: "301 Moved", headers: ["Location: \(server.origin)/c"])
    server.page("/c", product("C"))
    server.page("/loop", "", status: "307 Again", headers: ["Location: /loop"])
    server.page("/out", "", status: "302 Found", headers: ["Location: http://169.254.169.254/latest"])
    server.page("/script", "", status: "302 Found", headers: ["Location: javascript:alert(1)"])
    #expect(try await names(source(), "/a") == ["C"])
    #expect(await failure(source(), "/loop") == "/loop: more than 5 redirects")
    #expect(
      await failure(source(), "/out")
        == "http://169.254.169.254/robots.txt: 169.254.169.254 is not among the allowed hosts")
    #expect(await failure(source(), "/script") == "/script: a redirect without an address")
    #expect(server.paths.filter { $0 == "/loop" }.count == 6)
  }

  @Test func `no private network unless it is allowed, and no other host`() async throws {
    defer { server.stop() }
    let careful = source { $0.allowsPrivateNetworks = false }
    #expect(await failure(careful, "/a").hasSuffix("127.0.0.1 is on a private network"))
    let elsewhere = source { $0.allowedHosts = ["shop.example"] }
    #expect(await failure(elsewhere, "/a").hasSuffix("127.0.0.1 is not among the allowed hosts"))
    #expect(server.paths.isEmpty)
  }

  @Test func `a host that asks for patience gets it, and the attempt does not count`() async throws {
    defer { server.stop() }
    server.page("/a", "", status: "429 Too Many Requests", headers: ["Retry-After: 30"])
    let source = source()
    await #expect(throws: SourceError.busy(host: "127.0.0.1", retryAfter: .seconds(30))) {
      try await names(source, "/a")
    }
    server.page("/a", product("A"))
    // Nobody asks before the time.
    clock.advance(seconds: 10)
    await #expect(throws: SourceError.busy(host: "127.0.0.1", retryAfter: .seconds(20))) {
      try await names(source, "/a")
    }
    clock.advance(seconds: 21)
    #expect(try await names(source, "/a") == ["A"])
    #expect(server.paths == ["/robots.txt", "/a", "/a"])
  }

  @Test func `too long, too slow, cut off, no HTTP, no page`() async throws {
    defer { server.stop() }
    server.answer("/flood", .flood("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", total: 50_000_000))
    server.page("/big", String(repeating: "x", count: 200_000))
    server.answer("/chunks", .bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"))
    server.answer("/head", .flood("x", total: 200_000))
    server.answer("/cut", .bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"))
    server.answer("/silent", .silence)
    server.answer("/gone", .hangUp)
    server.answer("/pdf", .bytes("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 1\r\n\r\nx"))
    let source = source {
      $0.maximumBytes = 100_000
      $0.timeout = .milliseconds(1500)
    }
    for path in ["/flood", "/big"] {
      #expect(await failure(source, path) == "\(path): the page has more than 100000 bytes")
    }
    #expect(await failure(source, "/head") == "/head: the answer is no HTTP")
    #expect(await failure(source, "/cut") == "/cut: the connection ended in the middle of the answer")
    #expect(await failure(source, "/chunks").hasPrefix("/chunks: the "))
    #expect(await failure(source, "/silent") == "/silent: no answer within 1 s")
    #expect(await failure(source, "/gone").hasPrefix("/gone: "))
    #expect(await failure(source, "/pdf") == "/pdf: application/pdf is no page")
    #expect(await failure(source, "/none") == "/none: status 404")
  }

  @Test func `one host is asked no faster than its rate and its Crawl-delay`() async throws {
    defer { server.stop() }
    for path in ["/a", "/b", "/c"] { server.page(path, product("A")) }
    let clock = clock
    let waits = Mutex<[Duration]>([])
    func live(_ change: (inout LivePages.Configuration) -> Void) -> LivePages {
      source { configuration in
        configuration.sleep = { wait in
          waits.withLock { $0.append(wait) }
          clock.advance(seconds: wait.components.seconds)
        }
        change(&configuration)
      }
    }
    let pages = ["/a", "/b", "/c"].map { server.origin + $0 }
    _ = try await live { $0.hostRate = RateLimit(perSecond: 0.5) }.products(
      for: SKURequest(brand: "Alaska", pages: pages))
    #expect(waits.withLock { $0 } == [.seconds(2), .seconds(2)])
    server.page("/robots.txt", "User-agent: *\nCrawl-delay: 7\n")
    _ = try await live { $0.hostRate = RateLimit(perSecond: 0.5) }.products(
      for: SKURequest(brand: "Alaska", pages: [pages[0], pages[1]]))
    #expect(waits.withLock { $0 } == [.seconds(2), .seconds(2), .seconds(7)])
    // What is too far off is left to a later attempt, which costs none.
    await #expect(throws: SourceError.busy(host: "127.0.0.1", retryAfter: .seconds(7))) {
      try await live { $0.longestWait = .seconds(5) }.products(for: SKURequest(brand: "Alaska", pages: pages))
    }
  }

  @Test func `a page that is compressed although it was not asked for is refused by name`() async throws {
    defer { server.stop() }
    server.page("/a", "xx", headers: ["Content-Encoding: gzip"])
    #expect(
      await failure(source(), "/a") == "/a: the page is sent as gzip, although it was asked for as it is")
  }

  @Test func `chunks are put together`() async throws {
    defer { server.stop() }
    let body = product("Chunked")
    let middle = body.index(body.startIndex, offsetBy: 20)
    func chunk(_ text: Substring) -> String { String(text.utf8.count, radix: 16) + ";x=y\r\n" + text + "\r\n" }
    server.answer(
      "/a",
      .bytes(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
          + chunk(body[..<middle]) + chunk(body[middle...]) + "0\r\n\r\n"))
    #expect(try await names(source(), "/a") == ["Chunked"])
  }

  @Test func `a template makes the page of a brand, and other brands' products are left out`() async throws {
    defer { server.stop() }
    server.page("/search?q=Del%20Monte", product("Del Monte Juice 1L") + product("Zest-O 200ml"))
    let origin = server.origin
    let source = source { $0.templates = [origin + "/search?q={brand}"] }
    let answer = try await source.products(for: SKURequest(brand: "Del Monte"))
    #expect(answer.products.map(\.name) == ["Del Monte Juice 1L"])
  }
}

@Suite struct WebRulesTests {
  @Test(arguments: [
    ("10.1.2.3", true), ("127.0.0.1", true), ("169.254.169.254", true), ("172.16.0.1", true), ("172.32.0.1", false),
    ("192.168.1.1", true), ("100.64.0.1", true), ("8.8.8.8", false), ("0.0.0.0", true), ("255.255.255.255", true),
    ("::1", true), ("::", true), ("fe80::1", true), ("fc00::1", true), ("::ffff:10.0.0.1", true), ("2001:db8::1", true),
    ("2606:4700::1111", false), ("64:ff9b::7f00:1", true), ("2002:7f00:1::", true), ("shop.example", true),
    ("0x7f.1", true),
  ]) func `private addresses`(_ address: String, _ expected: Bool) {
    #expect(PrivateNetworks.contains(address) == expected)
  }

  @Test(arguments: [
    ("https://Shop.Example/a?b#c", "https://shop.example/a?b"), ("http://h:8080", "http://h:8080/"),
    ("http://[::1]:80/x", "http://[::1]:80/x"), ("http://user@h/", nil), ("ftp://h/", nil), ("http:///x", nil),
    ("javascript:alert(1)", nil), ("http://h:99999/", nil), ("http://h\\@evil/", "http://h/\\@evil/"),
    ("http://h./", "http://h/"), ("http://h/\u{1}", nil),
  ]) func `addresses`(_ text: String, _ expected: String?) {
    #expect(WebAddress(text)?.description == expected)
  }

  /// The examples of RFC 9309, and of what robots.txt files have.
  @Test(arguments: [
    ("User-agent: *\nDisallow: /\n", "/x", false), ("User-agent: *\nDisallow:\n", "/x", true),
    ("User-agent: other\nDisallow: /\n", "/x", true),
    ("User-agent: a\nUser-agent: scout\nDisallow: /x\n", "/xy", false),
    ("User-agent: *\nDisallow: /\nUser-agent: scout\nAllow: /\n", "/x", true),
    ("User-agent: *\nDisallow: /*.gif$\n", "/a.gif", false), ("User-agent: *\nDisallow: /*.gif$\n", "/a.gif?x", true),
    ("User-agent: *\nAllow: /p\nDisallow: /\n", "/page", true), ("User-agent: *\nDisallow: /x # no\n", "/x", false),
    ("Disallow: /\n", "/x", true), ("User-agent: *\nDisallow: *****************a\n", "/bbbbbbbbbbbbbbbbbbbb", true),
  ]) func `robots`(_ text: String, _ target: String, _ expected: Bool) {
    #expect(RobotRules(Array(text.utf8), agent: "scout").allows(target) == expected)
  }

  @Test func `Retry-After in seconds and as a date`() throws {
    let now = try Timestamp("1994-11-06 08:49:00+00")
    #expect(RetryAfter.wait("120", now: now) == .seconds(120))
    #expect(RetryAfter.wait("Sun, 06 Nov 1994 08:49:37 GMT", now: now) == .seconds(37))
    #expect(RetryAfter.wait("Sun, 06 Nov 1993 08:49:37 GMT", now: now) == .zero)
    #expect(RetryAfter.wait("soon", now: now) == nil)
  }
}
