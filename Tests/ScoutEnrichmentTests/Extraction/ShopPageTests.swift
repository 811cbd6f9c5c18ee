import PostgresDialect
import Testing

@testable import ScoutEnrichment

/// How shops' programs write their pages, and how carelessly: each case is one habit.
@Suite struct ShopPageTests {
  struct Page: Sendable, CustomTestStringConvertible {
    var habit: String
    var html: String
    /// `name | brand | gtin | low–high currency`, as far as there is something.
    var expected: String

    init(_ habit: String, _ html: String, _ expected: String) {
      (self.habit, self.html, self.expected) = (habit, html, expected)
    }

    var testDescription: String { habit }
  }

  static let shown: [Page] = [
    Page(
      "a crossed-out price beside the new one, in one element",
      """
      <h1>Evap 370ml</h1><p class="price"><del><span class="amount"><bdi><span>₱</span>60.00</bdi></span></del>
      <ins><span class="amount"><bdi><span>₱</span>45.00</bdi></span></ins></p>
      """, "Evap 370ml | 45.00 PHP"),
    Page(
      "an old and a special price, each a wrapper around the same inner element",
      """
      <h1>Evap 370ml</h1><span class="old-price"><span class="label">Regular</span><span class="price">₱60.00</span></span>
      <span class="special-price"><span class="price">₱45.00</span></span>
      """, "Evap 370ml | 45.00 PHP"),
    Page(
      "what it was and what it is now, told by the elements around",
      """
      <h1>Evap 370ml</h1><div class="was"><span class="price">₱60.00</span></div>
      <div class="now"><span class="price">₱45.00</span></div>
      """, "Evap 370ml | 45.00 PHP"),
    Page(
      "other products before the product's own price",
      """
      <h1>Evap 370ml</h1><div class="related-products"><ul><li><span class="price product-price">₱9.00</span></ul></div>
      <div class="info"><span class="price">₱45.00</span></div>
      """, "Evap 370ml | 45.00 PHP"),
    Page(
      "the sign apart from the code",
      "<h1>Evap 370ml</h1><span class='price-current'>US $<strong>12</strong><sup>.50</sup></span>",
      "Evap 370ml | 12.50 USD"),
    Page(
      "the price once for the eye and once for the ear",
      """
      <h1>Evap 370ml</h1><div class="hero-price"><span aria-hidden="true">₱45.00</span><span class="sr-only">Your price
      for this item is ₱45.00</span></div>
      """, "Evap 370ml | 45.00 PHP"),
    Page(
      "a dollar whose country the page's scripts know",
      """
      <script>shop = {"currencyCode":"CAD", locale: 'en'}</script><script>x={\\"currency\\":\\"CAD\\"}</script>
      <h1>Evap 370ml</h1><b class=price>$4.50</b>
      """, "Evap 370ml | 4.50 CAD"),
    Page(
      "scripts that name several currencies, and one of another sign",
      """
      <script>list=[{currency:'CAD'},{currency:'AUD'}]</script><h1>Evap 370ml</h1><b class=price>$4.50</b>
      """, "Evap 370ml | 4.50 USD"),
    Page(
      "cents in a superscript", "<h1>Evap 370ml</h1><div class=price>₱<span>45</span><sup>50</sup></div>",
      "Evap 370ml | 45.50 PHP"),
    Page(
      "cents in an element of their own",
      """
      <h1>Evap 370ml</h1><div class="product-price"><span class="currency">₱</span><span class="whole">1,045</span>
      <span class="price-cents">50</span></div>
      """, "Evap 370ml | 1045.50 PHP"),
    Page(
      "lines of their own are words of their own",
      "<h1>Evap 370ml</h1><div class=price><div>P45.00</div><div>12 pieces</div></div>", "Evap 370ml | 45.00 PHP"),
    Page(
      "a range of prices", "<h1>Evap</h1><span class=price>₱45.00 – ₱60.00</span>", "Evap | 45.00–60.00 PHP"),
    Page(
      "a range whose currency stands once", "<h1>Evap</h1><span class=price>₱45.00 - 60.00</span>",
      "Evap | 45.00–60.00 PHP"),
    Page(
      "other headings first",
      """
      <title>Oishi Prawn Crackers 60g | Sari Store</title><h1>Your basket</h1><h1>Oishi Prawn Crackers 60g</h1>
      <b class=price>₱18.50</b><h1>Others also bought</h1>
      """, "Oishi Prawn Crackers 60g | 18.50 PHP"),
    Page(
      "hidden and template prices",
      """
      <h1>Evap 370ml</h1><template><b class=price>₱1.00</b></template><b hidden class=price>₱2.00</b>
      <b class=price>₱45.00</b>
      """, "Evap 370ml | 45.00 PHP"),
    Page(
      "a number in a table's row",
      "<h1>Evap 370ml</h1><b class=price>₱45.00</b><table><tr><th>EAN<td>4800016644931</table>",
      "Evap 370ml | 4800016644931 | 45.00 PHP"),
    Page(
      "a number behind its label",
      "<h1>Evap 370ml</h1><b class=price>₱45.00</b><p>Barcode (EAN-13): 4800016644931</p>",
      "Evap 370ml | 4800016644931 | 45.00 PHP"),
    Page(
      "a number whose check digit is wrong, a day, and a word that only begins like a label",
      "<h1>Evap 370ml</h1><b class=price>₱45.00</b><p>EAN: 4800016644932</p><p>Jan 12, 2026 12:00:00</p><p>Eanling</p>",
      "Evap 370ml | 45.00 PHP"),
    Page(
      "a price that belongs to no thing",
      """
      <h1>Evap 370ml</h1>Code ₱99.00<span itemprop="price" content="45.00">45 pesos</span>
      <meta itemprop="priceCurrency" content="PHP">
      """, "Evap 370ml | 45.00 PHP"),
  ]

  static let structured: [Page] = [
    Page(
      "itemref, before and behind the thing",
      """
      <b id="n" itemprop="name">Evap 370ml</b>
      <div itemscope itemtype="https://schema.org/Product" itemref="n o"></div>
      <div id="o" itemprop="offers" itemscope itemtype="https://schema.org/Offer"><b itemprop="price">45.00</b>
      <meta itemprop="priceCurrency" content="PHP"></div>
      """, "Evap 370ml | 45.00 PHP"),
    Page(
      "an offer beside the product instead of in it",
      """
      <div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Evap 370ml</h1></div>
      <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="price" content="45.00">
      <meta itemprop="priceCurrency" content="PHP"></div>
      """, "Evap 370ml | 45.00 PHP"),
    Page(
      "cents in a superscript of a property",
      """
      <div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Evap 370ml</h1>
      <p itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price">₱45<sup>50</sup></span></p>
      </div>
      """, "Evap 370ml | 45.50 PHP"),
    Page(
      "the vocabulary before schema.org",
      """
      <div itemscope itemtype="http://data-vocabulary.org/Product"><h1 itemprop="name">Evap 370ml</h1>
      <span itemprop="brand">Alaska</span><meta itemprop="identifier" content="upc:036000291452">
      <p itemprop="offerDetails" itemscope itemtype="http://data-vocabulary.org/Offer">
      <meta itemprop="currency" content="PHP"><b itemprop="price">45.00</b></p></div>
      """, "Evap 370ml | Alaska | 036000291452 | 45.00 PHP"),
    Page(
      "types in lower case, markup and references in a name, nothing in place of a price",
      """
      <script type="application/ld+json">{"@type":"product","name":"Evap &lt;b&gt;370ml&lt;/b&gt; &amp; more",
      "offers":[{"price":"0","priceCurrency":"PHP"},{"price":0,"priceSpecification":{"price":45}}]}</script>
      """, "Evap 370ml & more | 45 PHP"),
    Page(
      "a number among the further properties",
      """
      <script type="application/ld+json">{"@type":"Product","name":"Evap","additionalProperty":[
      {"@type":"PropertyValue","name":"Colour","value":"4800016644931"},
      {"@type":"PropertyValue","propertyID":"GTIN13","value":"4800016644931"}]}</script>
      """, "Evap | 4800016644931"),
    Page(
      "a heading that says it better than the shop's tag",
      """
      <meta property="og:type" content="product"><meta property="og:title" content="Evap Milk 370ml - Buy online today">
      <meta property="product:price:amount" content="45.00"><meta property="product:price:currency" content="PHP">
      <h1>Evap Milk 370ml</h1>
      """, "Evap Milk 370ml | 45.00 PHP"),
  ]

  @Test(arguments: shown + structured) func `habits of shops`(_ page: Page) throws {
    let product = try #require(try PageExtractor().products(in: Array(page.html.utf8)).first)
    var parts = [product.name, product.brand ?? "", product.gtin?.digits ?? ""]
    if let low = product.priceMin {
      let high = product.priceMax.map { $0 == low ? "" : "–\($0)" } ?? ""
      parts.append("\(low)\(high) \(product.currency ?? "?")")
    }
    #expect(parts.filter { !$0.isEmpty }.joined(separator: " | ") == page.expected)
  }

  @Test func `references that lead in circles, to nothing, and by the thousand end`() throws {
    let many = (0..<400).map { "<b itemscope itemref='a\($0) a\($0 + 1) x' id=a\($0) itemprop=name>x</b>" }.joined()
    _ = try PageExtractor().products(in: Array(many.utf8))
    _ = try PageExtractor().products(in: Array("<i id=a itemscope itemtype=Product itemref=a itemprop=offers>".utf8))
  }
}
