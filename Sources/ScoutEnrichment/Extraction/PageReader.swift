/// One pass over a page that collects what it says about products.
///
/// The tree of the page is followed as far as it decides what belongs to what: a stack of open elements, elements that
/// have no end tag, and those that end where the next of their kind begins. It is bounded: deeper elements are read
/// over, and so are texts beyond their limits.
struct PageReader {
  /// A `meta` element.
  struct Meta {
    var name: String
    var content: String
  }

  /// A text that may be the price.
  struct PriceCandidate {
    var text: String
    /// The element's `id` and `class`, in lower case; empty for a text that only has a currency sign.
    var label: String
    /// Its place in the page, in bytes.
    var offset: Int
    /// Points off for the elements that it stands in: other products, what it cost before.
    var penalty = 0
  }

  private(set) var data = LinkedData()
  private(set) var metas: [Meta] = []
  private(set) var title = ""
  /// The `h1`s, and of these the product's.
  private(set) var headings: [HeadingChoice.Heading] = []
  private(set) var heading = ""
  /// The texts of elements whose `id` or `class` says that they are the product's name or brand.
  var labelledName = ""
  var labelledBrand = ""
  private(set) var canonical: String?
  private(set) var prices: [PriceCandidate] = []
  private(set) var headingOffset: Int?
  private(set) var labelledNumber = LabelledNumber()
  /// The currency of a price that belongs to no thing.
  private(set) var looseCurrency: String?
  /// The currency that the page's scripts agree on, where nothing else names one.
  private(set) var scriptCurrency: String?

  static let maximumDepth = 512
  static let maximumMetas = 1000
  static let maximumPrices = 400
  static let maximumCaptures = 32
  static let maximumHeadings = 16

  /// An open element.
  private struct Element {
    var name: UInt64
    /// The thing that its properties belong to; -1 for none.
    var thing: Int
    /// The number of captures that were open before it.
    var captures: Int
    var isHidden: Bool
    /// Whether its text is the cents of a price, as in `₱12<sup>99</sup>`.
    var isFraction = false
    /// See ``PriceCandidate/penalty``.
    var penalty = 0
  }

  /// A text that is being collected until its element ends.
  struct Capture {
    enum Purpose {
      case property(name: String, thing: Int)
      case heading(offset: Int)
      case price(label: String, offset: Int, penalty: Int)
      case labelledName
      case labelledBrand
    }
    var purpose: Purpose
    var bytes: [UInt8] = []
    var limit: Int
  }

  private(set) var tokenizer: HTMLTokenizer
  private var stack: [Element] = []
  private var captures: [Capture] = []
  /// Elements below the maximum depth.
  private var overflow = 0
  private let references: ItemReferences
  /// The things that have an `itemref`, made when the first of their elements comes, and how many were opened.
  private var referring: [Int: Int] = [:]
  private var openedReferring = 0
  private var hasReferences = false
  private var scripts: [Range<Int>] = []
  /// How many more elements may be looked at in search of an end tag's start.
  private var searchBudget: Int

  private init(_ bytes: UnsafeBufferPointer<UInt8>, _ references: ItemReferences = ItemReferences()) {
    tokenizer = HTMLTokenizer(bytes)
    self.references = references
    searchBudget = 4 * bytes.count + 65_536
    stack.reserveCapacity(Self.maximumDepth)
  }

  /// Reads the page; `bytes` is UTF-8.
  static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> PageReader {
    var reader = PageReader(bytes)
    reader.run()
    if reader.hasReferences {
      reader = PageReader(bytes, ItemReferences(bytes))
      reader.run()
    }
    return reader
  }

  private mutating func run() {
    while true {
      switch tokenizer.next() {
      case .text: readText()
      case .rawText: readRawText()
      case .startTag: open()
      case .endTag: close(tokenizer.name)
      case .end:
        while !stack.isEmpty { pop() }
        chooseHeading()
        if needsCurrency { scriptCurrency = ScriptCurrency.find(tokenizer.bytes(0..<tokenizer.count), in: scripts) }
        return
      }
    }
  }

  /// Whether neither the tags nor the structured data name a currency.
  private var needsCurrency: Bool {
    !scripts.isEmpty && looseCurrency == nil && !metas.contains { $0.name.hasSuffix("currency") }
      && !data.things.contains { $0.properties.contains { $0.name == "priceCurrency" } }
  }

  private mutating func chooseHeading() {
    let titles = metas.filter { $0.name == "og:title" || $0.name == "twitter:title" }.map(\.content) + [title]
    guard let best = HeadingChoice.best(headings, titles: titles) else { return }
    (heading, headingOffset) = (best.text, best.offset)
  }

  // MARK: Text

  private mutating func readText() {
    if stack.last?.name == HTMLName.title {
      if title.isEmpty {
        title = HTMLText.decoded(tokenizer.bytes(tokenizer.content), limit: 1024).collapsingWhitespace()
      }
      return
    }
    let bytes = tokenizer.bytes(tokenizer.content)
    if !captures.isEmpty {
      let (isHidden, isFraction) = stack.last.map { ($0.isHidden, $0.isFraction) } ?? (false, false)
      let isCents = isFraction && Self.isTwoDigits(bytes)
      for index in captures.indices where captures[index].bytes.count < captures[index].limit {
        if captures[index].isPrice {
          // What is crossed out beside the price is not the price.
          if isHidden { continue }
          if isCents { captures[index].beginCents() }
        }
        HTMLText.append(bytes, limit: captures[index].limit, to: &captures[index].bytes)
      }
    }
    labelledNumber.read(bytes)
    guard bytes.count < 400, prices.count < Self.maximumPrices, hasCurrencySign(bytes),
      !(stack.last?.isHidden ?? false)
    else { return }
    let text = HTMLText.decoded(bytes).collapsingWhitespace()
    if text.utf8.contains(where: { $0 &- 0x30 < 10 }) {
      prices.append(
        PriceCandidate(
          text: text, label: "", offset: tokenizer.content.lowerBound, penalty: stack.last?.penalty ?? 0))
    }
  }

  private static func isTwoDigits(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count < 40 else { return false }
    let digits = bytes.filter { $0 > 0x20 }
    return digits.count == 2 && digits.allSatisfy { $0 &- 0x30 < 10 }
  }

  /// Whether a peso, dollar, euro, pound or yen sign, or `PHP`, or a reference that may be one, is in the text.
  private func hasCurrencySign(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case 0x24: return true
      case 0x26 where index + 2 < bytes.count:
        let next = bytes[index + 1]
        if next == 0x23 || next == 0x65 || next == 0x70 || next == 0x79 { return true }
      case 0xC2 where index + 1 < bytes.count:
        if bytes[index + 1] == 0xA3 || bytes[index + 1] == 0xA5 { return true }
      case 0xE2 where index + 2 < bytes.count: if bytes[index + 1] == 0x82 { return true }
      case 0x50 where index + 3 < bytes.count:
        // PHP, Php, P followed by a digit.
        if bytes[index + 1] | 0x20 == 0x68 && bytes[index + 2] | 0x20 == 0x70 || bytes[index + 1] &- 0x30 < 10 {
          return true
        }
      default: break
      }
      index += 1
    }
    return false
  }

  private mutating func readRawText() {
    guard let element = stack.last, element.name == HTMLName.script else { return }
    guard element.thing == Self.linkedScript else {
      if scripts.count < Self.maximumMetas { scripts.append(tokenizer.content) }
      return
    }
    LenientJSON.read(tokenizer.bytes(tokenizer.content), into: &data)
  }

  /// In place of a thing's number, for a script with JSON-LD.
  private static let linkedScript = -2

  // MARK: Elements

  private mutating func open() {
    let name = tokenizer.name
    if impliesEnd(of: name) { pop() }
    var element = Element(
      name: name, thing: stack.last.map { max($0.thing, -1) } ?? -1, captures: captures.count,
      isHidden: stack.last?.isHidden ?? false || name == HTMLName.del || name == HTMLName.s || name == HTMLName.strike
        || name == HTMLName.template, isFraction: name == HTMLName.sup,
      penalty: stack.last?.penalty ?? 0)
    if !captures.isEmpty, Self.breaksLine(name) { endLine() }
    switch name {
    case HTMLName.meta: readMeta()
    case HTMLName.link: readLink()
    case HTMLName.script:
      if let type = tokenizer.value(HTMLName.type), isLinkedDataType(tokenizer.bytes(type)) {
        element.thing = Self.linkedScript
      }
    case HTMLName.h1 where headings.count < Self.maximumHeadings && !captures.contains(where: { $0.isHeading }):
      capture(.heading(offset: tokenizer.at), limit: 1024)
    default: break
    }
    if !tokenizer.attributes.isEmpty { readAttributes(&element) }
    guard !Self.isVoid(name) else {
      finishCaptures(from: element.captures)
      return
    }
    if stack.count < Self.maximumDepth { stack.append(element) } else { overflow += 1 }
  }

  /// Whether an element of this name ends the one that is open, as the next list item does.
  private func impliesEnd(of name: UInt64) -> Bool {
    guard let top = stack.last, overflow == 0, top.name == name else { return false }
    switch name {
    case HTMLName.li, HTMLName.p, HTMLName.option, HTMLName.tr, HTMLName.td, HTMLName.th, HTMLName.dt, HTMLName.dd:
      return true
    default: return false
    }
  }

  /// Whether the element stands on a line of its own, so that what is before it and in it are two words.
  private static func breaksLine(_ name: UInt64) -> Bool {
    switch name {
    case HTMLName.br, HTMLName.p, HTMLName.div, HTMLName.li, HTMLName.tr, HTMLName.td, HTMLName.th, HTMLName.dt,
      HTMLName.dd, HTMLName.h1, HTMLName.h2, HTMLName.h3, HTMLName.ul, HTMLName.ol, HTMLName.table, HTMLName.option:
      true
    default: false
    }
  }

  private mutating func endLine() {
    for index in captures.indices where captures[index].bytes.last ?? 0x20 != 0x20 {
      captures[index].bytes.append(0x20)
    }
  }

  private static func isVoid(_ name: UInt64) -> Bool {
    switch name {
    case HTMLName.area, HTMLName.base, HTMLName.br, HTMLName.col, HTMLName.embed, HTMLName.hr, HTMLName.img,
      HTMLName.input, HTMLName.link, HTMLName.meta, HTMLName.param, HTMLName.source, HTMLName.track, HTMLName.wbr:
      true
    default: false
    }
  }

  private mutating func close(_ name: UInt64) {
    if overflow > 0 {
      overflow -= 1
      return
    }
    var index = stack.count
    while index > 0, searchBudget > 0 {
      index -= 1
      if stack[index].name == name {
        while stack.count > index { pop() }
        return
      }
      searchBudget -= 1
    }
  }

  private mutating func pop() {
    guard let element = stack.popLast() else { return }
    if !captures.isEmpty, Self.breaksLine(element.name) { endLine() }
    finishCaptures(from: element.captures)
  }

  // MARK: Captures

  mutating func capture(_ purpose: Capture.Purpose, limit: Int) {
    guard captures.count < Self.maximumCaptures else { return }
    captures.append(Capture(purpose: purpose, limit: limit))
  }

  private mutating func finishCaptures(from count: Int) {
    while captures.count > count, let capture = captures.popLast() {
      let text = String(decoding: capture.bytes, as: UTF8.self).collapsingWhitespace()
      guard !text.isEmpty else { continue }
      switch capture.purpose {
      case .property(let name, let thing): data.addProperty(name, .text(text), to: thing)
      case .heading(let offset): headings.append(HeadingChoice.Heading(text: text, offset: offset))
      case .labelledName: if labelledName.isEmpty { labelledName = text }
      case .labelledBrand: if labelledBrand.isEmpty { labelledBrand = text }
      case .price(let label, let offset, let penalty):
        if prices.count < Self.maximumPrices, text.utf8.contains(where: { $0 &- 0x30 < 10 }) {
          prices.append(PriceCandidate(text: text, label: label, offset: offset, penalty: penalty))
        }
      }
    }
  }

  // MARK: Attributes

  func text(_ range: Range<Int>) -> String {
    HTMLText.decoded(tokenizer.bytes(range), isAttribute: true, limit: LinkedData.maximumTextBytes)
  }

  private mutating func readMeta() {
    guard metas.count < Self.maximumMetas, let content = tokenizer.value(HTMLName.content),
      let name = tokenizer.value(HTMLName.property) ?? tokenizer.value(HTMLName.name)
    else { return }
    metas.append(Meta(name: text(name).lowercased(), content: text(content).collapsingWhitespace()))
  }

  private mutating func readLink() {
    guard canonical == nil, let relation = tokenizer.value(HTMLName.rel), let target = tokenizer.value(HTMLName.href),
      text(relation).lowercased() == "canonical"
    else { return }
    canonical = text(target)
  }

  private func isLinkedDataType(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count < 200 else { return false }
    return String(decoding: bytes, as: UTF8.self).lowercased().contains("ld+json")
  }

  private mutating func readAttributes(_ element: inout Element) {
    var property: Range<Int>?
    var types: Range<Int>?
    var isThing = false
    var label: Range<Int>?
    var identifier: Range<Int>?
    var refers = false
    for attribute in tokenizer.attributes {
      switch attribute.name {
      case HTMLName.itemprop: property = property ?? attribute.value
      case HTMLName.property where tokenizer.name != HTMLName.meta: property = property ?? attribute.value
      case HTMLName.itemscope: isThing = true
      case HTMLName.typeof:
        isThing = true
        types = types ?? attribute.value
      case HTMLName.itemtype: types = types ?? attribute.value
      case HTMLName.class: label = label ?? attribute.value
      case HTMLName.id: identifier = identifier ?? attribute.value
      case HTMLName.itemref: refers = true
      case HTMLName.hidden: element.isHidden = true
      default: break
      }
    }
    // RDFa inside a thing may use `meta property`.
    if property == nil, tokenizer.name == HTMLName.meta, element.thing >= 0,
      let range = tokenizer.value(HTMLName.property)
    {
      property = range
    }
    if references.count > 0, element.thing < 0, let identifier, let place = references.places[text(identifier)] {
      element.thing = thing(referring: place) ?? -1
    }
    if isThing {
      openThing(&element, property: property, types: types, refers: refers)
    } else if let property {
      if element.thing >= 0 { readProperty(property, of: element.thing) } else { readLooseProperty(property) }
    }
    if let label, contains("cents", label) || contains("fraction", label) || contains("decimal", label) {
      element.isFraction = true
    }
    if label != nil || identifier != nil, !element.isHidden {
      if tokenizer.name != HTMLName.body, tokenizer.name != HTMLName.html {
        element.penalty = max(element.penalty, penalty(label, identifier))
      }
      readLabel(label, identifier, penalty: element.penalty)
    }
  }

  /// The thing with the `itemref` of that number.
  private mutating func thing(referring place: Int) -> Int? {
    if let known = referring[place] { return known }
    guard let thing = data.add() else { return nil }
    referring[place] = thing
    return thing
  }

  private mutating func openThing(
    _ element: inout Element, property: Range<Int>?, types: Range<Int>?, refers: Bool
  ) {
    var known: Int?
    if refers, tokenizer.value(HTMLName.itemscope) != nil { hasReferences = true }
    if refers, tokenizer.value(HTMLName.itemscope) != nil, openedReferring < references.count {
      known = thing(referring: openedReferring)
      openedReferring += 1
    }
    guard let thing = known ?? data.add() else { return }
    for type in types.map({ text($0) })?.split(whereSeparator: \.isWhitespace) ?? [] {
      data.addType(String(type), to: thing)
    }
    if let id = tokenizer.value(HTMLName.itemid) ?? tokenizer.value(HTMLName.resource) {
      data.setID(text(id), of: thing)
    }
    if let property, element.thing >= 0 {
      for name in text(property).split(whereSeparator: \.isWhitespace).prefix(8) {
        data.addProperty(String(name), .thing(thing), to: element.thing)
      }
    } else {
      data.roots.append(thing)
    }
    element.thing = thing
  }

  private mutating func readProperty(_ property: Range<Int>, of thing: Int) {
    let names = text(property).split(whereSeparator: \.isWhitespace).prefix(8).map(String.init)
    if let value = attributeValue {
      let text = text(value)
      for name in names { data.addProperty(name, .text(text), to: thing) }
      return
    }
    guard !Self.isVoid(tokenizer.name) else { return }
    for name in names {
      capture(.property(name: name, thing: thing), limit: name.hasSuffix("description") ? 512 : 2048)
    }
  }

  /// A price outside of any thing: the page means it all the same.
  private mutating func readLooseProperty(_ property: Range<Int>) {
    if equals("pricecurrency", property) {
      looseCurrency = looseCurrency ?? tokenizer.value(HTMLName.content).flatMap { CurrencySign.code(text($0)) }
      return
    }
    guard equals("price", property), prices.count < Self.maximumPrices else { return }
    let label = "itemprop product price"
    if let value = attributeValue {
      prices.append(PriceCandidate(text: text(value), label: label, offset: tokenizer.at))
    } else if !Self.isVoid(tokenizer.name) {
      capture(.price(label: label, offset: tokenizer.at, penalty: 0), limit: 240)
    }
  }

  /// The attribute that holds the property's value, where one does.
  ///
  /// `content` counts on every element, as RDFa has it and as search engines read microdata.
  /// Source: <https://html.spec.whatwg.org/multipage/microdata.html#values>
  private var attributeValue: Range<Int>? {
    if let content = tokenizer.value(HTMLName.content) { return content }
    switch tokenizer.name {
    case HTMLName.a, HTMLName.link, HTMLName.area:
      // A name that is also a link has its text as the name.
      return tokenizer.name == HTMLName.a && !isAddressProperty ? nil : tokenizer.value(HTMLName.href)
    case HTMLName.img, HTMLName.audio, HTMLName.video, HTMLName.source, HTMLName.embed, HTMLName.iframe,
      HTMLName.track:
      return isNameProperty ? tokenizer.value(HTMLName.alt) : tokenizer.value(HTMLName.src)
    case HTMLName.object: return tokenizer.value(HTMLName.data)
    case HTMLName.time: return tokenizer.value(HTMLName.datetime)
    case HTMLName.data, HTMLName.meter: return tokenizer.value(HTMLName.value)
    default: return nil
    }
  }

  private var propertyName: String {
    (tokenizer.value(HTMLName.itemprop) ?? tokenizer.value(HTMLName.property)).map { text($0) } ?? ""
  }

  private var isAddressProperty: Bool {
    ["url", "image", "item", "sameAs", "logo", "availability", "itemCondition"].contains(
      LinkedData.localName(propertyName))
  }

  private var isNameProperty: Bool { ["name", "brand", "manufacturer"].contains(LinkedData.localName(propertyName)) }
}

extension PageReader.Capture {
  fileprivate var isHeading: Bool { if case .heading = purpose { true } else { false } }

  fileprivate var isPrice: Bool {
    switch purpose {
    case .price: true
    case .property(let name, _): name == "price"
    case .heading, .labelledName, .labelledBrand: false
    }
  }

  /// Puts the point before the cents, where whole units stand before them.
  fileprivate mutating func beginCents() {
    var end = bytes.count
    while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
    guard end > 0, bytes[end - 1] &- 0x30 < 10 else { return }
    bytes.removeSubrange(end...)
    bytes.append(0x2E)
  }
}
