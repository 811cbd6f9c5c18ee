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
    guard let failure = writeAll(bytes, to: descriptor) else { return }
    // The reader has gone, as in `scout sql … | head`: there is nobody to write for.
    if failure == EPIPE || descriptor == errorDescriptor { exit(ExitStatus.fine.rawValue) }
    // A cut result must not pass for a whole one.
    err("scout: the output cannot be written: \(String(cString: strerror(failure)))\n")
    exit(ExitStatus.notFine.rawValue)
  }

  /// Writes everything to a descriptor.
  ///
  /// - Returns: The system's error number when that was not possible.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let written = systemWrite(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        if written < 0 {
          if errno == EINTR { continue }
          return errno
        }
        offset += written
      }
      return nil
    }
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

private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  #if canImport(Glibc)
    Glibc.write(descriptor, start, count)
  #elseif canImport(Musl)
    Musl.write(descriptor, start, count)
  #else
    Darwin.write(descriptor, start, count)
  #endif
}
