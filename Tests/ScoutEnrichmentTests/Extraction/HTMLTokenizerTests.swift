import Testing

@testable import ScoutEnrichment

@Suite struct HTMLTokenizerTests {
  /// The tokens as text: `<a href=x>`, `</a>`, `"text"`, `'raw'`.
  private func tokens(_ html: String) -> [String] {
    var html = html
    return html.withUTF8 { bytes in
      var tokenizer = HTMLTokenizer(bytes)
      var result: [String] = []
      while true {
        let content = { HTMLText.decoded(tokenizer.bytes(tokenizer.content)) }
        switch tokenizer.next() {
        case .end: return result
        case .text: result.append("\"\(content())\"")
        case .rawText: result.append("'\(String(decoding: tokenizer.bytes(tokenizer.content), as: UTF8.self))'")
        case .startTag:
          let values = tokenizer.attributes.map { HTMLText.decoded(tokenizer.bytes($0.value), isAttribute: true) }
          result.append("<\(name(tokenizer.name))\(values.map { " " + $0 }.joined())>")
        case .endTag: result.append("</\(name(tokenizer.name))>")
        }
      }
    }
  }

  private func name(_ number: UInt64) -> String {
    let names = ["a", "b", "p", "br", "script", "title", "textarea", "style", "div", "plaintext"]
    return names.first { HTMLName.number($0) == number } ?? "?"
  }

  /// What html5lib's tests and the standard say. Source: <https://html.spec.whatwg.org/multipage/parsing.html>
  static let cases: [(String, [String])] = [
    ("<p>a</p>", ["<p>", "\"a\"", "</p>"]),
    ("<A HREF=x>", ["<a x>"]),
    ("<a href='x y' b=\"z\" c>", ["<a x y z >"]),
    ("<a b=1/>", ["<a 1/>"]),
    ("<a b = 1 >", ["<a 1>"]),
    ("<br/>", ["<br>"]),
    ("<br / b>", ["<br >"]),
    ("1 < 2 & 3 > 2", ["\"1 < 2 & 3 > 2\""]),
    ("a<", ["\"a<\""]),
    ("a</", ["\"a</\""]),
    ("a<b", ["\"a\""]),
    ("a<b c=\"", ["\"a\""]),
    ("</>x", ["\"x\""]),
    ("</ a>x", ["\"x\""]),
    ("<!doctype html><p>", ["<p>"]),
    ("<!-- a > b --><p>", ["<p>"]),
    ("<!--><p>", ["<p>"]),
    ("<!---><p>", ["<p>"]),
    ("<!-- a --!><p>", ["<p>"]),
    ("<!-- a ", []),
    ("<?xml version='1.0'?><p>", ["<p>"]),
    ("x<!--a-->y", ["\"x\"", "\"y\""]),
    ("<script>if (a < b) '</p>'</script>x", ["<script>", "'if (a < b) '</p>''", "</script>", "\"x\""]),
    ("<script></script>", ["<script>", "</script>"]),
    ("<script>a</scriptx></SCRIPT >", ["<script>", "'a</scriptx>'", "</script>"]),
    (
      "<script><!-- <script></script> --></script>x",
      [
        "<script>", "'<!-- <script></script> -->'", "</script>", "\"x\"",
      ]
    ),
    ("<script><!-- </script>x", ["<script>", "'<!-- '", "</script>", "\"x\""]),
    ("<script>a", ["<script>", "'a'"]),
    ("<title>a<b>&amp;</title>", ["<title>", "\"a<b>&\"", "</title>"]),
    ("<style><p></style>", ["<style>", "'<p>'", "</style>"]),
    ("<plaintext></plaintext>", ["<plaintext>", "\"</plaintext>\""]),
    ("<a title='&lt;&#8369;&nbsp;'>", ["<a <₱\u{A0}>"]),
  ]

  @Test(arguments: cases) func `tokens are those of the standard`(_ html: String, _ expected: [String]) {
    #expect(tokens(html) == expected, "\(html)")
  }

  @Test(arguments: [
    ("&amp;&lt;&quot;&apos;", "&<\"'"), ("&AMP &copy2024", "& ©2024"), ("&notit; &notin;", "¬it; ∉"),
    ("&#65;&#x41;", "AA"),
    ("&#128;&#150;", "€–"), ("&#0;&#xD800;&#x110000;", "\u{FFFD}\u{FFFD}\u{FFFD}"), ("&#;&#x;&;&", "&#;&#x;&;&"),
    ("&unknown; &ampersand", "&unknown; &ersand"), ("&#8369 45", "₱ 45"), ("&fjlig;", "fj"),
    ("&CounterClockwiseContourIntegral;", "∳"), ("&#99999999999999999999;", "\u{FFFD}"),
  ]) func `character references are those of the standard`(_ text: String, _ expected: String) {
    #expect(HTMLText.unescaped(text) == expected)
  }

  @Test func `in an attribute an unfinished reference before a letter or an equals sign is left alone`() {
    var text = "?a=1&copy=2&copyright&reg;&lt"
    #expect(text.withUTF8 { HTMLText.decoded($0, isAttribute: true) } == "?a=1&copy=2&copyright®<")
  }

  @Test func `a limit cuts between characters`() {
    for limit in 0...12 {
      var text = "₱é&#8369;x₱"
      let cut = text.withUTF8 { HTMLText.decoded($0, limit: limit) }
      #expect("₱é₱x₱".hasPrefix(cut) && cut.utf8.count <= limit + 2, "\(limit): \(cut)")
    }
  }
}

extension HTMLText {
  fileprivate static func unescaped(_ text: String) -> String {
    var text = text
    return text.withUTF8 { decoded($0) }
  }
}
