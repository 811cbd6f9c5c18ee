// swift-tools-version: 6.1
import PackageDescription

// Dependencies point downwards only; the map with its reasons is in docs/architecture.md.
let package = Package(
  name: "scout",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "scout", targets: ["ScoutCLI"]),
    .library(name: "Scout", targets: ["Scout"]),
    .library(name: "PostgresDialect", targets: ["PostgresDialect"]),
  ],
  traits: [
    .trait(name: "LivePages", description: "Reads https pages: brings in AsyncHTTPClient and with it SwiftNIO.")
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // Only fetched and built with the trait, because it is larger than all the rest.
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "PostgresDialect"),
    .target(
      name: "ScoutStorage",
      dependencies: [
        "PostgresDialect",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "ScoutPipeline",
      dependencies: [
        "PostgresDialect", "ScoutStorage", "CZlib",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Scout",
      dependencies: [
        "PostgresDialect", "ScoutContracts", "ScoutEnrichment", "ScoutGenerator", "ScoutLedger", "ScoutMonitors",
        "ScoutPipeline", "ScoutSchemas", "ScoutStorage", "ScoutYAML", "CZlib",
        .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "ScoutCLI",
      dependencies: [
        "Scout", "ScoutGenerator", "ScoutReport", "ScoutShell",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "ScoutSchemas", exclude: ["definitions"], plugins: ["EmbedSchemas"]),
    .target(
      name: "ScoutMonitors",
      dependencies: [
        "PostgresDialect", "ScoutStorage", "Yams",
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .target(
      name: "ScoutLedger",
      dependencies: [
        "PostgresDialect", "ScoutStorage", "ScoutYAML", "Yams",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .target(
      name: "ScoutEnrichment",
      dependencies: [
        "PostgresDialect", "ScoutStorage",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "AsyncHTTPClient", package: "async-http-client", condition: .when(traits: ["LivePages"])),
      ]),
    .target(name: "ScoutContracts", dependencies: ["PostgresDialect", "ScoutStorage", "ScoutYAML", "Yams"]),
    .target(name: "ScoutYAML", dependencies: ["Yams"]),
    .target(name: "ScoutGenerator"),
    .target(name: "ScoutReport"),
    .target(name: "ScoutShell", dependencies: ["PostgresDialect", "ScoutStorage", "ScoutReport"]),

    .plugin(
      name: "EmbedSchemas", capability: .buildTool(), dependencies: ["embed-schemas"],
      path: "Sources/Plugins/EmbedSchemas"),
    .executableTarget(name: "embed-schemas"),

    .testTarget(
      name: "PostgresDialectTests", dependencies: ["PostgresDialect"],
      exclude: ["Fixtures", "Syntax/syntax-errors.sql"]),
    .testTarget(
      name: "ScoutPipelineTests", dependencies: ["PostgresDialect", "ScoutPipeline", "ScoutTestSupport", "CZlib"],
      exclude: ["Fixtures"]),
    // Not a product: Tests/differential/run compares its answers with PostgreSQL's.
    .executableTarget(
      name: "dialect-probe", dependencies: ["ScoutStorage", "PostgresDialect"], path: "Tests/differential/probe"),
    // What the tests of the façade and of the command share; no product depends on it.
    .target(
      name: "ScoutTestSupport",
      dependencies: ["Scout", "ScoutGenerator", "CZlib", .product(name: "GRDBSQLite", package: "GRDB.swift")],
      path: "Tests/ScoutTestSupport"),
    .testTarget(name: "ScoutTests", dependencies: ["Scout", "ScoutGenerator", "ScoutStorage", "ScoutTestSupport"]),
    .testTarget(
      name: "ScoutCLITests",
      dependencies: [
        "PostgresDialect", "Scout", "ScoutCLI", "ScoutGenerator", "ScoutReport", "ScoutShell", "ScoutStorage",
        "ScoutTestSupport",
      ]),
    .testTarget(
      name: "ScoutStorageTests", dependencies: ["ScoutStorage", "PostgresDialect"], exclude: ["Fixtures"]),
    .testTarget(name: "ScoutSchemasTests", dependencies: ["ScoutSchemas"]),
    .testTarget(
      name: "ScoutMonitorsTests",
      dependencies: ["ScoutMonitors", "ScoutStorage", "ScoutTestSupport", "PostgresDialect"]),
    .testTarget(
      name: "ScoutLedgerTests", dependencies: ["ScoutLedger", "ScoutStorage", "PostgresDialect"], exclude: ["Fixtures"]),
    .testTarget(
      name: "ScoutEnrichmentTests",
      dependencies: ["PostgresDialect", "ScoutEnrichment", "ScoutStorage", "ScoutTestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "ScoutContractsTests", dependencies: ["ScoutContracts", "ScoutStorage", "PostgresDialect", "ScoutYAML"]),
    .testTarget(name: "ScoutGeneratorTests", dependencies: ["ScoutGenerator"]),
    .testTarget(name: "ScoutReportTests", dependencies: ["ScoutReport"]),
  ],
  swiftLanguageModes: [.v6]
)
