import ScoutReport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A shell at a terminal: keys, history, completion. Everything that can be decided without a terminal is in ``Shell``,
/// ``LineEditor`` and ``CompletionNames``.
public final class TerminalSession {
  private let shell: Shell
  private let session: () throws -> CompletionNames
  private let history: ShellHistory
  private let write: (String) -> Void

  /// - Parameter names: The names for completion, asked anew for each line.
  public init(
    shell: Shell, history: ShellHistory, names: @escaping () throws -> CompletionNames,
    write: @escaping (String) -> Void
  ) {
    self.shell = shell
    self.history = history
    session = names
    self.write = write
  }

  /// Reads lines until `\q` or the end of the input.
  public func run() throws {
    while true {
      switch readLine(prompt: shell.prompt) {
      case .line(let line):
        let whole = shell.pendingText.isEmpty ? line : shell.pendingText + "\n" + line
        let outcome = try shell.accept(line)
        // A statement of several lines is one entry.
        if shell.pendingText.isEmpty { history.add(whole) }
        if outcome == .quit { return }
      case .cancelled: shell.cancelLine()
      case .end:
        write("\\q\n")
        return
      }
    }
  }

  private enum Input { case line(String), cancelled, end }

  private func readLine(prompt: String) -> Input {
    var original = termios()
    guard tcgetattr(0, &original) == 0 else { return .end }
    var raw = original
    raw.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR)
    tcsetattr(0, TCSADRAIN, &raw)
    defer { tcsetattr(0, TCSADRAIN, &original) }
    var editor = LineEditor(history: history.entries)
    func draw() { write(editor.drawing(prompt: prompt, width: Terminal.width(1) ?? 80)) }
    draw()
    var names: CompletionNames?
    while let key = KeyReader.key(Self.nextByte) {
      switch editor.press(key) {
      case .redraw: draw()
      case .none: break
      case .accept:
        write("\r\n")
        return .line(editor.text)
      case .cancel:
        write("^C\r\n")
        return .cancelled
      case .endOfText: return .end
      case .clearScreen:
        write("\u{1B}[H\u{1B}[2J")
        draw()
      case .complete:
        if names == nil { names = try? session() }
        let before = shell.pendingText + "\n" + editor.textBeforeCursor
        if let names { complete(names.completion(of: before), &editor) }
        draw()
      }
    }
    return .end
  }

  private func complete(_ completion: Completion, _ editor: inout LineEditor) {
    guard let first = completion.candidates.first else { return write("\u{7}") }
    let common = completion.common
    if completion.candidates.count == 1 {
      editor.replace(last: completion.prefix.count, with: first.hasSuffix(".") ? first : first + " ")
    } else if common.count > completion.prefix.count {
      editor.replace(last: completion.prefix.count, with: common)
    } else {
      let width = Terminal.width(1) ?? 80
      let column = (completion.candidates.map(\.count).max() ?? 1) + 2
      let perLine = max(1, width / column)
      var text = "\r\n"
      for (place, candidate) in completion.candidates.prefix(200).enumerated() {
        text += candidate + String(repeating: " ", count: column - candidate.count)
        if place % perLine == perLine - 1 { text += "\r\n" }
      }
      write(text + (completion.candidates.count > 200 ? "\r\n…" : "") + "\r\n")
    }
  }

  private static func nextByte() -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = read(0, &byte, 1)
      if count == 1 { return byte }
      if count < 0, errno == EINTR { continue }
      return nil
    }
  }
}

/// The lines of earlier sessions: a file in the user's state folder that only the user reads.
public final class ShellHistory {
  public private(set) var entries: [String]
  private let path: String?
  private static let limit = 2000

  /// - Parameter path: Nil keeps nothing.
  public init(path: String?) {
    self.path = path
    entries = path.flatMap(Self.content)?.split(separator: "\n").map { Self.decoded(String($0)) } ?? []
    if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit) }
  }

  /// `$XDG_STATE_HOME/scout/history`, else `~/.local/state/scout/history`.
  /// Source: <https://specifications.freedesktop.org/basedir-spec/latest/>
  public static func defaultPath(environment: [String: String]) -> String? {
    if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder + "/scout/history" }
    return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.local/state/scout/history" }
  }

  /// Takes an entry; blank ones and repetitions of the last are left out.
  public func add(_ entry: String) {
    guard entry.contains(where: { !$0.isWhitespace }), entry != entries.last else { return }
    entries.append(entry)
    guard let path else { return }
    Self.makeFolders(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // A history that cannot be written is no reason to disturb the person who types.
    _ = Terminal.writeAll(Array((Self.encoded(entry) + "\n").utf8), to: descriptor)
  }

  /// One entry is one line: line breaks and backslashes are escaped.
  static func encoded(_ entry: String) -> String {
    entry.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  static func decoded(_ line: String) -> String {
    var text = ""
    var isEscaped = false
    for character in line {
      if isEscaped {
        text.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        text.append(character)
      }
    }
    return text
  }

  private static func makeFolders(_ path: String) {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o700)
    }
  }

  private static func content(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
