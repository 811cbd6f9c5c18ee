/// Turns sales into lines that arrive: on time, late, again, corrected, withdrawn or damaged.
///
/// The fate of a transaction is decided when it is made, and what follows from it waits in ``PendingLines``. Its lines
/// arrive in this order: first version, correction, repeat (of the latest version), void. So "the version ingested last
/// wins" has one reading only, whatever a reader thinks of a repeat that arrives after its correction.
struct Delivery {
  private let catalogue: Catalogue
  private let format: GeneratedFormat
  private let encoder: LineEncoder
  private let factory: TransactionFactory
  private let chances: (late: Chance, duplicate: Chance, correction: Chance, void: Chance, malformed: Chance)
  private var random: RandomSource
  private var sales: Sales
  private let plan: ResolvedPlan
  private var pending = PendingLines()
  private var lastNumber = 0
  private var draft = Draft()
  private var members: [Int] = []
  private var isHeaderDue: Bool
  /// Arrival of the last line.
  private var clock: Int
  private(set) var truth: GeneratorTruth

  init(
    _ configuration: GeneratorConfiguration, catalogue: Catalogue, format: GeneratedFormat
  ) throws(GeneratorError) {
    try configuration.validate()
    let plan = Plan(configuration, catalogue: catalogue)
    let network = StoreNetwork(configuration, places: catalogue.places)
    self.catalogue = catalogue
    self.format = format
    encoder = LineEncoder(catalogue: catalogue, network: network, localOffset: configuration.utcOffsetMinutes * 60)
    factory = TransactionFactory(catalogue: catalogue, network: network, rates: configuration.rates)
    let rates = configuration.rates
    chances = (
      Chance(rates.late), Chance(rates.duplicates), Chance(rates.corrections), Chance(rates.voids),
      Chance(rates.malformed)
    )
    random = RandomSource(seed: configuration.seed)
    let resolved = try ResolvedPlan(plan, configuration: configuration, catalogue: catalogue)
    self.plan = resolved
    sales = Sales(configuration, network: network, plan: resolved, factory: factory)
    isHeaderDue = format == .csv
    clock = configuration.start
    truth = GeneratorTruth(configuration: configuration, catalogue: catalogue, plan: plan)
  }

  /// Appends the next line without its line feed.
  ///
  /// - Returns: `nil`, with nothing appended, after the last line.
  mutating func appendNext(to bytes: inout [UInt8]) -> (kind: GeneratedLine.Kind, arrival: Int)? {
    if isHeaderDue {
      isHeaderDue = false
      bytes.append(LineEncoder.csvHeader)
      return (.header, clock)
    }
    while true {
      let sale = sales.peek(&random)
      if let arrival = pending.firstArrival, sale.map({ arrival <= $0.instant }) ?? true,
        let entry = pending.removeFirst()
      {
        bytes.append(contentsOf: entry.bytes)
        truth.counts.lines += 1
        clock = entry.arrival
        return (entry.kind, entry.arrival)
      }
      guard let sale else { return nil }
      sales.advance()
      if deliver(sale, to: &bytes) {
        truth.counts.lines += 1
        clock = sale.instant
        return (.transaction, sale.instant)
      }
    }
  }

  /// Makes the transaction of a sale and everything that will follow from it.
  ///
  /// - Returns: Whether it arrived at once and was appended.
  private mutating func deliver(_ sale: Sales.Sale, to bytes: inout [UInt8]) -> Bool {
    lastNumber += 1
    factory.fill(
      &draft, number: lastNumber, store: sale.store, instant: sale.instant, brand: sale.brand,
      conditions: sales.conditions, &random)

    let start = bytes.count
    var delay = random.happens(chances.late) ? latency() : 0
    let isCorrected = random.happens(chances.correction)
    var isRepeated = random.happens(chances.duplicate)
    let isVoided = random.happens(chances.void)
    var isDamaged = random.happens(chances.malformed)
    delay = plan.arrival(at: sale.instant + delay) - sale.instant
    let repeatsAtOnce = sales.conditions.duplicates.map { random.happens($0) } ?? false
    isRepeated = isRepeated || repeatsAtOnce
    if let chance = sales.conditions.rejects, random.happens(chance) { isDamaged = true }
    // Both forms make the same draws, so that both hold the same sales.
    if format == .jsonLines {
      encoder.appendJSON(draft, to: &bytes, members: &members)
      truth.counts.unknownValues += draft.unknownValues
    }
    if isCorrected || isRepeated || isVoided || isDamaged {
      for index in members.indices { members[index] -= start }
      followUp(
        first: Array(bytes[start...]), arrival: sale.instant + delay, isCorrected: isCorrected,
        isRepeated: isRepeated, repeatsAtOnce: repeatsAtOnce, isVoided: isVoided, isDamaged: isDamaged)
    }
    if !isVoided { truth.add(draft, catalogue: catalogue) }
    if format == .csv {
      if isVoided { return false }
      truth.counts.unknownValues += draft.unknownValues
      encoder.appendCSV(draft, to: &bytes)
    }
    truth.counts.transactions += 1
    if delay > 0 { truth.counts.late += 1 }
    guard delay > 0 else { return true }
    pending.insert(Array(bytes[start...]), kind: .transaction, arrival: sale.instant + delay)
    bytes.removeLast(bytes.count - start)
    return false
  }

  // MARK: What follows a first delivery

  /// Lets the draft become the final version and queues the lines that come after the first.
  private mutating func followUp(
    first: [UInt8], arrival: Int, isCorrected: Bool, isRepeated: Bool, repeatsAtOnce: Bool, isVoided: Bool,
    isDamaged: Bool
  ) {
    var arrival = arrival
    var latest = first
    if isCorrected {
      correct()
      arrival += random.within(600...259_200)
      latest.removeAll(keepingCapacity: true)
      encoder.appendJSON(draft, to: &latest, members: &members)
      enqueue(latest, .correction, arrival: arrival)
    }
    if isRepeated {
      arrival += repeatsAtOnce ? 2 : repeatDelay()
      let isReordered = random.below(10) < 3
      if isReordered, format == .jsonLines {
        latest = reordered(latest)
        truth.counts.reorderedDuplicates += 1
      }
      enqueue(latest, .duplicate, arrival: arrival)
    }
    if isVoided {
      arrival += random.within(120...172_800)
      latest.removeAll(keepingCapacity: true)
      encoder.appendVoid(draft, to: &latest, members: &members)
      enqueue(latest, .void, arrival: arrival)
    }
    if isDamaged {
      let reason = Malformation.allCases[random.below(Malformation.allCases.count)]
      enqueue(damaged(reason), .malformed, arrival: arrival + random.below(30), reason: reason)
    }
  }

  /// Counts a line that arrives later; the CSV form has none of them.
  private mutating func enqueue(
    _ bytes: [UInt8], _ kind: GeneratedLine.Kind, arrival: Int, reason: Malformation? = nil
  ) {
    guard format == .jsonLines else { return }
    pending.insert(bytes, kind: kind, arrival: plan.arrival(at: arrival))
    switch kind {
    case .duplicate: truth.counts.duplicates += 1
    case .void: truth.counts.voids += 1
    case .correction:
      truth.counts.corrections += 1
      truth.counts.unknownValues += draft.unknownValues
    case .malformed:
      truth.counts.malformed += 1
      for index in truth.counts.malformedByReason.indices
      where truth.counts.malformedByReason[index].reason == reason?.name {
        truth.counts.malformedByReason[index].count += 1
      }
    case .transaction, .header: break
    }
  }

  /// Five minutes to four weeks; half of the late lines come within two hours.
  private mutating func latency() -> Int {
    switch random.below(20) {
    case 0..<10: random.within(300...7200)
    case 10..<16: random.within(7200...86_400)
    case 16..<19: random.within(86_400...604_800)
    default: random.within(604_800...2_419_200)
    }
  }

  /// Mostly at once, as when a device does not see the acknowledgement; sometimes when a day is exported again.
  private mutating func repeatDelay() -> Int {
    switch random.below(20) {
    case 0..<12: random.within(1...30)
    case 12..<17: random.within(600...21_600)
    default: random.within(86_400...864_000)
    }
  }

  /// Changes the draft so that it differs: its quantity, its day or its store.
  private mutating func correct() {
    switch random.below(20) {
    case 0..<12: changeQuantity()
    case 12..<17: draft.instant -= 86_400
    default:
      let stores = truth.configuration.stores
      if stores > 1 { draft.store = (draft.store + 1 + random.below(stores - 1)) % stores } else { changeQuantity() }
    }
  }

  private mutating func changeQuantity() {
    guard var line = draft.lines.first else { return }
    // A discount is a share of the price, so it grows with the quantity; returns have none.
    let discountPerPiece = line.quantity > 0 ? line.discount / line.quantity : 0
    line.quantity += line.quantity < 0 ? -1 : random.within(1...3)
    line.discount = discountPerPiece * max(0, line.quantity)
    draft.lines[0] = line
  }

  /// The same object with its members in reverse order and spaces between them.
  private func reordered(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 64)
    result.append("{ ")
    for index in members.indices.reversed() {
      let end = index + 1 < members.count ? members[index + 1] - 1 : bytes.count - 1
      result.append(contentsOf: bytes[members[index]..<end])
      if index > 0 { result.append(", ") }
    }
    result.append(" }")
    return result
  }

  // MARK: Damage

  /// A line that must be rejected: of the current transaction (whose good version stays in force) or of one that is
  /// never delivered otherwise.
  private mutating func damaged(_ reason: Malformation) -> [UInt8] {
    var damaged = draft
    if random.below(5) > 0 { damaged.number = 90_000_000 + lastNumber }
    if reason == .impossibleTime { damaged.timeForm = .impossible }
    var bytes: [UInt8] = []
    encoder.appendJSON(damaged, fault: reason, to: &bytes, members: &members)
    let point = random.below(1200)
    switch reason {
    case .truncated:
      var length = bytes.count * (15 + point % 75) / 100
      // Not inside a character: a line that is no UTF-8 is another story.
      while length > 0, bytes[length] & 0xC0 == 0x80 { length -= 1 }
      bytes.removeLast(bytes.count - length)
    case .notJSON:
      let length = bytes.count
      bytes = Array("*** PRINTER OFFLINE, ".utf8)
      bytes.append(number: length)
      bytes.append(" bytes lost ***")
    case .missingField:
      // The members that are required: identifier, store and time come first, the items last.
      let index = [0, 1, 2, members.count - 1][point % 4]
      if index + 1 < members.count {
        bytes.removeSubrange(members[index]..<members[index + 1])
      } else {
        bytes.removeSubrange(members[index] - 1..<bytes.count - 1)
      }
    default: break
    }
    return bytes
  }
}
