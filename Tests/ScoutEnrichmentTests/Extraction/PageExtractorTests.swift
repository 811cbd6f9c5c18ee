import PostgresDialect
import Testing

@testable import ScoutEnrichment

@Suite struct PageExtractorTests {
  private func products(_ html: String) throws -> [ExtractedProduct] {
    try PageExtractor().products(in: Array(html.utf8))
  }

  /// `name | brand | gtin | min–max currency | size`, as far as there is something.
  private func summary(_ html: String) throws -> [String] {
    try products(html).map { product in
      var parts = [product.name, product.brand ?? "", product.gtin?.digits ?? ""]
      if let low = product.priceMin {
        let high = product.priceMax.map { $0 == low ? "" : "–\($0)" } ?? ""
        parts.append("\(low)\(high) \(product.currency ?? "?")")
      }
      return parts.filter { !$0.isEmpty }.joined(separator: " | ")
    }
  }

  private func script(_ json: String) -> String { "<script type=\"application/ld+json\">\(json)</script>" }

  static let jsonLD: [(String, String)] = [
    (#"{"@type":"Product","name":"A","offers":{"price":"45.00","priceCurrency":"PHP"}}"#, "A | 45.00 PHP"),
    (
      #"{"@type":["Thing","https://schema.org/Product"],"name":"A","offers":[{"price":5,"priceCurrency":"PHP"},{"price":7.5}]}"#,
      "A | 5–7.5 PHP"
    ),
    (
      #"{"@type":"Product","name":"A","offers":{"@type":"AggregateOffer","lowPrice":"1,045.00","highPrice":"2000","priceCurrency":"php"}}"#,
      "A | 1045.00–2000 PHP"
    ),
    (
      #"{"@graph":[{"@type":"WebSite","name":"W"},{"@type":"Product","name":"A","brand":{"@id":"_:b"},"offers":{"@id":"_:o"}},{"@id":"_:b","@type":"Brand","name":"Alaska"},{"@id":"_:o","@type":"Offer","price":9,"priceCurrency":"PHP"}]}"#,
      "A | Alaska | 9 PHP"
    ),
    (#"[{"@type":"Product","name":"A","gtin13":"4800092110008","brand":"B"}]"#, "A | B"),
    (#"{"@type":"Product","name":"A","gtin13":"4800016644931","brand":"B"}"#, "A | B | 4800016644931"),
    (
      #"{"@type":"ProductGroup","name":"A","hasVariant":[{"@type":"Product","name":"A1","offers":{"price":3}},{"@type":"Product","name":"A2","offers":{"price":4,"priceCurrency":"PHP"}}]}"#,
      "A | 3–4 PHP"
    ),
    (
      #"{"@type":"Product","name":"A","offers":{"priceSpecification":[{"price":9,"priceType":"https://schema.org/ListPrice"},{"price":8,"priceCurrency":"PHP"}]}}"#,
      "A | 8 PHP"
    ),
    (#"{"@type":"Product","name":"A","offers":{"price":"34.000","priceCurrency":"EUR"}}"#, "A | 34.000 EUR"),
    (#"{"@type":"Product","name":"A","offers":{"price":"48,00","priceCurrency":"EUR"}}"#, "A | 48.00 EUR"),
    (#"{"@type":"Product","name":"A","offers":{"price":"₱1,045.50"}}"#, "A | 1045.50 PHP"),
    (#"{"@type":"WebPage","mainEntity":{"@type":"Product","name":"A &amp; B"}}"#, "A & B"),
    (#"{"@type":"Product","name":{"@value":"A","@language":"en"}}"#, "A"),
  ]

  @Test(arguments: jsonLD) func `JSON-LD in its many forms`(_ json: String, _ expected: String) throws {
    #expect(try summary(script(json)) == [expected])
  }

  static let broken: [String] = [
    #"{"@type":"Product","name":"A","offers":{"price":1,"priceCurrency":"PHP"},}"#,
    "{\"@type\":\"Product\",\"description\":\"one\ntwo\tthree\",\"name\":\"A\",\"offers\":{\"price\":1,\"priceCurrency\":\"PHP\"}}",
    #"<!-- {"@type":"Product","name":"A","offers":{"price":1,"priceCurrency":"PHP"}} -->"#,
    #"/* <![CDATA[ */ {"@type":"Product","name":"A","offers":{"price":1,"priceCurrency":"PHP"}} /* ]]> */"#,
    #"{"@type":"Product","name":"A","offers":{"price":1,"priceCurrency":"PHP"}};"#,
    #"{"@type":"Product","name":"A" "offers":{"price":1 , , "priceCurrency":"PHP"}}"#,
    #"{'@type':'Product','name':'A','offers':{'price':1,'priceCurrency':'PHP'}}"#,
    #"{"@type":"Product",name:"A",offers:{price:1,priceCurrency:"PHP"}}"#,
    #"{"@type":"Product","width":"a 6" pan, round","name":"A","offers":{"price":1,"priceCurrency":"PHP"}}"#,
    #"{"@type":"Product","rating":undefined,"x":NaN,"name":"A","offers":{"price":1,"priceCurrency":"PHP"}"#,
    #"{"@type":"WebSite"}{"@type":"Product","name":"A","offers":[{"price":1,"priceCurrency":"PHP"}"#,
    #"{&quot;@type&quot;:&quot;Product&quot;,&quot;name&quot;:&quot;A&quot;,&quot;offers&quot;:{&quot;price&quot;:1,&quot;priceCurrency&quot;:&quot;PHP&quot;}}"#,
    #"{"@type":"Product","note":"it\'s \u00zz \ud83d","name":"A","offers":{"price":1,"priceCurrency":"PHP"}}"#,
    "// shop\n{\"@type\":\"Product\",\"name\":\"A\",\"offers\":{\"price\":1,\"priceCurrency\":\"PHP\"}}",
  ]

  @Test(arguments: broken) func `broken JSON is repaired`(_ json: String) throws {
    #expect(try summary(script(json)) == ["A | 1 PHP"])
  }

  @Test func `a picture's address is whole where the page's is known`() throws {
    let page = script(#"{"@type":"Product","name":"A","image":"/img/a.jpg"}"#)
    let known = try PageExtractor().products(in: Array(page.utf8), url: "https://shop.example/evap?x=1")
    #expect(known.first?.imageURL == "https://shop.example/img/a.jpg")
    #expect(
      try products("<link rel=canonical href='https://shop.example/b/c'>" + page.replacing("/img", with: "img")).first?
        .imageURL
        == "https://shop.example/b/img/a.jpg")
    #expect(try products(page).first?.imageURL == "/img/a.jpg")
  }

  @Test func `microdata, with things inside things`() throws {
    #expect(
      try summary(
        """
        <div itemscope itemtype="https://schema.org/Product"><a href="/x"><h1 itemprop=name>Alaska
        Evaporada 370ml</h1></a><span itemprop="brand" itemscope itemtype="http://schema.org/Brand">
        <span itemprop="name">Alaska</span></span><meta itemprop="gtin13" content="4800016644931">
        <div itemprop="offers" itemscope itemtype="http://schema.org/Offer"><ul><li>now<li>
        <span itemprop="price" content="45.00">P45</span><meta itemprop="priceCurrency" content="PHP"></ul></div>
        <div itemprop="isRelatedTo" itemscope itemtype="http://schema.org/Product"><b itemprop="name">Other</b></div>
        </div>
        """) == ["Alaska Evaporada 370ml | Alaska | 4800016644931 | 45.00 PHP"])
  }

  @Test func `RDFa Lite`() throws {
    #expect(
      try summary(
        """
        <div vocab="https://schema.org/" typeof="Product"><span property="name">Oishi Prawn Crackers 60g</span>
        <span property="schema:brand">Oishi</span><div property="offers" typeof="Offer">
        <meta property="priceCurrency" content="PHP"><span property="price">18.50</span></div></div>
        """) == ["Oishi Prawn Crackers 60g | Oishi | 18.50 PHP"])
  }

  @Test func `OpenGraph, and the sale price before the list price`() throws {
    let tags = """
      <meta property="og:type" content="product"><meta property="og:title" content="Del Monte Juice 1L | Shop">
      <meta property="product:price:amount" content="99.00"><meta property="product:price:currency" content="PHP">
      """
    #expect(try summary(tags) == ["Del Monte Juice 1L | 99.00 PHP"])
    let listed = script(
      #"{"@type":"Product","name":"Del Monte Juice 1L","offers":{"price":"120.00","priceCurrency":"PHP"}}"#)
    #expect(try summary(tags + listed) == ["Del Monte Juice 1L | 99.00 PHP"])
  }

  @Test(arguments: [
    ("<h1>Evap 370ml</h1><p>Our price: ₱45.00</p>", "Evap 370ml | 45.00 PHP"),
    (
      "<h1>Evap 370ml</h1><span class=old-price>₱60.00</span> <span class=price>PHP 45.00</span>",
      "Evap 370ml | 45.00 PHP"
    ),
    ("<h1>Evap 370ml</h1><del class=price>₱60.00</del><b class='price'>Php45</b>", "Evap 370ml | 45 PHP"),
    ("<h1>Evap 370ml</h1>P45.50", "Evap 370ml | 45.50 PHP"),
  ]) func `what a page only shows`(_ html: String, _ expected: String) throws {
    #expect(try summary(html) == [expected])
  }

  @Test func `a list page gives its products, a page without one gives none`() throws {
    #expect(
      try summary(
        script(
          #"{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":"Product","name":"A"}},{"@type":"ListItem","item":{"@type":"Product","name":"B"}}]}"#
        )) == ["A", "B"])
    #expect(try products("<title>News</title><h1>Prices rise by 5 %</h1><p>text").isEmpty)
    #expect(try products("").isEmpty)
  }

  @Test(arguments: [
    ("gbk", [0xD1, 0xCC, 0xC8, 0xE2], "烟肉"), ("shift_jis", [0x83, 0x7E, 0x83, 0x8B, 0x83, 0x4E], "ミルク"),
    ("iso-8859-1", [0x4E, 0xE9, 0x80], "Né€"), ("windows-1251", [0xCC, 0xEE], "Мо"), ("koi8-r", [0xED, 0xCF], "Мо"),
    ("big5", [0xA4, 0xFB], "牛"), ("euc-kr", [0xBF, 0xEC], "우"), ("utf-8", [0xE7, 0x89, 0x9B, 0xFF], "牛\u{FFFD}"),
  ]) func `names in any declared encoding`(_ label: String, _ name: [UInt8], _ expected: String) throws {
    for head in ["<meta charset=\"\(label)\">", "<meta http-equiv=content-type content='text/html; charset=\(label)'>"]
    {
      let page = Array("\(head)<meta property=og:type content=product><h1>".utf8) + name + Array("</h1>".utf8)
      #expect(try PageExtractor().products(in: page).first?.name == expected)
    }
    let page = Array("<meta property=og:type content=product><h1>".utf8) + name + Array("</h1>".utf8)
    #expect(
      try PageExtractor().products(in: page, contentType: "text/html; charset=\(label.uppercased())").first?.name
        == expected)
  }

  @Test func `UTF-16 by its mark, windows-1252 when nothing is declared and it is no UTF-8`() throws {
    let text = "<meta property=og:type content=product><h1>牛乳</h1>"
    var little: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { little += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    #expect(try PageExtractor().products(in: little).first?.name == "牛乳")
    let latin = Array("<meta property=og:type content=product><h1>Caf".utf8) + [0xE9] + Array("</h1>".utf8)
    #expect(try PageExtractor().products(in: latin).first?.name == "Café")
  }
}

@Suite struct PackSizeTests {
  @Test(arguments: [
    ("6 x 330ml", "6 x 330ml", "1980"), ("12s", "12s", "12"), ("1kg + 20% free", "1kg", "1200"),
    ("Twin Pack 2x60g", "2 x 60g", "120"), ("20 sticks", "20s", "20"), ("Alaska Evaporada 370ml", "370ml", "370"),
    ("Coffee 20g 12's", "12 x 20g", "240"), ("330ml x 6", "6 x 330ml", "1980"), ("Twin Pack 60g", "2 x 60g", "120"),
    ("Juice 1.5L", "1.5l", "1500"), ("Pineapple Tidbits 115 g", "115g", "115"), ("500g + 50g free", "500g", "550"),
    ("pack of 6 250ml", "6 x 250ml", "1500"), ("8 x 3 x 20g", "24 x 20g", "480"),
    ("12 fl oz", "12fl oz", "354.88235475"),
    ("1/2 kg", "0.5kg", "500"), ("6-pack", "6s", "6"), ("Cola 330ML×24", "24 x 330ml", "7920"),
  ]) func `sizes of packs`(_ text: String, _ description: String, _ total: String) throws {
    let size = try #require(PackSize(text))
    #expect(size.description == description)
    #expect(size.total.description == total)
  }

  @Test(arguments: ["", "Evaporated milk", "Model 3310", "1x", "5 %"]) func `no size`(_ text: String) {
    #expect(PackSize(text) == nil)
  }
}
