import PostgresDialect

extension FunctionRegistrar {
  /// Everything that lowered statements call, and the collations under which decimal and interval texts compare.
  func registerAll() {
    registerNumbers()
    registerTexts()
    registerTimes()
    registerFormatting()
    registerRegexes()
    registerStrings()
    registerDigests()
    registerMath()
    registerAggregates()
    registerSequences()
    registerRowSets()
    registerRoutines()
    registerTriggers()
    registerAudit()
    registerPrivileges()
    registerJSONConstruction()
    registerRecords()
    registerArrays()
    registerTimesWithZone()
    registerSession()
    registerSystemCatalog()
    registerBitStrings()
    registerBytes()
    registerWrites()
    collation("pg_text") { left, right in TextCollation.compare(left, right) }
    collation("pg_numeric") { left, right in
      guard let a = Numeric(utf8: left), let b = Numeric(utf8: right) else { return bytewise(left, right) }
      return a.compare(b)
    }
    collation("pg_interval") { left, right in
      guard let a = try? Interval(String(decoding: left, as: UTF8.self)),
        let b = try? Interval(String(decoding: right, as: UTF8.self))
      else { return bytewise(left, right) }
      return a < b ? -1 : a == b ? 0 : 1
    }
  }
}

private func bytewise(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
  left.lexicographicallyPrecedes(right) ? -1 : left.elementsEqual(right) ? 0 : 1
}
