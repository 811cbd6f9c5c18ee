import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An HTTP server on 127.0.0.1 that answers each path as it is told, in a thread of the test's process.
final class LoopbackServer: Sendable {
  enum Answer: Sendable {
    case bytes(String)
    /// Sends this again and again, up to so many bytes.
    case flood(String, total: Int)
    /// Accepts and says nothing.
    case silence
    /// Closes at once.
    case hangUp
  }

  private struct State {
    var answers: [String: [Answer]] = [:]
    var requests: [String] = []
    var held: [Int32] = []
  }

  let port: Int
  private let listener: Int32
  private let state = Mutex(State())

  init() throws {
    struct Failed: Error {}
    #if canImport(Glibc)
      listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      listener = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let handle = listener
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> Int32 in
        guard bind(handle, pointer, size) == 0, listen(handle, 16) == 0 else { return -1 }
        return getsockname(handle, pointer, &size)
      }
    }
    guard code == 0 else { throw Failed() }
    port = Int(UInt16(bigEndian: address.sin_port))
    let server = Unmanaged.passRetained(self).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          Unmanaged<LoopbackServer>.fromOpaque(argument).takeRetainedValue().serve()
        #else
          if let argument { Unmanaged<LoopbackServer>.fromOpaque(argument).takeRetainedValue().serve() }
        #endif
        return nil
      }, server)
  }

  var origin: String { "http://127.0.0.1:\(port)" }

  /// What a path is answered with: one after the other, the last one for ever.
  func answer(_ path: String, _ answers: Answer...) { state.withLock { $0.answers[path] = answers } }

  /// A whole response with its length.
  func page(_ path: String, _ body: String, status: String = "200 OK", headers: [String] = []) {
    let lines = ["HTTP/1.1 \(status)", "Content-Type: text/html", "Content-Length: \(body.utf8.count)"] + headers
    answer(path, .bytes(lines.joined(separator: "\r\n") + "\r\n\r\n" + body))
  }

  /// The requests so far, head by head.
  var requests: [String] { state.withLock { $0.requests } }
  var paths: [String] { requests.map { $0.split(separator: " ").dropFirst().first.map(String.init) ?? "" } }

  func stop() {
    shutdown(listener, Int32(2))
    close(listener)
    for handle in state.withLock({ $0.held }) { close(handle) }
  }

  private func serve() {
    while true {
      let handle = accept(listener, nil, nil)
      guard handle >= 0 else { return }
      var head: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
        let count = recv(handle, &buffer, buffer.count, 0)
        guard count > 0 else { break }
        head += buffer[..<count]
      }
      let text = String(decoding: head, as: UTF8.self)
      let path = text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      let answer = state.withLock { state -> Answer in
        state.requests.append(text)
        guard let answers = state.answers[path], let first = answers.first else {
          return .bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        }
        if answers.count > 1 { state.answers[path] = Array(answers.dropFirst()) }
        return first
      }
      switch answer {
      case .bytes(let text):
        send(Array(text.utf8), to: handle)
        close(handle)
      case .flood(let text, let total):
        var sent = 0
        let bytes = Array(text.utf8)
        while sent < total, send(bytes, to: handle) { sent += bytes.count }
        close(handle)
      case .silence: state.withLock { $0.held.append(handle) }
      case .hangUp: close(handle)
      }
    }
  }

  @discardableResult
  private func send(_ bytes: [UInt8], to handle: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.send(handle, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
        #elseif canImport(Musl)
          Musl.send(handle, buffer.baseAddress, buffer.count, MSG_NOSIGNAL)
        #else
          Darwin.send(handle, buffer.baseAddress, buffer.count, 0)
        #endif
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}
