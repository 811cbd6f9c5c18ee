import Foundation
import ScoutGenerator

/// The shipped catalogue, read from the repository.
func shippedCatalogue() throws -> Catalogue {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  func text(_ name: String) throws -> String {
    try String(contentsOf: root.appending(path: "schemas/masterdata/\(name).csv"), encoding: .utf8)
  }
  return try Catalogue(
    brandsCSV: text("brands"), categoriesCSV: text("categories"), placesCSV: text("places"),
    productsCSV: text("products"))
}

/// Ten days of six stores: small enough for every test, large enough for every kind of line.
func smallConfiguration(seed: UInt64 = 7) -> GeneratorConfiguration {
  var configuration = GeneratorConfiguration(
    startDate: CivilDate(daysSinceEpoch: 20_300), days: 10, stores: 6, transactionsPerStorePerDay: 20)
  configuration.seed = seed
  configuration.rates.duplicates = 0.05
  configuration.rates.corrections = 0.05
  configuration.rates.voids = 0.04
  configuration.rates.late = 0.06
  configuration.rates.malformed = 0.05
  configuration.rates.returns = 0.03
  return configuration
}

/// FNV-1a, 64 bits: enough to notice that a byte changed.
func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}

/// All lines of a configuration.
func lines(
  _ configuration: GeneratorConfiguration, catalogue: Catalogue, format: GeneratedFormat = .jsonLines
) throws -> (lines: [GeneratedLine], truth: GeneratorTruth) {
  let generator = try TransactionGenerator(configuration, catalogue: catalogue, format: format)
  var lines: [GeneratedLine] = []
  while let line = generator.nextLine() { lines.append(line) }
  return (lines, generator.truth)
}
