import PostgresDialect

/// Reads a ``PackSize`` from the tokens of a text.
struct PackReader {
  let tokens: [PackToken]
  private var at = 0

  init(tokens: [PackToken]) { self.tokens = tokens }

  private struct Quantity {
    var amount: Numeric
    var unit: PackSize.Unit
    /// The factors before it: 6 and 2 in `6 x 2 x 330ml`.
    var factors: [Int]
    var end: Int
  }

  mutating func read() -> PackSize? {
    var quantity: Quantity?
    var pieces: Int?
    var bonus = Numeric.zero
    while at < tokens.count {
      if let found = quantityHere() {
        if isBonus(found.end) {
          if quantity != nil { bonus = base(found.amount, found.unit) ?? .zero }
        } else if quantity == nil || quantity?.factors.isEmpty == true && !found.factors.isEmpty {
          // `Twin pack 120g (2 x 60g)`: the one with factors says more.
          quantity = found
        }
        at = found.end
        if let factor = trailingFactor() { quantity?.factors.append(factor) }
        continue
      }
      if let (count, end) = piecesHere() {
        pieces = pieces ?? count
        at = end
        continue
      }
      if case .number(let percent) = tokens[at], token(1) == .percent {
        if let current = quantity, isBonus(at + 2) || at > 0 && tokens[at - 1] == .plus,
          let content = base(current.amount, current.unit)
        {
          let share = (try? content.multiplied(by: percent).divided(by: Numeric(100))) ?? .zero
          bonus = (try? share.multiplied(by: Numeric(product(current.factors)))) ?? share
        }
        at += 2
        continue
      }
      at += 1
    }
    if let quantity {
      let factor = product(quantity.factors)
      let count = factor > 1 ? factor : min(pieces ?? 1, 100_000)
      return PackSize(quantity: quantity.amount, unit: quantity.unit, count: max(count, 1), bonus: bonus)
    }
    return pieces.map { PackSize(quantity: .one, unit: .piece, count: $0) }
  }

  private func token(_ offset: Int) -> PackToken? {
    tokens.indices.contains(at + offset) ? tokens[at + offset] : nil
  }

  private func product(_ factors: [Int]) -> Int {
    factors.reduce(1) { product, factor in
      let (result, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? 100_000 : min(result, 100_000)
    }
  }

  private func base(_ amount: Numeric, _ unit: PackSize.Unit) -> Numeric? {
    guard let factor = try? Numeric(unit.factor) else { return nil }
    return try? amount.multiplied(by: factor)
  }

  private func whole(_ number: Numeric) -> Int? {
    guard let value = number.scaledInteger(scale: 0), value > 0, value <= 100_000 else { return nil }
    return Int(value)
  }

  // MARK: Quantities

  /// `330ml`, `6 x 330ml`, `5 bottles of 20cl`, `1/2 kg` at this place.
  private func quantityHere() -> Quantity? {
    guard case .number(let first) = tokens[at] else { return nil }
    if let (unit, end) = unit(at: at + 1) { return Quantity(amount: first, unit: unit, factors: [], end: end) }
    if token(1) == .times, let count = whole(first) {
      var rest = self
      rest.at = at + 2
      guard rest.at < tokens.count, var quantity = rest.quantityHere() else { return nil }
      quantity.factors.insert(count, at: 0)
      return quantity
    }
    if token(1) == .other, case .number(let second)? = token(2), !second.isZero, let (unit, end) = unit(at: at + 3) {
      // The sign between is a slash here: everything else that is no sign of a size would not have a unit behind it.
      guard let amount = try? first.divided(by: second), amount.compare(.one) < 0 else { return nil }
      return Quantity(amount: amount, unit: unit, factors: [], end: end)
    }
    return containers(first)
  }

  /// `10 unités de 170g`, `4 bouteilles en verre de 20cl`: a few words, the last of them *of*.
  private func containers(_ first: Numeric) -> Quantity? {
    guard let count = whole(first) else { return nil }
    var place = at + 1
    var last = ""
    while place < tokens.count, place - at <= 5, case .word(let word) = tokens[place] {
      last = word
      place += 1
    }
    guard place > at + 2, ["of", "de", "à", "von", "di", "ng"].contains(last), place < tokens.count,
      case .number(let amount) = tokens[place], let (unit, end) = unit(at: place + 1)
    else { return nil }
    return Quantity(amount: amount, unit: unit, factors: [count], end: end)
  }

  /// `x 6` behind a quantity.
  private mutating func trailingFactor() -> Int? {
    guard at + 1 < tokens.count, tokens[at] == .times, case .number(let number) = tokens[at + 1],
      unit(at: at + 2) == nil,
      let count = whole(number)
    else { return nil }
    at += 2
    // `330ml x 6s`: the letter belongs to the number.
    if at < tokens.count, case .word(let word) = tokens[at], word == "s" { at += 1 }
    return count
  }

  private func isBonus(_ place: Int) -> Bool {
    guard tokens.indices.contains(place), case .word(let word) = tokens[place] else { return false }
    return ["free", "extra", "more", "bonus", "libre", "gratis", "offerts"].contains(word)
  }

  private func unit(at place: Int) -> (PackSize.Unit, Int)? {
    guard tokens.indices.contains(place), case .word(let word) = tokens[place] else { return nil }
    if word == "fl" || word == "fluid", tokens.indices.contains(place + 1), case .word(let next) = tokens[place + 1],
      next == "oz" || next.hasPrefix("ounce")
    {
      return (.fluidOunce, place + 2)
    }
    return Self.units[word].map { ($0, place + 1) }
  }

  private static let units: [String: PackSize.Unit] = [
    "mg": .milligram, "мг": .milligram, "毫克": .milligram,
    "g": .gram, "gr": .gram, "grs": .gram, "gm": .gram, "gms": .gram, "gram": .gram, "grams": .gram, "gramo": .gram,
    "гр": .gram, "г": .gram, "公克": .gram, "克": .gram,
    "kg": .kilogram, "kgs": .kilogram, "kilo": .kilogram, "kilos": .kilogram, "kilogram": .kilogram,
    "kilograms": .kilogram, "кг": .kilogram, "公斤": .kilogram, "千克": .kilogram,
    "oz": .ounce, "ounce": .ounce, "ounces": .ounce,
    "lb": .pound, "lbs": .pound, "pound": .pound, "pounds": .pound,
    "ml": .millilitre, "mls": .millilitre, "millilitre": .millilitre, "milliliter": .millilitre, "мл": .millilitre,
    "毫升": .millilitre, "cc": .millilitre,
    "cl": .centilitre, "dl": .decilitre,
    "l": .litre, "lt": .litre, "ltr": .litre, "ltrs": .litre, "litre": .litre, "liter": .litre, "litres": .litre,
    "liters": .litre, "л": .litre, "公升": .litre, "升": .litre,
    "floz": .fluidOunce, "gal": .gallon, "gallon": .gallon, "gallons": .gallon,
  ]

  // MARK: Pieces

  /// `12s`, `12's`, `20 sticks`, `6-pack`, `pack of 6`, `twin pack` at this place.
  private func piecesHere() -> (Int, Int)? {
    switch tokens[at] {
    case .number(let number):
      guard let count = whole(number) else { return nil }
      var place = at + 1
      if place < tokens.count, tokens[place] == .apostrophe || tokens[place] == .hyphen { place += 1 }
      if place < tokens.count, case .word(let word) = tokens[place], word == "s" || Self.pieces.contains(word) {
        return (count, place + 1)
      }
      return nil
    case .word(let word):
      if ["pack", "box", "case", "set", "bundle", "tray"].contains(word), case .word("of")? = token(1),
        case .number(let number)? = token(2), let count = whole(number), unit(at: at + 3) == nil
      {
        return (count, at + 3)
      }
      let multiple = ["twin": 2, "duo": 2, "double": 2, "triple": 3, "tri": 3, "trio": 3, "six": 6, "dozen": 12][word]
      guard let multiple else {
        return word == "twinpack" ? (2, at + 1) : word == "tripack" ? (3, at + 1) : nil
      }
      if word == "dozen" { return (12, at + 1) }
      let next = token(1) == .hyphen ? token(2) : token(1)
      guard case .word(let pack)? = next, ["pack", "packs", "pk"].contains(pack) else { return nil }
      return (multiple, at + (token(1) == .hyphen ? 3 : 2))
    default: return nil
    }
  }

  private static let pieces: Set<String> = [
    "pack", "packs", "pk", "pks", "pcs", "pc", "pieces", "piece", "sticks", "stick", "sachets", "sachet", "cans", "can",
    "bottles", "bottle", "tablets", "tabs", "capsules", "sheets", "rolls", "bags", "teabags", "pouches", "tetra", "ct",
    "count", "units", "unit", "boxes", "bars", "cups", "wipes", "pads", "diapers", "ea",
  ]
}
