import Foundation
import Scout

/// Products out of pages.
struct ExtractionFigures {
  var runs: Int
  /// A folder of saved pages to be read too.
  var pages: String?

  func measure() throws -> [Figure] {
    try [shopPage(), hostilePages()] + (pages.map { [try savedPages($0)] } ?? [])
  }

  private func shopPage() throws -> Figure {
    let page = Self.page
    let extractor = PageExtractor()
    var found: Set<String> = []
    let rates = try (0..<runs).map { _ in
      let count = 20
      let (seconds, _) = try timed {
        for _ in 0..<count { found.insert("\(try extractor.products(in: page).map { ($0.name, $0.priceMin) })") }
      }
      return Double(page.count * count) / 1_000_000 / seconds
    }
    guard found.count == 1, let text = found.first else { throw BenchmarkFailure("extraction is not repeatable") }
    return Figure("extraction, a page of \(page.count / 1000) kB", unit: "MB/s", rates, digest: digest(of: text))
      .aiming(above: 100)
  }

  /// Real pages, each as often as the others.
  private func savedPages(_ folder: String) throws -> Figure {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".html") }.sorted()
    let pages = try names.map { Array(try Data(contentsOf: URL(filePath: folder).appending(path: $0))) }
    guard !pages.isEmpty else { throw BenchmarkFailure("no .html files in \(folder)") }
    let byteCount = pages.reduce(0) { $0 + $1.count }
    var found = 0
    let rates = try (0..<runs).map { _ in
      let (seconds, _) = try timed { for page in pages { found += try PageExtractor().products(in: page).count } }
      return Double(byteCount) / 1_000_000 / seconds
    }
    return Figure(
      "extraction, \(pages.count) saved pages of \(byteCount / 1000) kB", unit: "MB/s", rates,
      digest: digest(of: "\(found / runs)")
    ).aiming(above: 100)
  }

  /// The slowest of pages that are made to be slow, each of eight megabytes.
  private func hostilePages() throws -> Figure {
    let pieces = [
      "<div>", "<div itemscope itemprop=offers itemtype=Product>", "</div>", "<b></i>", "<", "<!--", "<!-->",
      "<a b='", "&lt;&amp;&#8369;", "&CounterClockwise", "<h1>", "<b class=price>₱1", "<script><!--<script>",
      "<script></script", "<b itemscope><i itemprop=name>x", "<script type=application/ld+json>[[[[[[[[[[[[",
      "<script type='application/ld+json'>{\"a\":", "<script type='application/ld+json'>\"\" \"\"",
      "<b id=a itemscope itemref='a b c'>", "EAN: 4800016644932<br>", "<b class=price>₱1<sup>99</sup>", "\u{0}",
    ]
    var slowest = 0.0
    for piece in pieces {
      let bytes = Array(piece.utf8)
      let page = Array((0..<(8 << 20) / bytes.count).map { _ in bytes }.joined())
      slowest = max(slowest, try timed { try PageExtractor().products(in: page) }.seconds)
    }
    return Figure("extraction, the slowest of \(pieces.count) hostile pages of 8 MB", unit: "s", [slowest])
      .aiming(at: 2)
  }

  /// A shop's page as shops make them: navigation, scripts, styles, a product in the middle, recommendations.
  private static var page: [UInt8] {
    var html = "<!doctype html><html><head><meta charset=utf-8><title>Alaska Evaporada 370ml | Shop</title>"
    html += "<style>" + String(repeating: ".a-row{margin:0 auto;padding:4px 8px}\n", count: 800) + "</style>"
    html += #"<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","#
    html += #""name":"Alaska Evaporada 370ml","brand":{"@type":"Brand","name":"Alaska"},"gtin13":"4800016644931","#
    html += #""offers":{"@type":"Offer","price":"45.00","priceCurrency":"PHP"}}</script></head><body>"#
    for index in 0..<1500 {
      html += #"<li class="nav-item nav-level-2"><a href="/category/\#(index)?ref=nav" title="Category \#(index)">"#
      html += "Category &amp; aisle \(index)</a></li>\n"
    }
    html += "<script>" + String(repeating: "window.dataLayer.push({event:'view',n:1<2});\n", count: 4000) + "</script>"
    html += "<h1>Alaska Evaporada 370ml</h1><span class=price>₱45.00</span>"
    for index in 0..<1000 {
      html += #"<div class="card product-card"><img src="/img/\#(index).jpg" alt="Product \#(index)">"#
      html += #"<p class="title">Product \#(index)</p><span class="card-price">₱\#(index).00</span></div>"#
      html += "<p>Some words about the product, as shops write them, and a few more of them.</p>\n"
    }
    return Array((html + "</body></html>").utf8)
  }
}
