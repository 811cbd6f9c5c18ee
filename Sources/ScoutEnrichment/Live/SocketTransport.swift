#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// HTTP/1.1 over the system's sockets, one connection a request, without TLS.
///
/// Enough for pages on the own network and for tests; `https` is refused by name.
public struct SocketTransport: HTTPTransport {
  public init() {}

  public func addresses(of host: String) async throws -> [String] {
    try await onThread { try Self.resolve(host) }
  }

  public func get(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard request.address.scheme == "http" else {
      throw SourceError.permanent("\(request.address): this build of scout speaks no TLS, so it reads no https page")
    }
    return try await onThread { try Self.fetch(request) }
  }

  /// Runs blocking calls on a thread of their own: the tasks' threads must never wait for a network.
  private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let work = Work { continuation.resume(with: Result(catching: body)) }
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let argument = Unmanaged.passRetained(work).toOpaque()
      let code = pthread_create(
        &thread, nil,
        { argument in
          #if canImport(Darwin)
            Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
          #else
            if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
          #endif
          return nil
        }, argument)
      guard code == 0 else {
        Unmanaged<Work>.fromOpaque(argument).release()
        continuation.resume(throwing: SourceError.temporary("no thread for a request", retryAfter: .seconds(1)))
        return
      }
      #if canImport(Darwin)
        if let thread { pthread_detach(thread) }
      #else
        pthread_detach(thread)
      #endif
    }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  // MARK: Names

  private static func resolve(_ host: String) throws(SourceError) -> [String] {
    var hints = addrinfo()
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else {
      throw .temporary("\(host): \(String(cString: gai_strerror(code)))", retryAfter: .zero)
    }
    defer { freeaddrinfo(list) }
    var found: [String] = []
    var entry = list
    while let current = entry, found.count < 32 {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      if getnameinfo(
        current.pointee.ai_addr, current.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
      {
        found.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      entry = current.pointee.ai_next
    }
    return found
  }

  // MARK: Bytes

  private static func fetch(_ request: HTTPRequest) throws(SourceError) -> HTTPResponse {
    let deadline = ContinuousClock.now + request.timeout
    let socket = try connect(request, deadline)
    defer { close(socket) }
    var head = "GET \(request.address.target) HTTP/1.1\r\n"
    let host = String(request.address.origin.drop { $0 != "/" }.dropFirst(2))
    head += "Host: \(host)\r\nConnection: close\r\n"
    for (name, value) in request.headers where !value.utf8.contains(where: { $0 < 0x20 }) {
      head += "\(name): \(value)\r\n"
    }
    try send(Array((head + "\r\n").utf8), socket, request, deadline)
    var reader = ResponseReader(maximumBytes: request.maximumBytes)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !reader.isComplete {
      try wait(socket, Int16(POLLIN), request, deadline)
      let count = recv(socket, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw failed(request) }
      if count == 0 { break }
      guard reader.add(buffer[..<count]) else {
        throw .permanent("\(request.address): the answer is no HTTP")
      }
    }
    guard let response = reader.response(isClosed: true) else {
      throw .temporary("\(request.address): the connection ended in the middle of the answer", retryAfter: .zero)
    }
    return response
  }

  private static func connect(_ request: HTTPRequest, _ deadline: ContinuousClock.Instant) throws(SourceError) -> Int32
  {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(request.connectTo, String(request.address.effectivePort), &hints, &list) == 0, let entry = list
    else { throw .permanent("\(request.connectTo) is no address") }
    defer { freeaddrinfo(list) }
    let handle = socket(entry.pointee.ai_family, entry.pointee.ai_socktype, entry.pointee.ai_protocol)
    guard handle >= 0 else { throw failed(request) }
    _ = fcntl(handle, F_SETFL, fcntl(handle, F_GETFL) | O_NONBLOCK)
    #if canImport(Glibc)
      let code = Glibc.connect(handle, entry.pointee.ai_addr, entry.pointee.ai_addrlen)
    #elseif canImport(Musl)
      let code = Musl.connect(handle, entry.pointee.ai_addr, entry.pointee.ai_addrlen)
    #else
      let code = Darwin.connect(handle, entry.pointee.ai_addr, entry.pointee.ai_addrlen)
    #endif
    do throws(SourceError) {
      if code != 0 {
        guard errno == EINPROGRESS else { throw failed(request) }
        try wait(handle, Int16(POLLOUT), request, deadline)
        var (error, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error == 0 else {
          throw .temporary("\(request.address): \(String(cString: strerror(error)))", retryAfter: .zero)
        }
      }
    } catch {
      close(handle)
      throw error
    }
    return handle
  }

  private static func send(
    _ bytes: [UInt8], _ socket: Int32, _ request: HTTPRequest, _ deadline: ContinuousClock.Instant
  ) throws(SourceError) {
    var sent = 0
    while sent < bytes.count {
      try wait(socket, Int16(POLLOUT), request, deadline)
      let count = bytes[sent...].withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.send(socket, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
        #elseif canImport(Musl)
          Musl.send(socket, buffer.baseAddress, buffer.count, MSG_NOSIGNAL)
        #else
          Darwin.send(socket, buffer.baseAddress, buffer.count, 0)
        #endif
      }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw failed(request) }
      sent += count
    }
  }

  /// Waits until the socket is ready, at most until the deadline: a peer that sends a byte now and then gets no more.
  private static func wait(
    _ socket: Int32, _ events: Int16, _ request: HTTPRequest, _ deadline: ContinuousClock.Instant
  ) throws(SourceError) {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else {
        throw .temporary(
          "\(request.address): no answer within \(request.timeout.components.seconds) s", retryAfter: .zero)
      }
      var entry = pollfd(fd: socket, events: events, revents: 0)
      let code = poll(
        &entry, 1,
        Int32(clamping: left.components.seconds * 1000 + 1 + Int64(left.components.attoseconds / 1_000_000_000_000_000))
      )
      if code > 0 { return }
      if code < 0, errno != EINTR { throw failed(request) }
    }
  }

  private static func failed(_ request: HTTPRequest) -> SourceError {
    .temporary("\(request.address): \(String(cString: strerror(errno)))", retryAfter: .zero)
  }
}

/// Puts an HTTP/1.1 response together from the bytes that arrive.
/// Source: RFC 9112, <https://www.rfc-editor.org/rfc/rfc9112>
struct ResponseReader {
  static let maximumHeadBytes = 65_536
  let maximumBytes: Int
  private var pending: [UInt8] = []
  private var status = 0
  private var headers: [(name: String, value: String)]?
  private var body: [UInt8] = []
  private var isCut = false
  /// How many bytes of the body are still to come; nil: until the end of the connection.
  private var rest: Int?
  private var isChunked = false
  private(set) var isComplete = false

  init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

  /// - Returns: False when this is no HTTP.
  mutating func add(_ bytes: ArraySlice<UInt8>) -> Bool {
    pending += bytes
    while headers == nil {
      guard let end = headEnd else { return pending.count <= Self.maximumHeadBytes }
      guard readHead(Array(pending[..<end])) else { return false }
      pending.removeFirst(end)
      // 1xx says that the real answer follows.
      if (100..<200).contains(status) { headers = nil }
    }
    return isChunked ? readChunks() : readPlain()
  }

  private var headEnd: Int? {
    var at = 0
    while at + 3 < pending.count {
      if pending[at] == 0x0D, pending[at + 1] == 0x0A, pending[at + 2] == 0x0D, pending[at + 3] == 0x0A {
        return at + 4
      }
      at += 1
    }
    return nil
  }

  private mutating func readHead(_ bytes: [UInt8]) -> Bool {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
    guard let first = lines.first, first.hasPrefix("HTTP/1.") else { return false }
    let parts = first.split(separator: " ", maxSplits: 2)
    guard parts.count >= 2, let code = Int(parts[1]), (100..<600).contains(code) else { return false }
    status = code
    var found: [(name: String, value: String)] = []
    for line in lines.dropFirst().prefix(200) {
      guard let colon = line.firstIndex(of: ":") else { return false }
      found.append((String(line[..<colon]), String(line[line.index(after: colon)...]).collapsingWhitespace()))
    }
    headers = found
    let header = HTTPResponse(status: code, headers: found)
    isChunked = header["transfer-encoding"]?.lowercased().contains("chunked") ?? false
    rest = isChunked ? nil : header["content-length"].flatMap { Int($0) }
    if let rest, rest < 0 { return false }
    if code == 204 || code == 304 { rest = 0 }
    if let rest, rest > maximumBytes { isCut = true }
    return true
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    let room = maximumBytes - body.count
    body += bytes.prefix(room)
    if bytes.count > room { isCut = true }
    if isCut { isComplete = true }
  }

  private mutating func readPlain() -> Bool {
    let wanted = rest.map { min($0, pending.count) } ?? pending.count
    keep(pending[..<wanted])
    pending.removeFirst(wanted)
    if let left = rest {
      rest = left - wanted
      if left == wanted { isComplete = true }
    }
    return true
  }

  private mutating func readChunks() -> Bool {
    var at = 0
    defer { pending.removeFirst(min(at, pending.count)) }
    while !isComplete {
      guard let end = pending[at...].firstIndex(of: 0x0A) else { return pending.count - at < 1024 }
      let line = String(decoding: pending[at..<end].filter { $0 > 0x20 }, as: UTF8.self).prefix { $0 != ";" }
      guard let size = Int(line, radix: 16), size >= 0 else { return false }
      if size == 0 {
        isComplete = true
        return true
      }
      if size > maximumBytes { isCut = true }
      guard pending.count - (end + 1) >= min(size, maximumBytes) + 2 || isCut else { return true }
      let available = min(size, pending.count - (end + 1))
      keep(pending[(end + 1)..<(end + 1 + available)])
      at = min(pending.count, end + 1 + size + 2)
    }
    return true
  }

  /// The response; nil when it is not complete.
  func response(isClosed: Bool) -> HTTPResponse? {
    guard let headers, isComplete || (isClosed && !isChunked && rest == nil) else { return nil }
    return HTTPResponse(status: status, headers: headers, body: body, isCut: isCut)
  }
}
