import Testing

@testable import ScoutEnrichment

@Suite struct HostilePageTests {
  /// Pages made of one piece many times over, each a way to make a careless reader slow or deep.
  static let pieces: [(String, String)] = [
    ("deep elements", "<div>"), ("deep things", "<div itemscope itemprop=offers itemtype=Product>"),
    ("ends without starts", "</div>"), ("starts and foreign ends", "<b></i>"), ("less-than signs", "<"),
    ("open comments", "<!--"), ("short comments", "<!-->"), ("bogus comments", "</ >"), ("open quotes", "<a b='"),
    ("references", "&lt;&amp;&#8369;"), ("unfinished references", "&"), ("long references", "&CounterClockwise"),
    ("attributes", "<a b c d e f g h i j k l m n o p q r s t u v w x y z>"), ("headings", "<h1>"),
    ("prices", "<b class=price>₱1</b>"), ("open prices", "<b class=price>₱1"), ("scripts", "<script><!--<script>"),
    ("script ends", "<script></script"), ("titles", "<title>"), ("properties", "<b itemscope><i itemprop=name>x"),
    ("arrays", "<script type=application/ld+json>[[[[[[[[[[[["),
    ("objects", "<script type='application/ld+json'>{\"a\":"),
    ("quotes", "<script type='application/ld+json'>\"\" \"\""), ("metas", "<meta property=og:title content=x>"),
    ("labels", "EAN: 4800016644932<br>"), ("cents", "<b class=price>₱1<sup>99</sup>"),
    ("item references", "<b id=a itemscope itemref='a b c'>"), ("nulls", "\0"), ("invalid bytes", "\u{FFFD}"),
  ]

  @Test(arguments: pieces) func `time and memory follow the size of the page`(_ name: String, _ piece: String) throws {
    func seconds(_ count: Int) throws -> Double {
      let page = Array(repeating: Array(piece.utf8), count: max(1, count / piece.utf8.count)).flatMap { $0 }
      let clock = ContinuousClock()
      let time = try clock.measure { _ = try PageExtractor().products(in: page) }
      return Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds)
    }
    // A debug build reads some megabytes a second; what grows with the square takes minutes for this.
    #expect(try seconds(300_000) < 20, "\(name)")
  }

  @Test func `one deep JSON value, one long string, one long attribute`() throws {
    let open = String(repeating: "[", count: 200_000)
    let page = "<script type=application/ld+json>\(open)</script><h1>x</h1>"
    #expect(try PageExtractor().products(in: Array(page.utf8)).isEmpty)
    let long = String(repeating: "x", count: 1_000_000)
    let product = try PageExtractor().products(
      in: Array("<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"\(long)\"}</script>".utf8))
    #expect(product.first.map { $0.name.utf8.count <= LinkedData.maximumTextBytes } ?? false)
  }

  @Test func `a page beyond the limit is refused with its size`() {
    #expect(throws: ExtractionError.tooLarge(bytes: 1001, limit: 1000)) {
      try PageExtractor(maximumBytes: 1000).products(in: [UInt8](repeating: 0x20, count: 1001))
    }
  }

  @Test func `random bytes and random markup never trap`() throws {
    var random = QueueRandom(seed: 7)
    let pieces = Self.pieces.map { Array($0.1.utf8) } + [[0xFF, 0xFE], [0xE2, 0x82], Array("</script>".utf8), [0x22]]
    for _ in 0..<400 {
      var page: [UInt8] = []
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        if Bool.random(using: &random) {
          page += pieces.randomElement(using: &random) ?? []
        } else {
          page.append(UInt8.random(in: 0...255, using: &random))
        }
      }
      _ = try PageExtractor().products(in: page)
    }
  }
}
