// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that what measuring needs burdens nobody who uses Scout.
let package = Package(
  name: "scout-benchmarks",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "scout-bench", targets: ["scout-bench"])],
  dependencies: [
    .package(name: "scout", path: ".."),
    // For the bare inserts that ingest is compared with; the same library that Scout itself runs on.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "scout-bench",
      dependencies: [
        .product(name: "Scout", package: "scout"),
        // The program whose start is measured: built with the same flags, beside this one.
        .product(name: "scout", package: "scout"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
