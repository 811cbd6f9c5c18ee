import ScoutReport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Results go to standard output, everything else to standard error.
enum Console {
  static let outputDescriptor: Int32 = 1
  static let errorDescriptor: Int32 = 2

  static func out(_ text: String) { write(Array(text.utf8), to: outputDescriptor) }
  static func err(_ text: String) { write(Array(text.utf8), to: errorDescriptor) }
  static func line(_ text: String = "") { out(text + "\n") }

  /// Writes to standard output or standard error, and ends the program when that is not possible.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    guard let failure = Terminal.writeAll(bytes, to: descriptor) else { return }
    // The reader has gone, as in `scout sql … | head`: there is nobody to write for.
    if failure == EPIPE || descriptor == errorDescriptor { exit(ExitStatus.fine.rawValue) }
    // A cut result must not pass for a whole one.
    err("scout: the output cannot be written: \(String(cString: strerror(failure)))\n")
    exit(ExitStatus.notFine.rawValue)
  }

  static var environment: [String: String] {
    ["NO_COLOR", "TERM", "COLUMNS"].reduce(into: [:]) { result, name in
      if let value = getenv(name) { result[name] = String(cString: value) }
    }
  }

  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  static var style: Style { Style(environment: environment, isTerminal: Terminal.isTerminal(outputDescriptor)) }

  /// The width that tables may take; nil when nobody's screen sets one.
  static var width: Int? { Terminal.isTerminal(outputDescriptor) ? Terminal.width(outputDescriptor) : nil }
}
