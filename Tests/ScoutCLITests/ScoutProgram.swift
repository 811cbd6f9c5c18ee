import Foundation
import ScoutTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The built program, run as a user runs it.
enum ScoutProgram {
  /// What a run left.
  struct Outcome: Sendable {
    var output: String
    var error: String
    /// The exit code; nil when a signal ended it.
    var status: Int32?
  }

  struct NotFound: Error, CustomStringConvertible {
    var path: String
    var description: String { "there is no scout at \(path): run swift build, or name it in SCOUT_BINARY" }
  }

  /// Beside the tests, where the build puts both.
  static func path() throws -> String {
    if let named = ProcessInfo.processInfo.environment["SCOUT_BINARY"] { return named }
    #if os(Linux)
      let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    #else
      let program = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundlePath ?? ""
    #endif
    let path = URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent("scout").path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw NotFound(path: path) }
    return path
  }

  /// Runs `scout` to its end.
  static func run(
    _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:], in folder: String? = nil
  ) throws -> Outcome {
    try Started(path(), arguments, input: input, environment: environment, in: folder).wait()
  }

  static func start(_ arguments: [String], environment: [String: String] = [:], in folder: String? = nil) throws
    -> Started
  {
    try Started(path(), arguments, input: nil, environment: environment, in: folder)
  }

  /// Runs a shell script in which `$scout` is the program.
  static func shell(_ script: String, environment: [String: String] = [:], in folder: String? = nil) throws -> Outcome {
    var environment = environment
    environment["scout"] = try path()
    return try Started("/bin/sh", ["-c", script], input: nil, environment: environment, in: folder).wait()
  }

  /// A program that was started.
  final class Started {
    private let process: pid_t
    private let files: TemporaryFolder
    private var endStatus: Int32?

    /// - Parameter environment: Beside `PATH`, `HOME` and `TMPDIR` nothing is inherited.
    init(
      _ program: String, _ arguments: [String], input: [UInt8]?, environment: [String: String], in folder: String?
    ) throws {
      let files = try TemporaryFolder()
      self.files = files
      let inputPath = try input.map { try files.write($0, as: "input") } ?? "/dev/null"
      var all = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
      all.merge(environment) { $1 }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, files["output"], O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, files["error"], O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      // The shell changes the folder and becomes the program, under the same process id: glibc hides its own way.
      let inFolder = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder ?? files.path, program]
      var argv = (inFolder + arguments).map { strdup($0) } + [nil]
      var envp = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
      defer { for pointer in argv + envp { free(pointer) } }
      var process: pid_t = 0
      let code = posix_spawn(&process, "/bin/sh", &actions, nil, &argv, &envp)
      guard code == 0 else { throw NotFound(path: "\(program): \(String(cString: strerror(code)))") }
      self.process = process
    }

    /// Kills it with SIGKILL unless it has ended before.
    ///
    /// - Returns: Whether it was killed.
    func kill(after microseconds: Int) -> Bool {
      let start = ContinuousClock.now
      while start.duration(to: .now) < .microseconds(microseconds) {
        if collect(WNOHANG) { return false }
        usleep(200)
      }
      guard !collect(WNOHANG) else { return false }
      _ = signal(SIGKILL)
      _ = collect(0)
      return true
    }

    func signal(_ number: Int32) -> Bool {
      #if canImport(Glibc)
        Glibc.kill(process, number) == 0
      #elseif canImport(Musl)
        Musl.kill(process, number) == 0
      #else
        Darwin.kill(process, number) == 0
      #endif
    }

    var hasEnded: Bool { collect(WNOHANG) }

    private func collect(_ options: Int32) -> Bool {
      if endStatus != nil { return true }
      var status: Int32 = 0
      while true {
        let result = waitpid(process, &status, options)
        if result == process {
          endStatus = status
          return true
        }
        if result == 0 || errno != EINTR { return false }
      }
    }

    /// Waits for its end.
    func wait() throws -> Outcome {
      _ = collect(0)
      guard let status = endStatus else { throw NotFound(path: "process \(process)") }
      return Outcome(
        output: String(decoding: try fileBytes(files["output"]), as: UTF8.self),
        error: String(decoding: try fileBytes(files["error"]), as: UTF8.self),
        status: status & 0x7F == 0 ? status >> 8 & 0xFF : nil)
    }

    /// Waits for its end and watches how much memory it takes.
    ///
    /// `getrusage` will not do: on Linux a child's peak begins with that of the process that started it.
    ///
    /// - Returns: The outcome, and the peak in bytes; nil where the system does not tell.
    func waitMeasuringMemory() throws -> (Outcome, peakBytes: Int?) {
      var peak: Int?
      while !hasEnded {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
          let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
          let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
          text.hasPrefix("Name:\tscout\n")
        else { continue }
        peak = max(peak ?? 0, kilobytes * 1024)
      }
      return (try wait(), peak)
    }
  }
}

/// The moment at which tests of the program stand.
let testNow = "2025-09-01T00:00:00+08:00"

/// A folder with a database, and the program working in it.
struct Shop {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let made = try scout("init", "--secret", "test")
    #expect(made.status == 0, "\(made)")
  }

  var database: String { folder["scout.db"] }

  /// Runs a command at ``testNow`` in the folder, where `scout.db` is the default.
  func scout(_ arguments: String..., input: [UInt8]? = nil) throws -> ScoutProgram.Outcome {
    try ScoutProgram.run(arguments + ["--now", testNow], input: input, in: folder.path)
  }

  /// Rows of `scout sql`, each as `a|b`.
  func rows(_ sql: String) throws -> [String] {
    let outcome = try ScoutProgram.run(["sql", sql, "--format", "csv", "--now", testNow], in: folder.path)
    #expect(outcome.status == 0, "\(outcome.error)")
    return outcome.output.split(whereSeparator: \.isNewline).dropFirst().map { String($0).replacing(",", with: "|") }
  }
}

/// A line of JSON Lines with one item.
func saleLine(_ id: String, quantity: Int = 1, price: String = "2.50", name: String? = nil) -> String {
  let name = name.map { "\"product_name\":\"\($0)\"," } ?? ""
  return #"{"transaction_id":"\#(id)","store_id":"S1","ts":"2025-08-01T09:00:00+08:00","items":[{"sku":"A",\#(name)"#
    + #""brand":"B","category":"C","qty":\#(quantity),"unit_price":\#(price)}]}"#
}
