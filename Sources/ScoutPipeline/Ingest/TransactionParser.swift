import PostgresDialect

/// Where a field's value lies, and what it is.
struct JSONSlot {
  enum Kind: UInt8 { case absent, null, boolean, number, string, array, object }

  var kind = Kind.absent
  /// Booleans only.
  var isTrue = false
  /// The printed form is the input's bytes (for a string: with the quotes around it).
  var isVerbatim = true
  /// The value in the input; of a string what stands between the quotes.
  var start: Int32 = 0
  var end: Int32 = 0
  /// The printed form in the parser's scratch memory, unless verbatim.
  var textStart: Int32 = 0
  var textEnd: Int32 = 0

  @inline(__always) var count: Int { Int(end &- start) }

  @inline(__always)
  mutating func set(_ kind: Kind, _ start: Int, _ end: Int) {
    self.kind = kind
    isVerbatim = true
    self.start = Int32(truncatingIfNeeded: start)
    self.end = Int32(truncatingIfNeeded: end)
  }
}

/// Reads one transaction's JSON in a single pass: its known fields become slots, and the whole of it becomes `payload`.
///
/// All memory is reused from record to record, so a record of ordinary shape allocates nothing here. Belongs to one
/// thread.
final class TransactionParser {
  /// A member whose key is no field: kept for the payload.
  private struct OtherMember {
    var keyStart: Int
    var keyCount: Int
    /// `"key": value` in `scratch`.
    var textStart: Int
    var textEnd: Int
  }

  /// The longest record, so that offsets fit 32 bits with room for text that grows.
  static let maximumRecordBytes = 256 << 20

  /// The most lines of one transaction; `{}` is two bytes, so the length of a record bounds too little.
  static let maximumItems = 65_536

  let transactionKeys = KeyTable(TransactionField.names)
  let itemKeys = KeyTable(ItemField.names)
  /// One slot per transaction field.
  let slots: UnsafeMutablePointer<JSONSlot>
  /// One run of slots per item, ``ItemField/names`` long.
  private(set) var itemSlots: UnsafeMutablePointer<JSONSlot>
  private var itemCapacity = 16
  private(set) var itemCount = 0
  /// The first element of `items` that is no object.
  private(set) var strangeItem: (index: Int, start: Int)?
  /// The normalised record.
  let payload = ByteSlab(capacity: 4096)

  private let scratch = ByteSlab(capacity: 4096)
  private let itemsText = ByteSlab(capacity: 4096)
  private let otherKeys = ByteSlab(capacity: 256)
  private var others: [OtherMember] = []
  /// `others.count`, kept apart because touching the array costs a run-time check even when nothing is in it.
  private var otherCount = 0
  private let normalizer: JSONNormalizer
  private let maximumBytes: Int

  init(maximumPayloadBytes: Int) {
    maximumBytes = maximumPayloadBytes
    normalizer = JSONNormalizer(maximumBytes: maximumPayloadBytes)
    slots = .allocate(capacity: TransactionField.names.count)
    slots.initialize(repeating: JSONSlot(), count: TransactionField.names.count)
    itemSlots = .allocate(capacity: itemCapacity * ItemField.names.count)
  }

  deinit {
    slots.deallocate()
    itemSlots.deallocate()
  }

  /// The slots of one item.
  func item(_ index: Int) -> UnsafeMutablePointer<JSONSlot> { itemSlots + index * ItemField.names.count }

  /// Reads `bytes`, which must stay alive until the slots have been used.
  func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONTextError) {
    reset()
    var cursor = JSONCursor(bytes)
    guard cursor.peek() == 0x7B else { throw cursor.unexpected("a JSON object") }
    try object(&cursor, keys: transactionKeys, into: slots, depth: 0)
    cursor.skipSpace()
    guard cursor.at == cursor.end else { throw cursor.unexpected("the end of the line after the object") }
    try emit(cursor, keys: transactionKeys, slots: slots, othersFrom: 0, into: payload)
  }

  private func reset() {
    for field in 0..<TransactionField.names.count { slots[field].kind = .absent }
    itemCount = 0
    strangeItem = nil
    let kept = 1 << 20
    payload.count = 0
    payload.shrink(to: kept)
    scratch.count = 0
    scratch.shrink(to: kept)
    itemsText.count = 0
    itemsText.shrink(to: kept)
    otherKeys.count = 0
    dropOthers(from: 0)
    normalizer.reset()
  }

  /// Reads the members of the object at the cursor.
  private func object(
    _ cursor: inout JSONCursor, keys: KeyTable, into slots: UnsafeMutablePointer<JSONSlot>, depth: Int
  ) throws(JSONTextError) {
    cursor.at += 1
    var previous = -1
    var isFirst = true
    while true {
      var field = keys.follow(&cursor, after: previous, isFirst: isFirst)
      if field == KeyTable.notFound {
        if cursor.take(0x7D) { return }
        if !isFirst, !cursor.take(0x2C) { throw cursor.unexpected("a comma or \"}\" after a value") }
        let key = try self.key(&cursor, keys, after: previous, &field)
        if field == KeyTable.notFound {
          isFirst = false
          try other(key, &cursor, depth: depth)
          continue
        }
      }
      isFirst = false
      previous = field
      if depth == 0, field == TransactionField.items, cursor.peek() == 0x5B {
        slots[field] = try items(&cursor)
      } else {
        try value(&cursor, depth: depth + 1, into: slots + field)
      }
    }
  }

  /// Reads a key and its colon, and looks the key up.
  private func key(
    _ cursor: inout JSONCursor, _ keys: KeyTable, after previous: Int, _ field: inout Int
  ) throws(JSONTextError) -> JSONStringToken {
    guard cursor.peek() == 0x22 else { throw cursor.unexpected("a key in quotes") }
    let key = try cursor.string()
    if key.isPlain {
      field = keys.field(cursor.base + key.start, key.end - key.start, after: previous)
    } else {
      let mark = otherKeys.count
      cursor.appendDecoded(key, to: otherKeys)
      field = keys.field(otherKeys.base + mark, otherKeys.count - mark, after: previous)
      otherKeys.count = mark
    }
    guard cursor.take(0x3A) else { throw cursor.unexpected("a colon after a key") }
    return key
  }

  @inline(__always)
  private func value(
    _ cursor: inout JSONCursor, depth: Int, into slot: UnsafeMutablePointer<JSONSlot>
  ) throws(JSONTextError) {
    switch cursor.peek() {
    case 0x22:
      let token = try cursor.string()
      slot.pointee.set(.string, token.start, token.end)
      if token.isPlain { return }
      cursor.at = token.start - 1
    case 0x2D, 0x30...0x39:
      let token = try cursor.number()
      slot.pointee.set(.number, token.start, token.end)
      if token.isCanonical, token.end - token.start < 16_000 { return }
      cursor.at = token.start
    case 0x74:
      let start = cursor.at
      try cursor.literal("true")
      slot.pointee.set(.boolean, start, cursor.at)
      slot.pointee.isTrue = true
      return
    case 0x66:
      let start = cursor.at
      try cursor.literal("false")
      slot.pointee.set(.boolean, start, cursor.at)
      slot.pointee.isTrue = false
      return
    case 0x6E:
      let start = cursor.at
      try cursor.literal("null")
      slot.pointee.set(.null, start, cursor.at)
      return
    case let byte:
      slot.pointee.set(byte == 0x5B ? .array : .object, cursor.at, cursor.at)
    }
    try written(&cursor, depth: depth, into: slot)
  }

  /// A value that is not printed as it came goes through the general normaliser.
  @inline(never)
  private func written(
    _ cursor: inout JSONCursor, depth: Int, into slot: UnsafeMutablePointer<JSONSlot>
  ) throws(JSONTextError) {
    slot.pointee.isVerbatim = false
    slot.pointee.textStart = Int32(truncatingIfNeeded: scratch.count)
    try normalizer.value(&cursor, into: scratch, depth: depth)
    slot.pointee.textEnd = Int32(truncatingIfNeeded: scratch.count)
    if slot.pointee.kind == .array || slot.pointee.kind == .object {
      slot.pointee.end = Int32(truncatingIfNeeded: cursor.at)
    }
  }

  private func other(_ key: JSONStringToken, _ cursor: inout JSONCursor, depth: Int) throws(JSONTextError) {
    let keyStart = otherKeys.count
    cursor.appendDecoded(key, to: otherKeys)
    let textStart = scratch.count
    JSONEscape.appendQuoted(
      UnsafeRawBufferPointer(start: otherKeys.base + keyStart, count: otherKeys.count - keyStart), to: scratch)
    scratch.append(": ")
    try normalizer.value(&cursor, into: scratch, depth: depth + 1)
    others.append(
      OtherMember(
        keyStart: keyStart, keyCount: otherKeys.count - keyStart, textStart: textStart, textEnd: scratch.count))
    otherCount += 1
  }

  @inline(__always)
  private func dropOthers(from first: Int) {
    guard otherCount > first else { return }
    others.removeSubrange(first...)
    otherCount = first
  }

  /// Reads the array `items`. When the key occurs twice, the second array replaces the first.
  private func items(_ cursor: inout JSONCursor) throws(JSONTextError) -> JSONSlot {
    var slot = JSONSlot(kind: .array, isVerbatim: false)
    slot.start = Int32(truncatingIfNeeded: cursor.at)
    slot.textStart = Int32(truncatingIfNeeded: itemsText.count)
    itemCount = 0
    strangeItem = nil
    cursor.at += 1
    itemsText.append(0x5B)
    if !cursor.take(0x5D) {
      while true {
        try oneItem(&cursor)
        if cursor.take(0x2C) {
          itemsText.append(", ")
        } else if cursor.take(0x5D) {
          break
        } else {
          throw cursor.unexpected("a comma or \"]\" after an item")
        }
      }
    }
    itemsText.append(0x5D)
    slot.end = Int32(truncatingIfNeeded: cursor.at)
    slot.textEnd = Int32(truncatingIfNeeded: itemsText.count)
    return slot
  }

  private func oneItem(_ cursor: inout JSONCursor) throws(JSONTextError) {
    if itemCount == TransactionParser.maximumItems {
      throw JSONTextError(offset: cursor.at, reason: "more than \(TransactionParser.maximumItems) items")
    }
    if itemCount == itemCapacity { growItems() }
    let slots = item(itemCount)
    slots.initialize(repeating: JSONSlot(), count: ItemField.names.count)
    itemCount += 1
    guard cursor.peek() == 0x7B else {
      if strangeItem == nil { strangeItem = (itemCount - 1, cursor.at) }
      try normalizer.value(&cursor, into: itemsText, depth: 2)
      return
    }
    let firstOther = otherCount
    let firstKey = otherKeys.count
    try object(&cursor, keys: itemKeys, into: slots, depth: 2)
    try emit(cursor, keys: itemKeys, slots: slots, othersFrom: firstOther, into: itemsText)
    dropOthers(from: firstOther)
    otherKeys.count = firstKey
  }

  private func growItems() {
    let width = ItemField.names.count
    let larger = UnsafeMutablePointer<JSONSlot>.allocate(capacity: itemCapacity * 2 * width)
    larger.moveInitialize(from: itemSlots, count: itemCapacity * width)
    itemSlots.deallocate()
    itemSlots = larger
    itemCapacity *= 2
  }

  /// Prints an object: known fields by ascending number, other members merged in by key.
  private func emit(
    _ cursor: JSONCursor, keys: KeyTable, slots: UnsafeMutablePointer<JSONSlot>, othersFrom firstOther: Int,
    into output: ByteSlab
  ) throws(JSONTextError) {
    let bodyStart = output.count + 1
    output.append(0x7B)
    if otherCount > firstOther { sortOthers(from: firstOther) }
    var nextOther = firstOther
    for field in 0..<keys.count where slots[field].kind != .absent {
      if nextOther < otherCount {
        appendOthers(&nextOther, before: keys.nameBytes(field), bodyStart: bodyStart, to: output)
      }
      let label = keys.label(field)
      // Without the comma for the first member.
      let comma = output.count > bodyStart ? 0 : 2
      output.appendPadded(label.start + comma, label.count &- comma)
      let slot = slots[field]
      if slot.isVerbatim {
        let quotes = slot.kind == .string ? 1 : 0
        let start = cursor.base + (Int(slot.start) &- quotes)
        let length = slot.count &+ 2 &* quotes
        if length <= 32, Int(slot.end) &+ 9 <= cursor.end {
          output.appendPadded(start, length)
        } else {
          output.append(start, length)
        }
      } else {
        let source =
          keys === transactionKeys && field == TransactionField.items && slot.kind == .array
          ? itemsText : scratch
        output.append(source.base + Int(slot.textStart), Int(slot.textEnd - slot.textStart))
      }
    }
    if nextOther < otherCount { appendOthers(&nextOther, before: nil, bodyStart: bodyStart, to: output) }
    output.append(0x7D)
    if output.count > maximumBytes {
      throw JSONTextError(offset: cursor.at, reason: "the record is longer than \(maximumBytes) bytes once written out")
    }
  }

  private func otherKey(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: otherKeys.base + others[index].keyStart, count: others[index].keyCount)
  }

  private func sortOthers(from first: Int) {
    func key(_ member: OtherMember) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(start: otherKeys.base + member.keyStart, count: member.keyCount)
    }
    others[first...].sort { left, right in
      let order = JSONNormalizer.order(key(left), key(right))
      return order != 0 ? order < 0 : left.textStart < right.textStart
    }
  }

  private func appendOthers(
    _ next: inout Int, before field: UnsafeBufferPointer<UInt8>?, bodyStart: Int, to output: ByteSlab
  ) {
    while next < others.count {
      let key = otherKey(next)
      if let field, JSONNormalizer.order(key, field) > 0 { return }
      let member = others[next]
      next += 1
      // Of equal keys the last one stands at the end of its run.
      if next < others.count, JSONNormalizer.order(key, otherKey(next)) == 0 { continue }
      if output.count > bodyStart { output.append(", ") }
      output.append(scratch.base + member.textStart, member.textEnd - member.textStart)
    }
  }
}
